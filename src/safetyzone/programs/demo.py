"""``safetyzone demo``: a living zone on this machine, with pretend people. Nothing to set up, nothing left behind."""

import contextlib
import os
import shutil
import signal
import socket
import sys
import tempfile
import threading
import time
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from safetyzone.kernel import clock
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.command_line import set_up_django
from safetyzone.programs.demo_places import COMMANDER, PLATE_CAMERA, STATION
from safetyzone.programs.demo_score import score_card
from safetyzone.programs.nats import refresh_poles
from safetyzone.programs.station import Program, Station, say_in_words

USUAL_PORT = 8000
USUAL_CAMERAS_PORT = 9554
"""The same every evening where it is free, so that a kept folder's cameras keep their addresses."""


def free_port(wanted: int = 0) -> int:
    """The wanted port if nobody has it, else one that is free now."""
    for port in (wanted, 0):
        with socket.socket() as door, contextlib.suppress(OSError):
            door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            door.bind(("127.0.0.1", port))
            return int(door.getsockname()[1])
    return wanted


def listens(host: str, port: int) -> bool:
    """Whether somebody answers there."""
    with socket.socket() as knock:
        knock.settimeout(0.2)
        return knock.connect_ex((host, port)) == 0


def demo_settings(state: Path, *, port: int, drill: bool) -> Settings:
    """The settings of the demo, put into the environment for every program of it. All doors open on this machine only."""
    web, intake, video, bus, mqtt = free_port(port), free_port(port + 1), free_port(port + 2), free_port(), free_port()
    os.environ.update(
        SAFETYZONE_STATE=str(state),
        SAFETYZONE_STATION=STATION,
        SAFETYZONE_DEMO="true",
        SAFETYZONE_DRILL=str(drill).lower(),
        SAFETYZONE_MFA_REQUIRED="false",
        SAFETYZONE_WEB_PORT=str(web),
        SAFETYZONE_INTAKE_PORT=str(intake),
        SAFETYZONE_VIDEO_PORT=str(video),
        SAFETYZONE_PRETEND_CAMERAS_PORT=str(free_port(USUAL_CAMERAS_PORT)),
        SAFETYZONE_NATS_PORT=str(bus),
        SAFETYZONE_MQTT_PORT=str(mqtt),
        SAFETYZONE_MQTT_TLS_CERT="",  # the pretend poles live on this machine, and know no authority
        SAFETYZONE_MQTT_TLS_KEY="",
        SAFETYZONE_PUBLIC_URL=f"http://127.0.0.1:{web}",
        SAFETYZONE_SOS_URL=f"http://127.0.0.1:{intake}",
        SAFETYZONE_VIDEO_URL=f"http://127.0.0.1:{video}",
        DJANGO_SETTINGS_MODULE="safetyzone.programs.web.configuration",
    )
    settings.cache_clear()
    return settings()


class DemoStation(Station):
    """A station with pretend people beside it; in a drill it reads the score before it closes."""

    def __init__(self, of: Settings, *, seed: int, speed: float, scenario: str, drill: bool) -> None:
        super().__init__(of, say=say_in_words, more=lambda _station: self.people())
        self.seed, self.speed, self.scenario, self.drill = seed, speed, scenario, drill
        self.began = clock.now()
        self.link = self.no_plates = ""
        self.card: str | None = None

    def people(self) -> Sequence[Program]:
        """Prepare the ground, and start those who live on it. Called when the station's own programs are ready."""
        settings.cache_clear()  # the address of our own database is known by now
        set_up_django()
        from django.db import connections

        from safetyzone.programs import demo_zone
        from safetyzone.senses.sos.queries import mqtt_credentials

        prepared = demo_zone.prepare_zone(settings(), at=clock.now())
        refresh_poles(self.of, mqtt_credentials())
        connections.close_all()
        self.link, self.no_plates = self.of.public_url + prepared.link, prepared.no_plates
        file = self.state / "demo" / "plan.json"
        demo_zone.write(prepared.plan, file)
        scenario = "drill" if self.drill and self.scenario == "night" else self.scenario
        command = [
            sys.executable, "-m", "safetyzone.simulation", "--plan", str(file), "--seed", str(self.seed),
            "--speed", str(self.speed), "--scenario", scenario, *(["--drill"] if self.drill else []),
        ]  # fmt: skip
        alive = file.parent / "alive"
        people = Program("people", command, alive.exists, self.state / "logs" / "people.log")
        return [people, self.cameras(prepared.scenes)]

    def cameras(self, scenes: Path) -> Program:
        """Pretend cameras that show the streets they hang in."""
        place = "127.0.0.1", self.of.pretend_cameras_port
        command = [
            sys.executable, "-m", "safetyzone.simulation.cameras", "--port", str(place[1]), "--scenes", str(scenes),
            "--cache", str(self.state / "demo" / "cameras"),
        ]  # fmt: skip
        return Program("cameras", command, lambda: listens(*place), self.state / "logs" / "cameras.log", [place])

    def close(self) -> None:
        """End everything; a drill's score is read while the database is still there."""
        if self.drill and self.link and self.card is None:
            self.card = score_card(STATION, since=self.began, until=clock.now(), commander=COMMANDER)
        super().close()


def banner(station: DemoStation, seconds: float) -> str:
    """What the person reads first: what this is, where to look, how to end it."""
    of = station.of
    role = (
        "ท่านคือผู้ปฏิบัติงาน: รับเหตุ (A) ยืนยัน (V) ส่งสายตรวจ (1) ระงับ (R) ปิด (C) · You are the operator: every call waits for you"
        if station.drill
        else "นั่งดูได้เลย ไม่ต้องกดอะไร · just watch; one of everything happens within a minute"
    )
    return f"""
  ┌──────────────────────────────────────────────────────────────────────────┐
    เขตปลอดภัยราชประสงค์ (สาธิต) · The Ratchaprasong safety zone, a demo
    ข้อมูลจำลอง ไม่มีตำรวจหรือเหตุจริง · simulated data, no real police, no real people
  └──────────────────────────────────────────────────────────────────────────┘
  ห้องสั่งการ · command room (signs you in once, as the duty commander)
    {station.link}
  หน้า SOS ประชาชน · SOS page of a citizen
    {of.sos_url}/sos
{_of_plates(station)}
  {role}
  พร้อมใน {seconds:.1f} วินาที · ready in {seconds:.1f} s · seed {station.seed} · หยุด: Ctrl-C · stop: Ctrl-C
"""


def _of_plates(station: DemoStation) -> str:
    """Where the stolen vehicle's plate is to be compared, or why none passes."""
    if station.no_plates:
        return f"  ไม่มีรถพร้อมป้ายทะเบียนในสาธิตนี้ · no number plates in this demo\n    {station.no_plates}"
    return (
        f"  รถที่แจ้งหายผ่านกล้อง {PLATE_CAMERA} ภายในสองนาที ท่านเทียบป้ายและยืนยัน · a stolen vehicle's plate passes within two minutes;"
        f" you compare it and confirm\n    {station.of.public_url}/room/hits/"
    )


def _open_browser(link: str) -> None:
    """Only where there is a screen: a text browser would take the terminal away from the person."""
    if sys.platform == "darwin" or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
        threading.Thread(target=webbrowser.open, args=(link,), daemon=True).start()


def run_demo(
    *, drill: bool = False, seed: int = 1, speed: float = 1.0, port: int = USUAL_PORT, keep: bool = False, browser: bool = True,
    scenario: str = "night", seconds: float | None = None,
) -> int:  # fmt: skip
    """Open a living zone until Ctrl-C (or for so many seconds). Returns the exit code.

    The state is a temporary folder, removed at the end unless ``keep`` is set or ``SAFETYZONE_STATE`` names a folder.
    """
    began = time.monotonic()
    named = os.environ.get("SAFETYZONE_STATE")
    state = Path(named).resolve() if named else Path(tempfile.mkdtemp(prefix="safetyzone-demo-"))
    keep = keep or named is not None
    of = demo_settings(state, port=port, drill=drill)
    station = DemoStation(of, seed=seed, speed=speed, scenario=scenario, drill=drill)

    def when_ready() -> None:
        print(banner(station, time.monotonic() - began), flush=True)
        if browser:
            _open_browser(station.link)
        if seconds is not None:
            clockwork = threading.Timer(seconds, os.kill, (os.getpid(), signal.SIGINT))
            clockwork.daemon = True
            clockwork.start()

    try:
        code = station.run(when_ready)
    finally:
        if station.card:
            print(station.card, flush=True)
        if keep:
            print(f"ข้อมูลอยู่ที่ {state} · everything stays in {state}", flush=True)
        else:
            shutil.rmtree(state, ignore_errors=True)
            print("ลบข้อมูลจำลองทั้งหมดแล้ว · all simulated data is gone from this machine", flush=True)
    return code

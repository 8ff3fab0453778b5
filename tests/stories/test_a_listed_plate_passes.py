"""A car was stolen at noon. Its plate is on a list; it passes a camera; a person compares, and only then anybody is sent.

A whole station with real servers and programs. The pretend camera speaks RTSP, and the real nets read what passes it.
"""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from safetyzone.programs.demo_plates import STOLEN
from safetyzone.simulation.cameras.scenes.scene import Passer, Scene, Scenes
from tests.proofs.station import RealStation, a_station
from tests.servers import a_free_port

WITHIN_S = 60.0
LOOP_S, PASSES_S = 12.0, 6.0
CAMERA = "P0000-1"
"""The first of those that the proofs' station is furnished with."""
SENT = "SELECT (SELECT count(*) FROM incidents_incident) + (SELECT count(*) FROM dispatch_dispatch)"
ACTS = "SELECT action, actor, why FROM audit_leaf WHERE object = %s ORDER BY seq"


@dataclass
class Zone:
    """A station, its camera, and the duty commander's browser."""

    station: RealStation
    camera: str
    room: httpx.Client

    def one(self, question: str, *about: object) -> int:
        with self.station.rows() as rows:
            found = rows.execute(question, about).fetchone()
        return int(found[0]) if found else 0

    def acts(self, on: str) -> list[tuple[str, str, str]]:
        with self.station.rows() as rows:
            return rows.execute(ACTS, (on,)).fetchall()


def ours(station: RealStation, *words: str) -> Any:
    """A program of ours with the station's settings; the JSON that it printed."""
    settings = {**station.environment(), "SAFETYZONE_DATABASE_URL": (station.state / "pg" / "dsn").read_text()}
    command = [sys.executable, "-m", *words]
    return json.loads(subprocess.run(command, env=settings, check=True, stdout=subprocess.PIPE, text=True).stdout)


@contextmanager
def pretend_camera(code: str, port: int, folder: Path) -> Iterator[None]:
    """Before it the stolen car passes every twelve seconds."""
    street = Scene(code=code, passing=(Passer(**STOLEN.model_dump(), at_s=PASSES_S),), passing_s=LOOP_S)
    (folder / "scenes.json").write_text(Scenes(scenes=(street,)).model_dump_json())
    words = ["--port", str(port), "--scenes", str(folder / "scenes.json"), "--cache", str(folder)]
    process = subprocess.Popen([sys.executable, "-m", "safetyzone.simulation.cameras", *words], stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture
def zone(tmp_path: Path) -> Iterator[Zone]:
    port, ports = a_free_port(), {f"SAFETYZONE_{program}_PORT": str(a_free_port()) for program in ("INTAKE", "NATS", "MQTT", "VIDEO")}
    with a_station(a_free_port(), SAFETYZONE_PRETEND_CAMERAS_PORT=str(port), **ports) as station, pretend_camera(CAMERA, port, tmp_path):
        station.start()
        made = ours(station, "tests.stories.listed", str(port), CAMERA)
        name, _, value = made["cookie"].partition("=")
        with httpx.Client(base_url=station.web_url, cookies={name: value}, timeout=20) as room:
            yield Zone(station, CAMERA, room)


def until(found: Callable[[], Any], what: str) -> Any:
    """Wait for a state."""
    end = time.monotonic() + WITHIN_S
    while not (there := found()):
        assert time.monotonic() < end, what
        time.sleep(0.25)
    return there


@pytest.mark.timeout(240)
def test_a_listed_plate_that_passes_is_compared_by_a_person_before_anybody_is_sent(zone: Zone) -> None:
    link = until(lambda: re.search(r"/room/hits/(\d+)/", zone.room.get("/room/hits/").text), "the plate passed and no hit came")
    hit = f"hit:{link[1]}"
    assert zone.one("SELECT count(*) FROM watchlists_hit WHERE camera = %s", zone.camera) == 1
    card = zone.room.get(link[0])
    assert "A match is not an identification" in card.text or "ไม่ใช่การยืนยันตัว" in card.text
    assert zone.room.get(f"{link[0]}crop.jpg").content[:2] == b"\xff\xd8", "the plate as the camera saw it"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', card.text)
    assert token
    answer = {"csrfmiddlewaretoken": token[1], "answer": "same", "reason": ""}
    headers = {"Referer": zone.station.web_url}
    assert zone.room.post(f"{link[0]}judge", data=answer, headers=headers).status_code == 400, "a reason is asked for"
    assert zone.one(SENT) == 0, "a score alone sends nobody"

    answer["reason"] = "ตัวอักษร เลข และจังหวัดตรงกันทุกตัว"
    assert zone.room.post(f"{link[0]}judge", data=answer, headers=headers).status_code == 302
    assert until(lambda: zone.one("SELECT count(*) FROM incidents_incident WHERE kind = 'watch_hit'"), "no incident") == 1
    assert zone.one("SELECT count(*) FROM dispatch_dispatch") == 0, "whom to send is still a person's choice"

    acts = zone.acts(hit)
    assert [action for action, _, _ in acts if action != "hit.looked"] == ["hit.came", "hit.judged", "hit.confirmed"]
    assert ("hit.looked", "room0", "") in acts, "who opened the card is on record"
    assert ("hit.judged", "room0", answer["reason"]) in acts
    assert ours(zone.station, "safetyzone", "audit", "verify", "--json")["whole"]
    assert zone.one("SELECT count(*) FROM sightings_sighting") == 0, "where it was is not kept: nobody switched a history on"

"""``safetyzone run`` with real processes: it starts quickly, heals itself, and leaves nothing behind however it ends."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from safetyzone.programs.station import LIFE_LINE, SETTLED_AFTER_S, WAITS_S, Life

READY_WITHIN_S = 5.0
HEALED_WITHIN_S = 10.0


def patience() -> float:
    """How much slower than an idle machine this one may be: the promises are made for a machine that is not busy otherwise."""
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)) * 2


@dataclass
class Running:
    """A station started as a person starts it."""

    state: Path
    ports: dict[str, int]
    process: "subprocess.Popen[str]" = field(init=False)
    said: list[dict[str, str]] = field(default_factory=list)

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("SAFETYZONE_", "DJANGO_"))}
        ours = {f"SAFETYZONE_{name.upper()}_PORT": str(port) for name, port in self.ports.items()}
        return {**clean, **ours, "SAFETYZONE_STATE": str(self.state), **more}

    def start(self) -> float:
        """Start, and return after how many seconds it was ready."""
        began = time.monotonic()
        self.said = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "safetyzone", "run", "--json"], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            env=self.environment(),
        )  # fmt: skip
        self.hears("station", "ready")
        return time.monotonic() - began

    def hears(self, program: str, state: str) -> dict[str, str]:
        """The next line that says so. Fails when the station ends first."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                self.said.append(json.loads(line))
                if (self.said[-1]["program"], self.said[-1]["state"]) == (program, state):
                    return self.said[-1]
        raise AssertionError(f"it ended before {program} was {state}: {self.said}")

    def end(self, by: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(by)
        self.process.communicate(timeout=40)
        return self.process.returncode

    def processes(self) -> list[int]:
        """Everything that lives by this station's settings or in its folder."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            try:
                words = (process / "environ").read_bytes() + (process / "cmdline").read_bytes()
                stands = os.readlink(process / "cwd")
            except OSError:
                continue
            if (str(self.state).encode() in words or stands.startswith(str(self.state))) and int(process.name) != os.getpid():
                found.append(int(process.name))
        return found

    def pid_of(self, program: str) -> int:
        """The process that the supervisor itself started for this program."""
        words = "nats-server" if program == "nats" else f"safetyzone\0{program}"
        ours = [pid for pid in self.processes() if f"PPid:\t{self.process.pid}\n" in Path(f"/proc/{pid}/status").read_text()]
        return next(pid for pid in ours if words in Path(f"/proc/{pid}/cmdline").read_text())

    def postgres(self) -> int:
        return int((self.state / "pg" / "data" / "postmaster.pid").read_text().splitlines()[0])

    def answers(self, port: str, path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.ports[port]}{path}", timeout=5 * patience()) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def until(true: Callable[[], object], within_s: float) -> float:
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < within_s, "it did not happen in time"
        time.sleep(0.1)
    return time.monotonic() - began


def a_station(folder: Path, free_port: Callable[[], int]) -> Running:
    return Running(folder / "state", {name: free_port() for name in ("web", "intake", "video", "nats", "mqtt")})


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Running]:
    made = a_station(tmp_path_factory.mktemp("station"), free_port)
    made.start()
    yield made
    if made.process.poll() is None:
        made.end()


@pytest.fixture
def station(standing: Running) -> Running:
    """One station for all these tests, running at the beginning of each: a start costs the machine ten seconds of work."""
    if standing.process.poll() is not None:
        standing.start()
    return standing


@pytest.mark.timeout(300)
def test_a_second_start_is_quick_and_a_termination_leaves_nothing(station: Running) -> None:
    assert station.end() == 0
    assert station.processes() == []
    seconds = station.start()
    print(f"ready after {seconds:.1f} s at load {os.getloadavg()[0]:.1f}")
    assert seconds < READY_WITHIN_S * patience()
    assert station.answers("web", "/accounts/login/")
    assert station.answers("intake", "/sos")
    assert station.end(signal.SIGINT) == 0
    ended = [line["program"] for line in station.said if line["state"] == "stopped"]
    assert station.processes() == []
    assert ended == [] or ended[-1] == "nats"


@pytest.mark.timeout(300)
def test_a_killed_database_is_back_and_the_rest_recovers(station: Running) -> None:
    os.kill(station.postgres(), signal.SIGKILL)
    began = time.monotonic()
    station.hears("postgres", "ready")
    until(lambda: station.answers("web", "/accounts/login/"), HEALED_WITHIN_S * patience())
    alive = station.state / "run" / "worker.alive"
    looked = time.time()
    until(lambda: alive.stat().st_mtime > looked, HEALED_WITHIN_S * patience())
    print(f"healed after {time.monotonic() - began:.1f} s")
    assert not [line for line in station.said if line["state"] == "died" and line["program"] != "postgres"]


@pytest.mark.timeout(300)
def test_every_program_that_is_killed_is_started_again(station: Running) -> None:
    for program in ("nats", "web", "intake", "worker"):
        os.kill(station.pid_of(program), signal.SIGKILL)
        assert "-9" in station.hears(program, "died")["detail"]
        station.hears(program, "ready")


@pytest.mark.timeout(300)
def test_a_living_station_is_well_can_be_backed_up_and_is_not_overwritten(station: Running, tmp_path: Path) -> None:
    def typed(*words: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-m", "safetyzone", *words], capture_output=True, text=True, check=False, env=station.environment()
        )

    found = {finding["subject"]: finding["mark"] for finding in json.loads(typed("doctor", "--json").stdout)}
    assert [found[subject] for subject in ("database", "tables", "bus", "mqtt", "ports", "worker", "state")] == ["✔"] * 7
    assert typed("backup", str(tmp_path / "file")).returncode == 0
    assert typed("restore", "--verify", str(tmp_path / "file")).returncode == 0
    refused = typed("restore", "--force", str(tmp_path / "file"))
    assert refused.returncode == 1
    assert str(station.state) in refused.stderr
    assert station.answers("web", "/accounts/login/")


@pytest.mark.timeout(300)
def test_when_the_supervisor_is_killed_outright_nothing_survives_it_and_the_next_start_is_whole(station: Running) -> None:
    assert len(station.processes()) > 5
    station.process.kill()
    station.process.communicate()
    until(lambda: not station.processes(), 10 * patience())
    station.start()
    assert station.answers("web", "/accounts/login/")


@pytest.mark.timeout(300)
def test_two_stations_live_side_by_side_and_a_second_one_in_the_same_folder_is_refused(
    station: Running, tmp_path: Path, free_port: Callable[[], int]
) -> None:
    neighbour = a_station(tmp_path / "neighbour", free_port)
    neighbour.start()
    try:
        assert station.answers("web", "/healthz")
        assert neighbour.answers("web", "/healthz")
    finally:
        neighbour.end()
    assert station.answers("web", "/accounts/login/")
    said = subprocess.run(
        [sys.executable, "-m", "safetyzone", "run"], capture_output=True, text=True, check=False, env=station.environment()
    )
    assert said.returncode == 1
    assert str(station.state) in said.stderr
    assert "Traceback" not in said.stderr
    assert station.answers("web", "/healthz"), "the first one did not notice"


@pytest.mark.parametrize(
    ("name", "value"), [("SAFETYZONE_WEB_PORT", "99999"), ("SAFETYZONE_MQTT_PORT", "many"), ("SAFETYZONE_COMMIT_MODE", "fast")]
)
def test_a_wrong_setting_is_refused_in_one_sentence_that_names_it(tmp_path: Path, name: str, value: str) -> None:
    environment = Running(tmp_path / "state", {}).environment(**{name: value})
    said = subprocess.run(
        [sys.executable, "-m", "safetyzone", "run"], capture_output=True, text=True, check=False, env=environment
    )
    assert said.returncode == 1
    assert name in said.stderr
    assert "ค่าตั้งไม่ถูกต้อง" in said.stderr
    assert "Traceback" not in said.stderr
    assert not (tmp_path / "state" / "pg").exists()


def test_what_dies_again_and_again_is_started_ever_more_slowly_and_forgiven_when_it_has_settled() -> None:
    life = Life("pretend poles", started=0.0)
    assert [life.next_wait_s(now=1.0) for _ in range(len(WAITS_S) + 2)] == [*WAITS_S, WAITS_S[-1], WAITS_S[-1]]
    assert WAITS_S[0] == 0.0
    assert life.next_wait_s(now=SETTLED_AFTER_S + 1) == 0.0


@pytest.mark.parametrize("program", ["nats", "postgres", "intake", "web", "worker"])
def test_what_a_call_for_help_passes_through_is_never_two_seconds_from_its_next_start(program: str) -> None:
    life = Life(program, started=0.0)
    waits = [life.next_wait_s(now=1.0) for _ in range(50)]
    assert waits[:4] == [0.0, 0.5, 1.0, 2.0]
    assert max(waits) == 2.0


@pytest.mark.timeout(300)
def test_every_program_that_a_station_starts_by_itself_is_of_the_life_line(station: Running) -> None:
    assert {line["program"] for line in station.said if line["state"] == "starting"} - {"prepare"} <= LIFE_LINE

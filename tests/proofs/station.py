"""A real station for a proof: its own folder and ports, real servers and programs under the real supervisor, killed by process id."""

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import orjson
import psycopg

from safetyzone.programs.postgres import PostgresServer
from tests.proofs.devices import Credential

READY_WITHIN_S, STOPS_WITHIN_S = 60.0, 25.0
MARKS = {
    "intake": "safetyzone intake", "web": "safetyzone web", "worker": "safetyzone worker", "postgres": "postgres",
    "nats": "nats-server",
}  # fmt: skip
"""How each program is known among the supervisor's children."""


@dataclass
class Furniture:
    """What ``prepare`` made: poles that can press and officers who are signed in."""

    poles: list[Credential]
    cookies: list[str]
    cameras: list[str] = field(default_factory=list)
    """Those of the station's own officers; the last is of another station's."""


@dataclass
class RealStation:
    """A station in a folder. Ports: web, intake, NATS, MQTT, counted from ``first_port``."""

    folder: Path
    first_port: int
    process: "subprocess.Popen[bytes] | None" = None
    extra: dict[str, str] = field(default_factory=dict)
    _log: IO[bytes] | None = None

    @property
    def state(self) -> Path:
        return self.folder / "state"

    @property
    def web_url(self) -> str:
        return f"http://127.0.0.1:{self.first_port}"

    @property
    def intake_url(self) -> str:
        return f"http://127.0.0.1:{self.first_port + 1}"

    @property
    def mqtt_port(self) -> int:
        return self.first_port + 3

    def environment(self) -> dict[str, str]:
        """The station's settings; nothing of the caller's own station."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("SAFETYZONE_")}
        return {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "safetyzone.programs.web.configuration",
            "SAFETYZONE_STATE": str(self.state),
            "SAFETYZONE_WEB_PORT": str(self.first_port),
            "SAFETYZONE_INTAKE_PORT": str(self.first_port + 1),
            "SAFETYZONE_NATS_PORT": str(self.first_port + 2),
            "SAFETYZONE_MQTT_PORT": str(self.mqtt_port),
            "SAFETYZONE_VIDEO_PORT": str(self.first_port + 4),
            "SAFETYZONE_VIDEO_URL": f"http://127.0.0.1:{self.first_port + 4}",
            "SAFETYZONE_PUBLIC_URL": self.web_url,
            "SAFETYZONE_SOS_URL": self.intake_url,
            "SAFETYZONE_MFA_REQUIRED": "false",
            **self.extra,
        }

    def furnish(self, *, poles: int, officers: int = 1, cameras_port: int = 0) -> Furniture:
        """Fill an empty database before the first start. Raises CalledProcessError with the words on the terminal.

        ``cameras_port``: of the pretend cameras, of which four look at each pole; 0: none.
        """
        server = PostgresServer(self.state)
        file = self.folder / "furniture.json"
        try:
            environment = {**self.environment(), "SAFETYZONE_DATABASE_URL": server.start()}
            words = ["--poles", str(poles), "--officers", str(officers), "--cameras-port", str(cameras_port), "--file", str(file)]
            subprocess.run([sys.executable, "-m", "tests.proofs.prepare", *words], env=environment, check=True)
        finally:
            server.stop()
        made = orjson.loads(file.read_bytes())
        credentials = [Credential(pole["code"], pole["password"], bytes.fromhex(pole["key"])) for pole in made["poles"]]
        return Furniture(credentials, made["cookies"], made["cameras"])

    def start(self) -> float:
        """Start and wait until it says that it is ready; returns the seconds that took.

        Raises:
            RuntimeError: it ended or was not ready in time; with its last words.
        """
        self._log = (self.folder / "station.log").open("ab+")
        begin = self._log.tell()
        began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.run_station"], env=self.environment(), stdout=self._log, stderr=self._log
        )
        while time.monotonic() - began < READY_WITHIN_S and self.process.poll() is None:
            if b'"program": "station", "state": "ready"' in (self.folder / "station.log").read_bytes()[begin:]:
                return time.monotonic() - began
            time.sleep(0.02)
        self.stop()
        raise RuntimeError("the station did not come up:\n" + self.words())

    def words(self) -> str:
        """The end of what the station said, and of each log that ends in a fault."""
        return (self.folder / "station.log").read_text(errors="replace")[-3_000:]

    def pids(self) -> dict[str, int]:
        """Programs that run now, by name: children of the supervisor, as the kernel knows them."""
        found: dict[str, int] = {}
        if self.process is None:
            return found
        with contextlib.suppress(OSError):
            for child in Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split():
                with contextlib.suppress(OSError):
                    words = Path(f"/proc/{child}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                    found.update({name: int(child) for name, mark in MARKS.items() if mark in words})
        return found

    def kill(self, name: str) -> bool:
        """``kill -9`` of one program; False when it does not run at this moment (it is being restarted)."""
        pid = self.pids().get(name)
        if pid is None:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            return True
        return False

    def rows(self) -> "psycopg.Connection[Any]":
        """A connection to the station's own database. Raises psycopg.OperationalError while the server is away."""
        return psycopg.connect((self.state / "pg" / "dsn").read_text(), autocommit=True, connect_timeout=5)

    def rows_patiently(self, within_s: float = 20.0) -> "psycopg.Connection[Any]":
        """The same, waiting for a server that was just killed."""
        until = time.monotonic() + within_s
        while True:
            try:
                return self.rows()
            except (psycopg.OperationalError, FileNotFoundError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.1)

    def stop(self) -> None:
        """An orderly end of everything; SIGKILL for a supervisor that does not obey (the kernel then ends its children)."""
        if self.process is not None:
            if self.process.poll() is None:
                self.process.terminate()
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self.process.wait(STOPS_WITHIN_S)
            if self.process.poll() is None:
                self.process.kill()
                self.process.wait()
            self.process = None
        if self._log is not None:
            self._log.close()
            self._log = None


@contextlib.contextmanager
def a_station(first_port: int, **extra: str) -> Iterator[RealStation]:
    """A station in a folder that goes away afterwards, whatever happens."""
    with tempfile.TemporaryDirectory(prefix="sz-proof-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # as root the database runs as another user, who must be able to pass
        station = RealStation(Path(name), first_port, extra=extra)
        try:
            yield station
        finally:
            station.stop()

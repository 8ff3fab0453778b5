"""A real intake process, on a real bus and a real database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.db import connection

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.nats import NatsServer, bus_place
from safetyzone.senses.sos.actions import PoleCredential, add_pole
from safetyzone.senses.sos.queries import mqtt_credentials


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class IntakeProcess:
    """One intake that a test may kill and start again."""

    environment: dict[str, str]
    mqtt_port: int
    http: str
    pole: PoleCredential
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", "from safetyzone.programs.intake.run import main; main()"],
                env=self.environment, stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + 20
        while time.monotonic() < until:
            try:
                if httpx.get(f"{self.http}/healthz", timeout=1).json()["bus"]:
                    return
            except (httpx.HTTPError, ValueError):
                pass
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(10)


def _database_url() -> str:
    """The address of the test's own database, as another process needs it."""
    of = connection.settings_dict
    return f"postgresql://{of['USER']}@/{of['NAME']}?host={of['HOST']}&port={of['PORT'] or 5432}"


@pytest.fixture
def intake(transactional_db: None, tmp_path: Path) -> Iterator[IntakeProcess]:
    ports = {"NATS_PORT": free_port(), "MQTT_PORT": free_port(), "INTAKE_PORT": free_port()}
    at, key = clock.now(), settings().master_key().decode()
    load_ground(by=COMMAND_LINE, at=at)
    place = Point(lon=100.5405, lat=13.7445)
    pole = add_pole(code="LPN-P001", zone="ratchaprasong", name_th="เสา 1", name_en="Pole 1", point=place, by=COMMAND_LINE, at=at)
    of = Settings(state=tmp_path, nats_port=ports["NATS_PORT"], mqtt_port=ports["MQTT_PORT"], secret_key=key)
    bus = NatsServer(tmp_path, bus_place(of))
    bus.start(mqtt_credentials())
    environment = os.environ | {f"SAFETYZONE_{name}": str(port) for name, port in ports.items()}
    environment |= {"SAFETYZONE_DATABASE_URL": _database_url(), "SAFETYZONE_STATE": str(tmp_path), "SAFETYZONE_SECRET_KEY": key}
    environment["SAFETYZONE_PROGRAM"] = "intake"
    one = IntakeProcess(
        environment, ports["MQTT_PORT"], f"http://127.0.0.1:{ports['INTAKE_PORT']}", pole, tmp_path / "intake.log"
    )
    one.start()
    yield one
    one.kill()
    bus.stop()


@pytest.fixture
def rows() -> Callable[[str], int]:
    def count(table: str) -> int:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT count(*) FROM {table}")
            return int(cursor.fetchone()[0])

    return count

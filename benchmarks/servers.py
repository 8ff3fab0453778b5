"""The servers that every contestant shares: PostgreSQL (fsync and synchronous_commit on, as shipped) and a NATS broker that speaks MQTT."""

import contextlib
import socket
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path

import psycopg
from psycopg import sql

from safetyzone.programs import nats as our_nats

APP, LOAD = "app", "load"
PASSWORD = "of-this-benchmark"  # noqa: S105 - a broker on loopback that lives for minutes
STARTS_WITHIN_S = 10.0

CONFIGURATION = """
server_name: benchmark
listen: 127.0.0.1:{port}
jetstream {{ store_dir: "{store}", sync_interval: always }}
accounts {{ A {{ jetstream: enabled, users: [
  {{ user: {app}, password: "{password}" }},
  {{ user: {load}, password: "{password}", permissions: {{ publish: ["sos.>"], subscribe: ["cmd.>", "sos.>", "$MQTT.>"] }} }}
] }} }}
mqtt {{ listen: 127.0.0.1:{mqtt_port}, ack_wait: "10s", max_ack_pending: 20000 }}
"""
"""``load`` stands for every pole at once: thousands of poles share its connections. ``max_ack_pending`` is raised for the peer's sake."""


def wait_for_port(port: int, within_s: float = STARTS_WITHIN_S) -> None:
    """Until something listens. Raises TimeoutError."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.5):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nothing listens on port {port}")


class Broker:
    """nats-server with JetStream synced to disk at every message, for one turn of one contestant."""

    def __init__(self, folder: Path, *, port: int, mqtt_port: int) -> None:
        self.port, self.mqtt_port = port, mqtt_port
        folder.mkdir(parents=True)
        self._file = folder / "nats.conf"
        self._file.write_text(
            CONFIGURATION.format(port=port, mqtt_port=mqtt_port, store=folder / "store", app=APP, load=LOAD, password=PASSWORD)
        )
        self._log = (folder / "log.txt").open("wb")
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.process = subprocess.Popen([our_nats.binary(), "-c", self._file], stdout=self._log, stderr=self._log)
        wait_for_port(self.mqtt_port)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
        self._log.close()


class Databases:
    """Fresh databases on one server, each a copy of a prepared one."""

    def __init__(self, dsn: str) -> None:
        """``dsn``: any database of the server, as the superuser."""
        self.dsn = dsn

    def fresh(self, name: str, *, like: str = "template1") -> None:
        """Drop and make again. Raises psycopg.errors.ObjectInUse when somebody is connected to the pattern."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(like)))

    def change(self, name: str, statements: Iterable[str]) -> None:
        """Run statements as the superuser, each by itself."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def url(self, name: str) -> str:
        return psycopg.conninfo.make_conninfo(self.dsn, dbname=name)

    def promises(self) -> dict[str, str]:
        """The server's settings on which the comparison stands."""
        with psycopg.connect(self.dsn) as connection:
            names = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")
            return {name: connection.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[index]

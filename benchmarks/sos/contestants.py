"""Who is measured: ours with group commit, ours with one commit a press, and Node-RED; each turn begins with nothing from the last."""

import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.servers import APP, LOAD, PASSWORD, Broker, Databases, wait_for_port
from benchmarks.sos import node_red
from benchmarks.sos.measure import OPERATORS, Kept

PATTERN = "pattern"
PROGRAMS = ("intake", "web")
MASTER = b"a-master-key-of-this-benchmark-only"


@dataclass(frozen=True)
class Place:
    """Where a run lives."""

    folder: Path
    databases: Databases
    socket: str
    """PostgreSQL's socket folder."""
    first_port: int
    postgres: int
    """Process of the PostgreSQL server."""

    def port(self, number: int) -> int:
        return self.first_port + number


class _Turn:
    """What both have: a broker of its own and a database of its own."""

    answers = False
    credential = (LOAD, PASSWORD)
    master = MASTER

    def __init__(self, name: str, place: Place) -> None:
        self.name, self.place = name, place
        self.mqtt_port = place.port(1)
        self.database = "turn_of_" + name.replace(" ", "_").replace("-", "_").lower()
        self.turns = 0
        self._rows: psycopg.Connection[Any] | None = None

    def begin(self, like: str) -> Path:
        """A broker, a fresh database, and a folder for this turn."""
        self.turns += 1
        folder = self.place.folder / f"{self.database}-{self.turns}"
        self.broker = Broker(folder / "broker", port=self.place.port(0), mqtt_port=self.mqtt_port)
        self.broker.start()
        self.place.databases.fresh(self.database, like=like)
        return folder

    @property
    def rows(self) -> "psycopg.Connection[Any]":
        if self._rows is None:
            self._rows = psycopg.connect(self.place.databases.url(self.database), autocommit=True)
        return self._rows

    def shared(self) -> dict[str, list[int]]:
        """The servers' processes; nothing else runs on them during a turn."""
        return {"postgresql": [self.place.postgres], "broker": [self.broker.process.pid] if self.broker.process else []}

    def end(self) -> None:
        if self._rows is not None:
            self._rows.close()
            self._rows = None
        self.broker.stop()


class NodeRedTurn(_Turn):
    """The peer, with one row a press."""

    function = node_red.BARE
    like = "template1"

    def start(self) -> None:
        folder = self.begin(self.like)
        self.rows.execute(node_red.SETTING_UP[self.function])
        self.peer = node_red.NodeRed(
            folder / "node-red", function=self.function, port=self.place.port(2), mqtt_port=self.mqtt_port, credential=self.credential,
            socket=self.place.socket, database=self.database, master=self.master,
        )  # fmt: skip
        self.peer.start()

    def stop(self) -> None:
        self.peer.stop()
        self.end()

    def processes(self) -> dict[str, list[int]]:
        return {"node-red": self.peer.pids(), **self.shared()}

    def how_many(self, first: str, last: str) -> int:
        row = self.rows.execute("SELECT count(*) FROM press WHERE pole BETWEEN %s AND %s", (first, last)).fetchone()
        return int(row[0]) if row else 0

    def kept(self, first: str, last: str) -> dict[str, Kept]:
        found = self.rows.execute("SELECT pole, count(*) FROM press WHERE pole BETWEEN %s AND %s GROUP BY 1", (first, last))
        return {pole: Kept(pole, rows, ordinary=True) for pole, rows in found}

    def operator_arguments(self) -> list[str]:
        return ["--kind", "websocket", "--port", str(self.place.port(2)), "--count", str(OPERATORS)]


class _OurTables:
    """Reading what is kept in our own tables, whoever wrote it."""

    rows: "psycopg.Connection[Any]"

    def how_many(self, first: str, last: str) -> int:
        row = self.rows.execute("SELECT count(*) FROM sos_press WHERE device BETWEEN %s AND %s", (first, last)).fetchone()
        return int(row[0]) if row else 0

    def kept(self, first: str, last: str) -> dict[str, Kept]:
        """Only what has an incident and an audit leaf as well counts as kept."""
        found = self.rows.execute(
            """
            SELECT press.device, incident.id::text, count(*), bool_and(press.kind = 'ordinary')
            FROM sos_press AS press JOIN incidents_incident AS incident ON incident.id = press.incident_id
            JOIN audit_leaf AS leaf ON leaf.object = 'incident:' || incident.id AND leaf.action = 'press.heard'
            WHERE press.device BETWEEN %s AND %s GROUP BY 1, 2
            """,
            (first, last),
        )
        return {pole: Kept(self.key_of(pole, incident), rows, ordinary) for pole, incident, rows, ordinary in found}

    def key_of(self, pole: str, incident: str) -> str:
        """Under what operators hear of it."""
        return incident


class NodeRedSameWork(_OurTables, NodeRedTurn):  # type: ignore[misc]
    """The peer, keeping what ours keeps."""

    function = node_red.SAME_WORK
    like = PATTERN

    def key_of(self, pole: str, incident: str) -> str:
        return pole


class OurTurn(_OurTables, _Turn):  # type: ignore[misc]
    """Ours: the real intake and the real web, in processes of their own."""

    answers = True

    def __init__(self, name: str, place: Place, *, commit_mode: str) -> None:
        super().__init__(name, place)
        self.commit_mode = commit_mode

    def environment(self, database: str) -> dict[str, str]:
        """The settings of a station that lives in this benchmark."""
        place = self.place
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "safetyzone.programs.web.configuration",
            "SAFETYZONE_STATE": str(place.folder / "state"),
            "SAFETYZONE_STATION": "benchmark",
            "SAFETYZONE_DATABASE_URL": url(place, database),
            "SAFETYZONE_NATS_URL": f"nats://127.0.0.1:{place.port(0)}",
            "SAFETYZONE_NATS_USER": APP,
            "SAFETYZONE_NATS_PASSWORD": PASSWORD,
            "SAFETYZONE_SECRET_KEY": MASTER.decode(),
            "SAFETYZONE_WEB_PORT": str(place.port(3)),
            "SAFETYZONE_INTAKE_PORT": str(place.port(4)),
            "SAFETYZONE_PUBLIC_URL": f"http://127.0.0.1:{place.port(3)}",
            "SAFETYZONE_MFA_REQUIRED": "false",
            "SAFETYZONE_COMMIT_MODE": self.commit_mode,
        }

    def start(self) -> None:
        folder = self.begin(PATTERN)
        environment = self.environment(self.database)
        self.log = (folder / "ours.log").open("wb")
        self.programs = [
            subprocess.Popen([sys.executable, "-m", "safetyzone", program], env=environment, stdout=self.log, stderr=self.log)
            for program in PROGRAMS
        ]
        for number in (4, 3):
            wait_for_port(self.place.port(number), within_s=30)
        time.sleep(1.0)  # the intake subscribes after its page opens

    def stop(self) -> None:
        for program in self.programs:
            program.terminate()
        for program in self.programs:
            try:
                program.wait(6)
            except subprocess.TimeoutExpired:
                program.kill()
                program.wait()
        self.log.close()
        self.end()

    def processes(self) -> dict[str, list[int]]:
        intake, web = self.programs
        return {"intake": [intake.pid], "web": [web.pid], **self.shared()}

    def operator_arguments(self) -> list[str]:
        cookies = self.place.folder / "cookies"
        return ["--kind", "sse", "--port", str(self.place.port(3)), "--count", str(OPERATORS), "--cookies", str(cookies)]


def url(place: Place, database: str) -> str:
    """The address of a database in the form that the station's settings take."""
    return f"postgresql://postgres@/{database}?host={place.socket}"


def make_pattern(place: Place, *, poles: int) -> None:
    """The database that each of our turns is copied from. Raises CalledProcessError with the words on the terminal."""
    place.databases.fresh(PATTERN)
    environment = OurTurn("pattern", place, commit_mode="group").environment(PATTERN)
    arguments = ["--poles", str(poles), "--operators", str(OPERATORS), "--cookies", str(place.folder / "cookies")]
    subprocess.run([sys.executable, "-m", "benchmarks.sos.prepare", *arguments], env=environment, check=True)

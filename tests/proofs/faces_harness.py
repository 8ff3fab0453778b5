"""Cameras with faces in front of the real matcher, and the way of a candidate behind it: spool, bus, database, log. A process of its own.

``python -m tests.proofs.faces_harness FOLDER NATS_URL DSN FIRST COUNT [TWIN]``. Who passes is drawn (``seed`` of a face: FIRST and on);
one of them, LISTED, is on the list. When all have passed it says ``passed N candidates M`` and waits for a line on its standard input.
"""

import asyncio
import base64
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import psycopg
import structlog

from safetyzone.contracts.vision import TEMPLATE_VALUES, FaceCandidate, FacesWork, Template, subject
from safetyzone.programs import logs
from safetyzone.programs.nats import NatsPlace
from safetyzone.programs.vision import bus
from safetyzone.programs.vision.faces import memory
from safetyzone.programs.vision.faces.matcher import FaceMatcher, Gallery, Nets
from safetyzone.programs.vision.faces.nets import FaceEmbedder, Picture, aligned
from safetyzone.programs.vision.faces.tests.faces import face, street
from safetyzone.programs.vision.spool import Record, Spool
from safetyzone.programs.vision.writing import Writer

LISTED, CAMERA, THRESHOLD = 999_983, "canary-1", 0.97
BEGAN_MS, EVERY_MS = 1_800_000_000_000, 2_000
NATS_USER, NATS_PASSWORD = "app", "for-proofs"
TABLE = "CREATE TABLE IF NOT EXISTS canary_candidate (id uuid PRIMARY KEY, body text NOT NULL)"
log = structlog.get_logger()


def passers(first: int, count: int) -> Iterator[tuple[int, Picture]]:
    """Moments and frames: each passer is seen twice, the listed one first, then the strangers."""
    for number, who in enumerate((LISTED, *range(first, first + count))):
        for step in range(2):
            yield BEGAN_MS + number * EVERY_MS + step * 200, street((face(who, 96), 140 + 32 * step, 50))


class Way:
    """The way of a candidate: the vision program's own spool and bus, and a row in the database."""

    def __init__(self, folder: Path, url: str, dsn: str) -> None:
        self.spool = Spool(folder / "spool")
        self.writer = Writer(self.spool)
        self.rows = psycopg.connect(dsn, autocommit=True)
        self._place = NatsPlace(url=url, user=NATS_USER, password=NATS_PASSWORD, mqtt_host="", mqtt_port=0)

    def tell(self, said: FaceCandidate) -> None:
        self.writer.tell(said)
        self.rows.execute("INSERT INTO canary_candidate VALUES (%s, %s) ON CONFLICT DO NOTHING", (str(said.id), said.model_dump_json()))

    async def say(self) -> None:
        """All that waits in the spool goes to the bus, which keeps it on its own disk."""
        self.writer.close()
        done = asyncio.Event()
        done.set()
        await bus.tell(self.spool, self._place, stop=done)


def _twin(name: str, way: Way) -> None:
    """Break one promise. ``seen`` are the templates of a frame, before they are written over."""
    above = Gallery.above
    kept: list[np.ndarray] = []

    def logs_them(seen: np.ndarray) -> None:
        log.info("faces_compared", templates=[base64.b64encode(row.tobytes()).decode() for row in seen])

    def spools_them(seen: np.ndarray) -> None:
        way.spool.add([Record(uuid4(), subject(CAMERA, "face"), seen.astype(np.float16).tobytes())])

    def stores_them(seen: np.ndarray) -> None:
        for row in seen:
            way.rows.execute("INSERT INTO canary_candidate VALUES (gen_random_uuid(), %s)", (row.astype(np.float64).tobytes().hex(),))

    def prints_them(seen: np.ndarray) -> None:
        log.info("faces_compared", templates=[[float(value) for value in row] for row in seen])

    def keeps_them(seen: np.ndarray) -> None:
        kept.append(seen.copy())

    def leaves_the_output(self: Any, square: Picture, into: np.ndarray) -> None:
        self._input[0] = square[:, :, ::-1].transpose(2, 0, 1)
        self._session.run_with_iobinding(self._binding)
        into[:] = self._output[0] / np.linalg.norm(self._output[0])

    if name == "leaves_the_output":
        FaceEmbedder.embed, FaceEmbedder.rinse = leaves_the_output, lambda self: None  # type: ignore[method-assign]
        return
    spoil = {twin.__name__: twin for twin in (logs_them, spools_them, stores_them, prints_them, keeps_them)}[name]
    Gallery.above = lambda self, rows, threshold: (spoil(rows), above(self, rows, threshold))[1]  # type: ignore[method-assign]


def listed_vector() -> bytes:
    """The template of a photograph of the one on the list."""
    nets, frame, template = Nets(), street((face(LISTED, 96), 140, 50)), np.zeros(TEMPLATE_VALUES, np.float32)
    nets.embedder.embed(aligned(frame, nets.detector.find(frame)[0].points), template)
    return template.tobytes()


async def work(folder: Path, url: str, dsn: str, first: int, count: int, twin: str) -> None:
    memory.no_core_dumps()
    logs.configure("vision")
    way = Way(folder, url, dsn)
    if twin:
        _twin(twin, way)
    matcher = FaceMatcher(CAMERA, Nets())
    until = BEGAN_MS + (count + 10) * EVERY_MS
    given = FacesWork(
        until_ms=until, threshold=THRESHOLD, gallery=(Template(entry=1, activation=1, until_ms=until, vector=listed_vector()),)
    )
    many = candidates = 0
    for at_ms, frame in passers(first, count):
        matcher.give(given, at_ms)
        told: list[FaceCandidate] = matcher.look(frame, at_ms)
        many += 1
        for one in told:
            candidates += 1
            way.tell(one)
            log.info("face_candidate", camera=one.camera, activation=one.activation, entry=one.entry)
    await way.say()
    log.info("faces_looked", frames=many, candidates=candidates, locked=memory.Templates(1, 128).locked)
    time.sleep(1.0)
    print(f"passed {many} candidates {candidates}", flush=True)
    sys.stdin.readline()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]), (sys.argv[6:] or [""])[0]))

"""What cameras say, in batches into the spool: one sync of the disk for all that came meanwhile."""

import queue
import threading
import time
from typing import Literal

import structlog

from safetyzone.contracts.vision import FaceCandidate, FacesSeen, PlateReading, subject
from safetyzone.programs.vision.spool import Record, Spool

log = structlog.get_logger()

BATCH_S, BATCH = 0.03, 64
ENDS_WITHIN_S = 3.0
Said = PlateReading | FaceCandidate | FacesSeen


class Writer:
    """Safe to tell from many threads."""

    def __init__(self, spool: Spool) -> None:
        self._spool = spool
        self._said: queue.SimpleQueue[Said | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="spool", daemon=True)
        self._thread.start()

    def tell(self, said: Said) -> None:
        """Keep this, soon."""
        self._said.put(said)

    def close(self) -> None:
        """Write down what was said until now."""
        self._said.put(None)
        self._thread.join(ENDS_WITHIN_S)

    def _run(self) -> None:
        while (first := self._said.get()) is not None:
            batch, ends = [first], time.monotonic() + BATCH_S
            while len(batch) < BATCH:
                try:
                    said = self._said.get(timeout=max(0.0, ends - time.monotonic()))
                except queue.Empty:
                    break
                if said is None:
                    self._said.put(None)
                    break
                batch.append(said)
            self._keep(batch)

    def _keep(self, batch: list[Said]) -> None:
        try:
            self._spool.add([record_of(said) for said in batch])
        except (OSError, ValueError) as wrong:
            log.error("readings_lost", number=len(batch), error=type(wrong).__name__)


def record_of(said: Said) -> Record:
    """As the bus is told."""
    what: Literal["plate", "face", "seen"] = "plate"
    if not isinstance(said, PlateReading):
        what = "face" if isinstance(said, FaceCandidate) else "seen"
    return Record(said.id, subject(said.camera, what), said.model_dump_json().encode())

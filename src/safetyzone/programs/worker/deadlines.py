"""The loop that keeps time: calls nobody took, orders nobody answered, officers not heard of, poles fallen silent.

A thread and a database connection of its own, so that no job, no bus and no other program can make it late.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from safetyzone.kernel import clock

log = structlog.get_logger()

LONGEST_SLEEP_S = 0.5
"""A deadline set by another program while we sleep is seen after at most this."""


@dataclass
class Watch:
    """One room's deadlines. ``every_s``: how often to look; ``next_due`` lets the loop wake to the moment; ``first_after_s``:
    no look before so many seconds have passed."""

    name: str
    due: Callable[[datetime], int]
    next_due: Callable[[], datetime | None] | None = None
    every_s: float = 0.0
    first_after_s: float = 0.0
    looked: float = field(init=False)

    def __post_init__(self) -> None:
        self.looked = time.monotonic() + self.first_after_s - self.every_s


class DeadlineLoop:
    """Runs until ``stop`` is set. A fault in one room's deadlines is logged and does not stop the others'."""

    def __init__(self, watches: Sequence[Watch], *, stop: threading.Event, alive: Path | None = None) -> None:
        """``alive``: a file that is touched after each round that reached the database."""
        self.watches, self.stop, self.alive = watches, stop, alive

    def run(self) -> None:
        try:
            while not self.stop.is_set():
                self.stop.wait(self.round())
        finally:
            connection.close()

    def round(self) -> float:
        """Handle what is due; returns how many seconds to sleep."""
        sleep_s, well = LONGEST_SLEEP_S, True
        for watch in self.watches:
            if time.monotonic() - watch.looked < watch.every_s:
                continue
            try:
                handled = watch.due(clock.now())
                watch.looked = time.monotonic()
                if handled:
                    log.info("deadlines_handled", room=watch.name, count=handled)
                sleep_s = min(sleep_s, _seconds_until(watch.next_due() if watch.next_due else None))
            except DatabaseError as away:
                well = False
                log.warning("database_away", room=watch.name, error=type(away).__name__)
                connection.close()
            except Exception:
                # Whatever is wrong with one row must not stop the clock of every other call for help.
                log.exception("deadline_fault", room=watch.name)
        if well and self.alive is not None:
            self.alive.touch(mode=0o600)
        return sleep_s


def _seconds_until(moment: datetime | None) -> float:
    """From now until then, at least a hundredth: a row that stays due must not turn the loop into a race."""
    if moment is None:
        return LONGEST_SLEEP_S
    return max(0.01, (moment - clock.now()).total_seconds())

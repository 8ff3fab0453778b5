"""How a run is watched: each word of progress is handed on, at most so often, and the one who hears it may say stop."""

import time
from collections.abc import Callable, Iterator
from typing import Any

from safetyzone.senses.cameras.siting.plan import Progress

EVERY_S = 0.5

Told = Callable[[dict[str, Any], dict[str, Any]], bool]
"""Hears progress and the state to go on from; False means stop."""


class Watched:
    """An iterator over a run that reports on its way. ``stopped`` is what ``plan.run`` asks."""

    def __init__(self, told: Told) -> None:
        self._told = told
        self._last = float("-inf")
        self._stop = False
        self.state: dict[str, Any] = {}

    def stopped(self) -> bool:
        """Whether somebody said stop."""
        return self._stop

    def over(self, run: Iterator[Progress]) -> Iterator[Progress]:
        """The same run, watched."""
        phase = ""
        for progress in run:
            self.state = progress.state
            if progress.phase != phase or time.monotonic() - self._last >= EVERY_S:
                phase, self._last = progress.phase, time.monotonic()
                said = {
                    "phase": progress.phase, "value": _finite(progress.value), "bound": _finite(progress.bound),
                    "gap": _finite(progress.gap), "seconds": round(progress.seconds, 2),
                }  # fmt: skip
                self._stop = not self._told(said, progress.state) or self._stop
            yield progress


def _finite(number: float) -> float | None:
    """JSON has no infinity: a bound that is not known yet is none."""
    return round(number, 4) if abs(number) < 1e300 else None  # noqa: PLR2004

"""A camera says an object's plate in every frame: here it becomes one reading of one passage. Pure."""

from dataclasses import dataclass, field

from safetyzone.contracts.vision import PlateReading
from safetyzone.programs.vision.adapters import NAMELESS

QUIET_S = 1.0
"""An object not spoken of for so long has passed: of cameras that say every frame."""
FORGET_S = 60.0
MOST = 300
"""Objects of one camera; beyond, the oldest is taken for passed."""


@dataclass
class _Object:
    first_ms: int
    heard_s: float
    best: PlateReading | None = None
    told: "set[str]" = field(default_factory=set)


class Passing:
    """One camera's objects. What it stands by is told at once; of what it doubts, the best, when the object has passed."""

    def __init__(self, quiet_s: float = QUIET_S) -> None:
        self.quiet_s = quiet_s
        self._objects: dict[str, _Object] = {}

    def see(self, one: PlateReading, now_s: float) -> list[PlateReading]:
        """What is to be told now. ``now_s``: a clock that does not go back."""
        told: list[PlateReading] = []
        key = str(one.id) if one.track.startswith(NAMELESS) else one.track
        seen = self._objects.pop(key, None)
        if seen is None:
            seen = _Object(one.first_ms, now_s)
            if len(self._objects) >= MOST:
                told += self._passed(next(iter(self._objects)))
        self._objects[key] = seen  # the one spoken of last stands last
        seen.heard_s, seen.first_ms = now_s, min(seen.first_ms, one.first_ms)
        one = one.model_copy(update={"first_ms": seen.first_ms})
        if one.accepted and str(one.id) not in seen.told:
            seen.told.add(str(one.id))
            seen.best = None
            told.append(one)
        elif not seen.told and (seen.best is None or one.sure > seen.best.sure):
            seen.best = one
        return told

    def tick(self, now_s: float) -> list[PlateReading]:
        """Now and then: what has passed."""
        told: list[PlateReading] = []
        for track, seen in list(self._objects.items()):
            if now_s - seen.heard_s > self.quiet_s and seen.best is not None:
                told.append(seen.best)
                seen.told.add(str(seen.best.id))
                seen.best = None
            if now_s - seen.heard_s > FORGET_S:
                del self._objects[track]
        return told

    def _passed(self, track: str) -> list[PlateReading]:
        best = self._objects.pop(track).best
        return [best] if best is not None else []

"""Whether something moves before a camera, from the sizes of its frames alone. Nothing is decoded.

Between key frames an encoder sends what has changed: a street that sleeps costs little, and a passer-by costs more than the median of the
last minutes. The first frames after a key frame mend what that left coarse, and say nothing.
"""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

REMEMBERED_S = 120
LEARNS_S = 5
MENDING = 3
FLOOR_BYTES = 150
"""A frame of a still picture may grow by so much without anything having happened."""
MORE_THAN = 1.8
LASTS_S = 10.0
"""Active until so long after the last moving second."""


@dataclass
class Activity:
    """One camera's. ``now_s`` may be any clock that does not go back."""

    _seconds: "deque[float]" = field(default_factory=lambda: deque(maxlen=REMEMBERED_S), repr=False)
    _second: int = 0
    _bytes: int = 0
    _frames: int = 0
    _since_key: int = 0
    _moved_s: float = -1e9

    def add(self, size: int, *, key: bool, now_s: float) -> bool:
        """Count a frame; returns whether the camera is active now."""
        if int(now_s) != self._second:
            self._end_second(now_s)
        self._since_key = 0 if key else self._since_key + 1
        if self._since_key > MENDING:
            self._bytes += size
            self._frames += 1
        return now_s - self._moved_s < LASTS_S

    def _end_second(self, now_s: float) -> None:
        if self._frames:
            each = self._bytes / self._frames
            if len(self._seconds) >= LEARNS_S and each > median(self._seconds) * MORE_THAN + FLOOR_BYTES:
                self._moved_s = now_s
            self._seconds.append(each)
        self._second, self._bytes, self._frames = int(now_s), 0, 0

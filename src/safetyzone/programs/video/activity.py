"""Whether something moves before a camera, from the sizes of its frames alone. Nothing is decoded.

Between key frames an encoder sends what has changed: a street that sleeps costs little, and a passer-by costs more than the hour's median.
"""

from collections import deque
from dataclasses import dataclass, field
from statistics import median

REMEMBERED_S = 120
LEARNS_S = 5
FLOOR_BYTES = 1_500
"""A second of a still picture may double without anything having happened."""
MORE_THAN = 1.8
LASTS_S = 10.0
"""Active until so long after the last moving second."""


@dataclass
class Activity:
    """One camera's. ``now_s`` may be any clock that does not go back."""

    _seconds: "deque[int]" = field(default_factory=lambda: deque(maxlen=REMEMBERED_S), repr=False)
    _second: int = 0
    _bytes: int = 0
    _moved_s: float = -1e9

    def add(self, size: int, *, key: bool, now_s: float) -> bool:
        """Count a frame; returns whether the camera is active now."""
        if int(now_s) != self._second:
            self._end_second(now_s)
        if not key:
            self._bytes += size
        return now_s - self._moved_s < LASTS_S

    def _end_second(self, now_s: float) -> None:
        usual = median(self._seconds) if self._seconds else 0
        if len(self._seconds) >= LEARNS_S and self._bytes > usual * MORE_THAN + FLOOR_BYTES:
            self._moved_s = now_s
        self._seconds.append(self._bytes)
        self._second, self._bytes = int(now_s), 0

"""Whether something moves in a picture: the cheap question before every dear one.

The steps are those that Frigate publishes for its motion detector (grey picture of 100 lines, stretched contrast, blurred, against a
running mean), joined into few loops: a histogram in the place of a sorting percentile, a table in the place of clipping, and blur,
difference and mean in one pass.
"""

from dataclasses import dataclass, field

import numba
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]
"""Height x width, brightness."""

LINES = 100
"""The picture is judged at so many lines: a person at 40 m is some three lines tall on a street camera, a motorcycle's plate none."""
DIFFERS = 30
"""Of 255, after the contrast was stretched: less is noise, more is another thing."""
LEAST_CELLS = 10
"""Cells that differ and touch; fewer are leaves and rain."""
DARK, BRIGHT = 0.04, 0.96
"""The shares of a picture that the contrast is stretched between."""
LEARNS = 30
"""Pictures until the mean is to be trusted."""
BLIND = 6
"""The same after the light has changed all over, and the mean begins anew: few, for of a camera that sleeps there is one in two seconds."""
ALL_OVER = 0.8
MOST_BOXES = 64
SLOW, FAST = 0.01, 0.2
"""Weight of a new picture in the mean: as a rule, and while it learns."""
FOLLOWS = 0.05
"""Weight of a new picture in the bounds of the contrast."""


@numba.njit(cache=True, nogil=True)
def _shrink(luma, rows, columns, out, histogram):  # type: ignore[no-untyped-def]
    """Brightness of each cell, the mean of four of its pixels, and how often each brightness occurs.

    ``rows``, ``columns``: two pixels of each cell in that direction.
    """
    histogram[:] = 0
    for i in range(out.shape[0]):
        upper, lower = luma[rows[i, 0]], luma[rows[i, 1]]
        for j in range(out.shape[1]):
            left, right = columns[j, 0], columns[j, 1]
            value = (np.uint32(upper[left]) + np.uint32(upper[right]) + np.uint32(lower[left]) + np.uint32(lower[right])) >> np.uint32(2)
            out[i, j] = value
            histogram[value] += 1


@numba.njit(cache=True, nogil=True)
def _bounds(histogram, cells, dark, bright):  # type: ignore[no-untyped-def]
    seen, low, high = 0, -1, 255
    for value in range(256):
        seen += histogram[value]
        if low < 0 and seen > cells * dark:
            low = value
        if seen >= cells * bright:
            high = value
            break
    return max(low, 0), high


@numba.njit(cache=True, nogil=True)
def _blur_across(small, table, out):  # type: ignore[no-untyped-def]
    """Contrast, then a Gaussian of radius 1 (1 2 1 over 4) along the lines."""
    lines, columns = small.shape
    for i in range(lines):
        before, here = table[small[i, 0]], table[small[i, 0]]
        for j in range(columns):
            after = table[small[i, min(j + 1, columns - 1)]]
            out[i, j] = (before + here + here + after) * np.float32(0.25)
            before, here = here, after


@numba.njit(cache=True, nogil=True)
def _compare(blurred, mean, weight, differs, moved):  # type: ignore[no-untyped-def]
    """The same down the columns; compare with the mean, and move the mean. Returns how many cells differ."""
    lines, columns = blurred.shape
    count = 0
    for i in range(lines):
        above, here, below, old = blurred[max(i - 1, 0)], blurred[i], blurred[min(i + 1, lines - 1)], mean[i]
        for j in range(columns):
            value = (above[j] + here[j] + here[j] + below[j]) * np.float32(0.25)
            difference = value - old[j]
            apart = abs(difference) > differs
            moved[i, j] = apart
            count += apart
            old[j] += weight * difference
    return count


@numba.njit(cache=True, nogil=True)
def _contrast(histogram, cells, learnt, blind, stretch, table):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """The table of brightness, between bounds that follow the picture slowly: a bright lorry must not darken the street."""
    low, high = _bounds(histogram, cells, DARK, BRIGHT)
    share = np.float32(1.0 if learnt == 0 else FAST if learnt < blind else FOLLOWS)
    stretch[0] += share * (np.float32(low) - stretch[0])
    stretch[1] += share * (np.float32(max(high, low + 1)) - stretch[1])
    slope = np.float32(255.0) / max(stretch[1] - stretch[0], np.float32(1.0))
    for value in range(256):
        table[value] = min(max((np.float32(value) - stretch[0]) * slope, np.float32(0.0)), np.float32(255.0))


@numba.njit(cache=True, nogil=True)
def _judge(luma, rows, columns, small, histogram, table, stretch, blurred, mean, moved, learnt, blind, differs):  # type: ignore[no-untyped-def]  # noqa: PLR0917
    """All of one picture in one call. Returns how many cells differ from the mean."""
    _shrink(luma, rows, columns, small, histogram)
    _contrast(histogram, small.size, learnt, blind, stretch, table)
    _blur_across(small, table, blurred)
    if learnt == 0:
        mean[:] = blurred
    return _compare(blurred, mean, np.float32(FAST if learnt < blind else SLOW), np.float32(differs), moved)


@numba.njit(cache=True, nogil=True)
def _groups(moved, least, waiting, boxes):  # type: ignore[no-untyped-def]
    """Boxes (top, left, bottom, right; cells) round cells that differ and touch; ``moved`` is used up. Returns how many."""
    lines, columns = moved.shape
    found = 0
    for i in range(lines):
        for j in range(columns):
            if not moved[i, j]:
                continue
            moved[i, j] = False
            waiting[0], held, size = i * columns + j, 1, 0
            top, left, bottom, right = i, j, i, j
            while held:
                held -= 1
                y, x = waiting[held] // columns, waiting[held] % columns
                size += 1
                top, bottom, left, right = min(top, y), max(bottom, y), min(left, x), max(right, x)
                for ny in range(max(y - 2, 0), min(y + 3, lines)):
                    for nx in range(max(x - 2, 0), min(x + 3, columns)):
                        if moved[ny, nx]:
                            moved[ny, nx] = False
                            waiting[held] = ny * columns + nx
                            held += 1
            if size >= least and found < len(boxes):
                boxes[found, 0], boxes[found, 1], boxes[found, 2], boxes[found, 3] = top, left, bottom + 1, right + 1
                found += 1
    return found


@dataclass
class MotionGate:
    """One camera's."""

    differs: int = DIFFERS
    least: int = LEAST_CELLS
    _shape: tuple[int, int] = (0, 0)
    _learnt: int = 0
    _blind: int = LEARNS
    """Until so many pictures were learnt nothing is said to move."""
    _room: "_Room" = field(default=None, repr=False)  # type: ignore[assignment]

    def look(self, luma: Luma) -> list[tuple[int, int, int, int]]:
        """Where something moved: x, y, width, height in pixels of the picture; empty: nowhere, or the light changed all over."""
        if luma.shape != self._shape:
            self._begin(luma.shape[0], luma.shape[1])
        room = self._room
        lines, columns = room.small.shape
        count = _judge(
            luma, room.rows, room.columns, room.small, room.histogram, room.table, room.stretch, room.blurred, room.mean, room.moved,
            self._learnt, self._blind, self.differs,
        )  # fmt: skip
        learning = self._learnt < self._blind
        self._learnt += 1
        if count > ALL_OVER * lines * columns:
            self._learnt, self._blind = 0, BLIND
            return []
        if learning or count < self.least:
            return []
        number = _groups(room.moved, self.least, room.waiting, room.boxes)
        down, across = self._shape[0] / lines, self._shape[1] / columns
        return [
            (int(left * across), int(top * down), int((right - left) * across), int((bottom - top) * down))
            for top, left, bottom, right in room.boxes[:number].tolist()
        ]

    def _begin(self, height: int, width: int) -> None:
        self._shape, self._learnt, self._blind = (height, width), 0, LEARNS
        lines = min(LINES, height)
        self._room = _Room(height, width, lines, max(1, round(width * lines / height)))


class _Room:
    """What one picture after the other is worked out in."""

    def __init__(self, height: int, width: int, lines: int, columns: int) -> None:
        self.rows, self.columns = _two_of_each(height, lines), _two_of_each(width, columns)
        self.small = np.zeros((lines, columns), np.uint8)
        self.histogram = np.zeros(256, np.int64)
        self.stretch = np.array((0.0, 255.0), np.float32)
        self.table = np.zeros(256, np.float32)
        self.blurred = np.zeros((lines, columns), np.float32)
        self.mean = np.zeros((lines, columns), np.float32)
        self.moved = np.zeros((lines, columns), np.bool_)
        self.waiting = np.zeros(lines * columns, np.int64)
        self.boxes = np.zeros((MOST_BOXES, 4), np.int64)


def _two_of_each(pixels: int, cells: int) -> npt.NDArray[np.int64]:
    """A third and two thirds of the way through each cell."""
    begin = np.arange(cells) * pixels / cells
    return np.stack([begin + pixels / cells / 3, begin + 2 * pixels / cells / 3], axis=1).astype(np.int64)

"""Was the camera turned? Blocks of the reference are looked for where they were and where the picture may have gone. Pure numpy.

A block is compared by normalised correlation, which light, contrast and a passing car elsewhere leave alone; a person who fills half the
picture leaves the other half's blocks at home, and so is not taken for a turn.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BLOCK = 6
TEXTURED_STD = 6.0
"""Grey levels: a block with less contrast lies nowhere in particular."""
NOISE = 9.0
"""Variance of a sensor's noise, in grey levels squared: two flat blocks are not alike because both are noisy."""
AT_HOME = 0.6
"""Correlation from which a block is where it was."""
LEAST_BLOCKS = 10
"""Of 144: fewer say nothing about a turn (plain asphalt, a wall)."""
LEAST_PX = 4
"""Some 3° of a 70° lens: less is wind, and the map's sectors are no better."""
MOST_X, MOST_Y = 32, 18
"""A third of the picture; farther, nothing is left to recognise and ``LOST`` speaks."""
WENT, GAINED = 0.35, 0.2
"""Share of blocks found at the new place, and how many more than at home: then it was turned there."""
LOST = 0.3
"""Share at home below which it looks elsewhere: chance alone finds up to that many, a well camera keeps twice as many (measured)."""
PEAKS = 6
AROUND = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1))

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Turn:
    """``home``: share of the reference's blocks that are where they were; ``there``: that are all moved by ``px``."""

    home: float
    there: float
    px: float

    @property
    def turned(self) -> bool:
        """Whether the picture shows another view than the reference."""
        went = self.px >= LEAST_PX and self.there >= WENT and self.there >= self.home + GAINED
        return went or self.home < LOST


STILL = Turn(1.0, 1.0, 0.0)


def compare(now: Floats, was: Floats) -> Turn:
    """Where the reference's blocks are now; ``STILL`` where too few of them show anything."""
    home, blocks = _best(now, was, AROUND)
    if blocks < LEAST_BLOCKS:
        return STILL
    best, px = home, 0.0
    for dy, dx in _candidates(now, was):
        near = [(dy + y, dx + x) for y, x in AROUND]
        share, blocks = _best(now, was, near)
        if blocks >= LEAST_BLOCKS and share > best:
            best, px = share, float(np.hypot(dy, dx))
    return Turn(home, best, px)


def _best(now: Floats, was: Floats, shifts: Iterable[tuple[int, int]]) -> tuple[float, int]:
    """The largest share of textured blocks that correlate at one of some shifts, and of how many."""
    return max(_share(now, was, dy, dx) for dy, dx in shifts)


def _share(now: Floats, was: Floats, dy: int, dx: int) -> tuple[float, int]:
    height, width = was.shape
    rows, columns = (height - abs(dy)) // BLOCK * BLOCK, (width - abs(dx)) // BLOCK * BLOCK
    y, x = max(0, -dy), max(0, -dx)
    a = _blocks(was[y : y + rows, x : x + columns])
    b = _blocks(now[y + dy : y + dy + rows, x + dx : x + dx + columns])
    a, b = a - a.mean(axis=1, keepdims=True), b - b.mean(axis=1, keepdims=True)
    a_var, b_var = (a * a).mean(axis=1), (b * b).mean(axis=1)
    textured = a_var >= TEXTURED_STD**2
    count = int(textured.sum())
    if count == 0:
        return 0.0, 0
    alike = (a * b).mean(axis=1) / np.sqrt((a_var + NOISE) * (b_var + NOISE))
    return float((alike[textured] >= AT_HOME).mean()), count


def _blocks(picture: Floats) -> Floats:
    rows, columns = picture.shape[0] // BLOCK, picture.shape[1] // BLOCK
    return picture.reshape(rows, BLOCK, columns, BLOCK).swapaxes(1, 2).reshape(rows * columns, BLOCK * BLOCK)


def _candidates(now: Floats, was: Floats) -> list[tuple[int, int]]:
    """Where the whole picture may have gone: the highest peaks of the phase correlation of its edges."""
    a, b = np.fft.rfft2(_edges(now)), np.fft.rfft2(_edges(was))
    product = a * np.conj(b)
    across = np.fft.irfft2(product / np.maximum(np.abs(product), 1e-9) ** 0.7, s=was.shape)
    height, width = was.shape
    dy, dx = np.fft.fftfreq(height, 1 / height).round().astype(int), np.fft.fftfreq(width, 1 / width).round().astype(int)
    across[np.abs(dy) > MOST_Y, :] = -np.inf
    across[:, np.abs(dx) > MOST_X] = -np.inf
    found = []
    for _ in range(PEAKS):
        row, column = np.unravel_index(int(across.argmax()), across.shape)
        found.append((int(dy[row]), int(dx[column])))
        across[np.ix_((np.arange(row - 2, row + 3)) % height, (np.arange(column - 2, column + 3)) % width)] = -np.inf
    return found


def _edges(picture: Floats) -> Floats:
    gy, gx = np.gradient(picture)
    gradient = np.minimum(np.hypot(gx, gy), 60.0)
    window = np.outer(np.hanning(picture.shape[0] + 2)[1:-1], np.hanning(picture.shape[1] + 2)[1:-1])
    return np.asarray((gradient - gradient.mean()) * window)

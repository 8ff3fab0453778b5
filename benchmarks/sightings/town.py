"""A made town: vehicles of which few are often seen, cameras, a month; and a convoy that must be found."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safetyzone.contracts.plates import CONSONANTS

CAMERAS, DAYS, DAY_MS = 2_000, 30, 86_400_000
FIRST_DAY = 20_000
"""Days since 1970."""
DISTINCT = 0.09
"""Vehicles for each row: 10 million rows show some 800,000 of 900,000."""
JOURNEYS = 0.2
"""So many rows are of a vehicle that the next camera sees some five minutes later."""
FOLLOWERS, CONVOY_CAMERAS = 3, 40


@dataclass(frozen=True)
class Town:
    """Rows in the order of time. ``plate`` is the row of ``texts``."""

    texts: list[str]
    plate: NDArray[np.int32]
    camera: NDArray[np.int32]
    at_ms: NDArray[np.int64]
    leader: int
    followers: tuple[int, ...]

    @property
    def day(self) -> NDArray[np.int32]:
        """Of each row, in whole days since 1970."""
        return (self.at_ms // DAY_MS).astype(np.int32)


def made(rows: int, seed: int) -> Town:
    """The same town for the same seed."""
    chance = np.random.default_rng(seed)
    vehicles = max(1000, int(rows * DISTINCT))
    texts = _texts(chance, vehicles)
    first = rows - int(rows * JOURNEYS)
    often = chance.pareto(1.2, vehicles) + 0.05
    plate = chance.choice(vehicles, first, p=often / often.sum()).astype(np.int32)
    camera = chance.integers(0, CAMERAS, first, dtype=np.int32)
    at = FIRST_DAY * DAY_MS + chance.integers(0, DAYS * DAY_MS - 3_600_000, first)
    again = chance.integers(0, first, rows - first)
    later = at[again] + chance.normal(300_000, 60_000, len(again)).astype(np.int64)
    leader, *followers = (int(one) for one in chance.choice(vehicles, FOLLOWERS + 1, replace=False))
    route = chance.choice(CAMERAS, CONVOY_CAMERAS, replace=False).astype(np.int32)
    began = FIRST_DAY * DAY_MS + 12 * DAY_MS + np.arange(CONVOY_CAMERAS) * 180_000
    parts = [(np.full(CONVOY_CAMERAS, leader, np.int32), route, began)]
    parts += [(np.full(CONVOY_CAMERAS, one, np.int32), route, began + chance.integers(5_000, 20_000, CONVOY_CAMERAS)) for one in followers]
    plates = np.concatenate([plate, plate[again], *(one[0] for one in parts)])
    cameras = np.concatenate([camera, (camera[again] + 1) % CAMERAS, *(one[1] for one in parts)]).astype(np.int32)
    times = np.concatenate([at, later, *(one[2] for one in parts)])
    order = np.argsort(times, kind="stable")
    return Town(texts, plates[order], cameras[order], times[order], leader, tuple(sorted(followers)))


def _texts(chance: np.random.Generator, many: int) -> list[str]:
    """Plates that differ, of the form 6กพ7414, the digit before the letters missing on one in ten."""
    letters = len(CONSONANTS)
    numbers = chance.choice(10 * letters * letters * 9_999, many, replace=False)
    number, rest = numbers % 9_999 + 1, numbers // 9_999
    second, rest = rest % letters, rest // letters
    first, digit = rest % letters, rest // letters
    return [
        f"{d or ''}{CONSONANTS[a]}{CONSONANTS[b]}{n}"
        for d, a, b, n in zip(digit.tolist(), first.tolist(), second.tolist(), number.tolist(), strict=True)
    ]


def misread(text: str, chance: np.random.Generator) -> str:
    """The plate with one sign changed for another of its kind."""
    place = int(chance.integers(len(text)))
    signs = "123456789" if text[place].isdigit() else CONSONANTS
    return text[:place] + str(chance.choice([one for one in signs if one != text[place]])) + text[place + 1 :]

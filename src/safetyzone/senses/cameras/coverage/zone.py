"""What share of a zone's walkable street is seen, by one working camera and by two, by day and by night."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Bools, Bytes, Floats, compiled
from safetyzone.senses.cameras.coverage.ground import Ground

MOST_COUNTED = 255
"""More cameras than this on one point are counted as so many."""


@dataclass(frozen=True, slots=True)
class Shares:
    """``metres`` of walkable street, and which shares of them (0 to 1) are seen by at least one and at least two working cameras."""

    metres: float
    one_day: float
    two_day: float
    one_night: float
    two_night: float


def figures(ground: Ground, seen: Bytes, inside: Bools, *, seen_by_night: Bytes, working: Iterable[bool] | None = None) -> Shares:
    """Shares of the street inside (``ground.within``). ``seen`` and ``seen_by_night`` are ``seen.seen`` by day and by night, ``working``
    says which poses count (all, if left out)."""
    counts = [counted(each, working) for each in (seen, seen_by_night)]
    return shares(ground, counts[0], counts[1], inside)


def counted(seen: Bytes, working: Iterable[bool] | None = None) -> Bytes:
    """How many working cameras see each point."""
    works = np.ones(len(seen), np.bool_) if working is None else np.array(list(working), np.bool_)
    return _counted(np.ascontiguousarray(seen), works)


def turned(count: Bytes, was: Bytes, now: Bytes) -> Bytes:
    """The counts after one working camera turned: its row of ``seen`` before and after. For a camera moved by hand on the map."""
    return np.asarray(count - (was > 0) + (now > 0), np.uint8)


def shares(ground: Ground, day: Bytes, night: Bytes, inside: Bools) -> Shares:
    """Shares from how many cameras see each point; all 0 where there is no street."""
    weight: Floats = np.where(inside, ground.points.weight, 0.0)
    metres = float(weight.sum())
    if metres == 0:
        return Shares(0.0, 0.0, 0.0, 0.0, 0.0)
    return Shares(metres, *(float(weight[count >= least].sum()) / metres for count in (day, night) for least in (1, 2)))


@compiled
def _counted(seen: Bytes, works: Bools) -> Bytes:
    count = np.zeros(seen.shape[1], np.uint8)
    for pose in range(len(seen)):
        if works[pose]:
            for p in range(seen.shape[1]):
                if seen[pose, p] > 0 and count[p] < MOST_COUNTED:
                    count[p] += 1
    return count

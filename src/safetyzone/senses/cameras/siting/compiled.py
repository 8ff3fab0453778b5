"""The inner loops, compiled by numba and cached on disk. Nothing here checks its arguments: ``cover`` and ``question`` do.

A *shape* is what never changes while a question is answered; a *tally* is one set of chosen poses with, for every pose, what
adding it now would bring. Adding or taking away a pose touches only the poses that share a point with it, so one exchange costs
a few thousand steps instead of a pass over all that everybody sees.
"""

from typing import NamedTuple

import numpy as np
from numba import njit
from numpy.typing import NDArray

from safetyzone.senses.cameras.siting.arrays import Bools, Floats, Ints

NOBODY = -1
"""No pose, no site or no point."""
FREE = 1e-12
"""A pose that costs nothing counts as costing this where gain is weighed against price."""


class Shape(NamedTuple):
    """One question as arrays: poses by points both ways, what a point is worth, and what may be chosen."""

    start: Ints
    """Where a pose's points begin in ``point``; one longer than the poses."""
    point: Ints
    back_start: Ints
    """Where a point's poses begin in ``back_pose``."""
    back_pose: Ints
    once: Floats
    """What a point is worth when one camera sees it."""
    twice: Floats
    """What a second camera adds; never more than ``once``, so that gains only fall as cameras are added."""
    site: Ints
    """The site of each pose."""
    site_start: Ints
    site_pose: Ints
    free: Bools
    """Sites where something may still be decided."""
    usable: Bools
    """Poses that may be chosen."""
    price: Floats
    """What a pose takes from the budget."""


class Tally(NamedTuple):
    """A set of chosen poses: cameras on each point, what each pose would add, the pose of each site, and value and spending."""

    cameras: Ints
    gain: Floats
    holder: Ints
    total: Floats
    """Value, spent."""


class Rows(NamedTuple):
    """Poses by points as CSR."""

    start: Ints
    point: Ints
    points: int


@njit(cache=True)
def rows_of(seen: NDArray[np.uint8], least: int) -> tuple[Ints, Ints]:
    """Rows of a matrix of density bands as CSR: the points that each pose sees at band ``least`` or better."""
    poses, points = seen.shape
    start = np.zeros(poses + 1, np.int64)
    for pose in range(poses):
        found = 0
        for p in range(points):
            found += seen[pose, p] >= least
        start[pose + 1] = start[pose] + found
    point = np.empty(start[poses], np.int32)
    for pose in range(poses):
        at = start[pose]
        for p in range(points):
            if seen[pose, p] >= least:
                point[at] = p
                at += 1
    return start, point


@njit(cache=True)
def turned_round(start: Ints, point: Ints, points: int) -> tuple[Ints, Ints]:
    """The same incidence read from the points: who sees each."""
    back_start = np.zeros(points + 1, np.int64)
    for entry in point:
        back_start[entry + 1] += 1
    back_start = np.cumsum(back_start)
    at, back_pose = back_start[:-1].copy(), np.empty(len(point), np.int32)
    for pose in range(len(start) - 1):
        for entry in point[start[pose] : start[pose + 1]]:
            back_pose[at[entry]] = pose
            at[entry] += 1
    return back_start, back_pose


@njit(cache=True)
def dominated(rows: Rows, site_start: Ints, site_pose: Ints, cost: Floats, keep: Bools) -> Bools:
    """Poses whose points another pose on the same site sees too, for no more money. ``keep``: never said of these."""
    start, point = rows.start, rows.point
    length, mark, lost = np.diff(start), np.full(rows.points, NOBODY, np.int32), np.zeros(len(start) - 1, np.bool_)
    for site in range(len(site_start) - 1):
        here = site_pose[site_start[site] : site_start[site + 1]]
        for better in here:
            if lost[better]:
                continue
            for entry in point[start[better] : start[better + 1]]:
                mark[entry] = better
            for pose in here:
                if pose == better or lost[pose] or keep[pose] or length[pose] > length[better] or cost[pose] < cost[better]:
                    continue
                within = True
                for entry in point[start[pose] : start[pose + 1]]:
                    if mark[entry] != better:
                        within = False
                        break
                lost[pose] = within
    for pose in range(len(lost)):
        if length[pose] == 0 and not keep[pose]:
            lost[pose] = True
    return lost


@njit(cache=True)
def fingerprints(rows: Rows, usable: Bools, keys: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], Ints]:
    """Two 64-bit sums for each point over the poses that see it, and how many those are: equal sums mean equal cover sets."""
    start, point = rows.start, rows.point
    sums, seen_by = np.zeros((rows.points, 2), np.uint64), np.zeros(rows.points, np.int64)
    for pose in range(len(start) - 1):
        if usable[pose]:
            for entry in point[start[pose] : start[pose + 1]]:
                sums[entry, 0] += keys[pose, 0]
                sums[entry, 1] += keys[pose, 1]
                seen_by[entry] += 1
    return sums, seen_by


@njit(cache=True)
def only(rows: Rows, usable: Bools, new: Ints) -> tuple[Ints, Ints]:
    """The rows of usable poses with points renamed by ``new``; points whose new name is ``NOBODY`` fall away."""
    start, point = rows.start, rows.point
    poses = len(start) - 1
    kept_start, kept, at = np.zeros(poses + 1, np.int64), np.empty(len(point), np.int32), 0
    for pose in range(poses):
        if usable[pose]:
            for entry in point[start[pose] : start[pose + 1]]:
                if new[entry] != NOBODY:
                    kept[at] = new[entry]
                    at += 1
        kept_start[pose + 1] = at
    return kept_start, kept[:at].copy()


@njit(cache=True)
def counted(rows: Rows, poses: Ints) -> Ints:
    """How many of these poses see each point."""
    start, point, cameras = rows.start, rows.point, np.zeros(rows.points, np.int32)
    for pose in poses:
        for at in range(start[pose], start[pose + 1]):
            cameras[point[at]] += 1
    return cameras


@njit(cache=True)
def worth(once: float, twice: float, cameras: int) -> float:
    """What the next camera on a point brings when ``cameras`` see it already."""
    return once if cameras == 0 else twice if cameras == 1 else 0.0


@njit(cache=True)
def empty(shape: Shape) -> Tally:
    """A tally with nothing chosen."""
    start, point, once = shape.start, shape.point, shape.once
    gain = np.zeros(len(shape.price))
    for pose in range(len(gain)):
        for at in range(start[pose], start[pose + 1]):
            gain[pose] += once[point[at]]
    holder = np.full(len(shape.free), NOBODY, np.int32)
    return Tally(np.zeros(len(once), np.int32), gain, holder, np.zeros(2))


@njit(cache=True)
def add(shape: Shape, tally: Tally, pose: int) -> None:
    """Choose a pose. Arrays are taken out of their tuples first: numba counts references each time it looks into one."""
    point, once, twice, back_start, back_pose = shape.point, shape.once, shape.twice, shape.back_start, shape.back_pose
    cameras, gain, value = tally.cameras, tally.gain, 0.0
    for at in range(shape.start[pose], shape.start[pose + 1]):
        entry = point[at]
        now = worth(once[entry], twice[entry], cameras[entry])
        cameras[entry] += 1
        value += now
        less = now - worth(once[entry], twice[entry], cameras[entry])
        if less != 0.0:
            for seer in range(back_start[entry], back_start[entry + 1]):
                gain[back_pose[seer]] -= less
    tally.holder[shape.site[pose]] = pose
    tally.total[0] += value
    tally.total[1] += shape.price[pose]


@njit(cache=True)
def take(shape: Shape, tally: Tally, pose: int) -> None:
    """Take a chosen pose away."""
    point, once, twice, back_start, back_pose = shape.point, shape.once, shape.twice, shape.back_start, shape.back_pose
    cameras, gain, value = tally.cameras, tally.gain, 0.0
    for at in range(shape.start[pose], shape.start[pose + 1]):
        entry = point[at]
        before = worth(once[entry], twice[entry], cameras[entry])
        cameras[entry] -= 1
        now = worth(once[entry], twice[entry], cameras[entry])
        value += now
        more = now - before
        if more != 0.0:
            for seer in range(back_start[entry], back_start[entry + 1]):
                gain[back_pose[seer]] += more
    tally.holder[shape.site[pose]] = NOBODY
    tally.total[0] -= value
    tally.total[1] -= shape.price[pose]


@njit(cache=True)
def best(shape: Shape, tally: Tally, limit: float, barred: int, by_price: bool) -> int:
    """The pose that adds most now (or most for its price), on a site that has none, within the budget; ``NOBODY`` where none adds."""
    site_start, site_pose, free, usable, price = shape.site_start, shape.site_pose, shape.free, shape.usable, shape.price
    gain, holder = tally.gain, tally.holder
    found, most = NOBODY, 0.0
    left = limit - tally.total[1]
    for site in range(len(free)):
        if free[site] and holder[site] == NOBODY:
            for at in range(site_start[site], site_start[site + 1]):
                pose = site_pose[at]
                rate = gain[pose] / max(price[pose], FREE) if by_price else gain[pose]
                if rate > most and usable[pose] and price[pose] <= left and pose != barred:
                    found, most = pose, rate
    return found

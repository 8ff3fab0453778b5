"""The inner loops of improving and of proving, compiled by numba: exchanges, kicks, turns, and the bound that prices give."""

from typing import NamedTuple

import numpy as np
from numba import njit

from safetyzone.senses.cameras.siting.arrays import Floats, Ints
from safetyzone.senses.cameras.siting.compiled import NOBODY, Shape, Tally, add, best, take

BARRED, BY_PRICE = 0.7, 0.5
"""How often a lifted camera may not come straight back, and how often cameras come back by gain for the money."""

HALVINGS = 45
"""The rate comes out to within 3e-14 of the highest one."""


class Shaking(NamedTuple):
    """How to shake."""

    times: int
    size: int
    """Most cameras lifted at once."""
    seed: int
    least: float
    """A loss that is no rounding."""


@njit(cache=True)
def fill(shape: Shape, tally: Tally, limit: float, barred: int, by_price: bool) -> None:
    """Add the best pose until none adds anything within the budget; ``barred`` is not the first."""
    pose = best(shape, tally, limit, barred, by_price)
    while pose != NOBODY:
        add(shape, tally, pose)
        pose = best(shape, tally, limit, NOBODY, by_price)


@njit(cache=True)
def climb(shape: Shape, tally: Tally, limit: float, order: Ints, least: float) -> float:
    """One pass of exchanges: each camera is lifted off its site and put wherever (or turned whichever way) it adds most.

    Returns what was gained. ``least``: a gain that is no rounding.
    """
    before = tally.total[0]
    for site in order:
        pose = tally.holder[site]
        if pose == NOBODY or not shape.free[site]:
            continue
        take(shape, tally, pose)
        better = best(shape, tally, limit, NOBODY, False)
        if better != NOBODY and tally.gain[better] > tally.gain[pose] + least:
            add(shape, tally, better)
            fill(shape, tally, limit, NOBODY, False)
        else:
            add(shape, tally, pose)
    return float(tally.total[0] - before)


@njit(cache=True)
def best_turn(shape: Shape, tally: Tally, limit: float) -> tuple[int, int, float]:
    """The site and the pose whose change, all else as it is, gains most; ``(NOBODY, NOBODY, 0)`` where no turn gains.

    A site that has no camera counts as turned when it gets one.
    """
    most, at, to = 0.0, NOBODY, NOBODY
    for site in range(len(shape.free)):
        if not shape.free[site]:
            continue
        pose, lost = tally.holder[site], 0.0
        if pose != NOBODY:
            value = tally.total[0]
            take(shape, tally, pose)
            lost = value - tally.total[0]
        for other in shape.site_pose[shape.site_start[site] : shape.site_start[site + 1]]:
            gain = tally.gain[other] - lost
            if shape.usable[other] and gain > most and tally.total[1] + shape.price[other] <= limit:
                most, at, to = gain, site, other
        if pose != NOBODY:
            add(shape, tally, pose)
    return at, to, most


@njit(cache=True)
def gains_of_turning(shape: Shape, tally: Tally, goal: Ints) -> Floats:
    """What turning each camera to its goal would gain, all else as it is; minus infinity where there is nothing to turn."""
    gains = np.full(len(goal), -np.inf)
    for site in range(len(goal)):
        pose = tally.holder[site]
        if goal[site] != NOBODY and pose != NOBODY and pose != goal[site] and shape.free[site]:
            value = tally.total[0]
            take(shape, tally, pose)
            gains[site] = tally.gain[goal[site]] - (value - tally.total[0])
            add(shape, tally, pose)
    return gains


@njit(cache=True)
def turn(shape: Shape, tally: Tally, limit: float, least: float) -> None:
    """The best turn again and again until the budget is spent or none gains."""
    while True:
        site, pose, gain = best_turn(shape, tally, limit)
        if pose == NOBODY or gain <= least:
            return
        if tally.holder[site] != NOBODY:
            take(shape, tally, tally.holder[site])
        add(shape, tally, pose)


@njit(cache=True)
def shake(shape: Shape, tally: Tally, limit: float, shaking: Shaking) -> float:
    """Lift a few neighbouring cameras off, put cameras back otherwise, keep it when nothing is lost. Returns what was gained.

    Equal worth is kept too: plateaus are how the search gets away from where it stands.
    """
    np.random.seed(shaking.seed)
    began, held = tally.total[0], (tally.holder != NOBODY) & shape.free
    if not held.any():
        return 0.0
    for _ in range(shaking.times):
        site = np.random.randint(len(shape.free))
        while tally.holder[site] == NOBODY or not shape.free[site]:
            site = np.random.randint(len(shape.free))
        value, saved = tally.total[0], tally.holder.copy()
        _lift(shape, tally, site, np.random.randint(1, shaking.size + 1))
        barred = saved[site] if np.random.random() < BARRED else NOBODY
        fill(shape, tally, limit, barred, np.random.random() < BY_PRICE)
        for changed in np.flatnonzero(tally.holder != saved):
            pose = tally.holder[changed]
            if pose != NOBODY:
                take(shape, tally, pose)
                fill(shape, tally, limit, NOBODY, False)
        if tally.total[0] < value - shaking.least:
            restore(shape, tally, saved)
    return float(tally.total[0] - began)


@njit(cache=True)
def _lift(shape: Shape, tally: Tally, site: int, size: int) -> None:
    """Take a camera away and up to ``size - 1`` cameras on sites that could see what it saw."""
    pose = tally.holder[site]
    take(shape, tally, pose)
    row = shape.point[shape.start[pose] : shape.start[pose + 1]]
    if len(row) == 0:
        return
    lifted, tries = 1, 0
    while lifted < size and tries < 4 * size:
        tries += 1
        entry = row[np.random.randint(len(row))]
        seers = shape.back_pose[shape.back_start[entry] : shape.back_start[entry + 1]]
        near = shape.site[seers[np.random.randint(len(seers))]]
        if shape.free[near] and tally.holder[near] != NOBODY:
            take(shape, tally, tally.holder[near])
            lifted += 1


@njit(cache=True)
def restore(shape: Shape, tally: Tally, saved: Ints) -> None:
    """Back to the poses of ``saved``, a copy of ``holder``."""
    different = np.flatnonzero(tally.holder != saved)
    for site in different:
        if tally.holder[site] != NOBODY:
            take(shape, tally, tally.holder[site])
    for site in different:
        if saved[site] != NOBODY:
            add(shape, tally, saved[site])


@njit(cache=True)
def priced(shape: Shape, prices: Floats) -> Floats:
    """The sum of the points' prices over the points of each pose that may be chosen."""
    start, point, usable = shape.start, shape.point, shape.usable
    worths = np.zeros(len(usable))
    for pose in range(len(worths)):
        if usable[pose]:
            for at in range(start[pose], start[pose + 1]):
                worths[pose] += prices[point[at]]
    return worths


@njit(cache=True)
def at_most(shape: Shape, worths: Floats, limit: float, rate: float) -> tuple[float, float, Floats]:
    """No choice of one pose a site within the limit sums up to more than the first number, by Lagrange: budget costs ``rate`` a unit.

    The second number is what the choice behind the first spends: more than the limit says that the rate is too low. Then what each
    site's best pose brings over its price.
    """
    site_start, site_pose, usable, prices = shape.site_start, shape.site_pose, shape.usable, shape.price
    most, spent, best_left = 0.0, 0.0, np.zeros(len(shape.free))
    for site in range(len(best_left)):
        top, price = 0.0, 0.0
        for at in range(site_start[site], site_start[site + 1]):
            pose = site_pose[at]
            left = worths[pose] - rate * prices[pose]
            if usable[pose] and left > top:
                top, price = left, prices[pose]
        most += top
        spent += price
        best_left[site] = top
    return most + (rate * limit if rate > 0.0 else 0.0), spent, best_left


@njit(cache=True)
def best_rate(shape: Shape, worths: Floats, limit: float) -> float:
    """What a unit of the budget must cost for ``at_most`` to be least: it is convex in the rate, so halving finds it."""
    if at_most(shape, worths, limit, 0.0)[1] <= limit:
        return 0.0
    low, high = 0.0, 0.0
    for pose in range(len(worths)):
        if shape.price[pose] > 0.0:
            high = max(high, worths[pose] / shape.price[pose])
    for _ in range(HALVINGS):
        rate = (low + high) / 2
        if at_most(shape, worths, limit, rate)[1] > limit:
            low = rate
        else:
            high = rate
    return high

"""The inner loops of choosing from nothing, compiled by numba: gains from what is counted, and the lazy heap."""

import heapq

import numpy as np
from numba import njit

from safetyzone.senses.cameras.siting.arrays import Floats, Ints
from safetyzone.senses.cameras.siting.compiled import FREE, NOBODY, Shape, worth


@njit(cache=True)
def lazy_greedy(shape: Shape, count: Ints, holder: Ints, limit: float, by_price: bool) -> Ints:
    """Poses in the order of falling gain (or gain for the money): a heap of old gains, each looked at again only when it comes up.

    Gains only fall, so a pose whose fresh gain still tops the heap is the best of all. Sites that are not ``free`` take none.
    """
    site, price = shape.site, shape.price
    room, added, looked_at = limit, [0 for _ in range(0)], np.zeros(len(price), np.int64)
    heap = [(0.0, 0) for _ in range(0)]
    rates = gains_left(shape, count)
    for pose in range(len(price)):
        if rates[pose] > 0.0 and shape.free[site[pose]] and holder[site[pose]] == NOBODY and price[pose] <= room:
            heap.append((-rates[pose] / (max(price[pose], FREE) if by_price else 1.0), pose))
    heapq.heapify(heap)
    while heap:
        key, pose = heapq.heappop(heap)
        if holder[site[pose]] != NOBODY or price[pose] > room:
            continue
        if looked_at[pose] != len(added):
            looked_at[pose] = len(added)
            key = -gain_of(shape, count, pose) / (max(price[pose], FREE) if by_price else 1.0)
            if heap and heap[0][0] < key:
                heapq.heappush(heap, (key, pose))
                continue
        if key >= 0.0:
            break
        for at in range(shape.start[pose], shape.start[pose + 1]):
            count[shape.point[at]] += 1
        holder[site[pose]] = pose
        room -= price[pose]
        added.append(pose)
    return np.array(added, dtype=np.int64)


@njit(cache=True)
def gain_of(shape: Shape, count: Ints, pose: int) -> float:
    """What a pose would add to the cameras counted."""
    point, once, twice, gain = shape.point, shape.once, shape.twice, 0.0
    for at in range(shape.start[pose], shape.start[pose + 1]):
        entry = point[at]
        gain += worth(once[entry], twice[entry], count[entry])
    return gain


@njit(cache=True)
def gains_left(shape: Shape, count: Ints) -> Floats:
    """What each pose that may be chosen would add to the cameras counted; 0 for the others."""
    next_worth, start, point, usable = np.empty(len(count)), shape.start, shape.point, shape.usable
    for entry in range(len(count)):
        next_worth[entry] = worth(shape.once[entry], shape.twice[entry], count[entry])
    gain = np.zeros(len(shape.price))
    for pose in range(len(gain)):
        if usable[pose]:
            for at in range(start[pose], start[pose + 1]):
                gain[pose] += next_worth[point[at]]
    return gain


@njit(cache=True)
def added_up(shape: Shape, count: Ints, poses: Ints) -> Floats:
    """What each of these poses adds to those before it. ``count`` is counted on."""
    gains = np.empty(len(poses))
    for number, pose in enumerate(poses):
        gains[number] = gain_of(shape, count, pose)
        for at in range(shape.start[pose], shape.start[pose + 1]):
            count[shape.point[at]] += 1
    return gains

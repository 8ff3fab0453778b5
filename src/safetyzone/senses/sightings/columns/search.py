"""The loops of the index, for a compiler: binary search, plates that differ in one place, who else passed at the same time."""

import numba
import numpy as np
from numpy.typing import NDArray

LOW, ONES = 0x7F7F7F7F7F7F7F7F, 0x0101010101010101
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@numba.njit(cache=True, nogil=True)
def first_not_before(group: Ints, times: Longs, wanted: int, at: int) -> int:
    """Where (wanted, at) stands, or would, among rows sorted by (group, time)."""
    low, high = 0, len(group)
    while low < high:
        middle = (low + high) >> 1
        if group[middle] < wanted or (group[middle] == wanted and times[middle] < at):
            low = middle + 1
        else:
            high = middle
    return low


@numba.njit(cache=True, nogil=True)
def differing(keys: Longs, wanted: int, mask: int, most: int, found: Ints) -> int:
    """Rows whose fields under the mask differ from the wanted ones in at most so many places; returns how many stand in ``found``.

    Eight fields at a time: of the exclusive or, every byte that is not zero becomes a one, and a multiplication adds them up.
    """
    count = 0
    for row in range(len(keys)):
        other = (keys[row] ^ wanted) & mask
        ones = (((other & LOW) + LOW) | other) >> 7 & ONES
        if (ones * ONES) >> 56 <= most:
            found[count] = row
            count += 1
    return count


@numba.njit(cache=True, nogil=True)
def neighbours(  # noqa: PLR0917 - a compiled loop takes its columns one by one
    cameras: Ints, times: Longs, plates: Ints, own_camera: Ints, own_time: Longs, plate: int, within: int
) -> Longs:
    """Who passed a camera within so long of one vehicle there: (plate << 32 | camera), unsorted, the vehicle itself left out.

    ``cameras``, ``times`` and ``plates`` are sorted by camera and time; two passes, so that nothing grows.
    """
    starts = np.empty(len(own_time), np.int64)
    ends = np.empty(len(own_time), np.int64)
    total = 0
    for row in range(len(own_time)):
        starts[row] = first_not_before(cameras, times, own_camera[row], own_time[row] - within)
        end = starts[row]
        while end < len(cameras) and cameras[end] == own_camera[row] and times[end] <= own_time[row] + within:
            end += 1
        ends[row] = end
        total += end - starts[row]
    found = np.empty(total, np.int64)
    count = 0
    for row in range(len(own_time)):
        for other in range(starts[row], ends[row]):
            if plates[other] != plate:
                found[count] = np.int64(plates[other]) << 32 | cameras[other]
                count += 1
    return found[:count]


@numba.njit(cache=True, nogil=True)
def cameras_shared(pairs: Longs, least: int) -> tuple[Ints, Ints]:
    """Of sorted (plate << 32 | camera): plates seen at no fewer than so many different cameras, and at how many."""
    plates = np.empty(len(pairs) // least + 1, np.int32)
    counts = np.empty(len(pairs) // least + 1, np.int32)
    found, row = 0, 0
    while row < len(pairs):
        plate, different, before = pairs[row] >> 32, 0, np.int64(-1)
        while row < len(pairs) and pairs[row] >> 32 == plate:
            if pairs[row] != before:
                different += 1
                before = pairs[row]
            row += 1
        if different >= least:
            plates[found], counts[found] = plate, different
            found += 1
    return plates[:found], counts[:found]

"""The angular sweep where walls cross each other (houses that overlap on the map): every open wall is looked at between each two
neighbouring ends, and the border walked along from crossing to crossing. Slower than ``sweeping``, and right for all. Compiled.
"""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.rounding import arc

NOTHING = -1
TINY = 1e-9


@compiled
def swept_crossing(
    walls: Floats, turn: Floats, ex: Floats, ey: Floats, of: Ints, order: Ints, reach: float, vertex: Floats, count: int
) -> tuple[int, Floats]:
    """Append the polygon that these walls leave of the disc; arguments as in ``sweeping``."""
    active, place, open_walls = across_east(turn, len(walls))
    was, ux, uy, last, arc_x, arc_y = 0.0, 1.0, 0.0, -2, 0.0, 0.0
    for event in order:
        vx, vy = ex[event], ey[event]
        if turn[event] > was:
            while len(vertex) - count < 2 * open_walls + 256:
                vertex = np.concatenate((vertex, np.empty_like(vertex)))
            if open_walls == 0:
                if last != NOTHING:
                    arc_x, arc_y, last = ux, uy, NOTHING
            else:
                if last == NOTHING:
                    count = arc(vertex, count, math.atan2(arc_y, arc_x), angle_between(arc_x, arc_y, ux, uy), reach)
                count, last = _between(walls, active, open_walls, ux, uy, vx, vy, vertex, count, last)
            was, ux, uy = turn[event], vx, vy
        w = of[event]
        if w == NOTHING:
            continue
        if place[w] == NOTHING:
            active[open_walls], place[w] = w, open_walls
            open_walls += 1
        else:
            open_walls -= 1
            moved = active[open_walls]
            active[place[w]], place[moved] = moved, place[w]
            place[w] = NOTHING
    if last == NOTHING:
        angle = angle_between(arc_x, arc_y, ux, uy) if len(walls) else 2 * math.pi
        count = arc(vertex, count, math.atan2(arc_y, arc_x), angle, reach)
    return count, vertex


@compiled
def across_east(turn: Floats, walls: int) -> tuple[Ints, Ints, int]:
    """The walls that are open due east, where the sweep begins: the list, each wall's place in it or ``NOTHING``, and how many."""
    active, place, count = np.empty(walls, np.int64), np.full(walls, NOTHING, np.int64), 0
    for w in range(walls):
        if turn[w] > turn[walls + w]:
            active[count], place[w] = w, count
            count += 1
    return active, place, count


@compiled
def _between(
    walls: Floats, active: Ints, open_walls: int, ux: float, uy: float, vx: float, vy: float, vertex: Floats, count: int, last: int
) -> tuple[int, int]:
    """Append the nearest of the open walls from direction u to direction v, changing where a nearer one crosses it."""
    w, near, near_then = NOTHING, math.inf, math.inf
    for k in range(open_walls):
        c = active[k]
        here, then = walls[c, 4] / (ux * walls[c, 3] - uy * walls[c, 2]), walls[c, 4] / (vx * walls[c, 3] - vy * walls[c, 2])
        if here < near * (1 - TINY) or (here < near * (1 + TINY) and then < near_then):
            w, near, near_then = c, here, then
    if w != last:
        vertex[count, 0], vertex[count, 1] = near * ux, near * uy
        count += 1
    else:
        count -= 1  # the wall goes on: its corner at u was none
    for _ in range(open_walls):
        following, soonest = NOTHING, math.inf
        for k in range(open_walls):
            c = active[k]
            if c == w or walls[c, 4] / (vx * walls[c, 3] - vy * walls[c, 2]) >= near_then * (1 - TINY):
                continue
            lean = walls[w, 2] * walls[c, 3] - walls[w, 3] * walls[c, 2]
            if lean != 0:
                along = ((walls[c, 0] - walls[w, 0]) * walls[c, 3] - (walls[c, 1] - walls[w, 1]) * walls[c, 2]) / lean
                if along < soonest:
                    following, soonest = c, along
        if following == NOTHING:
            break
        vertex[count, 0], vertex[count, 1] = walls[w, 0] + soonest * walls[w, 2], walls[w, 1] + soonest * walls[w, 3]
        count, w = count + 1, following
        near_then = walls[w, 4] / (vx * walls[w, 3] - vy * walls[w, 2])
    vertex[count, 0], vertex[count, 1] = near_then * vx, near_then * vy
    return count + 1, w


@compiled
def angle_between(ux: float, uy: float, vx: float, vy: float) -> float:
    """Counter-clockwise from u to v, 0 up to a full turn; 0 where rounding has put v a hair before u."""
    angle = math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)
    return angle if angle >= 0 else 0.0 if angle > -TINY else angle + 2 * math.pi

"""The angular sweep itself, compiled. Directions are ordered by a number that grows with the angle (no sine, no cosine), walls by
where the line through a direction meets them; between two neighbouring wall ends the nearest wall changes only where walls cross.
"""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.rounding import arc
from safetyzone.senses.cameras.coverage.scene import CELL_M, CROWN, SOLID, Scene

FULL = 4.0
"""The ordering number of a full turn."""
NOTHING = -1
TINY = 1e-9


@compiled
def turn_of(x: float, y: float) -> float:
    """A number in 0..4 that grows with the angle from east, counter-clockwise."""
    share = y / (abs(x) + abs(y))
    if x < 0:
        return 2.0 - share
    return share if y >= 0 else FULL + share


@compiled
def polygons(scene: Scene, x: Floats, y: Floats, reach: Floats, least_top: Floats) -> tuple[Ints, Floats]:
    """The polygon of each place, after each other; see ``sweep.polygons``."""
    start, vertex = np.zeros(len(x) + 1, np.int64), np.empty((96 * len(x) + 4096, 2))
    stamp, walls, count = np.full(len(scene.ax), -1, np.int64), np.empty((256, 5)), 0
    for place in range(len(x)):
        walls, found = _walls_around(scene, x[place], y[place], reach[place], least_top[place], stamp, place, walls)
        count, vertex = _swept(walls[:found], reach[place], vertex, count)
        start[place + 1] = count
    return start, vertex[:count].copy()


@compiled
def _walls_around(
    scene: Scene, cx: float, cy: float, reach: float, least_top: float, stamp: Ints, mark: int, walls: Floats
) -> tuple[Floats, int]:
    """Rows (px, py, dx, dy, p × d): the pieces within reach of walls that face the place, counter-clockwise from p to p + d."""
    found, far = 0, reach * reach
    row_0, row_1 = max(0, int((cy - reach - scene.south) // CELL_M)), min(scene.rows, int((cy + reach - scene.south) // CELL_M) + 1)
    column_0 = max(0, int((cx - reach - scene.west) // CELL_M))
    column_1 = min(scene.columns, int((cx + reach - scene.west) // CELL_M) + 1)
    for row in range(row_0, row_1):
        for k in range(scene.cell_start[row * scene.columns + column_0], scene.cell_start[row * scene.columns + max(column_0, column_1)]):
            e = scene.cell_edge[k]
            if stamp[e] == mark:
                continue
            stamp[e] = mark
            owner = scene.edge_owner[e]
            if scene.kind[owner] == CROWN or scene.top[owner] < least_top:
                continue
            px, py, qx, qy = scene.bx[e] - cx, scene.by[e] - cy, scene.ax[e] - cx, scene.ay[e] - cy
            cross = px * qy - py * qx
            if cross < 0:
                if scene.kind[owner] == SOLID:
                    continue
                px, py, qx, qy, cross = qx, qy, px, py, -cross
            if cross < TINY:
                continue
            dx, dy = qx - px, qy - py
            length, middle = dx * dx + dy * dy, px * dx + py * dy
            spare = middle * middle - length * (px * px + py * py - far)
            if spare <= 0:
                continue
            root = math.sqrt(spare)
            first, last = max(0.0, (-middle - root) / length), min(1.0, (-middle + root) / length)
            if last <= first:
                continue
            if first > 0 or last < 1:
                px, py = px + first * dx, py + first * dy
                dx, dy = (last - first) * dx, (last - first) * dy
            if found == len(walls):
                walls = np.concatenate((walls, np.empty_like(walls)))
            walls[found, 0], walls[found, 1], walls[found, 2], walls[found, 3] = px, py, dx, dy
            walls[found, 4] = px * dy - py * dx
            if walls[found, 4] >= TINY:
                found += 1
    return walls, found


@compiled
def _swept(walls: Floats, reach: float, vertex: Floats, count: int) -> tuple[int, Floats]:
    """Append the polygon that these walls leave of the disc."""
    ends = 2 * len(walls) + 1
    turn, ex, ey, of = np.empty(ends), np.empty(ends), np.empty(ends), np.empty(ends, np.int64)
    active, place, open_walls = np.empty(len(walls), np.int64), np.full(len(walls), NOTHING, np.int64), 0
    for w in range(len(walls)):
        px, py = walls[w, 0], walls[w, 1]
        qx, qy = px + walls[w, 2], py + walls[w, 3]
        turn[2 * w], ex[2 * w], ey[2 * w], of[2 * w] = turn_of(px, py), px, py, w
        turn[2 * w + 1], ex[2 * w + 1], ey[2 * w + 1], of[2 * w + 1] = turn_of(qx, qy), qx, qy, w
        if turn[2 * w] > turn[2 * w + 1]:  # it lies across the east
            active[open_walls], place[w] = w, open_walls
            open_walls += 1
    turn[-1], ex[-1], ey[-1], of[-1] = FULL, 1.0, 0.0, NOTHING
    order = np.argsort(turn)
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
                    count = arc(vertex, count, math.atan2(arc_y, arc_x), _angle(arc_x, arc_y, ux, uy), reach)
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
        angle = _angle(arc_x, arc_y, ux, uy) if len(walls) else 2 * math.pi
        count = arc(vertex, count, math.atan2(arc_y, arc_x), angle, reach)
    return count, vertex


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
def _angle(ux: float, uy: float, vx: float, vy: float) -> float:
    """Counter-clockwise from u to v, 0 up to a full turn; 0 where rounding has put v a hair before u."""
    angle = math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)
    return angle if angle >= 0 else 0.0 if angle > -TINY else angle + 2 * math.pi

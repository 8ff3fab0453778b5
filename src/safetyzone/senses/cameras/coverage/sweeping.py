"""The angular sweep itself, compiled. Directions are ordered by a number that grows with the angle (no sine, no cosine), walls by
where the line through a direction meets them.

Walls that do not cross change places only at their ends, so one look at each end is enough; where houses overlap on the map and walls
do cross, that is noticed at the next end, and the place is swept again by ``crossing``, which looks at every wall everywhere.
"""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.crossing import NOTHING, TINY, across_east, angle_between, swept_crossing
from safetyzone.senses.cameras.coverage.rounding import FULL, arc, turn_of
from safetyzone.senses.cameras.coverage.scene import CELL_M, Scene

CROSSED = -1


@compiled
def polygons(scene: Scene, x: Floats, y: Floats, reach: Floats, least_top: Floats) -> tuple[Ints, Floats]:
    """The polygon of each place, after each other; see ``sweep.polygons``."""
    start, vertex = np.zeros(len(x) + 1, np.int64), np.empty((96 * len(x) + 4096, 2))
    stamp, walls, count = np.full(len(scene.ax), -1, np.int64), np.empty((256, 5)), 0
    for place in range(len(x)):
        walls, found = _walls_around(scene, x[place], y[place], reach[place], least_top[place], stamp, place, walls)
        here = walls[:found]
        turn, ex, ey, of = _ends(here)
        order = _ordered(turn)
        while len(vertex) - count < 8 * found + 1024:
            vertex = np.concatenate((vertex, np.empty_like(vertex)))
        after = _swept(here, turn, ex, ey, of, order, reach[place], vertex, count)
        if after == CROSSED:
            after, vertex = swept_crossing(here, turn, ex, ey, of, order, reach[place], vertex, count)
        count = after
        start[place + 1] = count
    return start, vertex[:count].copy()


@compiled
def _walls_around(
    scene: Scene, cx: float, cy: float, reach: float, least_top: float, stamp: Ints, mark: int, walls: Floats
) -> tuple[Floats, int]:
    """Rows (px, py, dx, dy, p × d): the pieces within reach of walls that face the place, counter-clockwise from p to p + d."""
    found, far = 0, reach * reach
    row_0, row_1 = max(0, int((cy - reach - scene.south) // CELL_M)), min(scene.rows, int((cy + reach - scene.south) // CELL_M) + 1)
    for row in range(row_0, row_1):
        off = max(0.0, scene.south + row * CELL_M - cy, cy - scene.south - (row + 1) * CELL_M)
        half = math.sqrt(max(0.0, far - off * off))
        column_0 = min(scene.columns, max(0, int((cx - half - scene.west) // CELL_M)))
        column_1 = max(column_0, min(scene.columns, int((cx + half - scene.west) // CELL_M) + 1))
        for k in range(scene.cell_start[row * scene.columns + column_0], scene.cell_start[row * scene.columns + column_1]):
            px, py = scene.cell_wall[k, 2] - cx, scene.cell_wall[k, 3] - cy
            qx, qy = scene.cell_wall[k, 0] - cx, scene.cell_wall[k, 1] - cy
            cross = px * qy - py * qx
            if cross < 0 and scene.cell_two_sided[k] == 1:
                px, py, qx, qy, cross = qx, qy, px, py, -cross
            dx, dy = qx - px, qy - py
            length = dx * dx + dy * dy
            if cross < TINY or cross * cross >= far * length or scene.cell_top[k] < least_top:
                continue
            e = scene.cell_edge[k]
            if stamp[e] == mark:
                continue
            stamp[e] = mark
            if px * px + py * py > far or qx * qx + qy * qy > far:
                middle = px * dx + py * dy
                root = math.sqrt(middle * middle - length * (px * px + py * py - far))
                first, last = max(0.0, (-middle - root) / length), min(1.0, (-middle + root) / length)
                if last <= first:
                    continue
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
def _ends(walls: Floats) -> tuple[Floats, Floats, Floats, Ints]:
    """The ends of walls: first all beginnings, then all ends, then due east; their direction, and whose they are."""
    n = len(walls)
    turn, ex, ey, of = np.empty(2 * n + 1), np.empty(2 * n + 1), np.empty(2 * n + 1), np.empty(2 * n + 1, np.int64)
    for w in range(n):
        px, py = walls[w, 0], walls[w, 1]
        qx, qy = px + walls[w, 2], py + walls[w, 3]
        turn[w], ex[w], ey[w], of[w] = turn_of(px, py), px, py, w
        turn[n + w], ex[n + w], ey[n + w], of[n + w] = turn_of(qx, qy), qx, qy, w
    turn[2 * n], ex[2 * n], ey[2 * n], of[2 * n] = FULL, 1.0, 0.0, NOTHING
    return turn, ex, ey, of


@compiled
def _ordered(turn: Floats) -> Ints:
    """Ends in the order of their turn, equal ones as they stand (beginnings first): by buckets, then each moved the little it must."""
    n = len(turn)
    order, start, scale = np.empty(n, np.int64), np.zeros(n + 1, np.int64), (n - 1) / FULL
    for k in range(n):
        start[int(turn[k] * scale) + 1] += 1
    for k in range(n):
        start[k + 1] += start[k]
    for k in range(n):
        bucket = int(turn[k] * scale)
        order[start[bucket]] = k
        start[bucket] += 1
    for k in range(1, n):
        moved, at = order[k], k
        while at > 0 and turn[order[at - 1]] > turn[moved]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = moved
    return order


@compiled
def _nearest(walls: Floats, active: Ints, open_walls: int, vx: float, vy: float, but: int) -> tuple[int, float]:
    """The nearest open wall but one in a direction, and its distance in lengths of v; of equal ones that which is nearer after it."""
    found, least = NOTHING, math.inf
    for k in range(open_walls):
        c = active[k]
        if c == but:
            continue
        away = walls[c, 4] / (vx * walls[c, 3] - vy * walls[c, 2])
        if away < least * (1 - TINY) or (away < least * (1 + TINY) and _turns_in(walls, found, c)):
            found, least = c, away
    return found, least


@compiled
def _turns_in(walls: Floats, one: int, other: int) -> bool:
    """Whether, of two walls that meet, the other is the nearer one after it."""
    return bool(walls[one, 2] * walls[other, 3] - walls[one, 3] * walls[other, 2] > 0)


@compiled
def _swept(walls: Floats, turn: Floats, ex: Floats, ey: Floats, of: Ints, order: Ints, reach: float, vertex: Floats, count: int) -> int:
    """Append the polygon that these walls leave of the disc, or say that some cross."""
    active, place, open_walls = across_east(turn, len(walls))
    near, away = _nearest(walls, active, open_walls, 1.0, 0.0, NOTHING)
    arc_x, arc_y = 1.0, 0.0
    if near != NOTHING:
        vertex[count, 0], vertex[count, 1], count = away, 0.0, count + 1
    for event in order:
        w, vx, vy = of[event], ex[event], ey[event]
        if w == NOTHING:
            break
        here = walls[near, 4] / (vx * walls[near, 3] - vy * walls[near, 2]) if near != NOTHING else math.inf
        if place[w] == NOTHING:
            active[open_walls], place[w] = w, open_walls
            open_walls += 1
            if here < 1 - TINY or (here <= 1 + TINY and not _turns_in(walls, near, w)):
                continue
        elif w != near:  # a hidden wall ends; before the nearest, it has crossed it
            open_walls = _closed(active, place, open_walls, w)
            if here > 1 + TINY:
                return CROSSED
            continue
        else:
            open_walls = _closed(active, place, open_walls, w)
        then, away = _nearest(walls, active, open_walls, vx, vy, w)
        if away < here * (1 - TINY):  # some wall came before the nearest since the last look
            return CROSSED
        if place[w] != NOTHING:
            then, away = w, 1.0
        if near == NOTHING:
            count = arc(vertex, count, math.atan2(arc_y, arc_x), angle_between(arc_x, arc_y, vx, vy), reach)
        else:
            vertex[count, 0], vertex[count, 1], count = here * vx, here * vy, count + 1
        if then == NOTHING:
            arc_x, arc_y = vx, vy
        elif abs(away - here) > TINY:
            vertex[count, 0], vertex[count, 1], count = away * vx, away * vy, count + 1
        near = then
    if near != NOTHING:
        then, away = _nearest(walls, active, open_walls, 1.0, 0.0, near)
        here = walls[near, 4] / walls[near, 3]
        if away < here * (1 - TINY):
            return CROSSED
        vertex[count, 0], vertex[count, 1] = here, 0.0
        return count + 1
    angle = angle_between(arc_x, arc_y, 1.0, 0.0) if count > 0 else 2 * math.pi
    return arc(vertex, count, math.atan2(arc_y, arc_x), angle, reach)


@compiled
def _closed(active: Ints, place: Ints, open_walls: int, w: int) -> int:
    """Take a wall out of the open ones; returns how many are left."""
    moved = active[open_walls - 1]
    active[place[w]], place[moved] = moved, place[w]
    place[w] = NOTHING
    return open_walls - 1

"""A star-shaped polygon cut to a camera's picture: between two headings, and between two circles. Compiled."""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.rounding import arc

SPARE = 1.0005
"""A vertex so little outside the far circle is one of a round piece, whose area is exact already."""
INSIDE, NEAR, FAR = 0, 1, 2


@compiled
def sector(polygon: Floats, middle: float, opening: float, near: float, far: float) -> Floats:
    """See ``sweep.sector``; angles in radians, counter-clockwise from east."""
    if len(polygon) < 3 or not near < far:
        return np.empty((0, 2))
    whole = opening >= 2 * math.pi - 1e-9
    path = _closed(polygon) if whole else _between(polygon, middle - opening / 2, opening)
    vertex, count = np.empty((8 * len(path) + 1024, 2)), 0
    held, held_x, held_y, ux, uy = INSIDE, 0.0, 0.0, 0.0, 0.0
    cuts = np.empty(6)
    for k in range(len(path) - 1):
        px, py, dx, dy = path[k, 0], path[k, 1], path[k + 1, 0] - path[k, 0], path[k + 1, 1] - path[k, 1]
        pieces = _cut(px, py, dx, dy, near, far, cuts)
        for piece in range(pieces):
            a, b = cuts[piece], cuts[piece + 1]
            ux, uy, vx, vy = px + a * dx, py + a * dy, px + b * dx, py + b * dy
            away = math.hypot(px + (a + b) / 2 * dx, py + (a + b) / 2 * dy)
            kind = FAR if away > far * SPARE else NEAR if away < near else INSIDE
            if kind != held:
                if held != INSIDE:
                    count = _arc_between(vertex, count, held_x, held_y, ux, uy, far if held == FAR else near)
                held, held_x, held_y = kind, ux, uy
                if kind == INSIDE:
                    vertex[count, 0], vertex[count, 1] = ux, uy
                    count += 1
            elif count == 0 and kind == INSIDE:
                vertex[count, 0], vertex[count, 1] = ux, uy
                count += 1
            if kind == INSIDE:
                vertex[count, 0], vertex[count, 1] = vx, vy
                count += 1
            ux, uy = vx, vy
    if held != INSIDE:
        count = _arc_between(vertex, count, held_x, held_y, ux, uy, far if held == FAR else near)
    if near > 0:
        count = arc(vertex, count, math.atan2(uy, ux), -(2 * math.pi if whole else opening), near)
    elif not whole:
        vertex[count, 0], vertex[count, 1] = 0.0, 0.0
        count += 1
    return vertex[:count].copy()


@compiled
def sectors(start: Ints, polygons: Floats, middle: Floats, opening: Floats, near: Floats, far: Floats) -> tuple[Ints, Floats]:
    """The sectors of polygons that follow each other; see ``sweep.Polygons``."""
    found_start, vertex, count = np.zeros(len(start), np.int64), np.empty((len(polygons) + 4096, 2)), 0
    for number in range(len(start) - 1):
        part = sector(polygons[start[number] : start[number + 1]], middle[number], opening[number], near[number], far[number])
        while count + len(part) > len(vertex):
            vertex = np.concatenate((vertex, np.empty_like(vertex)))
        vertex[count : count + len(part)] = part
        count += len(part)
        found_start[number + 1] = count
    return found_start, vertex[:count].copy()


@compiled
def _closed(polygon: Floats) -> Floats:
    return np.concatenate((polygon, polygon[:1]))


@compiled
def _between(polygon: Floats, begin: float, opening: float) -> Floats:
    """The border from one heading counter-clockwise to another."""
    n, first = len(polygon), 0
    off = np.empty(n)
    for k in range(n):
        off[k] = (math.atan2(polygon[k, 1], polygon[k, 0]) - begin) % (2 * math.pi)
    for k in range(n):
        if off[k] > off[(k + 1) % n] + math.pi:
            first = (k + 1) % n
            break
    path, count = np.empty((n + 2, 2)), 1
    path[0] = _met(polygon, (first - 1) % n, first, begin)
    for k in range(n):
        at = (first + k) % n
        if off[at] >= opening:
            break
        path[count] = polygon[at]
        count += 1
    last = (first + count - 1) % n
    path[count] = _met(polygon, (last - 1) % n, last, begin + opening)
    return path[: count + 1]


@compiled
def _met(polygon: Floats, one: int, other: int, heading: float) -> Floats:
    """Where a heading leaves the polygon, through the edge between two vertices."""
    ux, uy = math.cos(heading), math.sin(heading)
    dx, dy = polygon[other, 0] - polygon[one, 0], polygon[other, 1] - polygon[one, 1]
    lean = ux * dy - uy * dx
    met = np.empty(2)
    if abs(lean) < 1e-12:
        met[:] = polygon[other]
        return met
    far = (polygon[one, 0] * dy - polygon[one, 1] * dx) / lean
    met[0], met[1] = far * ux, far * uy
    return met


@compiled
def _cut(px: float, py: float, dx: float, dy: float, near: float, far: float, cuts: Floats) -> int:
    """Where a piece of border crosses either circle: 0, the crossings in order, 1. Returns how many pieces those make."""
    count, length, middle, away = 1, dx * dx + dy * dy, px * dx + py * dy, px * px + py * py
    cuts[0] = 0.0
    for radius in (near, far):
        spare = middle * middle - length * (away - radius * radius)
        if length > 0 and spare > 0 and radius < 1e12:
            root = math.sqrt(spare)
            for at in ((-middle - root) / length, (-middle + root) / length):
                if 0 < at < 1:
                    cuts[count] = at
                    count += 1
    cuts[count] = 1.0
    cuts[:count].sort()
    return count


@compiled
def _arc_between(vertex: Floats, count: int, ux: float, uy: float, vx: float, vy: float, radius: float) -> int:
    angle = math.atan2(ux * vy - uy * vx, ux * vx + uy * vy)
    if angle < -1e-9 or (angle < 1e-9 and count == 0):  # more than half a turn; or, with nothing else left, all of it
        angle += 2 * math.pi
    return arc(vertex, count, math.atan2(uy, ux), max(0.0, angle), radius)

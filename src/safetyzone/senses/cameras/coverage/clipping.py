"""A star-shaped polygon cut to a camera's picture: between two headings, and between two circles. Compiled."""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.rounding import arc, turn_of

LOW, HIGH, BULGED, DIP = (1 - 1e-9) ** 2, (1 + 1e-9) ** 2, 1 + 1e-7, (1 - 3.5e-4) ** 2
"""Squared: on the far circle, surely outside it, and how far the chord of a round piece (``rounding.arc``) dips into it."""
SAME_M2 = 1e-18
INSIDE, NEAR, FAR = 0, 1, 2


@compiled
def sector(polygon: Floats, middle: float, opening: float, near: float, far: float) -> Floats:
    """See ``sweep.sector``; angles in radians, counter-clockwise from east."""
    if len(polygon) < 3 or not near < far:
        return np.empty((0, 2))
    whole = opening >= 2 * math.pi - 1e-9
    path = _closed(polygon) if whole else _between(polygon, middle - opening / 2, opening, far)
    vertex, count, high = np.empty((8 * len(path) + 1024, 2)), 0, far * far * HIGH
    held, held_x, held_y, ux, uy = INSIDE, 0.0, 0.0, 0.0, 0.0
    cuts, joined = np.empty(6), False
    for k in range(len(path) - 1):
        px, py, dx, dy = path[k, 0], path[k, 1], path[k + 1, 0] - path[k, 0], path[k + 1, 1] - path[k, 1]
        if dx * dx + dy * dy < SAME_M2:
            continue
        on_arc = _is_round(px, py, px + dx, py + dy, far)
        plain = on_arc or (near == 0 and max(px * px + py * py, (px + dx) ** 2 + (py + dy) ** 2) <= high)
        for piece in range(1 if plain else _cut(px, py, dx, dy, near, far, cuts)):
            a, b = (0.0, 1.0) if plain else (cuts[piece], cuts[piece + 1])
            ux, uy, vx, vy = px + a * dx, py + a * dy, px + b * dx, py + b * dy
            away = math.inf if on_arc else 0.0 if plain else (px + (a + b) / 2 * dx) ** 2 + (py + (a + b) / 2 * dy) ** 2
            kind = FAR if away > far * far else NEAR if away < near * near else INSIDE
            if kind != held:
                if held != INSIDE:
                    count = _arc_between(vertex, count, held_x, held_y, ux, uy, far if held == FAR else near)
                held, held_x, held_y, joined = kind, ux, uy, False
            if kind == INSIDE:
                if not joined:
                    vertex[count, 0], vertex[count, 1], count, joined = ux, uy, count + 1, True
                vertex[count, 0], vertex[count, 1], count = vx, vy, count + 1
            ux, uy = vx, vy
    if held != INSIDE and count == 0 and whole:
        count = arc(vertex, count, 0.0, 2 * math.pi, far if held == FAR else near)
    elif held != INSIDE:
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
def _between(polygon: Floats, begin: float, opening: float, far: float) -> Floats:
    """The border from one heading counter-clockwise to another."""
    n, first, ux, uy = len(polygon), 0, math.cos(begin), math.sin(begin)
    off, end = np.empty(n), turn_of(math.cos(opening), math.sin(opening))
    for k in range(n):
        off[k] = turn_of(polygon[k, 0] * ux + polygon[k, 1] * uy, polygon[k, 1] * ux - polygon[k, 0] * uy)
        if k > 0 and off[k - 1] > off[k] + 2:
            first = k
    path, count = np.empty((n + 2, 2)), 1
    _met(polygon, first - 1 if first > 0 else n - 1, first, begin, far, path[0])
    at = first
    while count <= n and off[at] < end:
        path[count, 0], path[count, 1] = polygon[at, 0], polygon[at, 1]
        count += 1
        at = at + 1 if at + 1 < n else 0
    _met(polygon, at - 1 if at > 0 else n - 1, at, begin + opening, far, path[count])
    return path[: count + 1]


@compiled
def _is_round(px: float, py: float, qx: float, qy: float, far: float) -> bool:
    """Whether a piece of border runs along or beyond the far circle, and is to be drawn along it anew. A wall's chord dips deeper."""
    here, there, square = px * px + py * py, qx * qx + qy * qy, far * far
    if min(here, there) < square * LOW or max(here, there) <= square * HIGH:
        return False
    cross, length = px * qy - py * qx, (qx - px) ** 2 + (qy - py) ** 2
    return bool(cross * cross >= square * DIP * length)


@compiled
def _met(polygon: Floats, one: int, other: int, heading: float, far: float, met: Floats) -> None:
    """Where a heading leaves the polygon, through the edge between two vertices; of a round piece, not within the circle."""
    ux, uy = math.cos(heading), math.sin(heading)
    px, py, qx, qy = polygon[one, 0], polygon[one, 1], polygon[other, 0], polygon[other, 1]
    lean = ux * (qy - py) - uy * (qx - px)
    if abs(lean) < 1e-12:
        met[0], met[1] = qx, qy
        return
    away = (px * (qy - py) - py * (qx - px)) / lean
    if _is_round(px, py, qx, qy, far):
        away = max(away, far * BULGED)
    met[0], met[1] = away * ux, away * uy


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
    if angle < -1e-9:  # more than half a turn
        angle += 2 * math.pi
    return arc(vertex, count, math.atan2(uy, ux), max(0.0, angle), radius)

"""Straight lines of sight: what hides a target, and which street points each place sees. Compiled; arguments are not checked.

A line falls from the camera's height to the target's. An owner hides the target when the line crosses its footprint between its
bottom and its top: so a low wall hides only a strip behind it, and one looks under a crown and over a roof.
"""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Bytes, Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.scene import CELL_M, CROWN, Scene, crowns_around

CLEAR, CROWN_FROM_ABOVE = -1, -2
ALL_ROUND_DEG, SPARE_DEG = 180.0, 0.01


@compiled
def hidden_by(scene: Scene, cx: float, cy: float, height: float, tx: float, ty: float, target: float, own: Ints, depth: Ints) -> int:
    """The edge that hides a target, ``CLEAR``, or ``CROWN_FROM_ABOVE``: the line enters a crown through its top.

    ``own``: crowns that do not hide for this camera. ``depth``: zeros for each band; zeros again afterwards. Walks the grid's cells
    along the line; an edge that several cells know is asked several times, and counted only where the line crosses it.
    """
    dx, dy = tx - cx, ty - cy
    column, row = int((cx - scene.west) // CELL_M), int((cy - scene.south) // CELL_M)
    last_column, last_row = int((tx - scene.west) // CELL_M), int((ty - scene.south) // CELL_M)
    step_x, step_y = 1 if dx > 0 else -1, 1 if dy > 0 else -1
    wide, deep = CELL_M / abs(dx) if dx != 0 else math.inf, CELL_M / abs(dy) if dy != 0 else math.inf
    next_x = (scene.west + (column + (dx > 0)) * CELL_M - cx) / dx if dx != 0 else math.inf
    next_y = (scene.south + (row + (dy > 0)) * CELL_M - cy) / dy if dy != 0 else math.inf
    entered, over, found = 0.0, False, CLEAR
    for _ in range(abs(last_column - column) + abs(last_row - row) + 1):
        left = min(next_x, next_y)
        if 0 <= column < scene.columns and 0 <= row < scene.rows:
            cell = row * scene.columns + column
            for k in range(scene.cell_start[cell], scene.cell_start[cell + 1]):
                e = scene.cell_edge[k]
                side_a = dx * (scene.ay[e] - cy) - dy * (scene.ax[e] - cx)
                side_b = dx * (scene.by[e] - cy) - dy * (scene.bx[e] - cx)
                if (side_a >= 0) == (side_b >= 0):
                    continue
                ex, ey = scene.bx[e] - scene.ax[e], scene.by[e] - scene.ay[e]
                t = ((scene.ax[e] - cx) * ey - (scene.ay[e] - cy) * ex) / (side_b - side_a)
                if t <= 0 or t >= 1:
                    continue
                z = height + (target - height) * t
                owner = scene.edge_owner[e]
                if z < scene.bottom[owner] or (scene.kind[owner] == CROWN and _is_one_of(owner, own)):
                    continue
                if z <= scene.top[owner]:
                    found = e
                    break
                if scene.kind[owner] == CROWN and entered <= t < left:
                    depth[scene.band[owner]] += 1 if side_a < 0 else -1
                    over = True
            if found != CLEAR:
                break
        entered = left
        if next_x < next_y:
            column, next_x = column + step_x, next_x + wide
        else:
            row, next_y = row + step_y, next_y + deep
    if over:
        for band in range(scene.bands):
            if depth[band] != 0 and found == CLEAR:
                found = CROWN_FROM_ABOVE
            depth[band] = 0
    return found


@compiled
def _is_one_of(owner: int, own: Ints) -> bool:
    found = False
    for each in own:
        found = found or each == owner
    return found


@compiled
def sights(
    scene: Scene, px: Floats, py: Floats, cell_start: Ints, cell_point: Ints, places: Floats, target: float
) -> tuple[Ints, Ints]:
    """Place → points in sight within its reach and opening, as CSR; the points of a place in the order of the cells.

    ``places``: x, y, height, reach, azimuth, half the opening (180: all round).
    """
    start, point = np.zeros(len(places) + 1, np.int64), np.empty(max(1024, 64 * len(places)), np.int64)
    depth, count = np.zeros(max(1, scene.bands), np.int64), 0
    for place in range(len(places)):
        x, y, height, reach, azimuth, half = places[place]
        own, ux, uy = crowns_around(scene, x, y), math.sin(math.radians(azimuth)), math.cos(math.radians(azimuth))
        least = math.cos(math.radians(min(180.0, half + SPARE_DEG))) if half < ALL_ROUND_DEG else -math.inf
        row_0, row_1 = _from_to(y - scene.south, reach, scene.rows)
        column_0, column_1 = _from_to(x - scene.west, reach, scene.columns)
        for row in range(row_0, row_1):
            for k in range(cell_start[row * scene.columns + column_0], cell_start[row * scene.columns + max(column_0, column_1)]):
                p = cell_point[k]
                dx, dy = px[p] - x, py[p] - y
                away = math.sqrt(dx * dx + dy * dy)
                if away > reach or dx * ux + dy * uy < least * away:
                    continue
                if hidden_by(scene, x, y, height, px[p], py[p], target, own, depth) != CLEAR:
                    continue
                if count == len(point):
                    point = np.concatenate((point, np.empty(len(point), np.int64)))
                point[count] = p
                count += 1
        start[place + 1] = count
    return start, point[:count].copy()


@compiled
def _from_to(middle: float, reach: float, cells: int) -> tuple[int, int]:
    return min(cells, max(0, int((middle - reach) // CELL_M))), min(cells, int((middle + reach) // CELL_M) + 1)


@compiled
def bands_of(
    start: Ints, point: Ints, px: Floats, py: Floats, lit: Bytes, place: Ints, cameras: Floats, thresholds: Floats, target: float,
    night: bool, out: Bytes,
) -> None:  # fmt: skip
    """For each camera of ``seen.rows_of`` the band of each point that its place has in sight, written into a row of ``out``."""
    for pose in range(len(cameras)):
        x, y, height, azimuth, half, near, far, focal, dark = cameras[pose]
        for k in range(start[place[pose]], start[place[pose] + 1]):
            p = point[k]
            dx, dy = px[p] - x, py[p] - y
            away = math.hypot(dx, dy)
            if away < near or away > far:
                continue
            off = abs((math.degrees(math.atan2(dx, dy)) - azimuth + 180.0) % 360.0 - 180.0)
            if off > half and away > 0:
                continue
            slant = math.hypot(away, height - target)
            if night and slant > dark and not lit[p]:
                continue
            density, band = focal / slant if slant > 0 else math.inf, 1
            for k_band in range(1, len(thresholds)):
                if density >= thresholds[k_band]:
                    band = k_band + 1
            out[pose, p] = band

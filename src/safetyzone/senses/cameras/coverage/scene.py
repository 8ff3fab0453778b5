"""What stands in the way as arrays for the compiled loops: edges on a grid of 20 m cells. Nothing here checks its arguments."""

from typing import NamedTuple

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Bools, Bytes, Floats, Ints, compiled

CELL_M = 20.0
SOLID, WALL, CROWN = 0, 1, 2
"""A building (its inside lies left of each edge), a wall (hides both ways), a band that one sees under and over."""


class Scene(NamedTuple):
    """Edges sorted by their owner (a building, a wall, a crown), and which edges each cell of the grid meets."""

    ax: Floats
    ay: Floats
    bx: Floats
    by: Floats
    edge_owner: Ints
    owner_start: Ints
    """Where an owner's edges begin; one longer than the owners."""
    bottom: Floats
    top: Floats
    kind: Bytes
    box: Floats
    """West, south, east, north of each owner."""
    band: Ints
    """Of each owner: crowns with equal bottom and top share one, and are one crown to a line of sight."""
    bands: int
    west: float
    south: float
    columns: int
    rows: int
    cell_start: Ints
    cell_edge: Ints
    cell_wall: Floats
    """ax, ay, bx, by of ``cell_edge``, side by side: the sweep reads them in this order."""
    cell_top: Floats
    """Of a crown, -1: it never hides everything."""
    cell_two_sided: Bytes


@compiled
def cells_of_edges(ax: Floats, ay: Floats, bx: Floats, by: Floats, west: float, south: float, columns: int, rows: int) -> tuple[Ints, Ints]:
    """Cell → edges as CSR. An edge belongs to each cell of its box that its line really meets (with a millimetre to spare)."""
    start = np.zeros(columns * rows + 1, np.int64)
    found = np.empty(0, np.int64)
    half, spare = CELL_M / 2, 1e-3
    for turn in range(2):
        for e in range(len(ax)):
            ex, ey = bx[e] - ax[e], by[e] - ay[e]
            column_0 = int((min(ax[e], bx[e]) - spare - west) // CELL_M)
            column_1 = int((max(ax[e], bx[e]) + spare - west) // CELL_M)
            row_0 = int((min(ay[e], by[e]) - spare - south) // CELL_M)
            row_1 = int((max(ay[e], by[e]) + spare - south) // CELL_M)
            for row in range(max(0, row_0), min(rows - 1, row_1) + 1):
                for column in range(max(0, column_0), min(columns - 1, column_1) + 1):
                    mx, my = west + column * CELL_M + half, south + row * CELL_M + half
                    side = ex * (my - ay[e]) - ey * (mx - ax[e])
                    if abs(side) > (half + spare) * (abs(ex) + abs(ey)):
                        continue
                    cell = row * columns + column
                    if turn == 1:
                        found[start[cell]] = e
                        start[cell] += 1
                    else:
                        start[cell + 1] += 1
        if turn == 0:
            start = np.cumsum(start)
            found = np.empty(start[-1], np.int64)
    start[1:] = start[:-1].copy()
    start[0] = 0
    return start, found


@compiled
def cells_of_points(x: Floats, y: Floats, west: float, south: float, columns: int, rows: int) -> tuple[Ints, Ints]:
    """Cell → points as CSR; every point lies inside the grid."""
    cell = np.empty(len(x), np.int64)
    start = np.zeros(columns * rows + 1, np.int64)
    for p in range(len(x)):
        cell[p] = int((y[p] - south) // CELL_M) * columns + int((x[p] - west) // CELL_M)
        start[cell[p] + 1] += 1
    start = np.cumsum(start)
    at, found = start[:-1].copy(), np.empty(len(x), np.int64)
    for p in range(len(x)):
        found[at[cell[p]]] = p
        at[cell[p]] += 1
    return start, found


@compiled
def is_inside(scene: Scene, owner: int, x: float, y: float) -> bool:
    """Whether a place lies in an owner's footprint (even-odd, so yards are outside)."""
    inside = False
    for e in range(scene.owner_start[owner], scene.owner_start[owner + 1]):
        if (scene.ay[e] > y) != (scene.by[e] > y):
            at = scene.ax[e] + (y - scene.ay[e]) / (scene.by[e] - scene.ay[e]) * (scene.bx[e] - scene.ax[e])
            if x < at:
                inside = not inside
    return inside


@compiled
def solid_over(scene: Scene, x: float, y: float) -> int:
    """The tallest building that a place lies in, or -1."""
    found = -1
    for owner in range(len(scene.top)):
        if scene.kind[owner] != SOLID or (found >= 0 and scene.top[owner] <= scene.top[found]):
            continue
        box = scene.box[owner]
        if box[0] <= x <= box[2] and box[1] <= y <= box[3] and is_inside(scene, owner, x, y):
            found = owner
    return found


@compiled
def built_over(scene: Scene, x: Floats, y: Floats, cell_start: Ints, cell_point: Ints) -> Bools:
    """Which of many points (on the grid) lie in a building."""
    found = np.zeros(len(x), np.bool_)
    for owner in range(len(scene.top)):
        if scene.kind[owner] != SOLID:
            continue
        box = scene.box[owner]
        first, last = int((box[0] - scene.west) // CELL_M), int((box[2] - scene.west) // CELL_M)
        for row in range(int((box[1] - scene.south) // CELL_M), int((box[3] - scene.south) // CELL_M) + 1):
            for k in range(cell_start[row * scene.columns + first], cell_start[row * scene.columns + last + 1]):
                p = cell_point[k]
                if not found[p] and box[0] <= x[p] <= box[2] and box[1] <= y[p] <= box[3] and is_inside(scene, owner, x[p], y[p]):
                    found[p] = True
    return found


@compiled
def crowns_around(scene: Scene, x: float, y: float) -> Ints:
    """The crowns that a camera hangs in or under. They do not hide for it: whoever hung it there cut it free."""
    found = np.empty(8, np.int64)
    count = 0
    for owner in range(len(scene.top)):
        if scene.kind[owner] == CROWN and count < len(found):
            box = scene.box[owner]
            if box[0] <= x <= box[2] and box[1] <= y <= box[3] and is_inside(scene, owner, x, y):
                found[count] = owner
                count += 1
    return found[:count]

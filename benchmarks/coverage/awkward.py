"""Places where careless arithmetic leaks or goes blind: on a wall, on a corner, along a wall, between touching houses, in a yard."""

import math
from itertools import pairwise

import numpy as np
import shapely

from benchmarks.coverage.city import MAST_M, REACH_M, ground_of
from safetyzone.senses.cameras.coverage import sweep

CASES: dict[str, list[shapely.Polygon]] = {
    "on a wall": [shapely.box(0, -30, 20, 30), shapely.box(-40, 5, -25, 9)],
    "on a corner": [shapely.box(0, 0, 90, 90), shapely.box(-30, -30, -20, -5)],
    "walls in one line": [shapely.box(10, 0, 20, 5), shapely.box(25, 0, 40, 5), shapely.box(45, -5, 50, 0)],
    "touching houses": [shapely.box(10, -20, 20, 0), shapely.box(10, 0, 20, 20), shapely.box(20, 20, 40, 30), shapely.box(0, 20, 10, 35)],
    "in a yard": [shapely.Polygon(shapely.box(-30, -30, 30, 30).exterior.coords, [shapely.box(-10, -8, 10, 8).exterior.coords])],
}


def errors() -> dict[str, float]:
    """Relative error of the area all round, against shapely's, by case."""
    found = {}
    for name, houses in CASES.items():
        ground = ground_of(houses)
        x, y = ground.place(0.0, 0.0, MAST_M)
        exact = float(shapely.area(_exact(x, y, houses)))
        found[name] = abs(sweep.area_m2(sweep.polygon(ground, x, y, REACH_M, MAST_M)) - exact) / exact
    return found


def _exact(x: float, y: float, houses: list[shapely.Polygon]) -> shapely.Geometry:
    hidden = list(houses)
    for house in houses:
        for ring in (house.exterior, *house.interiors):
            at = shapely.get_coordinates(ring) - (x, y)
            for a, b in pairwise(at):
                away = abs(a[0] * b[1] - a[1] * b[0]) / math.dist(a, b)
                if 1e-9 < away <= REACH_M:
                    far = 1.01 * REACH_M / away
                    hidden.append(shapely.affinity.translate(shapely.Polygon(np.stack([a, b, far * b, far * a])), x, y))
    return shapely.difference(shapely.Point(x, y).buffer(REACH_M, quad_segs=2_048), shapely.union_all(hidden))

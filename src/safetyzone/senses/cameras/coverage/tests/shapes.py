"""Grounds in plain metres for the tests, and visibility by shapely's own arithmetic to compare with."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import shapely

from safetyzone.kernel.geometry import EARTH_RADIUS_M
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.pose import Pose

ORIGIN = (100.54, 13.74)
_NORTH = math.radians(EARTH_RADIUS_M)
_EAST = _NORTH * math.cos(math.radians(ORIGIN[1]))

Ring = Sequence[tuple[float, float]]


def degrees(ring: Ring) -> list[tuple[float, float]]:
    """Metres from the origin as (lon, lat)."""
    return [(ORIGIN[0] + x / _EAST, ORIGIN[1] + y / _NORTH) for x, y in ring]


def area_in_degrees(area: shapely.Polygon) -> shapely.Polygon:
    return shapely.Polygon(degrees(area.exterior.coords), [degrees(ring.coords) for ring in area.interiors])


def ground(
    buildings: Sequence[Any] = (), *, streets: Sequence[tuple[Ring, str]] = (), crowns: Sequence[tuple[Ring, float, float]] = (),
    walls: Sequence[tuple[Ring, float]] = (), height: float = 20.0, lit: Sequence[bool] = (),
) -> Ground:  # fmt: skip
    """A ground of footprints in metres (rings, shapely polygons, or pairs of a ring and its height)."""
    houses = []
    for each in buildings:
        ring, tall = each if isinstance(each, tuple) and isinstance(each[1], int | float) else (each, height)
        houses.append((area_in_degrees(ring) if isinstance(ring, shapely.Polygon) else degrees(ring), tall))
    return Ground.from_shapes(
        houses, [(degrees(ring), low, high) for ring, low, high in crowns], [(degrees(nodes), True, name) for nodes, name in streets],
        ORIGIN, walls=[(degrees(line), tall) for line, tall in walls], lit=lit,
    )  # fmt: skip


def box(west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    return [(west, south), (east, south), (east, north), (west, north)]


def camera(x: float = 0.0, y: float = 0.0, azimuth: float = 0.0, **other: Any) -> Pose:
    """A 4 MP camera on a 6 m pole that sees the ground from close by to the horizon."""
    usual = {"height_m": 6.0, "tilt_deg": 20.0, "hfov_deg": 90.0, "vfov_deg": 120.0, "width_px": 2560, "night_range_m": 30.0}
    return Pose(x=x, y=y, azimuth_deg=azimuth, **{**usual, **other})


def exactly_seen(x: float, y: float, reach: float, footprints: Sequence[shapely.Polygon]) -> Any:
    """The disc less every footprint and every edge's shadow, in metres from the camera."""
    hidden = []
    for area in footprints:
        moved = shapely.transform(area, lambda at: at - (x, y))
        hidden.append(moved)
        for ring in (moved.exterior, *moved.interiors):
            at = shapely.get_coordinates(ring)
            hidden += [_shadow(a, b, 20 * reach) for a, b in pairwise(at)]
    disc = shapely.Point(0, 0).buffer(reach, quad_segs=1024)
    return shapely.difference(disc, shapely.union_all([each for each in hidden if not each.is_empty]))


def _shadow(a: Any, b: Any, far: float) -> Any:
    if abs(a[0] * b[1] - a[1] * b[0]) < 1e-9:
        return shapely.Polygon()
    far_a, far_b = a / np.hypot(*a), b / np.hypot(*b)
    middle = (far_a + far_b) / np.hypot(*(far_a + far_b))
    return shapely.make_valid(shapely.Polygon([a, far * far_a, 3 * far * middle, far * far_b, b]))

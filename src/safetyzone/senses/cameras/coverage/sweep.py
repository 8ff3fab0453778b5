"""The polygon seen from a place, all round, and its sector for a heading: exact, by an angular sweep over the edges within reach.

Polygons are metres east and north **of the camera**, counter-clockwise, star-shaped around it. Only what hides everything behind it
bounds them: walls at least as high as the camera. What lower walls and crowns hide are islands in it: ``hidden_strips``. Round pieces
are drawn with a vertex a little outside the circle between each two on it, so that areas are exact.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from safetyzone.senses.cameras.coverage import clipping, sweeping
from safetyzone.senses.cameras.coverage.compiled import Floats, Ints
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.pose import FACE_M, Pose, near_far, reach
from safetyzone.senses.cameras.coverage.scene import CROWN, SOLID, crowns_around

CORNERS = 3
"""A piece with fewer has no area."""
ENOUGH_BEHIND = 1e-6
"""A wall so little lower than the camera hides all behind it: its strip would end kilometres away."""


@dataclass(frozen=True, eq=False)
class Polygons:
    """Many polygons after each other: number ``i`` is ``vertex[start[i]:start[i + 1]]``."""

    start: Ints
    vertex: Floats

    def __getitem__(self, number: int) -> Floats:
        return self.vertex[self.start[number] : self.start[number + 1]]

    def __len__(self) -> int:
        return len(self.start) - 1

    def __iter__(self) -> Iterator[Floats]:
        return (self[number] for number in range(len(self)))


def polygon(ground: Ground, x: float, y: float, reach_m: float, height_m: float, target_m: float = FACE_M) -> Floats:
    """The 360 degrees polygon of one place, relative to where the camera truly hangs (``ground.place``).

    Raises:
        CameraInBuilding: see there.
    """
    at = ground.place(x, y, height_m)
    return polygons(ground, [at[0]], [at[1]], [reach_m], [height_m], target_m)[0]


def polygons(
    ground: Ground, x: Sequence[float] | Floats, y: Sequence[float] | Floats, reach_m: Sequence[float] | Floats,
    height_m: Sequence[float] | Floats, target_m: float = FACE_M,
) -> Polygons:  # fmt: skip
    """The polygons of many places, which must stand free (``ground.place``)."""
    xs, ys, reaches, heights = (np.ascontiguousarray(each, np.float64) for each in (x, y, reach_m, height_m))
    start, vertex = sweeping.polygons(ground.scene, xs, ys, reaches, np.maximum(heights, target_m) - ENOUGH_BEHIND)
    return Polygons(start, vertex)


def sector(polygon: Floats, azimuth_deg: float, hfov_deg: float, near_m: float = 0.0, far_m: float = math.inf) -> Floats:
    """The part of a polygon in a camera's picture: its heading, opening and ring. Empty (0, 2) where nothing is left.

    Less than 360 degrees begin and end at the camera (or at ``near_m``); a full ring is joined by a seam.
    """
    return clipping.sector(polygon, math.radians(90.0 - azimuth_deg), math.radians(min(hfov_deg, 360.0)), float(near_m), float(far_m))


def sectors(whole: Polygons, azimuth_deg: Floats, hfov_deg: Floats, near_m: Floats, far_m: Floats) -> Polygons:
    """``sector`` of many polygons at once."""
    middle, opening = np.radians(90.0 - np.asarray(azimuth_deg)), np.radians(np.minimum(hfov_deg, 360.0))
    edges = (np.ascontiguousarray(each, np.float64) for each in (middle, opening, near_m, far_m))
    return Polygons(*clipping.sectors(whole.start, whole.vertex, *edges))


def areas_m2(many: Polygons) -> Floats:
    """The area of each polygon."""
    return np.array([area_m2(each) for each in many], np.float64)


def area_m2(polygon: Floats) -> float:
    """By the surveyor's formula."""
    if len(polygon) < 3:
        return 0.0
    x, y = polygon[:, 0], polygon[:, 1]
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def hidden_strips(ground: Ground, x: float, y: float, reach_m: float, height_m: float, target_m: float = FACE_M) -> Any:
    """What lower walls, roofs and crowns hide within reach, as one shapely geometry relative to the camera.

    A line to a target at distance D is at height ``height - (height - target) d / D`` over the distance d. So a footprint with a
    bottom and a top hides its own image enlarged around the camera by every factor from ``low`` to ``high``: exact.
    """
    s, drop, left = ground.scene, height_m - target_m, []
    if drop <= 0:
        return shapely.MultiPolygon()
    near = _boxes_within(s.box, x, y, reach_m)
    free = set(crowns_around(s, float(x), float(y)).tolist())
    for owner in np.flatnonzero(near & ~((s.kind != CROWN) & (s.top >= height_m - ENOUGH_BEHIND))):
        bottom, top = float(s.bottom[owner]), float(s.top[owner])
        if top <= target_m or bottom >= height_m or int(owner) in free:
            continue
        low = max(1.0, drop / (height_m - bottom))
        rings = _edges(ground, int(owner)) - (x, y, x, y)
        nearest = float(shapely.distance(shapely.Point(0, 0), shapely.multilinestrings(rings.reshape(-1, 2, 2))))
        far = 2 * reach_m / max(nearest, 0.1)
        high = drop / (height_m - top) if top < height_m else far
        if high := min(high, far):
            left += _enlarged(rings, low, max(low, high), filled=s.kind[owner] in {SOLID, CROWN})
    return shapely.intersection(shapely.union_all(left), shapely.Point(0, 0).buffer(reach_m * 1.01)) if left else shapely.MultiPolygon()


@dataclass(frozen=True, eq=False)
class Around:
    """All that one place has around it, whatever a camera there looks at: turning it asks no wall again."""

    x: float
    y: float
    whole: Floats
    """The polygon all round, relative to the place."""
    hidden: Any
    """``hidden_strips`` of the place."""
    target_m: float


def around(ground: Ground, pose: Pose, density_px_m: float, target_m: float = FACE_M) -> Around:
    """What the place of a pose has around it, as far as the weakest density that will be asked of it reaches.

    Raises:
        CameraInBuilding: it stands where no camera can.
    """
    far = reach(pose, density_px_m, target_m)
    x, y = ground.place(pose.x, pose.y, pose.height_m)
    if far == 0:
        return Around(x, y, np.empty((0, 2)), shapely.MultiPolygon(), target_m)
    whole = polygons(ground, [x], [y], [far], [pose.height_m], target_m)[0]
    return Around(x, y, whole, hidden_strips(ground, x, y, far, pose.height_m, target_m), target_m)


def outlines(ground: Ground, place: Around, pose: Pose, densities: Sequence[float]) -> list[Any]:
    """What a camera at a known place sees of the ground at each density, the weakest first, ready to draw: shapely geometries in
    degrees (lon, lat), holes and all. No density may be weaker than the place was made for."""
    found, hidden = list[Any](), None
    for density_px_m in densities:
        near, far = near_far(pose, density_px_m, place.target_m)
        part = sector(place.whole, pose.azimuth_deg, pose.hfov_deg, near, far) if near < far else place.whole[:0]
        if len(part) < CORNERS:
            found.append(shapely.Polygon())
            continue
        shape = shapely.make_valid(shapely.Polygon(part), method="structure", keep_collapsed=False)
        if hidden is None:  # the finer sectors lie within this one, so that the strips are cut once
            hidden = shapely.intersection(place.hidden, shape)
        found.append(_lonlat(ground, place, shapely.difference(shape, hidden)))
    return found


def outline(ground: Ground, pose: Pose, density_px_m: float, target_m: float = FACE_M) -> Any:
    """``outlines`` of one camera and one density.

    Raises:
        CameraInBuilding: it stands where no camera can.
    """
    return outlines(ground, around(ground, pose, density_px_m, target_m), pose, [density_px_m])[0]


def _lonlat(ground: Ground, place: Around, shape: Any) -> Any:
    return shapely.transform(shape, lambda at: np.stack(ground.to_lonlat(at[:, 0] + place.x, at[:, 1] + place.y), axis=1))


def _boxes_within(box: Floats, x: float, y: float, reach_m: float) -> Any:
    dx = np.maximum(0, np.maximum(box[:, 0] - x, x - box[:, 2]))
    dy = np.maximum(0, np.maximum(box[:, 1] - y, y - box[:, 3]))
    return np.hypot(dx, dy) <= reach_m


def _edges(ground: Ground, owner: int) -> Floats:
    s, of = ground.scene, slice(ground.scene.owner_start[owner], ground.scene.owner_start[owner + 1])
    return np.stack([s.ax[of], s.ay[of], s.bx[of], s.by[of]], axis=1)


def _enlarged(edges: Floats, low: float, high: float, *, filled: bool) -> list[Any]:
    a, b = edges[:, :2], edges[:, 2:]
    quads = np.stack([low * a, low * b, high * b, high * a], axis=1)
    left = [shapely.make_valid(each) for each in shapely.polygons(quads)]
    if filled:
        left += list(shapely.get_parts(shapely.polygonize([*shapely.linestrings(edges.reshape(-1, 2, 2) * low)])))
    return left

"""Which street points each camera sees, and how well: lines of sight once for each place, headings for next to nothing."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage import rays
from safetyzone.senses.cameras.coverage.compiled import Bytes, Floats, Ints
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.pose import FACE_M, Pose, near_far, reach

BANDS: Floats = np.array([each.px_m for each in optics.CLASSES[optics.Edition.Y2014]], np.float64)
"""Pixels a metre from which band 1, 2, … 6 begins."""


@dataclass(frozen=True, eq=False)
class Sights:
    """Which points each place has in sight all round, whatever the camera there looks at: place ``i`` has
    ``point[start[i]:start[i + 1]]``. Turning a camera asks this again, and no wall."""

    start: Ints
    point: Ints
    place: Ints
    """The place of each pose it was made for."""
    target_m: float
    density_px_m: float
    """Down to which density; fewer pixels a metre must not be asked of them."""


def sights(ground: Ground, poses: Sequence[Pose], density_px_m: float, target_m: float = FACE_M, *, all_round: bool = True) -> Sights:
    """Lines of sight for all places of these poses; poses at one place and height share them.

    ``all_round=False``: only those in the picture as it is aimed now, for poses that will not be turned.
    """
    at: dict[tuple[float, float, float], int] = {}
    places: list[list[float]] = []
    place = np.empty(len(poses), np.int64)
    for number, pose in enumerate(poses):
        here = place[number] = at.setdefault((pose.x, pose.y, pose.height_m), len(at))
        far = reach(pose, density_px_m, target_m)
        if here == len(places):
            half = rays.ALL_ROUND_DEG if all_round else pose.hfov_deg / 2
            places.append([pose.x, pose.y, pose.height_m, far, pose.azimuth_deg, half])
        else:
            places[here][3], places[here][5] = max(places[here][3], far), rays.ALL_ROUND_DEG
    points = ground.points
    start, point = rays.sights(
        ground.scene, points.x, points.y, points.cell_start, points.cell_point, np.array(places, np.float64).reshape(-1, 6), float(target_m)
    )
    return Sights(start, point, place, target_m, density_px_m)


def aimed(
    ground: Ground, known: Sights, poses: Sequence[Pose], density_px_m: float, *, night: bool = False, of: Ints | None = None
) -> Bytes:
    """The bands of poses whose places are known. ``of``: which pose of ``known`` each one's place is (each its own, if left out)."""
    place = known.place if of is None else known.place[of]
    out = np.zeros((len(poses), len(ground.points)), np.uint8)
    cameras = rows_of(poses, density_px_m, known.target_m)
    points = ground.points
    rays.bands_of(
        known.start, known.point, points.x, points.y, points.lit.view(np.uint8), np.ascontiguousarray(place), cameras, BANDS,
        float(known.target_m), night, out,
    )  # fmt: skip
    return out


def seen(ground: Ground, poses: Sequence[Pose], density_px_m: float, night: bool = False, target_m: float = FACE_M) -> Bytes:
    """Matrix (poses, points): 0 not seen, else the density band 1..6 (EN 62676-4:2014, monitor to inspect).

    Seen: in the picture, no fewer than ``density_px_m`` pixels a metre on the slant, nothing in the way, and by night within the
    camera's own light or under a street lamp. A point seen with less than 12.5 px/m (if so little was asked) has band 1.
    """
    known = sights(ground, poses, density_px_m, target_m, all_round=False)
    return aimed(ground, known, poses, density_px_m, night=night)


def rows_of(poses: Sequence[Pose], density_px_m: float, target_m: float) -> Floats:
    """Cameras as the loops read them: x, y, height, azimuth, half the opening, near, far, focal length in pixels, night range."""
    rows = [
        (p.x, p.y, p.height_m, p.azimuth_deg, p.hfov_deg / 2, *near_far(p, density_px_m, target_m), p.focal_px, p.night_range_m)
        for p in poses
    ]
    return np.array(rows, np.float64).reshape(-1, 9)

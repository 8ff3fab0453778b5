"""A camera as geometry: where it stands, where it looks, and how far that is of use."""

import math
from dataclasses import dataclass

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras import optics

FACE_M = 1.6
"""The height of a standing person's face: what "seen" means here unless something else is asked."""


class ZeroMast(Refused):
    """A camera that lies on the ground, or has no height in the register."""

    code = "zero_mast"
    th = "ความสูงของกล้องต้องมากกว่า 0 ม. (ได้รับ {height_m:g})"
    en = "A camera must hang above the ground; its height is given as {height_m:g} m."


class BrokenPose(Refused):
    """A place or a direction that is no number."""

    code = "broken_pose"
    th = "ตำแหน่งหรือทิศทางของกล้องไม่ใช่ตัวเลข"
    en = "The camera's place or direction is not a number."


@dataclass(frozen=True, slots=True)
class Pose:
    """A camera on a ground: metres east and north of the ground's origin, degrees clockwise from true north.

    ``night_range_m``: how far it sees where no lamp burns; infinity for a low-light camera, 0 for one that is blind by night.

    Raises:
        BrokenPose: a place or an angle is no number.
        ZeroMast: no height.
        optics.LensImpossible, optics.LensTooLong: no such lens.
    """

    x: float
    y: float
    height_m: float
    azimuth_deg: float
    tilt_deg: float
    hfov_deg: float
    vfov_deg: float
    width_px: int
    night_range_m: float = 0.0

    def __post_init__(self) -> None:
        if not all(map(math.isfinite, (self.x, self.y, self.azimuth_deg, self.tilt_deg))) or math.isnan(self.night_range_m):
            raise BrokenPose()
        if not (self.height_m > 0 and math.isfinite(self.height_m)):
            raise ZeroMast(height_m=self.height_m)
        if not 0 < self.vfov_deg <= 180:
            raise optics.LensImpossible(what="VFOV", value=self.vfov_deg)
        optics.check_reach(self.width_px, self.hfov_deg)

    @property
    def focal_px(self) -> float:
        """Pixels a metre at one metre."""
        return optics.focal_px(self.width_px, self.hfov_deg)


def reach(pose: Pose, density_px_m: float, target_m: float = FACE_M) -> float:
    """Ground distance up to which a target of this height has this density; 0 where even right below it has not."""
    slant = pose.focal_px / density_px_m
    drop = pose.height_m - target_m
    return math.sqrt(slant * slant - drop * drop) if slant > abs(drop) else 0.0


def near_far(pose: Pose, density_px_m: float, target_m: float = FACE_M) -> tuple[float, float]:
    """Nearest and farthest ground distance that is of use: in the picture, and dense enough. Nothing is where near >= far."""
    near, far = optics.near_far_m(pose.height_m, pose.tilt_deg, pose.vfov_deg, target_m)
    return near, min(far, reach(pose, density_px_m, target_m))

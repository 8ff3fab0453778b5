"""What a lens and a sensor give: angles, pixels a metre, what is too near and too far. Pure.

Formulas and test vectors: domain facts 7.1 and 7.2. Angles are degrees at the border of this module, lengths metres, sensors millimetres.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from safetyzone.kernel.refusals import Refused

FISHEYE_FROM_DEG = 130.0
"""A flat picture (rectilinear) cannot be wider in practice; beyond, pixels are spread evenly over the angle."""
LONGEST_REACH_M = 10_000.0
"""A camera that "sees" farther at the weakest class is a slip of the pen: haze and the curve of the earth end it sooner."""
SENSOR_MM: dict[str, tuple[float, float]] = {
    '1/4"': (3.6, 2.7), '1/3"': (4.8, 3.6), '1/2.8"': (5.6, 3.15), '1/2.7"': (5.37, 4.04), '1/2.5"': (5.76, 4.29),
    '1/2"': (6.4, 4.8), '1/1.8"': (7.18, 5.32), '2/3"': (8.8, 6.6),
}  # fmt: skip
"""Width and height by the trade's name of the size."""


class LensImpossible(Refused):
    """Figures of which no camera can be made."""

    code = "lens_impossible"
    th = "ค่าเลนส์หรือเซนเซอร์เป็นไปไม่ได้: {what} = {value:g}"
    en = "No camera has such a lens or sensor: {what} = {value:g}."


class LensTooLong(Refused):
    """It would see beyond ``LONGEST_REACH_M``."""

    code = "lens_too_long"
    th = "เลนส์แคบเกินจริง: มุมมอง {hfov_deg:g}° จะเห็นไกลถึง {reach_km:.0f} กม. โปรดตรวจค่ามุมมอง"
    en = "The lens is too long: {hfov_deg:g}° would reach {reach_km:.0f} km. Please check the angle of view."


class Edition(StrEnum):
    """Of EN 62676-4; the older one stands in most contracts, the newer one is in force since 9 October 2025."""

    Y2014 = "2014"
    Y2025 = "2025"


@dataclass(frozen=True, slots=True)
class DensityClass:
    """What a number of pixels a metre is good for. ``band`` counts from 1, the weakest."""

    band: int
    code: str
    px_m: float
    th: str
    en: str


CLASSES: dict[Edition, tuple[DensityClass, ...]] = {
    Edition.Y2014: (
        DensityClass(1, "monitor", 12.5, "เฝ้าดู", "monitor"),
        DensityClass(2, "detect", 25, "ตรวจพบ", "detect"),
        DensityClass(3, "observe", 62.5, "สังเกต", "observe"),
        DensityClass(4, "recognise", 125, "จำได้", "recognise"),
        DensityClass(5, "identify", 250, "ระบุตัว", "identify"),
        DensityClass(6, "inspect", 1000, "ตรวจละเอียด", "inspect"),
    ),
    Edition.Y2025: (
        DensityClass(1, "overview", 20, "ภาพรวม", "overview"),
        DensityClass(2, "outline", 40, "เห็นเค้าโครง", "outline"),
        DensityClass(3, "discern", 80, "แยกแยะ", "discern"),
        DensityClass(4, "perceive", 125, "รับรู้ลักษณะ", "perceive"),
        DensityClass(5, "characterise", 250, "บอกรูปพรรณ", "characterise"),
        DensityClass(6, "validate", 500, "ยืนยันตัว", "validate"),
        DensityClass(7, "scrutinise", 1500, "พินิจ", "scrutinise"),
    ),
}
"""Both editions, weakest first. The names in Thai are ours: the standard has no Thai edition."""


def class_of(px_m: float, edition: Edition = Edition.Y2014) -> DensityClass | None:
    """The best class that a density reaches; None below the weakest."""
    return next((each for each in reversed(CLASSES[edition]) if px_m >= each.px_m), None)


def class_named(code: str) -> DensityClass:
    """The class of this name, in either edition.

    Raises:
        KeyError: there is none.
    """
    return {each.code: each for classes in CLASSES.values() for each in classes}[code]


def angle_deg(sensor_mm: float, focal_mm: float) -> float:
    """Angle of view across this side of the sensor (HFOV with its width, VFOV with its height).

    Raises:
        LensImpossible: a length is not above 0.
    """
    return math.degrees(2 * math.atan(_above_zero(sensor_mm, "sensor mm") / (2 * _above_zero(focal_mm, "focal mm"))))


def focal_px(width_px: float, hfov_deg: float) -> float:
    """Pixels a metre at one metre: the focal length counted in pixels. Density at distance D is this through D.

    Raises:
        LensImpossible: an angle outside 0 to 360, or no pixels.
    """
    _above_zero(width_px, "width px")
    if not 0 < hfov_deg <= 360:
        raise LensImpossible(what="HFOV", value=hfov_deg)
    if hfov_deg > FISHEYE_FROM_DEG:
        return width_px / math.radians(hfov_deg)
    return width_px / (2 * math.tan(math.radians(hfov_deg) / 2))


def vfov_deg(hfov_deg: float, width_px: float, height_px: float) -> float:
    """The upright angle of a picture with square pixels, at most 180."""
    focal = focal_px(width_px, hfov_deg)
    _above_zero(height_px, "height px")
    if hfov_deg > FISHEYE_FROM_DEG:
        return min(180.0, math.degrees(height_px / focal))
    return math.degrees(2 * math.atan(height_px / (2 * focal)))


def density_px_m(width_px: float, hfov_deg: float, distance_m: float) -> float:
    """Pixels a metre on something that faces the camera at this distance (the slant, not the ground's)."""
    return focal_px(width_px, hfov_deg) / _above_zero(distance_m, "distance m")


def farthest_m(width_px: float, hfov_deg: float, px_m: float) -> float:
    """The slant distance at which the density has fallen to ``px_m``: D_max."""
    return focal_px(width_px, hfov_deg) / _above_zero(px_m, "px/m")


def slant_m(ground_m: float, height_m: float, target_m: float = 0.0) -> float:
    """The straight line from the camera to the target."""
    return math.hypot(ground_m, height_m - target_m)


def depression_deg(ground_m: float, height_m: float, target_m: float = 0.0) -> float:
    """How far below the horizon the camera looks at the target; a standing face is foreshortened by the cosine."""
    return math.degrees(math.atan2(height_m - target_m, ground_m))


def stand_off_m(height_m: float, target_m: float, most_deg: float) -> float:
    """How far away the target must be so that the camera looks down at it by no more than ``most_deg``."""
    return (height_m - target_m) / math.tan(math.radians(most_deg))


def near_far_m(height_m: float, tilt_deg: float, upright_deg: float, target_m: float = 0.0) -> tuple[float, float]:
    """Nearest and farthest ground distance at which the target's height is in the picture; far may be infinite.

    With ``target_m`` 0 near is the dead zone. Where nothing of that height is ever in the picture, near is infinite.
    """
    drop = height_m - target_m
    low, high = tilt_deg + upright_deg / 2, tilt_deg - upright_deg / 2
    if drop < 0:  # seen from below: the same picture upside down
        drop, low, high = -drop, -high, -low
    if low <= 0 or high >= 90:
        return (0.0, math.inf) if drop == 0 and high <= 0 <= low else (math.inf, math.inf)
    near = 0.0 if low >= 90 else drop / math.tan(math.radians(low))
    far = drop / math.tan(math.radians(high)) if high > 0 else math.inf
    return (near, far) if drop > 0 or high <= 0 else (math.inf, math.inf)


def check_reach(width_px: float, hfov_deg: float) -> None:
    """Refuse a lens that is only a slip of the pen.

    Raises:
        LensImpossible, LensTooLong: see there.
    """
    reach = farthest_m(width_px, hfov_deg, CLASSES[Edition.Y2014][0].px_m)
    if reach > LONGEST_REACH_M:
        raise LensTooLong(hfov_deg=hfov_deg, reach_km=reach / 1000)


def _above_zero(value: float, what: str) -> float:
    if not (value > 0 and math.isfinite(value)):
        raise LensImpossible(what=what, value=value)
    return value

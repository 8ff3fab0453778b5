"""Turning a camera to a spot (row C2): which may be turned, where its motors have to stand, and which of its presets will do. Pure.

The register says where a camera looks at home; its motors say where they stand there. What lies between the two is never measured by hand.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage.pose import FACE_M
from safetyzone.senses.cameras.finding.ptz import DEGREES, MILLIMETRES, Node, Position, Preset, Space

VIEW_M = 12.0
"""As wide as the picture is made at the spot where zoom is said in millimetres: who stands at the pole and who stands around."""
PRESET_OFF_DEG = 15.0
"""A preset of another pole shows this one, too, when both lie so near in direction."""
NEAREST_M = 1.0
"""Right below a camera there is no direction."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where a camera hangs and looks when nobody has turned it."""

    where: Point
    height_m: float
    azimuth_deg: float
    tilt_deg: float
    """Below the horizon."""
    hfov_deg: float


@dataclass(frozen=True, slots=True)
class Aim:
    """A direction: degrees clockwise from true north and below the horizon, and metres through the air."""

    azimuth_deg: float
    tilt_deg: float
    distance_m: float


@dataclass(frozen=True, slots=True)
class Target:
    """A spot as a camera may know it: by its place, and by the names under which a preset may stand there."""

    where: Point
    names: tuple[str, ...] = ()


def aim(home: Home, spot: Point) -> Aim:
    """The direction from a camera to the face of somebody who stands at the spot."""
    ground_m = max(NEAREST_M, home.where.metres_to(spot))
    return Aim(
        home.where.bearing_to(spot), optics.depression_deg(ground_m, home.height_m, FACE_M), optics.slant_m(ground_m, home.height_m, FACE_M)
    )


def position(to: Aim, home: Home, before: Position, node: Node) -> Position | None:
    """Where the motors have to stand, from where they stand at home; None: they do not say it in degrees, or do not reach so far."""
    space = next((each for each in node.pan_tilt if each.uri in DEGREES), None)
    stands = _in_degrees(before, space, node) if space is not None else None
    if space is None or space.tilt is None or stands is None:
        return None
    pan = _within(stands[0] + _turned(home.azimuth_deg, to.azimuth_deg), space)
    tilt = stands[1] + home.tilt_deg - to.tilt_deg
    if pan is None or not space.tilt.holds(tilt):
        return None
    return _zoomed(Position(pan, tilt, space.uri, before.zoom, before.zoom_space), to, home, node)


def _turned(from_deg: float, to_deg: float) -> float:
    """Degrees clockwise, the shorter way."""
    return (to_deg - from_deg + 180.0) % 360.0 - 180.0


def _in_degrees(stands: Position, space: Space, node: Node) -> tuple[float, float] | None:
    """A position that was said in another space lies at the same share of the whole way."""
    if stands.pan is None or stands.tilt is None or space.tilt is None:
        return None
    said_in = stands.space or (node.pan_tilt[0].uri if node.pan_tilt else "")
    if said_in in DEGREES:
        return stands.pan, stands.tilt
    other = next((each for each in node.pan_tilt if each.uri == said_in), None)
    if other is None or other.tilt is None:
        return None
    return space.pan.at(other.pan.share(stands.pan)), space.tilt.at(other.tilt.share(stands.tilt))


def _within(pan: float, space: Space) -> float | None:
    """The same direction as a number that the camera takes."""
    return next((said for turn in (0.0, -360.0, 360.0) if space.pan.holds(said := pan + turn)), None)


def _zoomed(there: Position, to: Aim, home: Home, node: Node) -> Position:
    """With the focal length for ``VIEW_M``, where it is said in millimetres; else as wide as at home."""
    space = next((each for each in node.zoom if each.uri == MILLIMETRES), None)
    if space is None or there.zoom is None or there.zoom_space != MILLIMETRES:
        return there
    at_home = math.tan(math.radians(min(home.hfov_deg, 170.0)) / 2)
    focal = there.zoom * at_home / (VIEW_M / 2 / to.distance_m)
    return replace(there, zoom=min(max(focal, space.pan.least), space.pan.most))


def preset(presets: Sequence[Preset], target: Target, others: Mapping[str, Point], home: Home) -> Preset | None:
    """The preset that is named after the pole; else that of another pole in nearly the same direction; None: none of them shows it.

    Args:
        others: the station's poles, name → place, for presets that are named after them.
    """
    by_name = {_plain(each.name): each for each in reversed(presets)}
    for name in target.names:
        if name and (found := by_name.get(_plain(name))) is not None:
            return found
    wanted = home.where.bearing_to(target.where)
    off = [
        (abs(_turned(home.where.bearing_to(where), wanted)), by_name[plain])
        for name, where in others.items()
        if (plain := _plain(name)) in by_name and home.where.metres_to(where) > NEAREST_M
    ]
    best = min(off, key=lambda each: each[0], default=None)
    return best[1] if best is not None and best[0] <= PRESET_OFF_DEG else None


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def is_back(now: Position, before: Position) -> bool:
    """Whether the motors stand where they stood, within a two-hundredth of the way or two degrees; one that does not say is believed."""
    if now.space != before.space or now.pan is None or now.tilt is None or before.pan is None or before.tilt is None:
        return True
    near = 2.0 if before.space in DEGREES else 0.01
    pan = abs(_turned(before.pan, now.pan)) if before.space in DEGREES else abs(now.pan - before.pan)
    return pan <= near and abs(now.tilt - before.tilt) <= near

"""What a map shows of the cameras: all of them as few bytes as they can be, outlines of those in view, and one as a card."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
import shapely.geometry

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras import access, optics
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.standing import Standing

DOT_UNIT = 1e5
"""A dot's place in parts of a degree: 1.1 m. Outlines are finer."""
LINE_UNIT = 1e6
LEAST_NUMBERS = 6
"""Of a ring: three corners."""
MOST_OUTLINES = 150
MOST_LISTED = 60
PAUSED = "p"
LONGEST_SHARED = 60
FIRST_SIGN = 48
"""The length of a shared beginning is written as one sign, from "0" on."""


@dataclass(frozen=True, slots=True)
class CameraCard:
    """One camera as somebody reads it who clicked on it."""

    code: str
    station: str
    name_th: str
    name_en: str
    owner_kind: str
    tier: str
    live_radius_m: int
    state: str
    state_since: datetime
    paused: bool
    where: Point
    azimuth_deg: float
    tilt_deg: float
    may_turn: bool
    reaches: tuple[tuple[optics.DensityClass, float], ...]
    """Classes and how far along the ground they are reached, the finest first; of those that are reached at all."""


def dots(station: str) -> dict[str, object]:
    """Every camera that hangs at a station, in columns and as differences from the one before.

    ``codes``: one sign for the length of the beginning shared with the code before, then the rest; lines. ``lon``, ``lat``: 1e-5
    degrees, each the difference from the one before. ``state``: one letter each, see ``_letter``.
    """
    rows = (
        Camera.objects.filter(station=station, retired_at=None, withdrawn_at=None)
        .order_by("code")
        .values_list("code", "lon", "lat", "state", "paused_at")
    )
    codes, lon, lat, states = [], [], [], []
    before, east, north = "", 0, 0
    for code, x, y, state, paused_at in rows:
        shared = _shared(before, code)
        codes.append(chr(FIRST_SIGN + shared) + code[shared:])
        at = round(x * DOT_UNIT), round(y * DOT_UNIT)
        lon.append(at[0] - east)
        lat.append(at[1] - north)
        states.append(PAUSED if paused_at else state[0])
        before, (east, north) = code, at
    return {"station": station, "codes": "\n".join(codes), "lon": lon, "lat": lat, "state": "".join(states)}


def _shared(before: str, code: str) -> int:
    most = min(len(before), len(code), LONGEST_SHARED)
    return next((n for n in range(most) if before[n] != code[n]), most)


def outlines(here: Standing, codes: Sequence[str]) -> dict[str, list[tuple[float, list[list[int]]]]]:
    """What these cameras see: by code, from the weakest class to the best, rings as differences of 1e-6 degrees.

    A camera that has no place on the ground has no outline.
    """
    found = {}
    for code in codes[:MOST_OUTLINES]:
        try:
            found[code] = [(density, rings_of(shape)) for density, shape in here.outline(code)]
        except Refused:
            continue
    return found


def rings_of(shape: shapely.Geometry) -> list[list[int]]:
    """Polygons' outer and inner rings as flat whole numbers: the first corner, then each one's difference from the one before.

    Slivers that are no area any more at this fineness are left out.
    """
    found = [_packed(ring) for polygon in _polygons(shape) for ring in (polygon.exterior, *polygon.interiors)]
    return [flat for flat in found if len(flat) >= LEAST_NUMBERS]


def _polygons(shape: shapely.Geometry) -> Iterable[shapely.Polygon]:
    return (part for part in shapely.get_parts(shape) if isinstance(part, shapely.Polygon) and not part.is_empty)


def _packed(ring: shapely.LinearRing) -> list[int]:
    flat, east, north = list[int](), 0, 0
    for x, y in ring.coords[:-1]:
        at = round(x * LINE_UNIT), round(y * LINE_UNIT)
        if flat and at == (east, north):
            continue
        flat += (at[0] - east, at[1] - north)
        east, north = at
    return flat


def card(code: str, *, for_: Who) -> CameraCard:
    """One camera.

    Raises:
        NotFound: none such, gone, or of a station whose cameras this person may not see.
    """
    camera = Camera.objects.select_related("owner").filter(code=code, retired_at=None, withdrawn_at=None).first()
    if camera is None or not access.may_see(for_, station=camera.station):
        raise NotFound
    return _card(camera)


def inside(station: str, area: shapely.Geometry) -> tuple[list[CameraCard], int]:
    """The cameras in an area (degrees), by name, and how many there are: a list is cut at ``MOST_LISTED``, the number never."""
    west, south, east, north = area.bounds
    near = Camera.objects.filter(
        station=station, retired_at=None, withdrawn_at=None, lon__range=(west, east), lat__range=(south, north)
    )
    shapely.prepare(area)
    found = [each for each in near.select_related("owner").order_by("code") if area.covers(shapely.Point(each.lon, each.lat))]
    return [_card(each) for each in found[:MOST_LISTED]], len(found)


def _card(camera: Camera) -> CameraCard:
    return CameraCard(
        camera.code, camera.station, camera.name_th, camera.name_en or camera.name_th, camera.owner.kind, camera.tier,
        camera.live_radius_m, camera.state, camera.state_since, camera.paused_at is not None, Point(lon=camera.lon, lat=camera.lat),
        camera.azimuth_deg, camera.tilt_deg, camera.may_turn and camera.kind == Camera.Kind.FIXED, reaches(camera),
    )  # fmt: skip


def reaches(camera: Camera, target_m: float = 1.6) -> tuple[tuple[optics.DensityClass, float], ...]:
    """How far along the ground a face is seen in each class of the older edition, by the lens alone; nothing is in the way here."""
    drop = camera.height_m - target_m
    found = []
    for each in reversed(optics.CLASSES[optics.Edition.Y2014]):
        try:
            slant = optics.farthest_m(camera.width_px, camera.hfov_deg, each.px_m)
        except Refused:
            return ()
        if slant > abs(drop):
            found.append((each, (slant**2 - drop**2) ** 0.5))
    return tuple(found)

"""The demo's made register of cameras: along the demo's own streets, of owners who do not exist, the same for the same seed.

Eight of them hang at the first junction and all look one way, as the seed story has it: a planner has something to turn at once. One more
looks along the road that leads there, close enough to read number plates.
"""

import hashlib
import math
import random
from collections.abc import Iterator, Sequence
from datetime import datetime

import shapely

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.streets.model import Segment
from safetyzone.kernel.geometry import Point
from safetyzone.programs.demo_places import PLACES, PLATE_CAMERA, STATION
from safetyzone.senses.cameras.actions import import_list
from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.senses.cameras.register.sheet import Format, sheet

SEED = 7
AT_THE_JUNCTION = 8
BESIDE_STREET_M = 5.0
LOOK_AT_THE_POLE = 2
"""Of the cameras at each other place: whoever presses there is seen."""
NEARBY_M = 60.0
ALONG_M = 25.0
WALKED = frozenset({"primary", "secondary", "tertiary", "residential", "unclassified", "living_street", "pedestrian", "trunk", "service"})
OWNERS = (
    ("สน.ลุมพินี (สมมุติ)", "police", "always", 30, 6.0),
    ("กรุงเทพมหานคร (สมมุติ)", "municipality", "always", 15, 6.0),
    ("ร้านกาแฟสมมุติ", "shop", "during_incident", 7, 3.0),
    ("ร้านสะดวกซื้อสมมุติ", "shop", "during_incident", 14, 3.0),
    ("อาคารสมมุติ จำกัด", "private", "on_request", 30, 4.5),
    ("วัดสมมุติ", "temple", "map_only", 7, 4.0),
)
"""Name, kind, tier, days kept, height of the mast in metres."""
MANY_OWN = (6, 8, 3, 3, 3, 1)
"""How many of 24 cameras each owner has."""
FOR_PLATES = (1280, 720, 30.0, 40.0)
FOR_PLATES_NORTH_M = 70.0
"""From the first place, on the road that leads to it."""
LENSES = ((1920, 1080, 90.0, 20.0), (2560, 1440, 75.0, 30.0), (3840, 2160, 55.0, 40.0))
"""Pixels, field of view in degrees, reach of the infrared in metres."""


def add_cameras(rows: Sequence[dict[str, Cell]], *, at: datetime) -> int:
    """Enter the made register, through the same action as a list from an office; repeated, it changes nothing. Returns how many."""
    listed = sheet(Format.CSV, list(rows[0]), [(number, list(row.values())) for number, row in enumerate(rows, start=2)])
    mark = hashlib.sha256(repr(listed.rows).encode()).hexdigest()
    # On a kept folder people have changed the cameras meanwhile: what cannot be set back (a shop that now shares less) stays.
    import_list(station=STATION, sheet=listed, sha256=mark, only_good=True, by=COMMAND_LINE, at=at)
    return len(rows)


def made_register(streets: Sequence[Segment], *, port: int = 0, plates: bool = True) -> list[dict[str, Cell]]:
    """About sixty cameras: eight at the first place, two or three at each other; at this port of this machine, or without an address.

    ``plates``: also the one before which vehicles with number plates pass.
    """
    rows = [row for row in _rows(streets) if plates or row["code"] != PLATE_CAMERA]
    return [{**row, "address": f"rtsp://127.0.0.1:{port}/{row['code']}"} for row in rows] if port else rows


def _rows(streets: Sequence[Segment]) -> Iterator[dict[str, Cell]]:
    made_up = random.Random(SEED)  # noqa: S311 - the same every evening is what is wanted
    lines = [segment.nodes for segment in streets if segment.road_class in WALKED and not segment.covered]
    tree = shapely.STRtree([shapely.LineString(line) for line in lines])
    number = 0
    for place, (name_th, name_en, lon, lat) in enumerate(PLACES):
        for which in range(AT_THE_JUNCTION if place == 0 else 2 + place % 2):
            number += 1
            owner = OWNERS[which % 2] if place == 0 else made_up.choices(OWNERS, MANY_OWN)[0]
            spot = Point(lon=lon, lat=lat).moved(east_m=made_up.uniform(-ALONG_M, ALONG_M), north_m=made_up.uniform(-ALONG_M, ALONG_M))
            where, along = _at_the_kerb(tree, lines, spot, left=bool(which % 2))
            azimuth = 180 + made_up.uniform(-12, 12) if place == 0 else along + 180 * made_up.randint(0, 1) + made_up.uniform(-20, 20)
            if place and which < LOOK_AT_THE_POLE:
                azimuth = where.bearing_to(Point(lon=lon, lat=lat))
            names = f"{name_th} กล้อง {which + 1}", f"{name_en}, camera {which + 1}"
            yield _camera(number, owner=owner, lens=made_up.choice(LENSES), names=names, where=where, azimuth=azimuth)
    names_th, names_en, lon, lat = PLACES[0]
    where, along = _at_the_kerb(tree, lines, Point(lon=lon, lat=lat).moved(north_m=FOR_PLATES_NORTH_M), left=True)
    names = f"กล้องอ่านป้ายทะเบียน {names_th}", f"Plate camera, {names_en}"
    plates = _camera(number + 1, owner=OWNERS[0], lens=FOR_PLATES, names=names, where=where, azimuth=along)
    yield plates | {"code": PLATE_CAMERA, "tier": "always"}


def _camera(
    number: int, *, owner: tuple[str, str, str, int, float], lens: tuple[int, int, float, float], names: tuple[str, str], where: Point,
    azimuth: float,
) -> dict[str, Cell]:  # fmt: skip
    name, kind, tier, days, mast = owner
    width, height, hfov, infrared = lens
    return {
        "code": f"LPN-C{number:03}", "owner": name, "owner_kind": kind, "name_th": names[0], "name_en": names[1],
        "pole_mark": f"ลพน {number:03}",
        "lon": round(where.lon, 7), "lat": round(where.lat, 7), "height_m": mast, "azimuth_deg": round(azimuth % 360, 1),
        "tilt_deg": round(math.degrees(math.atan2(mast, 25.0)), 1), "hfov_deg": hfov, "width_px": width, "height_px": height,
        "ir_range_m": infrared, "retention_days": days, "tier": tier,
    }  # fmt: skip


def _at_the_kerb(tree: shapely.STRtree, lines: Sequence[Sequence[tuple[float, float]]], spot: Point, *, left: bool) -> tuple[Point, float]:
    """The nearest street's kerb and the street's bearing there; the spot itself where no street is near."""
    dot = shapely.Point(spot.lon, spot.lat)
    nearest = lines[int(tree.nearest(dot))]
    line = shapely.LineString(nearest)
    on = line.interpolate(line.project(dot))
    foot = Point(lon=on.x, lat=on.y)
    if foot.metres_to(spot) > NEARBY_M:
        return spot, 0.0
    ahead = line.interpolate(min(line.project(dot) + 1e-5, line.length))
    behind = line.interpolate(max(line.project(dot) - 1e-5, 0.0))
    along = Point(lon=behind.x, lat=behind.y).bearing_to(Point(lon=ahead.x, lat=ahead.y))
    aside = math.radians(along + (-90 if left else 90))
    return foot.moved(east_m=BESIDE_STREET_M * math.sin(aside), north_m=BESIDE_STREET_M * math.cos(aside)), along

"""What a border may be, and what it is until the station draws its own. Pure: geometry only."""

import math
from collections.abc import Sequence
from typing import Any

from pyproj import Geod
from shapely.geometry import Polygon
from shapely.geometry.polygon import orient

from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.refusals import Refused

Border = dict[str, Any]
"""A GeoJSON Polygon, longitude first."""

CORNERS_OF_A_CIRCLE = 64
ASSUMED_RADIUS_M = 800.0
"""For a zone whose area nobody has published: about the size of the published ones (390 to 1,776 m)."""
LEAST_AREA_KM2 = 0.001
MOST_AREA_KM2 = 1_000.0
"""The widest pilot zone is 10 km²; a thousand is a slip of a finger, not a zone."""
FEWEST_CORNERS = 3
MOST_CORNERS = 5_000

_EARTH = Geod(ellps="WGS84")
_SQUARE_METRES_A_KM2 = 1_000_000
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


class WrongBorder(Refused):
    """The drawn line cannot be a zone's border."""

    code = "wrong_border"
    th = "เส้นเขตไม่ถูกต้อง"
    en = "This cannot be a zone's border."


class WrongPosition(Refused):
    """The words are not a position in Thailand."""

    code = "wrong_position"
    th = "พิกัดไม่ถูกต้อง: {said}"
    en = "This is not a position: {said}"


def circle(centre: Point, *, area_km2: float) -> Border:
    """A 64-cornered ring of exactly that area around the centre: what we show until the station draws its border."""
    radius_m = math.sqrt(area_km2 * _SQUARE_METRES_A_KM2 / math.pi)
    # a ring of corners is smaller than its circle, and metres on a sphere are not those of the ellipsoid: measured, then widened
    return _ring(centre, radius_m * math.sqrt(area_km2 / measured_km2(_ring(centre, radius_m))))


def _ring(centre: Point, radius_m: float) -> Border:
    corners = []
    for corner in range(CORNERS_OF_A_CIRCLE):
        angle = 2 * math.pi * corner / CORNERS_OF_A_CIRCLE
        at = centre.moved(east_m=radius_m * math.cos(angle), north_m=radius_m * math.sin(angle))
        corners.append([round(at.lon, 7), round(at.lat, 7)])
    return {"type": "Polygon", "coordinates": [[*corners, corners[0]]]}


def assumed_area_km2() -> float:
    """The area of the circle that stands in where none is published."""
    return math.pi * ASSUMED_RADIUS_M**2 / _SQUARE_METRES_A_KM2


def measured_km2(border: Border) -> float:
    """The area on the WGS 84 ellipsoid."""
    square_metres, _ = _EARTH.geometry_area_perimeter(Polygon(border["coordinates"][0], border["coordinates"][1:]))
    return abs(square_metres) / _SQUARE_METRES_A_KM2


def checked_border(border: Border) -> Border:
    """The border as it may be kept: rings closed, outer ring counter-clockwise, holes kept.

    Raises:
        WrongBorder: saying what is wrong, in words that tell the person what to do.
    """
    if border.get("type") != "Polygon":
        raise WrongBorder("The border must be one polygon.", "เส้นเขตต้องเป็นรูปปิดรูปเดียว")
    rings = [_closed(ring) for ring in border.get("coordinates") or []]
    if not rings:
        raise WrongBorder("The border has no corners.", "เส้นเขตไม่มีจุด")
    for lon, lat in (corner for ring in rings for corner in ring):
        must_be_in_thailand(lon, lat)
    polygon = Polygon(rings[0], rings[1:])
    if not polygon.is_valid:
        raise WrongBorder("The line crosses itself; move a corner.", "เส้นเขตตัดกันเอง กรุณาขยับจุด")
    _must_have_a_likely_area(polygon)
    kept = orient(polygon)
    return {"type": "Polygon", "coordinates": [[list(corner) for corner in ring.coords] for ring in (kept.exterior, *kept.interiors)]}


def must_be_in_thailand(lon: float, lat: float) -> None:
    """Refuse a place abroad, and say so when longitude and latitude have only changed places."""
    if is_in_thailand(lon, lat):
        return
    if is_in_thailand(lat, lon):
        raise WrongBorder(
            "Longitude and latitude have changed places: in Thailand longitude is about 100, latitude 5 to 21.",
            "สลับลองจิจูดกับละติจูด: ประเทศไทยมีลองจิจูดราว 100 และละติจูด 5 ถึง 21",
        )
    raise WrongBorder("A corner lies outside Thailand: {lon}, {lat}.", "มีจุดอยู่นอกประเทศไทย: {lon}, {lat}", lon=lon, lat=lat)


def position(lat: str, lon: str) -> Point:
    """A position that somebody typed, in Arabic or Thai digits.

    Raises:
        WrongPosition: not a number.
        WrongBorder: not in Thailand, or the two have changed places.
    """
    try:
        point = Point(lon=float(lon.translate(_THAI_DIGITS)), lat=float(lat.translate(_THAI_DIGITS)))
    except ValueError as wrong:
        raise WrongPosition(said=f"{lat}, {lon}") from wrong
    must_be_in_thailand(point.lon, point.lat)
    return point


def border_from_text(text: str) -> Border:
    """A border typed as a table: one corner a line, latitude before longitude as maps print them. The way without a mouse.

    Raises:
        WrongPosition, WrongBorder: naming the line's words.
    """
    corners = []
    for line in text.splitlines():
        if not line.strip():
            continue
        said = line.replace(",", " ").split()
        if len(said) != len(("lat", "lon")):
            raise WrongPosition(said=line.strip())
        corner = position(*said)
        corners.append([corner.lon, corner.lat])
    return checked_border({"type": "Polygon", "coordinates": [corners]})


def text_of_border(border: Border) -> str:
    """The outer ring as :func:`border_from_text` reads it, without the corner that closes it."""
    return "\n".join(f"{round(lat, 6)}, {round(lon, 6)}" for lon, lat in border["coordinates"][0][:-1])


def _closed(ring: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """The ring with its first corner at its end, as GeoJSON wants; people leave it out."""
    try:
        corners = [(float(corner[0]), float(corner[1])) for corner in ring]
    except (TypeError, ValueError, IndexError) as wrong:
        raise WrongBorder("A corner is not a pair of numbers.", "มีจุดที่ไม่ใช่ตัวเลขคู่") from wrong
    if corners and corners[0] != corners[-1]:
        corners.append(corners[0])
    if not FEWEST_CORNERS < len(corners) <= MOST_CORNERS:
        raise WrongBorder("A border has 3 to 5,000 corners.", "เส้นเขตต้องมี 3 ถึง 5,000 จุด")
    return corners


def _must_have_a_likely_area(polygon: Polygon) -> None:
    square_metres, _ = _EARTH.geometry_area_perimeter(polygon)
    if not LEAST_AREA_KM2 <= abs(square_metres) / _SQUARE_METRES_A_KM2 <= MOST_AREA_KM2:
        raise WrongBorder("A zone is 0.001 to 1,000 km² wide.", "เขตต้องมีพื้นที่ 0.001 ถึง 1,000 ตร.กม.")

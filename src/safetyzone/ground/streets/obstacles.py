"""What stands between a camera and the street: buildings, walls and crowns, and the streets that people walk, from extracts or our drawing.

Heights are metres. What a map does not say is taken from the tables below: medians that a surveyor would guess, to be corrected on
the map and not here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from safetyzone.ground.streets import osm, schematic
from safetyzone.ground.streets.model import LonLat, Segment, Source
from safetyzone.ground.streets.network import NoExtract, load
from safetyzone.kernel.geometry import Point

LEVEL_M = 3.2
"""One storey."""
HEIGHT_M = {
    "house": 6.4, "detached": 6.4, "terrace": 9.6, "residential": 9.6, "apartments": 22.4, "dormitory": 16.0, "hotel": 25.6,
    "commercial": 12.8, "retail": 9.6, "office": 25.6, "hospital": 19.2, "school": 12.8, "university": 12.8, "temple": 9.6,
    "garage": 3.2, "garages": 3.2, "kiosk": 3.2, "cabin": 3.2, "greenhouse": 3.2, "shed": 3.2, "industrial": 8.0, "warehouse": 8.0,
}  # fmt: skip
"""Of a building whose map says neither height nor storeys."""
OTHER_HEIGHT_M = 9.6
"""Of every other one: a shop house of three storeys."""
OPEN_BELOW = frozenset({"roof", "carport", "canopy"})
ROOF_M = (3.5, 5.0)
"""A roof on posts: one looks under it."""
CROWN_M = (3.0, 8.0)
"""Crown of a street tree: kept clear for people and buses below, topped for the wires above."""
CROWN_ACROSS_M = 5.0
WOOD_M = (2.0, 10.0)
CROWN_CORNERS = 8
WALL_M = {"wall": 2.0, "city_wall": 4.0, "retaining_wall": 1.0, "hedge": 1.5, "noise_barrier": 3.0}
"""Barriers that hide; a fence of bars or wire hides nothing and is none of them."""
NOT_WALKED = frozenset({"motorway", "motorway_link", "trunk_link", "primary_link", "secondary_link", "busway", "bus_guideway", "cycleway"})
WOODS = frozenset({"wood"}), frozenset({"forest", "orchard"})
"""Values of natural and of landuse."""


@dataclass(frozen=True)
class Obstacles:
    """In degrees, ready for ``coverage.Ground``: what hides by day and by night (leaves stay on), and where people walk."""

    buildings: list[tuple[Any, float]] = field(default_factory=list)
    """Footprint (a shapely Polygon, yards as inner rings) and height."""
    crowns: list[tuple[Any, float, float]] = field(default_factory=list)
    """Outline, bottom and top of what one may look under and over: crowns, roofs on posts."""
    walls: list[tuple[tuple[LonLat, ...], float]] = field(default_factory=list)
    streets: list[tuple[tuple[LonLat, ...], bool, str]] = field(default_factory=list)
    """Nodes, whether people walk there under the open sky, and the Thai name."""
    lit: list[bool] = field(default_factory=list)
    """Of each street: whether the map says that lamps burn there."""
    sources: tuple[Source, ...] = ()


def obstacles(extracts: Sequence[Path] = (), box: Any = None) -> Obstacles:
    """All that matters for lines of sight; ``box``: only what meets this area (a shapely geometry, degrees).

    Our own drawing's blocks stand for buildings where no extract reaches.

    Raises:
        NoExtract: a file cannot be read.
    """
    streets = load(extracts)
    found = Obstacles(sources=streets.sources)
    for extract in extracts:
        try:
            _read(extract, found, box)
        except (RuntimeError, OSError, ValueError) as wrong:  # what GDAL raises for a broken file
            raise NoExtract(file=extract.name) from wrong
    surveyed = [segment for segment in streets.segments if segment.source is Source.OSM]
    known = shapely.convex_hull(shapely.union_all([shapely.LineString(segment.nodes) for segment in surveyed]))
    found.buildings.extend((block, OTHER_HEIGHT_M) for block in _drawn(known) if _meets(block, box))
    for segment in streets.segments:
        if _meets(shapely.LineString(segment.nodes), box):
            found.streets.append((segment.nodes, is_walked(segment), segment.name_th))
            found.lit.append(segment.lit)
    return found


def is_walked(segment: Segment) -> bool:
    """People go on foot there, on the ground and under the open sky: what a camera on a pole looks at.

    Skywalks and bridges are not counted. Seen from a pole they would count as the street below them, which they hide.
    """
    return segment.road_class not in NOT_WALKED and not segment.covered and not segment.raised


def height_of(building: str, tags: dict[str, str]) -> float:
    """Metres: as the map says, or by its storeys, or the usual height of its kind."""
    said = _metres(tags.get("height") or tags.get("building:height"))
    levels = _metres(tags.get("building:levels"))
    return said or (levels * LEVEL_M if levels else HEIGHT_M.get(building, OTHER_HEIGHT_M))


def _read(extract: Path, found: Obstacles, box: Any) -> None:
    for area, said in _layer(extract, "multipolygons", ("building", "natural", "landuse", "other_tags")):
        if _meets(area, box):
            for part in shapely.get_parts(shapely.make_valid(area)):
                if isinstance(part, shapely.Polygon):
                    _add_area(found, part, said)
    for line, said in _layer(extract, "lines", ("barrier", "other_tags")):
        if _meets(line, box):
            _add_line(found, line, said)
    for point, said in _layer(extract, "points", ("other_tags",)):
        if said.get("natural") == "tree" and _meets(point, box):
            crown = _round(point.x, point.y, (_metres(said.get("diameter_crown")) or CROWN_ACROSS_M) / 2)
            found.crowns.append((crown, CROWN_M[0], max(CROWN_M[0] + 1, _metres(said.get("height")) or CROWN_M[1])))


def _add_area(found: Obstacles, area: shapely.Polygon, said: dict[str, str]) -> None:
    building = said.get("building", "")
    if building and building != "no" and not _is_underground(said):
        height, bottom = height_of(building, said), _metres(said.get("min_height"))
        if building in OPEN_BELOW:
            found.crowns.append((area, bottom or ROOF_M[0], max((bottom or ROOF_M[0]) + 1, _metres(said.get("height")) or ROOF_M[1])))
        elif bottom and height > bottom:
            found.crowns.append((area, bottom, height))
        else:
            found.buildings.append((area, height))
    elif said.get("natural") in WOODS[0] or said.get("landuse") in WOODS[1]:
        found.crowns.append((area, *WOOD_M))


def _add_line(found: Obstacles, line: Any, said: dict[str, str]) -> None:
    barrier = said.get("barrier", "")
    if barrier in WALL_M:
        found.walls.append((tuple(shapely.get_coordinates(line).tolist()), _metres(said.get("height")) or WALL_M[barrier]))
    elif said.get("natural") == "tree_row":
        degrees = CROWN_ACROSS_M / 2 / 111_000
        found.crowns.append((shapely.buffer(line, degrees, quad_segs=2), *CROWN_M))


def _is_underground(said: dict[str, str]) -> bool:
    return said.get("location") == "underground" or said.get("layer", "0").startswith("-")


def _round(lon: float, lat: float, radius_m: float) -> shapely.Polygon:
    """A crown as seen from above, its area that of the circle."""
    corners = CROWN_CORNERS
    radius = radius_m * float(np.sqrt(2 * np.pi / corners / np.sin(2 * np.pi / corners)))
    around = (np.arange(corners) + 0.5) * 2 * np.pi / corners
    middle = Point(lon=lon, lat=lat)
    places = (middle.moved(east_m=radius * float(np.cos(a)), north_m=radius * float(np.sin(a))) for a in around)
    return shapely.Polygon([(place.lon, place.lat) for place in places])


def _metres(said: str | None) -> float | None:
    """A length as people write it on the map: "12", "12.5 m"; None where it is none or not above 0."""
    number = re.match(r"\s*(\d{1,3}(?:\.\d+)?)\s*(?:m\b|$)", said or "")
    return float(number[1]) if number and float(number[1]) > 0 else None


def _layer(extract: Path, layer: str, columns: tuple[str, ...]) -> Iterator[tuple[Any, dict[str, str]]]:
    """Shapes with their tags; GDAL's ``other_tags`` taken apart."""
    import pyogrio.raw  # 0.4 s of every program's start, and only this needs it

    about, _, shapes, fields = pyogrio.raw.read(extract, layer=layer, columns=list(columns))
    order = list(about["fields"])
    for geometry, *values in zip(shapely.from_wkb(shapes), *fields, strict=True):
        said = {name: value for name, value in zip(order, values, strict=True) if value}
        yield geometry, said | osm.tags_of(said.pop("other_tags", ""))


def _meets(shape: Any, box: Any) -> bool:
    return box is None or bool(shapely.intersects(shape, box))


def _drawn(known: Any) -> Iterator[shapely.Polygon]:
    """Blocks of our drawing, outside the area that extracts have surveyed: there an empty yard is one."""
    for shape in schematic.shapes():
        if shape.kind == "block":
            left = shapely.get_parts(shapely.difference(shape.geometry, known))
            yield from (part for part in left if isinstance(part, shapely.Polygon) and not part.is_empty)

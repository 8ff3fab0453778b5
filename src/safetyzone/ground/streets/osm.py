"""What we read from an OpenStreetMap extract (.osm.pbf): streets by osmium, areas and railways by GDAL."""

import re
from collections.abc import Iterator
from pathlib import Path

import osmium
import shapely

from safetyzone.ground.streets.model import Segment, Shape, Source

SLOW_ZONE_KMH = 30.0
"""A posted limit up to here is how fast one really drives; a higher one says nothing about a city at work."""
CLOSED_TO_ALL = frozenset({"no", "private"})
NO_STREETS = frozenset({"construction", "proposed", "corridor", "raceway", "platform", "elevator", "abandoned"})
RAILWAYS = frozenset({"rail", "light_rail", "subway", "monorail", "tram"})
LIT = frozenset({"yes", "24/7", "automatic", "sunset-sunrise", "dusk-dawn"})
GREEN = frozenset({"park", "garden", "golf_course", "pitch", "sports_centre", "playground"})
GREEN_LAND = frozenset({"grass", "recreation_ground", "forest", "village_green"})


def streets(extract: Path) -> Iterator[Segment]:
    """Every street, path and stair that is open to somebody.

    Raises:
        RuntimeError: the file is no OSM extract (from osmium).
    """
    ways = osmium.FileProcessor(str(extract)).with_locations()
    for way in ways:
        if not isinstance(way, osmium.osm.Way) or "highway" not in way.tags:
            continue
        tags = way.tags
        if tags["highway"] in NO_STREETS or tags.get("access", "") in CLOSED_TO_ALL or tags.get("area") == "yes":
            continue
        nodes = [(node.lon, node.lat) for node in way.nodes if node.location.valid()]
        if len(nodes) <= 1:  # the rest lies outside the extract
            continue
        one_way = tags.get("oneway", "")
        if one_way == "-1":
            nodes.reverse()
        yield Segment(
            nodes=tuple(nodes),
            road_class=tags["highway"],
            name_th=tags.get("name:th") or tags.get("name") or "",
            name_en=tags.get("name:en") or "",
            one_way=one_way in {"yes", "1", "true", "-1"} or tags.get("junction") == "roundabout",
            speed_kmh=_slow_zone(tags.get("maxspeed") or ""),
            source=Source.OSM,
            lit=tags.get("lit", "no") in LIT,
            covered=tags.get("tunnel", "no") != "no" or tags.get("indoor", "no") != "no" or (tags.get("layer") or "").startswith("-"),
            raised=tags.get("bridge", "no") != "no" or _is_above(tags.get("layer") or "") or _is_above(tags.get("level") or ""),
        )


def _is_above(said: str) -> bool:
    """Whether a layer or a level, such as ``1``, ``0;1`` or ``0-2``, is above the ground; an escalator that begins there is not on it."""
    return any(float(each) > 0 for each in re.findall(r"(?<![\d.])-?\d+(?:\.\d+)?", re.sub(r"(?<=\d)-", ";", said)))


def _slow_zone(said: str) -> float | None:
    number = re.fullmatch(r"(\d{1,3})( km/h)?", said.strip())
    return float(number[1]) if number and 0 < float(number[1]) <= SLOW_ZONE_KMH else None


def box(extract: Path) -> shapely.Polygon | None:
    """The area that the extract says it covers; None if it does not say."""
    reader = osmium.io.Reader(str(extract))
    try:
        said = reader.header().box()
    finally:
        reader.close()
    if not said.valid():
        return None
    return shapely.box(said.bottom_left.lon, said.bottom_left.lat, said.top_right.lon, said.top_right.lat)


def shapes(extract: Path) -> Iterator[Shape]:
    """Buildings, green, water and railways, for the picture only."""
    import pyogrio.raw  # 0.4 s of every program's start, and only the base map needs it

    wanted = ["name", "building", "landuse", "leisure", "natural", "other_tags"]
    _, _, areas, fields = pyogrio.raw.read(extract, layer="multipolygons", columns=wanted)
    for geometry, *values in zip(areas, *fields, strict=True):
        said = dict(zip(wanted, values, strict=True))
        kind = _kind_of_area(said)
        if kind:
            name = "" if kind == "building" else said["name"] or ""
            yield Shape(kind, shapely.from_wkb(geometry), name_th=name, name_en=_english(said["other_tags"]) if name else "")
    wanted = ["name", "railway", "waterway", "other_tags"]
    _, _, lines, fields = pyogrio.raw.read(extract, layer="lines", columns=wanted)
    for geometry, name, railway, waterway, more in zip(lines, *fields, strict=True):
        if railway in RAILWAYS:
            yield Shape("rail", shapely.from_wkb(geometry), name_th=name or "", name_en=_english(more))
        elif waterway in {"canal", "river", "stream"}:
            yield Shape("canal", shapely.from_wkb(geometry), name_th=name or "", name_en=_english(more))


def _kind_of_area(said: dict[str, str | None]) -> str:
    if said["building"]:
        return "building"
    if said["natural"] == "water":
        return "water"
    if said["leisure"] in GREEN or said["landuse"] in GREEN_LAND:
        return "green"
    return ""


def tags_of(other_tags: str | None) -> dict[str, str]:
    """GDAL keeps the lesser tags as ``"name:en"=>"Lumphini Park","…"=>"…"``."""
    found = re.findall(r'"((?:[^"\\]|\\.)*)"=>"((?:[^"\\]|\\.)*)"', other_tags or "")
    return {name: value.replace('\\"', '"') for name, value in found}


def _english(other_tags: str | None) -> str:
    return tags_of(other_tags).get("name:en", "")

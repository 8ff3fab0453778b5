"""Streets: ours alone hang together, and join an extract's so that one can drive from one to the other."""

from pathlib import Path

import osmium
import pytest
import shapely

from safetyzone.ground.streets import schematic
from safetyzone.ground.streets.model import Source, Streets
from safetyzone.ground.streets.network import NoExtract, extracts_of, load
from safetyzone.kernel.geometry import Point, is_in_thailand

RATCHAPRASONG = Point(lon=100.5405, lat=13.7445)
ZONE_RADIUS_M = 782.0


def reachable(streets: Streets, start: tuple[float, float]) -> set[tuple[float, float]]:
    """Nodes that can be reached, one-way signs aside."""
    beside: dict[tuple[float, float], set[tuple[float, float]]] = {}
    for segment in streets.segments:
        for one, other in zip(segment.nodes, segment.nodes[1:], strict=False):
            beside.setdefault(one, set()).add(other)
            beside.setdefault(other, set()).add(one)
    seen, waiting = {start}, [start]
    while waiting:
        new = beside[waiting.pop()] - seen
        seen |= new
        waiting += new
    return seen


@pytest.fixture
def extract(tmp_path: Path) -> Path:
    """A small survey of the west of the zone: two streets, a one-way lane drawn against its arrow, a private yard, a park."""
    file = tmp_path / "west.osm.pbf"
    header = osmium.io.Header()
    header.add_box(osmium.osm.Box(100.5300, 13.7400, 100.5360, 13.7470))
    writer = osmium.SimpleWriter(str(file), header=header)
    places = [
        (100.5301, 13.7463), (100.5341, 13.7456), (100.5358, 13.7453), (100.5345, 13.7430), (100.5350, 13.7431), (100.5352, 13.7436),
    ]  # fmt: skip
    for number, place in enumerate(places, 1):
        writer.add_node(osmium.osm.mutable.Node(id=number, location=place, version=1))
    ways: list[tuple[list[int], dict[str, str]]] = [
        ([1, 2, 3], {"highway": "primary", "name": "ถนนพระรามที่ 1", "name:en": "Rama I Road", "maxspeed": "80"}),
        ([2, 4], {"highway": "residential", "name": "ซอยทดลอง", "oneway": "-1", "maxspeed": "20"}),
        ([4, 5], {"highway": "service", "access": "private"}),
        ([4, 5, 6, 4], {"leisure": "park", "name": "สวนทดลอง"}),
    ]
    for number, (nodes, tags) in enumerate(ways, 1):
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=nodes, tags=tags, version=1))
    writer.close()
    return file


def test_our_drawing_is_one_web_that_covers_the_zone() -> None:
    streets = load()
    nodes = {node for segment in streets.segments for node in segment.nodes}
    assert reachable(streets, next(iter(nodes))) == nodes
    assert all(is_in_thailand(lon, lat) for lon, lat in nodes)
    whole = shapely.union_all([shapely.LineString(segment.nodes) for segment in streets.segments])
    for east in range(-700, 701, 100):
        for north in range(-700, 701, 100):
            place = RATCHAPRASONG.moved(east_m=east, north_m=north)
            if place.metres_to(RATCHAPRASONG) <= ZONE_RADIUS_M:
                foot = shapely.get_coordinates(shapely.shortest_line(shapely.Point(place.lon, place.lat), whole))[1]
                assert place.metres_to(Point(*foot)) < 330, f"no street near {place}"


def test_the_streets_that_people_know_are_named_in_both_languages() -> None:
    names = {segment.name_th: segment.name_en for segment in load().segments}
    assert names["ถนนพระรามที่ 1"] == "Rama I Road"
    for known in ("เพลินจิต", "ราชดำริ", "เพชรบุรี", "พญาไท", "วิทยุ", "หลังสวน", "สารสิน", "ชิดลม", "อังรีดูนังต์", "พระรามที่ 4",
                  "ราชปรารภ", "สุขุมวิท", "สมคิด", "ร่วมฤดี", "ต้นสน", "มหาดเล็กหลวง"):  # fmt: skip
        assert any(known in name for name in names), known
    assert all(names.values())


def test_an_extract_says_names_one_way_signs_and_slow_zones(extract: Path) -> None:
    surveyed = {s.name_th: s for s in load([extract]).segments if s.source is Source.OSM}
    assert set(surveyed) == {"ถนนพระรามที่ 1", "ซอยทดลอง"}, "the private yard is not driven through"
    rama, lane = surveyed["ถนนพระรามที่ 1"], surveyed["ซอยทดลอง"]
    assert (rama.one_way, rama.speed_kmh, rama.name_en) == (False, None, "Rama I Road")
    assert (lane.one_way, lane.speed_kmh) == (True, 20.0)
    assert lane.nodes[0] == pytest.approx((100.5345, 13.7430)), "against the arrow: turned round"


def test_where_the_extract_ends_our_streets_go_on_and_one_can_drive_across(extract: Path) -> None:
    streets = load([extract])
    siam = next(s for s in streets.segments if s.source is Source.OSM and "พระราม" in s.name_th).nodes[1]
    sukhumvit = next(s for s in streets.segments if "สุขุมวิท" in s.name_th).nodes[-1]
    assert sukhumvit in reachable(streets, siam)
    inside = shapely.box(100.5301, 13.7401, 100.5359, 13.7469)
    drawn_inside = [
        s.name_th for s in streets.segments
        if s.source is Source.SCHEMATIC and shapely.LineString(s.nodes).intersection(inside).length > 0.0016
    ]  # fmt: skip
    assert drawn_inside == [], "two drawings of one street"
    assert streets.credit == "© OpenStreetMap contributors (ODbL) · แผนผังวาดเอง / schematic"


@pytest.mark.parametrize("content", [None, b"this is not a map"])
def test_a_file_that_is_no_extract_is_refused_by_name_and_not_by_path(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "thailand.osm.pbf"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(NoExtract) as refused:
        load([file])
    assert "thailand.osm.pbf" in refused.value.say("th")
    assert str(tmp_path) not in refused.value.say("th") + refused.value.say("en")


def test_a_station_has_the_extract_of_its_settings_and_those_added(tmp_path: Path) -> None:
    (tmp_path / "streets").mkdir()
    (tmp_path / "streets" / "b.osm.pbf").touch()
    assert extracts_of(tmp_path, Path("a.osm.pbf")) == [Path("a.osm.pbf"), tmp_path / "streets" / "b.osm.pbf"]
    assert extracts_of(tmp_path / "empty", None) == []


def test_the_drawing_says_in_its_own_file_that_it_is_a_schematic() -> None:
    assert "schematic" in schematic.DRAWING.read_text()[:300]

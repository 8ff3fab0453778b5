"""What stands in the way, as the map says it, and guessed where it says nothing."""

import os
from pathlib import Path

import osmium
import pytest
import shapely

from safetyzone.ground.streets.model import Segment, Source
from safetyzone.ground.streets.network import NoExtract, load
from safetyzone.ground.streets.obstacles import LEVEL_M, OTHER_HEIGHT_M, height_of, is_walked, obstacles

EXTRACT = Path(os.environ.get("SAFETYZONE_TEST_EXTRACT", Path(__file__).parents[6] / "shared/data/pathumwan.osm.pbf"))
METRE = 1 / 111_195
WEST, SOUTH = 100.5300, 13.7400


@pytest.fixture
def quarter(tmp_path: Path) -> Path:
    """A house of 3 storeys, a tower of 40 m, a roof on posts, a cellar; a wall, a fence, a tree; a lit street, a tunnel, a motorway."""
    file = tmp_path / "quarter.osm.pbf"
    writer = osmium.SimpleWriter(str(file))
    number = 0

    def node(x: float, y: float, **tags: str) -> int:
        nonlocal number
        number += 1
        place = (WEST + x * METRE, SOUTH + y * METRE)
        writer.add_node(osmium.osm.mutable.Node(id=number, location=place, version=1, tags=tags))
        return number

    def square(x: float, y: float) -> list[int]:
        ring = [node(x, y), node(x + 10, y), node(x + 10, y + 10), node(x, y + 10)]
        return [*ring, ring[0]]

    ways = [
        (square(0, 0), {"building": "yes", "building:levels": "3"}),
        (square(20, 0), {"building": "office", "height": "40 m"}),
        (square(40, 0), {"building": "roof"}),
        (square(60, 0), {"building": "yes", "layer": "-1"}),
        (square(80, 0), {"building": "house"}),
        (square(100, 0), {"natural": "wood"}),
        (square(120, 0), {"building": "train_station", "min_height": "6", "height": "12"}),
        ([node(0, 20), node(30, 20)], {"barrier": "wall"}),
        ([node(0, 25), node(30, 25)], {"barrier": "fence"}),
        ([node(0, 30), node(90, 30)], {"highway": "residential", "name": "ซอยสว่าง", "lit": "yes"}),
        ([node(0, 40), node(90, 40)], {"highway": "footway", "tunnel": "yes"}),
        ([node(0, 50), node(90, 50)], {"highway": "motorway"}),
        ([node(0, 60), node(90, 60)], {"highway": "footway", "name": "สกายวอล์ก", "bridge": "yes", "layer": "1"}),
        ([node(0, 62), node(90, 62)], {"highway": "footway", "name": "ทางชั้นสอง", "level": "1"}),
        ([node(0, 64), node(90, 64)], {"highway": "steps", "name": "บันไดเลื่อน", "level": "0;1"}),
        ([node(0, 66), node(90, 66)], {"highway": "footway", "name": "ทางเท้า", "layer": "0", "level": "0", "bridge": "no"}),
    ]
    tree = node(5, 35, natural="tree", diameter_crown="6", height="9")
    assert tree
    for way, (nodes, tags) in enumerate(ways, 1):
        writer.add_way(osmium.osm.mutable.Way(id=way, nodes=nodes, version=1, tags=tags))
    writer.close()
    return file


def square_metres(area: shapely.Polygon) -> float:
    return float(shapely.transform(area, lambda at: (at - (WEST, SOUTH)) / METRE).area)


def test_heights_are_as_the_map_says_or_as_its_storeys_or_as_usual(quarter: Path) -> None:
    found = obstacles([quarter], shapely.box(WEST, SOUTH, WEST + 0.002, SOUTH + 0.001))
    assert [height for _, height in found.buildings] == pytest.approx([3 * LEVEL_M, 40, 6.4])
    assert [(low, high) for _, low, high in found.crowns] == [(3.5, 5.0), (2.0, 10.0), (6.0, 12.0), (3.0, 9.0)]
    assert square_metres(found.crowns[-1][0]) == pytest.approx(3.1416 * 9 / 0.9714, rel=0.01), "a degree of longitude is shorter"
    assert [(len(line), height) for line, height in found.walls] == [(2, 2.0)]


def test_streets_say_whether_one_walks_there_and_whether_lamps_burn(quarter: Path) -> None:
    found = obstacles([quarter], shapely.box(WEST, SOUTH, WEST + 0.002, SOUTH + 0.001))
    rows = zip(found.streets, found.lit, strict=True)
    surveyed = [(name, walked, lit) for (nodes, walked, name), lit in rows if nodes[0][0] < WEST + 0.001]
    assert ("ซอยสว่าง", True, True) in surveyed
    assert sorted(walked for name, walked, _ in surveyed if not name) == [False, False]


def test_skywalks_bridges_and_upper_levels_are_no_street_on_the_ground(quarter: Path) -> None:
    found = obstacles([quarter], shapely.box(WEST, SOUTH, WEST + 0.002, SOUTH + 0.001))
    walked = {name: walked for nodes, walked, name in found.streets if nodes[0][0] < WEST + 0.001 and name}
    assert walked == {"ซอยสว่าง": True, "สกายวอล์ก": False, "ทางชั้นสอง": False, "บันไดเลื่อน": False, "ทางเท้า": True}


@pytest.mark.skipif(not EXTRACT.exists(), reason="the Pathum Wan extract is not on this machine")
def test_the_skywalk_of_siam_does_not_count_as_street() -> None:
    raised = [segment for segment in load([EXTRACT]).segments if segment.raised]
    metres = sum(shapely.length(shapely.LineString(segment.nodes)) for segment in raised) / METRE
    assert metres > 5_000
    assert not any(map(is_walked, raised))


def test_without_an_extract_the_drawings_blocks_stand_for_houses() -> None:
    found = obstacles()
    assert found.sources == (Source.SCHEMATIC,)
    assert found.buildings
    assert {height for _, height in found.buildings} == {OTHER_HEIGHT_M}
    assert any(name == "ถนนราชดำริ" and walked for _, walked, name in found.streets)
    assert len(found.lit) == len(found.streets)


def test_what_is_nonsense_on_the_map_is_not_believed() -> None:
    assert height_of("yes", {"height": "tall", "building:levels": "-2"}) == OTHER_HEIGHT_M
    assert height_of("house", {"height": "0"}) == 6.4
    assert height_of("yes", {"building:levels": "2", "height": "12'6\""}) == pytest.approx(6.4)
    assert not is_walked(Segment(((0, 0), (1, 1)), "motorway"))


def test_a_file_that_is_no_map_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NoExtract):
        obstacles([tmp_path / "none.osm.pbf"])


@pytest.mark.skipif(not EXTRACT.exists(), reason="the Pathum Wan extract is not on this machine")
def test_pathum_wan_has_its_houses_trees_and_lit_streets() -> None:
    middle = shapely.Point(100.5345, 13.7455).buffer(0.004)
    found = obstacles([EXTRACT], middle)
    assert len(found.buildings) > 100
    assert all(area.is_valid and 2 < height < 400 for area, height in found.buildings)
    assert all(bottom < top for _, bottom, top in found.crowns)
    assert sum(walked for _, walked, _ in found.streets) > 50
    assert Source.OSM in found.sources

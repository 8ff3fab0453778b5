"""Road times: against a brute force, against physics, and on a real city where its extract is at hand."""

import math
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyzone.kernel.geometry import Point
from safetyzone.response.dispatch.net import SNAP_WITHIN_M
from safetyzone.response.dispatch.roads import DETOUR, StraightLine, StreetRoadTime
from safetyzone.response.dispatch.travel import STREET_KMH, TRAVEL, How, Traveller

ORIGIN = Point(lon=100.54, lat=13.745)
EXTRACT = Path(os.environ.get("SAFETYZONE_TEST_EXTRACT", Path(__file__).parents[6] / "shared/data/pathumwan.osm.pbf"))


@dataclass(frozen=True)
class Street:
    nodes: list[tuple[float, float]]
    road_class: str = "residential"
    one_way: bool = False
    speed_kmh: float | None = 36.0


def place(east_m: float, north_m: float) -> Point:
    return ORIGIN.moved(east_m=east_m, north_m=north_m)


def node(east_m: float, north_m: float) -> tuple[float, float]:
    point = place(east_m, north_m)
    return (round(point.lon, 9), round(point.lat, 9))


def street(*places: tuple[float, float], **more: object) -> Street:
    return Street([node(*where) for where in places], **more)  # type: ignore[arg-type]


def grid_city(blocks: int = 12, side_m: float = 100.0) -> list[Street]:
    """A made-up town: two-way streets both ways, so that tests need no file."""
    lines = range(blocks + 1)
    east = [street(*[(x * side_m, y * side_m) for x in lines]) for y in lines]
    north = [street(*[(x * side_m, y * side_m) for y in lines]) for x in lines]
    return east + north


def seconds(streets: list[Street], start: Point, goal: Point, kind: str = "car") -> float:
    answer = StreetRoadTime(streets).times([Traveller(start, kind)], goal)[0]
    assert answer.how is How.ROAD
    return answer.seconds


SQUARE = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0), (0.0, 0.0)]


def test_ten_metres_a_second_along_a_straight_street() -> None:
    assert seconds([street((0, 0), (1000, 0))], place(100, 0), place(700, 0)) == pytest.approx(60, rel=0.002)


def test_a_one_way_street_is_driven_round() -> None:
    ring = [street(*SQUARE, one_way=True)]
    assert seconds(ring, place(200, 0), place(800, 0)) == pytest.approx(60, rel=0.002)
    assert seconds(ring, place(800, 0), place(200, 0)) == pytest.approx(340, rel=0.002)


def test_an_officer_on_foot_walks_against_the_one_way() -> None:
    on_foot = seconds([street(*SQUARE, one_way=True)], place(800, 0), place(200, 0), "foot")
    assert on_foot == pytest.approx(600 / (5 / 3.6), rel=0.002)


def test_the_quicker_way_wins_over_the_shorter() -> None:
    slow = street((0, 0), (1000, 0), speed_kmh=5.0)
    fast = street((0, 0), (0, 300), (1000, 300), (1000, 0), speed_kmh=72.0)
    assert seconds([slow, fast], place(0, 0), place(1000, 0)) == pytest.approx(80, rel=0.002)


def test_cars_use_no_footpaths_and_motorcycles_no_motorways() -> None:
    path = street((0, 0), (1000, 0), road_class="footway")
    round_about = street((0, 0), (0, 500), (1000, 500), (1000, 0))
    assert seconds([path, round_about], place(0, 0), place(1000, 0), "car") == pytest.approx(200, rel=0.01)
    assert seconds([path, round_about], place(0, 0), place(1000, 0), "bicycle") < 260
    motorway = street((0, 0), (1000, 0), road_class="motorway", speed_kmh=90.0)
    assert seconds([motorway, round_about], place(0, 0), place(1000, 0), "car") == pytest.approx(40, rel=0.01)
    assert seconds([motorway, round_about], place(0, 0), place(1000, 0), "motorcycle") == pytest.approx(200, rel=0.01)


def test_places_far_from_every_street_are_answered_by_a_straight_line_that_says_so() -> None:
    roads = StreetRoadTime([street((0, 0), (1000, 0))])
    far = place(500, SNAP_WITHIN_M + 5)
    for start, goal in ((far, place(0, 0)), (place(0, 0), far)):
        answer = roads.times([Traveller(start)], goal)[0]
        assert answer.how is How.STRAIGHT_LINE
        assert answer.metres == pytest.approx(start.metres_to(goal) * DETOUR)


def test_no_streets_at_all_is_a_straight_line() -> None:
    assert StreetRoadTime([]).times([Traveller(ORIGIN)], place(100, 0))[0].how is How.STRAIGHT_LINE


def test_the_way_from_the_kerb_is_walked() -> None:
    beside = seconds([street((0, 0), (1000, 0))], place(100, 50), place(700, 0))
    assert beside == pytest.approx(60 + 50 / (5 / 3.6), rel=0.002)


def test_an_island_of_streets_does_not_catch_a_unit() -> None:
    city = grid_city(4)
    island = street((450, 450), (460, 450))
    answer = StreetRoadTime([*city, island]).times([Traveller(place(455, 450))], place(0, 0))[0]
    assert answer.how is How.ROAD


def test_answers_come_in_the_order_of_the_units_whatever_their_kinds() -> None:
    roads = StreetRoadTime(grid_city(6))
    units = [Traveller(place(100 * n, 0), kind) for n, kind in enumerate(["car", "foot", "car", "foot", "bicycle"])]
    together = roads.times(units, place(600, 600))
    assert together == [roads.times([unit], place(600, 600))[0] for unit in units]


edges = st.lists(
    st.tuples(st.integers(0, 7), st.integers(0, 7), st.sampled_from([10.0, 30.0, 60.0]), st.booleans()),
    min_size=1, max_size=24,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(edges, st.lists(st.floats(0, 30), min_size=8, max_size=8), st.integers(0, 7), st.integers(0, 7))
def test_on_any_streets_the_time_is_the_brute_force_one(
    given_edges: list[tuple[int, int, float, bool]], turns: list[float], start: int, goal: int
) -> None:
    # Corners on a circle: no street passes over a corner that it does not end at.
    at = [
        (800 * math.cos(math.radians(45 * n + turn)), 800 * math.sin(math.radians(45 * n + turn)))
        for n, turn in enumerate(turns)
    ]
    # A two-way ring joins all corners, so that no part is dropped as an island and the two searches see the same town.
    ring = [(n, (n + 1) % 8, 20.0, False) for n in range(8)]
    town = [(a, b, kmh, way) for a, b, kmh, way in (*ring, *given_edges) if a != b]
    best = [math.inf] * 8
    best[goal] = 0.0
    for _ in range(8):  # Bellman and Ford's, backwards from the goal
        for a, b, kmh, one_way in town:
            cost = place(*at[a]).metres_to(place(*at[b])) * 3.6 / kmh
            best[a] = min(best[a], best[b] + cost)
            if not one_way:
                best[b] = min(best[b], best[a] + cost)
    streets = [street(at[a], at[b], speed_kmh=kmh, one_way=one_way) for a, b, kmh, one_way in town]
    found = StreetRoadTime(streets).times([Traveller(place(*at[start]))], place(*at[goal]))[0]
    assert found.how is How.ROAD
    assert found.seconds == pytest.approx(best[start], rel=0.003, abs=0.01)


@settings(max_examples=100, deadline=None)
@given(
    st.floats(0, 1200), st.floats(0, 1200), st.floats(0, 1200), st.floats(0, 1200), st.sampled_from(sorted(TRAVEL))
)
def test_nobody_is_faster_than_a_straight_line_at_full_speed(x: float, y: float, u: float, v: float, kind: str) -> None:
    start, goal = place(x, y), place(u, v)
    answer = CITY.times([Traveller(start, kind)], goal)[0]
    assert answer.seconds >= start.metres_to(goal) * 3.6 / TRAVEL[kind].max_kmh * 0.995 - 0.01
    assert answer.metres >= start.metres_to(goal) * 0.995 - 0.01
    crow = StraightLine().times([Traveller(start, kind)], goal)[0]
    assert crow.metres == pytest.approx(start.metres_to(goal) * DETOUR)


CITY = StreetRoadTime(grid_city())


def test_every_kind_of_unit_has_a_speed_within_its_own_limit() -> None:
    assert all(0 < travel.city_kmh <= travel.max_kmh for travel in TRAVEL.values())
    assert all(speed > 0 for speed in STREET_KMH.values())


def real_or_made_up_city() -> list[Street]:
    """Pathum Wan from its extract; where that is not at hand, a made-up town of the same size."""
    if not EXTRACT.exists():
        return grid_city(43)
    import osmium

    streets: list[Street] = []
    for way in osmium.FileProcessor(str(EXTRACT)).with_locations().with_filter(osmium.filter.KeyFilter("highway")):
        if way.is_way():
            nodes = [(n.lon, n.lat) for n in way.nodes if n.location.valid()]
            streets.append(Street(nodes, way.tags["highway"], way.tags.get("oneway") == "yes", None))
    return streets


def test_fifty_units_to_one_incident_in_a_real_city_take_a_few_milliseconds() -> None:
    streets = real_or_made_up_city()
    roads = StreetRoadTime(streets)
    dice = random.Random(7)  # noqa: S311 - a fixed draw
    corners = [where for s in streets if s.road_class in {"residential", "tertiary", "secondary"} for where in s.nodes]
    units = [Traveller(Point(*dice.choice(corners)), "motorcycle") for _ in range(50)]
    goals = [Point(*dice.choice(corners)) for _ in range(12)]
    roads.times(units, goals[0])  # builds the graph
    took, by_road = [], 0
    for goal in goals:
        began = time.perf_counter()
        answers = roads.times(units, goal)
        took.append(time.perf_counter() - began)
        by_road += sum(answer.how is How.ROAD for answer in answers)
    assert by_road >= 0.8 * 50 * 12, "the rest stands on car parks and stubs that no web of streets reaches"
    # Typically 2 ms; the best of twelve, so that a busy machine does not fail the test.
    assert min(took) < 0.010

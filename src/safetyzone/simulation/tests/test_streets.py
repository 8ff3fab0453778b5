"""Pretend patrols keep to the streets and to their speed."""

import json
import random
from pathlib import Path

import pytest

from safetyzone.simulation.streets import LonLat, Rider, Streets, metres

WEST: LonLat = (100.5300, 13.7440)
JUNCTION: LonLat = (100.5400, 13.7440)
NORTH: LonLat = (100.5400, 13.7500)


def a_corner() -> Streets:
    return Streets([[WEST, JUNCTION], [JUNCTION, NORTH], [(101.0, 14.0), (101.1, 14.0)]])


def test_the_way_goes_round_the_corner_and_not_through_the_houses() -> None:
    assert a_corner().way(WEST, NORTH) == [WEST, JUNCTION, NORTH, NORTH]


def test_a_street_that_nobody_can_reach_is_not_chosen() -> None:
    streets = a_corner()
    chance = random.Random(3)
    assert {streets.somewhere(JUNCTION, chance) for _ in range(50)} <= {WEST, JUNCTION, NORTH}
    assert streets.way(WEST, (101.05, 14.0))[-2] in {JUNCTION, NORTH}


def test_a_rider_covers_just_the_distance_that_his_speed_allows() -> None:
    rider = Rider(a_corner(), WEST)
    rider.head_for(NORTH)
    whole = metres(WEST, JUNCTION) + metres(JUNCTION, NORTH)
    assert not rider.roll(whole / 2)
    assert metres(WEST, rider.at) == pytest.approx(whole / 2, rel=0.001)
    assert rider.at[1] == WEST[1], "still on the first street"
    assert rider.roll(whole / 2 + 1)
    assert rider.at == NORTH


def test_without_streets_he_goes_straight() -> None:
    rider = Rider(Streets.read(None), WEST)
    rider.head_for(NORTH)
    assert rider.rest == [NORTH]


def test_streets_are_read_from_plain_geojson(tmp_path: Path) -> None:
    line = {"type": "Feature", "properties": {}, "geometry": {"type": "LineString", "coordinates": [WEST, JUNCTION]}}
    place = {"type": "Feature", "properties": {}, "geometry": {"type": "Point", "coordinates": NORTH}}
    file = tmp_path / "streets.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": [line, place]}))
    assert set(Streets.read(file).places.values()) == {WEST, JUNCTION}

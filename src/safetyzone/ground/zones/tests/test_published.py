"""The published facts, loaded: complete, valid, and as wide as published."""

from collections import Counter
from datetime import UTC, datetime

import pytest
from pyproj import Geod
from shapely.geometry import shape

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones import actions, queries
from safetyzone.ground.zones.models import Zone
from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.trust.audit.models import Leaf

AT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
PUBLISHED_KM2 = {
    "ratchaprasong": 1.92, "ratchada": 1.69, "bang-luang": 1.16, "muang-thong": 3.0, "pak-nam": 1.84, "jomtien": 9.91,
    "rayong": 4.4, "prachin-wanarom": 1.2, "udon": 2.0, "chiang-mai-old": 2.38, "ban-khlong": 2.0,
    "phuket-old-town": 1.02, "santisuk": 0.478,
}  # fmt: skip


@pytest.fixture
def ground(db: None) -> None:
    actions.load_ground(by=COMMAND_LINE, at=AT)


@pytest.mark.usefixtures("ground")
def test_all_77_provinces_are_there_and_each_bureau_has_its_own():
    provinces = queries.provinces()
    assert len(provinces) == 77
    assert Counter(province.bureau for province in provinces) == {
        "M": 1, "1": 9, "2": 8, "3": 8, "4": 12, "5": 8, "6": 9, "7": 8, "8": 7, "9": 7
    }  # fmt: skip
    assert all(is_in_thailand(province.where.lon, province.where.lat) for province in provinces)


@pytest.mark.usefixtures("ground")
def test_the_15_pilot_stations_stand_for_all_bureaus():
    pilots = [station for station in queries.stations() if station.pilot]
    assert len(pilots) == 15
    assert Counter(pilot.bureau for pilot in pilots) == {
        "M": 3, "1": 2, "2": 3, "3": 1, "4": 1, "5": 1, "6": 1, "7": 1, "8": 1, "9": 1
    }  # fmt: skip
    assert all(pilot.zones for pilot in pilots)
    assert all(pilot.name_th.startswith(("สน.", "สภ.")) for pilot in pilots)


@pytest.mark.usefixtures("ground")
def test_every_zone_has_a_valid_border_as_wide_as_published():
    earth = Geod(ellps="WGS84")
    for station in queries.stations():
        for zone in station.zones:
            border = shape(zone.border)
            assert border.is_valid, zone.code
            area_km2 = abs(earth.geometry_area_perimeter(border)[0]) / 1e6
            assert zone.area_km2 == PUBLISHED_KM2.get(zone.code)
            assert area_km2 == pytest.approx(zone.area_km2 or 2.0106, rel=0.001), zone.code
            assert zone.border_is == ("circle" if zone.area_km2 else "assumed")


@pytest.mark.usefixtures("ground")
def test_a_zone_need_not_lie_around_its_station():
    station = queries.station("pak-kret")
    assert station is not None
    assert station.zones[0].centre.metres_to(station.where) > 5_000
    assert queries.zone_containing(station.where) == ""


@pytest.mark.usefixtures("ground")
def test_a_point_is_found_in_its_zone_and_nowhere_else():
    crossing = Point(lon=100.5405, lat=13.7445)
    assert queries.zone_containing(crossing) == "ratchaprasong"
    assert queries.zone_containing(crossing.moved(north_m=800)) == ""
    assert queries.zones_containing([Point(lon=99.0, lat=12.0), crossing]) == ["", "ratchaprasong"]


@pytest.mark.usefixtures("ground")
def test_the_nearest_station_is_found_by_distance():
    nearest = queries.nearest_station(Point(lon=100.57, lat=13.775))
    assert nearest is not None
    assert nearest.code == "huai-khwang"


def test_there_is_no_zone_and_no_station_on_empty_ground(db: None):
    assert queries.zone_containing(Point(lon=100.54, lat=13.74)) == ""
    assert queries.nearest_station(Point(lon=100.54, lat=13.74)) is None
    assert queries.station("lumphini") is None


@pytest.mark.usefixtures("ground")
def test_loading_again_adds_nothing_and_writes_nothing_into_the_audit_log():
    leaves = Leaf.objects.count()
    assert actions.load_ground(by=COMMAND_LINE, at=AT) == 0
    assert Leaf.objects.count() == leaves == 1


@pytest.mark.usefixtures("ground")
def test_loading_again_keeps_what_a_station_drew_and_repairs_the_rest():
    square = {"type": "Polygon", "coordinates": [[[100.53, 13.74], [100.55, 13.74], [100.55, 13.75], [100.53, 13.75]]]}
    actions.draw_border(zone="ratchaprasong", border=square, by=COMMAND_LINE, at=AT)
    Zone.objects.filter(code="ratchada").update(name_en="Wrong")
    drawn = queries.zone("ratchaprasong")

    actions.load_ground(by=COMMAND_LINE, at=AT)

    assert queries.zone("ratchaprasong") == drawn
    repaired = queries.zone("ratchada")
    assert repaired is not None
    assert repaired.name_en == "Ratchada-Huai Khwang"

"""Coverage as it stands: what the register says now, within a moment of its change."""

from datetime import timedelta

import pytest

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.standing import Standing, standing
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import ARM_M, MIDDLE, NOON, STATION, ZONE

LATER = NOON + timedelta(seconds=1)


@pytest.fixture
def here(db, monkeypatch) -> Standing:
    load_ground(by=COMMAND_LINE, at=NOON)
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    junction.eight_cameras()
    return standing(STATION)


def change(code: str, **what: object) -> None:
    Camera.objects.filter(code=code).update(changed_at=LATER, **what)


def test_eight_cameras_that_look_north_see_little_but_the_northern_arm(here):
    shares = here.shares(ZONE, 25)
    assert shares.metres == pytest.approx(4 * ARM_M, rel=0.02)
    assert 0.1 < shares.one_day < 0.35
    spots = here.dead_spots(ZONE, 25, night=False)
    assert {spot.street_th for spot in spots} == {"ถนนเหนือใต้", "ถนนตะวันออกตะวันตก"}
    assert sum(spot.metres for spot in spots) == pytest.approx(shares.metres * (1 - shares.one_day), rel=0.1)
    assert all(spot.nearest is not None for spot in spots)


def test_a_camera_that_fails_is_not_counted_any_more(here):
    before = here.shares(ZONE, 25)
    for number in range(1, 9):
        change(f"CAM-{number:02d}", state=Camera.State.OFFLINE)
    assert before.one_day > 0
    after = standing(STATION)
    assert after is here
    assert after.shares(ZONE, 25).one_day == 0


@pytest.mark.parametrize("what", [{"paused_at": LATER}, {"withdrawn_at": LATER}, {"retired_at": LATER}])
def test_what_its_owner_took_back_is_not_counted(here, what):
    for number in range(1, 9):
        change(f"CAM-{number:02d}", **what)
    assert standing(STATION).shares(ZONE, 25).one_day == 0


def test_a_turn_tried_by_hand_is_what_the_register_shows_once_it_is_made(here):
    tried = here.try_turn("CAM-01", 180, 10, zone=ZONE, density_px_m=25, night=False)
    assert tried.gained_m > 20
    change("CAM-01", azimuth_deg=180.0)
    after = standing(STATION).shares(ZONE, 25)
    assert after == tried.after
    gained = (after.one_day - tried.before.one_day) * after.metres
    assert gained == pytest.approx(tried.gained_m - tried.lost_m, abs=0.1)


def test_a_turn_tried_for_a_camera_that_does_not_work_adds_what_it_would_see(here):
    change("CAM-01", state=Camera.State.OFFLINE)
    assert standing(STATION).try_turn("CAM-01", 180, 10, zone=ZONE, density_px_m=25, night=False).lost_m == 0


def test_a_turn_away_from_the_door_that_must_stay_seen_says_so(here):
    change("CAM-01", must_see=[list(junction.at(0, 30))])
    there = standing(STATION)
    assert there.try_turn("CAM-01", 0, 10, zone=ZONE, density_px_m=25, night=False).must_see_kept
    assert not there.try_turn("CAM-01", 180, 10, zone=ZONE, density_px_m=25, night=False).must_see_kept


def test_streets_are_told_by_how_many_cameras_see_them(here):
    runs = here.streets(ZONE, 25, night=False)
    assert {level for level, _ in runs} >= {0, 2}
    seen_twice = [line for level, line in runs if level == 2]
    assert all(lat > MIDDLE.lat - 0.0001 for line in seen_twice for _, lat in line)


def test_who_sees_a_spot_is_told_with_reasons_and_those_who_do_not_with_theirs(here):
    north = Point(*junction.at(0, 40))
    seeing = here.watchers(north, night=False)
    assert [each.sees for each in seeing].count(True) == 4
    assert all("ม." in each.th and "px/m" in each.th for each in seeing if each.sees)
    east = here.watchers(Point(*junction.at(60, 0)), night=False)
    assert east
    assert not any(each.sees for each in east)
    assert any("หันไปทางอื่น" in each.th for each in east)


def test_a_camera_inside_a_house_is_told_apart_and_counts_for_nothing(here):
    lon, lat = junction.at(60, 60)
    change("CAM-01", lon=lon, lat=lat)
    there = standing(STATION)
    assert there.unplaced["CAM-01"].code == "camera_in_building"
    assert "CAM-01" not in there.cameras


def test_a_zone_of_another_station_is_not_found(here):
    with pytest.raises(NotFound):
        here.shares("chiang-mai", 25)

"""Shares of a street counted by hand, what nobody sees, and who sees a spot."""

import numpy as np
import pytest
import shapely

from safetyzone.senses.cameras.coverage import zone
from safetyzone.senses.cameras.coverage.compile import compile_all
from safetyzone.senses.cameras.coverage.dead_spots import dead_spots
from safetyzone.senses.cameras.coverage.seen import seen
from safetyzone.senses.cameras.coverage.spot import WHY, Watchers
from safetyzone.senses.cameras.coverage.tests.shapes import area_in_degrees, box, camera, ground

STREET = [([(0, 0), (0, 100)], "ถนนยาว"), ([(0, 100), (60, 100)], "ซอยขวาง")]


def everywhere(here) -> np.ndarray:
    return np.ones(len(here.points), np.bool_)


def test_the_shares_of_a_street_of_a_hundred_metres() -> None:
    """Two cameras look north; one sees to 40 m (39 is its last point), the other, 20 m on, to 60 m. A third is out of order."""
    here = ground(streets=STREET[:1])
    poses = [camera(0, 0, width_px=2016, night_range_m=12), camera(0, 20, width_px=2016, night_range_m=0), camera(0, 100, 180)]
    day, night = seen(here, poses, 25.0), seen(here, poses, 25.0, night=True)
    shares = zone.figures(here, day, everywhere(here), seen_by_night=night, working=[True, True, False])
    assert shares.metres == pytest.approx(100)
    assert (shares.one_day, shares.two_day) == pytest.approx((0.60, 0.20))
    assert (shares.one_night, shares.two_night) == pytest.approx((0.12, 0.0)), "12 m of slant are 11 m of ground"


def test_only_the_street_inside_the_zone_counts() -> None:
    here = ground(streets=STREET)
    inside = here.within(area_in_degrees(shapely.box(-10, 50, 10, 101)))
    day = seen(here, [camera(0, 0)], 25.0)
    shares = zone.figures(here, day, inside, seen_by_night=day)
    assert (shares.metres, shares.one_day) == pytest.approx((50 + 10, 2 / 60))
    assert zone.figures(here, day, ~everywhere(here), seen_by_night=day) == zone.Shares(0, 0, 0, 0, 0)


def test_a_turned_camera_changes_the_count_by_its_own_row() -> None:
    here = ground(streets=STREET)
    before, after = [camera(0, 50), camera(0, 60)], [camera(0, 50, 180), camera(0, 60)]
    rows = [seen(here, each, 25.0) for each in (before, after)]
    assert (zone.turned(zone.counted(rows[0]), rows[0][0], rows[1][0]) == zone.counted(rows[1])).all()


def test_what_nobody_sees_is_told_in_whole_pieces_and_the_weightiest_first() -> None:
    here = ground(streets=STREET)
    covered = (here.points.segment == 0) & (here.points.y > 30) & (here.points.y < 94)
    spots = dead_spots(here, covered, everywhere(here), places=[(0, 0), (40, 90)])
    assert [(spot.street, round(spot.length_m)) for spot in spots] == [("ซอยขวาง", 60), ("ถนนยาว", 30)]
    assert (spots[0].x, spots[0].y) == pytest.approx((29, 100), abs=1.01)
    assert [(spot.place, round(spot.place_m)) for spot in spots] == [(1, 15), (0, 15)]
    danger = np.where(here.points.segment == 0, 3.0, 1.0)
    assert [spot.street for spot in dead_spots(here, covered, everywhere(here), weight=danger)] == ["ถนนยาว", "ซอยขวาง"]
    assert dead_spots(here, everywhere(here), everywhere(here)) == []
    assert dead_spots(here, covered, everywhere(here))[0].place == -1


def test_a_street_drawn_in_two_has_one_dead_piece() -> None:
    here = ground(streets=[([(0, 0), (0, 8)], "ถนนเดียว"), ([(0, 8), (0, 15)], "ถนนเดียว"), ([(0, 15), (0, 23)], "อีกสาย")])
    nothing = ~everywhere(here)
    assert [(spot.street, round(spot.length_m)) for spot in dead_spots(here, nothing, everywhere(here))] == [("ถนนเดียว", 15)]


def test_a_house_over_the_street_parts_two_dead_pieces() -> None:
    here = ground([box(-5, 40, 5, 60)], streets=STREET[:1])
    assert [round(spot.length_m) for spot in dead_spots(here, ~everywhere(here), everywhere(here))] == [40, 40]


def watchers(here, poses, working=None, **asked):
    return Watchers(here, poses, working).of(0.0, 20.0, **asked)


def test_who_sees_a_spot_and_why_the_others_do_not() -> None:
    here = ground([box(10, 15, 14, 25)], walls=[([(-9, 15), (-9, 25)], 3.0)], crowns=[(box(-3, 26, 3, 30), 2.0, 8.0)], streets=STREET)
    poses = [
        camera(0, 0), camera(20, 20, 270), camera(-10, 20, 90, height_m=2.0), camera(0, 36, 180), camera(0, 0, 180),
        camera(0, 18, 0, tilt_deg=10, vfov_deg=20), camera(0, 0, tilt_deg=60, vfov_deg=20), camera(0, 0, width_px=400), camera(0, 0),
    ]  # fmt: skip
    found = {each.index: each for each in watchers(here, poses, [*[True] * 8, False])}
    assert {index: each.why for index, each in found.items()} == {
        0: (), 1: ("behind_building",), 2: ("behind_wall",), 3: ("behind_tree",), 4: ("out_of_sector",), 5: ("under_the_camera",),
        6: ("above_the_picture",), 7: ("too_far",), 8: ("not_working",),
    }  # fmt: skip
    first = found[0]
    assert (first.band, first.distance_m, first.angle_deg) == (3, 20.0, 180.0)
    assert first.px_m == pytest.approx(1280 / np.hypot(20, 4.4))
    assert first.say("th") == "20 ม. · 63 px/m · สังเกต"
    assert found[1].say("en") == "20 m · hidden by a building"
    assert found[1].say("th") == "20 ม. · อาคารบัง"


def test_by_night_a_camera_without_light_says_so_and_a_lamp_helps_it() -> None:
    poses = [camera(0, 0, night_range_m=10)]
    assert watchers(ground(streets=STREET), poses, at_night=True)[0].why == ("too_dark",)
    assert watchers(ground(streets=STREET, lit=[True, False]), poses, at_night=True)[0].sees
    assert watchers(ground(streets=STREET), poses)[0].sees


def test_the_second_picture_is_one_from_another_side() -> None:
    poses = [camera(0, 8, 0), camera(1, 8, 0), camera(0, 40, 180), camera(30, 20, 270)]
    order = [each.index for each in watchers(ground(streets=STREET), poses)]
    assert order[0] in {0, 1}
    assert set(order[1:3]) == {2, 3}
    assert [each.index for each in watchers(ground(streets=STREET), poses, most=1)] == order[:1]


def test_every_reason_is_told_in_both_languages() -> None:
    assert all(thai != english and english.isascii() for _, thai, english in WHY.values())
    assert len({bit for bit, _, _ in WHY.values()}) == len(WHY)


def test_everything_can_be_compiled_beforehand() -> None:
    assert set(compile_all()) == {"ground", "place", "sweep", "sector", "sectors", "outline", "seen", "aimed", "shares", "spot"}

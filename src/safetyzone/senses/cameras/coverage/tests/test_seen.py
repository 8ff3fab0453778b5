"""Which street points a camera sees: past walls, over and under, near enough, bright enough; the same as the polygon says."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safetyzone.senses.cameras.coverage import sweep
from safetyzone.senses.cameras.coverage.pose import reach
from safetyzone.senses.cameras.coverage.seen import aimed, seen, sights
from safetyzone.senses.cameras.coverage.tests.shapes import box, camera, ground
from safetyzone.senses.cameras.coverage.tests.test_sweep import houses

STREET = [([(0, -80), (0, 80)], "ถนน")]
LATTICE = [([(-70, float(y)), (70, float(y))], "") for y in range(-70, 71, 5)]


def metres_north(here, row) -> list[float]:
    return here.points.y[row > 0].round(3).tolist()


def test_on_an_open_street_density_falls_in_bands() -> None:
    """1,280 pixels of focal length: band 3 (62.5 px/m) ends at 20.48 m of slant, so at 20.00 m on the ground from 6 m to 1.6 m."""
    here = ground(streets=STREET)
    row = seen(here, [camera()], 25.0)[0]
    assert row[here.points.y < 0].max() == 0
    assert [max(metres_north(here, row == band)) for band in (2, 3, 4)] == [51, 19, 9], "25, 62.5 and 125 px/m"
    assert min(metres_north(here, row)) == 1


def test_below_the_picture_and_beyond_its_upper_edge_nothing_is_seen() -> None:
    """Tilt 25, 20 high: 4.4 / tan 35 = 6.28 m to 4.4 / tan 15 = 16.4 m."""
    here = ground(streets=STREET)
    assert metres_north(here, seen(here, [camera(tilt_deg=25, vfov_deg=20)], 25.0)[0]) == [7, 9, 11, 13, 15]


def test_a_house_hides_the_street_behind_it_and_has_no_street_points_inside() -> None:
    here = ground([box(-5, 20, 5, 30)], streets=STREET)
    assert not ((here.points.y > 20) & (here.points.y < 30)).any()
    assert max(metres_north(here, seen(here, [camera()], 25.0)[0])) == 19


def test_over_a_low_wall_a_high_camera_sees_all_but_the_strip() -> None:
    here = ground(walls=[([(-5, 10), (5, 10)], 3.0)], streets=STREET)
    assert metres_north(here, seen(here, [camera()], 60.0)[0]) == [1, 3, 5, 7, 9, 15, 17, 19]
    assert max(metres_north(here, seen(here, [camera(height_m=3.0)], 60.0)[0])) == 9


def test_under_a_crown_one_sees_a_little_way() -> None:
    here = ground(crowns=[(box(-3, 20, 3, 24), 3.0, 8.0)], streets=STREET)
    beyond = [y for y in metres_north(here, seen(here, [camera()], 25.0)[0]) if y > 20]
    assert beyond == [21, 23, 25, 27, 29], "one looks under it as far as 20 x 4.4 / 3 = 29.33 m"
    high = [y for y in metres_north(here, seen(here, [camera(height_m=12.0)], 25.0)[0]) if y > 20]
    assert high == [21, 23], "from 12 m only as far as 20 x 10.4 / 9 = 23.1 m, and over it not before 24 x 10.4 / 4 = 62.4 m"


def test_from_above_a_crown_hides_what_stands_under_its_middle() -> None:
    """Camera 30 m, crown 3 to 8 m over 10..40 m, face at 30 m: the line passes 8 m over 23.2 m of ground, inside the crown."""
    here = ground(crowns=[(box(-5, 10, 5, 40), 3.0, 8.0)], streets=STREET)
    row = seen(here, [camera(height_m=30.0, tilt_deg=45)], 20.0)[0]
    far = reach(camera(height_m=30.0), 20.0)
    hidden = [y for y in np.arange(1.0, far, 2) if _is_under(y, 30.0)]
    assert (hidden[0], hidden[-1]) == (11, 51)
    assert metres_north(here, row) == [y for y in np.arange(1.0, far, 2) if y not in hidden]


def _is_under(y: float, height: float) -> bool:
    """Some place over 10..40 m where the line is 3 to 8 m high."""
    high, low = (y * (height - z) / (height - 1.6) for z in (8.0, 3.0))
    return max(high, 10.0) <= min(low, 40.0, y)


def test_a_camera_in_a_tree_was_cut_free() -> None:
    here = ground(crowns=[(box(-3, -3, 3, 3), 3.0, 8.0)], streets=STREET)
    assert max(metres_north(here, seen(here, [camera()], 25.0)[0])) == 51


def test_by_night_only_its_own_light_or_a_lamp_shows_anything() -> None:
    dark, lit = ground(streets=STREET), ground(streets=STREET, lit=[True])
    assert max(metres_north(dark, seen(dark, [camera(night_range_m=20)], 25.0, night=True)[0])) == 19
    assert not seen(dark, [camera(night_range_m=0)], 25.0, night=True).any()
    assert max(metres_north(dark, seen(dark, [camera(night_range_m=math.inf)], 25.0, night=True)[0])) == 51
    assert max(metres_north(lit, seen(lit, [camera(night_range_m=0)], 25.0, night=True)[0])) == 51


def test_turning_asks_no_wall_again_and_says_the_same() -> None:
    here = ground([box(8, 8, 20, 20), box(-20, -15, -4, -6)], streets=LATTICE)
    north = [camera(1, 2, 0), camera(-3, 0, 90)]
    known = sights(here, north, 25.0)
    for azimuth in (0.0, 77.0, 200.0):
        turned = [camera(1, 2, azimuth), camera(-3, 0, azimuth)]
        assert (aimed(here, known, turned, 25.0) == seen(here, turned, 25.0)).all()
    eight = [camera(1, 2, azimuth) for azimuth in range(0, 360, 45)]
    assert (aimed(here, known, eight, 25.0, of=np.zeros(8, np.int64)) == seen(here, eight, 25.0)).all()


@settings(max_examples=60, deadline=None)
@given(houses(), st.floats(0, 360), st.floats(20, 180))
def test_what_is_seen_is_what_lies_in_the_polygon(footprints: list[shapely.Polygon], azimuth: float, opening: float) -> None:
    assume(all(shapely.distance(shapely.Point(0, 0), each) > 0.05 for each in footprints))
    here = ground(footprints, streets=LATTICE)
    pose = camera(0, 0, azimuth, hfov_deg=opening, width_px=3000, tilt_deg=0, vfov_deg=180)
    far = reach(pose, 25.0)
    part = shapely.make_valid(shapely.Polygon(sweep.sector(sweep.polygon(here, 0, 0, far, 6.0), azimuth, opening)))
    at = shapely.points(here.points.x, here.points.y)
    clear = shapely.distance(at, part.boundary) > 0.08
    assert ((seen(here, [pose], 25.0)[0] > 0) == shapely.contains(part, at))[clear].all()


heights = st.floats(1.75, 15, width=32)


@settings(max_examples=30, deadline=None)
@given(houses(), houses(), st.lists(heights, min_size=9, max_size=9), st.floats(1.8, 4), st.floats(0.5, 9), st.floats(2.5, 14))
def test_over_and_under_what_is_seen_is_what_the_outline_on_the_map_shows(
    low: list[shapely.Polygon], trees: list[shapely.Polygon], tall: list[float], bottom: float, thick: float, mast: float
) -> None:
    assume(all(shapely.distance(shapely.Point(0, 0), each) > 0.05 for each in (*low, *trees)))
    crowns = [(list(each.exterior.coords), bottom, bottom + thick) for each in trees]
    here = ground(list(zip(low, tall, strict=False)), streets=LATTICE, crowns=crowns)
    pose = camera(0, 0, 0, hfov_deg=360, width_px=9000, tilt_deg=0, vfov_deg=180, height_m=mast)
    lon, lat = here.to_lonlat(here.points.x, here.points.y)
    shape = sweep.outline(here, pose, 25.0)
    at = shapely.points(lon, lat)
    clear = shapely.distance(at, shape.boundary) > 0.1 / 111_000
    clear &= np.hypot(here.points.x, here.points.y) < reach(pose, 25.0) - 0.1
    assert ((seen(here, [pose], 25.0)[0] > 0) == shapely.contains(shape, at))[clear].all()


@settings(max_examples=40, deadline=None)
@given(houses(), houses())
def test_another_wall_never_shows_more(some: list[shapely.Polygon], more: list[shapely.Polygon]) -> None:
    assume(all(shapely.distance(shapely.Point(0, 0), each) > 0.05 for each in (*some, *more)))
    shown = []
    for low in ([], more):
        here = ground([(each, 20.0) for each in some] + [(each, 4.0) for each in low], streets=LATTICE)
        row = seen(here, [camera(hfov_deg=360, width_px=9000)], 25.0)[0] > 0
        shown.append(set(zip(here.points.x[row].tolist(), here.points.y[row].tolist(), strict=True)))
    assert shown[1] <= shown[0]


@settings(max_examples=40, deadline=None)
@given(st.floats(2, 15), st.floats(0.1, 10), st.floats(5, 40), st.floats(0.5, 5.9))
def test_a_higher_mast_never_sees_less_over_a_low_wall(height: float, more: float, north: float, tall: float) -> None:
    here = ground(walls=[([(-40, north), (40, north)], tall)], streets=LATTICE)
    views = [
        seen(here, [camera(height_m=each, tilt_deg=0, vfov_deg=180, hfov_deg=360, width_px=20000)], 25.0)[0] > 0
        for each in (height, height + more)
    ]
    assert not (views[0] & ~views[1]).any()


@pytest.mark.parametrize(("x", "y"), [(-5000.0, 0.0), (5000.0, 0.0), (0.0, 5000.0), (40.0, -5000.0)])
def test_a_camera_far_off_the_map_sees_nothing_of_it(x: float, y: float) -> None:
    here = ground([box(10, 10, 20, 20)], streets=STREET)
    assert not seen(here, [camera(x, y, hfov_deg=360, width_px=9000)], 25.0).any()
    assert sweep.area_m2(sweep.polygon(here, x, y, 50.0, 6.0)) == pytest.approx(math.pi * 2500)


def test_a_camera_just_off_the_map_sees_into_it() -> None:
    here = ground([box(-5, 20, 5, 30)], streets=STREET)
    assert metres_north(here, seen(here, [camera(-30.0, -70.0, 90)], 25.0)[0])[:3] == [-79, -77, -75]


@pytest.mark.parametrize("night", [False, True])
def test_no_camera_is_no_row_and_no_street_no_column(night: bool) -> None:
    assert seen(ground(streets=STREET), [], 25.0, night=night).shape == (0, 80)
    assert seen(ground([box(5, 5, 9, 9)]), [camera()], 25.0, night=night).shape == (1, 0)

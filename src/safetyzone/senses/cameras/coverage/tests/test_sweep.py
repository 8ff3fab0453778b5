"""The polygon seen from a place is shapely's exact one, also where walls touch, cross, line up, or stand around the camera."""

import math

import numpy as np
import pytest
import shapely
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from safetyzone.senses.cameras.coverage import sweep
from safetyzone.senses.cameras.coverage.ground import CameraInBuilding, SelfCrossingFootprint
from safetyzone.senses.cameras.coverage.tests.shapes import box, camera, exactly_seen, ground

REACH = 60.0
metres = st.floats(-70, 70, allow_nan=False, width=32)
sides = st.floats(1, 40, allow_nan=False, width=32)


@st.composite
def houses(draw: st.DrawFn) -> list[shapely.Polygon]:
    """Turned rectangles anywhere, crossing each other or not."""
    made = []
    for _ in range(draw(st.integers(0, 9))):
        square = shapely.box(0, 0, draw(sides), draw(sides))
        turned = shapely.affinity.rotate(square, draw(st.floats(0, 90, width=32)), origin=(0, 0))
        made.append(shapely.affinity.translate(turned, draw(metres), draw(metres)))
    return made


def agrees(footprints: list[shapely.Polygon], x: float = 0.0, y: float = 0.0) -> np.ndarray:
    """Area within 1e-4, and every point not within 3 cm of a border on the same side; the polygon comes back."""
    here = ground(footprints)
    x, y = here.place(x, y, 6.0)
    ours = sweep.polygon(here, x, y, REACH, 6.0)
    exact = exactly_seen(x, y, REACH, footprints)
    assert sweep.area_m2(ours) == pytest.approx(exact.area, rel=1e-4, abs=0.01)
    rng = np.random.default_rng(7)
    at = rng.uniform(-REACH, REACH, (300, 2))
    mine = shapely.make_valid(shapely.Polygon(ours))
    clear = shapely.distance(shapely.points(at), exact.boundary) > 0.03
    assert (shapely.contains_xy(mine, *at.T) == shapely.contains_xy(exact, *at.T))[clear].all()
    return ours


@settings(max_examples=120, deadline=None)
@given(houses())
def test_among_any_houses_it_is_shapelys(footprints: list[shapely.Polygon]) -> None:
    assume(all(shapely.distance(shapely.Point(0, 0), each) > 0.05 for each in footprints))
    agrees(footprints)


def test_on_open_ground_it_is_the_disc_to_the_last_square_centimetre() -> None:
    assert sweep.area_m2(agrees([])) == pytest.approx(math.pi * REACH**2, rel=1e-9)


def test_a_camera_on_a_wall_looks_out_and_not_in() -> None:
    ours = agrees([shapely.box(0, -30, 20, 30)], 0.0, 3.0)
    assert ours[:, 0].max() < 0.03
    assert sweep.area_m2(ours) == pytest.approx(math.pi * REACH**2 / 2, rel=0.01)


def test_a_camera_registered_barely_inside_is_hung_on_the_nearest_wall() -> None:
    here = ground([box(0, -30, 20, 30)])
    assert here.place(0.4, 3, 6) == pytest.approx((-0.01, 3), abs=1e-6)
    assert here.place(-5, 3, 6) == (-5, 3)


def test_deep_inside_a_building_there_is_no_camera_but_on_its_roof_there_may_be() -> None:
    here = ground([box(0, -30, 20, 30)], height=10.0)
    with pytest.raises(CameraInBuilding) as refused:
        sweep.polygon(here, 10, 0, REACH, 6.0)
    assert (refused.value.code, "อาคาร" in refused.value.say("th")) == ("camera_in_building", True)
    assert here.place(10, 0, 12) == (10, 0)


def test_a_camera_on_a_corner_sees_three_quarters() -> None:
    ours = agrees([shapely.box(0, 0, 90, 90)], 0.0, 0.0)
    assert sweep.area_m2(ours) == pytest.approx(math.pi * REACH**2 * 0.75, rel=0.01)


def test_walls_in_one_line_with_the_camera_hide_nothing_beside_them() -> None:
    agrees([shapely.box(10, 0, 20, 5), shapely.box(25, 0, 40, 5), shapely.box(45, -5, 50, 0)])


def test_no_light_falls_between_houses_that_touch() -> None:
    ours = agrees([shapely.box(10, -20, 20, 0), shapely.box(10, 0, 20, 20), shapely.box(20, 20, 40, 30), shapely.box(0, 20, 10, 35)])
    beyond = shapely.intersection(shapely.Polygon(ours), shapely.box(20.1, -15, 60, 15))
    assert beyond.area < 1e-6


def test_a_camera_in_a_courtyard_sees_the_yard() -> None:
    ours = agrees([shapely.Polygon(box(-30, -30, 30, 30), [box(-10, -8, 10, 8)])])
    assert sweep.area_m2(ours) == pytest.approx(320, rel=1e-6)


def test_the_order_of_a_ring_does_not_matter() -> None:
    ring = box(10, -5, 20, 25)
    one, other = (sweep.polygon(ground([each]), 0, 0, REACH, 6.0) for each in (ring, ring[::-1]))
    assert sweep.area_m2(one) == pytest.approx(sweep.area_m2(other), rel=1e-12)


def test_an_outline_that_crosses_itself_is_refused() -> None:
    with pytest.raises(SelfCrossingFootprint) as refused:
        ground([box(0, 0, 5, 5), [(0, 0), (10, 10), (10, 0), (0, 10)]])
    assert refused.value.code == "self_crossing_footprint"
    assert "1" in refused.value.say("en")


@settings(max_examples=40, deadline=None)
@given(houses(), st.floats(0, 360), st.floats(20, 360), st.floats(0, 20), st.floats(25, 60))
@example([shapely.box(0, 1, 1, 2)], 0.0, 90.0, 0.0, 25.0).via("the picture's edge runs along a shadow's edge")
@example([shapely.box(-6, 25, 6, 26)], 0.0, 20.0, 0.0, 25.5).via("a wall begins and ends beyond the circle and comes nearer between")
@example([shapely.box(-6, 40, 6, 41)], 0.0, 5.0, 0.0, 25.0).via("a wall beyond the circle fills the picture")
@example([], 0.0, 360.0, 0.0, 25.0).via("nothing but the circle")
@example([], 45.0, 360.0, 5.0, 60.0).via("the very circle of the polygon")
def test_a_sector_is_the_polygon_in_the_wedge_and_the_ring(
    footprints: list[shapely.Polygon], azimuth: float, opening: float, near: float, far: float
) -> None:
    assume(all(shapely.distance(shapely.Point(0, 0), each) > 0.05 for each in footprints))
    whole = sweep.polygon(ground(footprints), 0, 0, REACH, 6.0)
    part = sweep.sector(whole, azimuth, opening, near, far)
    around = np.radians(np.linspace(azimuth - opening / 2, azimuth + opening / 2, 3601))
    arc = np.stack([np.sin(around), np.cos(around)], axis=1)
    ring = shapely.Polygon(np.concatenate([far * arc, near * arc[::-1]]))
    expected = shapely.intersection(shapely.make_valid(shapely.Polygon(whole)), shapely.make_valid(ring))
    assert sweep.area_m2(part) == pytest.approx(expected.area, rel=5e-4, abs=0.05)


def test_many_at_once_are_each_as_alone() -> None:
    here = ground([box(10, -5, 20, 25), box(-30, 10, -12, 14)])
    places, azimuth = [(0.0, 0.0), (-20.0, 3.0), (0.0, 30.0)], np.array([0.0, 120.0, 300.0])
    whole = sweep.polygons(here, [x for x, _ in places], [y for _, y in places], [60.0] * 3, [6.0] * 3)
    parts = sweep.sectors(whole, azimuth, np.full(3, 90.0), np.zeros(3), np.full(3, 60.0))
    for number, (x, y) in enumerate(places):
        alone = sweep.sector(sweep.polygon(here, x, y, 60, 6.0), azimuth[number], 90, 0, 60)
        assert parts[number] == pytest.approx(alone)
    assert sweep.areas_m2(parts).tolist() == [sweep.area_m2(parts[number]) for number in range(3)]


@settings(max_examples=40, deadline=None)
@given(houses(), houses())
def test_another_house_never_adds_ground(some: list[shapely.Polygon], more: list[shapely.Polygon]) -> None:
    assume(all(shapely.distance(shapely.Point(0, 0), each) > 0.05 for each in (*some, *more)))
    areas = [sweep.area_m2(sweep.polygon(ground(each), 0, 0, REACH, 6.0)) for each in (some, some + more)]
    assert areas[1] <= areas[0] + 1e-6


def test_behind_a_low_wall_only_a_strip_is_hidden() -> None:
    """Camera 6 m, wall 3 m high 10 m away, face 1.6 m: hidden to 10 m x 4.4 / 3 = 14.67 m."""
    low = ground(walls=[([(-5, 10), (5, 10)], 3.0)])
    strips = sweep.hidden_strips(low, 0, 0, REACH, 6.0)
    assert strips.bounds == pytest.approx((-5 * 4.4 / 3, 10, 5 * 4.4 / 3, 44 / 3), abs=1e-6)
    assert sweep.area_m2(sweep.polygon(low, 0, 0, REACH, 6.0)) == pytest.approx(math.pi * REACH**2, rel=1e-9)


def test_under_a_crown_one_sees_and_behind_it_not() -> None:
    """Camera 6 m, crown 3 to 8 m over 20..24 m: lines come down to 3 m at distance x 3 / 4.4, so 20 m hides from 29.33 m on."""
    tree = ground(crowns=[(box(-2, 20, 2, 24), 3.0, 8.0)])
    strips = sweep.hidden_strips(tree, 0, 0, REACH, 6.0)
    assert strips.bounds[1] == pytest.approx(20 * 4.4 / 3, abs=1e-6)
    assert not shapely.intersects(strips, shapely.Point(0, 22))
    assert shapely.intersects(strips, shapely.Point(0, 45))


def test_an_outline_on_the_map_has_the_strip_cut_out() -> None:
    here = ground(walls=[([(-5, 10), (5, 10)], 3.0)])
    shape = sweep.outline(here, camera(), 25.0)
    lon, lat = here.to_lonlat([0, 0, 0, 0], [8, 12, 20, -5])
    assert shapely.contains_xy(shape, lon, lat).tolist() == [True, False, True, False]


def test_a_turned_camera_is_outlined_from_what_is_known_of_its_place_as_if_it_were_new() -> None:
    here = ground([box(-30, 20, -20, 40)], walls=[([(-5, 10), (5, 10)], 3.0)], crowns=[(box(8, 20, 12, 24), 3.0, 8.0)])
    densities = [12.5, 25.0, 62.5, 125.0, 250.0, 1000.0]
    place = sweep.around(here, camera(), densities[0])
    for azimuth in (0.0, 77.0, 340.0):
        turned = camera(azimuth=azimuth)
        alone = [sweep.outline(here, turned, each) for each in densities]
        together = sweep.outlines(here, place, turned, densities)
        assert [each.area for each in together] == pytest.approx([each.area for each in alone], rel=1e-6)
        assert together[0].area > together[1].area > together[2].area > 0
        assert shapely.symmetric_difference(together[1], alone[1]).area <= 1e-6 * alone[1].area

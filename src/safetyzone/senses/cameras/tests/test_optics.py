"""The test vectors of the domain's facts 7.2, and lenses that nobody makes."""

import math

import pytest

from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage.pose import BrokenPose, Pose, ZeroMast, near_far, reach
from safetyzone.senses.cameras.optics import CLASSES, Edition, LensImpossible, LensTooLong

HFOV = optics.angle_deg(5.6, 4.0)
VFOV = optics.angle_deg(3.15, 4.0)


def test_angles_follow_from_sensor_and_focal_length() -> None:
    assert (round(HFOV, 2), round(VFOV, 2)) == (69.98, 42.98)
    assert optics.vfov_deg(HFOV, 1920, 1080) == pytest.approx(VFOV)


@pytest.mark.parametrize(
    ("px_m", "metres"), [(12.5, 109.7), (25, 54.9), (62.5, 21.9), (125, 10.97), (250, 5.49), (500, 2.74), (1500, 0.91)]
)
def test_a_density_is_reached_up_to_so_many_metres(px_m: float, metres: float) -> None:
    assert optics.farthest_m(1920, HFOV, px_m) == pytest.approx(metres, rel=0.006)
    assert optics.density_px_m(1920, HFOV, optics.farthest_m(1920, HFOV, px_m)) == pytest.approx(px_m)


def test_tilt_makes_a_dead_zone_below_and_an_end_ahead() -> None:
    assert optics.near_far_m(4, 25, VFOV) == pytest.approx((3.80, 65.3), rel=0.002)
    assert optics.near_far_m(4, 25, VFOV, 1.6) == pytest.approx((2.28, 39.2), rel=0.002)
    assert optics.near_far_m(4, 10, VFOV)[1] == math.inf
    assert optics.near_far_m(4, 80, 40)[0] == 0.0


def test_a_camera_lower_than_a_face_sees_it_only_when_it_looks_up() -> None:
    assert optics.near_far_m(1.0, 40, 40, 1.6) == (math.inf, math.inf)
    near, far = optics.near_far_m(1.0, 0, 40, 1.6)
    assert (near, far) == (pytest.approx(0.6 / math.tan(math.radians(20))), math.inf)
    assert optics.near_far_m(1.6, 0, 40, 1.6) == (0.0, math.inf)
    assert optics.near_far_m(1.6, 40, 40, 1.6) == (math.inf, math.inf)


@pytest.mark.parametrize(("height", "metres"), [(3, 5.2), (4, 9.0), (6, 16.4)])
def test_a_face_seen_from_a_pole_needs_distance(height: float, metres: float) -> None:
    assert optics.stand_off_m(height, 1.6, 15) == pytest.approx(metres, abs=0.05)
    assert optics.depression_deg(metres, height, 1.6) == pytest.approx(15, abs=0.1)


def test_both_editions_of_the_standard_stand_side_by_side_in_both_languages() -> None:
    assert [each.px_m for each in CLASSES[Edition.Y2014]] == [12.5, 25, 62.5, 125, 250, 1000]
    assert [each.px_m for each in CLASSES[Edition.Y2025]] == [20, 40, 80, 125, 250, 500, 1500]
    assert [each.band for classes in CLASSES.values() for each in classes] == [1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 7]
    names = [(each.th, each.code) for classes in CLASSES.values() for each in classes]
    assert len(set(names)) == 13
    assert all(any("ก" <= letter <= "๙" for letter in thai) for thai, _ in names)


def test_a_density_has_the_best_class_that_it_reaches() -> None:
    found = [optics.class_of(px_m) for px_m in (12.4, 12.5, 124.9, 250, 5000)]
    assert [each and each.code for each in found] == [None, "monitor", "observe", "identify", "inspect"]
    assert getattr(optics.class_of(499, Edition.Y2025), "code", "") == "characterise"
    assert optics.class_named("validate").px_m == 500


@pytest.mark.parametrize(("sensor", "focal"), [(0, 4), (5.6, 0), (-1, 4), (math.nan, 4), (5.6, math.inf)])
def test_a_lens_of_no_length_is_refused(sensor: float, focal: float) -> None:
    with pytest.raises(LensImpossible) as refused:
        optics.angle_deg(sensor, focal)
    assert refused.value.code == "lens_impossible"
    assert "เลนส์" in refused.value.say("th")


@pytest.mark.parametrize("hfov", [0, -5, 361, math.nan])
def test_an_angle_that_is_none_is_refused(hfov: float) -> None:
    with pytest.raises(LensImpossible):
        optics.focal_px(1920, hfov)


def test_a_lens_that_would_see_beyond_ten_kilometres_is_a_slip_of_the_pen() -> None:
    with pytest.raises(LensTooLong) as refused:
        Pose(0, 0, 6, 0, 5, 0.5, 0.3, 1920)
    assert "18 km" in refused.value.say("en")
    Pose(0, 0, 6, 0, 5, 2.0, 1.1, 3840)


@pytest.mark.parametrize("height", [0, -1, math.nan, math.inf])
def test_a_mast_of_no_height_is_refused(height: float) -> None:
    with pytest.raises(ZeroMast) as refused:
        Pose(0, 0, height, 0, 5, 70, 40, 1920)
    assert refused.value.code == "zero_mast"


@pytest.mark.parametrize("field", ["x", "y", "azimuth_deg", "tilt_deg", "night_range_m"])
def test_a_place_that_is_no_number_is_refused(field: str) -> None:
    usual = {"x": 0.0, "y": 0.0, "azimuth_deg": 0.0, "tilt_deg": 5.0, "night_range_m": 0.0}
    with pytest.raises(BrokenPose):
        Pose(height_m=6, hfov_deg=70, vfov_deg=40, width_px=1920, **{**usual, field: math.nan})


def test_a_round_view_spreads_its_pixels_evenly() -> None:
    assert optics.focal_px(3600, 360) == pytest.approx(3600 / (2 * math.pi))
    assert optics.vfov_deg(360, 3600, 1800) == 180


def test_reach_is_measured_on_the_ground_and_density_on_the_slant() -> None:
    pose = Pose(0, 0, 6.0, 0, 20, 90, 60, 2560)
    far = reach(pose, 62.5)
    assert optics.density_px_m(2560, 90, math.hypot(far, 6.0 - 1.6)) == pytest.approx(62.5)
    assert near_far(pose, 62.5) == (pytest.approx(4.4 / math.tan(math.radians(50))), far)
    assert reach(pose, 1000) == 0.0, "already the mast is longer than 1.28 m"

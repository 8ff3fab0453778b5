"""What a survey changes, field by field: the table of survey_rules, with north in the middle of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras.survey_rules import FIELDS, Pose, Verdict, bearing, judge, measured_place, turned_deg, verdicts

HERE = Point(lon=100.5402, lat=13.7446)


def pose(value: float | None) -> Pose:
    return Pose(azimuth_deg=value)


@pytest.mark.parametrize(
    ("one", "other", "apart"), [(359, 1, 2), (1, 359, 2), (0, 180, 180), (90, 90, 0), (10, 350, 20), (350, 171, 179), (0, 360, 0)]
)
def test_north_lies_between_359_and_1(one, other, apart):
    assert turned_deg(one, other) == pytest.approx(apart)


@given(st.floats(0, 359.99), st.floats(-180, 180))
def test_the_angle_between_two_bearings_is_how_far_one_was_turned(start, turn):
    assert turned_deg(start, start + turn) == pytest.approx(abs(turn), abs=1e-6)


@pytest.mark.parametrize(("deg", "kept"), [(359.97, 0), (360, 0), (-0.6, 359.4), (725, 5), (12.34, 12.3)])
def test_a_bearing_is_under_360(deg, kept):
    assert bearing(deg) == pytest.approx(kept)


@pytest.mark.parametrize(
    ("now", "seen", "measured", "unchanged", "verdict"),
    [
        (90, 90, None, False, Verdict.NOTHING),  # not measured
        (90, 45, 90.2, False, Verdict.NOTHING),  # somebody else found the same
        (90, 90, 120, False, Verdict.APPLY),  # another field was changed meanwhile, not this one
        (90, 45, 120, False, Verdict.CONFLICT),  # both changed it
        (90, None, 120, False, Verdict.CONFLICT),  # nobody knows what the phone had seen
        (90, None, 120, True, Verdict.APPLY),  # the register has not changed at all
        (359.8, 0.1, 120, False, Verdict.APPLY),  # north is north
        (0.2, 90, 359.9, False, Verdict.NOTHING),
    ],
)
def test_a_field_conflicts_only_where_both_changed_it(now, seen, measured, unchanged, verdict):
    assert judge("azimuth_deg", now=pose(now), seen=pose(seen), measured=pose(measured), unchanged=unchanged) is verdict


def test_one_field_in_conflict_does_not_hold_up_the_others():
    now = Pose(azimuth_deg=100, tilt_deg=12, height_m=4.5, place=HERE)
    seen = Pose(azimuth_deg=90, tilt_deg=12, height_m=4.5, place=HERE)
    measured = Pose(azimuth_deg=120, tilt_deg=20, height_m=4.52, place=HERE.moved(east_m=30), accuracy_m=6)
    found = verdicts(now=now, seen=seen, measured=measured, unchanged=False)
    assert found == {
        "azimuth_deg": Verdict.CONFLICT, "tilt_deg": Verdict.APPLY, "height_m": Verdict.NOTHING, "place": Verdict.APPLY
    }  # fmt: skip


@pytest.mark.parametrize(
    ("metres", "accuracy", "verdict"),
    [(3, 2, Verdict.NOTHING), (15, 18, Verdict.NOTHING), (30, 10, Verdict.APPLY), (250, 5, Verdict.CONFLICT)],
)
def test_a_place_moves_only_out_of_the_error_of_the_fix_and_never_far(metres, accuracy, verdict):
    now, measured = Pose(place=HERE), Pose(place=HERE.moved(east_m=metres), accuracy_m=accuracy)
    assert judge("place", now=now, seen=now, measured=measured, unchanged=True) is verdict


def test_a_poor_fix_is_no_place_of_a_camera():
    assert measured_place(HERE, 60) is None
    assert measured_place(HERE, None) is None
    assert measured_place(HERE, 8) == HERE


def test_a_survey_that_measured_nothing_changes_nothing():
    assert set(verdicts(now=Pose(azimuth_deg=1, place=HERE), seen=Pose(), measured=Pose(), unchanged=False).values()) == {Verdict.NOTHING}
    assert len(FIELDS) == 4

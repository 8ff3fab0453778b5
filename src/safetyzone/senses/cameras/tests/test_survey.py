"""Surveys in the register: kept once, applied where nobody else was, decided by a planner elsewhere."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from safetyzone.ground.officers.access import Who
from safetyzone.kernel import happenings
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.senses.cameras import actions, survey_queries
from safetyzone.senses.cameras.models import Camera, Survey
from safetyzone.senses.cameras.news import CameraChanged, CameraSurveyed
from safetyzone.senses.cameras.survey_actions import Found, IdTaken, record_survey, settle_conflict
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION, STRANGER
from safetyzone.trust.audit.queries import acts_on

CODE = "LPN-C001"
HERE = Point(lon=100.5402, lat=13.7446)
SEEN = Pose(azimuth_deg=90, tilt_deg=12, height_m=4.5, place=HERE)
WALKER = Who(name="walker", grants=frozenset({(STATION, "survey_cameras")}))
LATER = NIGHT + timedelta(hours=3)


@pytest.fixture
def told(monkeypatch):
    news: list[happenings.Happening] = []
    monkeypatch.setattr(happenings, "_listeners", dict.fromkeys((CameraChanged, CameraSurveyed), (news.append,)))
    return news


def found(**changed) -> Found:
    first = Found(
        id=uuid4(), camera=CODE, made_at=NIGHT + timedelta(hours=1), base_version=1, condition=Condition.GOOD, seen=SEEN,
        measured=Pose(azimuth_deg=120, tilt_deg=12),
    )  # fmt: skip
    return replace(first, **changed)


def camera() -> Camera:
    return Camera.objects.get(code=CODE)


def test_a_survey_turns_the_camera_in_the_register_and_says_so(add, told):
    add(CODE)
    told.clear()
    kept = record_survey(found=found(), by=WALKER, at=LATER)
    assert (kept.applied, kept.conflicts, kept.again) == (("azimuth_deg",), (), False)
    now = camera()
    assert (now.azimuth_deg, now.tilt_deg, now.version, now.changed_at) == (120, 12, 2, LATER)
    assert now.surveyed_at == NIGHT + timedelta(hours=1)
    changed, surveyed = told
    assert isinstance(changed, CameraChanged)
    assert surveyed == CameraSurveyed(
        code=CODE, station=STATION, azimuth_deg=120, tilt_deg=12, condition="good", place=HERE, added_at=NIGHT, by="walker",
        at=now.surveyed_at,
    )  # fmt: skip
    last = acts_on(f"camera:{CODE}")[-1]
    assert (last.action, last.actor, last.facts["changed"]) == ("camera.surveyed", "walker", {"azimuth_deg": [90.0, 120]})


def test_the_same_survey_sent_twice_is_kept_once(add, told):
    add(CODE)
    told.clear()
    one = found()
    record_survey(found=one, by=WALKER, at=LATER)
    actions.change_camera(code=CODE, given={"azimuth_deg": 45}, by=PLANNER, at=LATER)
    again = record_survey(found=one, by=WALKER, at=LATER + timedelta(hours=1))
    assert again.again
    assert camera().azimuth_deg == 45  # a repeat does not win over what came later
    assert Survey.objects.count() == 1
    assert sum(isinstance(one, CameraSurveyed) for one in told) == 1


def test_a_survey_that_only_confirms_leaves_the_version_alone(add, told):
    add(CODE)
    told.clear()
    kept = record_survey(found=found(measured=SEEN), by=WALKER, at=LATER)
    assert kept.applied == ()
    assert (camera().version, camera().surveyed_at) == (1, NIGHT + timedelta(hours=1))
    assert [type(one) for one in told] == [CameraSurveyed]  # the work order hears that it hangs as it should


def test_a_field_that_somebody_else_changed_waits_and_the_others_are_taken_over(add):
    add(CODE)
    actions.change_camera(code=CODE, given={"azimuth_deg": 100}, by=PLANNER, at=NIGHT + timedelta(minutes=90))
    kept = record_survey(found=found(measured=Pose(azimuth_deg=120, tilt_deg=20, height_m=5)), by=WALKER, at=LATER)
    assert (kept.applied, kept.conflicts) == (("tilt_deg", "height_m"), ("azimuth_deg",))
    now = camera()
    assert (now.azimuth_deg, now.tilt_deg, now.height_m, now.version) == (100, 20, 5, 3)
    [waiting] = survey_queries.conflicts(STATION, for_=PLANNER)
    [one] = waiting.disputed
    assert (waiting.camera, one.field, one.seen, one.register, one.measured) == (CODE, "azimuth_deg", 90, 100, 120)


@pytest.mark.parametrize(("keep", "azimuth", "version"), [("register", 100, 2), ("survey", 120, 3)])
def test_a_planner_settles_a_conflict_once(add, keep, azimuth, version):
    add(CODE)
    actions.change_camera(code=CODE, given={"azimuth_deg": 100}, by=PLANNER, at=NIGHT)
    number = record_survey(found=found(), by=WALKER, at=LATER).id
    settle_conflict(survey=number, keep=keep, by=PLANNER, at=LATER)
    assert (camera().azimuth_deg, camera().version) == (azimuth, version)
    assert survey_queries.conflicts(STATION, for_=PLANNER) == []
    assert survey_queries.became_of(for_=WALKER, at=LATER) == {str(number): "settled"}
    with pytest.raises(OutOfOrder):
        settle_conflict(survey=number, keep="register", by=PLANNER, at=LATER)


def test_only_who_keeps_the_register_settles(add):
    add(CODE)
    actions.change_camera(code=CODE, given={"azimuth_deg": 100}, by=PLANNER, at=NIGHT)
    number = record_survey(found=found(), by=WALKER, at=LATER).id
    for who, no in ((OPERATOR, NotYours), (WALKER, NotFound), (STRANGER, NotFound)):
        with pytest.raises(no):
            settle_conflict(survey=number, keep="survey", by=who, at=LATER)
    with pytest.raises(NotFound):
        settle_conflict(survey=UUID(int=1), keep="survey", by=PLANNER, at=LATER)
    assert camera().azimuth_deg == 100
    with pytest.raises(NotYours):
        survey_queries.conflicts(STATION, for_=STRANGER)


def test_a_camera_is_surveyed_by_its_own_station_alone(add):
    add(CODE)
    elsewhere = Who(name="walker", grants=frozenset({("pattaya", "survey_cameras"), ("pattaya", "see_cameras")}))
    for who, no in ((elsewhere, NotFound), (OPERATOR, NotYours)):
        with pytest.raises(no):
            record_survey(found=found(), by=who, at=LATER)
    assert not Survey.objects.exists()
    assert survey_queries.carried(for_=elsewhere) == []
    [one] = survey_queries.carried(for_=WALKER)
    assert one["code"] == CODE
    assert not {"address", "sub_address", "credential", "owner", "owner_id"} & one.keys()


def test_the_number_of_a_survey_is_one_persons_for_one_camera(add):
    add(CODE)
    add("LPN-C002", name_th="หลังร้าน")
    one = found()
    record_survey(found=one, by=WALKER, at=LATER)
    with pytest.raises(IdTaken):
        record_survey(found=replace(one, camera="LPN-C002"), by=WALKER, at=LATER)
    with pytest.raises(IdTaken):
        record_survey(found=one, by=replace(WALKER, name="another"), at=LATER)


def test_a_phone_whose_clock_runs_ahead_does_not_survey_in_the_future(add):
    add(CODE)
    record_survey(found=found(made_at=LATER + timedelta(days=300)), by=WALKER, at=LATER)
    assert camera().surveyed_at == LATER


def test_an_older_survey_that_arrives_late_does_not_make_the_camera_look_older(add):
    add(CODE)
    record_survey(found=found(), by=WALKER, at=LATER)
    kept = record_survey(found=found(made_at=NIGHT, measured=Pose(azimuth_deg=70)), by=WALKER, at=LATER)
    assert kept.conflicts == ("azimuth_deg",)
    assert (camera().azimuth_deg, camera().surveyed_at) == (120, NIGHT + timedelta(hours=1))


def test_a_place_out_of_the_error_of_the_fix_moves_the_camera_into_its_zone(add):
    add(CODE)
    before = camera()
    there = HERE.moved(east_m=40)
    kept = record_survey(found=found(measured=Pose(place=there, accuracy_m=6)), by=WALKER, at=LATER)
    assert kept.applied == ("place",)
    assert Point(lon=camera().lon, lat=camera().lat).metres_to(there) < 0.01
    assert camera().zone_id == before.zone_id is not None
    poor = found(measured=Pose(place=HERE.moved(east_m=90), accuracy_m=80), seen=SEEN, base_version=2)
    assert record_survey(found=poor, by=WALKER, at=LATER).applied == ()
    assert Survey.objects.get(id=poor.id).accuracy_m == 80  # kept as what it is: where the person stood

"""A camera that nobody had listed: found in the street, entered or refused at the station."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import shapely

from safetyzone.ground.officers.access import Who
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel import happenings
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.senses.cameras import proposal_queries, survey_queries
from safetyzone.senses.cameras.actions import BadEntry
from safetyzone.senses.cameras.models import Camera, CameraFault, Survey
from safetyzone.senses.cameras.news import CameraSurveyed
from safetyzone.senses.cameras.proposal_actions import NoPlace, NoReason, Proposal, dismiss_proposed, enter_proposed, propose
from safetyzone.senses.cameras.survey_actions import Found, IdTaken, record_survey
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION, STRANGER, cells
from safetyzone.trust.audit.queries import acts_on

HERE = Point(lon=100.5402, lat=13.7446)
WALKER = Who(name="walker", grants=frozenset({(STATION, "survey_cameras")}))
LATER = NIGHT + timedelta(hours=3)


def found(**changed) -> Proposal:
    first = Proposal(
        id=uuid4(), made_at=NIGHT + timedelta(hours=1), condition=Condition.GOOD, name="หน้าตลาด", pole_mark="PL-7", owner="ร้านลุงมี",
        measured=Pose(azimuth_deg=359.98, tilt_deg=10, height_m=4, place=HERE, accuracy_m=8),
    )  # fmt: skip
    return replace(first, **changed)


def entered(survey: UUID, code: str = "LPN-N001", **changed) -> str:
    return enter_proposed(survey=survey, given=cells(code, **changed), by=PLANNER, at=LATER)


@pytest.fixture
def told(monkeypatch):
    news: list[CameraSurveyed] = []
    monkeypatch.setattr(happenings, "_listeners", {CameraSurveyed: (news.append,)})
    return news


def test_a_camera_that_was_found_waits_and_is_not_in_the_register(ground):
    number = propose(found=found(), by=WALKER, at=LATER).id
    assert not Camera.objects.exists()
    [it] = proposal_queries.proposals(STATION, for_=PLANNER)
    assert (it.id, it.by, it.name, it.pole_mark, it.owner, it.near) == (number, "walker", "หน้าตลาด", "PL-7", "ร้านลุงมี", ())
    assert it.azimuth_deg == 0, "a bearing, and never 360"
    assert survey_queries.became_of(for_=WALKER, at=LATER) == {str(number): "proposed"}


def test_sent_twice_it_is_kept_once_and_its_number_is_one_persons(ground, add):
    add("LPN-C001")
    one = found()
    assert not propose(found=one, by=WALKER, at=LATER).again
    assert propose(found=one, by=WALKER, at=LATER).again
    assert Survey.objects.count() == 1
    with pytest.raises(IdTaken):
        propose(found=one, by=replace(WALKER, name="another"), at=LATER)
    with pytest.raises(IdTaken):
        record_survey(
            found=Found(id=one.id, camera="LPN-C001", made_at=NIGHT, base_version=1, condition=Condition.GOOD, measured=Pose()),
            by=WALKER, at=LATER,
        )  # fmt: skip
    other = Found(id=uuid4(), camera="LPN-C001", made_at=NIGHT, base_version=1, condition=Condition.GOOD, measured=Pose())
    record_survey(found=other, by=WALKER, at=LATER)
    with pytest.raises(IdTaken):
        propose(found=found(id=other.id), by=WALKER, at=LATER)


def test_found_on_another_stations_ground_it_goes_to_the_finders_own_station(ground):
    [*_, zone] = zones.zones("pattaya")
    there = Point(*shapely.geometry.shape(zone.border).representative_point().coords[0])
    number = propose(found=found(measured=Pose(place=there)), by=WALKER, at=LATER).id
    assert Survey.objects.get(id=number).station == STATION
    both = Who(name="both", grants=WALKER.grants | {("pattaya", "survey_cameras")})
    number = propose(found=found(measured=Pose(place=there)), by=both, at=LATER).id
    assert Survey.objects.get(id=number).station == "pattaya"


def test_entered_it_stands_in_the_register_with_its_owner_its_survey_and_the_news(ground, told):
    number = propose(found=found(), by=WALKER, at=LATER).id
    code = entered(number, owner="ร้านลุงมี", owner_kind="shop")
    camera = Camera.objects.select_related("owner").get(code=code)
    assert (camera.owner.name, camera.surveyed_at) == ("ร้านลุงมี", NIGHT + timedelta(hours=1))
    assert Survey.objects.get(id=number).camera_id == code
    assert [(news.code, news.azimuth_deg, news.by) for news in told] == [(code, 0, "walker")]
    assert proposal_queries.proposals(STATION, for_=PLANNER) == []
    assert survey_queries.became_of(for_=WALKER, at=LATER) == {str(number): "entered"}
    assert [act.action for act in acts_on(f"survey:{number}")] == ["survey.proposed", "survey.entered"]


def test_one_found_broken_enters_with_its_ticket_and_counts_as_seeing_nothing(ground):
    code = entered(propose(found=found(condition=Condition.BROKEN), by=WALKER, at=LATER).id)
    assert CameraFault.objects.get().kind == "broken"
    assert Camera.objects.get(code=code).state == "offline"


def test_refused_with_a_reason_it_never_comes_in(ground):
    number = propose(found=found(), by=WALKER, at=LATER).id
    with pytest.raises(NoReason):
        dismiss_proposed(survey=number, why="  ", by=PLANNER, at=LATER)
    dismiss_proposed(survey=number, why="กล้องปลอม", by=PLANNER, at=LATER)
    assert survey_queries.became_of(for_=WALKER, at=LATER) == {str(number): "dismissed"}
    assert acts_on(f"survey:{number}")[-1].why == "กล้องปลอม"
    with pytest.raises(OutOfOrder):
        entered(number)
    assert not Camera.objects.exists()


def test_the_audit_log_holds_no_owners_name(ground):
    number = propose(found=found(), by=WALKER, at=LATER).id
    entered(number, owner="ร้านลุงมี")
    assert not any("ลุงมี" in str(act.facts) for act in acts_on(f"survey:{number}"))


def test_an_entry_that_cannot_stand_leaves_it_waiting(ground, add):
    add("LPN-C001")
    number = propose(found=found(), by=WALKER, at=LATER).id
    for wrong in ({"code": "LPN-C001"}, {"azimuth_deg": 400}):
        with pytest.raises(BadEntry):
            entered(number, **wrong)
    assert len(proposal_queries.proposals(STATION, for_=PLANNER)) == 1


def test_cameras_of_the_register_nearby_are_pointed_out_the_nearest_first(ground, add):
    add("LPN-C001", lon=HERE.moved(east_m=25).lon)
    add("LPN-C002", name_th="ใกล้กว่า", lon=HERE.moved(east_m=5).lon)
    add("LPN-C003", name_th="ไกล", lon=HERE.moved(east_m=45).lon)
    propose(found=found(), by=WALKER, at=LATER)
    [it] = proposal_queries.proposals(STATION, for_=PLANNER)
    assert [(near.code, round(near.metres)) for near in it.near] == [("LPN-C002", 5), ("LPN-C001", 25)]


def test_without_a_place_in_the_country_it_is_no_proposal(ground):
    for place in (None, Point(lon=2.35, lat=48.85)):
        with pytest.raises(NoPlace):
            propose(found=found(measured=Pose(place=place)), by=WALKER, at=LATER)


def test_only_who_keeps_the_register_decides_and_only_who_surveys_proposes(ground):
    number = propose(found=found(), by=WALKER, at=LATER).id
    for who, no in ((OPERATOR, NotYours), (WALKER, NotFound), (STRANGER, NotFound)):
        with pytest.raises(no):
            dismiss_proposed(survey=number, why="x", by=who, at=LATER)
        with pytest.raises(no):
            proposal_queries.proposal(number, for_=who)
    for who in (OPERATOR, STRANGER):
        with pytest.raises(NotYours):
            propose(found=found(), by=who, at=LATER)

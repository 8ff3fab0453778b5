"""What a person at the pole says of a camera: broken opens a ticket, gone asks for a decision, and coverage follows both."""

from datetime import timedelta
from types import SimpleNamespace
from uuid import uuid4

import pytest

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.senses.cameras import health_actions, health_queries, kept, survey_queries
from safetyzone.senses.cameras.gone_actions import settle_gone
from safetyzone.senses.cameras.models import Camera, CameraFault, Survey
from safetyzone.senses.cameras.survey_actions import Found, record_survey
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION, STRANGER
from safetyzone.trust.audit.queries import acts_on

CODE = "LPN-C001"
WALKER = Who(name="walker", grants=frozenset({(STATION, "survey_cameras")}))


def survey(condition: Condition, *, hours: float = 1, measured: Pose | None = None):
    made = NIGHT + timedelta(hours=hours)
    found = Found(id=uuid4(), camera=CODE, made_at=made, base_version=1, condition=condition, measured=measured or Pose())
    return record_survey(found=found, by=WALKER, at=NIGHT + timedelta(hours=9))


def camera() -> Camera:
    return Camera.objects.get(code=CODE)


def tickets() -> list[str]:
    return [fault.kind for fault in health_queries.faults(STATION, for_=OPERATOR)]


def counts() -> bool:
    """Whether coverage counts on the camera, as it asks."""
    return kept.is_working(camera().state, camera().paused_at)


@pytest.fixture
def code(add, monkeypatch) -> str:
    monkeypatch.setattr(health_actions, "_courses", {})
    return add(CODE)


def test_a_broken_camera_has_a_ticket_and_is_counted_on_no_more_until_a_survey_finds_it_good(code):
    assert counts()
    survey(Condition.BROKEN)
    assert (tickets(), counts()) == (["broken"], False)
    survey(Condition.BROKEN, hours=2)
    assert CameraFault.objects.count() == 1, "found broken again it is the same ticket"
    survey(Condition.GOOD, hours=3)
    assert (tickets(), counts(), camera().state) == ([], True, "unknown")


@pytest.mark.parametrize(("condition", "letters"), [(Condition.BROKEN, 1), (Condition.GONE, 0), (Condition.DIRTY, 0)])
def test_its_owner_is_told_that_it_is_broken_and_of_a_lost_one_only_the_station(code, monkeypatch, condition, letters):
    asked: list[int] = []
    queue = SimpleNamespace(defer=lambda *, fault_id: asked.append(fault_id))
    monkeypatch.setattr(health_actions.app, "configure_task", lambda name, **_: queue)
    survey(condition)
    assert len(asked) == letters


def test_a_picture_that_comes_does_not_mend_what_a_person_saw_broken(code):
    survey(Condition.BROKEN)
    health_actions.found(code, works=True, by=SYSTEM, at=NIGHT + timedelta(hours=2))
    assert (tickets(), camera().state) == (["broken"], "offline")


def test_the_station_may_say_that_it_was_mended(code):
    survey(Condition.BROKEN)
    for who, no in ((OPERATOR, NotYours), (STRANGER, NotFound)):
        with pytest.raises(no):
            health_actions.mended(code, by=who, at=NIGHT)
    health_actions.mended(code, by=PLANNER, at=NIGHT + timedelta(hours=10))
    assert (tickets(), counts()) == ([], True)
    assert acts_on(f"camera:{code}")[-1].action == "camera.mended"


@pytest.mark.parametrize(("older", "newer"), [(Condition.BROKEN, Condition.GOOD), (Condition.GONE, Condition.DIRTY)])
def test_an_older_survey_that_comes_late_changes_nothing(code, older, newer):
    survey(newer, hours=2)
    survey(older, hours=1)
    assert (tickets(), counts()) == ([], True)
    assert survey_queries.not_there(STATION, for_=PLANNER) == []


def test_a_camera_that_is_not_there_counts_no_more_and_waits_for_one_decision(code):
    kept_as = survey(Condition.GONE, measured=Pose(azimuth_deg=200))
    assert (kept_as.applied, kept_as.conflicts, camera().azimuth_deg) == ((), (), 90)
    assert (tickets(), counts()) == (["gone"], False)
    survey(Condition.GONE, hours=2)
    [card] = survey_queries.not_there(STATION, for_=PLANNER)
    assert card.at == NIGHT + timedelta(hours=2), "two surveys of one camera are one card"
    assert set(survey_queries.became_of(for_=WALKER, at=NIGHT + timedelta(hours=9)).values()) == {"conflict"}


def test_the_decision_that_it_is_gone_takes_it_out_of_the_register(code):
    number = survey(Condition.GONE).id
    settle_gone(survey=number, gone=True, by=PLANNER, at=NIGHT)
    assert camera().retired_at == NIGHT
    assert not CameraFault.objects.filter(closed_at=None).exists()
    assert {"camera.retired", "survey.gone_confirmed"} <= {act.action for act in acts_on(f"camera:{code}")}
    assert survey_queries.not_there(STATION, for_=PLANNER) == []
    with pytest.raises(NotFound):
        settle_gone(survey=number, gone=False, by=PLANNER, at=NIGHT)


def test_the_decision_that_it_is_there_brings_it_back_once(code):
    number, other = survey(Condition.GONE).id, survey(Condition.GONE, hours=2).id
    settle_gone(survey=number, gone=False, by=PLANNER, at=NIGHT)
    assert (tickets(), counts(), camera().retired_at) == ([], True, None)
    assert not Survey.objects.filter(settled_at=None).exists()
    with pytest.raises(OutOfOrder):
        settle_gone(survey=other, gone=True, by=PLANNER, at=NIGHT)


def test_a_later_survey_that_finds_it_needs_no_decision(code):
    survey(Condition.GONE)
    survey(Condition.GOOD, hours=2)
    assert survey_queries.not_there(STATION, for_=PLANNER) == []
    assert (tickets(), counts()) == ([], True)


def test_only_who_keeps_the_register_decides(code):
    number = survey(Condition.GONE).id
    for who, no in ((OPERATOR, NotYours), (WALKER, NotFound), (STRANGER, NotFound)):
        for gone in (True, False):
            with pytest.raises(no):
                settle_gone(survey=number, gone=gone, by=who, at=NIGHT)
    with pytest.raises(NotFound):
        settle_gone(survey=uuid4(), gone=True, by=PLANNER, at=NIGHT)
    assert camera().retired_at is None

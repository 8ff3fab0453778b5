"""Safety clocks: each officer's own; the first overdue one rings; and a call for help."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.apps import apps

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.response.dispatch import actions, deadlines, queries
from safetyzone.response.dispatch.models import SafetyClock
from safetyzone.response.dispatch.safety_actions import ring_clock
from safetyzone.response.dispatch.tests.conftest import HERE, NOON, STATION, Ground
from safetyzone.response.incidents import queries as incidents

pytestmark = pytest.mark.django_db


def minutes(number: float) -> datetime:
    return NOON + timedelta(minutes=number)


@pytest.fixture
def pair(ground: Ground) -> tuple[Who, Who, UUID]:
    """Two officers of one patrol, on scene since noon."""
    one = ground.unit("21")
    two = ground.officer("second", "patrol")
    assert one.officer_id is not None
    assert two.officer_id is not None
    actions.add_unit(call_sign="21", station=STATION, crew=[one.officer_id, two.officer_id], by=ground.desk, at=NOON)
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    actions.acknowledge(dispatch_id=order.id, by=one, at=NOON)
    actions.arrive(dispatch_id=order.id, by=one, at=NOON)
    return one, two, order.id


def test_i_am_well_resets_my_own_clock_and_nobody_elses(pair: tuple[Who, Who, UUID]) -> None:
    one, two, order = pair
    assert actions.i_am_well(dispatch_id=order, by=one, at=minutes(15)) == minutes(35)
    due = dict(SafetyClock.objects.values_list("officer__username", "due_at"))
    assert due == {one.name: minutes(35), two.name: minutes(20)}


def test_the_overdue_clock_rings_once_and_the_longest_overdue_is_first(pair: tuple[Who, Who, UUID]) -> None:
    one, two, order = pair
    actions.i_am_well(dispatch_id=order, by=two, at=minutes(1))
    assert deadlines.next_due() == minutes(20)
    assert deadlines.due(minutes(19.9)) == 0
    assert deadlines.due(minutes(20)) == 1
    assert deadlines.due(minutes(20.5)) == 0
    assert deadlines.due(minutes(21)) == 1
    assert [alarm.officer for alarm in queries.alarms(STATION, minutes(22))] == [one.name, two.name]
    number = queries.unit_board(STATION, minutes(22))[0].order.incident_id  # type: ignore[union-attr]
    assert [line.code for line in incidents.timeline(number)].count("officer_overdue") == 2


def test_a_ring_ends_when_the_officer_answers(pair: tuple[Who, Who, UUID]) -> None:
    one, two, order = pair
    deadlines.due(minutes(20))
    for officer in (one, two):
        actions.i_am_well(dispatch_id=order, by=officer, at=minutes(20.2))
    assert queries.alarms(STATION, minutes(20.3)) == []
    assert deadlines.due(minutes(40.2)) == 2, "and it rings again next time"


def test_the_desk_may_hear_him_by_voice_if_it_says_whom(ground: Ground, pair: tuple[Who, Who, UUID]) -> None:
    one, _, order = pair
    with pytest.raises(OutOfOrder):
        actions.i_am_well(dispatch_id=order, by=ground.desk, at=minutes(5))
    actions.i_am_well(dispatch_id=order, officer_id=one.officer_id, by=ground.desk, at=minutes(5))
    leaf = apps.get_model("audit", "Leaf").objects.latest("id")
    assert (leaf.action, leaf.facts["in_the_name_of"]) == ("dispatch.well", "voice")


def test_one_of_the_crew_cannot_answer_for_the_other(pair: tuple[Who, Who, UUID]) -> None:
    one, two, order = pair
    actions.i_am_well(dispatch_id=order, officer_id=two.officer_id, by=one, at=minutes(10))
    assert SafetyClock.objects.get(officer_id=two.officer_id).due_at == minutes(20)


def test_the_clocks_stop_with_the_order(pair: tuple[Who, Who, UUID]) -> None:
    one, _, order = pair
    actions.finish(dispatch_id=order, by=one, at=minutes(19))
    assert deadlines.due(minutes(60)) == 0
    with pytest.raises(OutOfOrder):
        actions.i_am_well(dispatch_id=order, by=one, at=minutes(20))


def test_a_ring_for_a_clock_that_is_not_due_does_nothing(pair: tuple[Who, Who, UUID]) -> None:
    clock = SafetyClock.objects.first()
    assert clock is not None
    assert not ring_clock(clock_id=clock.pk, by=SYSTEM, at=minutes(5))
    assert not ring_clock(clock_id=0, by=SYSTEM, at=minutes(5))


def test_a_call_for_help_is_a_first_priority_incident_where_the_patrol_is(ground: Ground) -> None:
    rider = ground.unit("21", east_m=250)
    called = actions.need_help(call_sign="21", by=rider, at=minutes(1))
    shown = incidents.incident(called.id, for_=ground.desk)
    assert (shown.kind, shown.priority) == ("officer_help", 1)
    assert shown.where == HERE.moved(east_m=250)


@pytest.mark.parametrize("who", ["another rider", "stranger"])
def test_nobody_else_calls_for_help_in_a_units_name(ground: Ground, who: str) -> None:
    ground.unit("21")
    person = ground.unit("22") if who == "another rider" else ground.stranger
    with pytest.raises(NotYours):
        actions.need_help(call_sign="21", by=person, at=NOON)
    with pytest.raises(NotFound):
        actions.need_help(call_sign="no such unit", by=person, at=NOON)

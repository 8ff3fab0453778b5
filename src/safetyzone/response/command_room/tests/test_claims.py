"""Who has a ringing call in hand (pattern P6), on the real tables."""

from datetime import timedelta

import pytest

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.response.command_room import actions, queries
from safetyzone.response.command_room.actions import InOtherHands, ReasonNeeded
from safetyzone.response.command_room.tests.conftest import OTHER, Town
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status


def test_the_first_to_answer_has_the_call_and_the_second_is_told_who(town: Town, malee: Who, wichai: Who) -> None:
    call = town.press()
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    with pytest.raises(InOtherHands) as refused:
        actions.answer_call(incident_id=call, by=wichai, at=town.now)
    assert "malee" in refused.value.say("th")
    assert incidents.incident(call, for_=wichai).owner == "malee"
    assert queries.claims([call])[call].hold.by == "malee"


def test_within_twenty_seconds_another_takes_it_without_a_reason(town: Town, malee: Who, wichai: Who) -> None:
    call = town.press()
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    actions.take_call(incident_id=call, by=wichai, at=town.time.forward(seconds=19))
    assert incidents.incident(call, for_=malee).owner == "wichai"


def test_later_it_needs_a_reason_which_is_written_in_the_timeline(town: Town, malee: Who, wichai: Who) -> None:
    call = town.press()
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    actions.still_here(incident_ids=[call], by=malee, at=town.time.forward(seconds=15))
    later = town.time.forward(seconds=15)
    with pytest.raises(ReasonNeeded):
        actions.take_call(incident_id=call, why="  ", by=wichai, at=later)
    actions.take_call(incident_id=call, why="มาลีติดสายอื่น", by=wichai, at=later)
    assert incidents.timeline(call)[-1].facts["why"] == "มาลีติดสายอื่น"


def test_one_who_may_not_command_cannot_take_a_call_that_is_held(town: Town, malee: Who, wichai: Who) -> None:
    call = town.press()
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    no_commander = Who(name=wichai.name, officer_id=wichai.officer_id, grants=wichai.grants - {("lumphini", "shift")})
    with pytest.raises(InOtherHands):
        actions.take_call(incident_id=call, why="ขอรับเอง", by=no_commander, at=town.time.forward(seconds=25))


def test_three_missed_heartbeats_free_the_call_and_a_heartbeat_keeps_it(town: Town, malee: Who, wichai: Who) -> None:
    call = town.press()
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    town.time.forward(seconds=40)
    assert actions.still_here(incident_ids=[call], by=malee, at=town.now) == 1
    assert actions.still_here(incident_ids=[call], by=wichai, at=town.now) == 0, "only the holder's screen counts"
    with pytest.raises(ReasonNeeded):
        actions.take_call(incident_id=call, by=wichai, at=town.time.forward(seconds=45))
    actions.take_call(incident_id=call, by=wichai, at=town.time.forward(seconds=1))
    assert incidents.incident(call, for_=malee).owner == "wichai"


def test_a_call_given_back_rings_and_anybody_may_answer_it(town: Town, malee: Who, wichai: Who) -> None:
    call = town.press()
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    actions.give_back(incident_id=call, by=malee, at=town.time.forward(seconds=5))
    assert incidents.incident(call, for_=malee).status is Status.NEW
    assert queries.claims([call]) == {}
    actions.answer_call(incident_id=call, by=wichai, at=town.time.forward(seconds=5))
    assert incidents.incident(call, for_=malee).owner == "wichai"


def test_a_technical_call_is_answered_like_any_other(town: Town, malee: Who) -> None:
    call = town.press(forged=True)
    actions.answer_call(incident_id=call, by=malee, at=town.now)
    assert incidents.incident(call, for_=malee).kind == "sos_technical"


def test_neither_a_stranger_nor_a_patrol_nor_a_program_holds_a_call(town: Town) -> None:
    call = town.press()
    stranger = town.officer("stranger", "operator", station=OTHER)
    with pytest.raises(NotFound):
        actions.answer_call(incident_id=call, by=stranger, at=town.now)
    with pytest.raises(NotFound):
        actions.take_call(incident_id=call, by=town.officer("rider", "patrol"), at=town.now)
    with pytest.raises(NotYours):
        actions.answer_call(incident_id=call, by=town.officer("planner", "planner"), at=town.now)
    with pytest.raises(NotYours):
        actions.answer_call(incident_id=call, by=SYSTEM, at=town.now + timedelta(seconds=1))

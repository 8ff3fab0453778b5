"""A call for help reaches a patrol, and nothing is ever lost."""

from datetime import timedelta
from uuid import uuid4

import pytest

from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.response.dispatch import actions as dispatch
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents import queries
from safetyzone.response.incidents.actions import StepsOpen
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.sos import queries as sos
from safetyzone.trust.audit.verify import verify
from tests.stories.town import JUNCTION, STATION, Town


def test_a_press_reaches_a_patrol_and_is_closed_with_every_step_in_the_audit_log(town: Town) -> None:
    somchai = town.patrol("LPN-1", near="near pole 7")
    town.patrol("LPN-2", near="the far end")

    call = town.press("pole 7").incident
    town.forward(seconds=5)
    assert town.incident(call).ringing
    incidents.answer(incident_id=call, by=town.malee, at=town.clock.now())
    town.forward(seconds=5)
    incidents.verify(incident_id=call, by=town.malee, at=town.clock.now())

    first = queries_of_whom_to_send(town, call)[0]
    assert first == "LPN-1", "the nearest is proposed first"
    dispatch.offer(incident_id=call, call_sign=first, by=town.malee, at=town.clock.now())
    assert somchai.was_asked_to_go_to("pole 7")
    town.forward(seconds=8)
    somchai.acknowledges()
    town.forward(seconds=3)
    somchai.sets_out()
    town.forward(seconds=60)
    somchai.arrives()
    assert town.incident(call).status is Status.ON_SCENE
    town.forward(minutes=4)
    somchai.finishes()
    incidents.resolve(incident_id=call, outcome="helped", by=town.malee, at=town.clock.now())
    with pytest.raises(StepsOpen):
        incidents.close(incident_id=call, by=town.malee, at=town.clock.now())
    town.does_every_step(call)
    incidents.close(incident_id=call, by=town.malee, at=town.clock.now())

    closed = town.incident(call)
    assert closed.status is Status.CLOSED
    told = [closed.times[name] for name in (
        "pressed_at", "heard_at", "answered_at", "verified_at", "assigned_at", "acknowledged_at", "en_route_at", "on_scene_at",
        "resolved_at", "closed_at",
    )]  # fmt: skip
    known = [time for time in told if time is not None]
    assert len(known) == len(told), "every time of the call is kept"
    assert known == sorted(known)
    assert call not in town.board.rows()
    assert somchai.has_nothing_to_do()

    audit = " ".join(town.audit(call))
    for act in (
        "press.heard", "answered", "verified", "unit_assigned", "acknowledged", "en_route", "on_scene", "resolved", "step_done",
        "closed",
    ):  # fmt: skip
        assert act in audit, f"{act} is missing in the audit log: {audit}"
    assert verify().whole


def queries_of_whom_to_send(town: Town, call: int) -> list[str]:
    from safetyzone.response.dispatch.queries import proposals

    return [proposal.call_sign for proposal in proposals(call, town.clock.now()) if not proposal.advice.excluded_th]


def test_a_press_that_is_sent_again_is_one_call_and_gets_the_same_answer(town: Town) -> None:
    press_id = uuid4()
    first = town.press("pole 7", press_id=press_id)
    town.forward(seconds=4)
    again = town.press("pole 7", press_id=press_id)
    assert again.model_dump_json() == first.model_dump_json()
    assert town.incident(first.incident).presses == 1
    assert town.board.rows() == [first.incident]


def test_a_frightened_person_who_presses_three_times_is_one_call_with_a_count(town: Town) -> None:
    calls = set()
    for _ in range(3):
        calls.add(town.press("pole 7").incident)
        town.forward(seconds=2)
    (call,) = calls
    assert town.incident(call).presses == 3
    assert "×3" in town.board.queue()


def test_the_second_patrol_is_asked_when_the_first_is_silent(town: Town) -> None:
    silent = town.patrol("LPN-1", near="near pole 7")
    second = town.patrol("LPN-2", near="the park gate")
    call = town.press("pole 7").incident
    incidents.answer(incident_id=call, by=town.malee, at=town.clock.now())
    dispatch.offer(incident_id=call, call_sign="LPN-1", by=town.malee, at=town.clock.now())
    town.forward(seconds=44)
    assert silent.was_asked_to_go_to("pole 7")
    assert second.has_nothing_to_do()

    town.forward(seconds=2)
    assert silent.has_nothing_to_do()
    assert second.was_asked_to_go_to("pole 7")
    assert [(o.call_sign, o.state) for o in town.orders(call)] == [("LPN-1", State.SILENT), ("LPN-2", State.OFFERED)]
    assert "LPN-1" in town.board.incident(call)


def test_nobody_answers_so_the_next_desk_rings_then_the_duty_officer_then_the_nearest_patrol_is_asked(town: Town) -> None:
    somchai = town.patrol("LPN-1", near="near pole 7")
    call = town.press("pole 7").incident
    began = town.clock.now()

    climbed: list[tuple[str, float]] = []
    for _ in range(32):
        town.forward(seconds=1)
        for rung in ("ring_next", "ring_duty", "offer_nearest"):
            if rung in town.timeline(call) and rung not in [name for name, _ in climbed]:
                climbed.append((rung, (town.clock.now() - began) / timedelta(seconds=1)))
    assert climbed == [("ring_next", 10), ("ring_duty", 20), ("offer_nearest", 30)]
    assert somchai.was_asked_to_go_to("pole 7")
    assert town.incident(call).ringing, "a patrol on its way does not silence the room"


def test_an_answered_call_climbs_no_further(town: Town) -> None:
    somchai = town.patrol("LPN-1", near="near pole 7")
    call = town.press("pole 7").incident
    town.forward(seconds=12)
    incidents.answer(incident_id=call, by=town.malee, at=town.clock.now())
    town.forward(seconds=60)
    assert "ring_duty" not in town.timeline(call)
    assert somchai.has_nothing_to_do()


def test_a_press_with_a_bad_signature_is_shown_and_no_patrol_is_sent_by_machine(town: Town) -> None:
    somchai = town.patrol("LPN-1", near="near pole 7")
    answer = town.press("pole 7", forged=True)
    assert answer.kind == "technical"
    town.forward(minutes=3)
    assert town.board.rows() == [answer.incident]
    assert town.incident(answer.incident).kind == "sos_technical"
    assert somchai.has_nothing_to_do()
    assert town.orders(answer.incident) == []

    real = town.press("pole 7")
    assert real.incident != answer.incident, "a forged press must not swallow a real one"
    assert town.incident(real.incident).kind == "sos"


def test_two_calls_near_in_place_and_time_are_offered_as_one_joined_and_parted_again(town: Town) -> None:
    older = town.press("pole 7").incident
    town.forward(minutes=2)
    newer = town.press_by_phone(JUNCTION.moved(east_m=70)).incident
    assert newer != older, "never joined unasked"
    (offer,) = queries.offers(STATION, for_=town.malee)
    assert (offer.older, offer.newer) == (older, newer)

    incidents.join(older_id=older, newer_id=newer, by=town.malee, at=town.clock.now())
    assert town.board.rows() == [older]
    assert town.incident(newer).merged_into == older
    assert town.incident(older).presses == 2
    sources = {line.code for line in queries.timeline(older)}
    assert {"alert_sos_pole", "alert_sos_phone"} <= sources, "both sources are kept"

    with pytest.raises(OutOfOrder):  # an operator whose screen was a moment behind
        incidents.answer(incident_id=newer, by=town.malee, at=town.clock.now())

    incidents.undo_join(incident_id=newer, by=town.malee, at=town.clock.now())
    assert set(town.board.rows()) == {older, newer}
    assert town.incident(older).presses == 1


@pytest.mark.parametrize(("metres", "minutes"), [(120, 1), (40, 4)])
def test_two_calls_too_far_apart_in_place_or_time_are_not_offered(town: Town, metres: float, minutes: float) -> None:
    town.press("pole 7")
    town.forward(minutes=minutes)
    town.press_by_phone(JUNCTION.moved(east_m=metres))
    assert queries.offers(STATION, for_=town.malee) == []


def test_a_pole_that_falls_silent_is_seen_within_ninety_seconds(town: Town) -> None:
    town.heartbeat("pole 7", "pole 8", "pole 9")
    fell_silent = town.clock.now()
    while town.clock.now() < fell_silent + timedelta(seconds=89):
        town.forward(seconds=20)
        town.heartbeat("pole 8", "pole 9")
    (lost,) = town.board.rows()
    assert town.incident(lost).device == "LPN-P007"
    assert town.incident(lost).kind == "device_fault"
    assert town.incident(lost).heard_at - fell_silent <= timedelta(seconds=90)
    assert {pole.code: pole.state for pole in sos.poles(STATION)}["LPN-P007"] == "lost"


def test_a_crowd_that_presses_one_pole_does_not_hide_another(town: Town) -> None:
    for _ in range(25):
        crowd = town.press("pole 7").incident
    lonely = town.press("pole 9").incident
    for _ in range(25):
        town.press("pole 7")
    rows = town.board.rows()
    assert sorted(rows)[:2] == sorted({crowd, lonely})
    assert town.incident(lonely).ringing
    assert town.incident(lonely).presses == 1
    assert len(rows) <= 3, "fifty presses are not fifty rows"


def test_a_phone_that_knows_no_place_is_still_a_call_and_keeps_its_words(town: Town) -> None:
    somchai = town.patrol("LPN-1", near="near pole 7")
    call = town.press_by_phone(words="อยู่หลังตลาด").incident
    assert town.incident(call).where is None
    assert town.board.rows() == [call]
    incidents.answer(incident_id=call, by=town.malee, at=town.clock.now())
    assert "อยู่หลังตลาด" in town.board.incident(call)
    dispatch.offer(incident_id=call, call_sign="LPN-1", by=town.malee, at=town.clock.now())
    assert not somchai.has_nothing_to_do()

"""From the call to its closing: who may do what, what is written, what is refused."""

import pytest
from django.db import IntegrityError, connection, transaction

from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.response.incidents import actions, deadlines, queries
from safetyzone.response.incidents.lifecycle import MAY_BECOME, OPEN, Status
from safetyzone.response.incidents.models import Incident
from safetyzone.response.incidents.tests.conftest import NIGHT
from safetyzone.trust.audit.queries import acts_on


def codes(incident: int) -> list[str]:
    return [line.code for line in queries.timeline(incident)]


def test_every_status_has_a_row_and_can_be_reached():
    assert set(MAY_BECOME) == set(Status)
    reachable = {then for row in MAY_BECOME.values() for then in row}
    assert reachable | {Status.NEW} == set(Status)


def test_a_call_from_press_to_closure_leaves_every_time_and_every_step_in_the_log(call, malee, after):
    incident = call()
    actions.mark_shown(incident_ids=[incident], by=malee, at=after(0.4))
    actions.answer(incident_id=incident, by=malee, at=after(6))
    actions.verify(incident_id=incident, by=malee, at=after(15))
    actions.unit_assigned(incident_id=incident, call_sign="LPN-1", by=malee, at=after(20))
    actions.unit_acknowledged(incident_id=incident, call_sign="LPN-1", by=malee, at=after(25))
    actions.unit_en_route(incident_id=incident, call_sign="LPN-1", by=malee, at=after(30))
    actions.unit_on_scene(incident_id=incident, call_sign="LPN-1", by=malee, at=after(200))
    for step in ("look_and_listen", "confirm_on_scene"):  # that a unit was sent the system has seen itself
        actions.do_step(incident_id=incident, code=step, by=malee, at=after(210))
    actions.resolve(incident_id=incident, outcome="helped", by=malee, at=after(600))
    actions.close(incident_id=incident, by=malee, at=after(700))

    view = queries.incident(incident, for_=malee)
    assert view.status is Status.CLOSED
    times = [view.times[name] for name in queries.TIMES]
    assert None not in times
    assert times == sorted(times), "in the order of NENA's clock"
    assert [act.action for act in acts_on(f"incident:{incident}")] == [
        "incident.answered", "incident.verified", "incident.unit_assigned", "incident.unit_acknowledged",
        "incident.unit_en_route", "incident.unit_on_scene", *["incident.step_done"] * 2, "incident.resolved", "incident.closed",
    ]  # fmt: skip
    assert queries.queue("lumphini", for_=malee) == []


def test_the_first_click_wins(call, malee, officer, after):
    somchai, incident = officer("somchai"), call()
    actions.answer(incident_id=incident, by=malee, at=after(3))
    actions.answer(incident_id=incident, by=malee, at=after(4))  # the same hand twice is no quarrel
    with pytest.raises(OutOfOrder):
        actions.answer(incident_id=incident, by=somchai, at=after(4))
    assert queries.incident(incident, for_=malee).owner == "malee"


def test_closing_is_refused_while_a_mandatory_step_is_open_and_says_which(call, malee, after):
    incident = call()
    actions.answer(incident_id=incident, by=malee, at=after(5))
    actions.resolve(incident_id=incident, outcome="helped", by=malee, at=after(60))
    with pytest.raises(Refused, match="Send the unit") as no:
        actions.close(incident_id=incident, by=malee, at=after(61))
    assert "สั่งสายตรวจ" in no.value.say("th")
    for step in ("look_and_listen", "send_unit"):
        actions.do_step(incident_id=incident, code=step, by=malee, at=after(62))
    actions.skip_step(incident_id=incident, code="confirm_on_scene", why="ผู้แจ้งกลับบ้านแล้ว", by=malee, at=after(63))
    actions.close(incident_id=incident, by=malee, at=after(64))


def test_a_false_press_needs_a_reason_and_can_be_taken_back(call, malee, after):
    incident = call()
    actions.answer(incident_id=incident, by=malee, at=after(5))
    with pytest.raises(Refused):
        actions.judge(incident_id=incident, as_=Status.FALSE_PRESS, why=" ", by=malee, at=after(6))
    actions.judge(incident_id=incident, as_=Status.FALSE_PRESS, why="เด็กกดเล่น เห็นจากกล้อง", by=malee, at=after(7))
    assert queries.false_since("lumphini", NIGHT) == {incident}
    actions.reopen(incident_id=incident, why="กดผิดปุ่ม", by=malee, at=after(9))
    assert queries.incident(incident, for_=malee).status is Status.ANSWERED
    assert [s.skipped_why for s in queries.steps(incident)] == [""] * 5
    assert queries.false_since("lumphini", NIGHT) == set()


def test_a_time_once_written_stays(call, malee, after):
    incident = call()
    actions.answer(incident_id=incident, by=malee, at=after(5))
    actions.resolve(incident_id=incident, outcome="helped", by=malee, at=after(60))
    actions.reopen(incident_id=incident, why="ยังไม่จบ", by=malee, at=after(70))
    actions.resolve(incident_id=incident, outcome="helped", by=malee, at=after(90))
    assert queries.incident(incident, for_=malee).times["resolved_at"] == after(60)
    with pytest.raises(IntegrityError), transaction.atomic():
        Incident.objects.filter(id=incident).update(answered_at=after(1))


STRANGERS = {
    "no permission at all": ("lumphini", (), NotFound),
    "another station's desk": ("pattaya", ("see_room", "answer", "dispatch", "close"), NotFound),
    "may only look": ("lumphini", ("see_room",), NotYours),
}


@pytest.mark.parametrize(("station", "permissions", "answer"), STRANGERS.values(), ids=STRANGERS.keys())
@pytest.mark.parametrize("deed", ["answer", "verify", "release", "close", "resolve", "judge", "do_step"])
def test_who_may_not(call, officer, station, permissions, answer, deed):
    stranger = officer("stranger", station=station, permissions=permissions)
    more = {"resolve": {"outcome": "helped"}, "judge": {"as_": Status.TEST, "why": "x"}, "do_step": {"code": "send_unit"}}
    with pytest.raises(answer):
        getattr(actions, deed)(incident_id=call(), by=stranger, at=NIGHT, **more.get(deed, {}))


def test_another_stations_incident_is_not_even_there(call, officer):
    stranger = officer("stranger", station="pattaya")
    incident = call()
    with pytest.raises(NotFound):
        queries.incident(incident, for_=stranger)
    assert queries.queue("lumphini", for_=stranger) == []
    assert actions.mark_shown(incident_ids=[incident], by=stranger, at=NIGHT) == 0


def test_the_buttons_are_those_that_the_guards_let_through(call, malee, officer, after):
    watcher, incident = officer("watcher", permissions=("see_room",)), call()
    assert queries.next_steps(queries.incident(incident, for_=watcher), watcher) == ["note"]
    assert queries.next_steps(queries.incident(incident, for_=malee), malee) == ["answer", "dispatch", "note"]
    actions.answer(incident_id=incident, by=malee, at=after(1))
    assert queries.next_steps(queries.incident(incident, for_=malee), malee) == [
        "verify", "resolve", "false_press", "test", "release", "dispatch", "note",
    ]  # fmt: skip


def test_a_note_is_bound_into_the_log_without_its_words(call, malee, after):
    incident = call()
    actions.note(incident_id=incident, words="ผู้แจ้งชื่อ ก. โทร 08x", by=malee, at=after(1))
    assert queries.timeline(incident)[-1].facts == {"words": "ผู้แจ้งชื่อ ก. โทร 08x"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(leaf)::text, '') FROM audit_leaf AS leaf")
        assert "08x" not in cursor.fetchone()[0]


def test_the_queue_is_by_priority_and_then_by_age(call, malee, after):
    old_fault, technical, young_call, old_call = (
        call(kind="pole_lost"), call(kind="sos_technical", at=after(1)), call(at=after(9)), call(at=after(5)),
    )  # fmt: skip
    assert [view.id for view in queries.queue("lumphini", for_=malee)] == [old_call, young_call, technical, old_fault]
    assert [view.id for view in queries.ringing("lumphini", for_=malee)] == [technical, old_call, young_call]


def test_a_released_call_rings_again(call, malee, after):
    incident = call()
    actions.answer(incident_id=incident, by=malee, at=after(2))
    assert queries.ringing("lumphini", for_=malee) == []
    actions.release(incident_id=incident, by=malee, at=after(4))
    assert [view.id for view in queries.ringing("lumphini", for_=malee)] == [incident]
    assert deadlines.next_due() == after(14)


def test_nothing_is_open_that_is_over():
    assert Status.CLOSED not in OPEN
    assert Status.DUPLICATE not in OPEN


def test_a_unit_sent_before_anybody_answered_has_its_step_done(call, malee, after):
    incident = call()
    actions.unit_assigned(incident_id=incident, call_sign="LPN-1", by=malee, at=after(30))
    actions.answer(incident_id=incident, by=malee, at=after(40))
    assert {step.code: step.done_at for step in queries.steps(incident)}["send_unit"] == after(30)


@pytest.mark.parametrize("why", ["", "  ", "x" * 201, "ด" * 500, "\x00"])
def test_a_reason_fits_the_log_or_is_refused(call, malee, after, why):
    incident = call()
    actions.answer(incident_id=incident, by=malee, at=after(5))
    for deed, more in (("judge", {"as_": Status.TEST}), ("skip_step", {"code": "send_unit"}), ("take_over", {})):
        with pytest.raises(Refused):
            getattr(actions, deed)(incident_id=incident, why=why, by=malee, at=after(6), **more)

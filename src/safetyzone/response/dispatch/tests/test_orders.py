"""The life of an order, told to everybody, in the real incidents room."""

from datetime import timedelta

import orjson
import pytest
from django.apps import apps

from safetyzone import story
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.models import Change, OutboxMessage
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.response.dispatch import actions, deadlines, queries
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.dispatch.models import Dispatch, Unit
from safetyzone.response.dispatch.tests.conftest import HERE, NOON, STATION, Ground
from safetyzone.response.incidents import actions as room
from safetyzone.response.incidents import deadlines as ladder
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status

pytestmark = pytest.mark.django_db


def after(**how_long: float):  # type: ignore[no-untyped-def]
    return NOON + timedelta(**how_long)


def status(number: int) -> Status:
    return incidents.brief(number).status


def codes(number: int) -> list[str]:
    return [line.code for line in incidents.timeline(number)]


def said_to_pole() -> list[str]:
    return [orjson.loads(bytes(message.body))["state"] for message in OutboxMessage.objects.order_by("id")]


def test_an_order_runs_from_offer_to_finish_and_the_incident_follows(ground: Ground) -> None:
    story.begin()
    rider = ground.unit("21")
    number = ground.incident(device="TST-P001")
    order = actions.offer(incident_id=number, call_sign="21", by=ground.desk, at=NOON)
    assert order.state == State.OFFERED
    assert status(number) is Status.ASSIGNED
    actions.acknowledge(dispatch_id=order.id, by=rider, at=after(seconds=5))
    assert status(number) is Status.ASSIGNED
    actions.set_out(dispatch_id=order.id, by=rider, at=after(seconds=10))
    assert status(number) is Status.EN_ROUTE
    actions.arrive(dispatch_id=order.id, by=rider, at=after(minutes=3))
    assert status(number) is Status.ON_SCENE
    done = actions.finish(dispatch_id=order.id, words="ส่งกลับบ้าน", by=rider, at=after(minutes=20))
    assert (done.state, done.ended_at) == (State.DONE, after(minutes=20))
    assert status(number) is Status.ON_SCENE, "whether it is resolved is the room's to say"
    room.resolve(incident_id=number, outcome="helped", by=ground.desk, at=after(minutes=21))
    assert said_to_pole() == ["coming", "arrived", "closed"]
    first = OutboxMessage.objects.order_by("id")[0]
    assert (first.subject, first.expires_at) == ("cmd.TST-P001.status", after(minutes=15, seconds=10)), "no lamp for a call long past"
    unit = Unit.objects.get(call_sign="21")
    assert (unit.duty, unit.free_since) == ("free", after(minutes=20))
    steps = [c for c in codes(number) if c.startswith("unit_")]
    assert steps == ["unit_assigned", "unit_acknowledged", "unit_en_route", "unit_on_scene", "unit_finished"]
    about = apps.get_model("audit", "Leaf").objects.filter(object=f"dispatch:{order.id}").order_by("id")
    assert [leaf.action.split(".")[1] for leaf in about] == ["offered", "acknowledged", "en_route", "on_scene", "finished"]
    assert about.last().facts["in_the_name_of"] == "crew"


def test_words_of_the_patrol_are_in_the_timeline_but_not_in_the_audit_leaf(ground: Ground) -> None:
    rider = ground.unit("21")
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    actions.acknowledge(dispatch_id=order.id, by=rider, at=NOON)
    actions.finish(dispatch_id=order.id, words="พบนางสาวใจดี", by=rider, at=after(minutes=1))
    last = incidents.timeline(order.incident_id)[-1]
    assert last.facts == {"unit": "21", "words": "พบนางสาวใจดี"}
    leaves = apps.get_model("audit", "Leaf").objects.all()
    assert not [leaf for leaf in leaves if "ใจดี" in str(leaf.facts) + leaf.why]


def test_every_change_is_announced_to_the_consoles(ground: Ground) -> None:
    ground.unit("21")
    Change.objects.all().delete()
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    things = [tuple(thing) for change in Change.objects.filter(station=STATION) for thing in change.things]
    assert {("dispatch", str(order.id)), ("unit", "21"), ("incident", str(order.incident_id))} <= set(things)


def test_a_unit_has_one_job(ground: Ground) -> None:
    ground.unit("21")
    actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    other = ground.incident()
    with pytest.raises(actions.UnitTaken):
        actions.offer(incident_id=other, call_sign="21", by=ground.desk, at=NOON)
    assert status(other) is Status.NEW


def test_a_unit_off_duty_is_not_sent(ground: Ground) -> None:
    rider = ground.unit("21")
    actions.set_duty(call_sign="21", duty="off", by=rider, at=NOON)
    with pytest.raises(OutOfOrder):
        actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)


def test_nobody_is_sent_to_an_incident_that_is_judged(ground: Ground) -> None:
    ground.unit("21")
    number = ground.incident()
    room.answer(incident_id=number, by=ground.desk, at=NOON)
    room.judge(incident_id=number, as_=Status.FALSE_PRESS, why="เด็กเล่น", by=ground.desk, at=NOON)
    with pytest.raises(OutOfOrder):
        actions.offer(incident_id=number, call_sign="21", by=ground.desk, at=NOON)
    assert not Dispatch.objects.exists()


def test_the_reason_is_kept_as_it_was_shown(ground: Ground) -> None:
    ground.unit("21", at=NOON - timedelta(seconds=12))
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    assert order.why == "1 นาที 12 วินาที เส้นตรง (ประมาณ) · ตำแหน่งเมื่อ 12 วินาทีก่อน"
    assert order.facts["how"] == "straight_line"


def test_silence_asks_the_next_nearest_and_alarms_the_desk(ground: Ground) -> None:
    ground.unit("near", east_m=100)
    ground.unit("far", east_m=900)
    number = ground.incident()
    first = actions.offer_nearest(incident_id=number, by=SYSTEM, at=NOON)
    assert first is not None
    assert first.unit_id == "near"
    assert deadlines.due(after(seconds=44)) == 0
    assert deadlines.next_due() == after(seconds=45)
    assert deadlines.due(after(seconds=45)) == 1
    assert deadlines.due(after(seconds=45)) == 0, "a second loop finds nothing left to do"
    orders = queries.orders(number)
    assert [(o.call_sign, o.state) for o in orders] == [("near", State.SILENT), ("far", State.OFFERED)]
    assert [a.kind for a in queries.alarms(STATION, after(seconds=45))] == ["silent"]
    assert [c for c in codes(number) if c.startswith("unit_")] == ["unit_assigned", "unit_silent", "unit_assigned"]


def test_when_all_are_silent_the_incident_needs_somebody_again(ground: Ground) -> None:
    ground.unit("21")
    number = ground.incident()
    actions.offer_nearest(incident_id=number, by=SYSTEM, at=NOON)
    deadlines.due(after(seconds=45))
    assert status(number) is Status.NEW
    assert codes(number)[-1] == "no_unit_left"
    assert [a.kind for a in queries.alarms(STATION, after(minutes=1))] == ["nobody_left"]


def test_the_alarm_ends_when_somebody_goes(ground: Ground) -> None:
    ground.unit("near", east_m=100)
    far = ground.unit("far", east_m=900)
    number = ground.incident()
    actions.offer_nearest(incident_id=number, by=SYSTEM, at=NOON)
    deadlines.due(after(seconds=45))
    actions.acknowledge(dispatch_id=queries.orders(number)[-1].id, by=far, at=after(seconds=50))
    assert queries.alarms(STATION, after(seconds=50)) == []


def test_a_late_answer_counts_when_nobody_else_was_sent(ground: Ground) -> None:
    rider = ground.unit("21")
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    deadlines.due(after(seconds=45))
    late = actions.acknowledge(dispatch_id=order.id, by=rider, at=after(seconds=70))
    assert (late.state, late.ended_at) == (State.ACKNOWLEDGED, None)
    assert status(order.incident_id) is Status.ASSIGNED


def test_a_late_answer_is_refused_once_another_was_sent(ground: Ground) -> None:
    near = ground.unit("near", east_m=100)
    ground.unit("far", east_m=900)
    first = actions.offer_nearest(incident_id=ground.incident(), by=SYSTEM, at=NOON)
    assert first is not None
    deadlines.due(after(seconds=45))
    with pytest.raises(actions.SomebodyElseWent):
        actions.acknowledge(dispatch_id=first.id, by=near, at=after(seconds=50))
    assert Dispatch.objects.get(id=first.id).state == State.SILENT


def test_a_decline_needs_a_reason_and_asks_the_next(ground: Ground) -> None:
    near = ground.unit("near", east_m=100)
    ground.unit("far", east_m=900)
    first = actions.offer_nearest(incident_id=ground.incident(), by=SYSTEM, at=NOON)
    assert first is not None
    with pytest.raises(actions.SayWhy):
        actions.decline(dispatch_id=first.id, why=" ", by=near, at=after(seconds=3))
    actions.decline(dispatch_id=first.id, why="รถเสีย", by=near, at=after(seconds=3))
    assert [o.call_sign for o in queries.orders(first.incident_id) if o.state is State.OFFERED] == ["far"]


def test_a_technical_press_never_moves_a_patrol_by_itself(ground: Ground) -> None:
    near = ground.unit("near", east_m=100)
    ground.unit("far", east_m=900)
    number = ground.incident(kind="sos_technical")
    with pytest.raises(actions.NeedsAPerson):
        actions.offer_nearest(incident_id=number, by=SYSTEM, at=NOON)
    assert queries.orders(number) == []
    order = actions.offer(incident_id=number, call_sign="near", by=ground.desk, at=NOON)
    actions.decline(dispatch_id=order.id, why="รถเสีย", by=near, at=NOON)
    assert [o.call_sign for o in queries.orders(number)] == ["near"], "a person chose once; the machine does not go on"
    again = actions.offer(incident_id=number, call_sign="far", by=ground.desk, at=after(minutes=1))
    deadlines.due(after(minutes=2))
    assert Dispatch.objects.get(id=again.id).state == State.SILENT
    assert len(queries.orders(number)) == 2


def test_the_ladder_of_the_real_incidents_room_asks_the_nearest_at_thirty_seconds(ground: Ground) -> None:
    story.begin()
    ground.unit("21")
    number, technical = ground.incident(), ground.incident(kind="sos_technical")
    for seconds in (10, 20, 30):
        assert queries.orders(number) == []
        while ladder.due(after(seconds=seconds)):
            pass
    assert [o.call_sign for o in queries.orders(number)] == ["21"]
    assert queries.orders(technical) == []


def test_a_stand_down_frees_the_unit_and_the_lamp_promises_nothing(ground: Ground) -> None:
    rider = ground.unit("21")
    number = ground.incident(device="TST-P001")
    order = actions.offer(incident_id=number, call_sign="21", by=ground.desk, at=NOON)
    actions.acknowledge(dispatch_id=order.id, by=rider, at=NOON)
    actions.set_out(dispatch_id=order.id, by=rider, at=NOON)
    actions.stand_down(dispatch_id=order.id, why="รถดับเพลิงถึงแล้ว", by=ground.desk, at=after(minutes=1))
    assert said_to_pole() == ["coming", "received"]
    assert Unit.objects.get(call_sign="21").duty == "free"
    assert status(number) is Status.NEW


def test_a_phone_press_has_no_lamp(ground: Ground) -> None:
    rider = ground.unit("21")
    number = ground.incident(device="0191c3f0-0000-7000-8000-000000000001")
    order = actions.offer(incident_id=number, call_sign="21", by=ground.desk, at=NOON)
    actions.acknowledge(dispatch_id=order.id, by=rider, at=NOON)
    actions.set_out(dispatch_id=order.id, by=rider, at=NOON)
    assert said_to_pole() == []


def test_an_incident_that_ends_frees_its_units(ground: Ground) -> None:
    there, going = ground.unit("there"), ground.unit("going")
    number = ground.incident()
    first = actions.offer(incident_id=number, call_sign="there", by=ground.desk, at=NOON)
    second = actions.offer(incident_id=number, call_sign="going", by=ground.desk, at=NOON)
    actions.acknowledge(dispatch_id=first.id, by=there, at=NOON)
    actions.arrive(dispatch_id=first.id, by=there, at=NOON)
    actions.acknowledge(dispatch_id=second.id, by=going, at=NOON)
    story.begin()
    room.resolve(incident_id=number, outcome="helped", by=ground.desk, at=after(minutes=5))
    assert [o.state for o in queries.orders(number)] == [State.DONE, State.STOOD_DOWN]


def test_repeating_a_step_changes_nothing(ground: Ground) -> None:
    rider = ground.unit("21")
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    actions.acknowledge(dispatch_id=order.id, by=rider, at=after(seconds=5))
    again = actions.acknowledge(dispatch_id=order.id, by=rider, at=after(seconds=9))
    assert again.acknowledged_at == after(seconds=5)
    assert codes(order.incident_id).count("unit_acknowledged") == 1


STEPS = ("acknowledge", "set_out", "arrive", "finish", "decline")


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize(
    ("who", "allowed"),
    [("crew", True), ("desk", True), ("another rider", False), ("stranger", False), ("crew without patrol duty", False)],
)
def test_only_the_crew_or_the_desk_by_voice_acts_for_a_unit(ground: Ground, step: str, who: str, allowed: bool) -> None:
    rider = ground.unit("21")
    people = {
        "crew": rider,
        "desk": ground.desk,
        "another rider": ground.unit("22"),
        "stranger": ground.stranger,
        "crew without patrol duty": ground.officer("rider-21"),
    }
    order = actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    if step in {"set_out", "arrive", "finish"}:
        actions.acknowledge(dispatch_id=order.id, by=rider, at=NOON)
    said = {"why": "ไกล"} if step == "decline" else {}
    if allowed:
        getattr(actions, step)(dispatch_id=order.id, by=people[who], at=NOON, **said)
        leaf = apps.get_model("audit", "Leaf").objects.filter(object=f"dispatch:{order.id}").latest("id")
        assert leaf.facts["in_the_name_of"] == ("crew" if who == "crew" else "voice")
    else:
        before = Dispatch.objects.get(id=order.id).state
        with pytest.raises(NotYours):
            getattr(actions, step)(dispatch_id=order.id, by=people[who], at=NOON, **said)
        assert Dispatch.objects.get(id=order.id).state == before


@pytest.mark.parametrize("who", ["rider", "stranger", "answerer"])
def test_only_those_who_dispatch_here_give_and_take_back_orders(ground: Ground, who: str) -> None:
    rider = ground.unit("21")
    person = {"rider": rider, "stranger": ground.stranger, "answerer": ground.officer("a", "see_room", "answer")}[who]
    number = ground.incident()
    with pytest.raises((NotYours, NotFound)):
        actions.offer(incident_id=number, call_sign="21", by=person, at=NOON)
    order = actions.offer(incident_id=number, call_sign="21", by=ground.desk, at=NOON)
    with pytest.raises(NotYours):
        actions.stand_down(dispatch_id=order.id, why="x", by=person, at=NOON)


def test_going_off_duty_forgets_the_position_and_takes_no_new_one(ground: Ground) -> None:
    from safetyzone.response.dispatch.unit_actions import NotSharing

    rider = ground.unit("21")
    actions.set_duty(call_sign="21", duty="off", by=rider, at=after(minutes=1))
    assert Unit.objects.get(call_sign="21").lon is None
    with pytest.raises(NotSharing):
        actions.report_position(call_sign="21", point=HERE, by=rider, at=after(minutes=2))


def test_positions_are_the_latest_only_throttled_and_never_audited(ground: Ground) -> None:
    rider = ground.unit("21", at=NOON)
    leaves = apps.get_model("audit", "Leaf").objects.count()
    assert not actions.report_position(call_sign="21", point=HERE, by=rider, at=after(seconds=1))
    assert actions.report_position(call_sign="21", point=HERE, by=rider, at=after(seconds=3))
    older = after(seconds=1)
    assert not actions.report_position(call_sign="21", point=HERE, fixed_at=older, by=rider, at=after(seconds=9))
    assert apps.get_model("audit", "Leaf").objects.count() == leaves


def test_a_unit_with_a_job_stays_on_duty(ground: Ground) -> None:
    rider = ground.unit("21")
    actions.offer(incident_id=ground.incident(), call_sign="21", by=ground.desk, at=NOON)
    with pytest.raises(OutOfOrder):
        actions.set_duty(call_sign="21", duty="off", by=rider, at=NOON)

"""What an operator does to an incident, an order or a unit. Each view: parse, one action, one line that says it is done."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.command_room import access, actions
from safetyzone.response.command_room.views.edge import done, number, reason, station_of, text, timed
from safetyzone.response.dispatch import actions as dispatch_actions
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import actions as incident_actions
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status

UNDONE = "undo"
"""The reason that is recorded when a person takes back what he did a moment ago."""

Deed = Callable[[OfficerRequest, int], HttpResponse]


def _answer(request: OfficerRequest, incident_id: int) -> HttpResponse:
    actions.answer_call(incident_id=incident_id, by=request.who, at=request.now)
    back = reverse("room_deed", args=[incident_id, "release"])
    return done(request, "รับเหตุ {n}", "Answered incident {n}", n=incident_id, select=incident_id, undo=back)


def _take(request: OfficerRequest, incident_id: int) -> HttpResponse:
    actions.take_call(incident_id=incident_id, why=reason(request), by=request.who, at=request.now)
    return done(request, "รับช่วงเหตุ {n}", "Took incident {n}", n=incident_id, select=incident_id)


def _release(request: OfficerRequest, incident_id: int) -> HttpResponse:
    actions.give_back(incident_id=incident_id, by=request.who, at=request.now)
    return done(request, "คืนเหตุ {n} ให้ห้อง", "Incident {n} rings again", n=incident_id)


def _verify(request: OfficerRequest, incident_id: int) -> HttpResponse:
    incident_actions.verify(incident_id=incident_id, by=request.who, at=request.now)
    return done(request, "ยืนยันเหตุ {n}", "Incident {n} is real", n=incident_id)


def _judge(request: OfficerRequest, incident_id: int, verdict: Status) -> HttpResponse:
    why = reason(request)
    incident_actions.judge(incident_id=incident_id, as_=verdict, why=why, by=request.who, at=request.now)
    back = reverse("room_deed", args=[incident_id, "reopen"])
    th, en = ("กดผิด", "a false press") if verdict is Status.FALSE_PRESS else ("ทดสอบ", "a test")
    return done(request, "เหตุ {n}: {th}", "Incident {n}: {en}", n=incident_id, th=th, en=en, undo=back)


def _false_press(request: OfficerRequest, incident_id: int) -> HttpResponse:
    return _judge(request, incident_id, Status.FALSE_PRESS)


def _test(request: OfficerRequest, incident_id: int) -> HttpResponse:
    return _judge(request, incident_id, Status.TEST)


def _resolve(request: OfficerRequest, incident_id: int) -> HttpResponse:
    outcome, said = text(request, "outcome"), text(request, "words")
    incident_actions.resolve(incident_id=incident_id, outcome=outcome, words=said, by=request.who, at=request.now)
    back = reverse("room_deed", args=[incident_id, "reopen"])
    return done(request, "ระงับเหตุ {n} แล้ว", "Incident {n} is resolved", n=incident_id, undo=back)


def _close(request: OfficerRequest, incident_id: int) -> HttpResponse:
    incident_actions.close(incident_id=incident_id, by=request.who, at=request.now)
    return done(request, "ปิดเหตุ {n} แล้ว", "Incident {n} is closed", n=incident_id)


def _reopen(request: OfficerRequest, incident_id: int) -> HttpResponse:
    why = reason(request) or UNDONE
    incident_actions.reopen(incident_id=incident_id, why=why, by=request.who, at=request.now)
    return done(request, "เปิดเหตุ {n} อีกครั้ง", "Incident {n} is open again", n=incident_id, select=incident_id)


def _note(request: OfficerRequest, incident_id: int) -> HttpResponse:
    incident_actions.note(incident_id=incident_id, words=text(request, "words"), by=request.who, at=request.now)
    return done(request, "บันทึกแล้ว", "Noted")


def _step(request: OfficerRequest, incident_id: int) -> HttpResponse:
    incident_actions.do_step(incident_id=incident_id, code=text(request, "step"), by=request.who, at=request.now)
    return done(request, "ทำขั้นตอนแล้ว", "Step done")


def _skip(request: OfficerRequest, incident_id: int) -> HttpResponse:
    code, why = text(request, "step"), reason(request)
    incident_actions.skip_step(incident_id=incident_id, code=code, why=why, by=request.who, at=request.now)
    return done(request, "ข้ามขั้นตอนแล้ว", "Step skipped")


def _join(request: OfficerRequest, incident_id: int) -> HttpResponse:
    newer = number(text(request, "newer"))
    incident_actions.join(older_id=incident_id, newer_id=newer, by=request.who, at=request.now)
    back = reverse("room_deed", args=[newer, "undo_join"])
    return done(request, "รวมเหตุ {m} เข้ากับ {n}", "{m} joined into {n}", n=incident_id, m=newer, undo=back)


def _refuse_join(request: OfficerRequest, incident_id: int) -> HttpResponse:
    newer = number(text(request, "newer"))
    incident_actions.refuse_join(older_id=incident_id, newer_id=newer, by=request.who, at=request.now)
    return done(request, "เหตุ {n} กับ {m} คนละเหตุ", "{n} and {m} are two things", n=incident_id, m=newer)


def _undo_join(request: OfficerRequest, incident_id: int) -> HttpResponse:
    incident_actions.undo_join(incident_id=incident_id, by=request.who, at=request.now)
    return done(request, "แยกเหตุ {n} ออกแล้ว", "Incident {n} is on its own again", n=incident_id)


def _send(request: OfficerRequest, incident_id: int) -> HttpResponse:
    unit, why = text(request, "unit"), reason(request)
    incidents.incident(incident_id, for_=request.who)
    order = dispatch_actions.offer(incident_id=incident_id, call_sign=unit, why=why, by=request.who, at=request.now)
    back = reverse("room_undo_send", args=[str(order.pk)])  # and not a plain stand-down: that would call off a unit that has answered
    return done(request, "ส่ง {unit} ไปเหตุ {n}", "{unit} asked to go to {n}", unit=order.unit_id, n=incident_id, undo=back)


DEEDS: dict[str, Deed] = {
    "answer": _answer,
    "take": _take,
    "release": _release,
    "verify": _verify,
    "false_press": _false_press,
    "test": _test,
    "resolve": _resolve,
    "close": _close,
    "reopen": _reopen,
    "note": _note,
    "step": _step,
    "skip": _skip,
    "join": _join,
    "refuse_join": _refuse_join,
    "undo_join": _undo_join,
    "send": _send,
}


@require_POST
def deed(request: OfficerRequest, incident_id: int, verb: str) -> HttpResponse:
    """One deed on one incident; the action itself asks who may."""
    if verb not in DEEDS:
        raise NotFound
    return DEEDS[verb](request, incident_id)


NEXT_OF_AN_ORDER: dict[str, Callable[..., object]] = {
    "acknowledge": dispatch_actions.acknowledge,
    "set_out": dispatch_actions.set_out,
    "arrive": dispatch_actions.arrive,
    "finish": dispatch_actions.finish,
}


@require_POST
def order(request: OfficerRequest, dispatch_id: UUID, verb: str) -> HttpResponse:
    """An order's next step on the unit's behalf: it was said on the radio."""
    if verb == "stand_down":
        why = reason(request) or UNDONE
        dispatch_actions.stand_down(dispatch_id=dispatch_id, why=why, by=request.who, at=request.now)
    elif verb in NEXT_OF_AN_ORDER:
        NEXT_OF_AN_ORDER[verb](dispatch_id=dispatch_id, by=request.who, at=request.now)
    else:
        raise NotFound
    return done(request, "บันทึกแล้ว", "Done")


@require_POST
def duty(request: OfficerRequest, call_sign: str) -> HttpResponse:
    """A unit comes on duty or goes off, as said on the radio."""
    if "\x00" in call_sign:  # PostgreSQL cannot even ask for it
        raise NotFound
    unit = dispatch_actions.set_duty(call_sign=call_sign, duty=text(request, "duty"), by=request.who, at=request.now)
    return done(request, "เปลี่ยนสถานะ {unit} แล้ว", "{unit} changed", unit=unit.call_sign)


@require_POST
def well(request: OfficerRequest, call_sign: str) -> HttpResponse:
    """An officer said on the radio that he is well: his own safety clock starts again, and nobody else's."""
    station, officer = station_of(request), text(request, "officer")
    access.must_see(request.who, station=station)
    for unit in dispatch.unit_board(station, request.now):
        clock = next((clock for clock in unit.clocks if clock.officer == officer), None)
        if unit.call_sign == call_sign and unit.order is not None and clock is not None:
            dispatch_actions.i_am_well(
                dispatch_id=unit.order.id, officer_id=clock.officer_id, by=request.who, at=request.now
            )
            return done(request, "{o} ปลอดภัย", "{o} is well", o=officer)
    raise NotFound


@require_POST
def shown(request: OfficerRequest) -> HttpResponse:
    """This console has drawn these rows; only the first to say so is kept."""
    access.must_see(request.who, station=station_of(request))
    ids = [number(one) for one in text(request, "ids").split(",")[:500] if one]
    incident_actions.mark_shown(incident_ids=ids, by=request.who, at=request.now)
    return timed(request, HttpResponse(status=204))


@require_POST
def still_here(request: OfficerRequest) -> HttpResponse:
    """The heartbeat of a console for the calls in its operator's hand."""
    ids = [number(one) for one in text(request, "ids").split(",")[:500] if one]
    actions.still_here(incident_ids=ids, by=request.who, at=request.now)
    return timed(request, HttpResponse(status=204))

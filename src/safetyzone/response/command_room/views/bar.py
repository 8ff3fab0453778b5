"""The "/" bar's answer: the line is read by ``commands`` and done by the same views as the buttons."""

from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.response.command_room import access
from safetyzone.response.command_room.commands import Command, Verb, parse
from safetyzone.response.command_room.views.deeds import DEEDS
from safetyzone.response.command_room.views.edge import done, station_of, text
from safetyzone.response.dispatch import actions as dispatch_actions
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.dispatch import undo_actions
from safetyzone.response.dispatch.queries import OrderView
from safetyzone.response.incidents import actions as incident_actions
from safetyzone.response.incidents import queries as incidents
from safetyzone.senses.sos import queries as sos

DUTY_SAID = {"free": ("ว่าง", "free"), "busy": ("ไม่ว่าง", "busy"), "off": ("งดงาน", "off")}
LONGEST_PLACE = 160
MOST_UNDONE = 20
"""No more orders than one line can give."""


@require_POST
def run(request: OfficerRequest) -> HttpResponse:
    """Do what the line says."""
    station = station_of(request)
    command = parse(text(request, "line"))
    return DOES[command.verb](request, command, station)


def _answer(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    incident_id = command.incident
    if incident_id is None:
        ringing = incidents.ringing(station, for_=request.who)
        if not ringing:
            raise OutOfOrder("Nothing rings.", "ไม่มีเหตุรอรับ")
        incident_id = ringing[0].id
    return DEEDS["answer"](request, incident_id)


def _dispatch(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    incident_id = command.incident or 0
    incidents.incident(incident_id, for_=request.who)
    orders = [
        dispatch_actions.offer(incident_id=incident_id, call_sign=unit, by=request.who, at=request.now) for unit in command.units
    ]
    units, back = ", ".join(command.units), reverse("room_undo_send", args=[",".join(str(order.pk) for order in orders)])
    return done(request, "ส่ง {u} ไปเหตุ {n}", "{u} asked to go to {n}", u=units, n=incident_id, select=incident_id, undo=back)


@require_POST
def undo_send(request: OfficerRequest, orders: str) -> HttpResponse:
    """Take back the orders of one line; each for itself, for one unit may have answered already and the next not."""
    back, stay = [], []
    for order in _uuids(orders):
        try:
            back.append(undo_actions.take_back(dispatch_id=order, by=request.who, at=request.now).unit_id)
        except OutOfOrder as answered:
            stay.append(answered)
    if stay and not back:
        raise stay[0]
    th, en = (" ".join(no.say(language) for no in stay) for language in ("th", "en"))
    return done(request, "ยกเลิกคำสั่ง {u} {th}", "{u} is called back. {en}", u=", ".join(back), th=th, en=en)


def _uuids(said: str) -> list[UUID]:
    """The orders' names in an address.

    Raises:
        NotFound: one of them is none.
    """
    try:
        return [UUID(one) for one in said.split(",")[:MOST_UNDONE]]
    except ValueError:
        raise NotFound from None


def _job(station: str, command: Command, request: OfficerRequest) -> OrderView:
    """The order that a unit has in hand.

    Raises:
        NotFound: no such unit here, or it has no order.
    """
    access.must_see(request.who, station=station)
    for unit in dispatch.unit_board(station, request.now):
        if unit.call_sign == command.units[0] and unit.order is not None:
            return unit.order
    raise NotFound("{unit} has no order in hand.", "{unit} ไม่มีงานอยู่", unit=command.units[0][:40])


def _en_route(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    job = _job(station, command, request)
    dispatch_actions.set_out(dispatch_id=job.id, by=request.who, at=request.now)
    return done(request, "{u} ออกเดินทาง", "{u} is on its way", u=job.call_sign, select=job.incident_id)


def _on_scene(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    job = _job(station, command, request)
    dispatch_actions.arrive(dispatch_id=job.id, by=request.who, at=request.now)
    return done(request, "{u} ถึงที่เกิดเหตุ", "{u} is on scene", u=job.call_sign, select=job.incident_id)


def _close(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    incident_id = command.incident or 0
    if command.words:
        incident_actions.note(incident_id=incident_id, words=command.words, by=request.who, at=request.now)
    incident_actions.close(incident_id=incident_id, by=request.who, at=request.now)
    return done(request, "ปิดเหตุ {n} แล้ว", "Incident {n} is closed", n=incident_id)


def _status(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    unit, made = command.units[0], command.duty
    before = next((known.duty for known in dispatch.unit_board(station, request.now) if known.call_sign == unit), made)
    dispatch_actions.set_duty(call_sign=unit, duty=made, by=request.who, at=request.now)
    back = reverse("room_undo_duty", args=[made, before, unit]) if made != before else ""
    return _says_duty(request, unit, made, undo=back)


@require_POST
def undo_duty(request: OfficerRequest, call_sign: str, made: str, before: str) -> HttpResponse:
    """A unit's duty is again what it was before the line."""
    if "\x00" in call_sign:  # PostgreSQL cannot even ask for it
        raise NotFound
    undo_actions.undo_duty(call_sign=call_sign, made=made, before=before, by=request.who, at=request.now)
    return _says_duty(request, call_sign, before)


def _says_duty(request: OfficerRequest, unit: str, duty: str, *, undo: str = "") -> HttpResponse:
    th, en = DUTY_SAID.get(duty, (duty, duty))
    return done(request, "{u}: {th}", "{u}: {en}", u=unit, th=th, en=en, undo=undo)


def _note(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    incident_actions.note(incident_id=command.incident or 0, words=command.words, by=request.who, at=request.now)
    return done(request, "บันทึกในเหตุ {n} แล้ว", "Noted in incident {n}", n=command.incident)


def _new(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    place = command.words[:LONGEST_PLACE]
    if not place and command.point is not None:
        place = f"{command.point.lat:.5f}, {command.point.lon:.5f}"
    opened = incident_actions.report(
        station=station, priority=command.priority, place_th=place, point=command.point, by=request.who, at=request.now
    )
    return done(request, "เปิดเหตุ {n}", "Incident {n} opened", n=opened.pk, select=opened.pk)


def _pole(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    """Poles are called by the number at the end of their code: "pole 17" is LPN-P017."""
    access.must_see(request.who, station=station)
    asked = command.pole
    for pole in sos.poles(station):
        number = pole.code.rpartition("P")[2].lstrip("0")
        if pole.code.upper() == asked or number == asked:
            code, th, en = pole.code, pole.name_th, pole.name_en
            response = done(request, "{code} {th}", "{code} {en}", code=code, th=th, en=en)
            response["X-Go"] = f"{pole.where.lon:.6f},{pole.where.lat:.6f}"
            return response
    raise NotFound("There is no pole {code} here.", "ไม่พบเสา {code}", code=asked[:40])


def _focus(request: OfficerRequest, command: Command, station: str) -> HttpResponse:
    """A panel, or the help: the browser moves the focus there."""
    response = done(request, "", "")
    response["X-Focus"] = command.verb
    return response


DOES: dict[Verb, Callable[[OfficerRequest, Command, str], HttpResponse]] = {
    Verb.NEW: _new,
    Verb.ANSWER: _answer,
    Verb.DISPATCH: _dispatch,
    Verb.EN_ROUTE: _en_route,
    Verb.ON_SCENE: _on_scene,
    Verb.CLOSE: _close,
    Verb.STATUS: _status,
    Verb.NOTE: _note,
    Verb.POLE: _pole,
    Verb.UNITS: _focus,
    Verb.QUEUE: _focus,
    Verb.MAP: _focus,
    Verb.HELP: _focus,
}

"""The only writers of orders and units: keyword-only, always ``by`` and ``at``, one transaction each.

Rows are locked in one order everywhere: incident, order, unit, and the audit log's head last; so two hands never wait for each other.
"""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.refusals import OutOfOrder, Refused
from safetyzone.response.dispatch import access, rules, told
from safetyzone.response.dispatch.advice import advise, asked_already, place_of
from safetyzone.response.dispatch.clocks import start_clocks, stop_clocks
from safetyzone.response.dispatch.holding import Held, hold, hold_unit
from safetyzone.response.dispatch.lifecycle import ACTIVE, State, check
from safetyzone.response.dispatch.models import Dispatch, Unit
from safetyzone.response.dispatch.safety_actions import i_am_well, need_help
from safetyzone.response.dispatch.unit_actions import add_unit, report_position, set_duty, stop_sharing
from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents import desk
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS

__all__ = [
    "acknowledge", "add_unit", "arrive", "decline", "finish", "i_am_well", "incident_ended", "need_help", "offer",
    "offer_nearest", "report_position", "set_duty", "set_out", "stand_down", "stop_sharing", "take_for_silent",
]  # fmt: skip

LONGEST_WHY = 200


class UnitTaken(Refused):
    """Another order reached the unit first."""

    code = "unit_taken"
    th = "{unit} มีงานอยู่แล้ว กรุณาเลือกสายตรวจอื่น"
    en = "{unit} already has a job; please choose another unit."


class NobodyFree(Refused):
    """No unit is left that the machine may ask."""

    code = "nobody_free"
    th = "ไม่มีสายตรวจว่างที่จะสั่งการได้"
    en = "No unit is free to be asked."


class NeedsAPerson(Refused):
    """A technical press moves no patrol by itself."""

    code = "needs_a_person"
    th = "เหตุประเภทนี้ต้องให้เจ้าหน้าที่เป็นผู้สั่งการเอง"
    en = "A person must decide whom to send to an incident of this kind."


class SomebodyElseWent(Refused):
    """The answer came after another unit had been sent."""

    code = "somebody_else_went"
    th = "ตอบรับช้า ศูนย์ได้ส่งสายตรวจอื่นไปแล้ว"
    en = "The answer came late: another unit has been sent."


class SayWhy(Refused):
    """A reason is needed."""

    code = "say_why"
    th = "กรุณาระบุเหตุผล ไม่เกิน 200 ตัวอักษร"
    en = "Please give a reason, at most 200 characters."


@transaction.atomic
def offer(*, incident_id: int, call_sign: str, why: str = "", by: Who, at: datetime) -> Dispatch:
    """Ask a unit to go. ``why`` is the reason as it was shown; empty: the present one.

    Raises:
        UnitTaken: somebody was faster. NotYours, OutOfOrder: see there.
    """
    incident = desk.locked(incident_id, by=by, permission="dispatch")
    unit = hold_unit(call_sign)
    access.must_send(by, station=unit.station)
    if unit.duty == Unit.Duty.OFF:
        raise OutOfOrder("{unit} is off duty.", "{unit} ไม่อยู่ในหน้าที่", unit=call_sign)
    listed = {advice.call_sign: advice for advice in advise(incident.station, to=place_of(incident), at=at, also=call_sign)}
    shown = listed[call_sign]
    order = Dispatch(
        id=new_id(), incident_id=incident_id, station=incident.station, unit=unit, state=State.OFFERED, by=by.name,
        why=(why or shown.why_th)[:LONGEST_WHY], offered_at=at, answer_by=at + rules.answer_within(at),
        facts={"rank": shown.rank, "seconds": shown.seconds, "metres": shown.metres, "how": shown.how, "why_en": why or shown.why_en},
    )  # fmt: skip
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as taken:
        raise UnitTaken(unit=call_sign) from taken
    incidents.unit_assigned(incident_id=incident_id, call_sign=call_sign, why=order.why, by=by, at=at)
    told.about_order(order, "offered", by=by, at=at, why=order.why, rank=shown.rank)
    return order


@transaction.atomic
def offer_nearest(*, incident_id: int, by: Who, at: datetime) -> Dispatch | None:
    """Ask the best unit that was not asked yet; None when somebody is already asked or there.

    Raises:
        NeedsAPerson: a technical press. NobodyFree: none is left.
    """
    incident = desk.locked(incident_id, by=by, permission=None)
    if not rules.may_be_sent_by_machine(incident.kind):
        raise NeedsAPerson
    if _somebody_goes_or_went(incident_id):
        return None
    asked, listed = asked_already(incident_id), advise(incident.station, to=place_of(incident), at=at)
    while (best := rules.whom_to_ask_next(listed, asked=asked)) is not None:
        try:
            with transaction.atomic():
                return offer(incident_id=incident_id, call_sign=best.call_sign, by=by, at=at)
        except UnitTaken:  # between the list and the asking somebody else was faster: the next one, then
            asked = asked | {best.call_sign}
    raise NobodyFree


@transaction.atomic
def acknowledge(*, dispatch_id: UUID, by: Who, at: datetime) -> Dispatch:
    """The unit takes the job; after a silence only if nobody else was sent."""
    held = hold(dispatch_id, by=by)
    if held.order.state == State.ACKNOWLEDGED:
        return held.order
    if Status(held.incident.status) not in OPEN_FOR_REPEATS:
        raise OutOfOrder("The incident is over.", "เหตุนี้จบแล้ว")
    if held.order.state == State.SILENT:
        others = Dispatch.objects.filter(incident_id=held.incident.id).exclude(id=dispatch_id)
        sent = others.filter(state__in=[*ACTIVE, State.DONE], offered_at__gte=held.order.offered_at).exists()
        if not rules.late_answer_counts(State.SILENT, others_sent=sent):
            raise SomebodyElseWent
        if held.unit.dispatches.filter(state__in=ACTIVE).exists():
            raise UnitTaken(unit=held.unit.call_sign)
    held.order.acknowledged_at, held.order.ended_at = at, None
    held.unit.duty = Unit.Duty.BUSY
    held.unit.save(update_fields=["duty"])
    _becomes(held, State.ACKNOWLEDGED)
    incidents.unit_acknowledged(incident_id=held.incident.id, call_sign=held.unit.call_sign, by=by, at=at)
    told.about_order(held.order, "acknowledged", by=by, at=at, in_the_name_of=held.standing)
    return held.order


@transaction.atomic
def set_out(*, dispatch_id: UUID, by: Who, at: datetime) -> Dispatch:
    """The unit is on its way."""
    held = hold(dispatch_id, by=by)
    if held.order.state == State.EN_ROUTE:
        return held.order
    held.order.en_route_at = at
    _becomes(held, State.EN_ROUTE)
    told.pole(held.incident.id, held.incident.device, "coming", at=at)
    incidents.unit_en_route(incident_id=held.incident.id, call_sign=held.unit.call_sign, by=by, at=at)
    told.about_order(held.order, "en_route", by=by, at=at, in_the_name_of=held.standing)
    return held.order


@transaction.atomic
def arrive(*, dispatch_id: UUID, by: Who, at: datetime) -> Dispatch:
    """The unit is there; each officer's safety clock starts."""
    held = hold(dispatch_id, by=by)
    if held.order.state == State.ON_SCENE:
        return held.order
    held.order.on_scene_at = at
    _becomes(held, State.ON_SCENE)
    start_clocks(held.order, every=rules.check_every(held.incident.kind), at=at)
    told.pole(held.incident.id, held.incident.device, "arrived", at=at)
    incidents.unit_on_scene(incident_id=held.incident.id, call_sign=held.unit.call_sign, by=by, at=at)
    told.about_order(held.order, "on_scene", by=by, at=at, in_the_name_of=held.standing)
    return held.order


@transaction.atomic
def finish(*, dispatch_id: UUID, words: str = "", by: Who, at: datetime) -> Dispatch:
    """The unit is done there and free again; whether the incident is resolved the room decides."""
    held = hold(dispatch_id, by=by)
    if held.order.state == State.DONE:
        return held.order
    if len(words) > LONGEST_WHY or "\x00" in words:
        raise SayWhy
    _end(held, State.DONE, at=at)
    said = {"words": words} if words else None  # may name people: the log holds only a commitment to it
    kept = desk.keep(held.incident, "unit_finished", by=by, at=at, facts={"unit": held.unit.call_sign}, personal=said)
    if said:
        kept.entries.filter(code="unit_finished", at=at).update(facts={"unit": held.unit.call_sign, **said})
    told.about_order(held.order, "finished", by=by, at=at, in_the_name_of=held.standing)
    return held.order


@transaction.atomic
def decline(*, dispatch_id: UUID, why: str, by: Who, at: datetime) -> Dispatch:
    """The unit cannot go, and says why; the next is asked."""
    held = hold(dispatch_id, by=by)
    if held.order.state == State.DECLINED:
        return held.order
    _must_say(why)
    _end(held, State.DECLINED, at=at, why=why)
    desk.keep(held.incident, "unit_declined", by=by, at=at, why=why, facts={"unit": held.unit.call_sign})
    told.about_order(held.order, "declined", by=by, at=at, why=why, in_the_name_of=held.standing)
    _ask_the_next(held, at=at)
    return held.order


@transaction.atomic
def stand_down(*, dispatch_id: UUID, why: str, by: Who, at: datetime) -> Dispatch:
    """The desk calls the unit off. Nobody is asked instead: a person has decided."""
    held = hold(dispatch_id, by=by)
    access.must_send(by, station=held.order.station)
    if held.order.state == State.STOOD_DOWN:
        return held.order
    _must_say(why)
    _end(held, State.STOOD_DOWN, at=at, why=why)
    told.pole_after_leaving(held.incident.id, held.incident.device, at=at)
    desk.keep(held.incident, "unit_stood_down", by=by, at=at, why=why, facts={"unit": held.unit.call_sign})
    _say_if_nobody_is_left(held, by=by, at=at, why=why)
    told.about_order(held.order, "stood_down", by=by, at=at, why=why)
    return held.order


@transaction.atomic
def take_for_silent(*, dispatch_id: UUID, by: Who, at: datetime) -> Dispatch:
    """The unit did not answer in time: the desk is alarmed and the next is asked. Called by the loop of deadlines."""
    held = hold(dispatch_id, by=by)
    access.must_send(by, station=held.order.station)
    if held.order.state != State.OFFERED or at < held.order.answer_by:
        return held.order
    _becomes(held, State.SILENT, ended_at=at)
    waited = rules.said_en(at - held.order.offered_at)
    desk.keep(held.incident, "unit_silent", by=by, at=at, facts={"unit": held.unit.call_sign, "waited": waited})
    told.about_order(held.order, "silent", by=by, at=at, waited=waited)
    _ask_the_next(held, at=at)
    return held.order


@transaction.atomic
def incident_ended(*, incident_id: int, why: str, by: Who, at: datetime) -> int:
    """The incident is over for everybody: units there are done, the others stand down. Returns how many were freed."""
    incident = desk.locked(incident_id, by=by, permission=None)
    active = Dispatch.objects.filter(incident_id=incident_id, state__in=ACTIVE).order_by("id")
    freed = [hold(order_id, by=SYSTEM) for order_id in active.values_list("id", flat=True)]
    for held in freed:
        _end(held, State.DONE if held.order.state == State.ON_SCENE else State.STOOD_DOWN, at=at, why=why)
    told.pole(incident_id, incident.device, "closed", at=at)
    for held in freed:  # after all rows are locked: the audit log's head comes last
        told.about_order(held.order, str(held.order.state), by=by, at=at, why=why)
    return len(freed)


def _becomes(held: Held, then: State, *, ended_at: datetime | None = None) -> None:
    """Take the step if the table has it, and save."""
    check(State(held.order.state), then)
    held.order.state, held.order.ended_at = then, ended_at
    held.order.save()


def _end(held: Held, then: State, *, at: datetime, why: str = "") -> None:
    """The order is over: its clocks stop and the unit is free, rested from now if it had worked."""
    worked = held.order.acknowledged_at is not None
    if why:
        held.order.facts = {**held.order.facts, "ended_why": why[:LONGEST_WHY]}
    _becomes(held, then, ended_at=at)
    stop_clocks(held.order, at=at)
    if held.unit.duty != Unit.Duty.OFF:
        held.unit.duty = Unit.Duty.FREE
    held.unit.free_since = at if worked else held.unit.free_since
    held.unit.save(update_fields=["duty", "free_since"])


def _must_say(why: str) -> None:
    if not why.strip() or len(why) > LONGEST_WHY or "\x00" in why:
        raise SayWhy


def _ask_the_next(held: Held, *, at: datetime) -> None:
    """After a no or a silence the machine asks the next, as itself; where it may not, or nobody is left, the room is told."""
    try:
        with transaction.atomic():
            offer_nearest(incident_id=held.incident.id, by=SYSTEM, at=at)
    except (NobodyFree, NeedsAPerson, OutOfOrder) as no:
        _say_if_nobody_is_left(held, by=SYSTEM, at=at, why=no.say("th"))


def _say_if_nobody_is_left(held: Held, *, by: Who, at: datetime, why: str) -> None:
    if not _somebody_goes_or_went(held.incident.id):
        incidents.no_unit_left(incident_id=held.incident.id, call_sign=held.unit.call_sign, why=why, by=by, at=at)


def _somebody_goes_or_went(incident_id: int) -> bool:
    """A unit is asked, on its way or there; or one was there and finished, and the room decides what is left to do."""
    return Dispatch.objects.filter(incident_id=incident_id, state__in=[*ACTIVE, State.DONE]).exists()

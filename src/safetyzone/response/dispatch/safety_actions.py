"""Officers' own safety: "I am well", "I need help", and the ring when nothing was heard."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.response.dispatch import access, rules, told
from safetyzone.response.dispatch.access import Standing
from safetyzone.response.dispatch.advice import place_of
from safetyzone.response.dispatch.holding import crew_of, hold
from safetyzone.response.dispatch.models import SafetyClock, Unit
from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents import desk

if TYPE_CHECKING:
    from safetyzone.response.incidents.models import Incident


@transaction.atomic
def i_am_well(*, dispatch_id: UUID, officer_id: int | None = None, by: Who, at: datetime) -> datetime:
    """An officer on scene says that he is well: his own clock starts again and nobody else's. Returns when it is due next.

    ``officer_id``: whose voice the desk heard; without it, the one who pressed.

    Raises:
        OutOfOrder: no clock of his runs here.
    """
    held = hold(dispatch_id, by=by)
    whose = by.officer_id if held.standing is Standing.CREW else officer_id
    running = SafetyClock.objects.select_for_update().filter(dispatch=held.order, stopped_at__isnull=True)
    clock = None if whose is None else running.filter(officer_id=whose).first()
    if clock is None:
        raise OutOfOrder("No safety clock is running for this officer.", "ไม่มีนาฬิกาความปลอดภัยที่กำลังเดินของเจ้าหน้าที่นี้")
    clock.due_at, clock.rang_at = at + timedelta(seconds=clock.every_s), None
    clock.save(update_fields=["due_at", "rang_at"])
    told.about_order(held.order, "well", by=by, at=at, officer=whose, in_the_name_of=held.standing)
    return clock.due_at


@transaction.atomic
def need_help(*, call_sign: str, dispatch_id: UUID | None = None, by: Who, at: datetime) -> "Incident":
    """An officer needs help: a priority 1 incident at his unit's place, whether or not it has a job."""
    unit = Unit.objects.filter(call_sign=call_sign).first()
    if unit is None:
        raise NotFound("There is no unit {unit}.", "ไม่มีสายตรวจ {unit}", unit=call_sign)
    standing = access.must_stand(by, station=unit.station, crew=crew_of(unit))
    incident = incidents.report(
        station=unit.station, kind=rules.OFFICER_HELP, priority=1, point=place_of(unit), by=by, at=at,
        place_th=f"เจ้าหน้าที่ขอความช่วยเหลือ: {call_sign}", place_en=f"Officer needs help: {call_sign}",
    )  # fmt: skip
    about = str(dispatch_id) if dispatch_id else ""
    told.about_unit(unit, "needs_help", by=by, at=at, incident=incident.id, order=about, in_the_name_of=standing)
    return incident


@transaction.atomic
def ring_clock(*, clock_id: int, by: Who, at: datetime) -> bool:
    """An officer has not said that he is well in time: the desk is alarmed, once. Called by the loop of deadlines."""
    seen = SafetyClock.objects.filter(id=clock_id).values_list("dispatch_id", flat=True).first()
    if seen is None:
        return False
    held = hold(seen, by=by)
    access.must_send(by, station=held.order.station)
    clock = SafetyClock.objects.select_for_update(of=("self",)).select_related("officer").get(id=clock_id)
    if clock.stopped_at is not None or clock.rang_at is not None or clock.due_at > at:
        return False
    clock.rang_at = at
    clock.save(update_fields=["rang_at"])
    facts = {"unit": held.unit.call_sign, "officer": clock.officer.username}
    desk.keep(held.incident, "officer_overdue", by=SYSTEM, at=at, facts=facts)
    told.about_order(held.order, "officer_overdue", by=SYSTEM, at=at, officer=clock.officer_id)
    return True

"""Units themselves: added, on duty or off, and where they are. Positions are kept as the latest only, and never audited."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import OutOfOrder, Refused
from safetyzone.response.dispatch import access, told
from safetyzone.response.dispatch.holding import crew_of, hold_unit
from safetyzone.response.dispatch.lifecycle import ACTIVE
from safetyzone.response.dispatch.models import Unit

NOT_OFTENER_THAN = timedelta(seconds=2)
"""Phones speak up to ten times a second; a map needs no more than this."""


class NotSharing(Refused):
    """A unit off duty has no position."""

    code = "not_sharing"
    th = "ออกเวรแล้ว ไม่รับตำแหน่ง"
    en = "Off duty: no position is kept."


@transaction.atomic
def add_unit(
    *, call_sign: str, station: str, kind: str = "motorcycle", skills: Collection[str] = (), crew: Collection[int] = (),
    by: Who, at: datetime,
) -> Unit:  # fmt: skip
    """A patrol enters the board, off duty; an existing one gets the new crew and skills."""
    must(by, "manage_officers", station=station)
    unit, new = Unit.objects.get_or_create(call_sign=call_sign, defaults={"station": station})
    if unit.station != station:
        raise OutOfOrder("{unit} belongs to another station.", "{unit} เป็นของสถานีอื่น", unit=call_sign)
    unit.kind, unit.skills = kind, sorted(skills)
    unit.save(update_fields=["kind", "skills"])
    unit.crew.set(crew)
    told.about_unit(unit, "added" if new else "changed", by=by, at=at, kind=kind, crew=sorted(crew))
    return unit


@transaction.atomic
def set_duty(*, call_sign: str, duty: str, by: Who, at: datetime) -> Unit:
    """A unit comes on duty (free), is busy with something else, or goes off; going off forgets its position.

    Raises:
        OutOfOrder: a unit with a job stays until it is done or stood down.
    """
    unit = hold_unit(call_sign)
    access.must_stand(by, station=unit.station, crew=crew_of(unit))
    if duty not in Unit.Duty.values:
        raise Refused("There is no duty {duty}.", "ไม่มีสถานะ {duty}", duty=duty[:20])
    if unit.duty == duty:
        return unit
    if unit.dispatches.filter(state__in=ACTIVE).exists():
        raise OutOfOrder("{unit} has a job in hand.", "{unit} มีงานที่ยังไม่เสร็จ", unit=call_sign)
    if unit.duty == Unit.Duty.OFF:
        unit.free_since = None
    unit.duty = duty
    if duty == Unit.Duty.OFF:
        _forget_place(unit)
    unit.save()
    told.about_unit(unit, f"duty_{duty}", by=by, at=at)
    return unit


@transaction.atomic
def report_position(
    *, call_sign: str, point: Point, accuracy_m: float | None = None, fixed_at: datetime | None = None, by: Who, at: datetime
) -> bool:
    """Where the unit is. False when the fix is older than the known one or comes too soon after it.

    Raises:
        NotSharing: off duty. Refused: a place outside Thailand, which is a broken or swapped position.
    """
    unit = hold_unit(call_sign)
    access.must_stand(by, station=unit.station, crew=crew_of(unit))
    if unit.duty == Unit.Duty.OFF:
        raise NotSharing
    if not is_in_thailand(point.lon, point.lat):
        raise Refused("That place is not in Thailand.", "ตำแหน่งอยู่นอกประเทศไทย")
    taken = min(fixed_at or at, at)
    if unit.fixed_at is not None and taken - unit.fixed_at < NOT_OFTENER_THAN:
        return False
    unit.lon, unit.lat, unit.accuracy_m, unit.fixed_at = point.lon, point.lat, accuracy_m, taken
    unit.save(update_fields=["lon", "lat", "accuracy_m", "fixed_at"])
    changed((Thing("unit", call_sign, unit.station),))
    return True


@transaction.atomic
def stop_sharing(*, call_sign: str, by: Who, at: datetime) -> None:
    """The officer switched position sharing off: the last place is forgotten, and the board says "unknown". Not audited either."""
    unit = hold_unit(call_sign)
    access.must_stand(by, station=unit.station, crew=crew_of(unit))
    _forget_place(unit)
    unit.save()
    changed((Thing("unit", call_sign, unit.station),))


def _forget_place(unit: Unit) -> None:
    unit.lon = unit.lat = unit.accuracy_m = unit.fixed_at = None

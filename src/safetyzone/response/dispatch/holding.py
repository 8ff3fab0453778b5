"""Finding and locking what an order is about, always in the same order: incident, order, unit."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.dispatch import access
from safetyzone.response.dispatch.access import Standing
from safetyzone.response.dispatch.models import Dispatch, Unit
from safetyzone.response.incidents import desk

if TYPE_CHECKING:
    from safetyzone.response.incidents.models import Incident


@dataclass(frozen=True)
class Held:
    """An order with its incident and unit, all locked, and the right in which the person acts."""

    incident: "Incident"
    order: Dispatch
    unit: Unit
    standing: Standing


def hold(dispatch_id: UUID, *, by: Who) -> Held:
    """Lock an order for somebody who may act for its unit.

    Raises:
        NotFound: no such order. NotYours: neither one of the crew nor the desk.
    """
    known = Dispatch.objects.filter(id=dispatch_id).values_list("incident_id", "unit_id").first()
    if known is None:
        raise NotFound
    incident = desk.locked(known[0], by=by, permission=None)
    order = Dispatch.objects.select_for_update(of=("self",)).get(id=dispatch_id)
    unit = hold_unit(known[1])
    return Held(incident, order, unit, access.must_stand(by, station=unit.station, crew=crew_of(unit)))


def hold_unit(call_sign: str) -> Unit:
    """Lock a unit.

    Raises:
        NotFound: no such unit.
    """
    unit = Unit.objects.select_for_update().filter(call_sign=call_sign).first()
    if unit is None:
        raise NotFound("There is no unit {unit}.", "ไม่มีสายตรวจ {unit}", unit=call_sign)
    return unit


def crew_of(unit: Unit) -> frozenset[int]:
    """The officers who ride in it."""
    return frozenset(unit.crew.values_list("pk", flat=True))

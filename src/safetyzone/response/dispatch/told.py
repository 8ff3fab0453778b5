"""Who is told when an order changes: the incident's timeline, the consoles, the pole's lamp, and last the audit log."""

from datetime import datetime
from typing import Any, Literal

from safetyzone.contracts import topics
from safetyzone.contracts.health import COMMAND_MEANT_FOR, PoleStatus
from safetyzone.ground.officers.access import Who
from safetyzone.kernel import outbox
from safetyzone.kernel.live import Thing, changed
from safetyzone.response.dispatch.lifecycle import ACTIVE
from safetyzone.response.dispatch.models import Dispatch, Unit
from safetyzone.senses.sos import queries as sos
from safetyzone.trust.audit.actions import Act, record

PoleSays = Literal["received", "coming", "arrived", "closed"]


def about_order(order: Dispatch, act: str, *, by: Who, at: datetime, why: str = "", **facts: Any) -> None:
    """Consoles and the audit log learn of a changed order. Call it last: the audit log's head is locked until the commit."""
    changed(
        (
            Thing("dispatch", str(order.id), order.station),
            Thing("unit", order.unit_id, order.station),
            Thing("incident", str(order.incident_id), order.station),
        )
    )
    record(
        Act(
            actor=by.name, action=f"dispatch.{act}", object=f"dispatch:{order.id}", station=order.station, at=at,
            why=why, facts={"incident": order.incident_id, "unit": order.unit_id, **facts},
        )
    )  # fmt: skip


def about_unit(unit: Unit, act: str, *, by: Who, at: datetime, **facts: Any) -> None:
    """Consoles and the audit log learn of a changed unit."""
    changed((Thing("unit", unit.call_sign, unit.station),))
    record(
        Act(actor=by.name, action=f"unit.{act}", object=f"unit:{unit.call_sign}", station=unit.station, at=at, facts=facts)
    )


def pole(incident_id: int, device: str, says: PoleSays, *, at: datetime) -> None:
    """The lamp of the pole that was pressed shows how help stands; nothing for calls that came from elsewhere."""
    if not device or sos.pole_station(device) is None:
        return
    body = PoleStatus(incident=incident_id, state=says).model_dump(mode="json")
    outbox.post(subject=topics.subject(topics.told_to(device, topics.STATUS)), body=body, at=at, expires_at=at + COMMAND_MEANT_FOR)


def pole_after_leaving(incident_id: int, device: str, *, at: datetime) -> None:
    """A unit left: the lamp says what the others do, and promises nobody who is not coming."""
    others = set(Dispatch.objects.filter(incident_id=incident_id, state__in=ACTIVE).values_list("state", flat=True))
    pole(incident_id, device, "arrived" if "on_scene" in others else "coming" if "en_route" in others else "received", at=at)

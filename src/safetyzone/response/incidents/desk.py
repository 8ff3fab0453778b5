"""What every action on an incident does: find and lock it, check who and whether, change it, and leave the traces."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from safetyzone.ground.officers.access import Who, may, must
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.response.incidents import lifecycle
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.models import Incident, IncidentEntry
from safetyzone.trust.audit.actions import Act, record

WRITTEN_ONCE = (
    "answered_at", "verified_at", "assigned_at", "acknowledged_at", "en_route_at", "on_scene_at", "resolved_at", "closed_at",
)  # fmt: skip


def locked(incident_id: int, *, by: Who, permission: str | None) -> Incident:
    """The incident, locked; ``permission`` None when a room above has asked already.

    Raises:
        NotFound: none such, or none that this person may know of.
        NotYours: the person may see it and may not do this.
    """
    incident = Incident.objects.select_for_update().filter(id=incident_id).first()
    if incident is None or (permission is not None and not may(by, "see_room", station=incident.station)):
        raise NotFound("There is no incident {number} here.", "ไม่พบเหตุหมายเลข {number}", number=incident_id)
    if permission is not None:
        must(by, permission, station=incident.station)
    return incident


def becomes(incident: Incident, then: Status) -> None:
    """Take the step if the table has it. A joined incident takes none until the join is undone: its call is the other's."""
    if incident.merged_into_id is not None and then is not Status.DUPLICATE:
        raise OutOfOrder(
            "This incident is joined into {number}.", "เหตุนี้รวมอยู่ในเหตุ {number} แล้ว", number=incident.merged_into_id
        )
    lifecycle.check(Status(incident.status), then)
    incident.status = then.value


def stamp(incident: Incident, field: str, at: datetime) -> None:
    """Write one of the NENA/NFPA times; the first stands, what comes later is in the timeline."""
    if field not in WRITTEN_ONCE:
        raise ValueError(field)
    if getattr(incident, field) is None:
        setattr(incident, field, at)


def keep(
    incident: Incident, code: str, *, by: Who, at: datetime, why: str = "", facts: Mapping[str, Any] | None = None,
    personal: Mapping[str, Any] | None = None,
) -> Incident:  # fmt: skip
    """Save, write the timeline, tell the consoles, and record it: in this order, the chain's head locked last."""
    incident.changed_at = at
    incident.save()
    said = dict(facts or {})
    if why:
        said["why"] = why
    IncidentEntry.objects.create(incident=incident, at=at, by=by.name, code=code, facts=said)
    changed([Thing("incident", str(incident.id), incident.station)])
    record(
        Act(
            actor=by.name, action=f"incident.{code}", object=f"incident:{incident.id}", station=incident.station, at=at,
            why=why, facts=dict(facts or {}), personal=personal,
        )
    )  # fmt: skip
    return incident

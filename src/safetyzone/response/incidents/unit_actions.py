"""What the dispatch room tells an incident about its units. Dispatch has asked who may; here only the life is checked."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.response.incidents import deadlines, procedure
from safetyzone.response.incidents.desk import becomes, keep, locked, stamp
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.models import Incident

WAITING = {Status.NEW, Status.ANSWERED, Status.VERIFIED}
WITH_UNIT = {Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE}


@transaction.atomic
def unit_assigned(*, incident_id: int, call_sign: str, by: Who, at: datetime, why: str = "") -> Incident:
    """A unit was asked to go. A second unit changes no status.

    Raises:
        OutOfOrder: nobody is sent to an incident that is done or judged.
    """
    incident = locked(incident_id, by=by, permission=None)
    if incident.status not in WITH_UNIT:
        becomes(incident, Status.ASSIGNED)
    stamp(incident, "assigned_at", at)
    procedure.unit_was_sent(incident, by=by.name, at=at)
    deadlines.clear(incident_id=incident.id, kinds=("offer_nearest",), at=at)
    return keep(incident, "unit_assigned", by=by, at=at, why=why, facts={"unit": call_sign})


@transaction.atomic
def unit_acknowledged(*, incident_id: int, call_sign: str, by: Who, at: datetime) -> Incident:
    """The patrol has the order."""
    incident = locked(incident_id, by=by, permission=None)
    if incident.status in WAITING:  # a late "I go" after the order had been counted silent
        becomes(incident, Status.ASSIGNED)
    stamp(incident, "acknowledged_at", at)
    return keep(incident, "unit_acknowledged", by=by, at=at, facts={"unit": call_sign})


@transaction.atomic
def unit_en_route(*, incident_id: int, call_sign: str, by: Who, at: datetime) -> Incident:
    """The patrol is on its way."""
    incident = locked(incident_id, by=by, permission=None)
    if incident.status == Status.ASSIGNED:
        becomes(incident, Status.EN_ROUTE)
    stamp(incident, "en_route_at", at)
    return keep(incident, "unit_en_route", by=by, at=at, facts={"unit": call_sign})


@transaction.atomic
def unit_on_scene(*, incident_id: int, call_sign: str, by: Who, at: datetime) -> Incident:
    """The patrol is there."""
    incident = locked(incident_id, by=by, permission=None)
    if incident.status in {Status.ASSIGNED, Status.EN_ROUTE}:
        becomes(incident, Status.ON_SCENE)
    stamp(incident, "on_scene_at", at)
    return keep(incident, "unit_on_scene", by=by, at=at, facts={"unit": call_sign})


@transaction.atomic
def no_unit_left(*, incident_id: int, call_sign: str, by: Who, at: datetime, why: str = "") -> Incident:
    """The last unit declined, stayed silent or was stood down: the incident needs somebody again."""
    incident = locked(incident_id, by=by, permission=None)
    if incident.status in WITH_UNIT:
        becomes(incident, _before_units(incident))
    return keep(incident, "no_unit_left", by=by, at=at, why=why, facts={"unit": call_sign})


def _before_units(incident: Incident) -> Status:
    if incident.verified_at is not None:
        return Status.VERIFIED
    # From the scene there is no way back to "nobody has answered": a patrol has seen the place.
    return Status.ANSWERED if incident.owner_id is not None or incident.status == Status.ON_SCENE else Status.NEW

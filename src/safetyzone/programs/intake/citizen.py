"""What a citizen may know of her own press: that it was received, that somebody is coming and how far he is. Nothing else."""

from datetime import datetime
from uuid import UUID

from django.db import DatabaseError, connection

from safetyzone.kernel.refusals import NotFound
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.queries import Brief
from safetyzone.senses.sos import queries as sos

_GOES = {State.ACKNOWLEDGED, State.EN_ROUTE}
_STATE = {
    Status.EN_ROUTE: "coming",
    Status.ON_SCENE: "arrived",
    Status.RESOLVED: "closed",
    Status.FALSE_PRESS: "closed",
    Status.TEST: "closed",
    Status.CLOSED: "closed",
}


def _nearest_coming_m(incident: Brief, at: datetime) -> float | None:
    """Straight metres from the nearest unit that has said it goes; None when none has, or its position is unknown."""
    coming = {order.call_sign for order in dispatch.orders(incident.id) if order.state in _GOES}
    if not coming or incident.where is None:
        return None
    units = [unit for unit in dispatch.unit_board(incident.station, at) if unit.call_sign in coming and unit.where is not None]
    return min((unit.where.metres_to(incident.where) for unit in units if unit.where is not None), default=None)


def citizen_state(press_id: UUID, at: datetime) -> dict[str, object] | None:
    """State of the call that this press belongs to; ``unit_metres`` is the nearest unit's straight distance, rounded to 50 m."""
    try:
        press = sos.press_state(press_id)
        if press is None:
            return None
        incident = incidents.brief(incidents.follow_joins(press.incident))
        metres = _nearest_coming_m(incident, at)
    except NotFound:
        return None
    except DatabaseError:
        connection.close()
        return {"state": "unknown"}
    state = _STATE.get(incident.status, "received")
    if state == "received" and metres is not None:
        state = "coming"
    rounded = max(50, round(metres / 50) * 50) if metres is not None and state == "coming" else None
    return {"state": state, "heard_at": press.heard_at.isoformat(), "unit_metres": rounded}

"""Which cameras see an incident's spot, now (row D2): asked by line of sight and density, not by distance, and by what owners share."""

from typing import Any

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import Refused
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS
from safetyzone.senses.cameras import seeing_queries as cameras

TILES = 4
BLIND_SHOWN = 3
HALF_TURN_DEG = 180


def sees_of(request: OfficerRequest, incident_id: int) -> dict[str, Any]:
    """The tiles' context; without a place, or for somebody who may not see cameras, there are none.

    Raises:
        NotFound: no such incident in a room that this person may see.
    """
    view = incidents.incident(incident_id, for_=request.who)
    if view.where is None or not may(request.who, "see_cameras", station=view.station):
        return {"view": view, "tiles": [], "blind": [], "asked": False}
    try:
        found = cameras.seeing(
            view.station, view.where, at=request.now, for_=request.who, incident_open=view.status in OPEN_FOR_REPEATS, most=TILES
        )
    except Refused:  # a station without a zone has no ground to look over
        found = []
    tiles = [
        {"spot": spot, "towards": round(spot.bearing_deg + HALF_TURN_DEG) % 360, "from_deg": spot.bearing_deg, "best": number == 0}
        for number, spot in enumerate(each for each in found if each.sees)
    ]
    return {"view": view, "tiles": tiles[:TILES], "blind": [each for each in found if not each.sees][:BLIND_SHOWN], "asked": True}

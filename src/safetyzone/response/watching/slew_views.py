"""``/video/slews/…``: which cameras were turned to an incident, and the operator's hand on them."""

from collections.abc import Callable

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.watching.rules import KNOWS
from safetyzone.senses.cameras import slew_actions, slew_queries

LARGEST_ID = (1 << 63) - 1
DEEDS: dict[str, Callable[..., None]] = {"hand": slew_actions.take_by_hand, "back": slew_actions.give_back}


@require_safe
def slews(request: OfficerRequest, incident_id: int) -> HttpResponse:
    """Each camera with what it does, in words."""
    _seen(request, incident_id)
    return _said(incident_id)


def _said(incident_id: int) -> HttpResponse:
    found = [
        {
            "camera": each.camera, "name_th": each.name_th, "name_en": each.name_en, "status": each.status, "live": each.is_live,
            "slew_th": each.th, "slew_en": each.en,
        }
        for each in slew_queries.of_incident(incident_id)
    ]  # fmt: skip
    return JsonResponse({"slews": found}, headers={"Cache-Control": "no-store"})


@require_POST
def deed(request: OfficerRequest, incident_id: int, camera: str, verb: str) -> HttpResponse:
    """``hand``: nothing of ours moves it any more. ``back``: home with it, at once."""
    _seen(request, incident_id)
    if verb not in DEEDS:
        raise NotFound
    DEEDS[verb](incident=incident_id, camera=camera, by=request.who, at=request.now)
    return _said(incident_id)


def _seen(request: OfficerRequest, incident_id: int) -> None:
    """Raises NotFound: she may not see this incident, or no camera of its station."""
    if incident_id > LARGEST_ID:
        raise NotFound
    view = incidents.incident(incident_id, for_=request.who)
    if not any(may(request.who, word, station=view.station) for word in KNOWS):
        raise NotFound

"""What is ordered already, for the planner. Here because works lies above cameras."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.urls import reverse
from django.views.decorators.http import require_GET

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.prevention.works import queries
from safetyzone.senses.cameras.views.camera_map import station_of

DECIMALS = 6
"""Of a degree, as advice tells places."""


@require_GET
def open_orders(request: OfficerRequest) -> HttpResponse:
    """Open orders of the station: by camera, and by the place of a camera that is still to be put up, each with its page."""
    found = [each for each in queries.works(station_of(request), for_=request.who) if each.is_open]
    pages = {each.id: reverse("work", kwargs={"work_id": each.id}) for each in found}
    return JsonResponse(
        {
            "turns": {each.subject: pages[each.id] for each in found if each.kind == "turn_camera"},
            "sites": {_place(each.what): pages[each.id] for each in found if each.kind == "new_camera"},
        }
    )


def _place(what: Mapping[str, Any]) -> str:
    return f"{what['lon']:.{DECIMALS}f},{what['lat']:.{DECIMALS}f}"

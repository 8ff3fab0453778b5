"""What is wrong with the station's cameras, for whoever mends them."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.senses.cameras import access, health_actions, health_queries, letters
from safetyzone.senses.cameras.views.register import station_of

PLAN = "plan_cameras"
"""Of prevention.works, up the hill: the button leads there, and need not know who answers."""


@require_safe
def faults(request: OfficerRequest) -> HttpResponse:
    """Open tickets, the newest first; with ``?ended=1`` those that are closed, too."""
    station, ended = station_of(request), request.GET.get("ended") == "1"
    found = health_queries.faults(station, for_=request.who, ended=ended)
    manages = officers.may(request.who, access.MANAGE, station=station)
    return render(request, "cameras/faults.html", {
        "station": station, "ended": ended, "manages": manages,
        "faults": [
            (fault, letters.FAULT[fault.kind], letters.why_not(fault.not_told), letters.NO_PICTURE.get(fault.facts.get("why", "")))
            for fault in found
        ],
        "plans": officers.may(request.who, PLAN, station=station),
    })  # fmt: skip


@require_POST
def mended(request: OfficerRequest, code: str) -> HttpResponse:
    """A camera that somebody at the pole had found broken was mended."""
    health_actions.mended(code, by=request.who, at=request.now)
    return redirect("camera_faults")


@require_POST
def new_reference(request: OfficerRequest, code: str) -> HttpResponse:
    """The camera hangs as it should: its next picture is the reference."""
    health_actions.forget_reference(code, by=request.who, at=request.now)
    return redirect("camera_faults")

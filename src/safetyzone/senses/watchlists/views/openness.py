"""The page that anybody may read: where plates and faces are compared, for what, and what was stopped. No sign-in, aggregates only."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.senses.watchlists import openness_queries


@require_safe
@login_not_required
def page(request: AnyRequest) -> HttpResponse:
    """This station's page; ``openness.json`` says the same for programs."""
    found = openness_queries.station_use(settings().station, at=request.now)
    if found is None:
        raise NotFound
    key, print_ = openness_queries.key()
    answer = render(request, "watchlists/openness.html", {"use": found, "key": key, "fingerprint": print_, "now": request.now})
    if request.who is None:
        answer["Cache-Control"] = "public, max-age=5"
    return answer


@require_safe
@login_not_required
def json(request: AnyRequest) -> HttpResponse:
    """The switches as they were signed, and what is on now."""
    found = openness_queries.station_use(settings().station, at=request.now)
    if found is None:
        raise NotFound
    key, _ = openness_queries.key()
    return JsonResponse({
        "station": found.code, "at": request.now.isoformat(), "key": key,
        "switches": [{"kind": one.kind, "off": one.off, "line": one.line, "signature": one.signature} for one in found.switches],
        "zones": [{"zone": one.zone_en, "kind": one.kind, "purposes": list(one.purposes), "cameras": one.cameras} for one in found.zones],
        "lists": [{"kind": kind, "purpose": purpose, "entries": number} for kind, purpose, number in found.lists],
    })  # fmt: skip

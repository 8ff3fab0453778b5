"""The zones of a station, for those who edit the ground: what is published, and the border as a table of corners."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from safetyzone.ground.officers import access
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import actions, queries, rules
from safetyzone.kernel.refusals import NotFound, Refused


def zone(request: OfficerRequest, code: str) -> HttpResponse:
    """One zone; a POST draws its border anew. Every drag has a way without one (WCAG 2.5.7): this is the border's."""
    found = queries.zone(code)
    if found is None or not access.may(request.who, "edit_ground", station=found.station):
        raise NotFound
    if request.method != "POST":
        return _show(request, found)
    try:
        border = rules.border_from_text(request.POST.get("corners", ""))
        why = request.POST.get("why", "").strip()[:240]
        actions.draw_border(zone=code, border=border, by=request.who, at=request.now, why=why)
    except Refused as no:
        return _show(request, found, no)
    return redirect("ground_zone", code=code)


def zones(request: OfficerRequest) -> HttpResponse:
    """The zones that this person may edit."""
    stations = sorted(access.stations_where(request.who, "edit_ground"))
    return render(request, "ground/zones.html", {"zones": [each for code in stations for each in queries.zones(code)]})


def _show(request: OfficerRequest, found: queries.ZoneView, no: Refused | None = None) -> HttpResponse:
    corners = request.POST.get("corners") if no else rules.text_of_border(found.border)
    return render(request, "ground/zone.html", {
        "zone": found, "area_km2": rules.measured_km2(found.border), "corners": corners, "why": request.POST.get("why", ""),
        "refused": no.say(translation.get_language() or "th") if no else "",
    }, status=400 if no else 200)  # fmt: skip

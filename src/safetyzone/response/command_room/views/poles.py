"""The poles: how they are, when they were last heard, and how often their calls were false (rows C5 and C6)."""

from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.command_room import access
from safetyzone.response.command_room.views.edge import station_of
from safetyzone.response.incidents import queries as incidents
from safetyzone.senses.sos import pole_actions
from safetyzone.senses.sos import queries as sos
from safetyzone.senses.sos.queries import FalseShare

LOOK_BACK = timedelta(days=30)
ROWS_FIRST = ("lost", "tamper", "fault", "waiting", "ok")
CHART_HEIGHT = 24
BAR_WIDTH = 5


@require_GET
def poles(request: OfficerRequest) -> HttpResponse:
    """Every pole of the station, those that need a hand first."""
    station = station_of(request)
    since = request.now - LOOK_BACK
    judged = incidents.false_since(station, since)
    shares = {share.pole: share for share in sos.false_shares(station, since=since, false_incidents=judged)}
    found = sorted(sos.poles(station), key=lambda pole: (ROWS_FIRST.index(pole.state), pole.code))
    codes = {pole.code for pole in found}
    context = {
        "station": station,
        "rows": [{"pole": pole, "share": shares.get(pole.code), "bars": bars(shares.get(pole.code))} for pole in found],
        "counts": [(state, sum(p.state == state for p in found)) for state in ROWS_FIRST],
        "days": LOOK_BACK.days,
        "misheard": [m for m in sos.not_understood(at=request.now) if m.device in codes],
        "may_test": access.may_test_poles(request.who, station=station),
        "asked": request.GET.get("asked", "")[:32],
    }
    return render(request, "command_room/poles.html", context)


def bars(share: FalseShare | None) -> list[dict[str, Any]]:
    """The 24 bars of false calls by hour, for an SVG of ``24 * BAR_WIDTH`` by ``CHART_HEIGHT``; none without a false call."""
    if share is None or not share.judged_false:
        return []
    most = max(share.by_hour)
    heights = [round(count / most * CHART_HEIGHT) for count in share.by_hour]
    return [
        {"x": hour * BAR_WIDTH, "y": CHART_HEIGHT - high, "high": high, "hour": hour, "count": share.by_hour[hour]}
        for hour, high in enumerate(heights)
        if high
    ]


@require_POST
def self_test(request: OfficerRequest, code: str) -> HttpResponse:
    """Ask a pole of this station to test itself now."""
    station = station_of(request)
    if sos.pole_station(code) != station:
        raise NotFound
    access.must_test_poles(request.who, station=station)
    pole_actions.request_self_test(code=code, by=request.who, at=request.now)
    return redirect(f"/room/poles/?asked={code}")

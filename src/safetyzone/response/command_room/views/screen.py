"""The one screen, its panels in windows of their own, and the fragments that they are made of."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.command_room import access, commands, keyboard, queries
from safetyzone.response.command_room.queries import ClaimView
from safetyzone.response.command_room.rules import Seat, Taking, alarms_per_operator, is_stale, taking
from safetyzone.response.command_room.views.edge import fragment, seat_of, station_of, timed
from safetyzone.response.command_room.views.panel import panel_of
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.queries import IncidentView

PANELS = ("queue", "map", "units", "incident", "wall")
WALL_ROWS = 6
OFFERS_SHOWN = 2


@require_GET
def room(request: OfficerRequest) -> HttpResponse:
    """The whole room on one screen."""
    return _page(request, "command_room/room.html")


@require_GET
def panel(request: OfficerRequest, name: str, incident_id: int | None = None) -> HttpResponse:
    """One panel in a window of its own."""
    if name not in PANELS:
        raise NotFound
    return _page(request, f"command_room/panel_{name}.html", incident_id=incident_id)


def _page(request: OfficerRequest, template: str, incident_id: int | None = None) -> HttpResponse:
    station = station_of(request)
    context = {
        **_common(request, station),
        **_top(request, station),
        **_queue(request, station),
        **_units(request, station),
        "selected": incident_id,
        "pinned": incident_id is not None,
        "entries": commands.ENTRIES,
        "layout": keyboard.THAI_TO_LATIN,
        **(panel_of(request, incident_id) if incident_id is not None else _calm(request, station)),
    }
    return timed(request, render(request, template, context))


@require_GET
def top_fragment(request: OfficerRequest) -> HttpResponse:
    station = station_of(request)
    return fragment(request, "command_room/_top.html", {**_common(request, station), **_top(request, station)})


@require_GET
def ring_fragment(request: OfficerRequest) -> HttpResponse:
    station = station_of(request)
    return fragment(request, "command_room/_ring.html", {**_common(request, station), **_queue(request, station)})


@require_GET
def queue_fragment(request: OfficerRequest) -> HttpResponse:
    station = station_of(request)
    return fragment(request, "command_room/_queue.html", {**_common(request, station), **_queue(request, station)})


@require_GET
def wall_fragment(request: OfficerRequest) -> HttpResponse:
    station = station_of(request)
    return fragment(request, "command_room/_wall.html", {**_common(request, station), **_queue(request, station)})


@require_GET
def units_fragment(request: OfficerRequest) -> HttpResponse:
    station = station_of(request)
    return fragment(request, "command_room/_units.html", {**_common(request, station), **_units(request, station)})


@require_GET
def incident_fragment(request: OfficerRequest, incident_id: int | None = None) -> HttpResponse:
    """The incident that is selected, or the calm of an empty desk."""
    station = station_of(request)
    more = panel_of(request, incident_id) if incident_id is not None else _calm(request, station)
    return fragment(request, "command_room/_incident.html", {**_common(request, station), **more})


def _common(request: OfficerRequest, station: str) -> dict[str, Any]:
    return {
        "station": station,
        "who": request.who,
        "seat": seat_of(request, station),
        "seats": list(Seat),
        "may_answer": access.may_answer(request.who, station=station),
        "may_command": access.may_command(request.who, station=station),
    }


def _top(request: OfficerRequest, station: str) -> dict[str, Any]:
    return {
        "station_view": zones.station(station),
        "zones": zones.zones(station),
        "shift": queries.running_shift(station),
        "operators": officers.on_duty(station, "answer", request.now),
    }


def _queue(request: OfficerRequest, station: str) -> dict[str, Any]:
    rows = incidents.queue(station, for_=request.who)
    held = queries.claims(row.id for row in rows if row.owner)
    offers = incidents.offers(station, for_=request.who)
    return {
        "rows": rows,
        "wall_rows": rows[:WALL_ROWS],
        "more_rows": max(len(rows) - WALL_ROWS, 0),
        "ring": _ring(rows, held, request),
        "offers": offers,
        "more_offers": max(len(offers) - OFFERS_SHOWN, 0),
        "alarms": dispatch.alarms(station, request.now),
        "waiting": sum(row.ringing for row in rows),
    }


def _ring(rows: list[IncidentView], held: dict[int, ClaimView], request: OfficerRequest) -> list[dict[str, Any]]:
    """The strip: calls that ring, oldest first; after them calls just claimed (others may still take) or left behind."""
    ringing = sorted((row for row in rows if row.ringing), key=lambda row: (row.heard_at, row.id))
    cards: list[dict[str, Any]] = [{"incident": row, "state": "rings", "claim": None, "again_at": None} for row in ringing]
    for row in rows:
        claim = held.get(row.id)
        if claim is None or row.ringing or claim.hold.by == request.who.name or row.times["assigned_at"]:
            continue
        state = _state_of(claim, request.now)
        if state:
            again_at = claim.grace_until if state == "grace" else None
            cards.append({"incident": row, "state": state, "claim": claim, "again_at": again_at})
    return cards


def _state_of(claim: ClaimView, at: datetime) -> str:
    if is_stale(claim.hold, at):
        return "stale"
    how = taking(claim.hold, by="", supervisor=False, at=at)
    return "grace" if how is Taking.GRACE else ""


def _units(request: OfficerRequest, station: str) -> dict[str, Any]:
    return {"units": dispatch.unit_board(station, request.now)}


def _calm(request: OfficerRequest, station: str) -> dict[str, Any]:
    """What an empty desk shows: how many alarms an operator has borne in this shift."""
    shift = queries.running_shift(station)
    if shift is None:
        return {"view": None, "health": None}
    heard = incidents.between(station, since=shift.began_at, until=request.now, for_=request.who)
    operators = len(officers.on_duty(station, "answer", request.now))
    figure = alarms_per_operator(len(heard), operators, request.now - shift.began_at)
    return {"view": None, "health": {"figure": round(figure, 1), "heard": len(heard), "operators": operators}}

"""The video wall: tiles in a window or on several screens, laid out by saved views; its first row follows what happens by itself."""

from dataclasses import asdict

import orjson
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, ConfigDict, ValidationError

from safetyzone.contracts.video import MOST_TILES
from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound
from safetyzone.response.command_room import access, wall_actions, wall_queries
from safetyzone.response.command_room.views.edge import LARGEST_ID, station_of
from safetyzone.response.command_room.views.look import Look
from safetyzone.response.command_room.wall_rules import LAYOUTS, MOST_SCREENS, NotAView
from safetyzone.senses.cameras import queries as cameras

SHOWN = frozenset({"always", "during_incident"})
"""Tiers that can ever be live; the others are not offered."""


class SaveView(BaseModel):
    """``POST /room/wall/view``. ``screen``: which shall open with it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    number: int
    name: str = ""
    layout: str
    cameras: list[str | None]
    carousel_s: int = 0
    shared: bool = False
    screen: int = 0


class Screen(BaseModel):
    """``POST /room/wall/screen``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    screen: int
    view: int


@require_GET
def wall(request: OfficerRequest) -> HttpResponse:
    """The page. ``?screen=2`` opens that screen's view; ``?camera=A&camera=B`` puts these on it for once.

    Raises:
        NotYours: this person may not see live pictures here.
    """
    look = Look(request)
    access.must_watch(request.who, station=look.station)
    known = cameras.cameras(look.station, for_=request.who) if may(request.who, "see_cameras", station=look.station) else []
    listed = [
        {"camera": each.code, "name_th": each.name_th, "name_en": each.name_en or each.name_th, "owner": each.owner, "tier": each.tier}
        for each in known
        if each.tier in SHOWN and each.withdrawn_at is None
    ]
    screen = _screen(request.GET.get("screen", ""))
    context = {
        **look.common, **look.queue, "station_view": zones.station(look.station), "ring_cards": look.cards, "cameras": listed,
        "layouts": LAYOUTS, "given": request.GET.getlist("camera")[:MOST_TILES], "screen": screen, "screens": range(1, MOST_SCREENS + 1),
        "may_share": access.may_share_wall(request.who, station=look.station), "saved": _views(request, look.station, screen),
    }  # fmt: skip
    return render(request, "command_room/video_wall.html", context)


@require_POST
def save(request: OfficerRequest) -> HttpResponse:
    """Save a view under its number, and let a screen open with it."""
    station = station_of(request)
    try:
        said = SaveView.model_validate_json(request.body)
    except ValidationError as wrong:
        raise NotAView from wrong
    view = wall_actions.save_view(
        station=station, **said.model_dump(exclude={"screen", "name"}), name=said.name.strip(), by=request.who, at=request.now
    )
    if said.screen:
        wall_actions.open_on_screen(station=station, screen=said.screen, view=view, by=request.who, at=request.now)
    return _answer({"saved": view, **_views(request, station, said.screen)})


@require_POST
def choose(request: OfficerRequest) -> HttpResponse:
    """Let a screen open with a view."""
    try:
        said = Screen.model_validate_json(request.body)
    except ValidationError as wrong:
        raise NotAView from wrong
    station = station_of(request)
    if not 0 < said.view <= LARGEST_ID:
        raise NotFound
    wall_actions.open_on_screen(station=station, screen=said.screen, view=said.view, by=request.who, at=request.now)
    return _answer(_views(request, station, said.screen))


@require_POST
def remove(request: OfficerRequest, view: int) -> HttpResponse:
    """A view is no longer wanted."""
    wall_actions.remove_view(view=view, by=request.who, at=request.now)
    return _answer(_views(request, station_of(request), _screen(request.GET.get("screen", ""))))


def _screen(said: str) -> int:
    return int(said) if said in {str(n) for n in range(1, MOST_SCREENS + 1)} else 1


def _views(request: OfficerRequest, station: str, screen: int) -> dict[str, object]:
    return {
        "views": [asdict(each) for each in wall_queries.views(station, for_=request.who)],
        "opens": wall_queries.view_on_screen(station, screen, for_=request.who),
    }


def _answer(said: object) -> HttpResponse:
    return HttpResponse(orjson.dumps(said), content_type="application/json", headers={"Cache-Control": "no-store"})

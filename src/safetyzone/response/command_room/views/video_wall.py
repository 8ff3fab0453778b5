"""The video wall: a window of tiles that remembers its cameras, and whose first row follows what happens by itself."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from safetyzone.contracts.video import MOST_TILES
from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.response.command_room import access
from safetyzone.response.command_room.views.look import Look
from safetyzone.senses.cameras import queries as cameras

LAYOUTS = (1, 4, 9, 16, 64)
SHOWN = frozenset({"always", "during_incident"})
"""Tiers that can ever be live; the others are not offered."""


@require_GET
def wall(request: OfficerRequest) -> HttpResponse:
    """The page; ``?camera=A&camera=B`` puts these on it first.

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
    context = {
        **look.common, **look.queue, "station_view": zones.station(look.station), "ring_cards": look.cards, "cameras": listed,
        "layouts": LAYOUTS, "given": request.GET.getlist("camera")[:MOST_TILES],
    }  # fmt: skip
    return render(request, "command_room/video_wall.html", context)

"""Cameras on a map: all as dots, those in view as what they truly see, one as a card, and those in a circle or a polygon."""

import gzip
import hashlib
import math
from typing import Any

import orjson
import shapely
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_safe

from safetyzone.ground.officers.access import stations_where
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, map_queries
from safetyzone.senses.cameras.standing import standing

MOST_CORNERS = 200
LONGEST_RADIUS_M = 5000.0
CORNERS_OF_A_CIRCLE = 64
GZIP_LEVEL = 6


class BadArea(Refused):
    """What was drawn is no area."""

    code = "bad_area"
    th = "พื้นที่ที่วาดใช้ไม่ได้"
    en = "This is no area."


def station_of(request: OfficerRequest) -> str:
    """The station whose cameras are asked for: the one named, else this installation's own, else the first.

    Raises:
        NotYours: the person sees no station's cameras. NotFound: one was named that is not hers; whether it exists she does not learn.
    """
    mine = sorted(stations_where(request.who, access.SEE) | stations_where(request.who, access.MANAGE))
    if not mine:
        raise NotYours
    asked = request.GET.get("station", "")
    if asked and asked not in mine:
        raise NotFound
    home = settings().station
    return asked or (home if home in mine else mine[0])


def packed(request: HttpRequest, body: bytes) -> HttpResponse:
    """Bytes with their ETag, squeezed where the browser can take it. Nothing secret stands beside what somebody else can choose."""
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        answer = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        answer = HttpResponse(gzip.compress(body, GZIP_LEVEL, mtime=0), content_type="application/json")
        answer["Content-Encoding"] = "gzip"
    else:
        answer = HttpResponse(body, content_type="application/json")
    answer["ETag"] = tag
    answer["Vary"] = "Accept-Encoding"
    answer["Cache-Control"] = "private, no-cache"
    return answer


@require_safe
def dots(request: OfficerRequest) -> HttpResponse:
    """Every camera of the station: its code, place and state. The same bytes, and so the same ETag, while nothing changes."""
    return packed(request, orjson.dumps(map_queries.dots(station_of(request))))


@require_safe
def outlines(request: OfficerRequest) -> HttpResponse:
    """``?code=A&code=B``: what these cameras see, clipped by what stands in the way."""
    here = standing(station_of(request))
    return packed(request, orjson.dumps(map_queries.outlines(here, request.GET.getlist("code"))))


@require_GET
def card(request: OfficerRequest) -> HttpResponse:
    """``?code=A``: one camera in words."""
    found = map_queries.card(request.GET.get("code", ""), for_=request.who)
    return render(request, "cameras/planner_card.html", {"card": found})


@require_GET
def inside(request: OfficerRequest) -> HttpResponse:
    """``?circle=LON,LAT,METRES`` or ``?ring=LON,LAT;LON,LAT;…``: the cameras in it."""
    station = station_of(request)
    cards, count = map_queries.inside(station, area_of(request))
    context: dict[str, Any] = {"cards": cards, "count": count, "more": count - len(cards)}
    return render(request, "cameras/planner_inside.html", context)


def area_of(request: OfficerRequest) -> shapely.Geometry:
    """The circle or polygon of a request, in degrees.

    Raises:
        BadArea: numbers that are none, too many corners, too large a circle, or a line that crosses itself.
    """
    try:
        if circle := request.GET.get("circle"):
            lon, lat, radius = (float(word) for word in circle.split(","))
            corners = _circle(Point(lon=lon, lat=lat), radius)
        else:
            pairs = [pair.split(",") for pair in request.GET.get("ring", "").split(";")]
            corners = [(float(lon), float(lat)) for lon, lat in pairs]
        area = shapely.Polygon(corners)
    except (ValueError, shapely.errors.GEOSException) as unreadable:
        raise BadArea from unreadable
    if len(corners) > MOST_CORNERS or not area.is_valid or area.is_empty:
        raise BadArea
    return area


def _circle(centre: Point, radius: float) -> list[tuple[float, float]]:
    if not 0 < radius <= LONGEST_RADIUS_M:
        raise BadArea
    turns = [2 * math.pi * n / CORNERS_OF_A_CIRCLE for n in range(CORNERS_OF_A_CIRCLE)]
    points = [centre.moved(east_m=radius * math.sin(turn), north_m=radius * math.cos(turn)) for turn in turns]
    return [(point.lon, point.lat) for point in points]

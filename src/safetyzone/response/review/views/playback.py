"""The playback page: which cameras, at which moment; what is known of the time around; bookmarks."""

from dataclasses import asdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_GET, require_POST

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.review import access, queries, recordings, spots, words
from safetyzone.response.review.rules import BEFORE_PRESS_MS
from safetyzone.response.review.views.edge import (
    MOST_CAMERAS,
    NotReadable,
    answer,
    body_of,
    codes_of,
    moment,
    place,
    reader_language,
    span_of,
    station_of,
)  # fmt: skip
from safetyzone.senses.cameras.queries import CameraView
from safetyzone.senses.looks import actions as looks

BACK_MS = 60_000
"""Without a moment, playback opens a minute ago: what was just seen live."""
LARGEST_NUMBER = 18


@require_GET
def playback(request: OfficerRequest) -> HttpResponse:
    """``?cameras=A,B&at=MS`` or ``?incident=41``: some cameras at one instant."""
    station = station_of(request)
    known = {one.code: one for one in spots.of_station(station, for_=request.who)}
    now_ms = queries.ms(request.now)
    chosen, at_ms, incident, began_ms = codes_of(request.GET.get("cameras", ""), known), now_ms - BACK_MS, None, 0
    if (said := request.GET.get("incident", "")).isdecimal() and len(said) <= LARGEST_NUMBER:
        view = incidents.incident(int(said), for_=request.who)
        incident = view.id
        began_ms = queries.ms(view.times["pressed_at"] or view.heard_at)
        at_ms = began_ms - BEFORE_PRESS_MS
        chosen = chosen or spots.cameras_of_incident(view, all_=list(known.values()), for_=request.who)
    at_ms = min(moment(request.GET.get("at", ""), at_ms), now_ms - 1000)
    facts = {
        **_facts(list(known.values()), incident), "chosen": chosen, "at_ms": at_ms, "station": station, "now_ms": now_ms,
        "began_ms": began_ms, "loop_ms": BEFORE_PRESS_MS,
    }  # fmt: skip
    context = {
        "facts": facts, "station": station, "incident": incident, "who": request.who,
        "may_lock": may(request.who, "lock_evidence", station=station),
        "live_url": _live_url() if may(request.who, "watch_live", station=station) else "",
    }  # fmt: skip
    return render(request, "review/playback.html", context)


def _live_url() -> str:
    """The wall, which opens the cameras named in its address live; none on an installation without it."""
    try:
        return reverse("room_video_wall")
    except NoReverseMatch:
        return ""


def _facts(all_: list[CameraView], incident: int | None) -> dict[str, Any]:
    english = reader_language() == "en"
    return {
        "video_url": settings().video_url.rstrip("/"), "incident": incident, "why": "review", "most": MOST_CAMERAS,
        "cameras": [
            {"code": c.code, "name": c.name_en if english else c.name_th, "other": c.name_th if english else c.name_en} for c in all_
        ],
        "words": words.said(words.PLAYBACK, reader_language()),
        "urls": {
            "tickets": "/video/tickets", "around": reverse("playback_around"), "near": reverse("playback_near"),
            "bookmark": reverse("playback_bookmark"), "evidence": "/evidence/lock",
        },
    }  # fmt: skip


@require_GET
def around(request: OfficerRequest) -> HttpResponse:
    """What happened, what moved and what was recorded within a span, for the cameras of a timeline. No picture."""
    station = station_of(request)
    known = {one.code: one for one in spots.of_station(station, for_=request.who)}
    codes, (from_ms, to_ms) = codes_of(request.GET.get("cameras", ""), known), span_of(request)
    root, now_ms, english = settings().state / "recordings", queries.ms(request.now), reader_language() == "en"
    marks = queries.marks(station, codes, from_ms, to_ms, for_=request.who)
    return answer(
        {
            "marks": [{**asdict(mark), "label": mark.en if english else mark.th} for mark in marks],
            "activity": queries.activity(codes, from_ms, to_ms),
            "footage": {code: recordings.footage(root, code, from_ms, to_ms, now_ms=now_ms) for code in codes},
        }
    )


@require_GET
def near(request: OfficerRequest) -> HttpResponse:
    """How far it is on foot from the main camera to each of the others."""
    known = {one.code: one for one in spots.of_station(station_of(request), for_=request.who)}
    main = known.get(request.GET.get("main", ""))
    if main is None:
        raise NotFound
    others = [(code, place(known[code])) for code in codes_of(request.GET.get("cameras", ""), known) if code != main.code]
    return answer({"near": [asdict(one) for one in spots.near(place(main), others)]})


@require_POST
def bookmark(request: OfficerRequest) -> HttpResponse:
    """Mark a moment of a camera, in words."""
    station = station_of(request)
    access.must_watch(request.who, station=station)
    said = body_of(request)
    camera, at_ms, text, incident = said.get("camera"), said.get("at_ms"), said.get("words"), said.get("incident")
    if not isinstance(camera, str) or not isinstance(text, str) or type(at_ms) is not int or not 0 < at_ms <= queries.ms(request.now):
        raise NotReadable
    if incident is not None and type(incident) is not int:
        raise NotReadable
    if camera not in {one.code for one in spots.of_station(station, for_=request.who)}:
        raise NotFound
    if "\x00" in text:
        raise NotReadable
    made = looks.bookmark(station=station, camera=camera, at_ms=at_ms, words=text, incident=incident, by=request.who, at=request.now)
    return answer({"bookmark": made})



"""The review queue: its page, its items, the days that have footage, and what somebody marks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.settings import settings
from safetyzone.response.review import actions, queries, recordings, spots, words
from safetyzone.response.review.queries import Item
from safetyzone.response.review.rules import Severity
from safetyzone.response.review.views.edge import NotReadable, answer, body_of, reader_language, station_of

BANGKOK = timedelta(hours=7)
ISO_DAY = 10


@require_GET
def queue(request: OfficerRequest) -> HttpResponse:
    """The page; its items come as JSON."""
    station = station_of(request)
    facts = {
        "video_url": settings().video_url.rstrip("/"), "now_ms": queries.ms(request.now), "day": _day(request).isoformat(),
        "today": _today(request.now).isoformat(), "words": words.said(words.REVIEW, reader_language()),
        "why": "review", "severities": [str(each) for each in Severity],
        "urls": {
            "items": reverse("review_items"), "days": reverse("review_days"), "mark": reverse("review_mark"),
            "playback": reverse("playback"), "tickets": "/video/tickets",
        },
    }  # fmt: skip
    return render(request, "review/queue.html", {"facts": facts, "station": station, "who": request.who})


@require_GET
def items(request: OfficerRequest) -> HttpResponse:
    """``?day=2026-11-23``: the items of a day of Bangkok, the latest first."""
    station = station_of(request)
    since = datetime.combine(_day(request), datetime.min.time(), UTC) - BANGKOK
    all_ = spots.of_station(station, for_=request.who)
    found = queries.queue(station, since=since, until=since + timedelta(days=1), all_=all_, for_=request.who, at=request.now)
    names = {one.code: one.name_en if reader_language() == "en" else one.name_th for one in all_}
    return answer({"items": [_said(item, names) for item in found.items], "left": found.left, "all": found.all_})


def _said(item: Item, names: dict[str, str]) -> dict[str, Any]:
    english = reader_language() == "en"
    return {
        "key": item.key, "severity": item.severity, "kind": item.kind, "cameras": item.cameras, "from_ms": item.from_ms,
        "to_ms": item.to_ms, "at_ms": item.at_ms, "opens_ms": item.opens_ms, "title": item.title_en if english else item.title_th,
        "place": item.place_en if english else item.place_th, "priority": item.priority, "strength": round(item.strength, 1),
        "incident": item.incident, "reviewed": item.reviewed, "verdict": item.verdict,
        "names": [names.get(code, code) for code in item.cameras],
    }  # fmt: skip


@require_GET
def days(request: OfficerRequest) -> HttpResponse:
    """Days that have footage, for the calendar."""
    cameras = spots.of_station(station_of(request), for_=request.who)
    return answer({"days": sorted(recordings.days(settings().state / "recordings", [one.code for one in cameras]))})


@require_POST
def mark(request: OfficerRequest) -> HttpResponse:
    """{items: [[key, to_ms]], reviewed, verdict}: looked at, put back, or judged."""
    said = body_of(request)
    given, reviewed, verdict = said.get("items"), said.get("reviewed", True), said.get("verdict")
    if not isinstance(given, list) or not isinstance(reviewed, bool) or not (verdict is None or isinstance(verdict, str)):
        raise NotReadable
    pairs = [pair for pair in given if isinstance(pair, list) and len(pair) == 2 and isinstance(pair[0], str) and type(pair[1]) is int]  # noqa: PLR2004 - a pair
    if len(pairs) != len(given):
        raise NotReadable
    done = actions.review(
        station=station_of(request), items=[(key, to_ms) for key, to_ms in pairs], reviewed=reviewed, verdict=verdict, by=request.who,
        at=request.now,
    )  # fmt: skip
    return answer({"marked": done})


def _today(at: datetime) -> date:
    return (at + BANGKOK).date()


def _day(request: OfficerRequest) -> date:
    """The day asked for; today when none is, or when it is none."""
    said = request.GET.get("day", "")
    try:
        return date.fromisoformat(said) if len(said) == ISO_DAY else _today(request.now)
    except ValueError:
        return _today(request.now)

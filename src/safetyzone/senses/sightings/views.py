"""The search: first what for and for which case, then the plate; results beside how right each camera reads; the way on the map."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers import queries as officer_queries
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.senses.cameras.place_queries import CameraPlace, places_of
from safetyzone.senses.sightings import access, along_actions, finding, following, list_queries, ports, search_actions, search_rules, terms
from safetyzone.senses.sightings.finding import Sighting
from safetyzone.trust.cases import queries as cases

BANGKOK = timedelta(hours=7)
STATUS: dict[type[Refused], int] = {NotYours: 403, NotFound: 404}
MOST_CAMERAS_NAMED = 500
HOURS = (1, 6, 24, 72, 168)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as the page shows it, the camera and its accuracy beside it."""

    sighting: Sighting = field(repr=False)
    place: CameraPlace | None
    measured: ports.Measured | None
    at_ms: int


@require_safe
def home(request: OfficerRequest) -> HttpResponse:
    """The gate, her searches of the week, and those of others that wait for her word."""
    return _home(request)


def _home(request: OfficerRequest, no: Refused | None = None) -> HttpResponse:
    station = _station(request)
    unit = officer_queries.unit_of(request.who.name)
    words = {
        "station": station, "purposes": [(code, *both) for code, both in terms.PURPOSE.items()], "laws": terms.laws(), "said": request.POST,
        "cases": cases.cases(unit, officer=request.who.name, at=request.now),
        "searches": station in officers.stations_where(request.who, access.SEARCH),
        "mine": list_queries.mine(station, by=request.who, at=request.now), "hours": HOURS,
        "waiting": list_queries.to_approve(station, by=request.who, at=request.now), "refused": _words(no),
        "cameras_alone": search_rules.CAMERAS_ALONE, "to_at": _local(request.now),
    }  # fmt: skip
    return render(request, "sightings/home.html", words, status=_status(no))


@require_POST
def begin(request: OfficerRequest) -> HttpResponse:
    """The gate, filled in as far as the page knows that led here, such as the card of a hit; nothing is searched before it is asked."""
    return _home(request)


@require_POST
def ask(request: OfficerRequest) -> HttpResponse:
    """Ask; what is allowed is shown on a page of its own, what is not on this one."""
    said = request.POST
    try:
        to_at = _moment(said.get("to_at", ""), request.now)
        wanted = search_actions.Ask(
            station=_station(request), purpose=said.get("purpose", ""), law=said.get("law", ""), case=said.get("case", ""),
            words=said.get("words", ""),
            what=search_rules.sought(said.get("plate", ""), said.get("province", "").strip(), near=said.get("near") == "1"),
            from_at=to_at - timedelta(hours=_hours(said.get("hours", ""))), to_at=to_at, cameras=_codes(said.get("cameras", "")),
        )  # fmt: skip
        answer = search_actions.ask(wanted, by=request.who, at=request.now)
    except Refused as no:
        return _home(request, no)
    return redirect("sightings_search", search_id=answer.search)


@require_safe
def found(request: OfficerRequest, search_id: int) -> HttpResponse:
    """What was found. Each time it is opened is on record."""
    row = list_queries.search(search_id)
    answer = search_actions.answer(search_id, by=request.who, at=request.now)
    return render(request, "sightings/found.html", {"row": row, "answer": answer, **_results(answer.found, request.now)})


def _results(sightings: Sequence[Sighting], at: datetime) -> dict[str, Any]:
    """Passages with their cameras; the way of the nearest plate in the order of time; first and last seen."""
    codes = {one.camera for one in sightings}
    places, measured = places_of(codes), ports.accuracy(codes, at)
    shown = [Shown(one, places.get(one.camera), measured.get(one.camera), _ms(one.at)) for one in sightings]
    texts = list(dict.fromkeys(one.text for one in sightings))
    way = sorted((one for one in shown if one.sighting.text == texts[0]), key=lambda one: one.at_ms) if texts else []
    stops = [
        {"lon": one.place.where.lon, "lat": one.place.where.lat, "at": one.at_ms, "code": one.sighting.camera, "name": _name(one.place)}
        for one in way
        if one.place is not None
    ]
    return {"shown": shown, "texts": texts, "way": way, "stops": stops}


@require_POST
def along(request: OfficerRequest, search_id: int) -> HttpResponse:
    """Who went along. The plate comes in the body, for addresses are logged."""
    text = request.POST.get("text", "")
    companions = along_actions.along(search_id, text, by=request.who, at=request.now)
    words = {
        "row": list_queries.search(search_id), "text": text, "companions": companions, "least": finding.LEAST_CAMERAS,
        "seconds": int(finding.WITHIN.total_seconds()),
    }  # fmt: skip
    return render(request, "sightings/along.html", words)


@require_POST
def approve(request: OfficerRequest, search_id: int) -> HttpResponse:
    """The second officer's word on a wide search."""
    try:
        search_actions.approve(search_id, by=request.who, at=request.now)
    except Refused as no:
        if isinstance(no, NotFound):
            raise
        return _home(request, no)
    messages.success(request, "อนุมัติแล้ว" if _thai() else "Approved.")
    return redirect("sightings")


@require_safe
def follow(request: OfficerRequest) -> HttpResponse:
    """Where who was at a camera will be seen next: one click from a passage, one more to the picture."""
    said = request.GET
    kind = said.get("kind", "") if said.get("kind", "") in following.KINDS else "car"
    moment = _from_ms(said.get("at", ""), request.now)
    here, nexts = along_actions.follow(said.get("camera", ""), moment, kind, by=request.who, at=request.now)
    stops = [{"lon": here.where.lon, "lat": here.where.lat, "at": _ms(moment), "code": here.code, "name": "●"}]
    stops += [
        {"lon": n.where.lon, "lat": n.where.lat, "at": _ms(n.from_at), "code": n.camera, "name": str(k)} for k, n in enumerate(nexts, 1)
    ]
    words = {
        "here": here, "nexts": nexts, "moment": moment, "at_ms": _ms(moment), "kind": kind, "stops": stops,
        "kinds": [(code, *both) for code, both in terms.KIND.items()],
    }  # fmt: skip
    return render(request, "sightings/follow.html", words)


def _station(request: OfficerRequest) -> str:
    """The station asked for, or the first at which she may search or approve. Raises NotFound."""
    held = officers.stations_where(request.who, access.SEARCH) | officers.stations_where(request.who, access.APPROVE_SEARCH)
    station = request.GET.get("station", "") or request.POST.get("station", "") or min(held, default="")
    if station not in held:
        raise NotFound
    return station


def _codes(words: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(code for code in words.replace(",", " ").split() if len(code) <= 40))[:MOST_CAMERAS_NAMED]  # noqa: PLR2004


def _hours(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and int(words) in HOURS else 24


def _moment(words: str, now: datetime) -> datetime:
    """What a ``datetime-local`` field says, which is Bangkok's time; empty: now. Raises BadHours."""
    if not words:
        return now
    try:
        return datetime.fromisoformat(words).replace(tzinfo=UTC) - BANGKOK
    except (ValueError, OverflowError) as wrong:
        raise search_rules.BadHours from wrong


def _local(at: datetime) -> str:
    return (at.astimezone(UTC) + BANGKOK).strftime("%Y-%m-%dT%H:%M")


def _from_ms(words: str, now: datetime) -> datetime:
    """A moment in an address; what is none, or lies ahead, is now."""
    if not (words.isascii() and words.isdigit() and len(words) <= 13):  # noqa: PLR2004 - milliseconds since 1970
        return now
    return min(datetime.fromtimestamp(int(words) / 1000, UTC), now)


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _thai() -> bool:
    return (translation.get_language() or "th").startswith("th")


def _name(place: CameraPlace) -> str:
    return place.name_th if _thai() else place.name_en


def _words(no: Refused | None) -> str:
    return no.say(translation.get_language() or "th") if no else ""


def _status(no: Refused | None) -> int:
    return 200 if no is None else next((code for kind, code in STATUS.items() if isinstance(no, kind)), 400)

"""The search: first what for and for which case, then the plate; results beside how right each camera reads; the way on the map."""

from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.views.decorators.http import require_POST, require_safe

from safetyzone.contracts.provinces import PROVINCES
from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers import queries as officer_queries
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.senses.sightings import (
    access,
    along_actions,
    asking,
    finding,
    following,
    list_queries,
    search_actions,
    search_rules,
    showing,
    terms,
)
from safetyzone.senses.sightings.search_rules import Sought
from safetyzone.trust.cases import queries as cases

ANY = Sought()
STATUS: dict[type[Refused], int] = {NotYours: 403, NotFound: 404}


@require_safe
def home(request: OfficerRequest) -> HttpResponse:
    """The gate, her searches of the week, and those of others that wait for her word."""
    return _home(request)


def _home(request: OfficerRequest, no: Refused | None = None, wrong: asking.Wrong | None = None) -> HttpResponse:
    """The page with what was typed; ``wrong``: what is not right, by field; ``no``: what concerns the whole."""
    station, language = _station(request), translation.get_language() or "th"
    unit, searches = officer_queries.unit_of(request.who.name), station in officers.stations_where(request.who, access.SEARCH)
    words = {
        "station": station, "purposes": [(code, *both) for code, both in terms.PURPOSE.items()], "laws": terms.laws(), "said": request.POST,
        "cases": cases.cases(unit, officer=request.who.name, at=request.now), "provinces": PROVINCES,
        "vehicles": [(code, *both) for code, both in terms.VEHICLE.items()],
        "paints": [(code, *both) for code, both in terms.PAINT.items()],
        "searches": searches, "keeping": showing.keeping(station, request.now) if searches else [],
        "mine": list_queries.mine(station, by=request.who, at=request.now), "hours": asking.HOURS,
        "waiting": list_queries.to_approve(station, by=request.who, at=request.now), "refused": no.say(language) if no else "",
        "oldest": request.now - search_rules.ANSWERED_FOR, "cameras_alone": search_rules.CAMERAS_ALONE, "to_at": asking.local(request.now),
        "wrong": {name: one.say(language) for name, one in (wrong or {}).items()},
    }  # fmt: skip
    return render(request, "sightings/home.html", words, status=_status(no) if no else 400 if wrong else 200)


@require_POST
def begin(request: OfficerRequest) -> HttpResponse:
    """The gate, filled in as far as the page knows that led here, such as the card of a hit; nothing is searched before it is asked."""
    return _home(request)


@require_POST
def ask(request: OfficerRequest) -> HttpResponse:
    """Ask; what is allowed is shown on a page of its own, what is not on this one."""
    wanted, wrong = asking.asked(request.POST, _station(request), request.now)
    if wanted is None or wrong:
        return _home(request, wrong=wrong)
    try:
        answer = search_actions.ask(wanted, by=request.who, at=request.now)
    except Refused as no:
        return _home(request, wrong={asking.field_of(no): no}) if asking.field_of(no) else _home(request, no)
    return redirect("sightings_search", search_id=answer.search)


@require_safe
def found(request: OfficerRequest, search_id: int) -> HttpResponse:
    """What was found. Each time it is opened is on record."""
    row = list_queries.search(search_id)
    answer = search_actions.answer(search_id, by=request.who, at=request.now)
    shown = showing.shown(answer.found, answer.what, request.now)
    ways = showing.ways(shown)
    words = {
        "row": row, "answer": answer, "shown": shown, "ways": ways, "stops": [way.stops(thai=_thai()) for way in ways],
        "looks": terms.looks(answer.what.kind, answer.what.paint), "again": _again(row, answer.what, answer.named),
        "exact": sum(not one.differs for one in shown),
    }  # fmt: skip
    return render(request, "sightings/found.html", words)


def _again(row: list_queries.SearchRow | None, what: Sought = ANY, named: tuple[str, ...] = ()) -> dict[str, object]:
    """What the form of the next search begins with: the same ground, and what was sought."""
    if row is None:
        return {}
    hours = round((row.to_at - row.from_at).total_seconds() / 3600)
    return {
        "station": row.station, "purpose": row.purpose, "law": row.law, "case": row.case_number, "words": row.words, "plate": what.text,
        "province": what.province, "kind": what.kind, "paint": what.paint, "near": "1" if what.near else "", "hours": hours,
        "cameras": " ".join(named), "to_at": asking.local(row.to_at),
    }  # fmt: skip


@require_POST
def along(request: OfficerRequest, search_id: int) -> HttpResponse:
    """Who went along. The plate comes in the body, for addresses are logged."""
    text = request.POST.get("text", "")
    row = list_queries.search(search_id)
    companions = along_actions.along(search_id, text, by=request.who, at=request.now)
    words = {
        "row": row, "text": text, "companions": companions, "least": finding.LEAST_CAMERAS,
        "seconds": int(finding.WITHIN.total_seconds()), "again": _again(row),
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
    stops = [{"lon": here.where.lon, "lat": here.where.lat, "at": showing.ms(moment), "code": here.code, "name": "●"}]
    stops += [{"lon": n.where.lon, "lat": n.where.lat, "at": n.from_ms, "code": n.camera, "name": str(k)} for k, n in enumerate(nexts, 1)]
    words = {
        "here": here, "nexts": nexts, "moment": moment, "at_ms": showing.ms(moment), "kind": kind, "stops": [stops],
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


def _from_ms(words: str, now: datetime) -> datetime:
    """A moment in an address; what is none, or lies ahead, is now."""
    if not (words.isascii() and words.isdigit() and len(words) <= 13):  # noqa: PLR2004 - milliseconds since 1970
        return now
    return min(datetime.fromtimestamp(int(words) / 1000, UTC), now)


def _thai() -> bool:
    return (translation.get_language() or "th").startswith("th")


def _status(no: Refused) -> int:
    return next((code for kind, code in STATUS.items() if isinstance(no, kind)), 400)

"""Lists, what stands on them, who must still agree. Opening a list or an entry is on record before anything is shown."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from safetyzone.contracts import plates
from safetyzone.contracts.vision import PlateSaid
from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.watchlists import access, list_actions, list_queries, rules
from safetyzone.senses.watchlists.list_actions import Photo, Wanted
from safetyzone.senses.watchlists.terms import IMAGE_SOURCE, Kind
from safetyzone.senses.watchlists.views import edge
from safetyzone.trust.cases import queries as cases

SEE = (access.MAKE, access.APPROVE)


class NotAPlate(Refused):
    code = "not_a_plate"
    th = "ป้ายทะเบียนไม่ถูกต้อง: {why_th}"
    en = "Not a number plate: {why_en}"


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """The station's lists, what is on now, and what waits for a second person."""
    return _all(request, edge.station_of(request, *SEE))


def _all(request: OfficerRequest, station: str, no: Refused | None = None) -> HttpResponse:
    entries, asked = list_queries.entries_waiting(station, at=request.now), list_queries.activations_waiting(station, at=request.now)
    words = {
        "station": station, "lists": list_queries.lists(station, at=request.now, over=request.GET.get("over") == "1"),
        "entries_waiting": entries, "activations_waiting": asked, "waiting": len(entries) + len(asked),
        "activations": [one for one in list_queries.activations(station, at=request.now) if one.is_on],
        "bases": list_queries.bases(at=request.now), "lasts": edge.choices(rules.LONGEST_LIST), "switches": list_queries.switches(
            station, at=request.now), "makes": may(request.who, access.MAKE, station=station),
        "approves": may(request.who, access.APPROVE, station=station), "stops": may(request.who, access.STOP, station=station),
        "me": request.who.name, "said": request.POST, "refused": edge.words_of(no), "places": list_queries.protected_places(
            station, at=request.now), "over": request.GET.get("over") == "1",
    }  # fmt: skip
    return render(request, "watchlists/lists.html", words, status=edge.status_of(no))


@require_POST
@edge.confirmed
def make(request: OfficerRequest) -> HttpResponse:
    """Make a list on a law."""
    said, station = request.POST, edge.station_of(request, *SEE)

    def deed() -> int:
        return list_actions.make_list(
            station=station, basis_id=_number(said.get("basis", "")), name_th=said.get("name_th", ""), name_en=said.get("name_en", ""),
            who=said.get("who", ""), where=said.get("where", ""),
            expires_at=edge.lasts(said.get("lasts", ""), start=request.now, longest=rules.LONGEST_LIST), by=request.who, at=request.now,
        )  # fmt: skip

    return edge.do(request, deed, then="watchlists", again=lambda no: _all(request, station, no))


@require_safe
def one(request: OfficerRequest, list_id: int) -> HttpResponse:
    """One list with its entries and where it is on."""
    found = _seen(request, list_id)
    list_actions.look_at_list(list_id=list_id, station=found.station, by=request.who, at=request.now)
    return page(request, found)


def page(request: OfficerRequest, found: list_queries.ListView, no: Refused | None = None) -> HttpResponse:
    """The list's page, also with a refusal on it."""
    longest = edge.lawful(found.basis.longest_days, rules.longest_entry(found.kind, found.purpose))
    words = {
        "list": found, "entries": list_queries.entries(found.list_id, at=request.now), "station": found.station,
        "activations": list_queries.activations(found.station, at=request.now, list_id=found.list_id),
        "makes": may(request.who, access.MAKE, station=found.station), "approves": may(request.who, access.APPROVE, station=found.station),
        "me": request.who.name, "lasts": edge.choices(longest), "sources": IMAGE_SOURCE.items(), "said": request.POST,
        "cases": [case for case in cases.cases(_unit(request), officer=request.who.name, at=request.now)
                  if case.offence in found.basis.offences],
        "provinces": [one.th for one in plates.PROVINCES], "classes": [one.value for one in plates.VehicleClass],
        "refused": edge.words_of(no),
    }  # fmt: skip
    return render(request, "watchlists/list.html", words, status=edge.status_of(no))


@require_http_methods(["GET", "HEAD", "POST"])
@edge.confirmed
def add(request: OfficerRequest, list_id: int) -> HttpResponse:
    """Ask for an entry; a GET, after she has shown who she is, leads to the form."""
    found = _seen(request, list_id)
    if request.method != "POST":
        return redirect("watchlist", list_id=list_id)
    return edge.do(request, lambda: _asked(request, found), then="watchlist", again=lambda no: page(request, found, no), list_id=list_id)


def _asked(request: OfficerRequest, found: list_queries.ListView) -> int:
    said = request.POST
    longest = edge.lawful(found.basis.longest_days, rules.longest_entry(found.kind, found.purpose))
    wanted = Wanted(
        list_id=found.list_id, case=said.get("case", ""), reason=said.get("reason", ""), subject=said.get("subject", ""),
        warrant=said.get("warrant", ""), expires_at=edge.lasts(said.get("lasts", ""), start=request.now, longest=longest),
    )  # fmt: skip
    if found.kind == Kind.PLATE:
        plate = read_plate(said)
        return list_actions.ask_plate(wanted=wanted, plate=plate, looks=said.get("looks", ""), by=request.who, at=request.now)
    photo = request.FILES.get("photo")
    content = b"" if photo is None or isinstance(photo, list) or (photo.size or 0) > list_actions.MOST_PHOTO_BYTES else photo.read()
    taken_on, minor = _day(said.get("taken_on", "")), said.get("minor") == "1"
    pictured = Photo(content=content, source=said.get("source", ""), taken_on=taken_on, minor=minor)
    return list_actions.ask_face(wanted=wanted, photo=pictured, by=request.who, at=request.now)


def read_plate(said: Any) -> PlateSaid:
    """The plate that a form says, by the grammar of Thai plates.

    Raises:
        NotAPlate: it is none, and why.
    """
    try:
        plate = plates.parse(said.get("plate", ""), province=said.get("province", ""), vehicle_class=said.get("vehicle_class") or None)
    except plates.BadPlate as bad:
        raise NotAPlate(why_th=bad.say("th"), why_en=bad.say("en")) from None
    except ValueError:
        raise NotAPlate(why_th="ไม่รู้จักประเภทรถ", why_en="unknown class of vehicle") from None
    return PlateSaid(series=plate.series, number=plate.number, province=plate.province, vehicle_class=plate.vehicle_class.value)


@require_safe
def entry(request: OfficerRequest, entry_id: int) -> HttpResponse:
    """One entry with all its papers."""
    found = _entry(request, entry_id)
    list_actions.look_at_entry(entry_id=entry_id, station=found.station, by=request.who, at=request.now)
    return entry_page(request, found)


def entry_page(request: OfficerRequest, found: list_queries.EntryView, no: Refused | None = None) -> HttpResponse:
    """The entry's page, also with a refusal on it."""
    words = {
        "entry": found, "station": found.station, "me": request.who.name, "refused": edge.words_of(no),
        "makes": may(request.who, access.MAKE, station=found.station), "approves": may(request.who, access.APPROVE, station=found.station),
    }  # fmt: skip
    return render(request, "watchlists/entry.html", words, status=edge.status_of(no))


@require_safe
def photo(request: OfficerRequest, entry_id: int) -> HttpResponse:
    """The photo of a listed face: for whoever makes, approves or compares."""
    found = list_queries.entry(entry_id, at=request.now)
    if not access.may_see_hits(request.who, station=found.station):
        access.must_see_lists(request.who, station=found.station)
    list_actions.look_at_entry(entry_id=entry_id, station=found.station, by=request.who, at=request.now)
    content = list_queries.entry_photo(entry_id)
    if not content:
        raise NotFound
    return HttpResponse(content, content_type="image/png" if content.startswith(b"\x89PNG") else "image/jpeg")


@require_POST
@edge.confirmed
def approve(request: OfficerRequest, entry_id: int) -> HttpResponse:
    """The second person puts it on the list."""
    found, related = _entry(request, entry_id), request.POST.get("no_relation") == "1"
    return edge.do(
        request, lambda: list_actions.approve_entry(entry_id=entry_id, no_relation=related, by=request.who, at=request.now),
        then="watchlist", again=lambda no: entry_page(request, found, no), list_id=found.list_id,
    )  # fmt: skip


@require_POST
def deed(request: OfficerRequest, entry_id: int, verb: str) -> HttpResponse:
    """Refuse it, withdraw it, or say that it still stands."""
    found, why = _entry(request, entry_id), request.POST.get("why", "")
    verbs = {
        "refuse": lambda: list_actions.refuse_entry(entry_id=entry_id, why=why, by=request.who, at=request.now),
        "withdraw": lambda: list_actions.withdraw(entry_id=entry_id, why=why, by=request.who, at=request.now),
        "recheck": lambda: list_actions.recheck(entry_id=entry_id, by=request.who, at=request.now),
    }
    if verb not in verbs:
        raise NotFound
    return edge.do(
        request, verbs[verb], then="watchlist_entry", again=lambda no: entry_page(request, found, no), entry_id=entry_id
    )


@require_POST
def end(request: OfficerRequest, list_id: int) -> HttpResponse:
    """End a list."""
    found, why = _seen(request, list_id), request.POST.get("why", "")
    return edge.do(
        request, lambda: list_actions.end_list(list_id=list_id, why=why, by=request.who, at=request.now), then="watchlist",
        again=lambda no: page(request, found, no), list_id=list_id,
    )  # fmt: skip


def _seen(request: OfficerRequest, list_id: int) -> list_queries.ListView:
    found = list_queries.watch_list(list_id, at=request.now)
    access.must_see_lists(request.who, station=found.station)
    return found


def _entry(request: OfficerRequest, entry_id: int) -> list_queries.EntryView:
    found = list_queries.entry(entry_id, at=request.now)
    access.must_see_lists(request.who, station=found.station)
    return found


def _unit(request: OfficerRequest) -> str:
    from safetyzone.ground.officers.queries import unit_of

    return unit_of(request.who.name)


def _number(words: str) -> int:
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else 0  # noqa: PLR2004


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None

"""Switching lists on and off at cameras, with the false alerts to expect shown first; and the kill switch."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras.place_queries import places_of
from safetyzone.senses.watchlists import access, activation_actions, list_queries, rules, stop_actions
from safetyzone.senses.watchlists.activation_actions import Switch
from safetyzone.senses.watchlists.planning import plan
from safetyzone.senses.watchlists.views import edge


@require_http_methods(["GET", "HEAD", "POST"])
@edge.confirmed
def activate(request: OfficerRequest, list_id: int) -> HttpResponse:
    """Choose cameras and a time; what it would mean is worked out before it can be asked for."""
    found = list_queries.watch_list(list_id, at=request.now)
    access.must(request.who, access.MAKE, station=found.station)
    if request.method == "POST" and "ask" in request.POST:
        return edge.do(
            request, lambda: _ask(request, found), then="watchlist", again=lambda no: _form(request, found, no), list_id=list_id
        )
    return _form(request, found)


def _ask(request: OfficerRequest, found: list_queries.ListView) -> int:
    said, urgent = request.POST, request.POST.get("urgent") == "1"
    longest = _longest(found, urgent=urgent)
    switch = Switch(
        list_id=found.list_id, cameras=said.getlist("camera"), starts_at=request.now,
        ends_at=edge.lasts(said.get("lasts", ""), start=request.now, longest=longest), reason=said.get("reason", ""),
        dpia=said.get("dpia", ""), court=said.get("court", ""),
    )  # fmt: skip
    act = activation_actions.break_glass if urgent else activation_actions.activate
    return act(switch=switch, by=request.who, at=request.now)


def _form(request: OfficerRequest, found: list_queries.ListView, no: Refused | None = None) -> HttpResponse:
    said = request.POST if request.method == "POST" else request.GET
    known, chosen = list_queries.described(found.station), said.getlist("camera")
    planned = plan(found.list_id, known, at=request.now)
    places = places_of(known)
    shown = [one for one in planned if one.camera in chosen]
    words: dict[str, Any] = {
        "list": found, "station": found.station, "said": said, "refused": edge.words_of(no), "chosen": set(chosen),
        "planned": [(one, places.get(one.camera)) for one in planned], "lasts": edge.choices(_longest(found, urgent=False)),
        "expected": sum(one.expected for one in shown), "at_most": sum(one.at_most for one in shown), "shown": bool(shown),
        "listed": planned[0].listed if planned else 0, "hours": rules.LONGEST_URGENT.total_seconds() / 3600,
        "off": any(one.off for one in list_queries.switches(found.station, at=request.now) if one.kind == found.kind),
    }  # fmt: skip
    return render(request, "watchlists/activate.html", words, status=edge.status_of(no))


def _longest(found: list_queries.ListView, *, urgent: bool) -> Any:
    return edge.lawful(found.basis.longest_days, rules.longest_activation(found.kind, urgent=urgent))


@require_safe
def activation(request: OfficerRequest, activation_id: int) -> HttpResponse:
    """One activation: what the second person reads before agreeing."""
    return _page(request, _seen(request, activation_id))


def _page(request: OfficerRequest, found: list_queries.ActivationView, no: Refused | None = None) -> HttpResponse:
    words = {
        "activation": found, "list": list_queries.watch_list(found.list_id, at=request.now), "station": found.station,
        "places": [places_of([code]).get(code) for code in found.cameras], "planned": plan(found.list_id, found.cameras, at=request.now),
        "me": request.who.name, "approves": may(request.who, access.APPROVE, station=found.station), "refused": edge.words_of(no),
        "makes": may(request.who, access.MAKE, station=found.station),
    }  # fmt: skip
    return render(request, "watchlists/activation.html", words, status=edge.status_of(no))


@require_POST
@edge.confirmed
def approve(request: OfficerRequest, activation_id: int) -> HttpResponse:
    """The second person switches it on."""
    found, related = _seen(request, activation_id), request.POST.get("no_relation") == "1"
    return edge.do(
        request, lambda: activation_actions.approve(activation_id=activation_id, no_relation=related, by=request.who, at=request.now),
        then="watchlist", again=lambda no: _page(request, found, no), list_id=found.list_id,
    )  # fmt: skip


@require_POST
def deed(request: OfficerRequest, activation_id: int, verb: str) -> HttpResponse:
    """Refuse it, or stop it before its end. Stopping asks for nothing but a reason."""
    found, why = _seen(request, activation_id), request.POST.get("why", "")
    verbs = {"refuse": activation_actions.refuse, "stop": activation_actions.suspend}
    if verb not in verbs:
        raise NotFound
    return edge.do(
        request, lambda: verbs[verb](activation_id=activation_id, why=why, by=request.who, at=request.now), then="watchlist_activation",
        again=lambda no: _page(request, found, no), activation_id=activation_id,
    )  # fmt: skip


def _seen(request: OfficerRequest, activation_id: int) -> list_queries.ActivationView:
    found = list_queries.activation(activation_id, at=request.now)
    access.must_see_lists(request.who, station=found.station)
    return found


@require_safe
def stop(request: OfficerRequest) -> HttpResponse:
    """The page of the kill switch: for all who may stop matching, whatever else they may not see."""
    return _switches(request, edge.station_of(request, access.STOP, access.APPROVE))


def _switches(request: OfficerRequest, station: str, no: Refused | None = None) -> HttpResponse:
    words = {
        "station": station, "switches": list_queries.switches(station, at=request.now), "refused": edge.words_of(no),
        "stops": may(request.who, access.STOP, station=station), "approves": may(request.who, access.APPROVE, station=station),
        "me": request.who.name,
    }  # fmt: skip
    return render(request, "watchlists/stop.html", words, status=edge.status_of(no))


@require_POST
def kill(request: OfficerRequest, kind: str) -> HttpResponse:
    """Off, at once: no second sign-in stands before it."""
    station, why = edge.station_of(request, access.STOP), request.POST.get("why", "")
    return edge.do(
        request, lambda: stop_actions.kill(station=station, kind=_kind(kind), why=why, by=request.who, at=request.now),
        then="matching_stop", again=lambda no: _switches(request, station, no),
    )  # fmt: skip


@require_POST
@edge.confirmed
def release(request: OfficerRequest, kind: str) -> HttpResponse:
    """On again, by another person."""
    station, why = edge.station_of(request, access.APPROVE), request.POST.get("why", "")
    return edge.do(
        request, lambda: stop_actions.release(station=station, kind=_kind(kind), why=why, by=request.who, at=request.now),
        then="matching_stop", again=lambda no: _switches(request, station, no),
    )  # fmt: skip


def _kind(words: str) -> str:
    if words not in ("plate", "face"):
        raise NotFound
    return words



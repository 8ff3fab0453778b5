"""The officers of a station, for those who manage them: who there is, who has which duty, add, post, end, retire."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_safe

from safetyzone.ground.officers import access, actions, queries
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotYours, Refused
from safetyzone.programs.web.middleware import STATUS
from safetyzone.programs.web.templatetags.safetyzone import BANGKOK


class WrongTime(Refused):
    code = "wrong_time"
    th = "วันเวลาไม่ถูกต้อง"
    en = "This is not a date and time."


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """The page."""
    return _show(request, _station(request, request.GET.get("station", "")))


def add(request: OfficerRequest) -> HttpResponse:
    """A new officer."""
    said = request.POST
    return _do(request, lambda station: actions.add_officer(
        username=said.get("username", "").strip(), password=said.get("password", ""), station=station,
        rank_th=said.get("rank_th", "").strip()[:40], by=request.who, at=request.now,
    ))  # fmt: skip


def post(request: OfficerRequest) -> HttpResponse:
    """A duty from now on, until a time if one is given."""
    return _do(request, lambda station: actions.post(
        officer_id=_number(request, "officer"), duty=request.POST.get("duty", ""), station=station,
        valid_until=_time(request.POST.get("until", "")), by=request.who, at=request.now,
    ))  # fmt: skip


def end(request: OfficerRequest) -> HttpResponse:
    """A duty ends now."""
    return _do(request, lambda _: actions.end_posting(
        posting_id=_number(request, "posting"), by=request.who, at=request.now
    ))  # fmt: skip


def password(request: OfficerRequest) -> HttpResponse:
    """A new password for somebody who has lost hers."""
    return _do(request, lambda _: actions.set_password(
        officer_id=_number(request, "officer"), password=request.POST.get("password", ""), by=request.who, at=request.now
    ))  # fmt: skip


def second_factor(request: OfficerRequest) -> HttpResponse:
    """Phone, keys and codes are lost: begin anew."""
    return _do(request, lambda _: actions.clear_second_factor(
        officer_id=_number(request, "officer"), by=request.who, at=request.now
    ))  # fmt: skip


def retire(request: OfficerRequest) -> HttpResponse:
    """An officer leaves."""
    return _do(request, lambda _: actions.retire(
        officer_id=_number(request, "officer"), by=request.who, at=request.now
    ))  # fmt: skip


def _do(request: OfficerRequest, act: Callable[[str], object]) -> HttpResponse:
    """Do it and show the page anew; or show the page with the refusal on top and what was typed still there."""
    if request.method != "POST":  # somebody loads anew the answer to a form
        return redirect("officers")
    station = _station(request, request.POST.get("station", ""))
    try:
        act(station)
    except Refused as no:
        return _show(request, station, no)
    return redirect(f"{reverse('officers')}?station={station}")


def _station(request: OfficerRequest, asked: str) -> str:
    """The station asked for, or the first that this person manages; refused if she manages none."""
    managed = access.stations_where(request.who, "manage_officers")
    station = asked or min(managed, default="")
    if station not in managed:
        raise NotYours
    return station


def _show(request: OfficerRequest, station: str, no: Refused | None = None) -> HttpResponse:
    status = 200 if no is None else next((code for kind, code in STATUS.items() if isinstance(no, kind)), 400)
    return render(request, "officers/listed.html", {
        "station": zones.station(station),
        "stations": sorted(access.stations_where(request.who, "manage_officers")),
        "officers": queries.officers(station, at=request.now),
        "duties": queries.duties(),
        "refused": no.say(translation.get_language() or "th") if no else "",
        "said": request.POST,
        "now": request.now,
    }, status=status)  # fmt: skip


def _number(request: OfficerRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdigit() else 0


def _time(text: str) -> datetime | None:
    """What a browser's date-and-time field says, which is Bangkok's wall clock."""
    if not text:
        return None
    try:
        return datetime.fromisoformat(text).replace(tzinfo=BANGKOK)
    except ValueError as wrong:
        raise WrongTime from wrong

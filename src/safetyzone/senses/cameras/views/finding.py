"""Finding cameras: ask the network, look at what answers, and enter it without typing an address."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, search_actions, search_queries
from safetyzone.senses.cameras.actions import BadEntry
from safetyzone.senses.cameras.register.entry import COLUMNS, Reason
from safetyzone.senses.cameras.search_queries import FoundView
from safetyzone.senses.cameras.views.fields import credential, fields, given, is_thai
from safetyzone.senses.cameras.views.register import station_of

ASKED = tuple(name for name in COLUMNS if name not in {"address", "sub_address"})
LATE = timedelta(seconds=20)
"""A probe that runs has answered by then."""


def find(request: OfficerRequest) -> HttpResponseBase:
    """The button; a POST begins a search."""
    station = station_of(request, request.POST.get("station", ""), permission=access.MANAGE)
    officers.must(request.who, access.MANAGE, station=station)
    refused = ""
    if request.method == "POST":
        try:
            network = request.POST.get("network", "").replace("\x00", "")[:64]
            search_id = search_actions.search(station=station, network=network, by=request.who, at=request.now)
            return redirect("cameras_search", search_id=search_id)
        except (NotFound, NotYours):
            raise
        except Refused as no:
            refused = no.say("th" if is_thai() else "en")
    return render(request, "cameras/find.html", {
        "station": station, "refused": refused, "networks": settings().camera_networks, "search": None,
    }, status=400 if refused else 200)  # fmt: skip


@require_safe
def search(request: OfficerRequest, search_id: UUID) -> HttpResponse:
    """What a search has found; a script that asks gets that part alone."""
    found = search_queries.search(search_id, for_=request.who)
    alone = request.headers.get("HX-Request") == "true"
    return render(request, "cameras/_search.html" if alone else "cameras/find.html", {
        "station": found.station, "search": found, "networks": settings().camera_networks,
        "codes": [] if alone else search_queries.codes(found.station, for_=request.who), "late": request.now - found.asked_at > LATE,
    })  # fmt: skip


@require_safe
def device(request: OfficerRequest, found_id: UUID) -> HttpResponseBase:
    """One device as it is now."""
    if request.headers.get("HX-Request") != "true":
        return redirect("cameras_search", search_id=search_queries.search_of(found_id, for_=request.who))
    return _show(request, search_queries.found(found_id, for_=request.who)[1])


@require_POST
def open_device(request: OfficerRequest, found_id: UUID) -> HttpResponseBase:
    """User and password of one device: the probe looks at it."""
    user, password = credential(request)
    return _do(request, found_id, lambda: search_actions.open_found(
        found_id, user=user, password=password, by=request.who, at=request.now,
    ))  # fmt: skip


@require_POST
def correct(request: OfficerRequest, found_id: UUID) -> HttpResponseBase:
    """Yes: set its key frames."""
    return _do(request, found_id, lambda: search_actions.correct(found_id, by=request.who, at=request.now))


@require_POST
def place(request: OfficerRequest, found_id: UUID) -> HttpResponseBase:
    """It is this camera of the register."""
    code = request.POST.get("code", "").strip().replace("\x00", "")[:32]
    try:
        search_actions.place(found_id, code=code, by=request.who, at=request.now)
    except NotYours:
        raise
    except Refused as no:
        station, found = search_queries.found(found_id, for_=request.who)
        return _show(request, found, no) if _alone(request) else _page(request, found_id, station, no)
    messages.success(request, _("The camera can be opened now."))
    return _go(request, code)


@require_safe
def picture(request: OfficerRequest, found_id: UUID) -> HttpResponse:
    """What it shows; kept by no browser."""
    answer = HttpResponse(search_queries.picture(found_id, for_=request.who), content_type="image/jpeg")
    answer["Cache-Control"] = "no-store"
    return answer


def enter(request: OfficerRequest, found_id: UUID) -> HttpResponseBase:
    """A new camera: the register's form, with what is known filled in and without addresses."""
    station, found = search_queries.found(found_id, for_=request.who)
    main = found.facts.get("main") or {}
    values = {"name_th": "", "width_px": str(main.get("width") or ""), "height_px": str(main.get("height") or "")}
    reasons: tuple[Reason, ...] = ()
    refused = ""
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in ASKED}
        try:
            code = search_actions.enter(found_id, given=given(request.POST, ASKED), by=request.who, at=request.now)
        except BadEntry as no:
            reasons = no.reasons
        except (NotFound, NotYours):
            raise
        except Refused as no:
            refused = no.say("th" if is_thai() else "en")
        else:
            messages.success(request, _("The camera was entered."))
            return redirect("camera", code=code)
    return render(request, "cameras/add.html", {
        "station": station, "fields": fields(ASKED, values, reasons), "wrong": bool(reasons), "found": found, "refused": refused,
    }, status=400 if reasons or refused else 200)  # fmt: skip


def _do(request: OfficerRequest, found_id: UUID, deed: Callable[[], None]) -> HttpResponseBase:
    refused: Refused | None = None
    try:
        deed()
    except (NotFound, NotYours):
        raise
    except Refused as no:
        refused = no
    station, found = search_queries.found(found_id, for_=request.who)
    if _alone(request):
        return _show(request, found, refused)
    return _page(request, found_id, station, refused) if refused else redirect("cameras_found", found_id=found_id)


def _alone(request: OfficerRequest) -> bool:
    return request.headers.get("HX-Request") == "true"


def _show(request: OfficerRequest, found: FoundView, refused: Refused | None = None) -> HttpResponse:
    words = refused.say("th" if is_thai() else "en") if refused else ""
    return render(request, "cameras/_found.html", {"found": found, "no": words}, status=400 if refused else 200)


def _page(request: OfficerRequest, found_id: UUID, station: str, refused: Refused) -> HttpResponse:
    asked = search_queries.search(search_queries.search_of(found_id, for_=request.who), for_=request.who)
    return render(request, "cameras/find.html", {
        "station": station, "search": asked, "networks": settings().camera_networks,
        "codes": search_queries.codes(station, for_=request.who), "refused": refused.say("th" if is_thai() else "en"),
    }, status=400)  # fmt: skip


def _go(request: OfficerRequest, code: str) -> HttpResponse:
    """To the camera, by a browser or by its script."""
    if _alone(request):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("camera", kwargs={"code": code})})
    return redirect("camera", code=code)

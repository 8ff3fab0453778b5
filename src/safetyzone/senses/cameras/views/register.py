"""The register of cameras for officers: the list, one camera with its form and its history, and who owns them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import segno
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, NotYours, Refused
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, actions, queries, search_actions
from safetyzone.senses.cameras.actions import BadEntry
from safetyzone.senses.cameras.queries import ORDERS, CameraView, Sought
from safetyzone.senses.cameras.register.entry import COLUMNS, Reason
from safetyzone.senses.cameras.register.sheet import Format
from safetyzone.senses.cameras.register.writing import of_entries, write
from safetyzone.senses.cameras.search_actions import BadCredential
from safetyzone.senses.cameras.views.fields import CHOICES, choice, credential, fields, given, is_thai, values_of

A_PAGE = 50
ALL_FIELDS = tuple(name for name in COLUMNS if name != "code")
STATES = ("unknown", "working", "offline", "degraded")


def station_of(request: OfficerRequest, asked: str = "", *, permission: str = access.SEE) -> str:
    """The station asked for, or the first whose cameras this person may see (or, with another permission, change).

    Raises:
        NotFound: she may see none, or not that one's.
    """
    may = officers.stations_where(request.who, permission) | officers.stations_where(request.who, access.MANAGE)
    station = asked or request.GET.get("station", "") or min(may, default="")
    if station not in may:
        raise NotFound
    return station


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """The list: searched, narrowed, sorted, a page at a time."""
    station = station_of(request)
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in ("words", "owner", "tier", "state", "order")}
    asked["order"] = asked["order"] if asked["order"].lstrip("-") in ORDERS else "code"
    sought = Sought(**asked)
    total = queries.count(station, for_=request.who, sought=sought)
    pages = max(1, -(-total // A_PAGE))
    number = min(max(_number(request.GET.get("page", "1")), 1), pages)
    found = queries.cameras(station, for_=request.who, sought=sought, first=(number - 1) * A_PAGE, most=A_PAGE)
    kept = {name: value for name, value in asked.items() if value and name != "order"}
    if request.GET.get("station"):
        kept["station"] = station
    return render(request, "cameras/listed.html", {
        "station": station, "stations": sorted(officers.stations_where(request.who, access.SEE)), "cameras": found, "total": total,
        "sought": sought, "page": number, "pages": pages, "kept": urlencode({**kept, "order": sought.order}),
        "columns": _columns(sought.order, kept), "tiers": CHOICES["tier"], "states": STATES, "formats": list(Format),
        "owners": queries.owners(station, for_=request.who), "manages": officers.may(request.who, access.MANAGE, station=station),
        "thai": is_thai(),
    })  # fmt: skip


def _columns(order: str, kept: dict[str, str]) -> list[dict[str, Any]]:
    """Headings that sort: a second click turns the order round."""
    names = {"code": _("Code"), "name": _("Place"), "owner": _("Owner"), "tier": _("Sharing"), "state": _("State"), "changed": _("Changed")}
    return [
        {
            "label": label, "query": urlencode({**kept, "order": f"-{name}" if order == name else name}),
            "sorted": "ascending" if order == name else "descending" if order == f"-{name}" else "",
        }
        for name, label in names.items()
    ]  # fmt: skip


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else 1  # noqa: PLR2004 - nobody has so many pages


@require_safe
def export(request: OfficerRequest, ending: str) -> HttpResponse:
    """The whole register as a file that can be changed and imported again."""
    if ending not in list(Format):
        raise NotFound
    station, kind = station_of(request, permission=access.MANAGE), Format(ending)
    answer = HttpResponse(write(of_entries(queries.entries(station, for_=request.who), kind)), content_type=kind.media_type)
    answer["Content-Disposition"] = f'attachment; filename="cameras-{station}.{kind}"'
    return answer


def add(request: OfficerRequest) -> HttpResponseBase:
    """A new camera, by form."""
    station = station_of(request, request.POST.get("station", ""), permission=access.MANAGE)
    officers.must(request.who, access.MANAGE, station=station)
    values = {name: request.POST.get(name, "") for name in COLUMNS}
    reasons: tuple[Reason, ...] = ()
    refused = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                code = actions.add_camera(station=station, given=given(request.POST, COLUMNS), by=request.who, at=request.now)
                _give_credential(request, code)
        except BadEntry as no:
            reasons = no.reasons
        except BadCredential as no:
            refused = no.say("th" if is_thai() else "en")
        else:
            messages.success(request, _("The camera was entered."))
            return redirect("camera", code=code)
    return render(request, "cameras/add.html", {
        "station": station, "fields": fields(COLUMNS, values, reasons), "wrong": bool(reasons), "refused": refused,
    }, status=400 if reasons or refused else 200)  # fmt: skip


def camera(request: OfficerRequest, code: str) -> HttpResponseBase:
    """One camera; a POST changes it, unless somebody else was faster."""
    found = queries.camera(code, for_=request.who)
    if request.method != "POST":
        return _show(request, found)
    try:
        with transaction.atomic():
            actions.change_camera(
                code=code, given=given(request.POST, ALL_FIELDS), version=_number(request.POST.get("version", "")), by=request.who,
                at=request.now,
            )  # fmt: skip
            _give_credential(request, code)
    except BadEntry as no:
        return _show(request, found, values=request.POST.dict(), reasons=no.reasons)
    except (NotFound, NotYours):
        raise
    except Refused as no:
        return _show(request, queries.camera(code, for_=request.who), refused=no)
    messages.success(request, _("Saved."))
    return redirect("camera", code=code)


def _give_credential(request: OfficerRequest, code: str) -> None:
    """What the form says of user and password; both empty: as they were. Raises BadCredential."""
    user, password = credential(request)
    if user or password:
        search_actions.give_credential(code, user=user, password=password, by=request.who, at=request.now)


def _show(
    request: OfficerRequest, found: CameraView, *, values: dict[str, str] | None = None, reasons: tuple[Reason, ...] = (),
    refused: Refused | None = None,
) -> HttpResponse:  # fmt: skip
    language = "th" if is_thai() else "en"
    return render(request, "cameras/camera.html", {
        "camera": found, "manages": officers.may(request.who, access.MANAGE, station=found.station),
        "fields": fields(ALL_FIELDS, values or values_of(found.entry), reasons), "refused": refused.say(language) if refused else "",
        "wrong": bool(reasons), "history": [_told(act) for act in queries.history(found.code, for_=request.who)],
        "owner_kind": choice("owner_kind", found.owner_kind),
    }, status=400 if reasons or refused else 200)  # fmt: skip


def _told(act: Any) -> dict[str, Any]:
    """One act of the audit log in words."""
    done = {
        "camera.added": _("entered"), "camera.changed": _("changed"), "camera.paused": _("sharing paused"),
        "camera.resumed": _("sharing resumed"), "camera.withdrawn": _("withdrawn"), "camera.shared_again": _("shared again"),
        "camera.retired": _("retired"), "camera.surveyed": _("surveyed"), "camera.survey_settled": _("survey decided"),
        "camera.mended": _("mended"), "camera.owner_told": _("owner told"),
        "survey.gone_confirmed": _("not found, and gone"), "survey.gone_refused": _("there after all"),
        "cameras.imported": _("imported from a list"),
        "camera.credential_given": _("password for it given"),
    }  # fmt: skip
    thai = is_thai()
    names = [(COLUMNS[n].th if thai else COLUMNS[n].en, said) for n, said in act.facts.get("changed", {}).items() if n in COLUMNS]
    changes = [{"name": name, "from": said[0] if said else "", "to": said[1] if said else ""} for name, said in names]
    actor = _("its owner, by link") if act.actor.startswith("camera-owner:") else act.actor
    return {"at": act.at, "actor": actor, "what": done.get(act.action, act.action), "why": act.why, "changes": changes}


DEEDS: dict[str, Callable[..., None]] = {
    "pause": actions.pause, "resume": actions.resume, "withdraw": actions.withdraw, "share_again": actions.share_again,
}  # fmt: skip


@require_POST
def deed(request: OfficerRequest, code: str, verb: str) -> HttpResponseBase:
    """Pause, resume, withdraw, share again, retire."""
    found = queries.camera(code, for_=request.who)
    try:
        if verb == "retire":
            actions.retire_camera(code=code, why=request.POST.get("why", "").replace("\x00", ""), by=request.who, at=request.now)
            return redirect("cameras")
        if verb not in DEEDS:
            raise NotFound
        DEEDS[verb](code=code, by=request.who, at=request.now)
    except (NotFound, NotYours):
        raise
    except Refused as no:
        return _show(request, found, refused=no)
    return redirect("camera", code=code)


@require_safe
def owners(request: OfficerRequest) -> HttpResponse:
    """Who owns the station's cameras, and a link for each."""
    return _show_owners(request, station_of(request, permission=access.MANAGE))


@require_POST
def owner_deed(request: OfficerRequest, owner_id: UUID, verb: str) -> HttpResponse:
    """A link to hand over, a new link that ends the old ones, or how the owner is reached."""
    owner = queries.owner(owner_id, for_=request.who)
    token, refused = "", None
    try:
        token = _do_for_owner(request, owner_id, verb, request.now)
    except (NotFound, NotYours):
        raise
    except Refused as no:
        refused = no
    link = f"{settings().public_url.rstrip('/')}/camera-owner/{token}/" if token else ""
    return _show_owners(request, owner.station, owner=owner.id, link=link, refused=refused)


@require_POST
def add_owner(request: OfficerRequest) -> HttpResponse:
    """An owner who has no camera yet: he enters them himself, by his link."""
    station = station_of(request, request.POST.get("station", ""), permission=access.MANAGE)
    try:
        name, kind = request.POST.get("name", ""), request.POST.get("kind", "")
        actions.add_owner(station=station, name=name, kind=kind, by=request.who, at=request.now)
    except Refused as no:
        return _show_owners(request, station, refused=no)
    return _show_owners(request, station)


def _do_for_owner(request: OfficerRequest, owner_id: UUID, verb: str, at: datetime) -> str:
    if verb == "link":
        return actions.give_owner_link(owner_id=owner_id, by=request.who, at=at)
    if verb == "renew":
        return actions.renew_owner_link(owner_id=owner_id, by=request.who, at=at)
    if verb != "contact":
        raise NotFound
    channel, contact = request.POST.get("channel", ""), request.POST.get("contact", "")[:200]
    actions.change_owner_contact(owner_id=owner_id, channel=channel, contact=contact, by=request.who, at=at)
    return ""


def _show_owners(
    request: OfficerRequest, station: str, *, owner: UUID | None = None, link: str = "", refused: Refused | None = None
) -> HttpResponse:
    officers.must(request.who, access.MANAGE, station=station)
    return render(request, "cameras/owners.html", {
        "station": station, "owners": queries.owners(station, for_=request.who), "chosen": owner, "link": link,
        "qr": segno.make(link, micro=False).svg_data_uri(scale=4, border=4, light="white") if link else "",
        "kinds": [(code, th if is_thai() else en) for code, th, en in CHOICES["owner_kind"]],
        "refused": refused.say("th" if is_thai() else "en") if refused else "",
    }, status=400 if refused else 200)  # fmt: skip

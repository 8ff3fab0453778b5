"""The owner's own page: his cameras, what he shares in plain words, who looked, every switch. Forms work without a script."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import orjson
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers.requests import AnyRequest
from safetyzone.ground.streets import views as streets
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras import actions, owner_actions, queries, rules
from safetyzone.senses.cameras.access import Owner
from safetyzone.senses.cameras.actions import BadEntry
from safetyzone.senses.cameras.queries import CameraView
from safetyzone.senses.cameras.register.cells import THAI_DIGITS, Cell
from safetyzone.senses.cameras.register.entry import Reason
from safetyzone.senses.cameras.views.fields import fields, given, is_thai, values_of
from safetyzone.senses.cameras.views.owner_door import by_link
from safetyzone.senses.looks import queries as looks

ASKED = ("name_th", "azimuth_deg", "tier", "live_radius_m")
"""What an owner is asked first; the place comes as one field, as map programs copy it."""
TECHNICAL = ("height_m", "tilt_deg", "hfov_deg", "width_px", "height_px", "kind", "ir_range_m", "low_light", "retention_days")
USUAL = {
    "height_m": "3", "tilt_deg": "15", "hfov_deg": "90", "width_px": "1920", "height_px": "1080", "kind": "fixed", "ir_range_m": "0",
    "low_light": "no", "retention_days": "7", "tier": rules.Tier.DURING_INCIDENT.value, "live_radius_m": "150",
}  # fmt: skip
"""A shop's camera as most are sold; a survey finds out what it really is."""
ARROWS = (
    (0, "↑", "เหนือ", "north"), (45, "↗", "ตะวันออกเฉียงเหนือ", "north-east"), (90, "→", "ตะวันออก", "east"),
    (135, "↘", "ตะวันออกเฉียงใต้", "south-east"), (180, "↓", "ใต้", "south"), (225, "↙", "ตะวันตกเฉียงใต้", "south-west"),
    (270, "←", "ตะวันตก", "west"), (315, "↖", "ตะวันตกเฉียงเหนือ", "north-west"),
)  # fmt: skip
_TWO_NUMBERS = re.compile(r"\s*([^,;\s]+)[,;\s]+([^,;\s]+)\s*")
LOOKS_SHOWN = 20
"""So many looks of a camera stand on the page, the latest."""


@by_link
@require_safe
def page(request: AnyRequest, holder: Owner, token: str) -> HttpResponse:
    """His cameras, one below the other."""
    return _page(request, holder, token)


def _page(request: AnyRequest, holder: Owner, token: str, *, refused: Refused | None = None) -> HttpResponse:
    mine = queries.cameras_of(holder)
    looked = looks.at_cameras([camera.code for camera in mine], most=LOOKS_SHOWN)
    return render(request, "cameras/owner.html", {
        "token": token, "owner": _mine(holder), "thai": is_thai(), "tiers": list(rules.TIER_WORDS.values()),
        "cameras": [
            {"it": camera, "looks": looked[camera.code], "over": rules.contract_is_over(camera.contract_until, request.now),
             "direction": _direction(camera.azimuth_deg)}
            for camera in mine
        ],
        "refused": refused.say("th" if is_thai() else "en") if refused else "",
    }, status=400 if refused else 200)  # fmt: skip


def _mine(holder: Owner) -> queries.OwnerView:
    if holder.owner_id is None:
        raise NotFound
    return queries.owner(holder.owner_id, for_=holder)


def _direction(azimuth_deg: float) -> str:
    """A bearing as people say it: the nearest of eight."""
    _, arrow, th, en = ARROWS[round(azimuth_deg / 45) % 8]
    return f"{arrow} {th if is_thai() else en}"


@by_link
def add(request: AnyRequest, holder: Owner, token: str) -> HttpResponseBase:
    """A new camera: where, which way, what is shared. All else has a usual value that he may leave."""
    if request.method != "POST":
        return _form(request, token, USUAL, place="")
    said, place = _said(request.POST)
    try:
        actions.add_camera(station=holder.station, given={**said, "owner": "", "code": ""}, by=holder, at=request.now)
    except BadEntry as no:
        return _form(request, token, request.POST.dict(), place=place, reasons=no.reasons)
    except Refused as no:
        return _page(request, holder, token, refused=no)
    return redirect("camera_owner", token=token)


@by_link
def camera(request: AnyRequest, holder: Owner, token: str, code: str) -> HttpResponseBase:
    """One of his cameras, to be changed."""
    found = _own(holder, code)
    if request.method != "POST":
        return _form(request, token, values_of(found.entry), place=f"{found.lat}, {found.lon}", camera=found)
    said, place = _said(request.POST)
    try:
        actions.change_camera(code=code, given=said, by=holder, at=request.now)
    except BadEntry as no:
        return _form(request, token, request.POST.dict(), place=place, reasons=no.reasons, camera=found)
    return redirect("camera_owner", token=token)


def _own(holder: Owner, code: str) -> CameraView:
    return queries.camera(code, for_=holder)


def _said(posted: Mapping[str, str]) -> tuple[dict[str, Cell], str]:
    """The form's fields, with the place as longitude and latitude. An arrow counts unless a number of degrees was typed."""
    said = given(posted, (*ASKED, *TECHNICAL))
    place = str(posted.get("place", ""))[:100]
    found = _TWO_NUMBERS.fullmatch(place.translate(THAI_DIGITS))
    said["lat"], said["lon"] = found.groups() if found else ("", "")
    if posted.get("arrow") and said.get("azimuth_deg", "") in {"", posted.get("azimuth_before", "")}:
        said["azimuth_deg"] = str(posted["arrow"])
    return said, place


def _form(
    request: AnyRequest, token: str, values: Mapping[str, str], *, place: str, reasons: tuple[Reason, ...] = (),
    camera: CameraView | None = None,
) -> HttpResponse:  # fmt: skip
    thai, shown = is_thai(), {**values}
    placed = [reason for reason in reasons if reason.field in {"lon", "lat"}]
    azimuth, arrow = shown.get("azimuth_deg", ""), shown.get("arrow", "")
    if azimuth in {str(degrees) for degrees, *_ in ARROWS}:
        azimuth, arrow = "", azimuth
    return render(request, "cameras/owner_camera.html", {
        "token": token, "camera": camera, "thai": thai, "place": place, "name": shown.get("name_th", ""),
        "place_wrong": (placed[0].th if thai else placed[0].en) if placed else "", "azimuth": azimuth,
        "chosen": arrow, "arrows": [(str(d), a, th if thai else en) for d, a, th, en in ARROWS],
        "tiers": list(rules.TIER_WORDS.values()), "tier": shown.get("tier", ""), "radius": shown.get("live_radius_m", ""),
        "wrong": {r.field: (r.th if thai else r.en) for r in reasons}, "technical": fields(TECHNICAL, shown, reasons),
        "technical_open": any(reason.field in TECHNICAL for reason in reasons),
        "others": [r.say("th" if thai else "en") for r in reasons if r.field not in {*ASKED, *TECHNICAL, "lon", "lat"}],
        "base": reverse("camera_owner_map", kwargs={"token": token}),
    }, status=400 if reasons else 200)  # fmt: skip


DEEDS: dict[str, Callable[..., None]] = {
    "pause": actions.pause, "resume": actions.resume, "withdraw": actions.withdraw, "share_again": actions.share_again,
    "agree_to_turn": actions.agree_to_turn, "forbid_to_turn": actions.forbid_to_turn,
}  # fmt: skip


@by_link
@require_POST
def deed(request: AnyRequest, holder: Owner, token: str, code: str, verb: str) -> HttpResponseBase:
    """Pause, resume, withdraw, share again: at once."""
    if verb not in DEEDS:
        raise NotFound
    _own(holder, code)
    DEEDS[verb](code=code, by=holder, at=request.now)
    return redirect(reverse("camera_owner", kwargs={"token": token}) + f"#{code}")


@by_link
@require_POST
def language(request: AnyRequest, holder: Owner, token: str) -> HttpResponseBase:
    """Thai or English, from now on."""
    wanted = request.POST.get("language", "")
    owner_actions.change_owner_language(owner_id=_mine(holder).id, language=wanted, by=holder, at=request.now)
    return redirect("camera_owner", token=token)


@by_link
@require_POST
def renew(request: AnyRequest, holder: Owner, token: str) -> HttpResponseBase:
    """A new link in place of this one, for an owner who showed his to somebody he should not have."""
    new = actions.renew_owner_link(owner_id=_mine(holder).id, by=holder, at=request.now)
    return redirect("camera_owner", token=new)


@by_link
@require_safe
def map_about(request: AnyRequest, holder: Owner, token: str) -> HttpResponse:
    """What the base map is; its tiles, too, are only behind the link."""
    about: dict[str, Any] = orjson.loads(streets.about(request).content)
    version = about["tiles"].partition("?")[2]
    tiles = reverse("camera_owner_tiles", kwargs={"token": token})
    return JsonResponse({**about, "tiles": f"{tiles}?{version}"})


@by_link
@require_safe
def map_tiles(request: AnyRequest, holder: Owner, token: str) -> HttpResponse:
    """The streets, by ranges."""
    return streets.tiles(request)

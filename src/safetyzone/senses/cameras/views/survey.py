"""The survey on a phone: one page that works without a signal, what it sends, and the page on which planners decide conflicts."""

from pathlib import Path
from typing import Annotated, Any, Literal
from uuid import UUID

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_POST, require_safe
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from safetyzone.ground.officers.access import stations_where
from safetyzone.ground.officers.requests import AnyRequest, OfficerRequest
from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.refusals import NotYours, Refused
from safetyzone.senses.cameras import access, gone_actions, proposal_actions, proposal_queries, survey_actions, survey_queries
from safetyzone.senses.cameras.proposal_actions import Proposal
from safetyzone.senses.cameras.survey_actions import SHOWS, Found
from safetyzone.senses.cameras.survey_photos import MOST_BYTES, BadPhoto
from safetyzone.senses.cameras.survey_queries import Disputed
from safetyzone.senses.cameras.survey_rules import CONDITION_WORDS, PLACE, TURN, Condition, Pose, turned_deg
from safetyzone.senses.cameras.views.camera_map import packed
from safetyzone.senses.cameras.views.fields import is_thai
from safetyzone.senses.cameras.views.register import station_of

_static = Path(__file__).resolve().parents[3] / "static" / "safetyzone"
LARGEST_BODY = 10_000
MOST_VERSIONS = 2**31 - 1
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
"""PostgreSQL keeps no NUL."""


class NotUnderstood(Refused):
    """The message is not what a phone of ours sends."""

    code = "not_understood"
    th = "อ่านข้อความไม่ได้: {field}"
    en = "The message could not be understood: {field}"


class Hung(BaseModel):
    """How a camera hangs, as the phone saw it in its list or as it measured it."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    azimuth_deg: float | None = Field(default=None, ge=0, le=360)
    tilt_deg: float | None = Field(default=None, ge=-90, le=90)
    height_m: float | None = Field(default=None, gt=0, le=100)
    lon: float | None = None
    lat: float | None = None
    accuracy_m: float = Field(default=0, ge=0, le=100_000)
    azimuth_accuracy_deg: float | None = Field(default=None, ge=0, le=360)

    def pose(self) -> Pose:
        """For the rules. A fix outside the country is a broken one, and none."""
        known = self.lon is not None and self.lat is not None and is_in_thailand(self.lon, self.lat)
        place = Point(lon=self.lon or 0, lat=self.lat or 0) if known else None
        return Pose(
            azimuth_deg=self.azimuth_deg, tilt_deg=self.tilt_deg, height_m=self.height_m, place=place, accuracy_m=self.accuracy_m
        )


class New(BaseModel):
    """What a phone says of a camera that is not in the register; its name and its owner's only if they are written there."""

    model_config = ConfigDict(extra="ignore")

    name: Text = Field(default="", max_length=120)
    pole_mark: Text = Field(default="", max_length=40)
    owner: Text = Field(default="", max_length=120)
    kind: Literal["fixed", "ptz"] = "fixed"


class Sent(BaseModel):
    """A survey as a phone sends it, of a camera of the register or of a new one; its photos come beside it."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    id: UUID
    camera: Text = Field(default="", max_length=32)
    new: New | None = None
    made_at: AwareDatetime
    base_version: int = Field(default=1, ge=1, le=MOST_VERSIONS)
    condition: Condition
    note: Text = Field(default="", max_length=500)
    measured: Hung = Hung()
    seen: Hung = Hung()


@require_safe
def page(request: OfficerRequest) -> HttpResponse:
    """The page; everything else on it comes from the phone's own memory."""
    if not stations_where(request.who, access.SURVEY):
        raise NotYours
    managed = stations_where(request.who, access.MANAGE)
    waiting = sum(
        len(survey_queries.conflicts(station, for_=request.who)) + len(survey_queries.not_there(station, for_=request.who))
        + len(proposal_queries.proposals(station, for_=request.who))
        for station in managed
    )  # fmt: skip
    return render(request, "cameras/survey.html", {"manages": bool(managed), "waiting": waiting})


@require_safe
def carried(request: OfficerRequest) -> HttpResponse:
    """What the phone takes along: the cameras, and what became of the surveys it sent."""
    cameras = survey_queries.carried(for_=request.who)
    return packed(request, orjson.dumps({"cameras": cameras, "surveys": survey_queries.became_of(for_=request.who, at=request.now)}))


@require_POST
def send(request: OfficerRequest) -> HttpResponse:
    """One survey with its photos. Sent again it changes nothing and has the same answer."""
    try:
        sent = Sent.model_validate(orjson.loads(str(request.POST.get("survey", ""))[:LARGEST_BODY]))
    except (ValidationError, orjson.JSONDecodeError) as wrong:
        field = ".".join(str(part) for part in wrong.errors()[0]["loc"]) if isinstance(wrong, ValidationError) else "JSON"
        raise NotUnderstood(field=field) from wrong
    if bool(sent.camera) == (sent.new is not None):
        raise NotUnderstood(field="camera")
    if sent.new is not None and sent.condition is Condition.GONE:
        raise NotUnderstood(field="condition")
    return _propose(request, sent, sent.new) if sent.new else _survey(request, sent)


def _survey(request: OfficerRequest, sent: Sent) -> HttpResponse:
    found = Found(
        id=sent.id, camera=sent.camera, made_at=sent.made_at, base_version=sent.base_version, condition=sent.condition, note=sent.note,
        measured=sent.measured.pose(), seen=sent.seen.pose(), azimuth_accuracy_deg=sent.measured.azimuth_accuracy_deg,
    )  # fmt: skip
    kept = survey_actions.record_survey(found=found, photos=_photos(request), by=request.who, at=request.now)
    state = "conflict" if kept.conflicts or sent.condition is Condition.GONE else "sent"
    return JsonResponse({"id": str(kept.id), "state": state, "conflicts": kept.conflicts, "again": kept.again})


def _propose(request: OfficerRequest, sent: Sent, new: New) -> HttpResponse:
    found = Proposal(
        id=sent.id, made_at=sent.made_at, condition=sent.condition, note=sent.note, measured=sent.measured.pose(),
        azimuth_accuracy_deg=sent.measured.azimuth_accuracy_deg, name=new.name, pole_mark=new.pole_mark, owner=new.owner, kind=new.kind,
    )  # fmt: skip
    kept = proposal_actions.propose(found=found, photos=_photos(request), by=request.who, at=request.now)
    return JsonResponse({"id": str(kept.id), "state": "proposed", "conflicts": [], "again": kept.again})


def _photos(request: OfficerRequest) -> dict[str, bytes]:
    photos: dict[str, bytes] = {}
    for shows in SHOWS:
        file = request.FILES.get(shows)
        if not isinstance(file, UploadedFile):
            continue
        if (file.size or 0) > MOST_BYTES:
            raise BadPhoto
        photos[shows] = file.read()
    return photos


@require_safe
def photo(request: OfficerRequest, photo_id: UUID) -> HttpResponse:
    """A photo; that she looked is recorded, so no copy stays in her browser."""
    data = survey_actions.look_at_photo(photo=photo_id, by=request.who, at=request.now)
    return HttpResponse(data, content_type="image/jpeg", headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})


LABELS = {
    "azimuth_deg": ("ทิศที่หัน", "Direction"), "tilt_deg": ("มุมก้ม", "Tilt"), "height_m": ("ความสูง", "Height"), "place": ("ตำแหน่ง", "Place")
}  # fmt: skip


@require_safe
def conflicts(request: OfficerRequest) -> HttpResponse:
    """Where a survey and somebody else changed the same field: both values, one click."""
    station = station_of(request, permission=access.MANAGE)
    side = 0 if is_thai() else 1
    found = [
        {
            "survey": one, "name": one.name_th if side == 0 else one.name_en, "condition": CONDITION_WORDS[one.condition][side],
            "fields": [
                {"label": LABELS[d.field][side], "seen": _said(d, d.seen), "register": _said(d, d.register),
                 "measured": _said(d, d.measured), "apart": _apart(d)}
                for d in one.disputed
            ],
        }
        for one in survey_queries.conflicts(station, for_=request.who)
    ]  # fmt: skip
    new, gone = proposal_queries.proposals(station, for_=request.who), survey_queries.not_there(station, for_=request.who)
    return render(request, "cameras/survey_conflicts.html", {
        "conflicts": found, "proposals": new, "gone": gone, "total": len(found) + len(new) + len(gone), "station": station,
    })  # fmt: skip


@require_POST
def settle(request: OfficerRequest, survey_id: UUID) -> HttpResponseBase:
    """The click."""
    try:
        survey_actions.settle_conflict(survey=survey_id, keep=request.POST.get("keep", ""), by=request.who, at=request.now)
    except Refused as no:
        messages.warning(request, no.say(request.who.language))
    return redirect("survey_conflicts")


@require_POST
def settle_gone(request: OfficerRequest, survey_id: UUID) -> HttpResponseBase:
    """The one key: it is gone, or it hangs there after all."""
    try:
        gone_actions.settle_gone(survey=survey_id, gone=request.POST.get("gone") == "yes", by=request.who, at=request.now)
    except Refused as no:
        messages.warning(request, no.say(request.who.language))
    return redirect("survey_conflicts")


def _said(one: Disputed, value: Any) -> str:
    """A value as people read it; – where the phone had not seen one."""
    if value is None:
        return "–"
    if one.field == PLACE:
        return f"{value[1]:.5f}, {value[0]:.5f}"
    return f"{value:g} {'ม.' if is_thai() else 'm'}" if one.field == "height_m" else f"{value:g}°"


def _apart(one: Disputed) -> str:
    """How far the two are apart."""
    if one.register is None or one.measured is None:
        return ""
    if one.field == PLACE:
        here, there = (Point(lon=lon, lat=lat) for lon, lat in (one.register, one.measured))
        return f"{here.metres_to(there):.0f} {'ม.' if is_thai() else 'm'}"
    apart = turned_deg(one.register, one.measured) if one.field == TURN else abs(one.register - one.measured)
    return f"{apart:g} {'ม.' if is_thai() else 'm'}" if one.field == "height_m" else f"{apart:g}°"


@login_not_required
@require_safe
def manifest(request: AnyRequest) -> HttpResponse:
    """So that the page can be put on the phone's first screen."""
    icon = {"src": static("safetyzone/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    shown = {
        "name": "Safety Zone สำรวจกล้อง", "short_name": "สำรวจกล้อง", "lang": "th", "start_url": "/survey/", "scope": "/survey/",
        "display": "standalone", "orientation": "portrait", "background_color": "#1b1f23", "theme_color": "#1b1f23", "icons": [icon],
    }  # fmt: skip
    return JsonResponse(shown, content_type="application/manifest+json")


@login_not_required
@require_safe
def worker(request: AnyRequest) -> HttpResponse:
    """The service worker, served from here because its scope is the folder it comes from."""
    code = (_static / "survey-worker.js").read_bytes()
    return HttpResponse(code, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})

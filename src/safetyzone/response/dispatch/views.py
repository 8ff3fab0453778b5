"""The patrol's phone: one page, its buttons, and the same for devices that ask for JSON. Plain forms work without a script."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

import orjson
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.views.decorators.http import require_GET, require_POST
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from safetyzone.ground.officers.requests import AnyRequest, OfficerRequest
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.response.dispatch import actions, phone
from safetyzone.response.dispatch.press_actions import press_once
from safetyzone.response.dispatch.queries import UnitView, units_of

_static = Path(__file__).resolve().parents[2] / "static" / "safetyzone"
LARGEST_BODY = 10_000


class NotUnderstood(Refused):
    """The message is not what the README describes."""

    code = "not_understood"
    th = "อ่านข้อความไม่ได้: {field}"
    en = "The message could not be understood: {field}"


class Pressed(BaseModel):
    """What comes with any button. ``key`` is the phone's own, the same in every repeat."""

    model_config = ConfigDict(extra="ignore")

    key: UUID | None = None
    pressed_at: AwareDatetime | None = None
    why: str = Field(default="", max_length=400)
    more: str = Field(default="", max_length=400)
    words: str = Field(default="", max_length=400)
    call_sign: str = Field(default="", max_length=24)
    duty: str = Field(default="", max_length=8)


class Fix(BaseModel):
    """Where the phone is, or ``sharing: false`` when the officer switched it off."""

    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)

    call_sign: str = Field(default="", max_length=24)
    sharing: bool = True
    lon: float | None = Field(default=None, ge=-180, le=180)
    lat: float | None = Field(default=None, ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000)
    age_s: float = Field(default=0, ge=0, le=3600)


Shape = TypeVar("Shape", bound=BaseModel)


def _said(request: HttpRequest, shape: type[Shape]) -> Shape:
    """The body, as JSON or as a form."""
    try:
        if request.content_type == "application/json":
            return shape.model_validate(orjson.loads(request.body[:LARGEST_BODY] or b"{}"))
        return shape.model_validate({field: value for field, value in request.POST.items() if value})
    except (ValidationError, orjson.JSONDecodeError) as wrong:
        field = ".".join(str(part) for part in wrong.errors()[0]["loc"]) if isinstance(wrong, ValidationError) else "JSON"
        raise NotUnderstood(field=field) from wrong


def _wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def _json(request: OfficerRequest) -> HttpResponse:
    return HttpResponse(orjson.dumps(phone.as_json(request.who, request.now)), content_type="application/json")


@require_GET
def page(request: OfficerRequest) -> HttpResponse:
    """The page; ``?part`` gives the inside alone, which the script fetches again and again."""
    shown = {**phone.page(request.who, request.now), "sees_room": any(p == "see_room" for _, p in request.who.grants)}
    return render(request, "dispatch/_patrol.html" if "part" in request.GET else "dispatch/patrol.html", shown)


@require_GET
def job(request: OfficerRequest) -> HttpResponse:
    """The same for devices."""
    return _json(request)


def _do(request: OfficerRequest, button: str, deed: Callable[[Pressed], object]) -> HttpResponseBase:
    """One press of a button: once, whatever the radio link repeats; "no" is shown on the page itself."""
    try:
        said = _said(request, Pressed)
        at = request.now
        press_once(
            key=said.key or new_id(), button=button, pressed_at=said.pressed_at or at, deed=lambda: deed(said),
            by=request.who, at=at,
        )  # fmt: skip
    except Refused as no:
        if _wants_json(request):
            raise
        messages.warning(request, no.say(request.who.language))
    return _json(request) if _wants_json(request) else redirect("patrol")


STEPS: dict[str, Callable[..., object]] = {
    "acknowledge": actions.acknowledge,
    "set_out": actions.set_out,
    "arrive": actions.arrive,
    "finish": actions.finish,
    "decline": actions.decline,
    "well": actions.i_am_well,
}


@require_POST
def step(request: OfficerRequest, dispatch_id: UUID, code: str) -> HttpResponseBase:
    """The next step of an order, or "I am well"."""
    action = STEPS.get(code)
    if action is None:
        raise NotFound

    def deed(said: Pressed) -> object:
        more: dict[str, Any] = {}
        if code == "decline":
            more["why"] = " ".join(part for part in (said.why.strip(), said.more.strip()) if part)
        if code == "finish":
            more["words"] = said.words.strip()
        return action(dispatch_id=dispatch_id, by=request.who, at=request.now, **more)

    return _do(request, code, deed)


@require_POST
def help_me(request: OfficerRequest) -> HttpResponseBase:
    """An officer needs help, with or without a job."""

    def deed(said: Pressed) -> object:
        unit = _mine(request, said.call_sign)
        order = unit.order.id if unit.order else None
        return actions.need_help(call_sign=unit.call_sign, dispatch_id=order, by=request.who, at=request.now)

    return _do(request, "help", deed)


@require_POST
def duty(request: OfficerRequest) -> HttpResponseBase:
    """On duty, busy, or off."""

    def deed(said: Pressed) -> object:
        unit = _mine(request, said.call_sign)
        return actions.set_duty(call_sign=unit.call_sign, duty=said.duty, by=request.who, at=request.now)

    return _do(request, "duty", deed)


@require_POST
def position(request: OfficerRequest) -> HttpResponseBase:
    """Where the patrol is. Not a button: no key, the latest counts."""
    fix = _said(request, Fix)
    unit = _mine(request, fix.call_sign)
    if not fix.sharing:
        actions.stop_sharing(call_sign=unit.call_sign, by=request.who, at=request.now)
    elif fix.lon is None or fix.lat is None:
        raise NotUnderstood(field="lon, lat")
    else:
        actions.report_position(
            call_sign=unit.call_sign, point=Point(lon=fix.lon, lat=fix.lat), accuracy_m=fix.accuracy_m,
            fixed_at=_taken(request.now, fix.age_s), by=request.who, at=request.now,
        )  # fmt: skip
    return HttpResponse(status=204)


def _taken(now: datetime, age_s: float) -> datetime:
    """When the fix was taken: by age and not by the phone's clock, which may be wrong."""
    return now - timedelta(seconds=age_s)


def _mine(request: OfficerRequest, call_sign: str) -> UnitView:
    """The named unit of the officer's, or the one the page shows."""
    units = units_of(request.who, request.now)
    unit = next((unit for unit in units if call_sign in {"", unit.call_sign}), None)
    if unit is None:
        raise NotFound("You are not in the crew of that unit.", "ท่านไม่ได้อยู่ในสายตรวจนี้")
    return unit


@login_not_required
@require_GET
def manifest(request: AnyRequest) -> HttpResponse:
    """So that the page can be put on the phone's first screen."""
    icon = {"src": static("safetyzone/icon.svg"), "sizes": "any", "type": "image/svg+xml", "purpose": "any"}
    shown = {
        "name": "Safety Zone สายตรวจ", "short_name": "สายตรวจ", "lang": "th", "start_url": "/patrol/", "scope": "/patrol/",
        "display": "standalone", "orientation": "portrait", "background_color": "#1b1f23", "theme_color": "#1b1f23",
        "icons": [icon],
    }  # fmt: skip
    return JsonResponse(shown, content_type="application/manifest+json")


@login_not_required
@require_GET
def worker(request: AnyRequest) -> HttpResponse:
    """The service worker, served from here because its scope is the folder it comes from."""
    code = (_static / "patrol-worker.js").read_bytes()
    return HttpResponse(code, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})

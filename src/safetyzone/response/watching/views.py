"""``/video/…``: tickets and the four cameras of a spot for browsers; pulls and standing for the video program and nobody else."""

import hashlib
from collections.abc import Callable
from functools import wraps
from secrets import compare_digest
from typing import Annotated, Any

import orjson
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from safetyzone.contracts.video import MOST_TILES, CameraCode, Closing, Mode, Standing, internal_key, session_mark
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel import clock
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.kernel.settings import settings
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS
from safetyzone.response.watching import circumstances, queries, rules, standing_actions
from safetyzone.response.watching.actions import Answer, Door, give_tickets
from safetyzone.response.watching.rules import Ask
from safetyzone.senses.cameras.seeing_queries import SeesSpot
from safetyzone.senses.cameras.terms import Terms

LEAST_WORDS = 4
LARGEST_ID = (1 << 63) - 1
Milliseconds = Annotated[int, Field(ge=0, le=10**14)]


class BadRequest(Refused):
    """Not what this address takes."""

    code = "bad_request"
    th = "คำขอไม่ถูกต้อง"
    en = "This is not a request that can be answered."


class BadSpan(Refused):
    """A recording from when to when?"""

    code = "bad_span"
    th = "ช่วงเวลาไม่ถูกต้อง ต้องเรียงตามเวลาและไม่เกิน 6 ชั่วโมงต่อครั้ง"
    en = "The span must begin before it ends, and last six hours at most."


class SayWhy(Refused):
    """A look at a recording has an incident or a reason."""

    code = "say_why"
    th = "การดูภาพย้อนหลังต้องระบุเหตุหรือเหตุผล"
    en = "To watch a recording, name its incident or say why."


class Wish(BaseModel):
    """``POST /video/tickets``."""

    model_config = ConfigDict(extra="forbid")

    cameras: list[CameraCode] = Field(min_length=1, max_length=MOST_TILES)
    incident: int | None = Field(default=None, ge=1, le=LARGEST_ID)
    mode: Mode = "live"
    why: str = Field(default="", max_length=240)
    from_ms: Milliseconds = 0
    to_ms: Milliseconds = 0


@require_POST
def tickets(request: OfficerRequest) -> HttpResponse:
    """A ticket for each camera that this officer may open now; for the others, why not."""
    try:
        wish = Wish.model_validate_json(request.body)
    except ValidationError as wrong:
        raise BadRequest from wrong
    if wish.incident is not None:
        incidents.incident(wish.incident, for_=request.who)  # one that she may not see is none
    ask, words = _asked(wish), wish.why.strip()
    codes = list(dict.fromkeys(wish.cameras))
    here = circumstances.now(codes, [wish.incident] if wish.incident else [], at=request.now)
    doors = [Door(code, ask, wish.incident, words) for code in codes]
    answers = give_tickets(doors, here=here, session=_mark(request), by=request.who, at=request.now)
    return _said([_tile(door.camera, answer, here.terms.get(door.camera)) for door, answer in zip(doors, answers, strict=True)])


def _asked(wish: Wish) -> Ask:
    """Raises BadSpan, SayWhy."""
    if wish.mode == rules.LIVE:
        return Ask(rules.LIVE, wish.incident is not None)
    longest_ms = rules.LONGEST_SPAN.total_seconds() * 1000
    if not wish.from_ms < wish.to_ms <= wish.from_ms + longest_ms:
        raise BadSpan
    if wish.incident is None and len(wish.why.strip()) < LEAST_WORDS:
        raise SayWhy
    return Ask(rules.RECORDED, wish.incident is not None, wish.from_ms, wish.to_ms)


def _mark(request: HttpRequest) -> str:
    return session_mark(request.session.session_key or "")


def _tile(code: str, answer: Answer, terms: Terms | None) -> dict[str, Any]:
    """A camera that she may not know of has no name, and its answer is that of one that is not there."""
    said, known = answer.verdict, terms if answer.verdict.why != "not_found" else None
    return {
        "camera": code, "name_th": known.name_th if known else "", "name_en": known.name_en if known else "", "ticket": answer.ticket,
        "why_th": "" if said.yes else said.th, "why_en": "" if said.yes else said.en, "terms_th": said.th, "terms_en": said.en,
    }  # fmt: skip


@require_POST
def spot(request: OfficerRequest, incident_id: int) -> HttpResponse:
    """The four cameras that see an incident, best first, each with a ticket for now and one for the loop where there may be one."""
    if incident_id > LARGEST_ID:
        raise NotFound
    view = incidents.incident(incident_id, for_=request.who)
    if view.where is None:
        return _said([])
    is_open = view.status in OPEN_FOR_REPEATS
    seen = queries.watching(view.station, view.where, incident_open=is_open, for_=request.who, at=request.now)
    here = circumstances.now([each.camera for each in seen], [incident_id], at=request.now)
    doors = [Door(each.camera, Ask(rules.LIVE, True), incident_id) for each in seen]
    loops = []
    for each in seen:
        terms = here.terms.get(each.camera)
        call = here.call(terms, incident_id) if terms else None
        if terms and call:
            loops.append(Door(each.camera, rules.loop(terms, call, request.now), incident_id))
    answers = give_tickets([*doors, *loops], here=here, session=_mark(request), by=request.who, at=request.now)
    looped = {door.camera: answer for door, answer in zip(loops, answers[len(doors) :], strict=True)}
    return _said([_seen(each, answer, looped.get(each.camera)) for each, answer in zip(seen, answers, strict=False)])


def _seen(each: SeesSpot, answer: Answer, loop: Answer | None) -> dict[str, Any]:
    return {
        "camera": each.camera, "name_th": each.name_th, "name_en": each.name_en, "ticket": answer.ticket,
        "why_th": each.why_th, "why_en": each.why_en, "terms_th": answer.verdict.th, "terms_en": answer.verdict.en,
        "ticket_loop": loop.ticket if loop else None,
        "loop_th": loop.verdict.th if loop else "", "loop_en": loop.verdict.en if loop else "",
        "distance_m": round(each.distance_m), "bearing_deg": round(each.bearing_deg), "px_m": round(each.px_m),
    }  # fmt: skip


def _said(tiles: list[dict[str, Any]]) -> HttpResponse:
    return HttpResponse(orjson.dumps({"tiles": tiles}), content_type="application/json", headers={"Cache-Control": "no-store"})


# ---------------------------------------------------------------------- the video program


def for_video(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """For the video program only, which shows the station's own key: no session, no form, and for everybody else no such page."""

    @wraps(view)
    def checked(request: HttpRequest) -> HttpResponseBase:
        shown = request.headers.get("X-Video-Key", "")
        if not compare_digest(shown.encode(), internal_key(settings().master_key_cached()).encode()):
            return HttpResponse(status=404)
        return view(request)

    return login_not_required(csrf_exempt(checked))


@for_video
@require_GET
def pulls(request: HttpRequest) -> HttpResponseBase:
    """The cameras to hold open; the same bytes, and so the same ETag, while nothing changes."""
    body = orjson.dumps([pull.model_dump() for pull in queries.pulls(settings(), at=clock.now())])
    tag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "no-store"}
    if request.headers.get("If-None-Match") == tag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(body, content_type="application/json", headers=headers)


@for_video
@require_POST
def standing(request: HttpRequest) -> HttpResponseBase:
    """The looks that run; answers those that must end."""
    try:
        said = Standing.model_validate_json(request.body)
    except ValidationError:
        return JsonResponse({"code": "bad_request"}, status=400)
    close = standing_actions.keep_standing(said.looks, by=SYSTEM, at=clock.now())
    return HttpResponse(Closing(close=close).model_dump_json(), content_type="application/json", headers={"Cache-Control": "no-store"})

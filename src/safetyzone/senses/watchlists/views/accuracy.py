"""How right it is: cards of models, cameras with their hand-checked week, the alert-value meter, and cameras that were stopped."""

from typing import Annotated, Literal

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras.place_queries import places_of
from safetyzone.senses.watchlists import access, accuracy_actions, accuracy_queries, rule_queries, rules
from safetyzone.senses.watchlists.terms import CAMERA_CLASS
from safetyzone.senses.watchlists.views import edge

PASSAGES_AT_ONCE = 12
MOST_CARD_BYTES = 100_000


class NotACard(Refused):
    code = "not_a_card"
    th = "ไฟล์ผลประเมินไม่ถูกต้อง: {what}"
    en = "Not an evaluation: {what}"


Counted = Annotated[int, Field(ge=0, lt=2**31)]


class Card(BaseModel):
    """``card.json``: what an evaluation measured."""

    model_config = ConfigDict(extra="forbid")

    kind: Literal["plate", "face"]
    model: Annotated[str, Field(min_length=1, max_length=80)]
    camera_class: Literal["gate", "street", "overview"]
    evaluated_at: AwareDatetime
    threshold: Annotated[float, Field(gt=0, le=1)]
    passages: Annotated[int, Field(gt=0, lt=2**31)]
    missed: Counted
    strangers: Annotated[int, Field(gt=0, lt=2**31)]
    false_matches: Counted
    groups: dict[str, Annotated[float, Field(ge=0, le=1)]] = {}
    test_set: Annotated[str, Field(min_length=1, max_length=120)]


@require_safe
def page(request: OfficerRequest) -> HttpResponse:
    """All of it on one page."""
    return _page(request, edge.station_of(request, access.CHECK, access.MAKE, access.APPROVE, access.JUDGE))


def _page(request: OfficerRequest, station: str, no: Refused | None = None) -> HttpResponse:
    cameras = accuracy_queries.described_cameras(station)
    checks, places = may(request.who, access.CHECK, station=station), places_of(cameras)
    words = {
        "station": station, "cards": accuracy_queries.cards(at=request.now), "least": rules.LEAST_PASSAGES,
        "cameras": [(one, places.get(code)) for code, one in accuracy_queries.camera_accuracy(cameras, at=request.now).items()],
        "rules": rule_queries.rule_records(station, at=request.now), "rule_days": rule_queries.DAYS,
        "meters": accuracy_queries.meters(station, at=request.now), "suspensions": accuracy_queries.suspensions(station),
        "checks": checks, "approves": may(request.who, access.APPROVE, station=station), "me": request.who.name,
        "classes": CAMERA_CLASS.items(), "said": request.POST, "refused": edge.words_of(no),
        "passages": _passages(request, station) if checks else [],
    }  # fmt: skip
    return render(request, "watchlists/accuracy.html", words, status=edge.status_of(no))


def _passages(request: OfficerRequest, station: str) -> list[accuracy_queries.Passage]:
    """Passages of the week that nobody has checked; that she sees them is on record before she does."""
    found = accuracy_queries.passages(station, at=request.now, most=PASSAGES_AT_ONCE)
    if found:
        accuracy_actions.look_at_passages(station=station, readings=[one.reading for one in found], by=request.who, at=request.now)
    return found


@require_POST
def describe(request: OfficerRequest) -> HttpResponse:
    """Say what class a camera is of and how many pass it."""
    said, station = request.POST, edge.station_of(request, access.CHECK)

    def deed() -> None:
        accuracy_actions.describe_camera(
            camera=said.get("camera", "").strip(), camera_class=said.get("camera_class", ""), people_a_day=_count(said.get("people", "")),
            vehicles_a_day=_count(said.get("vehicles", "")), by=request.who, at=request.now,
        )  # fmt: skip

    return edge.do(request, deed, then="accuracy", again=lambda no: _page(request, station, no))


@require_POST
@edge.confirmed
def card(request: OfficerRequest) -> HttpResponse:
    """Enter an evaluation from its ``card.json``."""
    station = edge.station_of(request, access.CHECK)

    def deed() -> None:
        figures = _read(request).model_dump()
        accuracy_actions.enter_evaluation(station=station, figures=figures, by=request.who, at=request.now)

    return edge.do(request, deed, then="accuracy", again=lambda no: _page(request, station, no))


def _read(request: OfficerRequest) -> Card:
    given = request.FILES.get("card")
    if given is None or isinstance(given, list) or (given.size or 0) > MOST_CARD_BYTES:
        raise NotACard(what="–")
    try:
        found = Card.model_validate_json(given.read())
    except ValidationError as wrong:
        raise NotACard(what="; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in wrong.errors()[:3])) from None
    if found.missed > found.passages or found.false_matches > found.strangers:
        raise NotACard(what="missed > passages, false_matches > strangers")
    return found


@require_POST
def passage(request: OfficerRequest) -> HttpResponse:
    """One passage was compared with its picture: right, wrong, or not to be read by a person either."""
    said, station = request.POST, edge.station_of(request, access.CHECK)
    known = {str(one.reading): one for one in accuracy_queries.passages(station, at=request.now, most=8 * PASSAGES_AT_ONCE)}
    if (one := known.get(said.get("reading", ""))) is None:
        raise NotFound
    answer = {"right": True, "wrong": False}.get(said.get("answer", ""))

    def deed() -> None:
        accuracy_actions.check_passage(
            reading=one.reading, camera=one.camera, passed_at=one.passed_at, accepted=one.accepted, right=answer, vehicle=one.vehicle,
            province_right=None if answer is None or not one.province else said.get("province") != "wrong", by=request.who, at=request.now,
        )  # fmt: skip

    return edge.do(request, deed, then="accuracy", again=lambda no: _page(request, station, no))


@require_POST
def suspension(request: OfficerRequest, suspension_id: int, verb: str) -> HttpResponse:
    """Ask for a camera to go on, or, as the second person, let it."""
    station = edge.station_of(request, access.CHECK, access.APPROVE)
    if verb not in ("ask", "lift"):
        raise NotFound

    def deed() -> None:
        if verb == "ask":
            accuracy_actions.ask_to_lift(suspension_id=suspension_id, why=request.POST.get("why", ""), by=request.who, at=request.now)
        else:
            accuracy_actions.lift(suspension_id=suspension_id, by=request.who, at=request.now)

    return edge.do(request, deed, then="accuracy", again=lambda no: _page(request, station, no))


def _count(words: str) -> int:
    bare = words.replace(",", "").strip()
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= 8 else -1  # noqa: PLR2004

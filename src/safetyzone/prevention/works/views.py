"""Work orders: the list, one order with its sheet to print, and what people do with them."""

import csv
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.ground.streets.model import CREDIT, Source
from safetyzone.ground.streets.network import extracts_of
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.kernel.settings import settings
from safetyzone.prevention.works import access, actions, queries, words
from safetyzone.prevention.works.lifecycle import MAY_BECOME, Status
from safetyzone.prevention.works.queries import WorkView
from safetyzone.prevention.works.sketch import around, sketch
from safetyzone.senses.cameras import advice_queries

COLUMNS = (
    "id", "kind", "subject", "zone", "status", "ordered_at", "ordered_by", "due_at", "done_at", "confirmed_at", "what", "found", "why",
)  # fmt: skip
CANNOT_HURT = "'"
"""A cell that begins like a formula would be one in a spreadsheet (OWASP, CSV injection)."""


def _station(request: OfficerRequest) -> str:
    may = officers.stations_where(request.who, access.SEE) | officers.stations_where(request.who, access.ORDER)
    station = request.GET.get("station", "") or min(may, default="")
    if station not in may:
        raise NotFound
    return station


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """The station's work, what is open first."""
    station, status, kind = _station(request), request.GET.get("status", ""), request.GET.get("kind", "")
    found = queries.works(station, for_=request.who, status=status, kind=kind)
    return render(request, "works/listed.html", {
        "station": station, "works": [_row(each) for each in found], "status": status, "kind": kind, "late": request.now,
        "statuses": [(each.value, words.STATUS[each]) for each in Status], "kinds": list(words.KIND.items()),
    })  # fmt: skip


@require_safe
def export(request: OfficerRequest) -> HttpResponse:
    """The same list as CSV."""
    station = _station(request)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="works-{station}.csv"'
    answer.write("\ufeff")  # or a Thai spreadsheet takes it for TIS-620
    rows = csv.writer(answer)
    rows.writerow(COLUMNS)
    status, kind = request.GET.get("status", ""), request.GET.get("kind", "")
    for each in queries.works(station, for_=request.who, status=status, kind=kind):
        rows.writerow([_cell(getattr(each, name)) for name in COLUMNS])
    return answer


def _cell(value: Any) -> str:
    said = "" if value is None else str(value)
    return CANNOT_HURT + said if said[:1] in {"=", "+", "-", "@", "\t", "\r"} else said


@require_safe
def one(request: OfficerRequest, work_id: UUID) -> HttpResponse:
    """One order: what, why, its history, and the sheet for whoever climbs the ladder."""
    view = queries.work(work_id, for_=request.who)
    can = [status for status in MAY_BECOME[view.status] if status is not Status.CONFIRMED]
    return render(request, "works/one.html", {
        **_row(view), "sketch": sketch(view, around(view)), "credit": _credit(), "history": queries.history(work_id, for_=request.who),
        "can": [status.value for status in can] if access.may_order(request.who, station=view.station) else [],
    })  # fmt: skip


def _row(view: WorkView) -> dict[str, Any]:
    thai = (get_language() or "th").startswith("th")
    return {
        "work": view, "title": words.title(view, thai=thai), "status_words": words.STATUS[view.status][0 if thai else 1],
        "off": words.off(view, thai=thai), "fault": words.fault(view, thai=thai),
    }  # fmt: skip


def _credit() -> str:
    """What must stand under a map that was made of OpenStreetMap's."""
    return CREDIT[Source.OSM] if extracts_of(settings().state, settings().osm_extract) else CREDIT[Source.SCHEMATIC]


@require_POST
def deed(request: OfficerRequest, work_id: UUID, verb: str) -> HttpResponse:
    """Done, refused, or cancelled."""
    why = request.POST.get("why", "")[: actions.LONGEST_WHY].replace("\x00", "")
    if verb == "done":
        actions.mark_done(work_id=work_id, by=request.who, at=request.now)
    elif verb == "refuse":
        actions.refuse(work_id=work_id, why=why, by=request.who, at=request.now)
    elif verb == "cancel":
        actions.cancel(work_id=work_id, why=why, by=request.who, at=request.now)
    else:
        raise NotFound
    return redirect("work", work_id=work_id)


@require_POST
def order(request: OfficerRequest, kind: str) -> HttpResponse:
    """Make a work order of one line of an advice, of a turn that was tried by hand, or of a fault.

    Answers with one line for the planner's page; after a fault's button, which stands on a page without a script, with the order itself.
    """
    if kind == "turn":
        work = _order_turn(request)
    elif kind == "site":
        advice, line = _line(request, "sites", request.POST.get("number", ""))
        work = actions.order_new_camera(station=advice.station, zone=advice.zone, what=line, by=request.who, at=request.now)
    elif kind == "repair":
        camera, fault = request.POST.get("camera", "")[:32], request.POST.get("fault", "")[:80].replace("\x00", "")
        return redirect("work", work_id=actions.order_repair(camera=camera, fault=fault, by=request.who, at=request.now))
    else:
        raise NotFound
    return render(request, "works/ordered.html", _row(queries.work(work, for_=request.who)))


def _order_turn(request: OfficerRequest) -> UUID:
    camera = request.POST.get("camera", "")[:32]
    if request.POST.get("advice"):
        _, line = _line(request, "moves", camera)
        azimuth, tilt, gain = line["to_azimuth"], line["to_tilt"], line["gain_m"]
    else:
        azimuth, tilt, gain = _number(request, "azimuth"), _number(request, "tilt"), None
    return actions.order_turn(camera=camera, to_azimuth=azimuth, to_tilt=tilt, gain_m=gain, by=request.who, at=request.now)


def _line(request: OfficerRequest, of: str, which: str) -> tuple[advice_queries.AdviceView, dict[str, Any]]:
    """A line of an advice that is worked out: a turn by its camera, a site by its number."""
    try:
        advice = advice_queries.advice(UUID(request.POST.get("advice", "")), for_=request.who)
    except ValueError:
        raise NotFound from None
    if advice.runs:
        raise OutOfOrder("The advice is still being worked out.", "คำแนะนำยังคำนวณไม่เสร็จ")
    for number, line in enumerate(advice.answer.get(of, [])):
        if which == (line["camera"] if of == "moves" else str(number)):
            return advice, line
    raise NotFound


def _number(request: OfficerRequest, name: str) -> float:
    try:
        return float(request.POST.get(name, ""))
    except ValueError:
        raise actions.BadWork("The direction or the tilt is no angle.", "ทิศหรือมุมก้มไม่ถูกต้อง") from None

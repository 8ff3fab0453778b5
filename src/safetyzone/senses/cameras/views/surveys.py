"""The list of a station's surveys, the newest first."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from safetyzone.ground.officers import access as officers
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.senses.cameras import access, survey_list_queries
from safetyzone.senses.cameras.survey_list_queries import CONFLICT, DECIDED, NEW, WAITING, SoughtSurveys
from safetyzone.senses.cameras.survey_rules import CONDITION_WORDS
from safetyzone.senses.cameras.views.fields import is_thai
from safetyzone.senses.cameras.views.register import station_of

A_PAGE = 50
MOST_PAGES = 100_000
KIND_WORDS = {CONFLICT: ("ขัดกับทะเบียน", "differs from the register"), NEW: ("กล้องที่พบใหม่", "new camera found"), **CONDITION_WORDS}
STATE_WORDS = {WAITING: ("รอตัดสิน", "waits for a decision"), DECIDED: ("ตัดสินแล้ว", "decided")}


@require_safe
def listed(request: OfficerRequest) -> HttpResponse:
    """A page of the list, narrowed by ``kind``, ``state`` and ``camera``."""
    station, side = station_of(request), 0 if is_thai() else 1
    asked = {name: request.GET.get(name, "").replace("\x00", "").strip()[:120] for name in ("kind", "state", "camera")}
    page = request.GET.get("page", "1")
    number = min(max(int(page), 1), MOST_PAGES) if page.isascii() and page.isdigit() else 1
    found, total = survey_list_queries.surveys(
        station, for_=request.who, sought=SoughtSurveys(**asked), first=(number - 1) * A_PAGE, most=A_PAGE
    )
    return render(request, "cameras/surveys.html", {
        "station": station, "surveys": [(one, CONDITION_WORDS[one.condition][side]) for one in found], "total": total, "asked": asked,
        "kinds": [(code, words[side]) for code, words in KIND_WORDS.items()],
        "states": [(code, words[side]) for code, words in STATE_WORDS.items()],
        "page": number, "pages": max(1, -(-total // A_PAGE)), "kept": urlencode({"station": station, **asked}),
        "manages": officers.may(request.who, access.MANAGE, station=station),
    })  # fmt: skip

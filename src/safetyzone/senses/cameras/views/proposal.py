"""A camera that was found in the street: the planner's form, filled with what the phone measured."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.senses.cameras import proposal_actions, proposal_queries
from safetyzone.senses.cameras.actions import BadEntry
from safetyzone.senses.cameras.proposal_queries import Proposed
from safetyzone.senses.cameras.register.codes import new_code
from safetyzone.senses.cameras.register.entry import COLUMNS, Reason
from safetyzone.senses.cameras.rules import Tier
from safetyzone.senses.cameras.views.fields import fields, given, is_thai
from safetyzone.senses.cameras.views.owner import USUAL

UNKNOWN_OWNER = "ไม่ทราบเจ้าของ"
"""Entered as private and on the map only: until its owner is known nobody may open its picture, and nobody but he may share more."""
LENS = ("hfov_deg", "width_px", "height_px")
"""What nobody can see from the street; the usual values stand in the form, to be looked at."""


def page(request: OfficerRequest, survey_id: UUID) -> HttpResponseBase:
    """The form; a POST enters the camera into the register."""
    found = proposal_queries.proposal(survey_id, for_=request.who)
    if request.method != "POST":
        return _form(request, found, _filled(found))
    try:
        code = proposal_actions.enter_proposed(survey=survey_id, given=given(request.POST, COLUMNS), by=request.who, at=request.now)
    except BadEntry as no:
        return _form(request, found, request.POST.dict(), no.reasons)
    messages.success(request, _("The camera was entered."))
    return redirect("camera", code=code)


@require_POST
def dismiss(request: OfficerRequest, survey_id: UUID) -> HttpResponse:
    """It does not come into the register."""
    why = request.POST.get("why", "").replace("\x00", "")
    try:
        proposal_actions.dismiss_proposed(survey=survey_id, why=why, by=request.who, at=request.now)
    except (OutOfOrder, proposal_actions.NoReason) as no:
        messages.warning(request, no.say("th" if is_thai() else "en"))
    return redirect("survey_conflicts")


def _form(request: OfficerRequest, found: Proposed, values: dict[str, str], reasons: tuple[Reason, ...] = ()) -> HttpResponse:
    return render(request, "cameras/survey_proposal.html", {
        "it": found, "fields": fields(COLUMNS, values, reasons), "wrong": bool(reasons),
    }, status=400 if reasons else 200)  # fmt: skip


def _filled(found: Proposed) -> dict[str, str]:
    """What was measured, as a form shows it. What was not measured stays empty, so that a person has to say it."""
    measured = {"azimuth_deg": found.azimuth_deg, "tilt_deg": found.tilt_deg, "height_m": found.height_m}
    return {
        "code": new_code(), "lon": f"{found.place.lon:.6f}", "lat": f"{found.place.lat:.6f}", "name_th": found.name,
        "pole_mark": found.pole_mark,
        "owner": found.owner or UNKNOWN_OWNER, "owner_kind": "private", "kind": found.kind, "tier": Tier.MAP_ONLY.value,
        **{name: USUAL[name] for name in LENS}, **{name: f"{value:g}" for name, value in measured.items() if value is not None},
    }  # fmt: skip

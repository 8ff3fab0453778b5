"""The incident panel: everything about one incident that helps the next decision."""

from typing import Any

from safetyzone.ground.officers.access import may
from safetyzone.ground.officers.requests import OfficerRequest
from safetyzone.response.command_room import access, queries, words
from safetyzone.response.command_room.rules import Taking, taking
from safetyzone.response.dispatch import queries as dispatch
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.queries import IncidentView
from safetyzone.response.incidents.rules import OUTCOMES
from safetyzone.senses.alerts import queries as alerts
from safetyzone.senses.sos import queries as sos

JUDGED_BY_HAND = ("false_press", "test")
KEYED_PROPOSALS = 3
WHY_FALSE = (
    ("กดโดยไม่ตั้งใจ", "pressed by mistake"),
    ("เด็กหรือคนกดเล่น", "pressed for fun"),
    ("ติดต่อแล้วไม่มีผู้ต้องการความช่วยเหลือ", "nobody needs help"),
)


def panel_of(request: OfficerRequest, incident_id: int) -> dict[str, Any]:
    """The panel's context.

    Raises:
        NotFound: no such incident in a room that this person may see.
    """
    view = incidents.incident(incident_id, for_=request.who)
    can = incidents.next_steps(view, request.who)
    steps = incidents.steps(incident_id)
    presses = sos.presses_of(incident_id)
    return {
        "view": view,
        "can": can,
        "steps": steps,
        "step_names": {step.code: words.pick((step.name_th, step.name_en), request.who.language) for step in steps},
        "lines": list(reversed(incidents.timeline(incident_id))),
        "presses": presses,
        "longest_hold_s": max((press.hold_ms for press in presses), default=0) / 1000,
        "reasons": sorted({reason for press in presses for reason in press.reasons}),
        "said": [press.words for press in presses if press.words],
        "hits": _hits(view, request),
        "rungs": [(t, name, view.times[field]) for t, field, name in words.TIMES],
        "claim": (claim := queries.claims([incident_id]).get(incident_id)),
        "how_take": _how_take(request, view, claim),
        "orders": dispatch.orders(incident_id),
        "proposals": dispatch.proposals(incident_id, request.now)[: KEYED_PROPOSALS * 2] if "dispatch" in can else [],
        "keyed": KEYED_PROPOSALS,
        "outcomes": [(code, both) for code, both in OUTCOMES.items() if code not in JUDGED_BY_HAND],
        "why_false": WHY_FALSE,
        "sees_cameras": view.where is not None and may(request.who, "see_cameras", station=view.station),
        "watches": view.where is not None and may(request.who, "watch_live", station=view.station),
        "pressed_ms": round(view.heard_at.timestamp() * 1000),
        "looks_back": view.where is not None and may(request.who, "watch_recorded", station=view.station),
    }


def _hits(view: IncidentView, request: OfficerRequest) -> list[int]:
    """The confirmed hits that an incident came of, for whoever may open their cards."""
    if view.kind != "watch_hit" or not may(request.who, "judge_hits", station=view.station):
        return []
    return [int(source.facts["hit"]) for source in alerts.sources(view.id) if "hit" in source.facts]


def _how_take(request: OfficerRequest, view: IncidentView, claim: queries.ClaimView | None) -> str:
    """How the call may be taken from its holder: not at all, freely, or with a reason."""
    if not view.owner or view.owner == request.who.name or not access.may_answer(request.who, station=view.station):
        return ""
    supervisor = access.may_command(request.who, station=view.station)
    how = taking(claim.hold if claim else None, by=request.who.name, supervisor=supervisor, at=request.now)
    return "" if how in {Taking.NO, Taking.MINE} else str(how)

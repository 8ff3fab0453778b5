"""The patrol's phone page as data: what a template and a device both read."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from safetyzone.ground.officers.access import Who
from safetyzone.response.dispatch.lifecycle import NEXT_STEP, State
from safetyzone.response.dispatch.models import Unit
from safetyzone.response.dispatch.queries import Job, UnitView, job_of, units_of
from safetyzone.response.dispatch.words import Speech

FORM_KEYS = UUID("5c0b44b5-6f7c-4f43-9f61-0a4f2a1d7b1e")
"""Name space of the keys that plain forms carry."""


def form_key(*about: object) -> UUID:
    """The idempotency key of a plain form: the same for the same step of the same order, so that a double tap counts once."""
    return uuid5(FORM_KEYS, ":".join(str(part) for part in about))


def page(who: Who, at: datetime) -> dict[str, Any]:
    """Everything the page shows."""
    units = units_of(who, at)
    unit = units[0] if units else None
    job = job_of(who, at) if unit and unit.order else None
    say = Speech(who.language)
    return {
        "say": say,
        "unit": unit,
        "job": job,
        "state_name": say.pick(unit.state_th, unit.state_en) if unit else "",
        "shared": say["shared"].format(ago=say.how_long(unit.fix_age)) if unit and unit.fix_age is not None else "",
        "help_key": form_key("help", unit.call_sign if unit else "", at.strftime("%Y-%m-%d %H:%M")),
        "reasons": [say["why_busy"], say["why_far"], say["why_vehicle"], say["why_other"]],
        "steps": _steps(job, say) if job else [],
        "shown": _shown(job, say) if job else {},
    }


def _steps(job: Job, say: Speech) -> list[dict[str, Any]]:
    """One form a step; only the next is shown, the others wait for a phone that is out of signal."""
    states = list(NEXT_STEP)
    return [
        {
            "code": step,
            "words": say[step],
            "key": form_key(job.order.id, step),
            "state": state.value,
            "then": states[number + 1].value if number + 1 < len(states) else "done",
            "now": job.order.state is state,
        }
        for number, (state, step) in enumerate(NEXT_STEP.items())
    ]


def _shown(job: Job, say: Speech) -> dict[str, Any]:
    """The job in words."""
    about, way = job.incident, job.way
    return {
        "kind": say.kind(about.kind),
        "priority": say.priority(about.priority),
        "place": say.pick(about.place_th, about.place_en or about.place_th),
        "way": f"{say.metres(way.metres)} · {say.minutes(way.seconds)}" if way else "",
        "how": say[way.how.value] if way else say["no_way"] if about.where else say["no_place"],
        "presses": say["times"].format(n=about.presses) if about.presses > 1 else "",
        "others": [(call_sign, _STATE_WORDS[state][say.language == "en"]) for call_sign, state in job.others],
        "lat": f"{about.where.lat:.6f}" if about.where else "",
        "lon": f"{about.where.lon:.6f}" if about.where else "",
        "doubtful": about.kind == "sos_technical",
        "well_key": form_key(job.order.id, "well", job.my_clock.due_at) if job.my_clock else None,
        "decline_key": form_key(job.order.id, "decline"),
    }


_STATE_WORDS = {
    State.OFFERED: ("รอตอบรับ", "being asked"),
    State.ACKNOWLEDGED: ("รับงานแล้ว", "took the job"),
    State.EN_ROUTE: ("กำลังเดินทาง", "on the way"),
    State.ON_SCENE: ("ถึงแล้ว", "on scene"),
}


def as_json(who: Who, at: datetime) -> dict[str, Any]:
    """The same for devices: ``unit`` and ``job``, either of which may be null. Described in README.md."""
    units = units_of(who, at)
    unit = units[0] if units else None
    job = job_of(who, at) if unit and unit.order else None
    return {"at": at, "unit": _unit_json(unit) if unit else None, "job": _job_json(job, at) if job else None}


def _unit_json(unit: UnitView) -> dict[str, Any]:
    return {
        "call_sign": unit.call_sign,
        "station": unit.station,
        "kind": unit.kind,
        "duty": unit.duty,
        "state": unit.state,
        "radio_code": unit.radio_code,
        "sharing": unit.where is not None,
        "may_share": unit.duty != Unit.Duty.OFF,
        "fix_age_s": _seconds(unit.fix_age),
    }


def _job_json(job: Job, at: datetime) -> dict[str, Any]:
    order, about = job.order, job.incident
    return {
        "id": order.id,
        "incident": order.incident_id,
        "state": order.state.value,
        "next": NEXT_STEP[order.state],
        "kind": about.kind,
        "priority": about.priority,
        "place_th": about.place_th,
        "place_en": about.place_en,
        "lon": about.where.lon if about.where else None,
        "lat": about.where.lat if about.where else None,
        "accuracy_m": about.accuracy_m,
        "metres": round(job.way.metres) if job.way else None,
        "seconds": round(job.way.seconds) if job.way else None,
        "how": job.way.how.value if job.way else None,
        "why": order.why,
        "presses": about.presses,
        "drill": about.drill,
        "offered_at": order.offered_at,
        "answer_by": order.answer_by,
        "notes": list(job.notes),
        "others": [{"call_sign": call_sign, "state": state.value} for call_sign, state in job.others],
        "well_by": job.my_clock.due_at if job.my_clock else None,
    }


def _seconds(time: timedelta | None) -> int | None:
    return None if time is None else round(time.total_seconds())

"""The hand-over page that writes itself (row D17): what the incoming commander must know, as plain data that can be frozen."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import Who
from safetyzone.response.command_room import queries
from safetyzone.response.command_room.rules import (
    Took,
    alarms_per_operator,
    most_in_ten_minutes,
    percentile,
    share_within,
)
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.queries import IncidentView
from safetyzone.response.incidents.rules import rings
from safetyzone.senses.cameras import health_queries as cameras
from safetyzone.senses.sos import queries as sos

ANSWER_WITHIN = timedelta(seconds=15)
"""NENA-STA-020.1: 90 % of calls answered within 15 s."""


def page(station: str, *, for_: Who, at: datetime) -> dict[str, Any]:
    """Everything on the page, as JSON would keep it: moments are ISO 8601 text in UTC."""
    shift = queries.running_shift(station)
    since = shift.began_at if shift else at - timedelta(hours=12)
    # A call joined into another is that other; a drill is no call.
    heard = [
        view
        for view in incidents.between(station, since=since, until=at, for_=for_)
        if not view.drill and view.status is not Status.DUPLICATE
    ]
    waiting = incidents.queue(station, for_=for_)
    operators = officers.on_duty(station, "answer", at)
    return {
        "station": station,
        "commander": shift.commander if shift else "",
        "since": since.isoformat(),
        "at": at.isoformat(),
        "operators": list(operators),
        "open": [_open(view) for view in waiting],
        "poles": [
            {"code": p.code, "name_th": p.name_th, "name_en": p.name_en, "state": p.state, "since": _iso(p.lost_at)}
            for p in sos.poles(station)
            if p.state != "ok"
        ],
        "cameras": [
            {"code": code, "name_th": name, "fault": fault, "since": began.isoformat()}
            for code, name, fault, began in cameras.broken(station)
        ],
        "overdue": overdue(waiting, at),
        "counts": counts(heard),
        "ladder": ladder(heard, at),
        "alarms": alarms(heard, len(operators), at - since),
        "notes": [{"at": n.at.isoformat(), "by": n.by, "words": n.words} for n in queries.notes(shift.id)] if shift else [],
    }


def overdue(waiting: list[IncidentView], at: datetime) -> list[dict[str, Any]]:
    """Mandatory steps past their time in what is still on somebody's desk, longest overdue first."""
    late = [
        (step.due_at, view.id, step)
        for view in waiting
        if view.owner
        for step in incidents.steps(view.id)
        if step.mandatory and step.due_at and step.due_at < at and step.done_at is None and not step.skipped_why
    ]
    return [
        {"incident": number, "name_th": step.name_th, "name_en": step.name_en, "due_at": due_at.isoformat()}
        for due_at, number, step in sorted(late, key=lambda one: one[:2])
    ]


def counts(heard: list[IncidentView]) -> dict[str, Any]:
    """How many of what: all, presses, by kind, and how they ended."""
    return {
        "all": len(heard),
        "presses": sum(view.presses for view in heard if rings(view.kind)),
        "kinds": dict(Counter(view.kind for view in heard)),
        "outcomes": dict(Counter(view.outcome for view in heard if view.outcome)),
    }


def ladder(heard: list[IncidentView], at: datetime) -> dict[str, Any]:
    """P50 and P90 of the three spans that matter, and the share of calls answered within 15 s (domain 9)."""
    calls = [view for view in heard if rings(view.kind)]
    spans = {
        "answer": [_took(view, _began(view), view.times["answered_at"], at) for view in calls],
        "assign": [
            _took(view, answered, view.times["assigned_at"], at)
            for view in calls
            if (answered := view.times["answered_at"]) is not None and _goes_on_or_went(view)
        ],
        "arrive": [_took(view, _began(view), view.times["on_scene_at"], at) for view in calls if _goes_on_or_went(view)],
    }
    figures: dict[str, Any] = {
        name: {"n": len(took), "p50": _figure(took, 0.5), "p90": _figure(took, 0.9)} for name, took in spans.items()
    }
    figures["within_15_s"] = share_within(spans["answer"], ANSWER_WITHIN)
    return figures


def _began(view: IncidentView) -> datetime:
    """t0: the caller's moment where it is known, else when it was heard."""
    return view.times["pressed_at"] or view.heard_at


def _goes_on_or_went(view: IncidentView) -> bool:
    """A call that ended with nobody sent has no way to measure."""
    return view.times["assigned_at"] is not None or not view.outcome


def _took(view: IncidentView, since: datetime, until: datetime | None, at: datetime) -> Took:
    """The span, or its length so far. A span that was never walked ends, unfinished, with the incident."""
    if until is not None:
        return Took(max((until - since).total_seconds(), 0.0))
    ended = view.times["resolved_at"] or view.times["closed_at"] or at
    return Took(max((ended - since).total_seconds(), 0.0), over=False)


def _figure(took: list[Took], share: float) -> dict[str, Any] | None:
    figure = percentile(took, share)
    return None if figure is None else {"s": round(figure.seconds, 1), "at_least": figure.at_least}


def alarms(heard: list[IncidentView], operators: int, lasted: timedelta) -> dict[str, Any]:
    """Alarm health (EEMUA 191): how many alarms an operator bears in ten minutes, and the worst ten minutes."""
    return {
        "per_operator": round(alarms_per_operator(len(heard), operators, lasted), 2),
        "worst": most_in_ten_minutes([view.heard_at for view in heard]),
    }


def _open(view: incidents.IncidentView) -> dict[str, Any]:
    return {
        "id": view.id,
        "kind": view.kind,
        "priority": view.priority,
        "status": str(view.status),
        "place_th": view.place_th,
        "place_en": view.place_en,
        "heard_at": view.heard_at.isoformat(),
    }


def _iso(moment: datetime | None) -> str:
    return moment.isoformat() if moment else ""

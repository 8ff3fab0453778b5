"""Reading what was: incidents of a period, for the hand-over page and for the figures of a pole."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from safetyzone.response.incidents.lifecycle import OPEN, Status
from safetyzone.response.incidents.models import Incident, IncidentStep


@dataclass(frozen=True, slots=True)
class Past:
    """One incident's times and how it ended; nothing about the people in it."""

    id: int
    kind: str
    priority: int
    status: str
    outcome: str
    presses: int
    drill: bool
    pressed_at: datetime | None
    heard_at: datetime
    answered_at: datetime | None
    assigned_at: datetime | None
    on_scene_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None

    @property
    def began_at(self) -> datetime:
        """t0: the caller's moment where it is known, else when it was heard."""
        return self.pressed_at or self.heard_at


_FIELDS = (
    "id", "kind", "priority", "status", "outcome", "presses", "drill", "pressed_at", "heard_at", "answered_at",
    "assigned_at", "on_scene_at", "resolved_at", "closed_at",
)  # fmt: skip
MOST = 5_000
"""A storm's worth; a page that shows more is no page."""


def heard_between(station: str, *, since: datetime, until: datetime) -> list[Past]:
    """Incidents heard in the half-open period, oldest first; those joined into another are left to that other."""
    found = Incident.objects.filter(station=station, heard_at__gte=since, heard_at__lt=until)
    rows = found.exclude(status=Status.DUPLICATE).order_by("heard_at", "id").values_list(*_FIELDS)[:MOST]
    return [Past(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class OverdueStep:
    """A mandatory step whose time has passed, undone, in an incident that is still on somebody's desk."""

    incident: int
    code: str
    name_th: str
    name_en: str
    due_at: datetime


def overdue_steps(station: str, *, at: datetime) -> list[OverdueStep]:
    """Mandatory steps past their time, longest overdue first."""
    found = IncidentStep.objects.filter(
        incident__station=station, incident__status__in=OPEN, mandatory=True, due_at__lt=at, done_at=None, skipped_why=""
    )
    rows = found.order_by("due_at", "id").values_list("incident_id", "code", "name_th", "name_en", "due_at")[:200]
    return [OverdueStep(*row) for row in rows]


def judged_false(station: str, *, since: datetime) -> set[int]:
    """Incidents since then that were judged a false press, open or closed."""
    is_false = Q(status=Status.FALSE_PRESS) | Q(outcome=Status.FALSE_PRESS.value)
    return set(Incident.objects.filter(is_false, station=station, heard_at__gte=since).values_list("id", flat=True))

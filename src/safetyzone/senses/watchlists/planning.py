"""What switching a list on would mean on each camera: allowed or not, how strictly, and how many false alerts a day to expect."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.models import CameraSuspension, EvaluationRecord, ListEntry, Viewpoint, WatchList
from safetyzone.senses.watchlists.terms import Kind


@dataclass(frozen=True, slots=True)
class CameraPlan:
    """One camera for one list. ``why_not`` is empty where it may be switched on."""

    camera: str
    camera_class: str
    passers_a_day: int
    listed: int
    evaluation: int | None
    model: str
    threshold: float
    false_match_rate: float
    expected: float
    """False alerts a day, by the measured rate."""
    at_most: float
    """The same by the upper end of what that rate may truly be (95 %)."""
    protected: bool
    suspended: bool

    @property
    def why_not(self) -> str:
        """``no_class``, ``no_evaluation``, ``suspended``; empty: it may be switched on."""
        if not self.camera_class:
            return "no_class"
        if self.evaluation is None:
            return "no_evaluation"
        return "suspended" if self.suspended else ""


def plan(list_id: int, cameras: Iterable[str], *, at: datetime) -> list[CameraPlan]:
    """What it would mean on each of these cameras, in their order by code."""
    found, codes = WatchList.objects.get(pk=list_id), sorted(set(cameras))
    views = {view.camera: view for view in Viewpoint.objects.filter(camera__in=codes, station=found.station)}
    listed = ListEntry.objects.filter(list=found, state=State.APPROVED, expires_at__gt=at, withdrawn_at=None).count()
    suspended = set(CameraSuspension.objects.filter(camera__in=codes, kind=found.kind, lifted_at=None).values_list("camera", flat=True))
    kept = _protected(codes, at) if found.kind == Kind.FACE else set()
    return [
        _plan(code, views.get(code), newest_evaluation(found.kind, views[code].camera_class, at=at) if code in views else None,
              kind=found.kind, listed=listed, protected=code in kept, suspended=code in suspended)
        for code in codes
    ]  # fmt: skip


def _plan(
    code: str, view: Viewpoint | None, tested: EvaluationRecord | None, *, kind: str, listed: int, protected: bool, suspended: bool
) -> CameraPlan:
    passers = 0 if view is None else view.people_a_day if kind == Kind.FACE else view.vehicles_a_day
    rate, upper = 0.0, 0.0
    if tested is not None:
        rate = tested.false_matches / tested.strangers
        upper = rules.upper_rate(tested.false_matches, tested.strangers)
    return CameraPlan(
        code, view.camera_class if view else "", passers, listed, tested.pk if tested else None, tested.model if tested else "",
        tested.threshold if tested else 1.0, rate, rules.expected_false(passers, listed, rate),
        rules.expected_false(passers, listed, upper), protected, suspended,
    )  # fmt: skip


def newest_evaluation(kind: str, camera_class: str, *, at: datetime) -> EvaluationRecord | None:
    """The newest evaluation that allows something at such a camera; one that is twelve months old allows nothing."""
    valid = Q(withdrawn_at=None) | Q(withdrawn_at__gt=at)
    found = EvaluationRecord.objects.filter(
        valid, kind=kind, camera_class=camera_class, evaluated_at__lte=at, evaluated_at__gt=at - rules.EVALUATION_FOR
    )
    return found.order_by("-evaluated_at", "-id").first()


def _protected(codes: list[str], at: datetime) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT c FROM unnest(%s::text[]) c WHERE watchlists_protected(c, %s)", [codes, at])
        return {code for (code,) in cursor.fetchall()}

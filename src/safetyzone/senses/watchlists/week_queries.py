"""How right cameras read in a week, for many cameras in two questions: what a search shows beside each passage.

``accuracy_queries.camera_accuracy`` says far more of each, by a dozen questions a camera; a page of passages needs none of that.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from safetyzone.senses.cameras.health_queries import unseeing_hours
from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.models import PassageCheck


@dataclass(frozen=True, slots=True)
class CameraWeek:
    """Hand-checked passages of the last seven days, and hours in which the camera saw nothing."""

    checked: int
    right: float | None
    measured: bool
    """At least a hundred passages were checked by hand; with fewer a share is shown as a hint."""
    offline_h: float | None
    """None: nobody probes it."""


def camera_weeks(cameras: Iterable[str], *, at: datetime) -> dict[str, CameraWeek]:
    """Each camera's week, by code."""
    codes, since = sorted(set(cameras)), at - timedelta(days=7)
    offline = unseeing_hours(codes, since, at)
    week = PassageCheck.objects.filter(camera__in=codes, passed_at__gt=since, passed_at__lte=at, right__isnull=False)
    counted = week.values("camera").annotate(checked=Count("pk"), good=Count("pk", filter=Q(right=True)))
    by_camera = {row["camera"]: (row["checked"], row["good"]) for row in counted}
    return {code: _week(*by_camera.get(code, (0, 0)), offline.get(code)) for code in codes}


def _week(checked: int, good: int, offline_h: float | None) -> CameraWeek:
    return CameraWeek(checked, good / checked if checked else None, checked >= rules.LEAST_PASSAGES, offline_h)

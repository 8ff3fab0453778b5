"""Where a history is on: asked by whoever gives vision its work."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Max, Q

from safetyzone.senses.sightings.models import History


@dataclass(frozen=True, slots=True)
class HistoryOn:
    """Plates of this camera are kept until then."""

    camera: str
    station: str
    ends_at: datetime


def histories_on(at: datetime) -> list[HistoryOn]:
    """One for each camera."""
    running = History.objects.filter(Q(ended_at=None) | Q(ended_at__gt=at), approved_at__lte=at, ends_at__gt=at)
    return [HistoryOn(*row) for row in running.values_list("camera", "station").annotate(Max("ends_at")).order_by("camera")]

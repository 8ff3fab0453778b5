"""What alerts tell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from safetyzone.kernel.geometry import Point
from safetyzone.kernel.happenings import Happening


@dataclass(frozen=True, slots=True, kw_only=True)
class Raised:
    """One alert on its way in: what every source says in the same shape. ``certainty`` runs 0 to 1."""

    id: UUID
    kind: str
    station: str
    zone: str
    device: str
    place_th: str
    place_en: str
    where: Point | None
    accuracy_m: float | None = None
    at: datetime
    heard_at: datetime
    certainty: float = 1.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    same_call_as: UUID | int | None = None
    """The alert (of this batch) or the incident of which this is said again; only that source's own rule may say so."""


@dataclass(frozen=True, kw_only=True)
class AlertsRaised(Happening):
    """Alerts came in. Every one must have an incident before the transaction ends: the listener writes it in ``incident_of``.

    The one piece of news that is also a question, because an acknowledged press must already have its incident.
    """

    alerts: tuple[Raised, ...]
    incident_of: dict[UUID, int]

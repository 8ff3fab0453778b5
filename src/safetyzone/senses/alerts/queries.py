"""Reading alerts."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from safetyzone.senses.alerts.models import Alert


@dataclass(frozen=True, slots=True)
class Source:
    """One source of an incident, as it spoke."""

    kind: str
    device: str
    place_th: str
    place_en: str
    at: datetime
    heard_at: datetime
    certainty: float
    facts: dict[str, Any]
    first_incident: int


def sources(incident: int, most: int = 200) -> list[Source]:
    """Who or what spoke of this incident, oldest first."""
    alerts = Alert.objects.filter(incident_id=incident).order_by("heard_at", "id")[:most]
    return [
        Source(a.kind, a.device, a.place_th, a.place_en, a.at, a.heard_at, a.certainty, a.facts, a.first_incident_id) for a in alerts
    ]


_CALLS = ("sos_pole", "sos_phone")


def places(station: str, *, since: datetime, hour: int | None = None, most: int = 20_000) -> list[tuple[float, float]]:
    """(lon, lat) of calls for help since a moment, newest first; technical ones and faults of devices are none.

    Args:
        hour: of the day at the station; only calls heard in it, in the hour before and in the hour after.
    """
    calls = Alert.objects.filter(station=station, kind__in=_CALLS, heard_at__gte=since, lon__isnull=False)
    if hour is not None:
        calls = calls.filter(heard_at__hour__in=[(hour + near) % 24 for near in (-1, 0, 1)])
    newest = calls.order_by("-heard_at").values_list("lon", "lat")[:most]
    return [(lon, lat) for lon, lat in newest if lon is not None and lat is not None]

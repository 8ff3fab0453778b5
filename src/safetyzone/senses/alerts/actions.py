"""The only writers of alerts."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.bulk import insert_rows
from safetyzone.kernel.happenings import tell
from safetyzone.senses.alerts.models import Alert
from safetyzone.senses.alerts.news import AlertsRaised, Raised

_COLUMNS = (
    "id", "kind", "station", "zone", "device", "place_th", "place_en", "lon", "lat", "accuracy_m", "at", "heard_at",
    "certainty", "facts", "incident_id", "first_incident_id",
)  # fmt: skip


@transaction.atomic(savepoint=False)
def raise_alerts(alerts: Sequence[Raised], *, by: Who, at: datetime) -> dict[UUID, int]:
    """Put alerts on the one desk; returns the incident of each.

    Raises:
        KeyError: nobody gave an alert its incident: a fault of ours, and the whole transaction is undone.
    """
    if not alerts:
        return {}
    incident_of: dict[UUID, int] = {}
    tell(AlertsRaised(alerts=tuple(alerts), incident_of=incident_of))
    insert_rows(
        "alerts_alert",
        _COLUMNS,
        (
            (
                alert.id, alert.kind, alert.station, alert.zone, alert.device, alert.place_th, alert.place_en,
                alert.where.lon if alert.where else None, alert.where.lat if alert.where else None, alert.accuracy_m, alert.at,
                alert.heard_at, alert.certainty, alert.facts, incident_of[alert.id], incident_of[alert.id],
            )
            for alert in alerts
        ),
    )  # fmt: skip
    return incident_of


def move(*, from_incident: int, to_incident: int, by: Who, at: datetime) -> int:
    """Two incidents were joined: the sources follow. Returns how many moved."""
    return Alert.objects.filter(incident_id=from_incident).update(incident_id=to_incident)


def move_back(*, to_incident: int, by: Who, at: datetime) -> int:
    """A join is undone: every source that first belonged to the incident returns to it."""
    return Alert.objects.filter(first_incident_id=to_incident).update(incident_id=to_incident)

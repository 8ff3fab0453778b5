"""An alert came in: its incident, in the same transaction, so that an acknowledged press already has one.

Hand-written SQL for the whole batch: this is the press path, and a call each through the ORM would cost four fifths of its rate.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection

from safetyzone.kernel.bulk import insert_rows
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.settings import settings
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.rules import KIND_OF, LADDER, Standing, joins, rings
from safetyzone.senses.alerts.news import AlertsRaised, Raised
from safetyzone.senses.alerts.rules import urgency


def open_incidents(news: AlertsRaised) -> None:
    """Give every alert an incident: the one it repeats, while that is open, else a new one."""
    standing = _standing({alert.same_call_as for alert in news.alerts if isinstance(alert.same_call_as, int)})
    openers = {alert.id for alert in news.alerts if _opens(alert, standing)}
    fresh = [alert for alert in news.alerts if alert.id in openers]
    for alert, incident in zip(fresh, _insert(fresh), strict=True):
        news.incident_of[alert.id] = incident
    repeats: dict[int, int] = {}
    for alert in news.alerts:
        if alert.id not in openers:
            said_before = alert.same_call_as
            incident = said_before if isinstance(said_before, int) else news.incident_of[said_before]  # type: ignore[index]
            news.incident_of[alert.id] = incident
            repeats[incident] = repeats.get(incident, 0) + 1
    _count_presses(repeats, news.alerts[-1].heard_at)
    _start_ladders([(news.incident_of[alert.id], alert) for alert in fresh])
    stations = {news.incident_of[alert.id]: alert.station for alert in news.alerts}
    changed(Thing("incident", str(incident), station) for incident, station in stations.items())


def _opens(alert: Raised, standing: dict[int, Standing]) -> bool:
    if isinstance(alert.same_call_as, UUID):
        return False
    if alert.same_call_as is None:
        return True
    return not joins(alert.kind, standing.get(alert.same_call_as))


def _standing(incidents: set[int]) -> dict[int, Standing]:
    """The incidents that might be joined, locked so that nobody closes one while we add to it."""
    if not incidents:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, status FROM incidents_incident WHERE id = ANY(%s) ORDER BY id FOR UPDATE", [list(incidents)]
        )
        return {row[0]: Standing(row[1], Status(row[2])) for row in cursor}


_COLUMNS = (
    "id", "station", "zone", "kind", "priority", "status", "device", "place_th", "place_en", "lon", "lat", "accuracy_m",
    "presses", "drill", "pressed_at", "heard_at", "changed_at", "outcome", "outcome_words",
)  # fmt: skip


def _insert(alerts: Sequence[Raised]) -> list[int]:
    """New incidents, in the order of their alerts; returns their numbers."""
    if not alerts:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence('incidents_incident', 'id')) FROM generate_series(1, %s)", [len(alerts)]
        )
        numbers = [int(row[0]) for row in cursor]
    drill = settings().drill
    insert_rows(
        "incidents_incident",
        _COLUMNS,
        (
            (
                number, alert.station, alert.zone, KIND_OF[alert.kind], urgency(alert.kind), "new", alert.device,
                alert.place_th, alert.place_en, alert.where.lon if alert.where else None,
                alert.where.lat if alert.where else None, alert.accuracy_m, 1, drill, alert.at, alert.heard_at,
                alert.heard_at, "", "",
            )
            for number, alert in zip(numbers, alerts, strict=True)
        ),
    )  # fmt: skip
    return numbers


def _count_presses(repeats: dict[int, int], at: datetime) -> None:
    if not repeats:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            UPDATE incidents_incident AS incident SET presses = presses + given.times, changed_at = %s
            FROM unnest(%s::bigint[], %s::int[]) AS given(id, times) WHERE incident.id = given.id
            """,
            [at, list(repeats), list(repeats.values())],
        )


def _start_ladders(opened: Iterable[tuple[int, Raised]]) -> None:
    """Row C8 of the features: the first rung of the ladder, for calls that a person made."""
    rung, after = LADDER[0]
    ringing = [(rung, number, "", alert.heard_at + after) for number, alert in opened if rings(KIND_OF[alert.kind])]
    if ringing:
        insert_rows("incidents_deadline", ("kind", "incident_id", "subject", "due_at"), ringing)

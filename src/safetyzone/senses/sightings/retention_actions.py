"""How sightings end: by the day, and of a camera by its own shorter time. What a case needs is copied before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction

from safetyzone.ground.officers.access import Who
from safetyzone.senses.sightings.search_rules import MOST_DAYS
from safetyzone.trust.audit.actions import Act, record

_PREFIX = "sightings_sighting_"
STATION = "-"
"""Of the record of deletions, which concern every station whose cameras were kept."""


@dataclass(frozen=True, slots=True)
class Deleted:
    """What went: whole days, and single rows whose camera is kept for less."""

    days: tuple[date, ...]
    day_rows: int
    rows: int
    plates: int


@transaction.atomic
def delete_what_is_over(*, by: Who, at: datetime) -> Deleted:
    """Drop days, delete rows and plates nobody has any more; the log says what went, and that nothing of it is left."""
    days, day_rows = [], 0
    with connection.cursor() as cursor:
        for day in _days():
            if datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) + MOST_DAYS <= at:
                cursor.execute(f"SELECT count(*) FROM {_PREFIX}{day:%Y%m%d}")  # noqa: S608 - a date we formatted
                day_rows += cursor.fetchone()[0]
                cursor.execute(f"DROP TABLE {_PREFIX}{day:%Y%m%d}")
                days.append(day)
        cursor.execute("DELETE FROM sightings_sighting WHERE expires_at <= %s", [at])
        rows = cursor.rowcount
        cursor.execute(
            """
            DELETE FROM sightings_platetext t WHERE NOT EXISTS (SELECT 1 FROM sightings_sighting s WHERE s.plate = t.id)
            AND NOT EXISTS (SELECT 1 FROM sightings_held h WHERE h.plate = t.id)
            """
        )
        plates = cursor.rowcount
        cursor.execute("SELECT count(*) FROM sightings_sighting WHERE expires_at <= %s", [at])
        left = cursor.fetchone()[0]
    gone = Deleted(tuple(days), day_rows, rows, plates)
    if days or rows:
        facts = {"days": [str(day) for day in days], "day_rows": day_rows, "rows": rows, "plates": plates, "left": left}
        record(Act(actor=by.name, action="sightings.deleted", object="sightings", station=STATION, at=at, facts=facts))
    return gone


def _days() -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'sightings_sighting'::regclass")
        return sorted(datetime.strptime(name[-8:], "%Y%m%d").replace(tzinfo=UTC).date() for (name,) in cursor.fetchall())


@transaction.atomic
def hold(*, case_id: int, station: str, ids: list[str], by: Who, at: datetime) -> int:
    """Keep these sightings for a case, beyond their day; returns how many were not held yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO sightings_held SELECT s.*, %s FROM sightings_sighting s
            WHERE s.id = ANY(%s::uuid[]) AND s.station = %s AND s.expires_at > %s ON CONFLICT DO NOTHING
            """,
            [case_id, ids, station, at],
        )
        held = int(cursor.rowcount)
    act = Act(actor=by.name, action="sightings.held", object=f"case:{case_id}", station=station, at=at, facts={"sightings": held})
    record(act)
    return held

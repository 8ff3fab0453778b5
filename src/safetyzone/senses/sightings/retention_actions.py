"""How sightings end: by the day, and of a camera by its own shorter time. What a case needs is copied before."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db import connection, transaction
from psycopg import sql

from safetyzone.ground.officers.access import Who
from safetyzone.senses.sightings.search_rules import MOST_DAYS
from safetyzone.senses.sightings.take_actions import COLUMNS, PLATES_LOCK
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


def delete_what_is_over(*, by: Who, at: datetime) -> Deleted:
    """Drop days, delete rows and plates nobody has any more; the log says what went, and that nothing of it is left.

    The days in a transaction of their own: dropping one keeps everybody from the table until the commit, which must not wait for the rest.
    """
    days, day_rows = _drop_days(by=by, at=at)
    rows, plates = _delete_rows(by=by, at=at)
    return Deleted(days, day_rows, rows, plates)


@transaction.atomic
def _drop_days(*, by: Who, at: datetime) -> tuple[tuple[date, ...], int]:
    """Days that are over: which, and how many rows they had."""
    over = [day for day in _days() if datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(days=1) + MOST_DAYS <= at]
    if not over:
        return (), 0
    rows = 0
    with connection.cursor() as cursor:
        for day in over:
            cursor.execute(f"SELECT count(*) FROM {_PREFIX}{day:%Y%m%d}")  # noqa: S608 - a date we formatted
            rows += cursor.fetchone()[0]
        _record({"days": [str(day) for day in over], "day_rows": rows}, by=by, at=at)
        for day in over:
            cursor.execute(f"DROP TABLE {_PREFIX}{day:%Y%m%d}")
    return tuple(over), rows


@transaction.atomic
def _delete_rows(*, by: Who, at: datetime) -> tuple[int, int]:
    """Rows whose camera is kept for less, and plates of which no row is left: how many of each."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sightings_sighting WHERE expires_at <= %s", [at])
        rows = cursor.rowcount
        cursor.execute(f"SELECT {PLATES_LOCK.format('')}")  # nobody is about to keep a passage of a plate that goes here
        cursor.execute(
            """
            DELETE FROM sightings_platetext t WHERE NOT EXISTS (SELECT 1 FROM sightings_sighting s WHERE s.plate = t.id)
            AND NOT EXISTS (SELECT 1 FROM sightings_held h WHERE h.plate = t.id)
            """
        )
        plates = cursor.rowcount
        cursor.execute("SELECT count(*) FROM sightings_sighting WHERE expires_at <= %s", [at])
        left = cursor.fetchone()[0]
    if rows:
        _record({"rows": rows, "plates": plates, "left": left}, by=by, at=at)
    return rows, plates


def _record(facts: dict[str, object], *, by: Who, at: datetime) -> None:
    record(Act(actor=by.name, action="sightings.deleted", object="sightings", station=STATION, at=at, facts=facts))


def _days() -> list[date]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'sightings_sighting'::regclass")
        return sorted(datetime.strptime(name[-8:], "%Y%m%d").replace(tzinfo=UTC).date() for (name,) in cursor.fetchall())


@transaction.atomic
def hold(*, case_id: int, station: str, ids: list[str], by: Who, at: datetime) -> int:
    """Keep these sightings for a case, beyond their day; returns how many were not held yet."""
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SQL(
                """
                INSERT INTO sightings_held ({columns}, case_id) SELECT {columns}, %s FROM sightings_sighting
                WHERE id = ANY(%s::uuid[]) AND station = %s AND expires_at > %s ON CONFLICT DO NOTHING
                """
            ).format(columns=sql.SQL(", ").join(map(sql.Identifier, COLUMNS))),
            [case_id, ids, station, at],
        )
        held = int(cursor.rowcount)
    act = Act(actor=by.name, action="sightings.held", object=f"case:{case_id}", station=station, at=at, facts={"sightings": held})
    record(act)
    return held

"""Readings come in: told to whoever compares, kept only where a law allows it. The only writers of sightings."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from safetyzone.contracts.plates import Plate, VehicleClass
from safetyzone.contracts.vision import KINDS, PlateReading
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.bulk import insert_rows
from safetyzone.kernel.happenings import tell
from safetyzone.senses.sightings.news import PlatesRead
from safetyzone.senses.sightings.search_rules import without_one

COLUMNS = (
    "at", "id", "camera", "station", "plate", "province", "vehicle_class", "sure", "accepted", "track", "frames", "expires_at",
    "kind", "paint",
)  # fmt: skip
EARLY = timedelta(minutes=2)
"""A camera's machine whose clock is further ahead of ours than this is not believed: its readings are kept as of now."""
PLATES_LOCK = "pg_advisory_xact_lock{}(hashtext('sightings_platetext'))"
"""Held, shared, from the moment a plate's number was looked up until its passage is kept: the plate is not deleted in between."""


@transaction.atomic
def take(readings: Sequence[PlateReading], *, by: Who, at: datetime) -> int:
    """Compare and, where a history is on, keep; returns how many were kept. Said again, nothing is kept or hits twice."""
    if not readings:
        return 0
    once = tuple({one.id: one for one in readings}.values())
    kept = _keep(once, at)
    tell(PlatesRead(readings=once, by=by, at=at))
    return kept


def _keep(readings: Sequence[PlateReading], at: datetime) -> int:
    days = _histories({one.camera for one in readings}, at)
    worth = [one for one in readings if one.camera in days]
    if not worth:
        return 0
    texts = {one.id: _text(one) for one in worth}
    numbers = _numbers(sorted(set(texts.values())))
    rows = []
    for one in worth:
        station, keep_days = days[one.camera]
        when = min(datetime.fromtimestamp(one.at_ms / 1000, UTC), at + EARLY)
        expires = when + timedelta(days=keep_days)
        if expires > at:
            rows.append(
                (when, one.id, one.camera, station, numbers[texts[one.id]], one.plate.province, one.plate.vehicle_class, one.sure,
                 one.accepted, one.track, one.frames, expires, one.vehicle if one.vehicle in KINDS else "", str(one.colour))
            )  # fmt: skip
    with connection.cursor() as cursor:
        for day in sorted({row[0].date() for row in rows}):
            cursor.execute("SELECT sightings_day(%s)", [day])
    return _insert(rows)


def _insert(rows: Sequence[tuple[object, ...]]) -> int:
    """Rows that are not there yet."""
    if not rows:
        return 0
    with connection.cursor() as cursor:
        moments, ids = [row[0] for row in rows], [row[1] for row in rows]
        cursor.execute("SELECT id FROM sightings_sighting WHERE at = ANY(%s) AND id = ANY(%s)", [moments, ids])
        there = {number for (number,) in cursor.fetchall()}
    fresh = [row for row in rows if row[1] not in there]
    insert_rows("sightings_sighting", COLUMNS, fresh)
    return len(fresh)


def _histories(cameras: set[str], at: datetime) -> dict[str, tuple[str, int]]:
    """Station and days of each camera at which a history is on; of several, the shortest time."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT camera, min(station), min(keep_days) FROM sightings_history
            WHERE camera = ANY(%s) AND approved_at <= %s AND ends_at > %s AND (ended_at IS NULL OR ended_at > %s) GROUP BY camera
            """,
            [sorted(cameras), at, at, at],
        )
        return {camera: (station, days) for camera, station, days in cursor.fetchall()}


def _text(one: PlateReading) -> str:
    said = one.plate
    return Plate(said.series, said.number, said.province, VehicleClass(said.vehicle_class)).text


def _numbers(texts: list[str]) -> dict[str, int]:
    """The number of each text; new ones are entered with all that leaves one sign out."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {PLATES_LOCK.format('_shared')}")
        cursor.execute(
            "INSERT INTO sightings_platetext (text) SELECT unnest(%s::text[]) ON CONFLICT (text) DO NOTHING RETURNING id, text", [texts]
        )
        fresh = cursor.fetchall()
        pairs = [(variant, number) for number, text in fresh for variant in sorted(without_one(text))]
        cursor.execute(
            "INSERT INTO sightings_platedeletion (variant, plate) SELECT * FROM unnest(%s::text[], %s::bigint[]) ON CONFLICT DO NOTHING",
            [[variant for variant, _ in pairs], [number for _, number in pairs]],
        )
        cursor.execute("SELECT text, id FROM sightings_platetext WHERE text = ANY(%s)", [texts])
        return dict(cursor.fetchall())

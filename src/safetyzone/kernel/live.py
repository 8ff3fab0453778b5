"""The live channel's writing end: "incident 41 changed", said inside the transaction that changed it.

The row is for those who were away (replay by ``Last-Event-ID``); the NOTIFY wakes those who listen, and PostgreSQL sends it
in commit order and only if the transaction commits. Nothing but a kind, a key and a station ever travels here.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import orjson
from django.db import connection

CHANNEL = "safetyzone_live"
MOST_THINGS_A_NOTE = 150
"""PostgreSQL refuses a NOTIFY of 8,000 bytes; a thing takes under 50."""


@dataclass(frozen=True, slots=True)
class Thing:
    """What changed: ``kind`` is incident, unit, pole, dispatch or shift; ``station`` decides who may hear of it."""

    kind: str
    key: str
    station: str


def changed(things: Iterable[Thing]) -> None:
    """Write and announce changes, grouped by station, in the caller's transaction."""
    by_station: dict[str, list[tuple[str, str]]] = {}
    for thing in things:
        by_station.setdefault(thing.station, []).append((thing.kind, thing.key))
    notes = [
        {"station": station, "things": pairs[first : first + MOST_THINGS_A_NOTE]}
        for station, pairs in by_station.items()
        for first in range(0, len(pairs), MOST_THINGS_A_NOTE)
    ]
    if not notes:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH noted AS (
                INSERT INTO kernel_change (at, station, things)
                SELECT clock_timestamp(), station, things
                FROM json_to_recordset(%s) AS note(station text, things jsonb)
                RETURNING id, station, things
            )
            SELECT pg_notify(%s, json_build_object('id', id, 'station', station, 'things', things)::text) FROM noted
            """,
            [orjson.dumps(notes).decode(), CHANNEL],
        )

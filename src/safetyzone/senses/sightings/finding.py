"""Finding sightings, after a search was allowed and written down. Nobody but ``search_actions`` calls this for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from safetyzone.contracts.plate_confusions import distance
from safetyzone.senses.sightings.search_rules import Sought, without_one

NEAR = 1.0
"""Price of one sign taken for another that it is never confused with: the furthest that is still called near."""
_ROWS = """
    SELECT s.id, s.at, s.camera, t.text, s.province, s.vehicle_class, s.sure, s.accepted, s.track
    FROM sightings_sighting s JOIN sightings_platetext t ON t.id = s.plate
    WHERE s.at >= %(from)s AND s.at < %(to)s AND s.camera = ANY(%(cameras)s) AND s.expires_at > %(at)s
"""


@dataclass(frozen=True, slots=True)
class Sighting:
    """A plate that passed. ``cost``: how far it is from what was sought, 0 the same, by what the reader confuses."""

    id: UUID
    at: datetime
    camera: str
    text: str = field(repr=False)
    province: str = field(repr=False)
    vehicle_class: str
    sure: float
    accepted: bool
    track: str
    cost: float = 0.0


def cameras_of(station: str, wanted: Sequence[str], from_at: datetime, to_at: datetime) -> list[str]:
    """Cameras of the station at which something was kept in these hours; of the wanted ones, if any are named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT camera FROM sightings_history WHERE station = %s AND approved_at < %s AND ends_at > %s ORDER BY camera",
            [station, to_at, from_at],
        )
        kept = [camera for (camera,) in cursor.fetchall()]
    return [camera for camera in kept if not wanted or camera in wanted]


def find(what: Sought, cameras: Sequence[str], from_at: datetime, to_at: datetime, *, at: datetime, most: int) -> list[Sighting]:
    """Nearest first, of equal ones the latest."""
    asked: dict[str, Any] = {"from": from_at, "to": to_at, "cameras": list(cameras), "at": at, "most": most}
    where, costs = _texts(what)
    if where is not None:
        asked["texts"] = where
    province = " AND (s.province = %(province)s OR s.province = '')" if what.province else ""
    asked["province"] = what.province
    text = "" if where is None else " AND s.plate = ANY(%(texts)s)"
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROWS}{text}{province} ORDER BY s.at DESC, s.id LIMIT %(most)s", asked)
        found = [_sighting(row, costs) for row in cursor.fetchall()]
    return sorted(found, key=lambda one: one.cost)


def _sighting(row: tuple[Any, ...], costs: dict[str, float]) -> Sighting:
    number, at, camera, text, province, vehicle_class, sure, accepted, track = row
    return Sighting(number, at, camera, text, province, vehicle_class, sure, accepted, track, costs.get(text, 0.0))


def _texts(what: Sought) -> tuple[list[int] | None, dict[str, float]]:
    """The numbers of the plates that may be meant, and how far each is; None: any."""
    if not what.text:
        return None, {}
    with connection.cursor() as cursor:
        if what.has_unknown:
            cursor.execute("SELECT id, text FROM sightings_platetext WHERE text LIKE %s", [what.like()])
            rows = cursor.fetchall()
            return [number for number, _ in rows], {}
        if not what.near:
            cursor.execute("SELECT id, text FROM sightings_platetext WHERE text = %s", [what.text])
            return [number for number, _ in cursor.fetchall()], {}
        cursor.execute(
            """
            SELECT DISTINCT t.id, t.text FROM sightings_platedeletion d JOIN sightings_platetext t ON t.id = d.plate
            WHERE d.variant = ANY(%s)
            """,
            [sorted(without_one(what.text))],
        )
        rows = cursor.fetchall()
        costs = {text: distance(what.text, text) for _, text in rows}
        return [number for number, text in rows if costs[text] <= NEAR], costs

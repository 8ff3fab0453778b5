"""Finding sightings, after a search was allowed and written down. Nobody but ``search_actions`` calls this for a person."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from safetyzone.contracts.plate_confusions import distance
from safetyzone.senses.sightings.search_rules import UNKNOWN, Sought, without_one

NEAR = 1.0
"""Price of one sign taken for another that it is never confused with: the furthest that is still called near."""
_ROWS = """
    SELECT s.id, s.at, s.camera, t.text, s.province, s.vehicle_class, s.sure, s.accepted, s.track, s.plate, s.kind, s.paint
    FROM sightings_sighting s JOIN sightings_platetext t ON t.id = s.plate
    WHERE s.at >= %(from)s AND s.at < %(to)s AND s.camera = ANY(%(cameras)s) AND s.expires_at > %(at)s
"""
_VARIANTS = "SELECT DISTINCT t.id, t.text FROM sightings_platedeletion d JOIN sightings_platetext t ON t.id = d.plate WHERE d.variant"


WITHIN, LEAST_CAMERAS, MOST = timedelta(seconds=20), 3, 50
"""Companions are those within so long of a vehicle at so many cameras; so many are shown."""
_ALONG = """
    SELECT t.text, n.cameras, n.first_at, n.last_at FROM (
        SELECT near.plate, count(DISTINCT near.camera) AS cameras, min(near.at) AS first_at, max(near.at) AS last_at
        FROM unnest(%(cameras)s::text[], %(moments)s::timestamptz[]) AS own(camera, at) CROSS JOIN LATERAL (
            SELECT s.plate, s.camera, s.at FROM sightings_sighting s WHERE s.camera = own.camera
            AND s.at BETWEEN own.at - %(within)s AND own.at + %(within)s AND s.expires_at > %(at)s OFFSET 0
        ) AS near GROUP BY near.plate HAVING count(DISTINCT near.camera) >= %(least)s
    ) AS n JOIN sightings_platetext t ON t.id = n.plate
    WHERE t.text <> %(text)s ORDER BY n.cameras DESC, t.text LIMIT %(most)s
"""
"""Passage by passage, each in its own day by the index of its camera: ``OFFSET 0`` keeps the planner from reading the whole week instead,
which took it 180 to 380 ms of a million rows in the place of 2 to 14.
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
    kind: str = ""
    paint: str = ""


@dataclass(frozen=True, slots=True)
class Companion:
    """A plate seen within 20 s of the searched one at three cameras or more."""

    text: str = field(repr=False)
    cameras: int
    first_at: datetime
    last_at: datetime


def cameras_of(station: str, wanted: Sequence[str], from_at: datetime, to_at: datetime) -> list[str]:
    """Cameras of the station at which something was kept in these hours; of the wanted ones, if any are named."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT camera FROM sightings_history WHERE station = %s AND approved_at < %s AND ends_at > %s ORDER BY camera",
            [station, to_at, from_at],
        )
        kept = [camera for (camera,) in cursor.fetchall()]
    return [camera for camera in kept if not wanted or camera in wanted]


_NEAREST = "(%(costs)s::float8[])[array_position(%(texts)s::bigint[], s.plate)], "
"""Before the moment, so that where more passed than is shown, the far ones are left out and not the old ones."""


def find(what: Sought, cameras: Sequence[str], from_at: datetime, to_at: datetime, *, at: datetime, most: int) -> list[Sighting]:
    """Nearest first, of equal ones the latest."""
    asked: dict[str, Any] = {"from": from_at, "to": to_at, "cameras": list(cameras), "at": at, "most": most}
    costs = _texts(what)
    if costs is not None:
        asked |= {"texts": list(costs), "costs": list(costs.values())}
    province = " AND (s.province = %(province)s OR s.province = '')" if what.province else ""
    looks = " AND s.kind = %(kind)s" * bool(what.kind) + " AND s.paint = %(paint)s AND s.paint <> ''" * bool(what.paint)
    asked |= {"province": what.province, "kind": what.kind, "paint": what.paint}
    text = "" if costs is None else " AND s.plate = ANY(%(texts)s::bigint[])"
    nearest = _NEAREST if costs and any(costs.values()) else ""
    with connection.cursor() as cursor:
        cursor.execute(f"{_ROWS}{text}{province}{looks} ORDER BY {nearest}s.at DESC, s.id LIMIT %(most)s", asked)
        return [_sighting(row, costs or {}) for row in cursor.fetchall()]


def _sighting(row: tuple[Any, ...], costs: dict[int, float]) -> Sighting:
    number, at, camera, text, province, vehicle_class, sure, accepted, track, plate, kind, paint = row
    cost = costs.get(plate, 0.0)
    return Sighting(number, at, camera, text, province, vehicle_class, sure, accepted, track, cost, kind, paint)


def _texts(what: Sought) -> dict[int, float] | None:
    """The numbers of the plates that may be meant, and how far each is; None: any."""
    if not what.text:
        return None
    with connection.cursor() as cursor:
        if what.has_unknown and what.text.count(UNKNOWN) == 1:  # it is what is left when one sign is left out: found by equality
            cursor.execute(f"{_VARIANTS} = %s AND t.text LIKE %s", [what.text.replace(UNKNOWN, ""), what.like()])
        elif what.has_unknown:
            cursor.execute("SELECT id, text FROM sightings_platetext WHERE text LIKE %s", [what.like()])
        elif not what.near:
            cursor.execute("SELECT id, text FROM sightings_platetext WHERE text = %s", [what.text])
        else:
            cursor.execute(f"{_VARIANTS} = ANY(%s)", [sorted(without_one(what.text))])
        costs = {number: distance(what.text, text) if what.near else 0.0 for number, text in cursor.fetchall()}
    return {number: cost for number, cost in costs.items() if cost <= NEAR}


def companions(own: Sequence[tuple[str, datetime]], text: str, *, at: datetime) -> list[Companion]:
    """Who passed where and when these passages of one plate were, after it was written down that somebody looks."""
    asked: dict[str, Any] = {
        "cameras": [camera for camera, _ in own], "moments": [moment for _, moment in own], "within": WITHIN, "at": at, "text": text,
        "least": LEAST_CAMERAS, "most": MOST,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_ALONG, asked)
        return [Companion(*row) for row in cursor.fetchall()]

"""What everybody may know: where plates and faces are compared, for what, how long the lists are, and what was stopped. Aggregates only."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from safetyzone.ground.zones import queries as zones
from safetyzone.senses.cameras.place_queries import places_of
from safetyzone.senses.watchlists import list_queries
from safetyzone.senses.watchlists.models import Deletion, HitFigure, ListEntry
from safetyzone.trust.evidence.signing import fingerprint, public_key

FEWEST = 5
"""Counts below are shown as "fewer than 5", so that nobody can be told from a number."""


@dataclass(frozen=True, slots=True)
class ZoneUse:
    """A zone in which something is compared at this moment."""

    zone_th: str
    zone_en: str
    kind: str
    purposes: tuple[str, ...]
    cameras: str


@dataclass(frozen=True, slots=True)
class StationUse:
    """A station, as anybody may see it."""

    code: str
    name_th: str
    name_en: str
    zones: tuple[ZoneUse, ...]
    lists: tuple[tuple[str, str, str], ...]
    """(kind, purpose, how many)."""
    switches: tuple[list_queries.SwitchView, ...]
    alerts: tuple[tuple[str, str, str, str], ...]
    """(kind, hits in this month, of them found right, found wrong)."""
    deletions: int


def few(number: int) -> str:
    """``0``, ``<5`` or the number."""
    return str(number) if number == 0 or number >= FEWEST else f"<{FEWEST}"


def station_use(code: str, *, at: datetime) -> StationUse | None:
    """What a station compares now; None: there is no such station."""
    found = zones.station(code)
    if found is None:
        return None
    return StationUse(
        code, found.name_th, found.name_en, tuple(_zones(code, at)), tuple(_lists(code, at)), tuple(list_queries.switches(code, at=at)),
        tuple(_alerts(code, at)), Deletion.objects.filter(station=code, left=0).count(),
    )  # fmt: skip


def key() -> tuple[str, str]:
    """The key that signs the switches: (hex, fingerprint)."""
    return public_key().hex(), fingerprint()


def _zones(code: str, at: datetime) -> list[ZoneUse]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT DISTINCT live.camera, live.kind, a.purpose FROM watchlists_live(%s) live
            JOIN watchlists_activation a ON a.id = live.activation WHERE live.station = %s
            """,
            [at, code],
        )
        rows = cursor.fetchall()
    places, names = places_of(camera for camera, _, _ in rows), {zone.code: zone for zone in zones.zones(code)}
    by_zone: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for camera, kind, purpose in rows:
        cameras, purposes = by_zone.setdefault((places[camera].zone, kind), (set(), set()))
        cameras.add(camera)
        purposes.add(purpose)
    return [
        ZoneUse(
            names[zone].name_th if zone in names else "นอกเขต", names[zone].name_en if zone in names else "outside the zones", kind,
            tuple(sorted(purposes)), few(len(cameras)),
        )
        for (zone, kind), (cameras, purposes) in sorted(by_zone.items())
    ]  # fmt: skip


def _lists(code: str, at: datetime) -> list[tuple[str, str, str]]:
    alive = ListEntry.objects.filter(station=code, state="approved", approved_at__lte=at, expires_at__gt=at, list__expires_at__gt=at)
    counted = Counter(alive.filter(list__ended_at=None).values_list("kind", "purpose"))
    return [(kind, purpose, few(number)) for (kind, purpose), number in sorted(counted.items())]


def _alerts(code: str, at: datetime) -> list[tuple[str, str, str, str]]:
    shown = []
    for kind in ("plate", "face"):
        month = HitFigure.objects.filter(station=code, kind=kind, at__gt=at.replace(day=1, hour=0, minute=0, second=0, microsecond=0))
        counted = Counter(month.values_list("answer", flat=True))
        shown.append((kind, few(sum(counted.values())), few(counted["true"]), few(counted["false"])))
    return shown

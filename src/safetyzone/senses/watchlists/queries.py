"""What vision and the record of readings may ask: what is to be compared, where, now, and until when. Frozen answers, never models.

All of it comes from ``watchlists_live(at)`` in the database: what is expired, withdrawn, suspended or stopped is not there, whether or not
any job has run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.db.models import Q

from safetyzone.contracts.vision import FacesWork, PlateSaid, Template
from safetyzone.kernel import sealed as kernel_sealed
from safetyzone.senses.watchlists import rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.models import ListEntry
from safetyzone.senses.watchlists.sealing import unseal_bytes
from safetyzone.senses.watchlists.terms import Kind

TEMPLATE = "template"


@dataclass(frozen=True, slots=True)
class ListedPlate:
    """A plate that may be compared at one camera now."""

    entry: int
    activation: int
    station: str
    camera: str
    threshold: float
    """How sure a reading must be, in whole, to be compared there."""
    began_at: datetime
    """Since when: what passed before that was not listed."""
    ends_at: datetime
    series: str = field(repr=False)
    number: str = field(repr=False)
    province: str = field(repr=False)
    vehicle_class: str = field(repr=False)

    def said(self) -> PlateSaid:
        """Its three fields, as a reading says them."""
        return PlateSaid(series=self.series, number=self.number, province=self.province, vehicle_class=self.vehicle_class)


def plates_wanted(camera: str, at: datetime) -> datetime | None:
    """Until when plates are to be read at this camera for some list; None: no list wants any there."""
    return plates_wanted_at([camera], at).get(camera)


def plates_wanted_at(cameras: Iterable[str] | None, at: datetime) -> dict[str, datetime]:
    """The same for many cameras, or (None) for all, in one question."""
    return _ends(cameras, Kind.PLATE, at)


def faces_wanted(camera: str, at: datetime) -> FacesWork | None:
    """Whom faces at this camera are to be compared with, and how strictly; None: with nobody."""
    return faces_wanted_at([camera], at).get(camera)


def faces_wanted_at(cameras: Iterable[str] | None, at: datetime) -> dict[str, FacesWork]:
    """The same for many cameras, or (None) for all, in one question. Several lists on one camera share the strictest threshold.

    An entry whose template does not open is left out: it can match nobody.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT live.camera, live.activation, live.entry, live.threshold, live.ends_at, e.template
            FROM watchlists_live(%s) live JOIN watchlists_listentry e ON e.id = live.entry
            WHERE live.kind = 'face' AND (%s::text[] IS NULL OR live.camera = ANY(%s)) ORDER BY live.camera, live.entry, live.activation
            """,
            [at, *_twice(cameras)],
        )
        rows = cursor.fetchall()
    found: dict[str, tuple[list[float], list[Template]]] = {}
    for camera, activation, entry, threshold, ends_at, sealed in rows:
        vector = _vector(bytes(sealed))
        if vector:
            thresholds, gallery = found.setdefault(camera, ([], []))
            thresholds.append(threshold)
            gallery.append(Template(entry=entry, activation=activation, until_ms=_ms(ends_at), vector=vector))
    return {
        camera: FacesWork(until_ms=max(one.until_ms for one in gallery), threshold=max(thresholds), gallery=tuple(gallery))
        for camera, (thresholds, gallery) in found.items()
    }


def matching_off(station: str, at: datetime) -> frozenset[str]:
    """What is switched off at a station by its kill switch: of ``plate`` and ``face``. The two questions above honour it already."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT k FROM unnest(%s::text[]) k WHERE watchlists_off(%s, k, %s)", [[*map(str, Kind)], station, at])
        return frozenset(kind for (kind,) in cursor.fetchall())


def listed_plates(cameras: Iterable[str], at: datetime) -> dict[str, list[ListedPlate]]:
    """The plates that may be compared at these cameras now, by camera."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT live.entry, live.activation, live.station, live.camera, live.threshold,
                greatest(a.starts_at, e.approved_at, CASE WHEN NOT a.urgent THEN a.approved_at END), live.ends_at,
                e.series, e.number, e.province, e.vehicle_class
            FROM watchlists_live(%s) live
            JOIN watchlists_listentry e ON e.id = live.entry JOIN watchlists_activation a ON a.id = live.activation
            WHERE live.kind = 'plate' AND live.camera = ANY(%s) ORDER BY live.entry, live.activation
            """,
            [at, sorted(set(cameras))],
        )
        listed: dict[str, list[ListedPlate]] = {}
        for row in cursor.fetchall():
            listed.setdefault(row[3], []).append(ListedPlate(*row))
    return listed


def is_live(*, activation: int, entry: int, camera: str, at: datetime) -> bool:
    """Whether this entry may be compared under this activation at this camera at that moment."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM watchlists_live(%s) l WHERE l.activation = %s AND l.entry = %s AND l.camera = %s)",
            [at, activation, entry, camera],
        )
        return bool(cursor.fetchone()[0])


def visible(at: datetime) -> Q:
    """The hits that are still there at that moment, whether or not the deletion has run: within their day or confirmed, and not of
    something that one person began and nobody approved."""
    unapproved = Q(activation__urgent=True, activation__approved_at=None)
    over = Q(activation__asked_at__lte=at - rules.APPROVE_URGENT_WITHIN) | Q(activation__stopped_at__lte=at)
    return (Q(delete_at=None) | Q(delete_at__gt=at)) & ~(unapproved & over)


def entries_over(at: datetime) -> Q:
    """The entries that are to be destroyed at that moment: over for a month, or refused; one with a hit stays as long as the hit."""
    long_ago = at - rules.KEEP_ENTRY_FOR
    over = Q(expires_at__lte=long_ago) | Q(withdrawn_at__lte=long_ago) | Q(state=State.REFUSED, asked_at__lte=long_ago)
    return over & Q(purged_at=None, hits=None)


def _ends(cameras: Iterable[str] | None, kind: Kind, at: datetime) -> dict[str, datetime]:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT live.camera, max(live.ends_at) FROM watchlists_live(%s) live
            WHERE live.kind = %s AND (%s::text[] IS NULL OR live.camera = ANY(%s)) GROUP BY live.camera
            """,
            [at, kind.value, *_twice(cameras)],
        )
        return dict(cursor.fetchall())


def _twice(cameras: Iterable[str] | None) -> tuple[list[str] | None, list[str] | None]:
    named = None if cameras is None else sorted(set(cameras))
    return named, named


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _vector(sealed: bytes) -> bytes:
    """The template of an entry. Kept nowhere: what is withdrawn leaves this program's memory as well."""
    try:
        return unseal_bytes(sealed, TEMPLATE)
    except kernel_sealed.Broken:
        return b""


def entry_station(entry: int) -> str:
    """The station of an entry; empty: there is none."""
    return ListEntry.objects.filter(pk=entry).values_list("station", flat=True).first() or ""

"""Searches as lists show them: never what was looked for."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.ground.officers.access import Who, may
from safetyzone.senses.sightings import access, search_rules, terms
from safetyzone.senses.sightings.models import Search

SHOWN_FOR = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SearchRow:
    """A search: who, for which case, how wide. ``waits``: for a second officer."""

    search_id: int
    station: str
    officer: str
    purpose: str
    law: str
    case_number: str
    words: str
    cameras: int
    from_at: datetime
    to_at: datetime
    asked_at: datetime
    approved_by: str
    found: int | None
    waits: bool

    @property
    def ground_th(self) -> str:
        """What it is for and by which law, in Thai."""
        return terms.ground(self.purpose, self.law)[0]

    @property
    def ground_en(self) -> str:
        """The same in English."""
        return terms.ground(self.purpose, self.law)[1]


def mine(station: str, *, by: Who, at: datetime) -> list[SearchRow]:
    """Her own of the week, the latest first."""
    rows = Search.objects.filter(station=station, officer=by.name, asked_at__gt=at - SHOWN_FOR).order_by("-asked_at", "-id")[:20]
    return [_row(one) for one in rows]


def to_approve(station: str, *, by: Who, at: datetime) -> list[SearchRow]:
    """Wide searches of others that wait for a second officer; nothing for those who may not be one."""
    if not may(by, access.APPROVE_SEARCH, station=station):
        return []
    rows = Search.objects.filter(station=station, approved_at=None, answered_at=None, asked_at__gt=at - SHOWN_FOR).exclude(officer=by.name)
    return [row for row in map(_row, rows.order_by("asked_at")) if row.waits]


def search(search_id: int) -> SearchRow | None:
    """One of them."""
    found = Search.objects.filter(pk=search_id).first()
    return _row(found) if found else None


def station_of(search_id: int) -> str:
    """The station of a search; empty: no such search."""
    return Search.objects.filter(pk=search_id).values_list("station", flat=True).first() or ""


def _row(one: Search) -> SearchRow:
    waits = one.approved_at is None and search_rules.needs_another(one.cameras, one.from_at, one.to_at)
    return SearchRow(
        one.pk, one.station, one.officer, one.purpose, one.law, one.case_number, one.words, one.cameras, one.from_at, one.to_at,
        one.asked_at, one.approved_by, one.found, waits,
    )  # fmt: skip

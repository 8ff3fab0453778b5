"""What other rooms may ask about looks. Frozen answers, never models; whoever asks has asked first who reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from safetyzone.senses.looks.models import Bookmark, Look

MOST = 500


@dataclass(frozen=True, slots=True)
class OwnersLook:
    """A look as the camera's owner may know it: in what duty, when, for which kind of case, how long. No officer's name."""

    at: datetime
    kind: str
    duty_th: str
    duty_en: str
    case_th: str
    case_en: str
    why: str
    seconds: float
    running: bool

    @property
    def minutes(self) -> int:
        """Whole minutes of its length."""
        return int(self.seconds // 60)

    @property
    def rest_s(self) -> int:
        """The seconds beyond the whole minutes."""
        return int(self.seconds % 60)


@dataclass(frozen=True, slots=True)
class LookView:
    """A look as the house knows it."""

    look: int
    station: str
    camera: str
    officer: str
    session: str = field(repr=False)
    kind: str
    why: str
    words: str = field(repr=False)
    incident: int | None
    case_th: str
    case_en: str
    from_ms: int
    to_ms: int
    began_at: datetime
    seconds: float
    seen_at: datetime | None
    ended_at: datetime | None
    closed_why: str


_COLUMNS = (
    "id", "station", "camera", "officer", "session", "kind", "why", "words", "incident", "case_th", "case_en", "from_ms", "to_ms",
    "began_at", "seconds", "seen_at", "ended_at", "closed_why",
)  # fmt: skip


def at_cameras(codes: Sequence[str], *, most: int = 20) -> dict[str, list[OwnersLook]]:
    """For the owner's page: the looks at each camera that were opened, the latest first. Ask for cameras that are the reader's.

    A ticket that nobody used showed nothing, and is left out; the audit log has it all the same.
    """
    opened = Look.objects.filter(~Q(closed_why=Look.Closed.NOT_OPENED), Q(seen_at__isnull=False) | Q(ended_at__isnull=False))
    found: dict[str, list[OwnersLook]] = {}
    for code in codes:
        looks = opened.filter(camera=code).order_by("-began_at", "-id")[:most]
        found[code] = [
            OwnersLook(
                one.began_at, one.kind, one.duty_th, one.duty_en, one.case_th, one.case_en, one.why, one.seconds, one.ended_at is None
            )
            for one in looks
        ]
    return found


def of_officer(officer: str, *, since: datetime) -> list[LookView]:
    """An officer's looks since a moment, the latest first: for whoever reads the audit log, and for herself."""
    return _views(Look.objects.filter(officer=officer, began_at__gte=since).order_by("-began_at", "-id")[:MOST])


def of_incident(incident: int) -> list[LookView]:
    """The looks of an incident, the earliest first."""
    return _views(Look.objects.filter(incident=incident).order_by("began_at", "id")[:MOST])


def look(number: int) -> LookView | None:
    """One look, for instance the one whose number a saved stream carries."""
    return next(iter(_views(Look.objects.filter(pk=number))), None)


class RunningLook(NamedTuple):
    """As much of a look as it takes to ask whether it may go on; sixteen hundred are read every two seconds."""

    look: int
    camera: str
    officer: str
    session: str
    kind: str
    incident: int | None
    from_ms: int
    to_ms: int
    has_ended: bool


_RUNNING = """
    SELECT id, camera, officer, session, kind, incident, from_ms, to_ms, ended_at IS NOT NULL FROM looks_look WHERE id = ANY(%s)
"""


def running(numbers: Iterable[int]) -> list[RunningLook]:
    """The looks with these numbers, in one question; numbers that are none are left out."""
    with connection.cursor() as cursor:
        cursor.execute(_RUNNING, [list(numbers)])
        return [RunningLook(*row) for row in cursor.fetchall()]


def _views(found: QuerySet[Look]) -> list[LookView]:
    return [LookView(*row) for row in found.values_list(*_COLUMNS)]


@dataclass(frozen=True, slots=True)
class BookmarkView:
    """A marked moment."""

    bookmark: int
    camera: str
    at_ms: int
    words: str
    incident: int | None
    by: str
    made_at: datetime


def bookmarks(camera: str, from_ms: int, to_ms: int) -> list[BookmarkView]:
    """The marked moments of a camera within a span, in their order. Ask first whether the reader may watch it."""
    found = Bookmark.objects.filter(camera=camera, at_ms__gte=from_ms, at_ms__lt=to_ms).order_by("at_ms", "id")[:MOST]
    return [BookmarkView(one.pk, one.camera, one.at_ms, one.words, one.incident, one.by, one.made_at) for one in found]

"""Reading claims and shifts."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from safetyzone.response.command_room.models import Claim, Shift, ShiftNote
from safetyzone.response.command_room.rules import GRACE, STALE_AFTER, Hold


@dataclass(frozen=True, slots=True)
class ClaimView:
    """Who has a call in hand, and from when on others may take it."""

    incident: int
    hold: Hold

    @property
    def grace_until(self) -> datetime:
        return self.hold.claimed_at + GRACE

    @property
    def stale_at(self) -> datetime:
        return self.hold.seen_at + STALE_AFTER


def claims(incidents: Iterable[int]) -> dict[int, ClaimView]:
    """The claims on these incidents."""
    found = Claim.objects.filter(incident_id__in=list(incidents)).select_related("officer")
    return {c.incident_id: ClaimView(c.incident_id, Hold(c.officer.username, c.claimed_at, c.seen_at)) for c in found}


@dataclass(frozen=True, slots=True)
class ShiftView:
    """A shift; ``hand_over`` is the frozen page once it has ended."""

    id: int
    station: str
    commander: str
    began_at: datetime
    ended_at: datetime | None
    handed_over_to: str
    hand_over: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NoteView:
    """A line of the shift's log."""

    at: datetime
    by: str
    words: str = field(repr=False)


def running_shift(station: str) -> ShiftView | None:
    """The shift that runs now, if somebody has signed on."""
    return next(iter(_views(Shift.objects.filter(station=station, ended_at__isnull=True))), None)


def past_shift(station: str, number: int) -> ShiftView | None:
    """A shift that has ended, with its page as it was signed."""
    return next(iter(_views(Shift.objects.filter(station=station, pk=number, ended_at__isnull=False))), None)


def past_shifts(station: str, most: int = 20) -> list[ShiftView]:
    """The latest shifts that have ended."""
    return _views(Shift.objects.filter(station=station, ended_at__isnull=False).order_by("-ended_at")[:most])


def _views(found: Iterable[Shift]) -> list[ShiftView]:
    rows = found.select_related("commander", "handed_over_to")  # type: ignore[attr-defined]
    return [
        ShiftView(
            s.pk, s.station, s.commander.username, s.began_at, s.ended_at,
            s.handed_over_to.username if s.handed_over_to else "", s.hand_over,
        )
        for s in rows
    ]  # fmt: skip


def notes(shift: int) -> list[NoteView]:
    """The log of a shift, oldest first."""
    return [NoteView(n.at, n.by, n.words) for n in ShiftNote.objects.filter(shift_id=shift).order_by("at", "id")]

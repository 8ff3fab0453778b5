"""What the room decides by itself: who may take a ringing call, who hears it ring, when a row turns red. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from safetyzone.response.incidents.rules import RING_DUTY_AFTER, RING_NEXT_AFTER

HEARTBEAT_EVERY = timedelta(seconds=15)
STALE_AFTER = 3 * HEARTBEAT_EVERY
GRACE = timedelta(seconds=20)
"""Two operators reach for one call: for so long the second may take it without a reason (pattern P6)."""

class Seat(StrEnum):
    """ที่นั่ง: who hears a call ring, and when (row C8)."""

    FIRST = "first"  # โต๊ะรับเหตุ: at once
    NEXT = "next"  # โต๊ะสำรอง: after 10 s
    DUTY = "duty"  # นายตำรวจเวร: after 20 s


RINGS_AT: dict[Seat, timedelta] = {Seat.FIRST: timedelta(0), Seat.NEXT: RING_NEXT_AFTER, Seat.DUTY: RING_DUTY_AFTER}


class Taking(StrEnum):
    """How a person may take a call that is or is not in somebody's hand."""

    FREE = "free"  # nobody has it
    MINE = "mine"
    GRACE = "grace"  # just claimed: no reason needed
    STALE = "stale"  # the holder's screen has gone: no reason needed
    REASON = "reason"  # a supervisor, and with a reason
    NO = "no"


@dataclass(frozen=True, slots=True)
class Hold:
    """A claim as the rules see it."""

    by: str
    claimed_at: datetime
    seen_at: datetime


def is_stale(hold: Hold, at: datetime) -> bool:
    """The holder's screen has missed three heartbeats: he may have left, and a call must not leave with him."""
    return at - hold.seen_at > STALE_AFTER


def taking(hold: Hold | None, *, by: str, supervisor: bool, at: datetime) -> Taking:
    """Whether, and on what terms, ``by`` may take the call now."""
    if hold is None:
        return Taking.FREE
    if hold.by == by:
        return Taking.MINE
    if is_stale(hold, at):
        return Taking.STALE
    if at - hold.claimed_at < GRACE:
        return Taking.GRACE
    return Taking.REASON if supervisor else Taking.NO


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took, or how long it has already lasted if it is not over (right-censored)."""

    seconds: float
    over: bool = True


@dataclass(frozen=True, slots=True)
class Figure:
    """A percentile in seconds. ``at_least``: cases that are still open may yet make it more."""

    seconds: float
    at_least: bool = False


def percentile(took: Sequence[Took], share: float) -> Figure | None:
    """The nearest-rank percentile (0 < share <= 1); None of nothing. Open cases count by their age so far."""
    if not took:
        return None
    ordered = sorted(took, key=lambda one: (one.seconds, not one.over))
    rank = max(0, -int(-share * len(ordered) // 1) - 1)
    # An open case that is younger could yet become the slowest: from the first open case on, only "at least" is honest.
    open_before = any(not one.over for one in ordered[: rank + 1])
    return Figure(ordered[rank].seconds, at_least=open_before)


def share_within(took: Sequence[Took], limit: timedelta) -> float | None:
    """The share done within the limit; an open case younger than that is left out: it may still make it."""
    decided = [one for one in took if one.over or one.seconds > limit.total_seconds()]
    if not decided:
        return None
    return sum(one.over and one.seconds <= limit.total_seconds() for one in decided) / len(decided)


FLOOD = 10
"""More alarms than this in ten minutes for one operator is a flood (EEMUA 191)."""


def alarms_per_operator(alarms: int, operators: int, lasted: timedelta) -> float:
    """Alarms for one operator in ten minutes. A shift younger than that counts as ten; no operator counts as one."""
    windows = max(lasted / timedelta(minutes=10), 1.0)
    return alarms / max(operators, 1) / windows


def most_in_ten_minutes(heard_at: Sequence[datetime]) -> int:
    """The worst ten minutes: most alarms in any window of that length."""
    ordered = sorted(heard_at)
    most = first = 0
    for last, moment in enumerate(ordered):
        while moment - ordered[first] >= timedelta(minutes=10):
            first += 1
        most = max(most, last - first + 1)
    return most

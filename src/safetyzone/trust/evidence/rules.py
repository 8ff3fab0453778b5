"""What may be locked, what is missing in it, and who may let faces be seen. Pure: no database, no clock."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.kernel.refusals import Refused

MOST_CAMERA_HOURS = 72.0
MOST_CAMERAS = 64
MOST_AHEAD = timedelta(hours=1)
"""A span may end a little in the future: what is being recorded now belongs to it."""
SETTLES_AFTER = timedelta(seconds=60)
"""A recording is cut every 10 seconds: a minute after the span's end the last piece is closed, or there was none."""
GIVEN_UP_AFTER = timedelta(minutes=15)
"""Where something is missing it is looked for so long: a piece that a killed program left open is closed when it starts again."""
NOTABLE_GAP_MS = 500
"""A hole of less is the time between two frames, or a camera that counts its frames a little wrong."""
LOOKED_AGAIN_AFTER = timedelta(minutes=10)
"""The page of an item asks for news of itself: one look a person in so long is on record."""


class NoSuchSpan(Refused):
    code = "no_such_span"
    th = "ช่วงเวลาไม่ถูกต้อง: ต้องมีจุดเริ่มก่อนจุดจบ ไม่เกิน {hours:.0f} ชั่วโมง×กล้อง และจบไม่เกิน 1 ชั่วโมงข้างหน้า"
    en = "Not a span that can be locked: it begins before it ends, holds at most {hours:.0f} camera hours, and ends within the next hour."


class SaysNoReason(Refused):
    code = "says_no_reason"
    th = "ต้องบอกเหตุผล"
    en = "A reason is needed."


class NeedsSecondPerson(Refused):
    code = "needs_second_person"
    th = "ผู้อนุมัติต้องเป็นคนละคนกับผู้ขอ"
    en = "Another named person must approve this, not the one who asked."


@dataclass(frozen=True, slots=True, order=True)
class Gap:
    """A part of a span that was not recorded; milliseconds of UTC, half open."""

    from_ms: int
    to_ms: int


def gaps(pieces: Iterable[tuple[int, int]], from_ms: int, to_ms: int) -> list[Gap]:
    """Where nothing was recorded within a span, given (from, length) of each piece in milliseconds, in any order."""
    found, reached = [], from_ms
    for start, length in sorted(pieces):
        if start >= to_ms:
            break
        if start - reached >= NOTABLE_GAP_MS:
            found.append(Gap(reached, start))
        reached = max(reached, start + length)
    if to_ms - reached >= NOTABLE_GAP_MS:
        found.append(Gap(reached, to_ms))
    return found


def check_span(from_at: datetime, to_at: datetime, *, cameras: int, at: datetime) -> None:
    """Refuse a span that is none, or too large to keep beside the ring.

    Raises:
        NoSuchSpan: it ends before it begins, reaches too far ahead, or holds too much.
    """
    hours = (to_at - from_at).total_seconds() / 3600
    if hours <= 0 or not 1 <= cameras <= MOST_CAMERAS or hours * cameras > MOST_CAMERA_HOURS or to_at > at + MOST_AHEAD:
        raise NoSuchSpan(hours=MOST_CAMERA_HOURS)


def reason(words: str) -> str:
    """The reason as it is kept.

    Raises:
        SaysNoReason: there is none.
    """
    kept = " ".join(words.split())[:240]
    if not kept:
        raise SaysNoReason
    return kept


def check_second_person(asked_by: str, approves: str) -> None:
    """Faces are shown only when two people want it.

    Raises:
        NeedsSecondPerson: it is the same person, or nobody.
    """
    if not approves.strip() or asked_by.strip().casefold() == approves.strip().casefold():
        raise NeedsSecondPerson

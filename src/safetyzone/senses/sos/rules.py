"""Is this the same call for help, and may we trust the message? Pure: no database, no clock, no key.

Security decides the class of a press, never its existence: whatever cannot be trusted is shown as technical.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

SAME_CALL_WITHIN = timedelta(seconds=90)
CLOCK_MAY_BE_AHEAD = timedelta(seconds=60)
STILL_AN_ALARM = timedelta(minutes=15)
"""A press that comes later than this was kept by a device that was cut off; a person decides what it still means."""
FLOOD_WITHIN = timedelta(seconds=60)
FLOOD_FROM = 30
"""Nobody presses thirty times a minute with new press ids: a stuck contact or a mischief does."""


class Reason(StrEnum):
    """เหตุที่จัดเป็นสัญญาณเทคนิค: why a press is technical."""

    BAD_SIGNATURE = "bad_signature"  # ลายเซ็นไม่ถูกต้อง
    UNKNOWN_POLE = "unknown_pole"  # ไม่มีเสานี้ในทะเบียน
    WRONG_POLE = "wrong_pole"  # รหัสเสาไม่ตรงกับช่องทางที่ส่ง
    CLOCK_AHEAD = "clock_ahead"  # นาฬิกาเดินล่วงหน้า
    LATE = "late"  # มาถึงช้า
    FLOOD = "flood"  # กดถี่ผิดปกติ


@dataclass(frozen=True, slots=True)
class Call:
    """The part of a press that decides whether it belongs to the call before."""

    device: str
    technical: bool
    at: datetime


def is_same_call(press: Call, previous: Call | None) -> bool:
    """A frightened person presses more than once; that is one call for help.

    A technical press and a trusted one are never one call: else a forged message could swallow a real one.
    """
    return (
        previous is not None
        and press.device == previous.device
        and press.technical == previous.technical
        and abs(press.at - previous.at) < SAME_CALL_WITHIN
    )


def clock_reasons(pressed_at: datetime, heard_at: datetime) -> tuple[Reason, ...]:
    """What the device's clock tells against the message; the server's own time is the truth."""
    if pressed_at - heard_at > CLOCK_MAY_BE_AHEAD:
        return (Reason.CLOCK_AHEAD,)
    if heard_at - pressed_at > STILL_AN_ALARM:
        return (Reason.LATE,)
    return ()


def is_flood(presses_in_the_minute_before: int) -> bool:
    """Too many to be a hand; they still all count in the call they belong to."""
    return presses_in_the_minute_before >= FLOOD_FROM


def happened_at(pressed_at: datetime, heard_at: datetime) -> datetime:
    """The device's own time where it can be trusted, else the moment it was heard."""
    return heard_at if clock_reasons(pressed_at, heard_at) else min(pressed_at, heard_at)

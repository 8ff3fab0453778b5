"""Dates as Thai officers write them: 31/12/2569, 31/12/2026 or 2569-12-31."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from safetyzone.kernel.refusals import Refused

BANGKOK = ZoneInfo("Asia/Bangkok")
BUDDHIST_ERA = 543
"""Years by which the Buddhist era is ahead. A year from 2400 on is Buddhist: nobody posts an officer for AD 2400."""
FIRST_BUDDHIST_YEAR = 2400


class NotADate(Refused):
    code = "not_a_date"
    th = "ไม่ใช่วันที่: {words} (เช่น 31/12/2569)"
    en = "Not a date: {words} (write 31/12/2569, 31/12/2026 or 2026-12-31)."


def read_date(words: str) -> date:
    """The date, from day/month/year or year-month-day, in either era. Raises NotADate."""
    if found := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", words.strip()):
        day, month, year = (int(part) for part in found.groups())
    elif found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", words.strip()):
        year, month, day = (int(part) for part in found.groups())
    else:
        raise NotADate(words=words)
    if year >= FIRST_BUDDHIST_YEAR:
        year -= BUDDHIST_ERA
    try:
        return date(year, month, day)
    except ValueError:
        raise NotADate(words=words) from None


def end_of_day(words: str) -> datetime:
    """The moment, UTC, at which that day ends in Thailand (half open: the first moment of the next)."""
    next_day = read_date(words) + timedelta(days=1)
    return datetime.combine(next_day, time(), tzinfo=BANGKOK).astimezone(UTC)

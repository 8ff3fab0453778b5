"""The report of deletions (row B6): what went in a month, by day and by rule, as the audit log has it; and what is due and still there.

The log is read, and no table of its own: what the report says stands in the chain of hashes, with the hour and the numbers of the rows.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from safetyzone.senses.watchlists.models import Hit, ListEntry
from safetyzone.senses.watchlists.queries import entries_over, visible
from safetyzone.trust.audit.queries import Recorded, acts_of

BANGKOK = ZoneInfo("Asia/Bangkok")
EVERY_STATION = "-"
"""Of acts that concern all stations of this system."""
GRACE = timedelta(minutes=20)
"""The deletion runs every ten minutes: what is due for longer was left."""
BY_RULE = "system"
WHAT: dict[str, tuple[str, str]] = {
    "hits.expired": (
        "ผลตรงที่ไม่ได้ยืนยันใน 24 ชั่วโมง: ภาพ คำอ่าน คำตอบ",
        "Hits that were not confirmed in 24 hours: pictures, reading, answers",
    ),
    "hits.urgent": ("ผลของการเปิดใช้ฉุกเฉินที่ไม่ได้รับอนุมัติใน 24 ชั่วโมง", "All that came of an urgent activation not approved in 24 hours"),
    "entries": ("รายการในบัญชีที่สิ้นสุดเกิน 30 วัน: ป้าย ภาพ แม่แบบ ชื่อ", "Entries over for 30 days: plate, photo, template, name"),
    "sightings": ("ประวัติการผ่านของป้าย เกิน 7 วันหรืออายุของกล้อง", "Passages of plates, after 7 days or the time of their camera"),
    "evidence": ("ไฟล์พยานหลักฐานที่ปลดล็อกแล้ว", "Files of evidence that was released"),
    "payload": ("ข้อมูลส่วนบุคคลในสมุดบันทึก ลบตามคำสั่ง", "Personal data behind the log, erased by order"),
}
"""Each rule by which something goes, in Thai and in English."""
_RULE_OF = {
    "entries.destroyed": "entries", "sightings.deleted": "sightings", "evidence.deleted": "evidence", "audit.payload_erased": "payload",
}  # fmt: skip
_COUNTED = {"hits": ("hits",), "entries": ("entries",), "sightings": ("day_rows", "rows"), "evidence": ("pieces",)}


@dataclass(frozen=True, slots=True)
class DeletionLine:
    """What one rule, or one person, deleted on a day. ``left``: rows that were found when it looked again; anything but 0 is a fault."""

    day: datetime
    rule: str
    th: str
    en: str
    by: str
    rows: int
    runs: int
    left: int

    @property
    def by_rule(self) -> bool:
        """Whether nobody had to do it."""
        return self.by == BY_RULE


@dataclass(frozen=True, slots=True)
class Due:
    """What should be gone and is not."""

    hits: int
    entries: int


def month_of(words: str, at: datetime) -> datetime:
    """The first moment of a month in Bangkok, of ``2026-11``; what is none, or lies ahead, is the present month."""
    this = at.astimezone(BANGKOK).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    year, _, month = words.partition("-")
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (year, month)):  # noqa: PLR2004 - a year
        return this
    if not (2020 <= int(year) <= this.year and 1 <= int(month) <= 12):  # noqa: PLR2004 - months of a year; none of this system's is older
        return this
    return min(this, this.replace(year=int(year), month=int(month)))


def after(month: datetime) -> datetime:
    """The first moment of the next month."""
    return (month + timedelta(days=32)).replace(day=1)


def before(month: datetime) -> datetime:
    """The first moment of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def deletions(station: str, month: datetime) -> list[DeletionLine]:
    """What was deleted in a month, the latest day first; of what concerns every station, all of it."""
    kinds = ("hits.destroyed", *_RULE_OF)
    lines: dict[tuple[datetime, str, str], list[Recorded]] = {}
    for act in acts_of(kinds, stations=(station, EVERY_STATION), since=month, until=after(month)):
        day = act.at.astimezone(BANGKOK).replace(hour=0, minute=0, second=0, microsecond=0)
        lines.setdefault((day, _rule(act), act.actor), []).append(act)
    found = [_line(day, rule, by, acts) for (day, rule, by), acts in lines.items()]
    return sorted(found, key=lambda one: (-one.day.timestamp(), list(WHAT).index(one.rule), one.by))


def totals(lines: Iterable[DeletionLine]) -> list[tuple[str, str, int]]:
    """(Thai, English, rows) of each rule in the month; a rule by which nothing went is there with 0."""
    rows = dict.fromkeys(WHAT, 0)
    for one in lines:
        rows[one.rule] += one.rows
    return [(*WHAT[rule], number) for rule, number in rows.items()]


def due(station: str, *, at: datetime) -> Due:
    """What the rules should have destroyed by now and is still there: nobody is shown it, and it is a fault all the same."""
    late = at - GRACE
    hits = Hit.objects.filter(~visible(late), station=station).count()
    return Due(hits, ListEntry.objects.filter(entries_over(late), station=station).count())


def _rule(act: Recorded) -> str:
    if act.action == "hits.destroyed":
        return "hits.urgent" if act.why == "urgent" else "hits.expired"
    return _RULE_OF[act.action]


def _line(day: datetime, rule: str, by: str, acts: list[Recorded]) -> DeletionLine:
    names = _COUNTED.get(rule.partition(".")[0], ())
    rows = sum(_number(act.facts.get(name, 0)) for act in acts for name in names) if names else len(acts)
    return DeletionLine(day, rule, *WHAT[rule], by, rows, len(acts), sum(_number(act.facts.get("left", 0)) for act in acts))


def _number(said: Any) -> int:
    """How many: a number, or a list of them."""
    return len(said) if isinstance(said, list) else int(said or 0)

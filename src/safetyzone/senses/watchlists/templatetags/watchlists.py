"""What the templates of this room may say: words of codes, how long until, and rates that are too small for per cent."""

from datetime import datetime, timedelta

from django import template
from django.utils.translation import get_language

from safetyzone.senses.watchlists import rules, terms
from safetyzone.trust.cases.rules import OFFENCES

register = template.Library()

WHY_OVER = {
    "refused": ("ไม่อนุมัติ", "refused"),
    "withdrawn": ("ถอนแล้ว", "withdrawn"),
    "expired": ("หมดอายุ", "expired"),
    "case_closed": ("คดีปิดแล้ว", "case closed"),
    "waiting": ("รอผู้อนุมัติ", "waits for approval"),
    "unchecked": ("พักไว้: ไม่ได้ตรวจซ้ำใน 48 ชม.", "suspended: not re-checked in 48 h"),
    "": ("ใช้งานอยู่", "live"),
}
STATE = {
    "asked": ("รอผู้อนุมัติ", "waits for approval"),
    "urgent": ("ฉุกเฉิน รอผู้อนุมัติ", "urgent, waits for approval"),
    "approved": ("อนุมัติแล้ว", "approved"),
    "refused": ("ไม่อนุมัติ", "refused"),
    "stopped": ("หยุดแล้ว", "stopped"),
}
HIT_STATE = {"waiting": ("รอเทียบ", "to be compared"), "confirmed": ("ยืนยันแล้ว", "confirmed"), "refused": ("ไม่ใช่", "refused")}
WHY_NOT = {
    "no_class": ("ยังไม่กำหนดมุมกล้อง", "no class of camera"),
    "no_evaluation": ("ไม่มีผลประเมินโมเดลในรอบ 12 เดือน", "no evaluation of the last 12 months"),
    "suspended": ("พักไว้เพราะแจ้งผิดบ่อย", "stopped for false alerts"),
}
PROVINCE = {
    "same": ("จังหวัดตรงกัน", "same province"), "different": ("จังหวัดไม่ตรง", "other province"),
    "not_read": ("อ่านจังหวัดไม่ได้", "province not read"),
}  # fmt: skip
GROUP = {"day": ("กลางวัน", "day"), "night": ("กลางคืน", "night"), "rain": ("ฝน", "rain"), "female": ("หญิง", "women"), "male": ("ชาย", "men"),
         "under_18": ("ต่ำกว่า 18", "under 18"), "over_60": ("เกิน 60", "over 60"), "motorcycle": ("รถจักรยานยนต์", "motorcycles")}  # fmt: skip
TABLES: dict[str, dict[str, terms.Both]] = {
    "kind": terms.KIND, "purpose": terms.PURPOSE, "source": terms.IMAGE_SOURCE, "class": terms.CAMERA_CLASS, "answer": terms.ANSWER,
    "found": terms.FOUND, "place": terms.PLACE, "over": WHY_OVER, "state": STATE, "hit": HIT_STATE, "why_not": WHY_NOT,
    "province": PROVINCE, "tripped": rules.TRIPPED, "offence": OFFENCES, "group": GROUP, "vehicle": terms.VEHICLE,
}  # fmt: skip


def _thai() -> bool:
    return (get_language() or "th").startswith("th")


@register.filter
def in_words(code: object, table: str) -> str:
    """``{{ list.purpose|in_words:"purpose" }}``; a code without words stands for itself."""
    both = TABLES[table].get(str(code))
    return str(code) if both is None else both[0 if _thai() else 1]


@register.simple_tag(takes_context=True)
def left(context: template.Context, until: datetime | None) -> str:
    """How long is left: ``23 ชม. 10 นาที``; what is past is nothing."""
    at = context["request"].now
    if until is None or until <= at:
        return "–"
    return how_long(until - at)


@register.filter
def how_long(span: timedelta) -> str:
    """``5 วัน 3 ชม.`` or ``23 ชม. 10 นาที``."""
    minutes = int(span.total_seconds() // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    words = ("วัน", "ชม.", "นาที") if _thai() else ("d", "h", "min")
    parts = ((days, words[0]), (hours, words[1])) if days else ((hours, words[1]), (minutes, words[2]))
    return " ".join(f"{number} {word}" for number, word in parts if number) or f"0 {words[2]}"


@register.filter
def rate(share: float | None) -> str:
    """A small share as "1 in so many": ``1 ใน 50,000``; nothing as a dash."""
    if share is None:
        return "–"
    if share <= 0:
        return "0"
    return f"1 {'ใน' if _thai() else 'in'} {round(1 / share):,}"


@register.filter
def a_day(number: float) -> str:
    """False alerts a day: ``0.04``, ``3.2``, ``120``."""
    return f"{number:,.2f}" if number < 1 else f"{number:,.1f}" if number < 10 else f"{number:,.0f}"  # noqa: PLR2004


@register.filter
def two(number: float | None) -> str:
    """``0.71``; nothing as a dash."""
    return "–" if number is None else f"{number:.2f}"


@register.filter
def has(chosen: object, one: object) -> bool:
    """Whether a set has it."""
    return one in chosen  # type: ignore[operator]

"""What an owner shares, and whether this look is within it. Pure: the clock, the incidents and the row are told, never asked.

``may_open`` is asked at every look, on the server, with the incidents of that moment; what a console drew before counts for nothing.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from safetyzone.kernel.refusals import Refused

BANGKOK = ZoneInfo("Asia/Bangkok")


class Tier(StrEnum):
    """What the owner shares, from the least to the most; the same words as in the table."""

    MAP_ONLY = "map_only"
    ON_REQUEST = "on_request"
    DURING_INCIDENT = "during_incident"
    ALWAYS = "always"


class What(StrEnum):
    """The two things one can want to open."""

    LIVE = "live"
    RECORDED = "recorded"


TIERS = tuple(Tier)
PRIVATE_KINDS = frozenset({"private", "temple", "shop"})
"""Kinds of owner who alone may widen what they share. Police, municipality and agencies share by order or agreement."""


@dataclass(frozen=True, slots=True)
class TierWords:
    """A tier as its owner reads it: its name, and what it means for him."""

    code: Tier
    name_th: str
    name_en: str
    means_th: str
    means_en: str


TIER_WORDS: dict[Tier, TierWords] = {
    words.code: words
    for words in (
        TierWords(
            Tier.MAP_ONLY, "แสดงบนแผนที่เท่านั้น", "On the map only",
            "ตำรวจรู้ว่ามีกล้องนี้และหันไปทางใด แต่เปิดดูภาพไม่ได้เลย",
            "The police know that the camera is there and where it looks. Nobody can open its picture.",
        ),
        TierWords(
            Tier.ON_REQUEST, "ให้ภาพย้อนหลังเมื่อขอ", "Footage on request",
            "ตำรวจขอภาพย้อนหลังได้ทีละครั้ง ท่านเป็นผู้อนุญาตทุกครั้ง ไม่มีการดูภาพสด",
            "The police may ask for recorded footage, one time at a time, and you answer each time. Nobody sees it live.",
        ),
        TierWords(
            Tier.DURING_INCIDENT, "ภาพสดเฉพาะเมื่อมีเหตุใกล้กล้อง", "Live only while an incident is open nearby",
            "ดูภาพสดได้เฉพาะขณะที่มีเหตุเปิดอยู่ในระยะที่ท่านกำหนด เหตุปิดแล้วดูไม่ได้ ภาพย้อนหลังต้องขอทุกครั้ง",
            "Live pictures only while an incident is open within the distance you set, and no longer. Footage only on request.",
        ),
        TierWords(
            Tier.ALWAYS, "ภาพสดตลอดเวลา", "Live at any time",
            "ศูนย์สั่งการดูภาพสดได้ตลอดเวลา ทุกครั้งที่ดูจะถูกบันทึกให้ท่านเห็น ภาพย้อนหลังต้องขอทุกครั้ง",
            "The command room may look live at any time, and you see each look. Footage only on request.",
        ),
    )
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the picture may be opened now. ``why`` is for programs; ``th`` and ``en`` are for the person who asked."""

    yes: bool
    why: str
    th: str
    en: str


_WORDS: dict[str, tuple[str, str]] = {
    "withdrawn": ("เจ้าของถอนกล้องนี้ออกจากการแบ่งปันแล้ว", "The owner has withdrawn this camera."),
    "contract_over": ("ข้อตกลงการใช้กล้องนี้สิ้นสุดเมื่อ {until}", "The agreement on this camera ended on {until}."),
    "paused": ("เจ้าของหยุดแบ่งปันชั่วคราว", "The owner has paused the sharing."),
    "map_only": ("เจ้าของให้แสดงบนแผนที่เท่านั้น", "The owner shares its place on the map only."),
    "no_live": ("เจ้าของไม่แบ่งปันภาพสด ขอภาพย้อนหลังได้", "The owner shares no live picture; footage may be asked for."),
    "ask_owner": ("ภาพย้อนหลังต้องขอเจ้าของก่อนทุกครั้ง", "Footage needs the owner's yes, each time."),
    "no_incident": ("ไม่มีเหตุที่เปิดอยู่ เจ้าของให้ดูภาพสดเฉพาะเมื่อมีเหตุใกล้กล้อง", "No incident is open; the owner shares live only while one is near."),
    "too_far": (
        "เหตุใกล้ที่สุดอยู่ห่าง {metres:.0f} ม. เจ้าของให้ดูในระยะ {radius} ม.",
        "The nearest open incident is {metres:.0f} m away; the owner shares within {radius} m.",
    ),
    "granted": ("เจ้าของอนุญาตคำขอนี้แล้ว", "The owner has agreed to this request."),
    "incident_near": (
        "มีเหตุเปิดอยู่ห่าง {metres:.0f} ม. อยู่ในระยะที่เจ้าของกำหนด",
        "An incident is open {metres:.0f} m away, within the owner's distance.",
    ),
    "no_motor": ("กล้องนี้หันเองไม่ได้", "This camera has no motors."),
    "fixed": ("กล้องนี้ต้องหันทางเดิม", "This camera's direction is fixed."),
    "owner_has_not_agreed": ("เจ้าของยังไม่อนุญาตให้หันกล้องนี้", "The owner has not agreed that this camera may be turned."),
    "no_incident_to_turn_to": ("หันกล้องได้เฉพาะเมื่อมีเหตุเปิดอยู่", "A camera is turned only while an incident is open."),
    "always": ("เจ้าของแบ่งปันภาพสดตลอดเวลา", "The owner shares the live picture at any time."),
}  # fmt: skip


def _say(yes: bool, why: str, **facts: object) -> Verdict:
    th, en = _WORDS[why]
    return Verdict(yes, why, th.format(**facts), en.format(**facts))


def may_open(
    tier: str,
    *,
    what: str,
    paused: bool,
    withdrawn: bool,
    contract_until: date | None,
    nearest_m: float | None,
    live_radius_m: int,
    at: datetime,
    granted: bool = False,
) -> Verdict:
    """Whether one look at a camera is within what its owner shares at this moment.

    Args:
        tier: one of ``Tier``. what: ``live`` or ``recorded``.
        contract_until: the last day of the agreement, in Bangkok; None: no end.
        nearest_m: metres from the camera to the nearest open incident; None: no incident is open.
        live_radius_m: how near that must be, the distance itself included.
        granted: the owner said yes to this very request for footage.

    Raises:
        ValueError: no such tier or kind of look: a fault of the caller's, never an answer.
    """
    wanted, shared = What(what), Tier(tier)
    if withdrawn:
        return _say(False, "withdrawn")
    if contract_is_over(contract_until, at):
        return _say(False, "contract_over", until=contract_until)
    if paused or shared is Tier.MAP_ONLY:
        return _say(False, "paused" if paused else "map_only")
    if wanted is What.RECORDED:
        return _say(granted, "granted" if granted else "ask_owner")
    return _may_open_live(shared, nearest_m, live_radius_m)


def _may_open_live(shared: Tier, nearest_m: float | None, live_radius_m: int) -> Verdict:
    if shared is not Tier.DURING_INCIDENT:
        always = shared is Tier.ALWAYS
        return _say(always, "always" if always else "no_live")
    if nearest_m is None:
        return _say(False, "no_incident")
    near = nearest_m <= live_radius_m
    return _say(near, "incident_near" if near else "too_far", metres=nearest_m, radius=live_radius_m)


def may_slew(live: Verdict, *, turns: bool, fixed: bool, agreed: bool, incident_open: bool) -> Verdict:
    """Whether a camera may be turned to an incident now: who may not look through it may not turn it either.

    Args:
        live: ``may_open`` of its live picture at this moment. turns: it has motors. fixed: bracket, contract or law holds its direction.
        agreed: see ``agreed_to_turn``.
    """
    if not live.yes:
        return live
    if not turns or fixed:
        return _say(False, "fixed" if turns else "no_motor")
    if not agreed:
        return _say(False, "owner_has_not_agreed")
    return live if incident_open else _say(False, "no_incident_to_turn_to")


def agreed_to_turn(owner_kind: str, *, owner_said_so: bool) -> bool:
    """Public cameras are turned by order or agreement; a private one only where its owner himself said so."""
    return owner_said_so or owner_kind not in PRIVATE_KINDS


def contract_is_over(until: date | None, at: datetime) -> bool:
    """The last day counts whole, by Bangkok's calendar."""
    return until is not None and at.astimezone(BANGKOK).date() > until


def widens(before: str, after: str, *, radius_before: int = 0, radius_after: int = 0) -> bool:
    """Whether the second tier shares more than the first; with the same conditional tier, whether the distance grew."""
    ranks = {tier: rank for rank, tier in enumerate(TIERS)}
    was, becomes = ranks[Tier(before)], ranks[Tier(after)]
    if was == becomes:
        return after == Tier.DURING_INCIDENT and radius_after > radius_before
    return becomes > was


class OnlyTheOwner(Refused):
    """A private owner's yes cannot be given by somebody else."""

    code = "only_the_owner"
    th = "เฉพาะเจ้าของกล้องเท่านั้นที่ขยายการแบ่งปันได้ ส่งลิงก์ให้เจ้าของทำเอง"
    en = "Only its owner may share more of this camera; send him his link."

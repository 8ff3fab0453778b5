"""Rules of incidents: does an alert open one by itself, and what kind? How long may a new one go unanswered? Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.response.incidents.lifecycle import OPEN, Status

KIND_OF = {
    "sos_pole": "sos",
    "sos_phone": "sos",
    "sos_technical": "sos_technical",
    "pole_lost": "device_fault",
    "poles_lost": "device_fault",
    "pole_tamper": "device_fault",
    "pole_fault": "device_fault",
    "plate_hit": "watch_hit",
    "face_hit": "watch_hit",
}

RING_NEXT_AFTER = timedelta(seconds=10)
RING_DUTY_AFTER = timedelta(seconds=20)
OFFER_NEAREST_AFTER = timedelta(seconds=30)
LADDER = (("ring_next", RING_NEXT_AFTER), ("ring_duty", RING_DUTY_AFTER), ("offer_nearest", OFFER_NEAREST_AFTER))
"""Row C8: next operator, duty phone, nearest patrol; NENA's 15 s and 20 s lie between the first two rungs."""

WARN_UNASSIGNED_AFTER = {
    1: timedelta(seconds=60),
    2: timedelta(minutes=5),
    3: timedelta(minutes=15),
    4: timedelta(minutes=30),
    5: timedelta(minutes=30),
}
"""By priority: when a row without a unit turns red (the ageing that dispatchers know from their own systems)."""


@dataclass(frozen=True, slots=True)
class Standing:
    """An incident that a new alert might belong to."""

    kind: str
    status: Status


def rings(kind: str) -> bool:
    """A person called, so the room must answer within seconds; a broken pole waits in the queue."""
    return kind in {"sos", "sos_technical", "officer_help"}


def may_be_sent_to_by_itself(kind: str) -> bool:
    """The ladder may ask a patrol by itself for a trusted call only: a forged press must never move a patrol."""
    return kind == "sos"


def joins(alert_kind: str, standing: Standing | None) -> bool:
    """A repeat of the same call joins its incident while that is on somebody's desk and of the same kind; else it opens a new one."""
    return standing is not None and standing.status in OPEN_FOR_REPEATS and standing.kind == KIND_OF[alert_kind]


OPEN_FOR_REPEATS = OPEN - {Status.FALSE_PRESS, Status.TEST, Status.RESOLVED}
"""Somebody who presses again after we judged the call false, or done, is a new call: we may have been wrong."""


def next_rung(rung: str) -> tuple[str, timedelta] | None:
    """The rung after this one and its time since the call was heard; none after the last."""
    names = [name for name, _ in LADDER]
    later = names.index(rung) + 1
    return LADDER[later] if later < len(LADDER) else None


def is_overdue(priority: int, heard_at: datetime, assigned: bool, at: datetime) -> bool:
    """No unit yet, and longer than this priority may wait."""
    return not assigned and at - heard_at >= WARN_UNASSIGNED_AFTER[priority]


OUTCOMES = {
    "helped": ("ช่วยเหลือแล้ว", "Person helped"),
    "arrested": ("จับกุมแล้ว", "Arrest made"),
    "reported": ("รับแจ้งความแล้ว", "Report taken"),
    "nothing_found": ("ไปถึงแล้วไม่พบเหตุ", "Nobody and nothing found"),
    "medical": ("ส่งต่อการแพทย์ฉุกเฉิน 1669", "Handed to medical 1669"),
    "handed_over": ("ส่งต่อหน่วยงานอื่น", "Handed to another body"),
    "repaired": ("ซ่อมแล้ว", "Repaired"),
    "false_press": ("กดผิดหรือกดเล่น", "False press"),
    "test": ("ทดสอบ", "Test"),
}
"""How an incident can end; code to (Thai, English)."""

"""What a case is called, and when it is open. Pure: no database, no clock."""

import re
from datetime import datetime

from safetyzone.kernel.refusals import Refused

OFFENCES: dict[str, tuple[str, str]] = {
    "life": ("ความผิดต่อชีวิต", "homicide"),
    "body": ("ความผิดต่อร่างกาย", "bodily harm"),
    "sexual": ("ความผิดเกี่ยวกับเพศ", "sexual offence"),
    "liberty": ("หน่วงเหนี่ยวกักขัง ลักพา", "kidnapping, deprivation of liberty"),
    "robbery": ("ชิงทรัพย์ ปล้นทรัพย์", "robbery"),
    "theft": ("ลักทรัพย์", "theft"),
    "vehicle_theft": ("ลักรถ", "theft of a vehicle"),
    "fraud": ("ฉ้อโกง", "fraud"),
    "narcotics": ("ยาเสพติด", "narcotics"),
    "weapons": ("อาวุธปืน วัตถุระเบิด", "firearms, explosives"),
    "public_safety": ("ความผิดต่อความปลอดภัยสาธารณะ", "offence against public safety"),
    "traffic": ("จราจร ชนแล้วหนี", "traffic, hit and run"),
    "warrant": ("ติดตามผู้ต้องหาตามหมายจับ", "arrest warrant"),
    "missing": ("คนหาย", "missing person"),
    "protection": ("คุ้มครองผู้เสียหายหรือพยาน", "protection of a victim or witness"),
}
"""Classes of offence: code -> Thai, English. None of them is "suspicious person"; a legal basis names those that it covers."""

LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[0-9A-Za-zก-ฮ.]+([ /-][0-9A-Za-zก-ฮ.]+)*")


class NoSuchOffence(Refused):
    code = "no_such_offence"
    th = "ไม่มีประเภทความผิดนี้"
    en = "There is no such class of offence."


class NotACaseNumber(Refused):
    code = "not_a_case_number"
    th = "เลขคดีไม่ถูกต้อง (เช่น 412/2569)"
    en = "Not a case number (write 412/2569)."


class SaysNoReason(Refused):
    code = "says_no_reason"
    th = "ต้องบอกเหตุผล"
    en = "A reason is needed."


class AlreadyOpen(Refused):
    code = "case_already_open"
    th = "คดีเลขนี้ของหน่วยนี้เปิดอยู่แล้ว"
    en = "This unit already has an open case of that number."


_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


def number(words: str) -> str:
    """A case number as it is kept: ``๔๑๒ / ๒๕๖๙`` and ``412/2569`` are one.

    Raises:
        NotACaseNumber: it is none.
    """
    kept = re.sub(r"\s*([/-])\s*", r"\1", " ".join(words.translate(_DIGITS).split()))
    if len(kept) > LONGEST_NUMBER or not any(sign.isdigit() for sign in kept) or not _NUMBER.fullmatch(kept):
        raise NotACaseNumber
    return kept


def offence(code: str) -> str:
    """The code of a class of offence.

    Raises:
        NoSuchOffence: there is none.
    """
    if code not in OFFENCES:
        raise NoSuchOffence
    return code


def reason(words: str) -> str:
    """The reason as it is kept.

    Raises:
        SaysNoReason: there is none.
    """
    kept = " ".join(words.split())[:240]
    if not kept:
        raise SaysNoReason
    return kept


def is_open(opened_at: datetime, closed_at: datetime | None, *, at: datetime) -> bool:
    """Half open: in the instant in which a case is closed nothing more is done for it."""
    return opened_at <= at and (closed_at is None or at < closed_at)

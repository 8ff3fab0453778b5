"""What a search needs before it is asked, and how wide it may be on one officer's word (invariant 9 of watch-lists). Pure."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from safetyzone.contracts.laws import Law
from safetyzone.contracts.plates import BadPlate, Plate, UnknownProvince, parse, province_of
from safetyzone.contracts.vision import KINDS, Paint
from safetyzone.kernel.refusals import Refused

CAMERAS_ALONE, HOURS_ALONE = 50, timedelta(hours=24)
MOST_DAYS = timedelta(days=7)
LEAST_WORDS = 8
MOST_FOUND = 500
ANSWERED_FOR = timedelta(hours=12)
"""A search may be looked at again for a shift; then it is asked anew, with its reason."""
UNKNOWN = "?"
MOST_UNKNOWN = 2
_PATTERN = re.compile(r"[0-9ก-ฮ?-]{2,9}")
_HEAVY = re.compile(r"[0-9?]{2}-[0-9?]{4}")
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")


class NotAPlate(Refused):
    code = "not_a_plate"
    th = "ป้ายทะเบียนไม่ถูกต้อง พิมพ์เช่น 6กพ7414 ตัวที่อ่านไม่ออกใส่ ? ได้สองตัว"
    en = "Not a plate. Write it like 6กพ7414; for a sign you do not know put ?, two at most."


class NotAProvince(Refused):
    code = "not_a_province"
    th = "ไม่รู้จักชื่อจังหวัดนี้ เลือกจากรายชื่อ หรือเว้นว่าง"
    en = "There is no province of this name. Choose one of the list, or leave it empty."


class NotALook(Refused):
    code = "not_a_look"
    th = "ไม่รู้จักชนิดรถหรือสีรถนี้ เลือกจากรายการ หรือเว้นว่าง"
    en = "There is no such kind of vehicle or colour. Choose one of the list, or leave it empty."


class KeepsNothing(Refused):
    """Better than an empty answer, which would say that the vehicle did not pass."""

    code = "keeps_nothing"
    th = "ไม่มีประวัติป้ายของกล้องต่อไปนี้ในช่วงเวลานี้ จึงบอกไม่ได้ว่ารถผ่านหรือไม่: {cameras}"
    en = "Of these cameras no plates were kept in these hours, so nobody can say whether the vehicle passed: {cameras}"


class KeepsNowhere(Refused):
    code = "keeps_nowhere"
    th = "ในช่วงเวลานี้ไม่มีกล้องใดของสถานีที่เก็บประวัติป้าย จึงบอกไม่ได้ว่ารถผ่านหรือไม่"
    en = "In these hours no camera of the station kept plates, so nobody can say whether the vehicle passed."


class SayPurpose(Refused):
    code = "say_purpose"
    th = "ต้องเลือกวัตถุประสงค์ของการค้น"
    en = "Choose what the search is for."


class SayLaw(Refused):
    code = "say_law"
    th = "ต้องเลือกฐานกฎหมายที่ให้อำนาจค้น ถ้าไม่มีข้อใดตรง ก็ไม่มีอำนาจค้น"
    en = "Choose the law that allows this search. If none of them fits, nothing allows it."


class LawDoesNotFit(Refused):
    code = "law_does_not_fit"
    th = "ฐานกฎหมายที่เลือกใช้กับวัตถุประสงค์นี้ไม่ได้"
    en = "The law you chose does not allow a search for this purpose."


class SayMore(Refused):
    code = "say_why"
    th = "ต้องบอกเหตุผลของการค้นอย่างน้อย 8 ตัวอักษร"
    en = "Say in at least eight letters what the search is for."


class BadHours(Refused):
    code = "bad_hours"
    th = "ช่วงเวลาไม่ถูกต้อง ต้องเรียงตามเวลา ไม่อยู่ในอนาคต และไม่เกิน 7 วัน"
    en = "The hours must begin before they end, not lie in the future, and be seven days at most."


class NeedsAnother(Refused):
    code = "needs_another"
    th = "ค้นเกิน 50 กล้องหรือเกิน 24 ชั่วโมงต้องมีผู้อนุมัติอีกคน คำขอนี้รออนุมัติแล้ว"
    en = "More than 50 cameras or 24 hours needs a second officer. This search now waits for one."


class TooOld(Refused):
    code = "too_old"
    th = "การค้นนี้เกิน 12 ชั่วโมงแล้ว ต้องค้นใหม่พร้อมเหตุผล"
    en = "This search is more than twelve hours old. Ask it anew, with its reason."


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for: a plate, near which; or a plate with unknown signs; or (empty) whatever passed. Of any look, or of one."""

    text: str = field(default="", repr=False)
    province: str = field(default="", repr=False)
    near: bool = False
    """Also what the reader may have confused with it."""
    kind: str = ""
    """car, motorcycle, bus, truck."""
    paint: str = ""
    """One of ``contracts.vision.Paint``."""

    @property
    def has_unknown(self) -> bool:
        """Whether some signs are not known."""
        return UNKNOWN in self.text

    def like(self) -> str:
        """As an SQL pattern."""
        return self.text.replace(UNKNOWN, "_")


def looks_like(kind: str, paint: str) -> tuple[str, str]:
    """What an officer chose of both lists; empty: any. Raises NotALook."""
    if kind not in ("", *KINDS) or paint not in ("", *Paint):
        raise NotALook
    return kind, paint


def sought(text: str, province: str = "", *, near: bool = False) -> Sought:
    """What an officer typed; ``province`` by its Thai name. Raises NotAPlate."""
    typed = re.sub(r"\s+", "", text).translate(_DIGITS)
    if not typed:
        return Sought("", province)
    if UNKNOWN in typed:
        typed = typed if _HEAVY.fullmatch(typed) else typed.replace("-", "")
        if not _PATTERN.fullmatch(typed) or typed.count(UNKNOWN) > MOST_UNKNOWN or len(typed) - typed.count(UNKNOWN) < 3:  # noqa: PLR2004
            raise NotAPlate
        return Sought(typed, province)
    try:
        plate: Plate = parse(typed, province=province)
    except BadPlate as no:
        raise NotAPlate from no
    return Sought(plate.text, plate.province, near)


FITS: dict[Law, frozenset[str]] = {
    Law.INQUIRY: frozenset({"stolen", "crime", "accident"}),
    Law.WARRANT: frozenset({"wanted"}),
    Law.DANGER_TO_LIFE: frozenset({"missing"}),
    Law.COURT_ORDER: frozenset({"stolen", "wanted", "missing", "crime", "accident"}),
}
"""Purposes for which each law may be named, as in the legal bases of watch-lists; a court may order any."""


def check_ground(purpose: str, law: str) -> None:
    """What the search is for, and which law allows that. Raises SayPurpose, SayLaw, LawDoesNotFit."""
    if not any(purpose in fitting for fitting in FITS.values()):
        raise SayPurpose
    if law not in FITS:
        raise SayLaw
    if purpose not in FITS[Law(law)]:
        raise LawDoesNotFit


def province(words: str) -> str:
    """The Thai name of a province that somebody typed in either language, or shortened; empty for none. Raises NotAProvince."""
    try:
        return province_of(words).th if words.strip() else ""
    except UnknownProvince as no:
        raise NotAProvince from no


def check_words(words: str) -> None:
    """Raises SayMore."""
    if len(words.strip()) < LEAST_WORDS:
        raise SayMore


def check_hours(from_at: datetime, to_at: datetime, now: datetime) -> None:
    """Raises BadHours."""
    if not from_at < to_at <= now + timedelta(minutes=1) or to_at - from_at > MOST_DAYS:
        raise BadHours


def needs_another(cameras: int, from_at: datetime, to_at: datetime) -> bool:
    """Whether one officer's word is not enough."""
    return cameras > CAMERAS_ALONE or to_at - from_at > HOURS_ALONE


def without_one(text: str) -> set[str]:
    """The text with each of its signs left out, and itself: what two texts have in common when one sign of one of them differs."""
    return {text} | {text[:k] + text[k + 1 :] for k in range(len(text))}

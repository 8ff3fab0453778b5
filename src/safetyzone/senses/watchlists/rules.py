"""How long anything may live, who may not approve it, when a camera has to stop, and what two answers mean together. Pure."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.watchlists.terms import Answer, Kind, Purpose

# Invariant 3: the maxima. A legal basis may be shorter, never longer.
LONGEST_LIST = timedelta(days=366)
LONGEST_PLATE_ENTRY = timedelta(days=90)
LONGEST_FACE_ENTRY = timedelta(days=30)
LONGEST_MISSING = timedelta(hours=72)
LONGEST_PLATE_ACTIVATION = timedelta(days=90)
LONGEST_FACE_ACTIVATION = timedelta(days=7)
RECHECK_WITHIN = timedelta(hours=48)
"""Invariant 4: what was not found to stand for so long is suspended until it is."""
LONGEST_URGENT = timedelta(hours=1)
APPROVE_URGENT_WITHIN = timedelta(hours=24)
"""Invariant 12: not approved within a day, all that came of it is deleted."""
EVALUATION_FOR = timedelta(days=365)
"""Invariant 13."""
CANDIDATE_FOR = timedelta(hours=24)
"""Pictures and readings of a hit that nobody confirmed are gone after so long."""
KEEP_ENTRY_FOR = timedelta(days=30)
"""After its end, so that a complaint can still be answered; then plate, photo, template and name are destroyed."""
FALSE_A_CAMERA_DAY = 1
FALSE_SHARE_IN_7_DAYS = 0.05
FALSE_SHARE_COUNTS_FROM = 20
"""Of fewer alerts a share of one in twenty cannot be measured: there the count of one a day stands guard alone."""
FALSE_A_FACE_SEEN = 1 / 1000
"""Row B10, the rule of South Wales Police; measured from a thousand faces on."""
FACES_MEASURED_FROM = 1000
LEAST_PASSAGES = 100
"""Row B4: accuracy is shown as measured from so many hand-checked passages a camera and week."""
USELESS_SHARE = 0.05
"""Row B16: a rule of whose alerts in 7 days fewer are useful is proposed for switching off."""
LEAST_QUALITY = 0.35
MOST_ON_A_FACE_LIST = 2000


class SaysNoReason(Refused):
    code = "says_no_reason"
    th = "ต้องบอกเหตุผล"
    en = "A reason is needed."


class TooLong(Refused):
    code = "too_long"
    th = "วันสิ้นสุดต้องอยู่หลังเวลานี้ และไม่เกินที่กฎหมายและระเบียบกำหนด ({days} วัน)"
    en = "It must end later than now, and no later than law and rule allow ({days} days)."


class SamePerson(Refused):
    code = "same_person"
    th = "ผู้อนุมัติต้องไม่ใช่ผู้ขอ"
    en = "Whoever asked may not approve it."


class SameChain(Refused):
    code = "same_chain"
    th = "การเปรียบเทียบใบหน้าต้องให้ผู้อนุมัติจากหน่วยอื่น"
    en = "Faces are approved by somebody of another unit."


class OwnCase(Refused):
    code = "own_case"
    th = "ผู้อนุมัติต้องรับรองว่าไม่มีญาติหรือคดีของตนเกี่ยวข้อง"
    en = "Whoever approves declares that neither kin nor a case of their own is in it, and none is."


class NoEvaluation(Refused):
    code = "no_evaluation"
    th = "กล้อง {camera} ยังไม่มีผลประเมินโมเดลในรอบ 12 เดือนสำหรับมุมกล้องแบบนี้ จึงเปิดใช้ไม่ได้"
    en = "No evaluation of the last 12 months for a camera like {camera}: nothing may be compared there."


class NeedsCourt(Refused):
    code = "needs_court"
    th = "ต้องมีเลขอ้างอิงของศาลหรืออัยการ: {what}"
    en = "A court's or prosecutor's reference is needed: {what}"


class NotCovered(Refused):
    code = "not_covered"
    th = "ฐานกฎหมายนี้ไม่ครอบคลุมประเภทความผิดของคดี"
    en = "This legal basis does not cover the case's class of offence."


class PoorPicture(Refused):
    code = "poor_picture"
    th = "ภาพใบหน้าใช้ไม่ได้: {what}"
    en = "This picture of a face cannot be used: {what}"


class IsStopped(Refused):
    code = "is_stopped"
    th = "การเปรียบเทียบถูกสั่งหยุดที่สถานีนี้"
    en = "Matching is stopped at this station."


def reason(words: str) -> str:
    """The reason as it is kept.

    Raises:
        SaysNoReason: there is none.
    """
    kept = " ".join(words.split())[:240]
    if not kept:
        raise SaysNoReason
    return kept


def longest_entry(kind: str, purpose: str) -> timedelta:
    """How long an entry may stand before somebody asks for it anew, with a new reason."""
    if purpose == Purpose.MISSING:
        return LONGEST_MISSING
    return LONGEST_FACE_ENTRY if kind == Kind.FACE else LONGEST_PLATE_ENTRY


def longest_activation(kind: str, *, urgent: bool = False) -> timedelta:
    """How long a list may be compared before somebody asks for it anew."""
    if urgent:
        return LONGEST_URGENT
    return LONGEST_FACE_ACTIVATION if kind == Kind.FACE else LONGEST_PLATE_ACTIVATION


def check_end(end: datetime, *, start: datetime, longest: timedelta) -> None:
    """Raises TooLong for what does not end, or ends too late."""
    if not start < end <= start + longest:
        raise TooLong(days=round(longest.total_seconds() / 86_400, 1))


@dataclass(frozen=True, slots=True)
class Approval:
    """Who asks, who approves, and what each belongs to."""

    asked_by: str
    asked_unit: str
    approves: str
    unit: str
    declares_no_relation: bool
    on_the_case: bool = False


def check_approval(kind: str, two: Approval) -> None:
    """Invariant 2.

    Raises:
        SamePerson, OwnCase, SameChain.
    """
    if not two.approves.strip() or two.approves.strip().casefold() == two.asked_by.strip().casefold():
        raise SamePerson
    if not two.declares_no_relation or two.on_the_case:
        raise OwnCase
    if kind == Kind.FACE and (not two.unit or two.unit == two.asked_unit):
        raise SameChain


def evaluation_counts(evaluated_at: datetime, *, at: datetime) -> bool:
    """Invariant 13: younger than twelve months."""
    return evaluated_at <= at < evaluated_at + EVALUATION_FOR


def expected_false(passers_a_day: int, listed: int, false_match_rate: float) -> float:
    """False alerts a day: everybody who passes is compared with everybody listed."""
    return passers_a_day * (1 - (1 - false_match_rate) ** listed) if listed else 0.0


def upper_rate(errors: int, trials: int) -> float:
    """The upper end of what a measured rate may truly be (95 %): 3/n where no error was seen, else by Wilson."""
    if trials <= 0:
        return 1.0
    if errors == 0:
        return min(1.0, 3 / trials)
    return wilson(errors, trials)[1]


def wilson(right: int, judged: int) -> tuple[float, float]:
    """Between what a share may truly be (95 %), by Wilson's score interval (1927), which holds for few as well; of none (0, 1)."""
    if judged <= 0:
        return 0.0, 1.0
    z, share = 1.96, right / judged
    middle = share + z * z / (2 * judged)
    spread = z * math.sqrt((share * (1 - share) + z * z / (4 * judged)) / judged)
    whole = 1 + z * z / judged
    return max(0.0, (middle - spread) / whole), min(1.0, (middle + spread) / whole)


@dataclass(frozen=True, slots=True)
class Tally:
    """What a camera's alerts of one kind were found to be."""

    false_today: int
    judged_7_days: int
    false_7_days: int
    faces_seen_30_days: int = 0
    false_30_days: int = 0

    @property
    def false_a_face(self) -> float | None:
        """Wrong alerts a face seen; None: too few were seen to say."""
        return self.false_30_days / self.faces_seen_30_days if self.faces_seen_30_days >= FACES_MEASURED_FROM else None


def tripped(camera: Tally) -> str:
    """Invariant 14 and row B10: why the camera has to stop comparing; empty: it need not."""
    if camera.false_today > FALSE_A_CAMERA_DAY:
        return "false_a_day"
    if camera.judged_7_days >= FALSE_SHARE_COUNTS_FROM and camera.false_7_days / camera.judged_7_days > FALSE_SHARE_IN_7_DAYS:
        return "false_share"
    if camera.false_a_face is not None and camera.false_a_face > FALSE_A_FACE_SEEN:
        return "false_a_face"
    return ""


TRIPPED: dict[str, tuple[str, str]] = {
    "false_a_day": ("แจ้งผิดเกิน 1 ครั้งในหนึ่งวัน", "more than one false alert in a day"),
    "false_share": ("แจ้งผิดเกิน 5 % ใน 7 วัน", "more than 5 % of alerts false in 7 days"),
    "false_a_face": ("แจ้งผิดเกิน 1 ใน 1,000 ใบหน้า", "more than one false alert in 1,000 faces"),
}


def answers_needed(kind: str) -> int:
    """Invariant 6: a plate is compared by one person, a face by two who do not see each other's answer."""
    return 2 if kind == Kind.FACE else 1


def verdict(kind: str, answers: Sequence[str]) -> bool | None:
    """Whether the answers together confirm it; None: not all have been given. One doubt is enough to say no."""
    if len(answers) < answers_needed(kind):
        return None
    return all(answer == Answer.SAME for answer in answers)


def is_useless(useful: int, judged: int) -> bool:
    """Row B16: of a rule's judged alerts of 7 days hardly one was of use, and there were enough to say so."""
    return judged >= FALSE_SHARE_COUNTS_FROM and useful / judged < USELESS_SHARE


def switch_line(station: str, kind: str, *, off: bool, at: datetime) -> str:
    """What a kill switch signs, and what the public page shows: no officer and no reason, both are in the audit log."""
    return f"safetyzone/matching/1 {station} {kind} {'off' if off else 'on'} {at.isoformat(timespec='milliseconds')}"

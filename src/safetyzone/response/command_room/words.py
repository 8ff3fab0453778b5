"""Codes to words, Thai and English: the one place where the command room's screens get their sentences from. Pure."""

from collections.abc import Mapping
from typing import Any

from safetyzone.response.incidents.rules import OUTCOMES
from safetyzone.response.incidents.words import KIND as INCIDENT_KIND

Both = tuple[str, str]

PRIORITY: dict[int, Both] = {
    1: ("ชีวิต", "life"),
    2: ("ด่วน", "urgent"),
    3: ("ปกติ", "routine"),
    4: ("บริการ", "service"),
    5: ("บริการ", "service"),
}

STATUS: dict[str, Both] = {
    "new": ("เหตุใหม่", "new"),
    "answered": ("รับเหตุแล้ว", "answered"),
    "verified": ("ยืนยันแล้ว", "verified"),
    "assigned": ("สั่งการแล้ว", "unit assigned"),
    "en_route": ("กำลังเดินทาง", "en route"),
    "on_scene": ("ถึงที่เกิดเหตุ", "on scene"),
    "resolved": ("ระงับเหตุแล้ว", "resolved"),
    "false_press": ("กดผิด/กดเล่น", "false press"),
    "test": ("ทดสอบ", "test"),
    "duplicate": ("ซ้ำกับเหตุอื่น", "duplicate"),
    "closed": ("ปิดเหตุ", "closed"),
}

KIND: dict[str, Both] = {**INCIDENT_KIND, "officer_silent": ("เจ้าหน้าที่ไม่ตอบ", "officer does not answer")}

SOURCE: dict[str, Both] = {
    "sos_pole": ("เสา SOS", "SOS pole"),
    "sos_phone": ("โทรศัพท์", "phone"),
    "sos_technical": ("สัญญาณเทคนิค", "technical signal"),
    "pole_lost": ("ขาดการติดต่อกับเสา", "pole not heard"),
    "poles_lost": ("ขาดการติดต่อกับหลายเสา", "several poles not heard"),
    "pole_tamper": ("เสาถูกงัดแงะ", "pole tampered with"),
    "pole_fault": ("เสาชำรุด", "pole broken"),
    "plate_hit": ("ป้ายทะเบียนตรงกับบัญชี", "listed plate"),
    "face_hit": ("ใบหน้าตรงกับบัญชี", "listed face"),
}

TECHNICAL: dict[str, Both] = {
    "bad_signature": ("ลายเซ็นไม่ถูกต้อง", "bad signature"),
    "unknown_pole": ("ไม่มีเสานี้ในทะเบียน", "unknown pole"),
    "wrong_pole": ("รหัสเสาไม่ตรงช่องทาง", "pole does not match its channel"),
    "clock_ahead": ("นาฬิกาเดินล่วงหน้า", "clock runs ahead"),
    "late": ("มาถึงช้า", "came late"),
    "flood": ("กดถี่ผิดปกติ", "too many presses"),
}

POLE: dict[str, Both] = {
    "ok": ("ปกติ", "in order"),
    "waiting": ("ยังไม่เคยติดต่อ", "never heard yet"),
    "lost": ("ขาดการติดต่อ", "not heard"),
    "tamper": ("ถูกงัดแงะ", "tampered with"),
    "fault": ("ชำรุด", "broken"),
}

CAMERA_FAULT: dict[str, Both] = {
    "offline": ("ขาดการติดต่อ", "offline"),
    "moved": ("หันไปจากทิศเดิม", "moved"),
    "blurred": ("ภาพไม่ชัด", "out of focus"),
    "dark": ("ภาพมืด", "dark"),
    "masked": ("ถูกบัง", "covered"),
    "broken": ("ชำรุด", "broken"),
    "gone": ("ไปแล้วไม่พบ", "not found"),
    "no_picture": ("ไม่มีภาพ", "no picture"),
}

PART: dict[str, Both] = {
    "button": ("ปุ่ม", "button"),
    "button_stuck": ("ปุ่มค้าง", "stuck button"),
    "lamp": ("ไฟ", "lamp"),
    "battery": ("แบตเตอรี่", "battery"),
    "microphone": ("ไมโครโฟน", "microphone"),
    "speaker": ("ลำโพง", "speaker"),
}

ORDER: dict[str, Both] = {
    "offered": ("รอตอบรับ", "asked, waiting"),
    "acknowledged": ("รับทราบ", "acknowledged"),
    "en_route": ("กำลังไป", "on its way"),
    "on_scene": ("ถึงแล้ว", "there"),
    "done": ("เสร็จสิ้น", "done"),
    "declined": ("รับงานไม่ได้", "declined"),
    "silent": ("ไม่ตอบรับ", "no answer"),
    "stood_down": ("ยกเลิกคำสั่ง", "stood down"),
}

DUTY: dict[str, Both] = {"free": ("ว่าง", "free"), "busy": ("มีภารกิจ", "busy"), "off": ("งดงาน", "off")}

SEAT: dict[str, Both] = {
    "first": ("โต๊ะรับเหตุ", "first desk"),
    "next": ("โต๊ะสำรอง", "next desk"),
    "duty": ("นายตำรวจเวร", "duty officer"),
}

TIMES: tuple[tuple[str, str, Both], ...] = (
    ("t0", "pressed_at", ("กด", "pressed")),
    ("", "heard_at", ("ระบบได้รับ", "heard")),
    ("", "shown_at", ("ขึ้นจอ", "on screen")),
    ("t1", "answered_at", ("รับเหตุ", "answered")),
    ("t2", "verified_at", ("ยืนยัน", "verified")),
    ("t3", "assigned_at", ("สั่งสายตรวจ", "unit assigned")),
    ("t4", "acknowledged_at", ("สายตรวจรับทราบ", "acknowledged")),
    ("t5", "en_route_at", ("ออกเดินทาง", "en route")),
    ("t6", "on_scene_at", ("ถึงที่เกิดเหตุ", "on scene")),
    ("t7", "resolved_at", ("ระงับเหตุ", "clear")),
)
"""The ladder of NENA-STA-020.1 and NFPA 1225, with our own two stations between t0 and t1."""

SENTENCE: dict[str, Both] = {
    "alert_sos_pole": ("กดปุ่มที่เสา SOS", "Button pressed on the SOS pole"),
    "alert_sos_phone": ("กด SOS จากโทรศัพท์", "SOS pressed on a phone"),
    "alert_sos_technical": ("สัญญาณ SOS ที่ตรวจสอบไม่ได้", "SOS signal that could not be trusted"),
    "alert_pole_lost": ("เสาขาดการติดต่อ", "Pole not heard any more"),
    "alert_poles_lost": ("หลายเสาขาดการติดต่อพร้อมกัน", "Several poles not heard any more"),
    "alert_pole_tamper": ("เสาถูกงัดแงะ", "Pole tampered with"),
    "alert_pole_fault": ("เสาชำรุด", "Pole broken"),
    "alert_plate_hit": ("ป้ายทะเบียนตรงกับบัญชี คนยืนยันแล้ว", "A listed plate, confirmed by a person"),
    "alert_face_hit": ("ใบหน้าตรงกับบัญชี สองคนยืนยันแล้ว", "A listed face, confirmed by two people"),
    "opened": ("เปิดเหตุ", "Incident opened"),
    "answered": ("รับเหตุ", "Answered"),
    "released": ("คืนเหตุให้ห้อง", "Given back to the room"),
    "taken_over": ("รับช่วงต่อ", "Taken over"),
    "verified": ("ยืนยันว่าเป็นเหตุจริง", "Verified as real"),
    "false_press": ("วินิจฉัยว่ากดผิดหรือกดเล่น", "Judged a false press"),
    "test": ("วินิจฉัยว่าเป็นการทดสอบ", "Judged a test"),
    "resolved": ("ระงับเหตุแล้ว: {outcome}", "Resolved: {outcome}"),
    "closed": ("ปิดเหตุ", "Closed"),
    "reopened": ("เปิดเหตุอีกครั้ง", "Opened again"),
    "step_done": ("ทำขั้นตอนแล้ว: {step}", "Step done: {step}"),
    "step_skipped": ("ข้ามขั้นตอน: {step}", "Step skipped: {step}"),
    "step_overdue": ("เลยเวลาขั้นตอน: {step}", "Step overdue: {step}"),
    "noted": ("บันทึก: {words}", "Note: {words}"),
    "unit_assigned": ("สั่ง {unit} ไปที่เกิดเหตุ", "{unit} asked to go"),
    "unit_acknowledged": ("{unit} รับทราบ", "{unit} acknowledged"),
    "unit_en_route": ("{unit} ออกเดินทาง", "{unit} on its way"),
    "unit_on_scene": ("{unit} ถึงที่เกิดเหตุ", "{unit} on scene"),
    "unit_declined": ("{unit} รับงานไม่ได้", "{unit} cannot go"),
    "unit_silent": ("{unit} ไม่ตอบรับ", "{unit} did not answer"),
    "unit_stood_down": ("ยกเลิกคำสั่ง {unit}", "{unit} stood down"),
    "unit_finished": ("{unit} เสร็จภารกิจ", "{unit} done"),
    "officer_overdue": ("{officer} ({unit}) ไม่รายงานตัวตามเวลา", "{officer} ({unit}) has not reported in time"),
    "no_unit_left": ("ไม่มีสายตรวจเหลือ หลัง {unit}", "No unit left after {unit}"),
    "nobody_free": ("ไม่มีสายตรวจว่าง", "No unit is free"),
    "ring_next": ("10 วินาทียังไม่มีผู้รับ เรียกโต๊ะสำรอง", "10 s unanswered: the next desk rings"),
    "ring_duty": ("20 วินาทียังไม่มีผู้รับ เรียกนายตำรวจเวร", "20 s unanswered: the duty officer rings"),
    "offer_nearest": ("30 วินาทียังไม่มีผู้รับ ถามสายตรวจใกล้สุด", "30 s unanswered: the nearest patrol is asked"),
    "joined": ("รวมเหตุ {incident} เข้ามา", "Incident {incident} joined into this one"),
    "joined_into": ("ถูกรวมเข้ากับเหตุ {incident}", "Joined into incident {incident}"),
    "unjoined": ("แยกจากเหตุ {incident}", "Parted from incident {incident}"),
    "join_refused": ("ไม่ใช่เหตุเดียวกับ {incident}", "Not the same as incident {incident}"),
}
"""A line of the timeline, by its code. A test walks the code of incidents and dispatch and wants each code here."""

TAKEN: dict[str, Both] = {
    "free": ("ไม่มีผู้ถือเหตุ", "nobody had it"),
    "mine": ("เหตุของตนเอง", "own call"),
    "grace": ("ภายใน 20 วินาที", "within 20 s"),
    "stale": ("หน้าจอผู้ถือเหตุเงียบเกิน 45 วินาที", "holder's screen silent for 45 s"),
}
"""Reasons that the system gives where a person need not."""


def pick(both: Both, language: str) -> str:
    """The Thai word, or the English one for a reader of English."""
    return both[0] if language.startswith("th") else both[1]


def word(table: Mapping[Any, Both], code: object, language: str) -> str:
    """The word of a code; a code that a newer program wrote is shown as it is rather than hidden."""
    both = table.get(code)
    return pick(both, language) if both else str(code)


class _Facts(dict[str, Any]):
    """Facts of an entry; a missing one is a dash, because a timeline must never fail to show."""

    def __missing__(self, key: str) -> str:
        return "–"


def sentence(code: str, facts: Mapping[str, Any], language: str, *, steps: Mapping[str, str] | None = None) -> str:
    """One line of the timeline; ``steps`` names the procedure's steps."""
    said = _Facts(facts)
    if "step" in facts:
        said["step"] = (steps or {}).get(str(facts["step"]), str(facts["step"]))
    if "outcome" in facts:
        said["outcome"] = word(OUTCOMES, facts["outcome"], language)
    line = word(SENTENCE, code, language).format_map(said)
    why = facts.get("why")
    return f"{line} — {word(TAKEN, why, language)}" if why else line

"""What work is called, in Thai and English."""

from safetyzone.prevention.works.lifecycle import Status
from safetyzone.prevention.works.queries import WorkView
from safetyzone.prevention.works.rules import AZIMUTH_WITHIN_DEG, TILT_WITHIN_DEG
from safetyzone.senses.cameras.letters import FAULT
from safetyzone.senses.cameras.survey_rules import CONDITION_WORDS

Both = tuple[str, str]

STATUS: dict[Status, Both] = {
    Status.ORDERED: ("สั่งแล้ว", "ordered"),
    Status.DONE: ("แจ้งว่าเสร็จ รอสำรวจ", "reported done, to be surveyed"),
    Status.CONFIRMED: ("สำรวจยืนยันแล้ว", "confirmed by a survey"),
    Status.REFUSED: ("ไม่รับงาน", "refused"),
    Status.CANCELLED: ("ยกเลิก", "cancelled"),
}


KIND: dict[str, Both] = {
    "turn_camera": ("หมุนกล้อง", "turn"), "new_camera": ("ติดตั้งใหม่", "new camera"), "repair_camera": ("ซ่อม", "repair"),
}  # fmt: skip


def off(view: WorkView, *, thai: bool) -> str:
    """How the last survey differs from what was ordered, in words; empty where there was none, or where it does not differ."""
    found, said = view.found, []
    if not found or view.status is Status.CONFIRMED:
        return ""
    if view.kind == "repair_camera":
        return CONDITION_WORDS.get(str(found.get("condition")), ("", ""))[0 if thai else 1]
    azimuth, tilt = found.get("azimuth_off"), found.get("tilt_off")
    if azimuth is None:
        return "ยังไม่ได้วัดทิศ" if thai else "direction not measured"
    if abs(azimuth) > AZIMUTH_WITHIN_DEG:
        said.append(f"{'ทิศ' if thai else 'direction'} {_signed(azimuth)}")
    if tilt is not None and abs(tilt) > TILT_WITHIN_DEG:
        said.append(f"{'มุมก้ม' if thai else 'tilt'} {_signed(tilt)}")
    return " · ".join(said)


def fault(view: WorkView, *, thai: bool) -> str:
    """What a repair is for: a fault of ours in words, or what somebody wrote."""
    code = str(view.what.get("fault", ""))
    both = FAULT.get(code) or CONDITION_WORDS.get(code)
    return code if both is None else both[0 if thai else 1]


def _signed(deg: float) -> str:
    return f"{'+' if deg >= 0 else '−'}{abs(deg):.0f}°"


def title(view: WorkView, *, thai: bool) -> str:
    """One line that says what is to be done."""
    if view.kind == "turn_camera" and view.turn_deg is not None:
        way = ("ตามเข็มนาฬิกา", "clockwise") if view.turn_deg >= 0 else ("ทวนเข็มนาฬิกา", "anticlockwise")
        turn = abs(round(view.turn_deg))
        return f"หมุนกล้อง {view.subject} {turn}° {way[0]}" if thai else f"Turn {view.subject} by {turn}° {way[1]}"
    if view.kind == "new_camera":
        return f"ติดตั้งกล้องใหม่ หันทิศ {view.what['azimuth']:.0f}°" if thai else f"Put up a camera that looks {view.what['azimuth']:.0f}°"
    return f"ซ่อมกล้อง {view.subject}" if thai else f"Mend {view.subject}"

"""What work is called, in Thai and English."""

from safetyzone.prevention.works.lifecycle import Status
from safetyzone.prevention.works.queries import WorkView

Both = tuple[str, str]

STATUS: dict[Status, Both] = {
    Status.ORDERED: ("สั่งแล้ว", "ordered"),
    Status.DONE: ("แจ้งว่าเสร็จ รอสำรวจ", "reported done, to be surveyed"),
    Status.CONFIRMED: ("สำรวจยืนยันแล้ว", "confirmed by a survey"),
    Status.REFUSED: ("ไม่รับงาน", "refused"),
    Status.CANCELLED: ("ยกเลิก", "cancelled"),
}


def title(view: WorkView, *, thai: bool) -> str:
    """One line that says what is to be done."""
    if view.kind == "turn_camera" and view.turn_deg is not None:
        way = ("ตามเข็มนาฬิกา", "clockwise") if view.turn_deg >= 0 else ("ทวนเข็มนาฬิกา", "anticlockwise")
        turn = abs(round(view.turn_deg))
        return f"หมุนกล้อง {view.subject} {turn}° {way[0]}" if thai else f"Turn {view.subject} by {turn}° {way[1]}"
    if view.kind == "new_camera":
        return f"ติดตั้งกล้องใหม่ หันทิศ {view.what['azimuth']:.0f}°" if thai else f"Put up a camera that looks {view.what['azimuth']:.0f}°"
    return f"ซ่อมกล้อง {view.subject}" if thai else f"Mend {view.subject}"

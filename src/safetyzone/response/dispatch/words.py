"""What the patrol's phone says, in Thai and English."""

from dataclasses import dataclass
from datetime import timedelta

from safetyzone.response.dispatch.rules import said_en, said_th

PHONE: dict[str, tuple[str, str]] = {
    "title": ("สายตรวจ", "Patrol"),
    "acknowledge": ("รับงาน", "Take the job"),
    "set_out": ("ออกเดินทาง", "Set out"),
    "arrive": ("ถึงแล้ว", "Arrived"),
    "finish": ("เสร็จงาน", "Done"),
    "decline": ("รับงานไม่ได้", "Cannot go"),
    "why": ("เหตุผล", "Reason"),
    "why_busy": ("ติดเหตุอื่น", "Busy with another case"),
    "why_far": ("อยู่ไกลเกินไป", "Too far away"),
    "why_vehicle": ("รถขัดข้อง", "Vehicle trouble"),
    "why_other": ("อื่น ๆ", "Other"),
    "more": ("รายละเอียด (ไม่บังคับ)", "Details (optional)"),
    "send": ("ส่ง", "Send"),
    "words": ("สรุปสั้น ๆ (ไม่บังคับ)", "In short (optional)"),
    "help": ("ขอกำลัง", "Need help"),
    "help_sent": ("ส่งขอกำลังแล้ว", "Call for help sent"),
    "help_in": ("กำลังส่งขอกำลัง", "Calling for help"),
    "cancel": ("ยกเลิก", "Cancel"),
    "well": ("ปลอดภัยดี", "I am well"),
    "clock": ("แจ้งความปลอดภัยใน", "Say you are well in"),
    "clock_over": ("เกินเวลาแจ้งความปลอดภัย", "Overdue: say you are well"),
    "answer_in": ("ตอบรับภายใน", "Answer within"),
    "answer_over": ("เกินเวลาตอบรับ กดรับงานได้หากยังไม่มีผู้อื่นไป", "Time is over; you may still take it if nobody else went"),
    "navigate": ("นำทาง", "Navigate"),
    "pressed": ("แจ้งเมื่อ", "Called at"),
    "times": ("กด {n} ครั้ง", "pressed {n} times"),
    "notes": ("ข้อมูลและข้อควรระวัง", "Notes and hazards"),
    "others": ("สายตรวจอื่นในเหตุนี้", "Other units here"),
    "doubtful": ("ยังไม่ยืนยันว่าเป็นการกดจริง โปรดระวัง", "Not confirmed as a real press: take care"),
    "drill": ("การฝึกซ้อม", "Drill"),
    "no_place": ("ไม่ทราบตำแหน่งเหตุ ถามศูนย์ทางวิทยุ", "Place unknown: ask the desk by radio"),
    "no_way": ("ไม่ทราบระยะทาง (ไม่ได้แบ่งปันตำแหน่ง)", "Distance unknown (position not shared)"),
    "road": ("ทางถนน", "by road"),
    "straight_line": ("เส้นตรง (ประมาณ)", "straight line (estimate)"),
    "waiting": ("พร้อมรับงาน", "Ready"),
    "waiting_more": ("งานใหม่จะขึ้นที่หน้านี้พร้อมเสียง", "A new job appears here, with a sound"),
    "busy": ("ติดภารกิจอื่น", "Busy"),
    "off": ("ออกเวรแล้ว", "Off duty"),
    "off_more": ("ไม่มีการเก็บตำแหน่งขณะออกเวร", "No position is kept while you are off duty"),
    "go_on": ("เข้าเวร", "Go on duty"),
    "go_off": ("ออกเวร", "Go off duty"),
    "sharing": ("แบ่งปันตำแหน่ง", "Share position"),
    "shared": ("ศูนย์เห็นตำแหน่งเมื่อ {ago}ก่อน", "The desk saw your position {ago} ago"),
    "not_shared": ("ศูนย์ไม่เห็นตำแหน่งของท่าน", "The desk does not see your position"),
    "sharing_denied": ("โทรศัพท์ไม่อนุญาตให้ใช้ตำแหน่ง", "The phone does not allow positions"),
    "sound": ("เปิดเสียงเตือน", "Turn sound on"),
    "sound_on": ("เสียงเตือนเปิดอยู่", "Sound is on"),
    "theme": ("สว่าง/มืด", "Light/dark"),
    "online": ("เชื่อมต่ออยู่", "Connected"),
    "offline": ("ไม่มีสัญญาณ จะส่งเอง", "No signal: sent later"),
    "queued": ("รอส่ง {n}", "{n} waiting"),
    "sign_in": ("กรุณาเข้าสู่ระบบใหม่ แล้วปุ่มที่กดไว้จะส่งเอง", "Please sign in again; what you pressed is then sent"),
    "no_unit": ("ยังไม่ได้จัดให้อยู่ในสายตรวจใด", "You are not in the crew of any unit"),
    "no_unit_more": ("ติดต่อผู้บังคับเวร", "Ask the duty commander"),
    "example": ("ตัวอย่าง ยืนยันกับห้องวิทยุ", "example: confirm with the radio room"),
    "voice_only": ("หากไม่แน่ใจ แจ้งทางวิทยุ", "If in doubt, use the radio"),
}

KINDS = {
    "sos": ("ขอความช่วยเหลือ (SOS)", "Call for help (SOS)"),
    "sos_technical": ("สัญญาณ SOS ที่ต้องตรวจสอบ", "SOS signal to check"),
    "device_fault": ("อุปกรณ์ขัดข้อง", "Device fault"),
    "watch_hit": ("ตรงกับบัญชีเฝ้าดู: ยังไม่ใช่การยืนยันตัว", "On a watch-list: no identification yet"),
    "reported": ("เหตุที่ได้รับแจ้ง", "Reported incident"),
    "officer_help": ("เจ้าหน้าที่ขอความช่วยเหลือ", "Officer needs help"),
}

PRIORITIES = {
    1: ("ช่วยชีวิต", "Life"),
    2: ("เร่งด่วน", "Urgent"),
    3: ("ทั่วไป", "Routine"),
    4: ("บริการ", "Service"),
    5: ("บริการ", "Service"),
}

KILOMETRE_M, MINUTE_S = 1000, 60


@dataclass(frozen=True)
class Speech:
    """The phone's words in one language."""

    language: str

    def __getitem__(self, code: str) -> str:
        return PHONE[code][self._side]

    @property
    def _side(self) -> int:
        return 1 if self.language.startswith("en") else 0

    def pick(self, th: str, en: str) -> str:
        """Whichever of the two this person reads."""
        return (th, en)[self._side]

    def kind(self, kind: str) -> str:
        return KINDS.get(kind, (kind, kind))[self._side]

    def priority(self, priority: int) -> str:
        return PRIORITIES[priority][self._side]

    def how_long(self, time: timedelta) -> str:
        return (said_th, said_en)[self._side](time)

    def metres(self, metres: float) -> str:
        """A distance as people say it: 350 ม., 1.2 กม."""
        if metres < KILOMETRE_M:
            return f"{round(metres / 10) * 10} {self.pick('ม.', 'm')}"
        return f"{metres / KILOMETRE_M:.1f} {self.pick('กม.', 'km')}"

    def minutes(self, seconds: float) -> str:
        """A drive as people say it, to the minute; the exact seconds would be a lie."""
        if seconds < MINUTE_S:
            return self.pick("ไม่ถึง 1 นาที", "under 1 min")
        return f"{round(seconds / MINUTE_S)} {self.pick('นาที', 'min')}"

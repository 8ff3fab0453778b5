"""Word to a camera's owner that it is broken: short, without personal data, Thai or English, by the channel he chose, with his own link."""

from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras.adapters.line import LineChannel
from safetyzone.senses.cameras.adapters.mail import MailChannel
from safetyzone.senses.cameras.adapters.thaibulksms import SmsChannel
from safetyzone.senses.cameras.health_queries import Letter
from safetyzone.senses.cameras.ports import Channel, Message

FAULT = {
    "offline": ("ขาดการติดต่อ", "is offline"),
    "moved": ("หันไปจากทิศเดิม", "was moved"),
    "blurred": ("ภาพไม่ชัด", "is out of focus"),
    "dark": ("ภาพมืด", "is dark"),
    "masked": ("ถูกบัง", "is covered"),
    "broken": ("ชำรุด", "is broken"),
    "gone": ("ไปแล้วไม่พบ", "was not found"),
    "no_picture": ("ไม่มีภาพ", "shows no picture"),
}
NO_PICTURE: dict[str, tuple[str, str]] = {
    "password": ("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง", "user or password is wrong"),
    "no key frame": ("สตรีมไม่มีเฟรมหลัก (I-frame)", "its stream has no key frame"),
    "no picture": ("เปิดสตรีมไม่ได้", "its stream cannot be opened"),
}
"""Why a camera that answers shows nothing; for whoever mends it at the station, not for the letter."""
NO_CONTACT = "no_contact"
WHY_NOT: dict[str, tuple[str, str]] = {
    "not_set_up": ("สถานียังไม่ได้ตั้งค่าช่องทางนี้", "the station has not set up this channel"),
    NO_CONTACT: ("เปิดช่องทางติดต่อไม่ได้ โปรดกรอกใหม่", "the contact cannot be read: please enter it again"),
    "rejected": ("ผู้ให้บริการไม่รับ {detail}", "the provider refused it {detail}"),
    "rejected_number": ("ผู้ให้บริการว่าหมายเลขนี้ใช้ไม่ได้", "the provider says that this number is none"),
    "away": ("ผู้ให้บริการไม่ตอบ {detail} จะลองใหม่", "the provider is away {detail}; it is tried again"),
}
"""By the first word of what a channel says; the second is a number of the provider's own."""
LINKED = (
    "ต่อไปสถานีจะแจ้งท่านทาง LINE นี้ เมื่อกล้องของท่านขัดข้อง เลิกรับได้โดยแจ้งสถานี",
    "From now on the station writes to you here when a camera of yours has a fault. Tell the station to end it.",
)
NOT_LINKED = (
    "ลิงก์นี้ใช้ไม่ได้แล้ว ขอลิงก์ใหม่ได้ที่สถานีตำรวจที่ดูแลกล้องของท่าน",
    "This link no longer works. The police station that keeps your cameras gives you a new one.",
)
BANGKOK = ZoneInfo("Asia/Bangkok")
LETTERS = UUID("6f1d2c3e-9d0b-4c55-8a53-6a3a0a5c8f10")
"""The name space of our letters' keys (RFC 9562, version 5)."""


def why_not(code: str) -> tuple[str, str]:
    """Why an owner has not heard, in both languages; ``code`` as the ticket keeps it."""
    known, _, detail = code.partition(" ")
    th, en = WHY_NOT.get(known, ("{detail}", "{detail}"))
    shown = f"({detail})" if detail else ""
    return " ".join(th.format(detail=shown).split()), " ".join(en.format(detail=shown).split()).replace(" ;", ";")


def words(letter: Letter) -> tuple[str, str]:
    """Title and text. The camera's code says which one; nothing says where it hangs or whose it is."""
    th, en = FAULT[letter.kind]
    since = letter.opened_at.astimezone(BANGKOK)
    link = f"{settings().public_url.rstrip('/')}/camera-owner/{letter.token}/"
    if letter.language == "en":
        text = f"Your camera {letter.camera} {en} since {since:%d/%m/%Y %H:%M}. Please have a look at it.\n{link}"
        return f"Camera {letter.camera} {en}", text
    thai_year = since.year + 543
    text = f"กล้อง {letter.camera} ของท่าน{th} ตั้งแต่ {since:%d/%m}/{thai_year} {since:%H:%M} น. โปรดตรวจสอบ\n{link}"
    return f"กล้อง {letter.camera} {th}", text


def message(letter: Letter) -> Message:
    """The letter as a channel sends it."""
    title, text = words(letter)
    return Message(to=letter.contact, title=title, text=text, key=uuid5(LETTERS, f"{letter.fault} {letter.opened_at.isoformat()}"))


def answer_line(reply: str, *, linked: bool, language: str) -> None:
    """Answer an owner who sent his link to the station's LINE account.

    Raises:
        NotSent: see ``ports``.
    """
    th, en = LINKED if linked else NOT_LINKED
    LineChannel(settings().line_channel_token).reply(reply, th if language == "th" else en)


def channel(name: str) -> Channel:
    """The way to an owner, by the settings of this station. ``name``: a ``CameraOwner.Channel`` that is not ``none``."""
    ours = settings()
    channels: dict[str, Channel] = {
        "email": MailChannel(set_up=ours.smtp_url is not None),
        "line": LineChannel(ours.line_channel_token),
        "sms": SmsChannel(url=ours.sms_url, key=ours.sms_key, secret=ours.sms_secret, sender=ours.sms_sender),
    }
    return channels[name]

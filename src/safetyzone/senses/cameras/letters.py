"""Word to a camera's owner that it is broken: short, without personal data, Thai or English, by the channel he chose."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

from django.core.mail import EmailMessage

from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras.health_queries import Letter

FAULT = {
    "offline": ("ขาดการติดต่อ", "is offline"),
    "moved": ("หันไปจากทิศเดิม", "was moved"),
    "blurred": ("ภาพไม่ชัด", "is out of focus"),
    "dark": ("ภาพมืด", "is dark"),
    "masked": ("ถูกบัง", "is covered"),
}


BANGKOK = ZoneInfo("Asia/Bangkok")


class NotSetUp(Exception):
    """The station has no such channel: the ticket says that its owner was not told."""


def words(letter: Letter) -> tuple[str, str]:
    """Title and text. The camera's code says which one; nothing says where it hangs or whose it is."""
    th, en = FAULT[letter.kind]
    since = letter.opened_at.astimezone(BANGKOK)
    if letter.language == "en":
        return f"Camera {letter.camera} {en}", f"Your camera {letter.camera} {en} since {since:%d/%m/%Y %H:%M}. Please have a look at it."
    thai_year = since.year + 543
    return f"กล้อง {letter.camera} {th}", f"กล้อง {letter.camera} ของท่าน{th} ตั้งแต่ {since:%d/%m}/{thai_year} {since:%H:%M} น. โปรดตรวจสอบ"


def by_email(contact: str, title: str, text: str) -> None:
    """By the mail server of the station's settings.

    Raises:
        NotSetUp: there is none. OSError: it is away; the job tries again.
    """
    if settings().smtp_url is None:
        raise NotSetUp("smtp_url")
    EmailMessage(subject=title, body=text, to=[contact]).send()


CHANNELS: dict[str, Callable[[str, str, str], None]] = {"email": by_email}
"""Contact, title, text. LINE and SMS are added here when their adapters are built; until then a ticket says that its owner was not told."""

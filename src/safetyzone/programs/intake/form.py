"""The SOS page for a browser without JavaScript: one form, one answer. Pages only; the press itself goes the way of every other.

Both names in the form are made here, new each time the form is shown: a reload says the same press again, and never makes a second.
"""

from datetime import datetime
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from safetyzone.contracts.press import LONGEST_WORDS, PhonePress, PressAnswer

PAGE = Path(__file__).parent / "page"
BANGKOK = ZoneInfo("Asia/Bangkok")
MOST_FIELDS = 16


def read(body: bytes, *, at: datetime) -> PhonePress | None:
    """What the form says, as the press of a phone; None when it is not our form. Words too long are cut, and never lose the call."""
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), encoding="utf-8", errors="replace", max_num_fields=MOST_FIELDS)
        press_id, phone = UUID(fields["press_id"][0]), UUID(fields["phone"][0])
    except (KeyError, ValueError):
        return None
    words = fields.get("words", [""])[0].replace("\r\n", "\n").strip()[:LONGEST_WORDS]
    return PhonePress(press_id=press_id, phone=phone, pressed_at=at, hold_ms=0, words=words)


def empty(*, demo: bool) -> str:
    """The form as it is first shown."""
    title = ("ขอความช่วยเหลือ", "Call the police for help")
    return _page("idle", title, "", _form(uuid4(), uuid4(), send=("ส่งถึงตำรวจ", "Send to the police")), demo=demo)


def kept(said: PhonePress, answer: PressAnswer, *, demo: bool) -> str:
    """The call is in a committed incident. Another press of this page is a new one of the same phone: one call, folded together."""
    time = f"{answer.heard_at.astimezone(BANGKOK):%H:%M}"
    title = (f"ตำรวจรับเรื่องแล้ว {time} น.", f"Police have your call ({time})")
    number = _both(f"เหตุหมายเลข {answer.incident}", f"Incident number {answer.incident}")
    again = _form(uuid4(), said.phone, send=("ส่งอีกครั้ง", "Send again"))
    ask = _both("ต้องการบอกเพิ่ม หรือต้องการความช่วยเหลืออีก:", "To add something, or if you need help again:")
    return _page("received", title, f'<p id="detail">{number}</p>', f"<p>{ask}</p>{again}", demo=demo)


def not_kept(said: PhonePress | None, *, demo: bool) -> str:
    """Not in an incident yet, so not promised. Sent again it is the same press, with the same words."""
    title = ("ยังส่งไม่ถึงตำรวจ โทร 191", "Not sent to the police. Call 191")
    press_id, phone, words = (said.press_id, said.phone, said.words) if said else (uuid4(), uuid4(), "")
    again = _form(press_id, phone, send=("ลองส่งอีกครั้ง", "Try to send again"), words=words)
    ask = _both("โทรไม่ได้? กดส่งอีกครั้ง", "Cannot call? Send it again")
    return _page("refused", title, f'<p id="detail">{ask}</p>', again, demo=demo)


def _page(state: str, title: tuple[str, str], detail: str, form: str, *, demo: bool) -> str:
    return Template((PAGE / "form.html").read_text("utf-8")).substitute(
        state=state, title_th=title[0], title_en=title[1], detail=detail, form=form, demo="yes" if demo else "no"
    )


def _form(press_id: UUID, phone: UUID, *, send: tuple[str, str], words: str = "") -> str:
    label = _both("อยู่ที่ไหน เกิดอะไรขึ้น (ไม่เขียนก็ส่งได้)", "Where are you, what is happening (may stay empty)")
    return (
        '<form method="post" action="/sos/form" accept-charset="utf-8" autocomplete="off">'
        f'<input type="hidden" name="press_id" value="{press_id}"><input type="hidden" name="phone" value="{phone}">'
        f'<label for="words">{label}</label>'
        f'<textarea id="words" name="words" rows="3" maxlength="{LONGEST_WORDS}">\n{escape(words)}</textarea>'
        f'<button type="submit" id="send">{_both(*send)}</button></form>'
    )


def _both(th: str, en: str) -> str:
    return f'{escape(th)}<br><span lang="en">{escape(en)}</span>'

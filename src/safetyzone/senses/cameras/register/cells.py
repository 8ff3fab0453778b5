"""One cell of somebody's list as a value: Thai digits, Thai and English words, Buddhist years. Pure; "no" says what would be right."""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from safetyzone.contracts.topics import DEVICE_CODE
from safetyzone.kernel.geometry import is_in_thailand

Cell = str | int | float | bool | date | datetime | None
"""What a file may hold. CSV has text only; spreadsheets and GeoPackages have kinds."""
Reader = Callable[[str], Any]

THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff")
_TURNS_TEXT_AROUND = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
BUDDHIST_FROM, BUDDHIST_ERA = 2400, 543
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})")


class Wrong(ValueError):
    """A value that cannot stand, with the reason in both languages."""

    def __init__(self, th: str, en: str) -> None:
        self.th, self.en = th, en
        super().__init__(en)


def text_of(cell: Cell) -> str:
    """A cell as text: a whole number without its ".0", a date as ISO 8601, and no invisible letters."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**53 else repr(cell)
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return " ".join(unicodedata.normalize("NFC", str(cell)).translate(_INVISIBLE).split())


def words(most: int) -> Reader:
    """A reader of free text of at most so many letters."""

    def read(text: str) -> str:
        if any(unicodedata.category(letter) in {"Cc", "Cs"} or letter in _TURNS_TEXT_AROUND for letter in text):
            raise Wrong("มีอักขระที่แสดงไม่ได้", "has characters that cannot be shown")
        if len(text) > most:
            raise Wrong(f"ยาวเกิน {most} ตัวอักษร", f"is longer than {most} characters")
        return text

    return read


def code(text: str) -> str:
    """A camera's code, with Thai digits turned: it is painted on poles and stands in addresses."""
    turned = text.translate(THAI_DIGITS)
    if not DEVICE_CODE.fullmatch(turned):
        raise Wrong("รหัสใช้ตัวอักษรอังกฤษ ตัวเลข - _ ไม่เกิน 32 ตัว", "a code has 1 to 32 Latin letters, digits, - or _")
    return turned


def number(least: float, most: float, *, decimals: int = 2, unit: str = "", above_least: bool = False) -> Reader:
    """A reader of a number within limits, rounded so that every file format gives back the same value."""

    def read(text: str) -> float:
        turned = text.translate(THAI_DIGITS).replace("−", "-")
        if not _NUMBER.fullmatch(turned):
            raise Wrong("ไม่ใช่ตัวเลข", "is not a number")
        value = float(turned)
        if math.isinf(value) or not least <= value <= most or (above_least and value == least):
            raise _outside(f"{least:g}", f"{most:g} {unit}".strip(), above=above_least)
        rounded = round(value, decimals) + 0.0  # + 0.0: no negative zero
        if above_least and rounded <= least:
            raise Wrong("น้อยเกินกว่าจะเป็นค่าจริง", "is too small to be real")
        return rounded

    return read


def _outside(least: str, most: str, *, above: bool) -> Wrong:
    if above:
        return Wrong(f"ต้องมากกว่า {least} และไม่เกิน {most}", f"must be more than {least} and at most {most}")
    return Wrong(f"ต้องอยู่ระหว่าง {least} ถึง {most}", f"must be from {least} to {most}")


def whole(least: int, most: int, *, unit: str = "") -> Reader:
    """A reader of a whole number within limits."""
    within = number(least, most, decimals=9, unit=unit)

    def read(text: str) -> int:
        value = within(text)
        if value != int(value):
            raise Wrong("ต้องเป็นจำนวนเต็ม", "must be a whole number")
        return int(value)

    return read


def azimuth(text: str) -> float:
    """A bearing clockwise from true north; 360 is north, beyond it is a mistake."""
    value: float = number(0, 360, unit="°")(text)
    return value % 360


def one_of(named: Mapping[str, str]) -> Reader:
    """A reader of one of some words; ``named`` maps every accepted spelling, in small letters, to the word itself."""

    def read(text: str) -> str:
        found = named.get(text.casefold().replace("-", "_").replace(" ", "_"))
        if found is None:
            allowed = ", ".join(dict.fromkeys(named.values()))
            raise Wrong(f"ไม่รู้จัก ใช้ได้เฉพาะ {allowed}", f"is not known; use one of {allowed}")
        return found

    return read


_YES = frozenset({"yes", "y", "true", "1", "ใช่", "มี", "ได้", "✓"})
_NO = frozenset({"no", "n", "false", "0", "ไม่", "ไม่ใช่", "ไม่มี", "ไม่ได้", "-"})


def yes_or_no(text: str) -> bool:
    """Yes or no, in either language."""
    said = text.translate(THAI_DIGITS).casefold()
    if said in _YES:
        return True
    if said in _NO:
        return False
    raise Wrong("ต้องเป็น ใช่ หรือ ไม่", "must be yes or no")


def day(text: str) -> date:
    """A date, year or day first, in the Buddhist or the Gregorian era."""
    turned = text.translate(THAI_DIGITS)
    if found := _YEAR_FIRST.fullmatch(turned):
        year, month, of_month = map(int, found.groups())
    elif found := _DAY_FIRST.fullmatch(turned):
        of_month, month, year = map(int, found.groups())
    else:
        raise Wrong("ไม่ใช่วันที่ (วว/ดด/ปปปป)", "is not a date (yyyy-mm-dd)")
    try:
        return date(year - BUDDHIST_ERA if year >= BUDDHIST_FROM else year, month, of_month)
    except ValueError as wrong:
        raise Wrong("ไม่มีวันที่นี้", "is no day of the calendar") from wrong


def address(text: str) -> str:
    """An RTSP address with neither user nor password: those are entered apart, and sealed."""
    words(200)(text)
    try:
        parts = urlsplit(text)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError as wrong:
        raise Wrong("ไม่ใช่ที่อยู่ rtsp://", "is not an rtsp:// address") from wrong
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise Wrong("ห้ามใส่ชื่อผู้ใช้หรือรหัสผ่านในที่อยู่", "must not carry a user name or password")
    if parts.scheme not in {"rtsp", "rtsps"} or not parts.hostname or not port_is_good or " " in text:
        raise Wrong("ไม่ใช่ที่อยู่ rtsp://", "is not an rtsp:// address")
    return text


def points(text: str) -> tuple[tuple[float, float], ...]:
    """Places as ``lon lat; lon lat``."""
    found = []
    for pair in filter(None, (part.strip() for part in text.split(";"))):
        try:
            lon, lat = (number(-180, 180, decimals=7)(half) for half in pair.replace(",", " ").split())
        except ValueError as wrong:
            raise Wrong("ต้องเป็น ลองจิจูด ละติจูด คั่นด้วย ;", "must be lon lat, with ; between places") from wrong
        if not is_in_thailand(lon, lat):
            raise Wrong(f"จุด {lon:g} {lat:g} อยู่นอกประเทศไทย", f"the place {lon:g} {lat:g} is outside Thailand")
        found.append((lon, lat))
    return tuple(found)

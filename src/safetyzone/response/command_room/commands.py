"""The "/" bar (pattern P7): a typed line, Thai or English, with either layout on, becomes one command. Pure."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.refusals import Refused
from safetyzone.response.command_room.keyboard import as_code, as_latin_keys, as_number, as_thai_keys, is_thai


class Verb(StrEnum):
    """What the bar can do."""

    NEW = "new"
    ANSWER = "answer"
    DISPATCH = "dispatch"
    EN_ROUTE = "enroute"
    ON_SCENE = "onscene"
    CLOSE = "close"
    STATUS = "status"
    NOTE = "note"
    POLE = "pole"
    UNITS = "units"
    QUEUE = "queue"
    MAP = "map"
    HELP = "help"


@dataclass(frozen=True, slots=True)
class Entry:
    """One verb of the bar: its short key, its Thai names, an example, and what it does in both languages."""

    verb: Verb
    key: str
    thai: tuple[str, ...]
    example: str
    th: str
    en: str


ENTRIES: tuple[Entry, ...] = (
    Entry(Verb.ANSWER, "a", ("รับ", "รับเหตุ"), "a 41", "รับเหตุ", "answer an incident"),
    Entry(Verb.DISPATCH, "d", ("ส่ง", "สั่งการ"), "d 41 LPN-1 LPN-2", "ส่งสายตรวจ", "send units"),
    Entry(Verb.EN_ROUTE, "e", ("ออก", "กำลังไป"), "e LPN-1", "สายตรวจออกเดินทาง (แทน)", "unit is on its way (for it)"),
    Entry(Verb.ON_SCENE, "o", ("ถึง", "ถึงแล้ว"), "o LPN-1", "สายตรวจถึงที่เกิดเหตุ (แทน)", "unit is on scene (for it)"),
    Entry(Verb.CLOSE, "c", ("ปิด", "ปิดเหตุ"), "c 41", "ปิดเหตุ", "close an incident"),
    Entry(Verb.STATUS, "s", ("สถานะ",), "s LPN-1 free", "เปลี่ยนสถานะสายตรวจ: ว่าง / พัก", "unit state: free or off"),
    Entry(Verb.NEW, "n", ("ใหม่", "แจ้งเหตุ"), "n 2 13.7445,100.5398 words", "เปิดเหตุใหม่", "open a new incident"),
    Entry(Verb.NOTE, "note", ("บันทึก",), "note 41 words", "เขียนบันทึกในเหตุ", "write a note"),
    Entry(Verb.POLE, "pole", ("เสา",), "pole 17", "ไปที่เสาบนแผนที่", "show a pole on the map"),
    Entry(Verb.UNITS, "u", ("สายตรวจ",), "u", "ไปที่สายตรวจ", "go to the units"),
    Entry(Verb.QUEUE, "q", ("คิว",), "q", "ไปที่คิว", "go to the queue"),
    Entry(Verb.MAP, "m", ("แผนที่",), "m", "ไปที่แผนที่", "go to the map"),
    Entry(Verb.HELP, "?", ("ช่วยเหลือ", "คำสั่ง"), "?", "คำสั่งและปุ่มลัดทั้งหมด", "all commands and keys"),
)

DUTIES: dict[str, tuple[str, ...]] = {
    "free": ("free", "av", "available", "ว่าง", "พร้อม"),
    "off": ("off", "out", "out of service", "พัก", "งด", "ออกเวร"),
}
"""Words for a unit's duty, read from the END of the line, so that a call sign may have spaces in it."""


@dataclass(frozen=True, slots=True)
class Command:
    """What the operator asked for, before anybody asked whether he may."""

    verb: Verb
    incident: int | None = None
    units: tuple[str, ...] = ()
    duty: str = ""
    pole: str = ""
    priority: int = 3
    point: Point | None = None
    words: str = ""


class NotACommand(Refused):
    """The line cannot be read; says what would be right."""

    code = "not_a_command"
    th = "ไม่เข้าใจคำสั่ง “{typed}” ลองแบบนี้: {example}"
    en = "“{typed}” is not a command. Try: {example}"


LONGEST_LINE = 600
LONGEST_SHOWN = 40


def parse(line: str) -> Command:
    """Read one line.

    Raises:
        NotACommand: no such verb, more than one fits, or what follows it does not fit the verb.
    """
    line = line.replace("\x00", "").strip().removeprefix("/").strip()
    if not line or len(line) > LONGEST_LINE:
        raise NotACommand(typed=line[:LONGEST_SHOWN], example="?")
    first, _, rest = line.partition(" ")
    entry = find_verb(first)
    if entry is None:
        raise NotACommand(typed=first[:LONGEST_SHOWN], example=_closest(first))
    read = READERS.get(entry.verb, _nothing)
    command = read(entry.verb, rest.strip())
    if command is None:
        raise NotACommand(typed=line[:LONGEST_SHOWN], example=entry.example)
    return command


def find_verb(word: str) -> Entry | None:
    """The verb of a word: its key, name, Thai name, or a beginning that fits one verb only; in either layout."""
    for reading in (word, as_latin_keys(word), as_thai_keys(word)):
        exact = [entry for entry in ENTRIES if reading.lower() in _names(entry)]
        if exact:
            return exact[0]
    for reading in (word, as_latin_keys(word), as_thai_keys(word)):
        begins = [entry for entry in ENTRIES if any(name.startswith(reading.lower()) for name in _names(entry))]
        if len(begins) == 1:
            return begins[0]
    return None


def _names(entry: Entry) -> tuple[str, ...]:
    return (entry.key, str(entry.verb), *entry.thai)


def _closest(word: str) -> str:
    """Examples of the verbs that begin alike, else the way to the help page."""
    alike = [entry.example for entry in ENTRIES if any(name.startswith(word.lower()[:1]) for name in _names(entry))]
    return " · ".join(alike[:3]) or "?"


def _nothing(verb: Verb, rest: str) -> Command | None:
    return Command(verb) if not rest else None


def _incident(verb: Verb, rest: str) -> Command | None:
    """``a 41``; words after the number are the closing words."""
    number, _, words = rest.partition(" ")
    incident = as_number(number)
    return None if incident is None else Command(verb, incident=incident, words=words.strip())


def _answer(verb: Verb, rest: str) -> Command | None:
    """``a 41``, or ``a`` alone for the oldest call that rings."""
    return Command(verb) if not rest else _incident(verb, rest)


def _note(verb: Verb, rest: str) -> Command | None:
    command = _incident(verb, rest)
    return command if command is not None and command.words else None


def _dispatch(verb: Verb, rest: str) -> Command | None:
    number, *units = rest.split()[:20] or [""]
    incident = as_number(number)
    if incident is None or not units:
        return None
    return Command(verb, incident=incident, units=tuple(dict.fromkeys(as_code(unit) for unit in units)))


def _unit(verb: Verb, rest: str) -> Command | None:
    return Command(verb, units=(as_code(rest),)) if rest else None


def _status(verb: Verb, rest: str) -> Command | None:
    """``s LPN-1 free``: the duty is read from the end, the rest is the call sign."""
    latin = " ".join(as_latin_keys(word) if is_thai(word) else word for word in rest.split())
    thai = " ".join(as_thai_keys(word) if not _is_code(word) else word for word in rest.split())
    for reading in (rest, latin, thai):
        for duty, words in DUTIES.items():
            for word in sorted(words, key=len, reverse=True):
                if reading.lower().endswith(" " + word):
                    return Command(verb, units=(as_code(reading[: -len(word)].strip()),), duty=duty)
    return None


def _is_code(word: str) -> bool:
    """A call sign has a digit in it; a duty typed with the wrong layout has none."""
    return any(sign.isdigit() for sign in word)


def _pole(verb: Verb, rest: str) -> Command | None:
    """``pole 17`` or ``pole LPN-P017``."""
    if not rest:
        return None
    number = as_number(rest)
    return Command(verb, pole=str(number) if number is not None else as_code(rest))


_PRIORITY = re.compile(r"[pP]?([1-4])(?=\s|$)")
_PLACE = re.compile(r"(-?\d{1,3}(?:\.\d{1,12})?)\s*,\s*(-?\d{1,3}(?:\.\d{1,12})?)(?=\s|$)")


def _new(verb: Verb, rest: str) -> Command | None:
    """``n [priority] [latitude,longitude] words``: people read a place out latitude first, and so it is typed."""
    rest = rest.removeprefix("sos ").strip()
    priority, point = 3, None
    if found := _PRIORITY.match(rest):
        priority, rest = int(found[1]), rest[found.end() :].strip()
    if found := _PLACE.match(rest):
        lat, lon = float(found[1]), float(found[2])
        if not is_in_thailand(lon, lat):
            return None
        point, rest = Point(lon=lon, lat=lat), rest[found.end() :].strip()
    return Command(verb, priority=priority, point=point, words=rest) if rest or point else None


READERS: dict[Verb, Callable[[Verb, str], Command | None]] = {
    Verb.NEW: _new,
    Verb.ANSWER: _answer,
    Verb.DISPATCH: _dispatch,
    Verb.EN_ROUTE: _unit,
    Verb.ON_SCENE: _unit,
    Verb.CLOSE: _incident,
    Verb.STATUS: _status,
    Verb.NOTE: _note,
    Verb.POLE: _pole,
}

"""A Thai number plate: its three fields, its classes, the grammar of what can stand on it.

The key of a vehicle is (series, number, province, class): the same letters and number exist in every province, and on cars and
motorcycles alike. Source of the grammar: Department of Land Transport's series as collected in ``domain.md`` 7.6; what nobody could
confirm there (diplomats, plates of 1975 to 1997) is accepted and marked by its form.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from safetyzone.contracts.provinces import NAMES, PROVINCES, ProvinceName

CONSONANTS = "กขคฆงจฉชซฌญฎฏฐฑฒณดตถทธนบปผฝพฟภมยรลวศษสหฬอฮ"
"""The 42 letters of plates: no ฃ and ฅ (out of use), no ฤ and ฦ (vowels)."""
MARKS = "ะัาำิีึืุูเแโใไ็่้๊๋์"
"""Vowels and tone marks: only on self-chosen series (since 2 April 2022)."""
DIGITS = "0123456789"
MOST_CHARACTERS = 8
"""On one plate, combining marks and the hyphen counted."""
_THAI_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", DIGITS)
_DASHES = re.compile(r"[-‐‑‒–—−_./·]+")
_BLANK = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")


class BadPlate(ValueError):
    """Why a text is no plate, in the two languages."""

    th, en = "ป้ายทะเบียนไม่ถูกต้อง", "This is no number plate."

    def __init__(self, text: str = "") -> None:
        self.text = text
        super().__init__(self.en)

    def say(self, language: str) -> str:
        """The sentence for a person, in Thai (``th``) or else English."""
        return self.th if language.startswith("th") else self.en


class EmptyPlate(BadPlate):
    th, en = "กรุณาพิมพ์เลขทะเบียน", "Type the registration."


class UnknownCharacter(BadPlate):
    th, en = "มีตัวอักษรที่ไม่ใช้บนป้ายทะเบียนไทย", "It has a character that no Thai plate carries."


class BrokenGrammar(BadPlate):
    th = "รูปแบบไม่ตรงกับป้ายทะเบียนไทย ตัวอย่างที่ถูกต้อง: 6กพ 7414, 1กข 234, 30-1532"
    en = "No Thai plate looks like this. Examples of what does: 6กพ 7414, 1กข 234, 30-1532."


class UnknownProvince(BadPlate):
    th, en = "ไม่รู้จักชื่อจังหวัดนี้", "There is no province of this name."


class WrongClass(BadPlate):
    th, en = "ประเภทรถนี้ไม่ใช้ป้ายรูปแบบนี้", "Vehicles of this class carry no plate of this form."


class Form(StrEnum):
    """How what is written on the plate is built."""

    CAR = "car"
    """[digit] letter letter, number: ``6กพ 7414``."""
    MOTORCYCLE = "motorcycle"
    """Digit letter letter, or three letters; number; three lines: ``1กข 234``."""
    HEAVY = "heavy"
    """``30-1532``: buses, trucks; also diplomats and temporary plates of makers."""
    VANITY = "vanity"
    """A chosen word and a lucky number: ``รวยดี 9``."""
    OLD = "old"
    """``1ก-2345``, the design of 1975 to 1997."""


class VehicleClass(StrEnum):
    """What the plate's colours and letters say of the vehicle."""

    CAR = "car"
    VAN = "van"
    PICKUP = "pickup"
    MOTORCYCLE = "motorcycle"
    TAXI = "taxi"
    HIRE = "hire"
    """Taxis between provinces, tuk-tuks and small trucks for hire."""
    TUKTUK = "tuktuk"
    RENTAL = "rental"
    TRAILER = "trailer"
    HEAVY = "heavy"
    HEAVY_HIRE = "heavy_hire"
    TEMPORARY = "temporary"
    DIPLOMATIC = "diplomatic"


_L = f"[{CONSONANTS}]"
GRAMMAR: dict[Form, re.Pattern[str]] = {
    Form.CAR: re.compile(rf"(?P<series>[1-9]?{_L}{{2}})(?P<number>[1-9]\d{{0,3}})"),
    Form.MOTORCYCLE: re.compile(rf"(?P<series>[1-9]{_L}{{2}}|{_L}{{3}})(?P<number>[1-9]\d{{0,3}})"),
    Form.HEAVY: re.compile(r"(?P<series>\d{2})-(?P<number>\d{4})"),
    Form.OLD: re.compile(rf"(?P<series>[1-9]{_L})-?(?P<number>\d{{4}})"),
    Form.VANITY: re.compile(
        rf"(?P<series>(?=[^\d]*[{MARKS}]|[^\d]{{3}})[{CONSONANTS}เแโใไ][{CONSONANTS}{MARKS}]+)(?P<number>[1-9]\d{{0,3}})"
    ),
}
"""In the order in which a text is tried. A vanity series has a mark, or more letters than an ordinary one."""
MOST_VANITY = 7
"""Characters of a self-chosen plate, series and number together, combining marks counted."""
_HEAVY_CLASSES = {VehicleClass.HEAVY, VehicleClass.HEAVY_HIRE, VehicleClass.DIPLOMATIC, VehicleClass.TEMPORARY, VehicleClass.TRAILER}
_SMALL_CLASSES = frozenset(VehicleClass) - {VehicleClass.HEAVY, VehicleClass.HEAVY_HIRE, VehicleClass.DIPLOMATIC, VehicleClass.MOTORCYCLE}
CLASSES_OF: dict[Form, frozenset[VehicleClass]] = {
    Form.CAR: _SMALL_CLASSES,
    Form.MOTORCYCLE: frozenset({VehicleClass.MOTORCYCLE}),
    Form.HEAVY: frozenset(_HEAVY_CLASSES),
    Form.VANITY: frozenset({VehicleClass.CAR}),
    Form.OLD: frozenset(_SMALL_CLASSES),
}


@dataclass(frozen=True, slots=True)
class Plate:
    """A plate as it is written. Its text is personal data: the representation shows none of it.

    ``province`` is the Thai name, or empty where it was not read or the plate has none. Raises a ``BadPlate``.
    """

    series: str
    number: str
    province: str = ""
    vehicle_class: VehicleClass = VehicleClass.CAR

    def __post_init__(self) -> None:
        if self.province and self.province not in _BY_NAME:
            raise UnknownProvince(self.province)
        forms = forms_of(self.text)
        if not forms:
            raise BrokenGrammar(self.text)
        if not any(self.vehicle_class in CLASSES_OF[form] for form in forms):
            raise WrongClass(self.text)

    @property
    def text(self) -> str:
        """As one types and compares it: ``6กพ7414``, ``30-1532``; no spaces."""
        return self.series + ("-" if self.series.isdecimal() else "") + self.number

    @property
    def form(self) -> Form:
        """The first of the forms that its class carries."""
        return next(form for form in forms_of(self.text) if self.vehicle_class in CLASSES_OF[form])

    @property
    def shown(self) -> str:
        """As people read it: ``6กพ 7414``."""
        return f"{self.series}-{self.number}" if self.series.isdecimal() else f"{self.series} {self.number}"

    @property
    def key(self) -> tuple[str, str, str, str]:
        return (self.series, self.number, self.province, self.vehicle_class.value)

    def __repr__(self) -> str:
        return "<Plate>"

    __str__ = __repr__


def normalise(text: str) -> str:
    """A typed registration in its one spelling: no spaces, Arabic digits, a hyphen only where the form has one.

    >>> normalise("๖กพ ๗๔๑๔"), normalise("30 1532"), normalise("ญร-๙๙")
    ('6กพ7414', '30-1532', 'ญร99')
    """
    plain = unicodedata.normalize("NFC", text).translate(_THAI_DIGITS).replace("\u0e4d\u0e32", "\u0e33")
    bare = _DASHES.sub("", _BLANK.sub("", plain))
    if not bare:
        raise EmptyPlate(text)
    if set(bare) - set(CONSONANTS + MARKS + DIGITS):
        raise UnknownCharacter(text)
    return f"{bare[:2]}-{bare[2:]}" if re.fullmatch(r"\d{6}", bare) else bare


def forms_of(text: str) -> tuple[Form, ...]:
    """All forms that a normalised text can have; none: it is no plate."""
    return tuple(form for form in GRAMMAR if _match(form, text))


def _match(form: Form, text: str) -> re.Match[str] | None:
    found = GRAMMAR[form].fullmatch(text)
    return None if form is Form.VANITY and len(text) > MOST_VANITY else found


def parse(text: str, *, province: str = "", vehicle_class: VehicleClass | str | None = None) -> Plate:
    """The plate that somebody typed or a machine read. With no class given, that of the first form that fits. Raises a ``BadPlate``."""
    plain = normalise(text)
    place = province_of(province).th if province.strip() else ""
    wanted = VehicleClass(vehicle_class) if vehicle_class else None
    forms = forms_of(plain)
    if not forms:
        raise BrokenGrammar(text)
    for form in forms:
        if wanted is None or wanted in CLASSES_OF[form]:
            found = _match(form, plain)
            assert found  # noqa: S101 - forms_of has just said so
            return Plate(found["series"], found["number"], place, wanted or _USUAL[form])
    raise WrongClass(text)


_USUAL = {
    Form.CAR: VehicleClass.CAR,
    Form.MOTORCYCLE: VehicleClass.MOTORCYCLE,
    Form.HEAVY: VehicleClass.HEAVY,
    Form.VANITY: VehicleClass.CAR,
    Form.OLD: VehicleClass.CAR,
}
_BY_NAME = {province.th: province for province in PROVINCES}
_SHORT = {"กทม": "กรุงเทพมหานคร", "กรุงเทพ": "กรุงเทพมหานคร", "กรุงเทพฯ": "กรุงเทพมหานคร", "อยุธยา": "พระนครศรีอยุธยา", "โคราช": "นครราชสีมา"}


def _spelling(name: str) -> str:
    return re.sub(r"[\s.\-]+", "", unicodedata.normalize("NFC", name)).casefold().removeprefix("จังหวัด")


_BY_SPELLING = {_spelling(word): province for province in PROVINCES for word in (province.th, province.en, province.code)}
_BY_SPELLING |= {short: _BY_NAME[name] for short, name in _SHORT.items()}


def province_of(words: str) -> ProvinceName:
    """The province by its Thai or English name or its code. Raises ``UnknownProvince``.

    >>> province_of("Chonburi").th, province_of("กทม.").code, province_of("เบตง").en
    ('ชลบุรี', '10', 'Betong')
    """
    found = _BY_SPELLING.get(_spelling(words))
    if found is None:
        raise UnknownProvince(words)
    return found


@dataclass(frozen=True, slots=True)
class Colours:
    """Plate and letters as one names them, with sRGB for drawing."""

    plate: str
    letters: str
    plate_rgb: tuple[int, int, int]
    letters_rgb: tuple[int, int, int]


_WHITE, _BLACK, _YELLOW = (244, 244, 240), (22, 22, 24), (250, 200, 30)
_GREEN, _BLUE, _RED, _ORANGE = (10, 105, 60), (30, 60, 150), (190, 30, 35), (240, 130, 30)
COLOURS: dict[VehicleClass, tuple[Colours, ...]] = {
    VehicleClass.CAR: (Colours("white", "black", _WHITE, _BLACK),),
    VehicleClass.VAN: (Colours("white", "blue", _WHITE, _BLUE),),
    VehicleClass.PICKUP: (Colours("white", "green", _WHITE, _GREEN),),
    VehicleClass.MOTORCYCLE: (Colours("white", "black", _WHITE, _BLACK),),
    VehicleClass.TAXI: (Colours("yellow", "black", _YELLOW, _BLACK),),
    VehicleClass.HIRE: (
        Colours("yellow", "red", _YELLOW, _RED),
        Colours("yellow", "green", _YELLOW, _GREEN),
        Colours("yellow", "blue", _YELLOW, _BLUE),
    ),
    VehicleClass.TUKTUK: (Colours("white", "red", _WHITE, _RED),),
    VehicleClass.RENTAL: (Colours("green", "white", _GREEN, _WHITE),),
    VehicleClass.TRAILER: (Colours("orange", "black", _ORANGE, _BLACK),),
    VehicleClass.HEAVY: (Colours("white", "black", _WHITE, _BLACK),),
    VehicleClass.HEAVY_HIRE: (Colours("yellow", "black", _YELLOW, _BLACK),),
    VehicleClass.TEMPORARY: (Colours("red", "black", _RED, _BLACK),),
    VehicleClass.DIPLOMATIC: (Colours("white", "blue", _WHITE, _BLUE),),
}
"""Sources differ on trailers (orange and black, or white and red): the white and red one reads as a tuk-tuk's."""

__all__ = [
    "CLASSES_OF",
    "COLOURS",
    "CONSONANTS",
    "DIGITS",
    "GRAMMAR",
    "MARKS",
    "NAMES",
    "PROVINCES",
    "BadPlate",
    "BrokenGrammar",
    "Colours",
    "EmptyPlate",
    "Form",
    "Plate",
    "ProvinceName",
    "UnknownCharacter",
    "UnknownProvince",
    "VehicleClass",
    "WrongClass",
    "forms_of",
    "normalise",
    "parse",
    "province_of",
]

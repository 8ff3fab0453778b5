"""A camera's form, made from the same columns as a list: a label, the present value, and what is wrong with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import translation

from safetyzone.senses.cameras import rules
from safetyzone.senses.cameras.register.cells import Cell, text_of
from safetyzone.senses.cameras.register.entry import COLUMNS, Entry, Reason
from safetyzone.senses.cameras.register.writing import cell_of

CHOICES: dict[str, tuple[tuple[str, str, str], ...]] = {
    "owner_kind": (
        ("police", "ตำรวจ", "police"), ("municipality", "เทศบาล", "municipality"), ("agency", "หน่วยงาน", "agency"),
        ("private", "เอกชน", "private"), ("temple", "วัด", "temple"), ("shop", "ร้านค้า", "shop"),
    ),
    "kind": (("fixed", "ติดตาย", "fixed"), ("ptz", "หมุนได้ (PTZ)", "PTZ")),
    "may_turn": (("yes", "ได้", "yes"), ("no", "ไม่ได้", "no")),
    "low_light": (("no", "ไม่", "no"), ("yes", "ใช่", "yes")),
    "tier": tuple((words.code.value, words.name_th, words.name_en) for words in rules.TIER_WORDS.values()),
}  # fmt: skip
"""Code, Thai, English; the first is what an empty form means."""
UNITS = {"_m": ("ม.", "m"), "_deg": ("°", "°"), "_px": ("px", "px"), "_days": ("วัน", "days")}


@dataclass(frozen=True, slots=True)
class Field:
    """One line of the form, in the reader's language."""

    name: str
    label: str
    value: str
    wrong: str
    needed: bool
    choices: tuple[tuple[str, str], ...]


def is_thai() -> bool:
    """The language of this request."""
    return (translation.get_language() or "th").startswith("th")


def fields(names: Iterable[str], values: Mapping[str, str], reasons: Iterable[Reason] = ()) -> list[Field]:
    """The lines of a form."""
    thai, wrong = is_thai(), {reason.field: reason for reason in reasons}
    return [
        Field(
            name=name,
            label=_label(name, thai=thai),
            value=values.get(name, ""),
            wrong=(wrong[name].th if thai else wrong[name].en) if name in wrong else "",
            needed=COLUMNS[name].needed,
            choices=tuple((code, th if thai else en) for code, th, en in CHOICES.get(name, ())),
        )
        for name in names
    ]


def _label(name: str, *, thai: bool) -> str:
    """The column's name, with the unit that its identifier ends in."""
    word = COLUMNS[name].th if thai else COLUMNS[name].en
    unit = next((th if thai else en for ending, (th, en) in UNITS.items() if name.endswith(ending)), "")
    return f"{word} ({unit})" if unit else word


def values_of(entry: Entry) -> dict[str, str]:
    """An entry as a form shows it."""
    return {name: text_of(cell_of(getattr(entry, name))) for name in COLUMNS}


def choice(name: str, code: str) -> str:
    """A code in the reader's language."""
    return next(((th if is_thai() else en) for value, th, en in CHOICES.get(name, ()) if value == code), code)


def credential(request: HttpRequest) -> tuple[str, str]:
    """User and password of a camera as a form says them; longer ones than can stand are left long, to be refused."""
    return request.POST.get("camera_user", "").strip()[:200], request.POST.get("camera_password", "")[:200]


def given(posted: Mapping[str, str], names: Iterable[str]) -> dict[str, Cell]:
    """What a form says; fields that it does not have are not given."""
    return {name: str(posted[name])[:2000] for name in names if name in posted}

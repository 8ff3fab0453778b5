"""A list held against the register: which rows are new, changed, the same or refused, and why. Pure; nothing is written here."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from safetyzone.contracts.topics import DEVICE_CODE
from safetyzone.senses.cameras import rules
from safetyzone.senses.cameras.register.cells import Cell, text_of
from safetyzone.senses.cameras.register.entry import COLUMNS, Entry, Reason, column_of, read_entry
from safetyzone.senses.cameras.register.sheet import REASON, BadFile, Sheet


class Fate(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    SAME = "same"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Known:
    """What the register says today about the things that a list names."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    """The station's own cameras in service, by code."""
    elsewhere: Collection[str] = frozenset()
    """Codes that another station has."""
    retired: Collection[str] = frozenset()
    """Codes of the station's own cameras that were taken out of service."""
    owner_kinds: Mapping[str, str] = field(default_factory=dict)
    """Kind of each of the station's owners, by name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row with its number, what becomes of it, and why not."""

    number: int
    code: str
    fate: Fate
    entry: Entry | None
    reasons: tuple[Reason, ...] = ()
    differs: tuple[str, ...] = ()
    """Fields in which a changed row differs from the register."""

    def why(self) -> str:
        """Every reason, in Thai and then in English."""
        return " | ".join(f"{reason.say('th')} · {reason.say('en')}" for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Checked:
    """The whole list."""

    rows: tuple[Row, ...] = field(repr=False)
    unknown_headings: tuple[str, ...] = ()

    def of(self, fate: Fate) -> list[Row]:
        """The rows with that fate, in their order."""
        return [row for row in self.rows if row.fate is fate]

    @property
    def counts(self) -> dict[str, int]:
        """How many rows have which fate."""
        return {fate.value: len(self.of(fate)) for fate in Fate}

    @property
    def reasons(self) -> dict[int, str]:
        """Row number -> what is wrong, for the file that is given back."""
        return {row.number: row.why() for row in self.of(Fate.REFUSED)}


def check(sheet: Sheet, known: Known) -> Checked:
    """Hold a list against the register.

    Raises:
        BadFile: no column is a camera's code, or a column stands twice.
    """
    meant = _meant(sheet)
    given = [{name: cell for name, cell in zip(meant, row, strict=True) if name} for row in sheet.rows]
    rows_of = _rows_by_code(given, sheet.numbers)
    kinds = dict(known.owner_kinds)
    rows = tuple(_row(number, cells, known, rows_of, kinds) for number, cells in zip(sheet.numbers, given, strict=True))
    odd = tuple(heading for heading, name in zip(sheet.headings, meant, strict=True) if name is None and heading not in {"", REASON})
    return Checked(rows, odd)


def codes_in(sheet: Sheet) -> list[str]:
    """Every code that a list names and that can be one: what must be looked up before the list is checked.

    Raises:
        BadFile: as ``check``.
    """
    where = _meant(sheet).index("code")
    return sorted(filter(DEVICE_CODE.fullmatch, {_code({"code": row[where]}) for row in sheet.rows}))


def _meant(sheet: Sheet) -> list[str | None]:
    """The column that each heading means."""
    meant = [column_of(heading) for heading in sheet.headings]
    twice = {name for name in meant if name and meant.count(name) > 1}
    if twice:
        names = ", ".join(sorted(twice))
        raise BadFile("These columns stand twice: {names}", "มีคอลัมน์ซ้ำ: {names}", names=names)
    if "code" not in meant:
        raise BadFile("No column is headed “code”; take the template.", "ไม่มีคอลัมน์ “รหัสกล้อง” กรุณาใช้แบบฟอร์มของระบบ")
    return meant


def _rows_by_code(given: list[dict[str, Cell]], numbers: tuple[int, ...]) -> dict[str, list[int]]:
    rows_of: dict[str, list[int]] = defaultdict(list)
    for number, cells in zip(numbers, given, strict=True):
        rows_of[_code(cells)].append(number)
    return rows_of


def _code(cells: Mapping[str, Cell]) -> str:
    text = text_of(cells.get("code"))
    try:
        return str(COLUMNS["code"].read(text))
    except ValueError:
        return text


def _row(number: int, cells: dict[str, Cell], known: Known, rows_of: Mapping[str, list[int]], kinds: dict[str, str]) -> Row:
    code = _code(cells)
    before = known.entries.get(code)
    entry, reasons = read_entry(cells, before)
    others = [str(other) for other in rows_of[code] if other != number] if code else []
    if others:
        listed = ", ".join(others[:5])
        reasons = (*reasons, Reason("code", code, f"ซ้ำกับแถว {listed}", f"stands also in row {listed}"))
    if code in known.elsewhere:
        reasons = (*reasons, Reason("code", code, "เป็นรหัสของสถานีอื่น", "belongs to another station"))
    if code in known.retired:
        reasons = (*reasons, Reason("code", code, "เลิกใช้แล้ว กล้องใหม่ต้องมีรหัสใหม่", "was retired; a new camera needs a new code"))
    if entry is not None and not reasons:
        entry, reasons = with_owner(entry, before, kinds)
    if reasons or entry is None:
        return Row(number, code[:40], Fate.REFUSED, None, reasons)
    if before is None:
        return Row(number, code, Fate.NEW, entry)
    differs = tuple(name for name in COLUMNS if getattr(entry, name) != getattr(before, name))
    return Row(number, code, Fate.CHANGED if differs else Fate.SAME, entry, differs=differs)


def with_owner(
    entry: Entry, before: Entry | None, kinds: dict[str, str], *, by_owner: bool = False
) -> tuple[Entry, tuple[Reason, ...]]:
    """The entry with its owner's kind, and what a private owner alone may decide.

    ``kinds`` learns the owners that are new in this list, so that two rows cannot call one owner by two kinds.
    """
    name, kind = entry.owner, kinds.get(entry.owner)
    kept = before is not None and before.owner != name and entry.owner_kind == before.owner_kind  # the kind of the owner before
    if kind is not None and entry.owner_kind not in {"", kind} and not kept:
        return entry, (Reason("owner_kind", entry.owner_kind, f"{name} เป็น {kind} อยู่แล้ว", f"{name} is entered as {kind}"),)
    entry = replace(entry, owner_kind=kind or entry.owner_kind or "private")
    kinds.setdefault(name, entry.owner_kind)
    if before is None or before.owner_kind not in rules.PRIVATE_KINDS or by_owner:
        return entry, ()
    if entry.owner != before.owner:
        return entry, (Reason("owner", name, f"กล้องนี้เป็นของ {before.owner}", f"this camera belongs to {before.owner}"),)
    if rules.widens(before.tier, entry.tier, radius_before=before.live_radius_m, radius_after=entry.live_radius_m):
        return entry, (Reason("tier", entry.tier, rules.OnlyTheOwner.th, rules.OnlyTheOwner.en),)
    return entry, ()

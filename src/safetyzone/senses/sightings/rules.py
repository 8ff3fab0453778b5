"""Is this read on a list, may we look today, and must a human look first? Pure: no database, no clock.

There is no answer that sends anybody: what resembles an entry is looked at by a person first, however sure the reader was.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from math import isclose

from safetyzone.contracts.vision import PlateReading, PlateSaid

Confused = Callable[[str, str], float]
"""How different two signs look to the reader: 0 the same, 1 never confused."""

MOST_DIFFERENT = 0.6
"""One sign that the reader often confuses; two such, or one that it never does, are another vehicle."""
MISSING_SIGN = 0.9
"""A sign that was not seen, or seen where none is: rarer than one sign taken for another."""
SURE_OF_PROVINCE = 0.6
"""From so sure on, another province is another vehicle."""
LEAST_ALTERNATIVE = 0.05
"""What the reader thought less likely than this is no reading."""


class Look(StrEnum):
    """What follows. Nothing here sends a patrol."""

    NOT_LISTED = "not_listed"
    NOT_TODAY = "not_today"
    DOUBTFUL = "doubtful"
    HUMAN_FIRST = "human_first"


class Province(StrEnum):
    """How the second line of the plate compares."""

    SAME = "same"
    DIFFERENT = "different"
    NOT_READ = "not_read"


@dataclass(frozen=True, slots=True)
class Difference:
    """One place at which two plates differ; an empty sign: there is none at that place."""

    read: str = field(repr=False)
    listed: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a reading resembles a listed plate. ``signs`` runs over both, place by place, for a card that shows them one above the other."""

    cost: float
    edits: int
    signs: tuple[Difference, ...] = field(repr=False)
    province: Province
    sure: float
    alternative: bool
    """It is not what was read, but what it may also have been."""


@dataclass(frozen=True, slots=True)
class Window:
    """When a list may be looked at: half open, and not while it is switched off."""

    from_at: datetime
    to_at: datetime
    off: bool = False

    def holds(self, at: datetime) -> bool:
        """Whether one may look at that moment."""
        return self.from_at <= at < self.to_at and not self.off


def compare(read: str, listed: str, confused: Confused) -> tuple[float, int, tuple[Difference, ...]]:
    """Least cost to take one for the other, how many places differ, and the two aligned place by place (Wagner and Fischer, 1974)."""
    rows = [[j * MISSING_SIGN for j in range(len(listed) + 1)]]
    for i, sign in enumerate(read, start=1):
        row = [i * MISSING_SIGN]
        for j, other in enumerate(listed, start=1):
            same = rows[-1][j - 1] + (0.0 if sign == other else confused(sign, other))
            row.append(min(same, rows[-1][j] + MISSING_SIGN, row[-1] + MISSING_SIGN))
        rows.append(row)
    aligned = tuple(_aligned(rows, read, listed, confused))
    return rows[-1][-1], sum(one.read != one.listed for one in aligned), aligned


def _aligned(rows: Sequence[Sequence[float]], read: str, listed: str, confused: Confused) -> Iterable[Difference]:
    """The way back through the table."""
    found, i, j = [], len(read), len(listed)
    while i or j:
        step = (0.0 if read[i - 1] == listed[j - 1] else confused(read[i - 1], listed[j - 1])) if i and j else 0.0
        if i and j and isclose(rows[i][j], rows[i - 1][j - 1] + step):
            i, j = i - 1, j - 1
            found.append(Difference(read[i], listed[j]))
        elif i and (not j or isclose(rows[i][j], rows[i - 1][j] + MISSING_SIGN)):
            i -= 1
            found.append(Difference(read[i], ""))
        else:
            j -= 1
            found.append(Difference("", listed[j]))
    return reversed(found)


def could_be(read: str, listed: str) -> bool:
    """A quick no for almost every pair: more than one sign apart cannot cost so little."""
    if abs(len(read) - len(listed)) > 1:
        return False
    return len(read) != len(listed) or sum(a != b for a, b in zip(read, listed, strict=True)) <= 2  # noqa: PLR2004


def province_of(read: PlateSaid, listed: PlateSaid) -> Province:
    """How the second lines compare; an entry without a province is not compared by it."""
    if not read.province or not listed.province:
        return Province.NOT_READ
    return Province.SAME if read.province == listed.province else Province.DIFFERENT


def likeness(reading: PlateReading, listed: PlateSaid, confused: Confused) -> Likeness | None:
    """How a reading, or what it may also have been, resembles a listed plate; None: it does not.

    What was read counts first. Where only an alternative resembles the entry, the signs are still those that were read: a card that
    showed the alternative in their place would show a match where the reader saw none.
    """
    wanted = listed.series + listed.number
    signs = reading.plate.series + reading.plate.number
    province = province_of(reading.plate, listed)
    other_province = province is Province.DIFFERENT and reading.fields.province >= SURE_OF_PROVINCE
    if not any(could_be(one.series + one.number, wanted) for one in (reading.plate, *(other.plate for other in reading.alternatives))):
        return None
    cost, edits, aligned = compare(signs, wanted, confused)
    if cost <= MOST_DIFFERENT and not other_province:
        return Likeness(cost, edits, aligned, province, reading.sure, alternative=False)
    also = [
        (compare(other.plate.series + other.plate.number, wanted, confused)[0], -other.sure)
        for other in reading.alternatives
        if other.sure >= LEAST_ALTERNATIVE and province_of(other.plate, listed) is not Province.DIFFERENT
    ]
    also_costs, unsure = min(also, default=(MOST_DIFFERENT + 1, 0.0))
    return Likeness(also_costs, edits, aligned, province, -unsure, alternative=True) if also_costs <= MOST_DIFFERENT else None


def look(reading: PlateReading, listed: PlateSaid, window: Window, confused: Confused, *, at: datetime) -> tuple[Look, Likeness | None]:
    """What follows from a reading, for one listed plate.

    A reading that the reader itself does not stand by is kept as doubtful and never becomes a hit by itself.
    """
    if not window.holds(at):
        return Look.NOT_TODAY, None
    found = likeness(reading, listed, confused)
    if found is None:
        return Look.NOT_LISTED, None
    return (Look.HUMAN_FIRST, found) if reading.accepted else (Look.DOUBTFUL, found)

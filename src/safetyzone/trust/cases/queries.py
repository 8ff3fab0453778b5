"""What other rooms may ask about cases. Frozen answers, never models."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from safetyzone.kernel.refusals import Refused
from safetyzone.trust.cases import rules
from safetyzone.trust.cases.models import Case, CaseOfficer


class NoOpenCase(Refused):
    code = "no_open_case"
    th = "ไม่มีคดีเลขนี้ที่เปิดอยู่ของหน่วยท่าน"
    en = "Your unit has no open case of that number."


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case at the moment asked about. ``assigned``: the officer who asked works on it; who does not is looked at by the reviewers."""

    case_id: int
    number: str
    unit: str
    offence: str
    opened_at: datetime
    closed_at: datetime | None
    officers: tuple[str, ...] = ()
    assigned: bool = False

    @property
    def offence_th(self) -> str:
        """The class of offence in Thai."""
        return rules.OFFENCES[self.offence][0]

    @property
    def offence_en(self) -> str:
        """The class of offence in English."""
        return rules.OFFENCES[self.offence][1]


def open_case(number: str, unit: str, officer: str, at: datetime) -> CaseView | None:
    """The unit's case of that number if it is open at that moment; None: not open, not the unit's, or no such case."""
    try:
        kept = rules.number(number)
    except rules.NotACaseNumber:
        return None
    found = Case.objects.filter(_open_at(at), unit=unit, number=kept).first()
    return _view(found, officer, at) if found else None


def must_open_case(number: str, unit: str, officer: str, at: datetime) -> CaseView:
    """The same, for those who go no further without one.

    Raises:
        NoOpenCase: there is none.
    """
    found = open_case(number, unit, officer, at)
    if found is None:
        raise NoOpenCase
    return found


def case(case_id: int, *, officer: str = "", at: datetime) -> CaseView | None:
    """A case by its row, open or not."""
    found = Case.objects.filter(pk=case_id).first()
    return _view(found, officer, at) if found else None


def is_open(case_id: int, at: datetime) -> bool:
    """Whether it is open at that moment."""
    return Case.objects.filter(_open_at(at), pk=case_id).exists()


def open_ids(at: datetime) -> frozenset[int]:
    """Every case that is open at that moment, by its row: for whoever must leave out what hangs on a closed one."""
    return frozenset(Case.objects.filter(_open_at(at)).values_list("pk", flat=True))


def cases(unit: str, *, officer: str = "", at: datetime, closed: bool = False, most: int = 200) -> list[CaseView]:
    """The unit's cases, the latest first; with ``closed`` also those that are over."""
    found = Case.objects.filter(Q() if closed else _open_at(at), unit=unit).order_by("-opened_at", "-id")[:most]
    return [_view(one, officer, at) for one in found]


def _open_at(at: datetime) -> Q:
    return Q(opened_at__lte=at) & (Q(closed_at=None) | Q(closed_at__gt=at))


def _view(found: Case, officer: str, at: datetime) -> CaseView:
    here = CaseOfficer.objects.filter(Q(until=None) | Q(until__gt=at), case=found, since__lte=at)
    names = tuple(sorted(here.values_list("officer", flat=True)))
    return CaseView(found.pk, found.number, found.unit, found.offence, found.opened_at, found.closed_at, names, officer in names)

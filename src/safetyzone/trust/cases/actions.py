"""Opening, assigning and closing cases. Who may is asked by the page that calls: this room lies below the officers' own."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.trust.audit.actions import Act, record
from safetyzone.trust.cases import rules
from safetyzone.trust.cases.models import Case, CaseOfficer


@transaction.atomic
def open_case(*, number: str, unit: str, offence: str, officers: Iterable[str], by: str, at: datetime) -> int:
    """Enter a case; returns its row.

    Raises:
        NotACaseNumber, NoSuchOffence: see ``rules``. AlreadyOpen: the unit has an open one of that number.
    """
    kept, assigned = rules.number(number), sorted({one.strip() for one in officers if one.strip()} or {by})
    if Case.objects.filter(unit=unit, number=kept, closed_at=None).exists():
        raise rules.AlreadyOpen
    case = Case.objects.create(number=kept, unit=unit, offence=rules.offence(offence), opened_at=at, opened_by=by)
    CaseOfficer.objects.bulk_create(CaseOfficer(case=case, officer=officer, since=at, by=by) for officer in assigned)
    record(_act(case, "case.opened", by=by, at=at, facts={"number": kept, "offence": offence, "officers": assigned}))
    return case.pk


@transaction.atomic
def assign(*, case_id: int, officer: str, why: str, by: str, at: datetime) -> None:
    """One more officer works on it from now on."""
    case, words = _open(case_id, at), rules.reason(why)
    if not officer.strip():
        raise NotFound
    CaseOfficer.objects.get_or_create(case=case, officer=officer.strip(), until=None, defaults={"since": at, "by": by})
    record(_act(case, "case.assigned", by=by, at=at, why=words, facts={"officer": officer.strip()}))


@transaction.atomic
def release(*, case_id: int, officer: str, why: str, by: str, at: datetime) -> None:
    """An officer works on it no longer."""
    case, words = _open(case_id, at), rules.reason(why)
    if not CaseOfficer.objects.filter(case=case, officer=officer, until=None).update(until=at):
        raise NotFound
    record(_act(case, "case.released", by=by, at=at, why=words, facts={"officer": officer}))


@transaction.atomic
def close(*, case_id: int, why: str, by: str, at: datetime) -> None:
    """The case is over: from this instant nothing may be looked up or listed for it."""
    case = _open(case_id, at)
    case.closed_at, case.closed_by, case.closed_why = at, by, rules.reason(why)
    case.save(update_fields=["closed_at", "closed_by", "closed_why"])
    CaseOfficer.objects.filter(case=case, until=None).update(until=at)
    record(_act(case, "case.closed", by=by, at=at, why=case.closed_why))


def _open(case_id: int, at: datetime) -> Case:
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise NotFound
    if not rules.is_open(case.opened_at, case.closed_at, at=at):
        raise OutOfOrder
    return case


def _act(case: Case, action: str, *, by: str, at: datetime, why: str = "", facts: dict[str, object] | None = None) -> Act:
    return Act(actor=by, action=action, object=f"case:{case.pk}", station=case.unit, at=at, why=why, facts=facts or {})

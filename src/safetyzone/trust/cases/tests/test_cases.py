"""A case is open from one moment to another, for one unit; nothing else counts as a case."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.cases import actions, queries, rules
from safetyzone.trust.cases.models import Case

AT = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
A_MINUTE = timedelta(minutes=1)
pytestmark = pytest.mark.django_db


def opened(number="412/2569", unit="lumphini", officers=("somsri",)):
    return actions.open_case(number=number, unit=unit, offence="vehicle_theft", officers=officers, by="chief", at=AT)


def test_an_open_case_of_the_unit_is_found_and_says_whose_it_is():
    opened()
    found = queries.open_case("412/2569", "lumphini", "somsri", AT)
    assert (found.number, found.officers, found.assigned) == ("412/2569", ("somsri",), True)
    assert queries.open_case("412/2569", "lumphini", "somchai", AT).assigned is False


@pytest.mark.parametrize("words", ["๔๑๒/๒๕๖๙", " 412 / 2569 ", "412/2569"])
def test_a_number_is_one_however_it_is_written(words):
    opened()
    assert queries.open_case(words, "lumphini", "somsri", AT) is not None


@pytest.mark.parametrize("words", ["", "  ", "ทดสอบ", "412/2569; DROP", "1" * 41, "<b>4</b>"])
def test_what_is_no_number_opens_nothing(words):
    with pytest.raises(rules.NotACaseNumber):
        opened(number=words)
    assert queries.open_case(words, "lumphini", "somsri", AT) is None


def test_another_units_case_is_none():
    opened()
    assert queries.open_case("412/2569", "pattaya", "somsri", AT) is None
    with pytest.raises(queries.NoOpenCase):
        queries.must_open_case("412/2569", "pattaya", "somsri", AT)


def test_a_case_is_open_from_its_opening_until_the_instant_of_its_closing():
    case, end = opened(), AT + timedelta(hours=3)
    actions.close(case_id=case, why="ส่งอัยการแล้ว", by="chief", at=end)
    asked = [queries.open_case("412/2569", "lumphini", "somsri", at) is not None for at in (AT - A_MINUTE, AT, end - A_MINUTE, end)]
    assert asked == [False, True, True, False]
    assert [queries.is_open(case, at) for at in (AT, end)] == [True, False]
    assert [case in queries.open_ids(at) for at in (AT, end)] == [True, False]


def test_a_closed_case_takes_nobody_and_is_not_closed_twice():
    case = opened()
    actions.close(case_id=case, why="ยุติ", by="chief", at=AT + A_MINUTE)
    with pytest.raises(OutOfOrder):
        actions.close(case_id=case, why="อีกครั้ง", by="chief", at=AT + 2 * A_MINUTE)
    with pytest.raises(OutOfOrder):
        actions.assign(case_id=case, officer="somchai", why="ช่วย", by="chief", at=AT + 2 * A_MINUTE)


def test_officers_come_and_go_with_a_reason():
    case = opened()
    actions.assign(case_id=case, officer="somchai", why="ช่วยสืบ", by="chief", at=AT + A_MINUTE)
    actions.release(case_id=case, officer="somsri", why="ย้าย", by="chief", at=AT + 2 * A_MINUTE)
    assert queries.case(case, at=AT + 2 * A_MINUTE).officers == ("somchai",)
    assert queries.case(case, at=AT + A_MINUTE).officers == ("somchai", "somsri")
    with pytest.raises(NotFound):
        actions.release(case_id=case, officer="nobody", why="ย้าย", by="chief", at=AT + 2 * A_MINUTE)
    with pytest.raises(rules.SaysNoReason):
        actions.assign(case_id=case, officer="x", why=" ", by="chief", at=AT + 2 * A_MINUTE)
    assert [act.action for act in acts_on(f"case:{case}")] == ["case.opened", "case.assigned", "case.released"]


def test_a_unit_has_one_open_case_of_a_number_and_another_unit_may_have_its_own():
    opened()
    opened(unit="pattaya")
    with pytest.raises(rules.AlreadyOpen):
        opened()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(number="412/2569", unit="lumphini", offence="theft", opened_at=AT, opened_by="x")


@pytest.mark.parametrize(
    "wrong", [{"offence": "suspicious_person"}, {"unit": ""}, {"opened_by": ""}, {"closed_at": AT + A_MINUTE}, {"closed_by": "x"}]
)
def test_the_database_takes_no_case_that_is_none(wrong):
    row = {"number": "7/2569", "unit": "lumphini", "offence": "theft", "opened_at": AT, "opened_by": "x"} | wrong
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(**row)


def test_there_is_no_class_for_people_who_merely_look_suspicious():
    with pytest.raises(rules.NoSuchOffence):
        actions.open_case(number="9/2569", unit="lumphini", offence="suspicious_person", officers=(), by="chief", at=AT)

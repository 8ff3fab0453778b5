"""Who may search, for what, how wide; and what is found."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from safetyzone.contracts.laws import LAWS
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.senses.sightings import finding, search_actions
from safetyzone.senses.sightings.history_actions import AnotherMustApprove
from safetyzone.senses.sightings.models import Search
from safetyzone.senses.sightings.search_actions import Ask
from safetyzone.senses.sightings.search_rules import (
    BadHours,
    LawDoesNotFit,
    NotALook,
    NotAPlate,
    SayLaw,
    SayMore,
    SayPurpose,
    Sought,
    TooOld,
    looks_like,
    sought,
    without_one,
)
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.sightings.tests.conftest import read
from safetyzone.senses.watchlists.list_queries import bases
from safetyzone.senses.watchlists.tests.town import AT, DAY, OTHER, SOON, Town, person
from safetyzone.trust.audit.queries import acts_on
from safetyzone.trust.cases import actions as cases
from safetyzone.trust.cases.queries import NoOpenCase

pytestmark = pytest.mark.django_db
LATER = SOON + timedelta(hours=1)
NUMBERS = itertools.count()


@pytest.fixture
def asked(town: Town, history_on: Callable[..., int]) -> Ask:
    """Four plates passed; somebody asks for one."""
    history_on()
    history_on("C2")
    passed = [("6กพ", "7414", "C1"), ("6กพ", "7411", "C2"), ("6กฟ", "7414", "C1"), ("1ขข", "9", "C2")]
    take([read(series, number, camera=camera, at=SOON) for series, number, camera in passed], by=SYSTEM, at=SOON)
    return Ask("lumphini", "stolen", "inquiry", town.case, "ลักรถหน้าตลาดเมื่อเที่ยง", sought("6กพ 7414"), AT, LATER)


def searcher(name: str = "asks2", home: str = "lumphini"):
    return person(name, home, may="search_sightings")


def found(asked: Ask, **more) -> list[tuple[str, str]]:
    by = searcher(f"s{next(NUMBERS)}")
    return [(one.text, one.camera) for one in search_actions.ask(replace(asked, **more), by=by, at=LATER).found]


def test_exactly_this_plate(asked: Ask) -> None:
    assert found(asked) == [("6กพ7414", "C1")]
    assert found(asked, what=sought("6กพ7414", "ชลบุรี")) == []
    assert found(asked, cameras=("C2",)) == []


def test_a_vehicle_of_which_nobody_saw_the_plate_is_found_by_its_look(asked: Ask) -> None:
    take([read("2กก", "11", camera="C1", at=SOON, vehicle="car", colour="red")], by=SYSTEM, at=SOON)
    take([read("2กก", "12", camera="C2", at=SOON, vehicle="motorcycle", colour="red")], by=SYSTEM, at=SOON)
    assert found(asked, what=Sought(paint="red", kind="car")) == [("2กก11", "C1")]
    assert {text for text, _ in found(asked, what=Sought(paint="red"))} == {"2กก11", "2กก12"}
    assert found(asked, what=Sought(paint="red"), cameras=("C2",)) == [("2กก12", "C2")]
    assert found(asked, what=Sought("2กก11", paint="blue")) == []
    assert looks_like("", "") == ("", "")
    for kind, paint in (("tank", ""), ("", "beige")):
        with pytest.raises(NotALook):
            looks_like(kind, paint)


def test_near_by_what_the_reader_confuses_nearest_first(asked: Ask) -> None:
    answers = found(asked, what=sought("6กพ7414", near=True))
    assert [text for text, _ in answers] == ["6กพ7414", "6กฟ7414", "6กพ7411"]


def test_a_sign_that_nobody_saw(asked: Ask) -> None:
    assert {text for text, _ in found(asked, what=sought("6ก?741?"))} == {"6กพ7414", "6กพ7411", "6กฟ7414"}
    assert len(found(asked, what=sought(""))) == 4


@pytest.mark.parametrize(
    ("typed", "fits"),
    [
        ("?กพ7414", {"6กพ7414"}),
        ("6ก?7414", {"6กพ7414", "6กฟ7414"}),
        ("6กพ741?", {"6กพ7414", "6กพ7411"}),
        ("6กพ741?4", set()),
        ("6กพ?414", {"6กพ7414"}),
    ],
)
def test_a_gap_is_one_sign_wherever_it_is_and_never_none(asked: Ask, typed: str, fits: set[str]) -> None:
    assert {text for text, _ in found(asked, what=sought(typed))} == fits


def test_where_more_passed_than_is_shown_the_nearest_are_kept_and_not_the_latest(asked: Ask) -> None:
    take([read("6กพ", "7411", camera="C2", at=SOON + timedelta(seconds=n)) for n in range(1, 6)], by=SYSTEM, at=SOON + timedelta(minutes=1))
    kept = finding.find(sought("6กพ7414", near=True), ["C1", "C2"], AT, LATER, at=LATER, most=3)
    assert [one.text for one in kept] == ["6กพ7414", "6กฟ7414", "6กพ7411"]
    assert kept[2].at == SOON + timedelta(seconds=5)
    assert kept[0].cost == 0 < kept[1].cost < kept[2].cost


@pytest.mark.parametrize("typed", ["???7414", "6กพ", "hello", "6กพ74145", "?", "'; DROP TABLE x"])
def test_what_is_no_plate_is_refused(typed: str) -> None:
    with pytest.raises(NotAPlate):
        sought(typed)


def test_without_an_open_case_of_ones_own_unit_nothing_is_looked_at(asked: Ask, town: Town) -> None:
    for wrong in (replace(asked, case="999/2569"), replace(asked, case="")):
        with pytest.raises(NoOpenCase):
            search_actions.ask(wrong, by=searcher(f"w{len(wrong.case)}"), at=LATER)
    with pytest.raises(NoOpenCase):
        search_actions.ask(asked, by=searcher("elsewhere", OTHER), at=LATER)
    by = searcher("mine")
    cases.close(case_id=town.case_id, why="ฟ้องแล้ว", by="asks", at=LATER)
    with pytest.raises(NoOpenCase):
        search_actions.ask(asked, by=by, at=LATER + timedelta(seconds=1))
    assert not Search.objects.exists()


def test_purpose_law_words_and_hours_are_needed(asked: Ask) -> None:
    by = searcher()
    for wrong, no in (
        (replace(asked, words="คดี"), SayMore), (replace(asked, to_at=AT), BadHours), (replace(asked, to_at=LATER + DAY), BadHours),
        (replace(asked, from_at=AT - 9 * DAY), BadHours), (replace(asked, purpose="curious"), SayPurpose),
        (replace(asked, law=""), SayLaw), (replace(asked, law="habit"), SayLaw), (replace(asked, law="warrant"), LawDoesNotFit),
    ):  # fmt: skip
        with pytest.raises(no):
            search_actions.ask(wrong, by=by, at=LATER)
    with pytest.raises(NotFound):
        search_actions.ask(asked, by=person("nobody", may="see_room"), at=LATER)
    assert not Search.objects.exists()


def test_the_law_is_in_the_record_of_the_look_and_the_table_takes_no_search_without_one_that_fits(asked: Ask) -> None:
    answer = search_actions.ask(asked, by=searcher(), at=LATER)
    assert [act.facts["law"] for act in acts_on(f"search:{answer.search}")] == ["inquiry"]
    for wrong in ("", "warrant", "habit"):
        with pytest.raises(DatabaseError), transaction.atomic():
            Search.objects.filter(pk=answer.search).update(law=wrong)
    Search.objects.filter(pk=answer.search).update(law="court_order")


def test_a_search_from_before_laws_were_asked_is_asked_anew(asked: Ask, town: Town) -> None:
    by = searcher()
    made = search_actions.ask(replace(asked, from_at=AT - 2 * DAY), by=by, at=LATER).search
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE sightings_search DROP CONSTRAINT a_search_names_a_law_that_fits")
        cursor.execute("UPDATE sightings_search SET law = '' WHERE id = %s", [made])
    for look in (lambda: search_actions.approve(made, by=town.approves, at=LATER), lambda: search_actions.answer(made, by=by, at=LATER)):
        with pytest.raises(TooOld):
            look()


def test_a_wide_search_waits_for_a_second_officer_and_the_table_knows_it(asked: Ask, town: Town) -> None:
    by, wide = searcher(), replace(asked, from_at=AT - 2 * DAY)
    waiting = search_actions.ask(wide, by=by, at=LATER)
    assert waiting.waits
    assert waiting.found == ()
    assert search_actions.answer(waiting.search, by=by, at=LATER).waits
    with pytest.raises(DatabaseError), transaction.atomic():
        Search.objects.filter(pk=waiting.search).update(answered_at=LATER)
    with pytest.raises(NotYours):
        search_actions.approve(waiting.search, by=by, at=LATER)
    both = person("both", may="search_sightings approve_lists")
    with pytest.raises(AnotherMustApprove):
        search_actions.approve(search_actions.ask(wide, by=both, at=LATER).search, by=both, at=LATER)
    search_actions.approve(waiting.search, by=town.approves, at=LATER)
    assert [one.text for one in search_actions.answer(waiting.search, by=by, at=LATER).found] == ["6กพ7414"]
    with pytest.raises(NotFound):
        search_actions.answer(waiting.search, by=searcher("another"), at=LATER)


def test_each_look_is_on_record_and_the_record_of_searches_shows_no_plate(asked: Ask) -> None:
    by = searcher()
    answer = search_actions.ask(asked, by=by, at=LATER)
    search_actions.answer(answer.search, by=by, at=LATER)
    assert [one.action for one in acts_on(f"search:{answer.search}")] == ["search.answered", "search.answered"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT s::text FROM sightings_search s WHERE id = %s", [answer.search])
        assert "7414" not in cursor.fetchone()[0]
    assert "7414" not in repr(answer)


def test_a_second_look_reaches_no_further_than_the_first_and_not_for_ever(asked: Ask) -> None:
    by = searcher()
    first = search_actions.ask(replace(asked, what=sought(""), cameras=("C2",)), by=by, at=LATER)
    again = search_actions.answer(first.search, by=by, at=LATER + timedelta(hours=1))
    assert {one.camera for one in first.found} == {one.camera for one in again.found} == {"C2"}
    with pytest.raises(TooOld):
        search_actions.answer(first.search, by=by, at=LATER + timedelta(hours=13))


def test_what_two_plates_that_differ_by_one_sign_have_in_common() -> None:
    assert without_one("6กพ7414") & without_one("6กฟ7414")
    assert without_one("6กพ7414") & without_one("6กพ741")
    assert not without_one("6กพ7414") & without_one("6ขฟ7414")


def test_lists_and_searches_stand_on_the_same_laws(town: Town) -> None:
    first = [one for one in bases(at=AT) if one.law_th != "กฎหมายทดสอบ"]
    assert len(first) == 7
    for basis in first:
        assert [law for law, said in LAWS.items() if basis.law_th.startswith(said.th) and basis.law_en.startswith(said.en)], basis.law_en

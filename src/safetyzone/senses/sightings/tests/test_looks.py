"""What a vehicle looked like stays with its passage: in the record, in what a case holds, in the search and in the log of who searched."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection

from safetyzone.contracts.vision import KINDS, Paint
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.senses.sightings import asking, retention_actions, search_actions, terms
from safetyzone.senses.sightings.search_actions import Ask
from safetyzone.senses.sightings.search_rules import Sought
from safetyzone.senses.sightings.take_actions import take
from safetyzone.senses.sightings.tests.conftest import read
from safetyzone.senses.watchlists.tests.town import AT, SOON, Town, person
from safetyzone.trust.audit.queries import acts_on

pytestmark = pytest.mark.django_db
LATER = SOON + timedelta(hours=1)


@pytest.fixture
def passed(town: Town, history_on: Callable[..., int]) -> Town:
    """A red car, and what a camera calls a tank."""
    history_on()
    take([read("2กก", "11", at=SOON, vehicle="car", colour="red"), read("2กก", "12", at=SOON, vehicle="tank")], by=SYSTEM, at=SOON)
    return town


def test_what_a_case_holds_keeps_kind_and_paint_and_a_kind_nobody_knows_is_none(passed: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id::text FROM sightings_sighting")
        ids = [number for (number,) in cursor.fetchall()]
        assert retention_actions.hold(case_id=7, station="lumphini", ids=ids, by=SYSTEM, at=LATER) == len(ids) == 2
        cursor.execute("SELECT kind, paint, case_id FROM sightings_held ORDER BY kind")
        assert cursor.fetchall() == [("", "", 7), ("car", "red", 7)]


def test_a_search_opened_again_still_seeks_the_same_look_and_the_log_names_it(passed: Town) -> None:
    who, what = person("looks", "lumphini", may="search_sightings"), Sought(kind="car", paint="red")
    first = search_actions.ask(Ask("lumphini", "stolen", "inquiry", passed.case, "หนีจากหน้าตลาด", what, AT, LATER), by=who, at=LATER)
    again = search_actions.answer(first.search, by=who, at=LATER)
    assert again.what == what
    assert [one.text for one in again.found] == ["2กก11"]
    acts = list(acts_on(f"search:{first.search}"))
    assert len(acts) == 2
    assert all((act.facts["kind"], act.facts["paint"]) == ("car", "red") for act in acts)


def test_every_kind_and_paint_has_words_and_others_are_refused_beside_their_field() -> None:
    assert (set(terms.VEHICLE), set(terms.PAINT)) == (set(KINDS), set(Paint))
    assert terms.looks("", "") == ("", "")
    assert "kind" in asking.asked({"paint": "mauve"}, "lumphini", LATER)[1]

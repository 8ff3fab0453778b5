"""Is this read on a list, may we look today, must a human look first?"""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.contracts.vision import Alternative, FieldsSure, PlateReading, PlateSaid
from safetyzone.senses.sightings import rules
from safetyzone.senses.sightings.rules import Difference, Look, Province, Window

AT = datetime(2026, 11, 23, 14, 4, tzinfo=UTC)
TODAY = Window(AT - timedelta(hours=9), AT + timedelta(days=1))
BKK = "กรุงเทพมหานคร"


def confused(one: str, other: str) -> float:
    """ก ถ ภ are taken for each other, and 6 for 8; all else never."""
    return 0.3 if {one, other} <= set("กถภ") or {one, other} <= set("68") else 1.0


def said(series="6กพ", number="7414", province=BKK):
    return PlateSaid(series=series, number=number, province=province, vehicle_class="car")


def reading(plate=None, *, accepted=True, others=(), province_sure=0.95):
    return PlateReading(
        id=uuid4(), camera="C1", at_ms=1, first_ms=0, last_ms=2, track="t", plate=plate or said(), sure=0.97, accepted=accepted,
        fields=FieldsSure(series=0.98, number=0.99, province=province_sure), frames=5, box=(0, 0, 10, 5),
        alternatives=tuple(Alternative(plate=p, sure=sure) for p, sure in others),
    )  # fmt: skip


LISTED = said()


def test_the_same_plate_is_looked_at_by_a_human_first():
    verdict, found = rules.look(reading(), LISTED, TODAY, confused, at=AT)
    assert (verdict, found.cost, found.edits, found.province) == (Look.HUMAN_FIRST, 0, 0, Province.SAME)


def test_there_is_no_answer_that_sends_anybody():
    assert {look.value for look in Look} == {"not_listed", "not_today", "doubtful", "human_first"}


@pytest.mark.parametrize(
    ("plate", "edits"),
    [(said("6ถพ"), 1), (said(number="7414"), 0), (said("8กพ"), 1), (said("8ถพ"), 2)],
)
def test_what_the_reader_confuses_still_resembles_and_says_where(plate, edits):
    found = rules.likeness(reading(plate), LISTED, confused)
    assert found.edits == edits
    assert [one.listed for one in found.signs] == list("6กพ7414")
    assert [one.read for one in found.signs] == list(plate.series + plate.number)


@pytest.mark.parametrize("plate", [said("6กม"), said(number="7415"), said("6ถภ"), said(number="741"), said("กพ"), said("8ถม")])
def test_another_plate_is_another_plate(plate):
    assert rules.look(reading(plate), LISTED, TODAY, confused, at=AT) == (Look.NOT_LISTED, None)


def test_another_province_is_another_vehicle_when_it_was_read_well():
    assert rules.likeness(reading(said(province="ชลบุรี")), LISTED, confused) is None
    doubtful = rules.likeness(reading(said(province="ชลบุรี"), province_sure=0.4), LISTED, confused)
    assert doubtful.province is Province.DIFFERENT
    assert rules.likeness(reading(said(province="")), LISTED, confused).province is Province.NOT_READ


def test_what_it_may_also_have_been_counts_and_is_said_to_be_that():
    other = reading(said("9ขบ"), others=[(said(), 0.2), (said("6ถพ"), 0.3)])
    found = rules.likeness(other, LISTED, confused)
    assert (found.alternative, found.cost, found.sure) == (True, 0, 0.2)
    assert [one.read for one in found.signs if one.read] == list("9ขบ7414"), "what was read is shown as it was read"
    assert found.edits == 3
    assert rules.likeness(reading(said("9ขบ"), others=[(said(), 0.01)]), LISTED, confused) is None
    assert rules.likeness(reading(said("9ขบ"), others=[(said(province="ชลบุรี"), 0.4)]), LISTED, confused) is None
    assert not rules.likeness(reading(said("6ถพ"), others=[(said(), 0.3)]), LISTED, confused).alternative


def test_a_doubtful_reading_never_hits_by_itself():
    assert rules.look(reading(accepted=False), LISTED, TODAY, confused, at=AT)[0] is Look.DOUBTFUL


@pytest.mark.parametrize(
    ("window", "may"),
    [
        (Window(AT, AT + timedelta(seconds=1)), True),
        (Window(AT - timedelta(seconds=1), AT), False),
        (Window(AT + timedelta(seconds=1), AT + timedelta(seconds=2)), False),
        (Window(AT, AT + timedelta(seconds=1), off=True), False),
    ],
)
def test_one_looks_only_while_it_is_allowed(window, may):
    verdict, _ = rules.look(reading(), LISTED, window, confused, at=AT)
    assert (verdict is not Look.NOT_TODAY) is may


def test_a_sign_that_was_not_seen_is_shown_as_a_gap():
    _, edits, signs = rules.compare("6ก7414", "6กพ7414", confused)
    assert edits == 1
    assert signs[2] == Difference("", "พ")


WORDS = st.text(alphabet="68กถภพ714", max_size=8)


@given(WORDS, WORDS)
def test_the_distance_is_one(read, listed):
    cost, edits, signs = rules.compare(read, listed, confused)
    back, _, _ = rules.compare(listed, read, confused)
    assert cost == pytest.approx(back)
    assert (cost == 0) == (read == listed) == (edits == 0)
    assert "".join(one.read for one in signs) == read
    assert "".join(one.listed for one in signs) == listed


@given(WORDS, WORDS)
def test_the_quick_no_never_hides_what_resembles(read, listed):
    if rules.compare(read, listed, confused)[0] <= rules.MOST_DIFFERENT:
        assert rules.could_be(read, listed)

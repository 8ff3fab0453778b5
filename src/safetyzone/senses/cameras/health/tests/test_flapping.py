"""A ticket for what lasts, and one ticket for what comes and goes."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from safetyzone.senses.cameras.health.flapping import FOLDED_WITHIN, Course, look

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def walk(looks, every=timedelta(minutes=1)):
    course, deeds = Course(), []
    for number, bad in enumerate(looks):
        step = look(course, bad=bad, at=NOON + number * every)
        course = step.course
        deeds.append(step.deed)
    return deeds, course


def test_one_bad_look_is_none_and_the_second_opens_a_ticket():
    assert walk([True, False, True, False])[0] == ["", "", "", ""]
    assert walk([True, True, True])[0] == ["", "open", "count"]


def test_what_comes_back_soon_is_the_same_ticket_and_later_a_new_one():
    deeds, course = walk([True, True, False, True, True, False])
    assert deeds == ["", "open", "close", "", "reopen", "close"]
    assert course.folded == 1
    deeds, course = walk([True, True, False, True, True], every=FOLDED_WITHIN)
    assert deeds == ["", "open", "close", "", "open"]
    assert course.folded == 0


@given(st.lists(st.booleans(), max_size=60))
def test_tickets_open_and_close_in_turn_whatever_is_seen(looks):
    deeds, course = walk(looks)
    turns = [deed for deed in deeds if deed in {"open", "reopen", "close"}]
    assert all((deed == "close") == (number % 2 == 1) for number, deed in enumerate(turns))
    assert course.open == (len(turns) % 2 == 1)

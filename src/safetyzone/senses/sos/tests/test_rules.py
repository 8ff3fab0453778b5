"""Is this the same call, and may the message be trusted?"""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.senses.sos import rules
from safetyzone.senses.sos.rules import Call, Reason

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
FIRST = Call("LPN-P017", technical=False, at=NIGHT)


def later(seconds: float, *, device: str = "LPN-P017", technical: bool = False) -> Call:
    return Call(device, technical, NIGHT + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("press", "same"),
    [
        (later(0), True),
        (later(89.9), True),
        (later(90), False),
        (later(-30), True),  # it was pressed first and arrived second
        (later(5, device="LPN-P018"), False),
        (later(5, technical=True), False),  # a forged press must never swallow a real one, nor hide behind it
    ],
)
def test_a_frightened_person_presses_more_than_once(press, same):
    assert rules.is_same_call(press, FIRST) is same


def test_the_first_press_of_all_has_no_call_before_it():
    assert not rules.is_same_call(FIRST, None)


@pytest.mark.parametrize(
    ("age", "reasons"),
    [
        (timedelta(0), ()),
        (timedelta(seconds=-60), ()),
        (timedelta(seconds=-61), (Reason.CLOCK_AHEAD,)),
        (timedelta(minutes=15), ()),
        (timedelta(minutes=15, seconds=1), (Reason.LATE,)),
        (timedelta(days=-3650), (Reason.CLOCK_AHEAD,)),
        (timedelta(days=3650), (Reason.LATE,)),
    ],
)
def test_the_servers_time_is_the_truth(age, reasons):
    assert rules.clock_reasons(NIGHT - age, NIGHT) == reasons


@given(st.timedeltas(min_value=timedelta(days=-4000), max_value=timedelta(days=4000)))
def test_no_call_is_ever_dated_in_the_future_or_before_it_could_still_be_an_alarm(age):
    happened = rules.happened_at(NIGHT - age, NIGHT)
    assert NIGHT - rules.STILL_AN_ALARM <= happened <= NIGHT


def test_thirty_new_presses_a_minute_are_no_hand():
    assert not rules.is_flood(29)
    assert rules.is_flood(30)

"""The room's own rules, in tables."""

from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.response.command_room import rules
from safetyzone.response.command_room.rules import Figure, Hold, Taking, Took

NINE = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def after(seconds: float) -> datetime:
    return NINE + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("seconds", "seen_after", "supervisor", "expected"),
    [
        (0, 0, False, Taking.GRACE),
        (19.9, 15, False, Taking.GRACE),
        (20, 15, False, Taking.NO),
        (20, 15, True, Taking.REASON),
        (60, 15, False, Taking.NO),  # exactly 45 s since the last heartbeat: not yet stale
        (60.1, 15, False, Taking.STALE),
        (300, 290, True, Taking.REASON),
    ],
)
def test_who_may_take_a_call(seconds: float, seen_after: float, supervisor: bool, expected: Taking) -> None:
    hold = Hold(by="malee", claimed_at=NINE, seen_at=after(seen_after))
    assert rules.taking(hold, by="somchai", supervisor=supervisor, at=after(seconds)) == expected


def test_a_call_that_nobody_holds_is_free_and_my_own_is_mine_even_when_stale() -> None:
    assert rules.taking(None, by="malee", supervisor=False, at=NINE) == Taking.FREE
    hold = Hold(by="malee", claimed_at=NINE, seen_at=NINE)
    assert rules.taking(hold, by="malee", supervisor=False, at=after(500)) == Taking.MINE


def test_percentiles_are_of_what_happened() -> None:
    ten = [Took(seconds) for seconds in range(1, 11)]
    assert rules.percentile(ten, 0.5) == Figure(5)
    assert rules.percentile(ten, 0.9) == Figure(9)
    assert rules.percentile(ten[:1], 0.9) == Figure(1)
    assert rules.percentile([], 0.5) is None


def test_an_open_case_makes_the_figure_at_least() -> None:
    took = [Took(3), Took(4), Took(90, over=False)]
    assert rules.percentile(took, 0.5) == Figure(4)
    assert rules.percentile(took, 0.9) == Figure(90, at_least=True)
    assert rules.percentile([Took(2, over=False), Took(9)], 0.9) == Figure(9, at_least=True)


def test_a_young_open_case_is_not_counted_late() -> None:
    limit = timedelta(seconds=15)
    assert rules.share_within([Took(3), Took(20), Took(5, over=False)], limit) == 0.5
    assert rules.share_within([Took(3), Took(16, over=False)], limit) == 0.5
    assert rules.share_within([Took(5, over=False)], limit) is None


def test_the_first_desk_rings_at_once_the_next_at_ten_seconds_the_duty_officer_at_twenty() -> None:
    assert [rules.RINGS_AT[seat].total_seconds() for seat in rules.Seat] == [0, 10, 20]


def test_alarm_health_is_per_operator_and_ten_minutes() -> None:
    assert rules.alarms_per_operator(48, 2, timedelta(hours=8)) == 0.5
    assert rules.alarms_per_operator(4, 0, timedelta(minutes=1)) == 4
    storm = [after(seconds) for seconds in (0, 1, 2, 599, 600, 2000)]
    assert rules.most_in_ten_minutes(storm) == 4
    assert rules.most_in_ten_minutes([]) == 0

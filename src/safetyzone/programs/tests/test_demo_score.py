"""The score of a drill."""

from datetime import UTC, datetime, timedelta

from safetyzone.programs.demo_score import Call, _between, card, share_within

NOW = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


def call(number: int, answered_s: float | None, sent_s: float | None, *, needs_unit: bool = True) -> Call:
    return Call(number, "closed", answered_s, sent_s, needs_unit, steps_done=2, steps=3)


def test_a_call_that_nobody_answered_counts_as_missed() -> None:
    assert share_within([3.0, 15.0, None, 15.1], 15) == 0.5


def test_a_drill_without_calls_has_no_share() -> None:
    assert share_within([], 15) is None
    assert "no calls" in card([])


def test_a_false_press_needs_no_unit() -> None:
    words = card([call(1, 4.0, 20.0), call(2, 5.0, None, needs_unit=False)])
    assert "sent within 60 s: 100%" in words
    assert "met" in words
    assert "2/3" in words


def test_a_slow_desk_is_told_so() -> None:
    assert "answered within 15 s: 50% (ยังไม่ผ่าน · not met" in card([call(1, 4.0, 20.0), call(2, 40.0, 20.0)])


def test_a_unit_that_the_ladder_sent_before_the_answer_was_sent_at_once() -> None:
    assert _between(NOW, NOW - timedelta(seconds=4)) == 0.0
    assert _between(NOW, NOW + timedelta(seconds=4)) == 4.0
    assert _between(NOW, None) is None

"""What is one item, what is reviewed, and what a verdict says of its source."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.response.review.rules import (
    LONGEST_ACTIVITY_MS,
    ONE_ACTIVITY_WITHIN_MS,
    Moving,
    Severity,
    continues,
    is_reviewed,
    precision,
    severity_of_incident,
    together,
)  # fmt: skip

FIRST = Moving("C1", 1_000_000, 1_010_000, 2.0)


@pytest.mark.parametrize(("gap_ms", "is_one"), [(0, True), (ONE_ACTIVITY_WITHIN_MS, True), (ONE_ACTIVITY_WITHIN_MS + 1, False)])
def test_movements_that_follow_closely_are_one_item(gap_ms, is_one):
    begins = FIRST.to_ms + gap_ms
    assert continues(FIRST, Moving("C1", begins, begins + 5000)) is is_one
    assert not continues(FIRST, Moving("C2", begins, begins + 5000))


def test_a_street_that_never_rests_is_cut_into_items():
    long = Moving("C1", 0, LONGEST_ACTIVITY_MS - 1000)
    assert continues(long, Moving("C1", long.to_ms, long.to_ms + 1000))
    assert not continues(long, Moving("C1", long.to_ms, long.to_ms + 1001))


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(0, 100), st.floats(0, 100))
def test_two_movements_as_one_cover_both_and_keep_the_stronger(first_ms, second_ms, one, other):
    whole = together(Moving("C1", 0, first_ms, one), Moving("C1", first_ms // 2, first_ms // 2 + second_ms, other))
    assert (whole.from_ms, whole.to_ms, whole.strength) == (0, max(first_ms, first_ms // 2 + second_ms), max(one, other))


def test_what_has_grown_since_is_looked_at_again():
    assert is_reviewed(to_ms=10, seen_to_ms=10, grows=True)
    assert not is_reviewed(to_ms=11, seen_to_ms=10, grows=True)
    assert is_reviewed(to_ms=11, seen_to_ms=10, grows=False)
    assert not is_reviewed(to_ms=10, seen_to_ms=None, grows=False)


def test_a_call_is_an_alert_and_a_devices_own_word_is_a_detection():
    assert severity_of_incident("sos") is severity_of_incident("officer_help") is Severity.ALERT
    assert severity_of_incident("sos_technical") is severity_of_incident("device_fault") is Severity.DETECTION


def test_not_ours_says_nothing_of_how_well_a_source_sees():
    assert precision(["useful", "false", "false", "not_ours", "useful", "useful"]) == pytest.approx(3 / 5)
    assert precision(["not_ours", "not_ours"]) is None

"""The figures of the rules, at their edges."""

from datetime import timedelta

import pytest

from safetyzone.contracts.plates import VehicleClass
from safetyzone.senses.watchlists import rules, terms
from safetyzone.senses.watchlists.rules import Tally
from safetyzone.senses.watchlists.tests.town import AT


@pytest.mark.parametrize(
    ("tally", "why"),
    [
        (Tally(0, 0, 0), ""),
        (Tally(1, 1, 1), ""),
        (Tally(2, 2, 2), "false_a_day"),
        (Tally(0, 20, 1), ""),
        (Tally(0, 20, 2), "false_share"),
        (Tally(0, 19, 9), ""),
        (Tally(0, 0, 0, faces_seen_30_days=1000, false_30_days=1), ""),
        (Tally(0, 0, 0, faces_seen_30_days=1999, false_30_days=2), "false_a_face"),
        (Tally(0, 0, 0, faces_seen_30_days=999, false_30_days=9), ""),
    ],
)
def test_a_camera_stops_when_it_was_wrong_too_often(tally, why):
    assert rules.tripped(tally) == why


def test_false_alerts_to_expect_grow_with_passers_and_with_the_list():
    assert rules.expected_false(4000, 0, 1e-4) == 0
    assert rules.expected_false(4000, 10, 1e-5) == pytest.approx(0.4, rel=1e-3)
    assert rules.expected_false(40_000, 2000, 1 / 6000 / 2000) == pytest.approx(6.67, rel=1e-2)


@pytest.mark.parametrize(("errors", "trials", "upper"), [(0, 30_000, 1e-4), (0, 0, 1.0), (2, 100_000, 7.3e-5), (5, 5, 1.0)])
def test_a_rate_is_shown_with_what_it_may_truly_be(errors, trials, upper):
    assert rules.upper_rate(errors, trials) == pytest.approx(upper, rel=0.02)


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"), [(8, 10, 0.4902, 0.9433), (0, 20, 0, 0.1611), (20, 20, 0.8389, 1), (0, 0, 0, 1)]
)
def test_a_share_lies_between_what_wilson_says(right, judged, low, high):
    assert rules.wilson(right, judged) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def test_an_evaluation_counts_for_twelve_months():
    year = timedelta(days=365)
    assert [rules.evaluation_counts(AT, at=at) for at in (AT - timedelta(seconds=1), AT, AT + year - timedelta(seconds=1), AT + year)] == [
        False, True, True, False,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "answers", "verdict"),
    [
        ("plate", [], None), ("plate", ["same"], True), ("plate", ["different"], False), ("plate", ["cannot_tell"], False),
        ("face", ["same"], None), ("face", ["different"], None), ("face", ["same", "same"], True), ("face", ["same", "different"], False),
        ("face", ["cannot_tell", "same"], False),
    ],
)  # fmt: skip
def test_answers_together(kind, answers, verdict):
    assert rules.verdict(kind, answers) is verdict


def test_a_rule_of_hardly_any_use_is_proposed_for_switching_off():
    assert rules.is_useless(0, 20)
    assert not rules.is_useless(1, 20)
    assert not rules.is_useless(0, 19)


def test_every_vehicle_class_has_words():
    assert set(terms.VEHICLE) == {one.value for one in VehicleClass}

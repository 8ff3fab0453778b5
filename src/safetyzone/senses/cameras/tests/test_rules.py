"""What an owner shares: every tier, every look, every state, against a table written by hand."""

from datetime import UTC, date, datetime
from itertools import product

import pytest

from safetyzone.senses.cameras import rules

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
NEAR, EDGE, FAR, NONE = 40.0, 150.0, 150.1, None
YES_LIVE = {("during_incident", NEAR), ("during_incident", EDGE), *(("always", m) for m in (NEAR, EDGE, FAR, NONE))}
"""The only looks at a live picture that any owner agreed to, when neither pause, withdrawal nor an end stands against it."""
YES_RECORDED_WHEN_GRANTED = {"on_request", "during_incident", "always"}
TIERS_OF_LIVE = ("map_only", "on_request", "during_incident", "always")
CASES = list(
    product(
        ("map_only", "on_request", "during_incident", "always"), ("live", "recorded"), (NEAR, EDGE, FAR, NONE),
        (False, True), (False, True), (False, True), (False, True),
    )
)  # fmt: skip


@pytest.mark.parametrize(("tier", "what", "nearest_m", "paused", "withdrawn", "over", "granted"), CASES)
def test_a_picture_is_opened_only_where_the_owner_said_so(tier, what, nearest_m, paused, withdrawn, over, granted):
    verdict = rules.may_open(
        tier, what=what, paused=paused, withdrawn=withdrawn, contract_until=date(2026, 11, 21) if over else date(2026, 11, 22),
        nearest_m=nearest_m, live_radius_m=150, at=NIGHT, granted=granted,
    )  # fmt: skip
    shared = (tier, nearest_m) in YES_LIVE if what == "live" else granted and tier in YES_RECORDED_WHEN_GRANTED
    assert verdict.yes is (shared and not paused and not withdrawn and not over)
    assert verdict.th != verdict.en
    assert "{" not in verdict.th + verdict.en


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"withdrawn": True, "paused": True}, "withdrawn"),
        ({"contract_until": date(2026, 11, 21), "paused": True}, "contract_over"),
        ({"paused": True}, "paused"),
        ({"tier": "map_only"}, "map_only"),
        ({"what": "recorded"}, "ask_owner"),
        ({"tier": "on_request"}, "no_live"),
        ({"nearest_m": None}, "no_incident"),
        ({"nearest_m": 151.0}, "too_far"),
        ({}, "incident_near"),
    ],
)
def test_the_reason_is_the_one_that_its_reader_can_do_something_about(changed, why):
    asked = {
        "tier": "during_incident", "what": "live", "paused": False, "withdrawn": False, "contract_until": None, "nearest_m": 80.0,
        "live_radius_m": 150, "at": NIGHT,
    } | changed  # fmt: skip
    assert rules.may_open(asked.pop("tier"), **asked).why == why


def test_the_last_day_of_an_agreement_counts_whole_in_bangkok():
    last = date(2026, 11, 22)
    assert not rules.contract_is_over(last, datetime(2026, 11, 22, 16, 59, tzinfo=UTC))
    assert rules.contract_is_over(last, datetime(2026, 11, 22, 17, 0, tzinfo=UTC))
    assert not rules.contract_is_over(None, NIGHT)


def test_a_tier_that_is_none_is_a_fault_and_never_a_yes():
    with pytest.raises(ValueError, match="everything"):
        rules.may_open(
            "everything", what="live", paused=False, withdrawn=False, contract_until=None, nearest_m=1.0, live_radius_m=150, at=NIGHT
        )


@pytest.mark.parametrize(("before", "after", "more"), [
    ("map_only", "on_request", True), ("on_request", "during_incident", True), ("during_incident", "always", True),
    ("always", "map_only", False), ("always", "always", False), ("map_only", "map_only", False),
])  # fmt: skip
def test_it_is_known_which_of_two_tiers_shares_more(before, after, more):
    assert rules.widens(before, after, radius_before=100, radius_after=200) is more


def test_a_greater_distance_shares_more_only_where_distance_counts():
    assert rules.widens("during_incident", "during_incident", radius_before=100, radius_after=101)
    assert not rules.widens("during_incident", "during_incident", radius_before=100, radius_after=100)


def test_every_tier_has_its_words():
    assert set(rules.TIER_WORDS) == set(rules.Tier)


@pytest.mark.parametrize(("tier", "turns", "fixed", "agreed", "incident_open"), list(product(TIERS_OF_LIVE, *[(False, True)] * 4)))
def test_a_camera_is_turned_only_if_its_picture_opens_at_an_open_incident_and_it_may_turn(tier, turns, fixed, agreed, incident_open):
    live = rules.may_open(
        tier, what="live", paused=False, withdrawn=False, contract_until=None, nearest_m=NEAR if incident_open else None,
        live_radius_m=150, at=NIGHT,
    )  # fmt: skip
    verdict = rules.may_slew(live, turns=turns, fixed=fixed, agreed=agreed, incident_open=incident_open)
    assert verdict.yes is (live.yes and turns and not fixed and agreed and incident_open)
    assert verdict.th != verdict.en


@pytest.mark.parametrize(("kind", "said_so", "may"), [
    ("police", False, True), ("municipality", False, True), ("agency", False, True),
    ("shop", False, False), ("temple", False, False), ("private", False, False), ("shop", True, True), ("private", True, True),
])  # fmt: skip
def test_a_private_camera_is_turned_only_where_its_owner_said_so(kind, said_so, may):
    assert rules.agreed_to_turn(kind, owner_said_so=said_so) is may

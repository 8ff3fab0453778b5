"""Whom to send, in tables."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone.response.dispatch import rules
from safetyzone.response.dispatch.lifecycle import ACTIVE, MAY_BECOME, NEXT_STEP, State, check
from safetyzone.response.dispatch.rules import Candidate, rank, whom_to_ask_next

NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)


def unit(call_sign: str, *, minutes_away: float = 3.0, fix_age_s: float = 12, **more: object) -> Candidate:
    known = {
        "duty": "free", "fixed_at": NOON - timedelta(seconds=fix_age_s), "seconds": minutes_away * 60,
        "metres": minutes_away * 400, "how": "road",
    }  # fmt: skip
    return Candidate(call_sign=call_sign, **{**known, **more})  # type: ignore[arg-type]


def order_of(*units: Candidate, needs: frozenset[str] = frozenset()) -> list[str]:
    return [advice.call_sign for advice in rank(units, at=NOON, needs=needs) if advice.rank is not None]


def test_the_nearest_by_road_comes_first() -> None:
    assert order_of(unit("far", minutes_away=9), unit("near", minutes_away=2)) == ["near", "far"]


def test_a_stale_fix_never_stands_above_a_fresh_one() -> None:
    assert order_of(unit("stale", minutes_away=1, fix_age_s=121), unit("fresh", minutes_away=15)) == ["fresh", "stale"]
    assert order_of(unit("just fresh", minutes_away=1, fix_age_s=120), unit("fresh", minutes_away=15))[0] == "just fresh"


def test_of_two_equally_near_the_rested_one_is_asked() -> None:
    tired = unit("tired", minutes_away=3, free_since=NOON - timedelta(minutes=4))
    rested = unit("rested", minutes_away=3.4, free_since=NOON - timedelta(minutes=50))
    assert order_of(tired, rested) == ["rested", "tired"]
    assert order_of(tired, unit("much farther", minutes_away=6)) == ["tired", "much farther"]


@pytest.mark.parametrize(
    ("candidate", "why_th", "why_en"),
    [
        (unit("x", duty="off"), "ไม่อยู่ในหน้าที่", "off duty"),
        (unit("x", duty="busy"), "มีงานอยู่", "has a job"),
        (unit("x", has_job=True), "มีงานอยู่", "has a job"),
        (unit("x", fixed_at=None), "ไม่ทราบตำแหน่ง", "position unknown"),
        (unit("x", seconds=None), "ไม่ทราบตำแหน่ง", "position unknown"),
        (unit("x", fix_age_s=1801), "ตำแหน่งเก่าเกินไป (30 นาที 1 วินาทีก่อน)", "position too old (30 min 1 s ago)"),
    ],
)
def test_a_unit_that_may_not_be_asked_is_listed_last_with_the_reason(
    candidate: Candidate, why_th: str, why_en: str
) -> None:
    listed = rank([candidate, unit("y")], at=NOON)
    assert [advice.call_sign for advice in listed] == ["y", "x"]
    assert (listed[1].rank, listed[1].why_th, listed[1].why_en) == (None, why_th, why_en)


def test_a_fix_of_exactly_thirty_minutes_still_counts() -> None:
    assert order_of(unit("x", fix_age_s=1800)) == ["x"]


def test_only_units_with_the_needed_skill_are_ranked() -> None:
    able = unit("able", minutes_away=9, skills=frozenset({"female_officer"}))
    assert order_of(unit("near"), able, needs=frozenset({"female_officer"})) == ["able"]


def test_the_reasons_are_said_in_both_languages() -> None:
    advice = rank([unit("x", minutes_away=200 / 60, fix_age_s=12)], at=NOON)[0]
    assert advice.why_th == "3 นาที 20 วินาที ทางถนน · ตำแหน่งเมื่อ 12 วินาทีก่อน"
    assert advice.why_en == "3 min 20 s by road · position 12 s ago"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"how": "straight_line"}, "เส้นตรง (ประมาณ)"),
        ({"fix_age_s": 300}, "ตำแหน่งเมื่อ 5 นาทีก่อน (เก่า)"),
        ({"free_since": NOON - timedelta(minutes=4)}, "เพิ่งเสร็จงานเมื่อ 4 นาทีก่อน"),
        ({"silent_at": NOON - timedelta(minutes=4)}, "ไม่ตอบรับครั้งก่อน"),
    ],
)
def test_whatever_weighs_is_said(more: dict[str, object], said: str) -> None:
    assert said in rank([unit("x", **more)], at=NOON)[0].why_th  # type: ignore[arg-type]


def test_the_next_to_ask_is_the_best_that_was_not_asked() -> None:
    listed = rank([unit("a", minutes_away=1), unit("b", minutes_away=2), unit("c", duty="off")], at=NOON)
    asked_next = whom_to_ask_next(listed, asked={"a"})
    assert asked_next is not None
    assert asked_next.call_sign == "b"
    assert whom_to_ask_next(listed, asked={"a", "b"}) is None


def test_a_unit_that_was_silent_just_now_is_shown_but_not_asked_by_machine() -> None:
    listed = rank([unit("silent", silent_at=NOON - timedelta(minutes=9))], at=NOON)
    assert listed[0].rank == 1
    assert whom_to_ask_next(listed, asked=()) is None
    later = rank([unit("silent", silent_at=NOON - timedelta(minutes=10))], at=NOON)
    assert whom_to_ask_next(later, asked=()) is not None


@pytest.mark.parametrize(
    ("kind", "by_machine"),
    [("sos", True), ("reported", True), ("officer_help", True), ("sos_technical", False), ("device_fault", False)],
)
def test_the_machine_sends_to_trusted_calls_only(kind: str, by_machine: bool) -> None:
    assert rules.may_be_sent_by_machine(kind) is by_machine


def test_the_time_to_answer_is_a_table_of_bangkok_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.ANSWER_WITHIN, "night", timedelta(seconds=60))
    by_hour = {hour: rules.answer_within(datetime(2026, 11, 22, hour, tzinfo=UTC)) for hour in (22, 23, 10, 11)}
    assert [by_hour[h].seconds for h in (22, 23, 10, 11)] == [60, 45, 45, 60], "05, 06, 17 and 18 o'clock in Bangkok"


def test_every_state_has_a_row_and_every_active_state_a_button() -> None:
    assert set(MAY_BECOME) == set(State)
    assert set(NEXT_STEP) == ACTIVE
    assert all(not MAY_BECOME[state] for state in (State.DONE, State.DECLINED, State.STOOD_DOWN))


@pytest.mark.parametrize("now", State)
@pytest.mark.parametrize("then", State)
def test_the_table_is_the_guard(now: State, then: State) -> None:
    from safetyzone.kernel.refusals import OutOfOrder

    if then in MAY_BECOME[now]:
        check(now, then)
    else:
        with pytest.raises(OutOfOrder):
            check(now, then)


candidates = st.builds(
    Candidate,
    call_sign=st.text("abcdef", min_size=1, max_size=3),
    duty=st.sampled_from(["free", "busy", "off"]),
    has_job=st.booleans(),
    fixed_at=st.none() | st.integers(0, 4000).map(lambda s: NOON - timedelta(seconds=s)),
    seconds=st.none() | st.floats(0, 3600),
    metres=st.none() | st.floats(0, 50_000),
    how=st.sampled_from(["road", "straight_line"]),
    free_since=st.none() | st.integers(0, 4000).map(lambda s: NOON - timedelta(seconds=s)),
    silent_at=st.none() | st.integers(0, 4000).map(lambda s: NOON - timedelta(seconds=s)),
)


@given(st.lists(candidates, max_size=12, unique_by=lambda c: c.call_sign))
def test_for_any_units_the_list_is_whole_ordered_and_explained(units: list[Candidate]) -> None:
    listed = rank(units, at=NOON)
    assert sorted(a.call_sign for a in listed) == sorted(u.call_sign for u in units)
    ranked = [a for a in listed if a.rank is not None]
    assert [a.rank for a in ranked] == list(range(1, len(ranked) + 1))
    assert [a.stale for a in ranked] == sorted(a.stale for a in ranked), "no stale one above a fresh one"
    by_sign = {u.call_sign: u for u in units}
    assert all(by_sign[a.call_sign].duty == "free" and not by_sign[a.call_sign].has_job for a in ranked)
    assert all(a.why_th and a.why_en for a in listed)
    for stale in (False, True):
        part = [a.seconds or 0 for a in ranked if a.stale is stale]
        assert not part or part[0] <= min(part) + rules.EQUALLY_NEAR.total_seconds(), "rest costs at most 30 s"
    assert rank(reversed(units), at=NOON) == listed, "the order units come in makes no difference"

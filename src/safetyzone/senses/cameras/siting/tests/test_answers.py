"""Every answer against trying everything, on towns small enough for that."""

import json

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from safetyzone.senses.cameras.siting import bound, cover, exact, plan, question, reaim
from safetyzone.senses.cameras.siting.greedy import greedy
from safetyzone.senses.cameras.siting.question import Budget, CannotKeep, Lock
from safetyzone.senses.cameras.siting.tests import towns

BUDGETS = st.one_of(
    st.integers(0, 4).map(lambda cameras: Budget(cameras=cameras)),
    st.sampled_from([0.0, 3.0, 7.0, 12.0, 20.0]).map(lambda baht: Budget(baht=baht)),
)
SECONDS = 5.0
"""Never reached: these are proven in milliseconds."""


def spent(budget, cost, chosen):
    return sum(cost[pose] for pose in chosen) if budget.baht is not None else len(chosen)


def near(value):
    return pytest.approx(value, rel=1e-6, abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(towns.towns(), BUDGETS)
def test_the_best_choice_is_found_and_proven(town, budget):
    seen, weight, twice, site, cost = town
    best = towns.best_of_all(
        site, lambda c: towns.worth(seen, weight, twice, c), lambda c: spent(budget, cost, c) <= budget.limit
    )  # fmt: skip
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
    quick, whole = greedy(covers, budget), plan.choose(covers, budget, SECONDS)
    for choice in (quick, whole):
        assert choice.value == near(towns.worth(seen, weight, twice, choice.chosen))
        assert choice.bound >= best - 1e-6
        assert spent(budget, cost, choice.chosen) <= budget.limit
        assert len({site[pose] for pose in choice.chosen}) == len(choice.chosen)
        assert sum(step.gain for step in choice.steps) == near(choice.value - choice.already)
        assert {step.pose for step in choice.steps} == set(choice.chosen)
    assert whole.value == near(best)
    assert whole.gap == 0
    asked = question.ask(covers, budget.prices(covers), budget.limit)
    *_, last = exact.exact(asked, (), SECONDS)  # with nothing to begin from, and nothing proven before
    assert last.closed
    assert asked.value(last.chosen) == near(best)
    assert last.bound == near(best)


@settings(max_examples=30, deadline=None)
@given(towns.towns(), BUDGETS, st.data())
def test_cameras_that_hang_already_count_and_stay(town, budget, data):
    seen, weight, twice, site, cost = town
    fixed = data.draw(st.sampled_from(list(towns.arrangements(site))))
    taken = {site[pose] for pose in fixed}
    best = towns.best_of_all(
        site,
        lambda c: towns.worth(seen, weight, twice, (*fixed, *c)),
        lambda c: spent(budget, cost, c) <= budget.limit and not taken & {site[pose] for pose in c},
    )
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice, keep=fixed)
    choice = plan.choose(covers, budget, SECONDS, fixed=fixed)
    assert choice.already == near(towns.worth(seen, weight, twice, fixed))
    assert choice.value == near(towns.worth(seen, weight, twice, (*fixed, *choice.chosen)))
    assert choice.value == near(best)
    assert choice.gap == 0
    assert not taken & {site[pose] for pose in choice.chosen}


@settings(max_examples=40, deadline=None)
@given(towns.towns(), BUDGETS, st.data())
def test_what_is_locked_stays_seen_or_the_answer_is_no(town, budget, data):
    seen, weight, twice, site, cost = town
    points = tuple(data.draw(st.lists(st.integers(0, len(weight) - 1), min_size=1, max_size=2, unique=True)))
    at = data.draw(st.sampled_from([None, *sorted(set(site))]))

    def holds(chosen):
        if at is None:
            return all(any(seen[pose, point] for pose in chosen) for point in points)
        return any(all(seen[pose, point] for point in points) for pose in chosen if site[pose] == at)

    best = towns.best_of_all(
        site, lambda c: towns.worth(seen, weight, twice, c), lambda c: spent(budget, cost, c) <= budget.limit and holds(c)
    )
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
    locks = [Lock(points, site=at)]
    if best is None:
        with pytest.raises(CannotKeep):
            plan.choose(covers, budget, SECONDS, locks=locks)
        return
    choice = plan.choose(covers, budget, SECONDS, locks=locks)
    assert holds(choice.chosen)
    assert choice.kept
    assert choice.value == near(best)
    assert choice.bound == near(best)


@settings(max_examples=40, deadline=None)
@given(towns.towns(), st.sampled_from([None, 0, 1, 2]), st.data())
def test_the_best_turns_are_found_and_proven(town, moves, data):
    seen, weight, twice, site, _ = town
    current = tuple(data.draw(st.sampled_from([pose for pose, at in enumerate(site) if at == here])) for here in sorted(set(site)))
    still = data.draw(st.sampled_from([(), (0,)]))

    def allowed(chosen):
        turned = [(old, new) for old, new in zip(current, chosen, strict=True) if old != new] if len(chosen) == len(current) else None
        return turned is not None and (moves is None or len(turned) <= moves) and not {site[old] for old, _ in turned} & set(still)

    best = towns.best_of_all(site, lambda c: towns.worth(seen, weight, twice, c), allowed)
    covers = cover.from_seen(seen, weight, site, twice=twice, keep=current)
    advice = reaim.advise(covers, current, SECONDS, moves=moves, may_not=still)
    assert allowed(advice.headings)
    assert advice.before == near(towns.worth(seen, weight, twice, current))
    assert advice.value == near(towns.worth(seen, weight, twice, advice.headings))
    assert advice.value == near(best)
    assert advice.gap == 0
    assert sum(turn.gain for turn in advice.turns) == near(advice.value - advice.before)
    assert all(new != old for old, new in ((turn.before, turn.after) for turn in advice.turns))
    assert {turn.after for turn in advice.turns} == set(advice.headings) - set(current)


@settings(max_examples=25, deadline=None)
@given(towns.towns(), BUDGETS)
def test_merging_and_leaving_out_never_change_the_best(town, budget):
    seen, weight, twice, site, cost = town
    rows = [np.flatnonzero(row) for row in seen]
    start, point = np.concatenate(([0], np.cumsum([len(row) for row in rows]))), np.concatenate(rows)
    plain = cover.from_rows(start, point, weight, site, cost=cost, twice=twice, reduce=False)
    small = cover.from_rows(start, point, weight, site, cost=cost, twice=twice)
    assert small.points <= plain.points
    assert plan.choose(small, budget, SECONDS).value == near(plan.choose(plain, budget, SECONDS).value)


@settings(max_examples=20, deadline=None)
@given(towns.towns(), BUDGETS, st.integers(0, 6))
def test_a_run_that_was_stopped_goes_on_from_where_it_was(town, budget, looks):
    seen, weight, twice, site, cost = town
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
    asked = question.ask(covers, budget.prices(covers), budget.limit)
    first = None
    for number, progress in enumerate(plan.run(asked, SECONDS)):
        first = progress
        if number == looks:
            break
    kept = json.loads(json.dumps(first.state))
    *_, second = plan.run(asked, 0.0, state=kept)
    assert second.value >= first.value
    assert second.bound <= first.bound
    *_, third = plan.run(asked, SECONDS, state=kept)
    assert third.gap == 0
    assert third.seconds >= first.seconds - 0.001


@settings(max_examples=20, deadline=None)
@given(towns.towns(), towns.towns())
def test_the_state_of_another_question_is_left_aside(one, other):
    questions = []
    for seen, weight, twice, site, cost in (one, other):
        covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
        questions.append(question.ask(covers, np.ones(covers.poses), 2.0))
    assume(questions[0].name != questions[1].name)
    *_, done = plan.run(questions[0], SECONDS)
    *_, fresh = plan.run(questions[1], SECONDS)
    *_, after = plan.run(questions[1], SECONDS, state={**done.state, "bound": -1.0})
    assert (after.value, after.bound) == (near(fresh.value), near(fresh.bound))


@settings(max_examples=60, deadline=None)
@given(towns.towns(), BUDGETS, st.data())
def test_no_prices_prove_less_than_the_best(town, budget, data):
    """The bound holds for any prices, however wrong the solver that made them; so does the one from any arrangement."""
    seen, weight, twice, site, cost = town
    allowed = [c for c in towns.arrangements(site) if spent(budget, cost, c) <= budget.limit]
    best = max(towns.worth(seen, weight, twice, c) for c in allowed)
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
    asked = question.ask(covers, budget.prices(covers), budget.limit)
    prices = np.array(data.draw(st.lists(st.floats(-1, 20), min_size=covers.points, max_size=covers.points)))
    assert bound.by_prices(asked, prices, np.zeros(covers.points)) >= best - 1e-9
    any_of_them = data.draw(st.sampled_from(allowed))
    assert bound.by_gains(asked, covers.cameras(any_of_them), covers.value(any_of_them)) >= best - 1e-9


@settings(max_examples=40, deadline=None)
@given(towns.towns(), BUDGETS)
def test_poses_without_hope_are_in_no_better_arrangement(town, budget):
    seen, weight, twice, site, cost = town
    covers = cover.from_seen(seen, weight, site, cost=cost, twice=twice)
    asked = question.ask(covers, budget.prices(covers), budget.limit)
    relaxed = bound.by_programme(asked, SECONDS)
    assume(relaxed is not None)  # nothing to choose
    best = plan.choose(covers, budget, SECONDS)
    for share in (0.5, 0.9, 1.0):
        fewer = bound.without_hope(asked, relaxed, share * best.value)
        assert len(fewer.candidates) <= len(asked.candidates)
        *_, last = plan.run(fewer, SECONDS)
        assert last.value == near(best.value)


def test_a_lock_on_a_point_of_no_worth_is_kept_against_worth():
    """One camera, two sites: one sees the door, which counts for nothing, the other a street that counts."""
    seen = np.array([[1, 0], [0, 1]], np.uint8)
    covers = cover.from_seen(seen, [0.0, 9.0], [1, 2])
    choice = plan.choose(covers, Budget(cameras=1), SECONDS, locks=[Lock((0,))])
    assert (choice.chosen, choice.value, choice.bound, choice.kept) == ((0,), 0.0, 0.0, True)


def test_locks_that_exclude_each_other_are_refused():
    covers = cover.from_seen(np.eye(2, dtype=np.uint8), [1.0, 1.0], [1, 1])
    with pytest.raises(CannotKeep) as no:
        plan.choose(covers, Budget(cameras=2), SECONDS, locks=[Lock((0,)), Lock((1,))])
    assert "ล็อก" in no.value.say("th")
    assert "locked" in no.value.say("en")

import itertools
import threading

import numpy as np
import pytest

from safetyzone.senses.cameras.siting import cover, plan, question
from safetyzone.senses.cameras.siting.question import Budget

SITES, HEADINGS, POINTS = 80, 8, 2_500


@pytest.fixture(name="town", scope="module")
def a_town():
    """Cameras scattered in a square, each sees a quarter of a circle; large enough that the proof takes a while."""
    rng = np.random.default_rng(2569)
    places, points = rng.uniform(0, 400, (SITES, 2)), rng.uniform(0, 400, (POINTS, 2))
    rows = []
    for place in places:
        away = points - place
        near, bearing = np.hypot(*away.T) <= 70, np.degrees(np.arctan2(away[:, 0], away[:, 1]))
        rows += [near & (np.abs((bearing - heading + 180) % 360 - 180) <= 45) for heading in np.arange(HEADINGS) * 45.0]
    seen = np.array(rows).astype(np.uint8)
    weight = np.round(rng.gamma(2, 10, POINTS) + 1)
    return seen, weight, cover.from_seen(seen, weight, np.repeat(np.arange(SITES), HEADINGS))


def asked(town, cameras=25):
    covers = town[2]
    return question.ask(covers, np.ones(covers.poses), float(cameras))


def test_every_word_is_better_than_the_one_before_and_true(town):
    seen, weight, _ = town
    words = list(plan.run(asked(town), 8.0))
    assert [phase for phase, _ in itertools.groupby(word.phase for word in words)][:3] == ["greedy", "bound", "ascent"]
    assert words[-1].phase == "done"
    for before, after in itertools.pairwise(words):
        assert after.value >= before.value
        assert after.bound <= before.bound
        assert after.seconds >= before.seconds
    for word in words:
        assert word.value == pytest.approx(weight[seen[list(word.chosen)].any(axis=0)].sum())
        assert word.bound >= words[-1].value
        assert len(word.chosen) <= 25
    assert words[-1].gap <= 0.08


def test_a_run_keeps_its_time(town):
    ticks = itertools.count()
    clock = lambda: next(ticks) * 0.5  # noqa: E731  a clock that goes half a second a look
    *_, last = plan.run(asked(town), 3.0, clock=clock)
    assert last.phase == "done"
    assert last.seconds < 8
    assert last.gap < 0.2


def test_a_run_stops_when_it_is_told_to_and_leaves_no_thread(town):
    told = threading.Event()
    words = []
    for word in plan.run(asked(town), 10.0, stop=told.is_set):
        words.append(word)
        if word.phase == "exact" or word.gap == 0:
            told.set()
    assert words[-1].seconds < 9
    assert not [thread for thread in threading.enumerate() if thread.name == "siting-exact"]


def test_a_run_that_nobody_listens_to_any_more_leaves_no_thread(town):
    run = plan.run(asked(town), 10.0)
    for word in run:
        if word.phase in ("exact", "done"):
            break
    run.close()
    assert not [thread for thread in threading.enumerate() if thread.name == "siting-exact"]


def test_two_runs_beside_each_other_do_not_disturb_each_other(town):
    """Two officers ask at once, in one process."""
    alone = [list(plan.run(asked(town, cameras), 1.0, enough=0.01))[-1] for cameras in (10, 15)]
    found = {}
    threads = [
        threading.Thread(target=lambda cameras=cameras: found.update({cameras: list(plan.run(asked(town, cameras), 1.0, enough=0.01))[-1]}))
        for cameras in (10, 15)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for cameras, before in zip((10, 15), alone, strict=True):
        assert found[cameras].bound >= before.value * (1 - 1e-6)
        assert before.bound >= found[cameras].value * (1 - 1e-6)
        assert found[cameras].gap <= 0.15


def test_a_gap_that_satisfies_ends_the_run(town):
    *_, last = plan.run(asked(town), 10.0, enough=0.08)
    assert 0 <= last.gap <= 0.08
    assert last.phase == "done"


def test_choosing_again_from_a_kept_state_is_never_worse(town):
    covers = town[2]
    *_, first = plan.run(asked(town), 0.3)
    again = plan.choose(covers, Budget(cameras=25), 0.3, state=first.state)
    assert again.value >= first.value
    assert again.bound <= first.bound


def test_more_budget_is_never_worth_less_and_the_first_steps_are_worth_most(town):
    covers = town[2]
    curve = [plan.choose(covers, Budget(cameras=cameras), 0.5, enough=0.02) for cameras in (5, 10, 20)]
    assert curve[0].value < curve[1].value < curve[2].value
    gains = [step.gain for step in curve[2].steps]
    assert gains == sorted(gains, reverse=True)


def test_a_second_camera_on_the_same_point_counts_when_it_is_asked_for(town):
    """With a weight on being seen twice the cameras overlap more."""
    seen, weight, alone = town
    covers = cover.from_seen(seen, weight, np.repeat(np.arange(SITES), HEADINGS), twice=1.0)
    twice = plan.choose(covers, Budget(cameras=25), 1.0, enough=0.02)
    once = plan.choose(alone, Budget(cameras=25), 1.0, enough=0.02)

    def seen_by_two(chosen):
        return weight[seen[list(chosen)].sum(axis=0) >= 2].sum()

    assert seen_by_two(twice.chosen) > seen_by_two(once.chosen)
    assert twice.value == pytest.approx(seen_by_two(twice.chosen) + weight[seen[list(twice.chosen)].any(axis=0)].sum())


def test_a_budget_is_one_thing():
    with pytest.raises(ValueError, match="number of cameras or"):
        Budget(cameras=1, baht=2.0)
    with pytest.raises(ValueError, match="0 or more"):
        Budget(baht=-1.0)
    assert Budget().limit == float("inf")
    assert Budget(cameras=0).limit == 0


def test_an_arrangement_that_keeps_the_locks_is_not_traded_for_one_worth_more():
    """Six doors, two cameras: the greedy way takes the pose with four doors and a rich street, and cannot see all six any more."""
    doors = [[0, 1, 2], [3, 4, 5], [1, 2, 3, 4]]
    seen = np.zeros((3, 7), np.uint8)
    for pose, these in enumerate(doors):
        seen[pose, these] = 1
    seen[2, 6] = 1
    covers = cover.from_seen(seen, [0.0] * 6 + [100.0], [1, 2, 3])
    locked = question.ask(covers, np.ones(3), 2.0, locks=[question.Lock((door,)) for door in range(6)])
    *_, at_once = plan.run(locked, 0.0, start=(0, 1))
    *_, found = plan.run(locked, 5.0)
    for last in (at_once, found):
        assert (last.chosen, last.value) == ((0, 1), 0.0)
    assert found.gap == 0

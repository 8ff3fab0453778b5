"""Better answers from a first one: rounding the linear programme, turning and moving single cameras, shaking neighbourhoods."""

from collections.abc import Callable, Iterator, Sequence

import numpy as np

from safetyzone.senses.cameras.siting import compiled_search
from safetyzone.senses.cameras.siting.arrays import Floats
from safetyzone.senses.cameras.siting.compiled import NOBODY, Tally, add, take
from safetyzone.senses.cameras.siting.compiled_search import Shaking
from safetyzone.senses.cameras.siting.question import Question

AT_ONCE = 100
"""Shakes between two looks at the clock: some milliseconds."""
NEIGHBOURS = 6
"""Most cameras lifted in one shake; more and what comes back is seldom better."""
ROUNDING = 1e-12
"""Share of all weight below which a gain is rounding."""


def rounded(question: Question, share: Floats) -> tuple[int, ...]:
    """The poses into which the linear programme put most, one a site, largest share first while the budget lasts; then filled up."""
    shape, tally = question.shape, question.tally()
    for pose in np.argsort(-share, kind="stable"):
        free = shape.usable[pose] and tally.holder[shape.site[pose]] == NOBODY
        if share[pose] > ROUNDING and free and tally.total[1] + shape.price[pose] <= question.limit:
            add(shape, tally, int(pose))
    compiled_search.fill(shape, tally, float(question.limit), NOBODY, False)
    return question.chosen(tally)


def climbed(question: Question, chosen: Sequence[int]) -> tuple[int, ...]:
    """Single exchanges until none gains."""
    tally = question.tally(chosen)
    compiled_search.fill(question.shape, tally, float(question.limit), NOBODY, False)
    _climb(question, tally)
    return question.chosen(tally)


def turned(question: Question, chosen: Sequence[int]) -> tuple[int, ...]:
    """The best turns one after the other from these poses, as many as the budget allows; then each turn is looked at again."""
    shape, limit, least = question.shape, float(question.limit), _least(question)
    tally = question.tally(chosen)
    compiled_search.turn(shape, tally, limit, least)
    gained = True
    while gained:
        gained = False
        for site in np.flatnonzero((tally.holder != NOBODY) & shape.free):
            pose, value, saved = tally.holder[site], tally.total[0], tally.holder.copy()
            home = [other for other in question.covers.poses_of(int(site)) if shape.usable[other] and shape.price[other] == 0]
            if shape.price[pose] == 0 or not home:
                continue
            take(shape, tally, int(pose))
            add(shape, tally, int(home[0]))
            compiled_search.turn(shape, tally, limit, least)
            if tally.total[0] > value + least:
                gained = True
            else:
                compiled_search.restore(shape, tally, saved)
    return question.chosen(tally)


def shaken(question: Question, chosen: Sequence[int], *, seed: int, go_on: Callable[[], bool]) -> Iterator[tuple[int, ...]]:
    """Ever better answers while ``go_on`` says so; yields about every few milliseconds, so that the caller can look at the clock."""
    tally, best = question.tally(chosen), tuple(chosen)
    compiled_search.fill(question.shape, tally, float(question.limit), NOBODY, False)
    most, least, round_ = -1.0, _least(question), 0
    while go_on():
        compiled_search.shake(question.shape, tally, float(question.limit), Shaking(AT_ONCE, NEIGHBOURS, seed + round_, least))
        round_ += 1
        if tally.total[0] > most + least:
            most, best = float(tally.total[0]), question.chosen(tally)
        yield best


def _climb(question: Question, tally: Tally) -> None:
    order, least = np.arange(len(question.shape.free)), _least(question)
    while compiled_search.climb(question.shape, tally, float(question.limit), order, least) > least:
        pass


def _least(question: Question) -> float:
    return float(question.shape.once.sum()) * ROUNDING

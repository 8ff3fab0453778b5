"""The answer that the map shows while a finger is still on it: at each step the camera that adds most. Never under half of the best.

One camera a site makes the guarantee 1/2 (1 - 1/e where every pose has its own site); in practice it is a few per cent short.
"""

from collections.abc import Sequence

import numpy as np

from safetyzone.senses.cameras.siting import bound, compiled_greedy
from safetyzone.senses.cameras.siting.compiled import NOBODY
from safetyzone.senses.cameras.siting.cover import Covers
from safetyzone.senses.cameras.siting.question import Budget, Choice, Lock, Question, ask


def greedy(covers: Covers, budget: Budget, *, fixed: Sequence[int] = (), locks: Sequence[Lock] = ()) -> Choice:
    """Cameras within the budget beside those that hang already (``fixed``), with a bound: milliseconds.

    Raises CannotKeep where a locked point can be seen by nobody; ``Choice.kept`` is False where this quick way found no
    arrangement that keeps every lock (``plan.choose`` finds one if there is one).
    """
    question = ask(covers, budget.prices(covers), budget.limit, fixed=fixed, locks=locks)
    chosen = first_choice(question)
    return question.answer(chosen, first_bound(question, chosen))


def first_choice(question: Question) -> tuple[int, ...]:
    """By gain; where prices differ by gain for the money too, and the better of both."""
    ways = (False,) if len(np.unique(question.price[question.candidates])) <= 1 else (False, True)
    found = [_by(question, by_price) for by_price in ways]
    return max(found, key=lambda chosen: (question.keeps(chosen), question.value(chosen)))


def first_bound(question: Question, chosen: Sequence[int]) -> float:
    """The lower of two: from nothing chosen, and from all of these chosen."""
    count = question.covers.cameras((*question.fixed, *chosen))
    from_none = bound.by_gains(question, question.base, question.value(()))
    return min(from_none, bound.by_gains(question, count, question.value(chosen)))


def _by(question: Question, by_price: bool) -> tuple[int, ...]:
    holder = np.full(len(question.shape.free), NOBODY, np.int32)
    chosen = compiled_greedy.lazy_greedy(question.shape, question.base.copy(), holder, float(question.limit), by_price)
    return tuple(int(pose) for pose in chosen)

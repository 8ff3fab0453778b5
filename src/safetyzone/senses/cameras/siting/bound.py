"""What no arrangement can exceed, proven: from any set of prices for the points, computed here and not taken on trust from a solver.

Weak duality: charge the cameras ``u`` for every point they claim. A point then keeps at most ``max(0, once - u, once + twice - 2u)``, and
the cameras collect at most what the best poses, one a site and within the budget, add up to. The sum bounds every arrangement, whatever
the prices; the linear programme's own prices make it as low as that programme's value. Rounding in HiGHS can therefore make a bound
weaker, never wrong.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np

from safetyzone.senses.cameras.siting import compiled_greedy, compiled_search, linear
from safetyzone.senses.cameras.siting.arrays import Floats, Ints
from safetyzone.senses.cameras.siting.cover import NOBODY, TWO, narrowed
from safetyzone.senses.cameras.siting.question import PROVEN, CannotKeep, Question


@dataclass(frozen=True, eq=False)
class Relaxed:
    """What the linear programme says: a bound on everything, and how much of a camera it puts into each pose."""

    bound: float
    share: Floats
    """By pose, 0 to 1."""
    prices: Floats
    """By point, what the bound charges for it."""
    rewards: Floats
    """By point, what seeing a locked one is rewarded with."""


def by_gains(question: Question, count: Ints, value: float) -> float:
    """A bound from any arrangement at all: gains only fall, so the best is worth no more than it and the best gains left over it.

    ``count``: cameras on each point; ``value``: what they are worth. Microseconds; how a first answer comes with a proof.
    """
    shape = question.shape._replace(once=question.covers.once)
    return value + _collected(question, compiled_greedy.gains_left(shape, count.astype(np.int32)))


def by_prices(question: Question, prices: Floats, rewards: Floats) -> float:
    """The bound that prices (0 or more for each point) prove. ``rewards``: what seeing a locked point is rewarded with, by point."""
    covers, base = question.covers, question.base
    u, more = _in_reason(question, prices, rewards)
    unseen = np.maximum(0.0, np.maximum(covers.once - u, covers.once + covers.twice - 2 * u))
    kept = np.where(base == 0, unseen, np.where(base == 1, np.maximum(0.0, covers.twice - u), 0.0))
    worths = compiled_search.priced(question.shape, u + more)
    return question.value(()) + float(kept.sum() - more.sum()) + _collected(question, worths)


def without_hope(question: Question, relaxed: "Relaxed", value: float) -> Question:
    """The question without the poses whose every arrangement is proven worth less than ``value``: often a tenth is left.

    An answer to it, or the value reached, is an answer to the whole; its bound, or the value reached, bounds the whole.
    """
    u, more = _in_reason(question, relaxed.prices, relaxed.rewards)
    worths = compiled_search.priced(question.shape, u + more)
    rate = compiled_search.best_rate(question.shape, worths, question.limit)
    best_left = compiled_search.at_most(question.shape, worths, question.limit, rate)[2]
    most = relaxed.bound - np.maximum(0.0, best_left[question.covers.site] - (worths - rate * question.price))
    usable = question.shape.usable & (most >= value * (1 - PROVEN))
    usable[list(question.fixed)] = True
    names = np.arange(question.covers.points, dtype=np.int32)
    covers = narrowed(replace(question.covers, merged=names), usable)
    must = {int(covers.merged[point]) for point in question.must}
    return question if NOBODY in must else replace(question, covers=covers, must=tuple(sorted(must)))


def _in_reason(question: Question, prices: Floats, rewards: Floats) -> tuple[Floats, Floats]:
    """Prices that charge nothing for what a third camera sees, and rewards only where a lock is still open."""
    covers, base = question.covers, question.base
    u = np.where(base >= TWO, 0.0, np.clip(prices, 0.0, covers.once + covers.twice))
    return u, np.where(base == 0, np.maximum(rewards, 0.0), 0.0)


def _collected(question: Question, worths: Floats) -> float:
    """The most that one pose a site within the budget can sum up to, or little more."""
    rate = compiled_search.best_rate(question.shape, worths, question.limit)
    return float(compiled_search.at_most(question.shape, worths, question.limit, rate)[0])


def by_programme(question: Question, seconds: float) -> Relaxed | None:
    """The bound of the linear programme, and its shares to round. None when it was not ready in time, or nothing can be chosen;
    CannotKeep where the locks cannot all be kept.

    An interior method without its crossover: twice as quick as the simplex on these, and the bound is proven here anyway.
    """
    programme = linear.programme(question)
    highs = linear.solver(seconds)
    highs.setOptionValue("solver", "hipo")
    highs.setOptionValue("run_crossover", "off")
    highs.passModel(programme.lp)
    highs.run()
    solution = highs.getSolution()
    if highs.getModelStatus() == highspy.HighsModelStatus.kInfeasible:
        raise CannotKeep(what="all of it together")
    if not solution.dual_valid:
        return None
    dual, column = np.abs(np.asarray(solution.row_dual)), np.asarray(solution.col_value)
    prices, reward = np.zeros(question.covers.points), np.zeros(question.covers.points)
    prices[programme.open] = dual[: len(programme.open)]
    prices[programme.private] = np.where(question.base == 0, question.covers.once, question.covers.twice)[programme.private]
    reward[programme.must] = dual[programme.must_row :]
    share = np.zeros(question.covers.poses)
    share[programme.candidates] = column[: len(programme.candidates)]
    return Relaxed(by_prices(question, prices, reward), share, prices, reward)

"""The question as one linear programme for HiGHS, its arrays built in numpy and handed over whole.

Columns: ``x`` a candidate pose; ``y`` a point seen (and a second one where a second camera counts), continuous: with whole poses they
come out whole. Rows: a point is seen by no more cameras than look at it; one pose a site; the budget; locked points. A point that only
one candidate sees needs no row: its worth goes to that pose.
"""

from dataclasses import dataclass
from typing import TypeAlias

import highspy
import numpy as np

from safetyzone.senses.cameras.siting.arrays import Floats, Ints
from safetyzone.senses.cameras.siting.cover import TWO
from safetyzone.senses.cameras.siting.question import Question

INFINITE = highspy.kHighsInf
Part: TypeAlias = tuple[Ints, Ints, Floats | float]
"""Rows, columns and the amounts where they meet."""


@dataclass(frozen=True, eq=False)
class Programme:
    """The programme and how to read its answers. HiGHS minimises, so worth stands as negative cost."""

    lp: highspy.HighsLp
    candidates: Ints
    """Pose of each of the first columns."""
    open: Ints
    """Points that have a row, in the order of the first rows."""
    private: Ints
    """Points that only one candidate sees; no row."""
    must_row: int
    """The first of the rows of locked points."""
    must: Ints
    constant: float
    """Worth of what the fixed cameras see, which the programme leaves out."""
    first: Ints
    """Point of each ``y`` column."""


def programme(question: Question) -> Programme:
    """Build it. Milliseconds: every array comes from a few numpy calls."""
    covers, base, cands = question.covers, question.base, question.candidates
    column = np.full(covers.poses, -1, np.int64)
    column[cands] = np.arange(len(cands))
    entry_pose = np.repeat(np.arange(covers.poses), np.diff(covers.start))
    entry = (column[entry_pose] >= 0) & (base[covers.point] < TWO)
    e_col, e_point = column[entry_pose[entry]], covers.point[entry]
    seen_by = np.bincount(e_point, minlength=covers.points)
    next_worth = np.where(base == 0, covers.once, np.where(base == 1, covers.twice, 0.0))
    opened = (seen_by > 1) & (next_worth > 0)
    private = (seen_by == 1) & (next_worth > 0)
    worth = np.bincount(e_col[private[e_point]], next_worth[e_point[private[e_point]]], minlength=len(cands))
    points, second = np.flatnonzero(opened), np.flatnonzero(opened & (base == 0) & (covers.twice > 0))
    row = np.full(covers.points, -1, np.int64)
    row[points] = np.arange(len(points))
    first = np.concatenate((points, second))
    inside = opened[e_point]
    parts: list[Part] = [(row[e_point[inside]], e_col[inside], -1.0), (row[first], len(cands) + np.arange(len(first)), 1.0)]
    sites, site_of = np.unique(covers.site[cands], return_inverse=True)
    shared = np.flatnonzero(np.bincount(site_of, minlength=len(sites)) > 1)
    site_row = np.full(len(sites), -1, np.int64)
    site_row[shared] = len(points) + np.arange(len(shared))
    on = site_row[site_of] >= 0
    parts.append((site_row[site_of[on]], np.flatnonzero(on), 1.0))
    upper = np.concatenate((np.zeros(len(points)), np.ones(len(shared))))
    if np.isfinite(question.limit):
        priced = np.flatnonzero(question.price[cands] > 0)
        parts.append((np.full(len(priced), len(upper)), priced, question.price[cands][priced]))
        upper = np.append(upper, question.limit)
    must = np.array([point for point in question.must if base[point] == 0], np.int64)
    for number, point in enumerate(must):
        seers = e_col[e_point == point]
        parts.append((np.full(len(seers), len(upper) + number), seers, -1.0))
    must_row, upper = len(upper), np.append(upper, -np.ones(len(must)))
    cost = -np.concatenate((worth, next_worth[points], covers.twice[second]))
    lp = _lp(cost, upper, parts)
    return Programme(lp, cands, points, np.flatnonzero(private), must_row, must, question.value(()), first)


def _lp(cost: Floats, upper: Floats, parts: list[Part]) -> highspy.HighsLp:
    """Column-wise arrays from (row, column, amount) parts; every column lies in 0..1."""
    rows = np.concatenate([part[0] for part in parts])
    columns = np.concatenate([part[1] for part in parts])
    amounts = np.concatenate([np.broadcast_to(np.asarray(part[2], np.float64), part[0].shape) for part in parts])
    order = np.argsort(columns, kind="stable")
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(cost), len(upper)
    lp.col_cost_, lp.col_lower_, lp.col_upper_ = cost, np.zeros(len(cost)), np.ones(len(cost))
    lp.row_lower_, lp.row_upper_ = np.full(len(upper), -INFINITE), upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_ = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=len(cost))))).astype(np.int32)
    lp.a_matrix_.index_ = rows[order].astype(np.int32)
    lp.a_matrix_.value_ = amounts[order]
    return lp


def solver(seconds: float, *, seed: int = 0) -> highspy.Highs:
    """A silent HiGHS on one thread, which stops in time."""
    highs = highspy.Highs()  # type: ignore[no-untyped-call]
    highs.silent()
    for option, value in (("time_limit", max(0.01, seconds)), ("threads", 1), ("parallel", "off"), ("random_seed", seed)):
        highs.setOptionValue(option, value)
    return highs

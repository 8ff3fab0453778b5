"""Turning the cameras that hang already: each keeps its place and gets one heading; what each turn gains, and in which order to turn."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from safetyzone.senses.cameras.siting import compiled_search
from safetyzone.senses.cameras.siting.arrays import Floats
from safetyzone.senses.cameras.siting.compiled import Tally, add, take
from safetyzone.senses.cameras.siting.cover import NOBODY, TWO, Covers
from safetyzone.senses.cameras.siting.plan import Clock, Progress, run
from safetyzone.senses.cameras.siting.question import ROUNDING, Lock, Question, ask, gap

Poses: TypeAlias = dict[int, int]
"""The pose of each site, sites counted from 0."""


@dataclass(frozen=True)
class Turn:
    """One camera to turn; turns stand in the order that gains most first."""

    site: int
    """The site's own number."""
    before: int
    after: int
    """Poses."""
    gain: float
    """In the weight of the covers (metres times risk), on top of the turns before it."""
    metres: float
    """Of street that nobody saw, less those that nobody sees any more; likewise on top of the turns before."""
    value: float
    """Worth of everything seen after this turn."""


@dataclass(frozen=True)
class Advice:
    """Which cameras to turn, with the proof that no other turning is worth more than ``bound``."""

    turns: tuple[Turn, ...]
    headings: tuple[int, ...]
    """The pose of every camera afterwards, in the order of the sites."""
    before: float
    value: float
    bound: float

    @property
    def gap(self) -> float:
        return gap(self.value, self.bound)


@dataclass(frozen=True)
class Duplicate:
    """A camera much of whose view others have too."""

    site: int
    owner: int | str | None
    share: float
    """Of the weight that it sees: what at least one other camera sees."""
    others: tuple[tuple[int, int | str | None, float], ...]
    """(site, owner, share of this camera's weight that that one sees), the largest first."""


def turning(
    covers: Covers, current: Sequence[int], *, moves: int | None = None, may_not: Sequence[int] = (), locks: Sequence[Lock] = ()
) -> Question:
    """The question of how to turn cameras. ``current``: the pose of each as it hangs; build the covers with ``keep=current``.

    ``moves``: at most so many turns; None: as many as help. ``may_not``: sites, by their own number, whose camera stays as it is.
    Raises ValueError where a camera's pose was left out of the covers or two share a site, CannotKeep as ``question.ask`` does.
    """
    hang = np.asarray(current, np.int64)
    if len(np.unique(covers.site[hang])) != len(hang):
        raise ValueError("two cameras share a site")
    if not covers.usable[hang].all():
        raise ValueError("build the covers with keep=current: a camera that hangs was left out as dominated")
    price = np.full(covers.poses, 1.0 if moves is not None else 0.0)
    price[hang] = 0.0
    still = [int(pose) for pose in hang if covers.sites[covers.site[pose]] in set(may_not)]
    standing = replace(covers, usable=covers.usable & np.isin(covers.site, covers.site[hang]))  # elsewhere hangs nothing to turn
    return ask(standing, price, float("inf") if moves is None else float(moves), fixed=still, locks=locks)


def advise(
    covers: Covers, current: Sequence[int], seconds: float, *, moves: int | None = None, may_not: Sequence[int] = (),
    locks: Sequence[Lock] = (), metres: ArrayLike | None = None, least_gain: float = 0.0, state: dict[str, Any] | None = None,
    enough: float = 0.0, clock: Clock = time.perf_counter,
) -> Advice:  # fmt: skip
    """The best turns that can be found in this time; arguments as for ``turning``.

    ``metres``: of street, by point as given (None: the weight is metres). ``least_gain``: a turn that gains less is not advised.
    """
    question = turning(covers, current, moves=moves, may_not=may_not, locks=locks)
    return advice(question, current, run(question, seconds, start=_begin(question, current), state=state, enough=enough, clock=clock),
                  metres=metres, least_gain=least_gain)  # fmt: skip


def advice(
    question: Question, current: Sequence[int], run_: Iterator[Progress], *, metres: ArrayLike | None = None, least_gain: float = 0.0
) -> Advice:
    """Run to the end (``plan.run``) and say it as turns: none that gains nothing, the best first."""
    *_, last = run_
    covers = question.covers
    target = {int(covers.site[pose]): int(pose) for pose in (*current, *question.fixed, *last.chosen)}
    hang = {int(covers.site[pose]): int(pose) for pose in current}
    target = _worth_turning(question, hang, target, least_gain)
    lengths = covers.once if metres is None else _lengths(covers, metres)
    turns = _in_order(question, hang, target, lengths)
    value = covers.value(target.values())
    return Advice(turns, tuple(target[site] for site in sorted(target)), covers.value(current), value, max(last.bound, value))


def duplicates(
    covers: Covers, poses: Sequence[int], *, owners: Sequence[int | str | None] | None = None, least: float = 0.5
) -> tuple[Duplicate, ...]:
    """Cameras of whose view others see at least the share ``least``, most duplicated first. ``owners``: of each pose, by id."""
    whose = dict(zip(poses, owners if owners is not None else [None] * len(poses), strict=True))
    cameras, found = covers.cameras(poses), []
    for pose in poses:
        row = covers.sees(pose)
        weight = covers.once[row]
        share = float(weight[cameras[row] >= TWO].sum() / weight.sum()) if weight.sum() else 0.0
        if share < least or not weight.sum():
            continue
        seers = [covers.back_pose[covers.back_start[point] : covers.back_start[point + 1]] for point in row]
        part = np.bincount(np.concatenate(seers), np.repeat(weight / weight.sum(), [len(who) for who in seers]), covers.poses)
        near = sorted((other for other in poses if other != pose and part[other] > 0), key=lambda other: -part[other])
        others = tuple((int(covers.sites[covers.site[other]]), whose[other], float(part[other])) for other in near)
        found.append(Duplicate(int(covers.sites[covers.site[pose]]), whose[pose], share, others))
    return tuple(sorted(found, key=lambda duplicate: -duplicate.share))


def _begin(question: Question, current: Sequence[int]) -> tuple[int, ...]:
    return tuple(int(pose) for pose in current if pose not in question.fixed)


def _lengths(covers: Covers, metres: ArrayLike) -> Floats:
    """Metres by point of these covers; points added for locks have none."""
    lengths = covers.gathered(metres)
    return np.append(lengths, np.zeros(covers.points - len(lengths)))


def _worth_turning(question: Question, hang: Poses, target: Poses, least_gain: float) -> Poses:
    """The same without turns that gain nothing, or less than is asked: the least useful goes back first, as long as locks hold."""
    shape, tally = question.shape, question.tally(_begin(question, list(target.values())))
    back = np.full(len(shape.free), NOBODY, np.int64)
    back[list(hang)] = list(hang.values())
    tolerance = max(least_gain, float(question.covers.once.sum()) * ROUNDING)
    while True:
        gains = compiled_search.gains_of_turning(shape, tally, back)
        site = int(gains.argmax())
        if not gains[site] >= -tolerance:
            return {site: int(tally.holder[site]) for site in target}
        take(shape, tally, int(tally.holder[site]))
        add(shape, tally, int(back[site]))


def _in_order(question: Question, hang: Poses, target: Poses, lengths: Floats) -> tuple[Turn, ...]:
    """At each step the turn that gains most on top of those before."""
    covers, shape, turns = question.covers, question.shape, list[Turn]()
    tally = question.tally(_begin(question, list(hang.values())))
    goal = np.full(len(shape.free), NOBODY, np.int64)
    goal[list(target)] = list(target.values())
    value, metres = _counted(covers, lengths, tally)
    while True:
        gains = compiled_search.gains_of_turning(shape, tally, goal)
        site = int(gains.argmax())
        if gains[site] == -np.inf:
            return tuple(turns)
        take(shape, tally, int(tally.holder[site]))
        add(shape, tally, int(goal[site]))
        after, seen = _counted(covers, lengths, tally)
        turns.append(Turn(int(covers.sites[site]), hang[site], target[site], after - value, seen - metres, after))
        value, metres = after, seen


def _counted(covers: Covers, lengths: Floats, tally: Tally) -> tuple[float, float]:
    """Worth and metres of what is seen."""
    once, twice = tally.cameras >= 1, tally.cameras >= TWO
    return float(covers.once[once].sum() + covers.twice[twice].sum()), float(lengths[once].sum())

"""What is asked (which cameras, within which budget, with which promises) and what an answer is."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras.siting import compiled, compiled_greedy
from safetyzone.senses.cameras.siting.arrays import Floats, Ints
from safetyzone.senses.cameras.siting.compiled import NOBODY, Shape, Tally
from safetyzone.senses.cameras.siting.cover import Covers

PROVEN = 1e-6
"""A gap below this is none: HiGHS keeps its rows to a millionth."""
ROUNDING = 1e-9
"""Sums of doubles differ by as much of themselves."""


class CannotKeep(Refused):
    """A place is locked and no arrangement that the question allows sees it."""

    code = "cannot_keep"
    th = "ไม่มีวิธีจัดกล้องที่ยังมองเห็นจุดที่ล็อกไว้ ({what})"
    en = "No arrangement of the cameras still sees what is locked ({what})."


@dataclass(frozen=True)
class Budget:
    """How much may be chosen: a number of cameras or an amount of baht, not both; neither means no limit."""

    cameras: int | None = None
    baht: float | None = None

    def __post_init__(self) -> None:
        if self.cameras is not None and self.baht is not None:
            raise ValueError("a budget is a number of cameras or an amount of baht")
        if min(self.cameras or 0, self.baht or 0) < 0:
            raise ValueError("a budget is 0 or more")

    def prices(self, covers: Covers) -> Floats:
        """What each pose takes from the budget."""
        return covers.cost if self.baht is not None else np.ones(covers.poses)

    @property
    def limit(self) -> float:
        amount = self.baht if self.cameras is None else self.cameras
        return float("inf") if amount is None else float(amount)


@dataclass(frozen=True)
class Lock:
    """Points (numbered as given) that must stay seen: by the camera on ``site`` all of them, or each of them by any camera."""

    points: tuple[int, ...]
    site: int | None = None
    """The site's own number; None: any camera will do."""


@dataclass(frozen=True)
class Step:
    """One camera in the order in which to place or turn them: what it adds to those before it."""

    pose: int
    gain: float
    value: float
    """With this one and all before it."""


@dataclass(frozen=True)
class Choice:
    """An answer with its proof: no arrangement at all is worth more than ``bound``."""

    chosen: tuple[int, ...]
    """Poses, those that were fixed not among them."""
    value: float
    """Worth of everything seen, the fixed cameras' share included."""
    bound: float
    steps: tuple[Step, ...]
    already: float
    """What the fixed cameras alone are worth."""
    kept: bool
    """Every lock holds."""

    @property
    def gap(self) -> float:
        """Share of what is possible that may be missing; 0 means proven best. One minus it: "covers 96.6 % of what is possible"."""
        return gap(self.value, self.bound)


def gap(value: float, bound: float) -> float:
    """Share of the bound that the value may fall short; rounding of the sums counts as none."""
    short = (bound - value) / bound if bound > 0 else 0.0
    return short if short > PROVEN else 0.0


@dataclass(frozen=True, eq=False)
class Question:
    """One question as the solvers see it: choose at most one pose a site, prices within the limit, every ``must`` point seen.

    ``covers`` may hold more points than were given: one of no worth for each camera that must keep a view.
    """

    covers: Covers
    price: Floats
    limit: float
    fixed: tuple[int, ...] = ()
    must: tuple[int, ...] = ()
    """Points of ``covers``."""

    @cached_property
    def name(self) -> str:
        """Tells one question from another, also in another process: what a kept state belongs to."""
        covers, digest = self.covers, hashlib.blake2b(digest_size=16)
        for array in (covers.start, covers.point, covers.once, covers.twice, covers.site, covers.usable, self.price):
            digest.update(np.ascontiguousarray(array).tobytes())
        digest.update(repr((self.limit, self.fixed, self.must)).encode())
        return digest.hexdigest()

    @cached_property
    def candidates(self) -> Ints:
        """Poses that may be chosen: usable, their site not taken by a fixed camera, affordable."""
        taken = np.zeros(len(self.covers.sites), np.bool_)
        taken[self.covers.site[list(self.fixed)]] = True
        return np.flatnonzero(self.covers.usable & ~taken[self.covers.site] & (self.price <= self.limit))

    @cached_property
    def base(self) -> Ints:
        """Cameras on each point before anything is chosen."""
        return self.covers.cameras(self.fixed)

    @cached_property
    def shape(self) -> Shape:
        """The arrays of the inner loops. A point that must be seen is worth more than all else together, so nothing is traded for it."""
        covers, once = self.covers, self.covers.once.copy()
        once[list(self.must)] += once.sum() + 1.0
        usable, free = np.zeros(covers.poses, np.bool_), np.ones(len(covers.sites), np.bool_)
        usable[self.candidates] = True
        free[covers.site[list(self.fixed)]] = False
        return Shape(
            covers.start, covers.point, covers.back_start, covers.back_pose, once, covers.twice,
            covers.site, covers.site_start, covers.site_pose, free, usable, self.price,
        )  # fmt: skip

    def tally(self, chosen: Iterable[int] = ()) -> Tally:
        """The fixed cameras and these, counted from nothing."""
        tally: Tally = compiled.empty(self.shape)
        for pose in (*self.fixed, *chosen):
            compiled.add(self.shape, tally, int(pose))
        tally.total[1] -= float(self.price[list(self.fixed)].sum())
        return tally

    def chosen(self, tally: Tally) -> tuple[int, ...]:
        held = tally.holder[(tally.holder != NOBODY) & self.shape.free]
        return tuple(int(pose) for pose in np.sort(held))

    def value(self, chosen: Iterable[int]) -> float:
        return self.covers.value((*self.fixed, *chosen))

    def keeps(self, chosen: Iterable[int]) -> bool:
        """Whether every point that must be seen is."""
        return not self.must or bool((self.covers.cameras((*self.fixed, *chosen))[list(self.must)] > 0).all())

    def fits(self, chosen: Sequence[int]) -> bool:
        """Whether these may be chosen together, locks apart: candidates, one a site, within the limit."""
        sites = self.covers.site[list(chosen)]
        known = bool(np.isin(list(chosen), self.candidates).all())
        return known and len(np.unique(sites)) == len(sites) and float(self.price[list(chosen)].sum()) <= self.limit * (1 + ROUNDING)

    def answer(self, chosen: Sequence[int], bound: float) -> Choice:
        """Everything about these poses, counted afresh from the covers; steps in the order of falling gain."""
        steps = self.order(chosen)
        value = self.value(chosen)
        return Choice(tuple(sorted(int(p) for p in chosen)), value, max(bound, value), steps, self.value(()), self.keeps(chosen))

    def order(self, chosen: Sequence[int]) -> tuple[Step, ...]:
        """The chosen poses, each next one the one that adds most: the first three of them are the best three to do first."""
        usable = np.zeros(self.covers.poses, np.bool_)
        usable[list(chosen)] = True
        shape = self.shape._replace(usable=usable, once=self.covers.once)
        holder = np.full(len(shape.free), NOBODY, np.int32)
        ranked = [int(pose) for pose in compiled_greedy.lazy_greedy(shape, self.base.copy(), holder, np.inf, False)]
        order = np.array([*ranked, *sorted(set(chosen) - set(ranked))], np.int64)  # those at the end add nothing to the others
        gains = compiled_greedy.added_up(shape, self.base.copy(), order)
        values = self.value(()) + np.cumsum(gains)
        return tuple(Step(int(pose), float(gain), float(value)) for pose, gain, value in zip(order, gains, values, strict=True))


def ask(covers: Covers, price: Floats, limit: float, *, fixed: Sequence[int] = (), locks: Sequence[Lock] = ()) -> Question:
    """A question with its locks resolved. Raises CannotKeep where no pose that may be chosen sees what is locked."""
    usable = covers.usable.copy()
    usable[list(fixed)] = True
    start, point, must, more = covers.start, covers.point, [], []
    plain = Question(replace(covers, usable=usable), price, float(limit), tuple(int(p) for p in fixed))
    able = np.concatenate((plain.candidates, np.array(plain.fixed, np.int64))).astype(np.int64)
    for lock in locks:
        wanted = np.unique(covers.merged[list(lock.points)])
        if lock.site is None:
            must += [int(p) for p in wanted]
            qualify = all(p != NOBODY and bool(np.isin(_watchers(covers, int(p)), able).any()) for p in wanted)
        else:
            here = [int(pose) for pose in able if covers.sites[covers.site[pose]] == lock.site]
            more.append([pose for pose in here if bool(np.isin(wanted, covers.sees(pose)).all())])
            qualify = bool(more[-1])
        if not qualify:
            raise CannotKeep(what=f"site {lock.site}" if lock.site is not None else f"points {lock.points}")
    if not more:
        return replace(plain, must=tuple(sorted(set(must))))
    seers = np.concatenate([np.array(row, np.int64) for row in more])
    promised = np.repeat(np.arange(len(more), dtype=np.int32) + covers.points, [len(row) for row in more])
    point = np.insert(point, start[seers + 1], promised)
    start = start + np.concatenate(([0], np.cumsum(np.bincount(seers, minlength=covers.poses))))
    points = covers.points + len(more)
    none = np.zeros(len(more))
    back_start, back_pose = compiled.turned_round(start, point, points)
    longer = replace(
        plain.covers, start=start, point=point, back_start=back_start, back_pose=back_pose,
        once=np.append(covers.once, none), twice=np.append(covers.twice, none),
    )  # fmt: skip
    return Question(longer, price, plain.limit, plain.fixed, tuple(sorted({*must, *range(covers.points, points)})))


def _watchers(covers: Covers, point: int) -> Ints:
    return covers.back_pose[covers.back_start[point] : covers.back_start[point + 1]]

"""Who sees what, as small as it can be said: poses by points, equal points merged, poses that can never be better left out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from safetyzone.senses.cameras.siting import compiled
from safetyzone.senses.cameras.siting.arrays import Bools, Floats, Ints
from safetyzone.senses.cameras.siting.compiled import Rows

NOBODY = compiled.NOBODY
TWO = 2
"""Cameras on a point from which on the second look counts; a third adds nothing."""


@dataclass(frozen=True, eq=False)
class Covers:
    """Poses x points. Poses keep the numbers they were given; points that the same poses see are one point here.

    A *pose* is a camera that stands on a site and looks one way; a site carries one camera. ``once`` is what a point is worth when a
    camera sees it (metres of street, or metres times risk), ``twice`` what a second camera adds (never more than ``once``).
    """

    start: Ints
    point: Ints
    back_start: Ints
    back_pose: Ints
    once: Floats
    twice: Floats
    site: Ints
    """Site of each pose, counted from 0 in the order of ``sites``."""
    sites: Ints
    """The sites' own numbers, as given."""
    site_start: Ints
    site_pose: Ints
    cost: Floats
    """Baht of each pose."""
    usable: Bools
    """False: another pose on the same site sees all that this one sees and costs no more."""
    merged: Ints
    """For every point as given: its point here, or ``NOBODY`` when no pose sees it."""

    @property
    def poses(self) -> int:
        return len(self.site)

    @property
    def points(self) -> int:
        return len(self.once)

    @property
    def rows(self) -> Rows:
        return Rows(self.start, self.point, self.points)

    def sees(self, pose: int) -> Ints:
        """The (merged) points of a pose."""
        return self.point[self.start[pose] : self.start[pose + 1]]

    def cameras(self, chosen: Iterable[int]) -> Ints:
        """How many of the chosen poses see each (merged) point."""
        return compiled.counted(self.rows, np.array([*chosen], np.int64))

    def value(self, chosen: Iterable[int]) -> float:
        """What the chosen poses are worth together."""
        cameras = self.cameras(chosen)
        return float(self.once[cameras >= 1].sum() + self.twice[cameras >= TWO].sum())

    def gathered(self, amount: ArrayLike) -> Floats:
        """An amount for every point as given (metres, risk), summed up to the merged points."""
        given = np.asarray(amount, np.float64)
        _must(len(given) == len(self.merged), "an amount for every point is needed")
        met = self.merged >= 0
        return np.bincount(self.merged[met], given[met], self.points).astype(np.float64)

    def poses_of(self, site: int) -> Ints:
        """The poses on a site (the site counted from 0)."""
        return self.site_pose[self.site_start[site] : self.site_start[site + 1]]


def from_rows(
    start: ArrayLike, point: ArrayLike, weight: ArrayLike, site: ArrayLike, *,
    cost: ArrayLike | None = None, twice: ArrayLike | float = 0.0, keep: Sequence[int] = (), reduce: bool = True,
) -> Covers:  # fmt: skip
    """Covers from CSR rows: pose ``i`` sees ``point[start[i]:start[i + 1]]``, each point at most once.

    ``twice``: what a second camera adds, for each point or as a share of the weight. ``keep``: poses that stay usable whatever
    dominates them (cameras as they hang now). ``reduce=False`` leaves every point and pose as given. Raises ValueError on numbers
    that make no sense (negative or endless weights, a second look worth more than the first, points out of range).
    """
    rows, entries = _own(start, np.int64), _own(point, np.int32)
    once = np.asarray(weight, np.float64)
    sites, site_of = np.unique(np.asarray(site, np.int64), return_inverse=True)
    poses, points = len(rows) - 1, len(once)
    money = np.ones(poses) if cost is None else np.asarray(cost, np.float64)
    _must(len(site_of) == poses and len(money) == poses, "a site and a cost for every pose are needed")
    _must(poses >= 0 and rows[0] == 0 and rows[-1] == len(entries) and bool((np.diff(rows) >= 0).all()), "rows must follow each other")
    _must(entries.size == 0 or bool(entries.min() >= 0 and entries.max() < points), "a pose sees a point that is not there")
    _must(bool(np.isfinite(once).all() and (once >= 0).all()), "weights are 0 or more")
    second = once * float(twice) if isinstance(twice, (int, float)) else np.asarray(twice, np.float64)
    _must(len(second) == points and bool((second >= 0).all() and (second <= once).all()), "a second look is worth 0 up to the first one")
    _must(bool(np.isfinite(money).all() and (money >= 0).all()), "costs are 0 or more")
    kept = np.zeros(poses, np.bool_)
    kept[list(keep)] = True
    site_of = site_of.astype(np.int32)
    by_site = np.argsort(site_of, kind="stable").astype(np.int32)
    site_start = np.concatenate(([0], np.cumsum(np.bincount(site_of, minlength=len(sites))))).astype(np.int64)
    back_start, back_pose = compiled.turned_round(rows, entries, points)
    whole = Covers(
        rows, entries, back_start, back_pose, once, second, site_of, sites, site_start, by_site, money,
        np.ones(poses, np.bool_), np.arange(points, dtype=np.int32),
    )  # fmt: skip
    if not reduce:
        return whole
    lost = compiled.dominated(whole.rows, whole.site_start, whole.site_pose, whole.cost, kept)
    return narrowed(whole, ~lost)


def from_seen(
    seen: NDArray[np.uint8], weight: ArrayLike, site: ArrayLike, *, least: int = 1,
    cost: ArrayLike | None = None, twice: ArrayLike | float = 0.0, keep: Sequence[int] = (),
) -> Covers:  # fmt: skip
    """Covers from what ``coverage.seen`` says: poses x points, a density band each; seen is band ``least`` or better."""
    return from_chunks([seen], weight, site, least=least, cost=cost, twice=twice, keep=keep)


def from_chunks(
    chunks: Iterable[NDArray[np.uint8]], weight: ArrayLike, site: ArrayLike, *, least: int = 1,
    cost: ArrayLike | None = None, twice: ArrayLike | float = 0.0, keep: Sequence[int] = (),
) -> Covers:  # fmt: skip
    """The same from a row of matrices, a few poses each: memory is one matrix and what is seen."""
    starts: list[Ints] = [np.zeros(1, np.int64)]
    points: list[Ints] = []
    for seen in chunks:
        start, point = compiled.rows_of(np.ascontiguousarray(seen), max(1, least))
        starts.append(start[1:] + starts[-1][-1])
        points.append(point)
    entries = np.concatenate(points) if points else np.empty(0, np.int32)
    return from_rows(np.concatenate(starts), entries, weight, site, cost=cost, twice=twice, keep=keep)


def narrowed(covers: Covers, usable: Bools) -> Covers:
    """The same poses by number, only some of them usable; points that now look alike made one."""
    keys = np.random.default_rng(2569).integers(1, 2**64, (covers.poses, 2), np.uint64)
    sums, seen_by = compiled.fingerprints(covers.rows, usable, keys)
    order = np.argsort(sums[:, 0], kind="stable")
    order = order[seen_by[order] > 0]
    opens = np.ones(len(order), np.bool_)
    opens[1:] = (sums[order[1:]] != sums[order[:-1]]).any(axis=1)
    first = order[opens]  # the sort is stable: the lowest point of each group
    number = np.empty(len(first), np.int32)
    number[np.argsort(first)] = np.arange(len(first), dtype=np.int32)
    new = np.full(covers.points, NOBODY, np.int32)
    new[order] = number[np.cumsum(opens) - 1]
    alone = np.full(covers.points, NOBODY, np.int32)
    alone[first] = new[first]
    start, point = compiled.only(covers.rows, usable, alone)
    back_start, back_pose = compiled.turned_round(start, point, len(first))
    met = new >= 0
    once, twice = (np.bincount(new[met], worth[met], len(first)).astype(np.float64) for worth in (covers.once, covers.twice))
    merged = np.where(covers.merged >= 0, new[covers.merged], NOBODY) if covers.points else covers.merged
    return replace(
        covers, start=start, point=point, back_start=back_start, back_pose=back_pose, once=once, twice=twice, usable=usable, merged=merged,
    )  # fmt: skip


def _own(array: ArrayLike, kind: type[np.number[Any]]) -> Ints:
    """In one layout and writable: another one would be compiled for anew."""
    return np.require(np.asarray(array, kind), requirements=["C", "W"])


def _must(true: bool, why: str) -> None:
    if not true:
        raise ValueError(why)

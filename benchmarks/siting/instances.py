"""Made-up towns to choose cameras in: sites and street points on a grid of streets between blocks of houses, all from one seed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

BLOCK_M, STREET_M = 70.0, 10.0
"""Side of a block with its street, and width of the street: a Thai town quarter of shop houses."""
RANGE_M = (50.0, 70.0)
"""A face is recognised up to here by an ordinary 4 MP camera; the doc's instances use 60 m."""
DENSE_RANGE_M = (250.0, 250.0)
HEADINGS, OPENING_DEG = 8, 90.0
BAND = 3
"""A density band in which a face is recognised; any but 0 would do."""
SAMPLE_M = 2.5
"""A line of sight is looked at in steps of this: a house wall is thicker."""

Array = NDArray[Any]


@dataclass(frozen=True)
class Size:
    """How large a town is."""

    name: str
    sites: int
    points: int
    cameras: int
    """The budget, p."""
    dense: bool = False

    @property
    def poses(self) -> int:
        return self.sites * HEADINGS


SMALL = Size("296 x 5,000", 37, 5_000, 20)
MIDDLE = Size("1,264 x 10,000", 158, 10_000, 60)
LARGE = Size("8,000 x 40,000", 1_000, 40_000, 300)
DENSE = Size("1,264 x 10,000 dense", 158, 10_000, 8, dense=True)
SIZES = {size.name: size for size in (SMALL, MIDDLE, LARGE, DENSE)}


@dataclass(frozen=True)
class Town:
    """One instance: pose ``i`` sees ``point[start[i]:start[i + 1]]``; poses of one site follow each other."""

    size: Size
    seed: int
    start: Array
    point: Array
    weight: Array
    """Metres of street times risk."""
    site: Array

    def sees(self, pose: int) -> Array:
        return self.point[self.start[pose] : self.start[pose + 1]]

    def worth(self, chosen: Iterable[int]) -> float:
        """From the raw rows, by nobody's solver."""
        seen: set[int] = set()
        for pose in chosen:
            seen.update(self.sees(pose).tolist())
        return float(self.weight[sorted(seen)].sum())

    def seen_at_once(self) -> Array:
        """The dense matrix (poses, points) as ``coverage.seen`` gives it."""
        matrix = np.zeros((self.size.poses, self.size.points), np.uint8)
        for pose in range(self.size.poses):
            matrix[pose, self.sees(pose)] = BAND
        return matrix


def make(size: Size, seed: int) -> Town:
    """The town of a seed. Its side follows from the sites: about one place for a camera on each stretch of street."""
    rng = np.random.default_rng([seed, size.sites, size.points])
    blocks = max(3, round((size.sites / 2.2) ** 0.5))
    side = blocks * BLOCK_M
    sites = _on_streets(rng, size.sites, side)
    points = _on_streets(rng, size.points, side)
    risk = np.round(rng.gamma(2.0, 1.0, size.points) * 15 + 1)
    reach = rng.uniform(*(DENSE_RANGE_M if size.dense else RANGE_M), size.sites)
    rows: list[Array] = []
    for place, far in zip(sites, reach, strict=True):
        away = points - place
        distance = np.hypot(away[:, 0], away[:, 1])
        near = np.flatnonzero(distance <= far)
        near = near[_in_sight(place, points[near], through_walls=size.dense)]
        bearing = np.degrees(np.arctan2(away[near, 0], away[near, 1]))
        for heading in np.arange(HEADINGS) * 360 / HEADINGS:
            off = (bearing - heading + 180) % 360 - 180
            rows.append(near[np.abs(off) <= OPENING_DEG / 2])
    start = np.concatenate(([0], np.cumsum([len(row) for row in rows]))).astype(np.int64)
    site = np.repeat(np.arange(size.sites), HEADINGS)
    return Town(size, seed, start, np.concatenate(rows).astype(np.int32), risk, site)


def _on_streets(rng: np.random.Generator, count: int, side: float) -> Array:
    """Places spread over the streets, which run along both axes every ``BLOCK_M``."""
    along = rng.uniform(0, side, count)
    across = rng.integers(0, round(side / BLOCK_M) + 1, count) * BLOCK_M + rng.uniform(-STREET_M / 2, STREET_M / 2, count)
    east_west = rng.random(count) < 0.5
    return np.stack([np.where(east_west, along, across), np.where(east_west, across, along)], axis=1)


def _in_sight(place: Array, points: Array, *, through_walls: bool) -> Array:
    """Whether the straight line to each point stays on the street. The doc's dense town is open ground."""
    if through_walls or not len(points):
        return np.ones(len(points), np.bool_)
    farthest = np.hypot(*(points - place).T).max()
    steps = np.linspace(0, 1, max(2, int(farthest / SAMPLE_M)))[:, None, None]
    line = place + steps * (points - place)
    off_street = np.abs((line + BLOCK_M / 2) % BLOCK_M - BLOCK_M / 2) > STREET_M / 2 + 1e-9
    return ~off_street.all(axis=2).any(axis=0)

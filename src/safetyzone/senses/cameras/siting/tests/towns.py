"""Small made-up towns for the tests, and the answer by trying everything."""

from collections.abc import Callable, Iterator, Sequence
from itertools import product

import numpy as np
from hypothesis import strategies as st

SEEN_TWICE = 2


def worth(seen: np.ndarray, weight: np.ndarray, twice: np.ndarray, chosen: Sequence[int]) -> float:
    """From the matrix as given, by nothing that is tested."""
    cameras = (seen[list(chosen)] > 0).sum(axis=0) if len(chosen) else np.zeros(len(weight))
    return float(weight[cameras >= 1].sum() + twice[cameras >= SEEN_TWICE].sum())


def arrangements(site: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Every way to put at most one camera on each site."""
    sites = sorted(set(site))
    for picked in product(*([None, *(pose for pose, at in enumerate(site) if at == here)] for here in sites)):
        yield tuple(pose for pose in picked if pose is not None)


def best_of_all(site: Sequence[int], value: Callable[[tuple[int, ...]], float], allowed: Callable[[tuple[int, ...]], bool]) -> float | None:
    """The highest value of an allowed arrangement; None where none is allowed."""
    return max((value(chosen) for chosen in arrangements(site) if allowed(chosen)), default=None)


@st.composite
def towns(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray, np.ndarray, list[int], np.ndarray]:
    """(seen, weight, twice, site, cost): up to 4 sites with up to 3 poses each, up to 9 points, many of them alike."""
    poses_at = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    site = [number * 10 for number, poses in enumerate(poses_at) for _ in range(poses)]
    points = draw(st.integers(1, 9))
    bits = draw(st.lists(st.integers(0, 2**points - 1), min_size=len(site), max_size=len(site)))
    seen = np.array([[(row >> p) & 1 for p in range(points)] for row in bits], np.uint8) * 3
    weight = np.array(draw(st.lists(st.sampled_from([0.0, 1.0, 2.5, 7.0]), min_size=points, max_size=points)))
    twice = weight * draw(st.sampled_from([0.0, 0.3, 1.0]))
    cost = np.array(draw(st.lists(st.sampled_from([0.0, 3.0, 4.0, 9.0]), min_size=len(site), max_size=len(site))))
    return seen, weight, twice, site, cost

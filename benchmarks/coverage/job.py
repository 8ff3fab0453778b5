"""``python -m benchmarks coverage``: what 2,000 cameras see among 8,300 houses, exactly, against three libraries; one core each."""

import os
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
import shapely

from benchmarks import peers
from benchmarks.coverage import awkward, cold, console
from benchmarks.coverage.city import REACH_M, Array, City, make
from benchmarks.coverage.contestants import Contestant, Ours, Pyvisgraph, Shapely, Tcod
from benchmarks.outcome import Outcome, table
from safetyzone.senses.cameras.coverage import sweep

X_SHAPELY, X_TCOD, AREA_ERROR, RECOMPUTE_S, TURNED_MS, SPOT_MS = 50.0, 10.0, 1e-4, 0.15, 1.0, 20.0
FINE_DEG = 0.1
"""Arc step of the reference: its chords lose 5e-7 of the disc."""
BORDER_M = 0.03
"""A point so near the border may fall on either side: every second vertex of our arcs lies up to 2.7 cm outside them."""


@dataclass(frozen=True)
class Extent:
    """How much is measured. ``checked``: cameras whose area is compared; ``share``: of each contestant's cameras a round; ``cities``:
    how many more, of seeds from 0, only the answers are compared in."""

    rounds: int
    checked: int
    share: float
    cities: int


FULL, QUICK = Extent(rounds=7, checked=2_000, share=1.0, cities=5), Extent(rounds=5, checked=300, share=0.3, cities=0)
POINTS = 10_000


@dataclass
class Timed:
    """One contestant over the rounds, microseconds a camera."""

    contestant: Contestant
    us: list[float] = field(default_factory=list)

    @property
    def median(self) -> float:
        return statistics.median(self.us)


def run(*, quick: bool, seed: int) -> Outcome:
    """Answers first, then time, then what the planner's page asks."""
    extent, outcome = (QUICK if quick else FULL), Outcome("coverage", seed)
    peers.need("tcod", "pyvisgraph")
    city = make(seed)
    print(f"city of seed {seed}: {len(city.houses):,} houses, {city.edges:,} edges, {len(city.cameras):,} cameras", flush=True)
    starts = {"start_s": cold.seconds(compiled=True)} | ({} if quick else {"start_uncompiled_s": cold.seconds(compiled=False)})
    with _one_core():
        ours = Ours(city)
        ours.areas(city.cameras[:1])
        _check([(city, extent.checked)] + [(make(other), 400) for other in range(extent.cities)], outcome)
        began = time.perf_counter()
        tcod = Tcod(city)
        raster_s = time.perf_counter() - began
        timed = _race(city, [Timed(each) for each in (ours, Shapely(city), tcod, Pyvisgraph(city))], extent)
        _tell(timed, city, outcome)
        outcome.figures |= starts | {"tcod_raster_s": round(raster_s, 2)} | console.measure(seed)
    _judge(outcome)
    return outcome


@contextmanager
def _one_core() -> Iterator[None]:
    """Every contestant on the same single processor."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def _check(cities: list[tuple[City, int]], outcome: Outcome) -> None:
    """Areas, points and the awkward cases against shapely; what disagrees makes the whole run wrong."""
    errors, points, wrong = list[float](), 0, 0
    for city, count in cities:
        exact, cameras = Shapely(city, FINE_DEG), city.cameras[:count]
        shapes = [exact.visible(*camera) for camera in cameras.tolist()]
        parts = Ours(city).sectors(cameras)
        true = shapely.area(np.array(shapes, dtype=object))
        errors += (np.abs(sweep.areas_m2(parts) - true) / true).tolist()
        rng, each = np.random.default_rng(city.seed), POINTS // count + 1
        wrong += sum(_points_wrong(rng, each, *triple) for triple in zip(shapes, cameras.tolist(), parts, strict=True))
        points += each * count
    awkward_errors = awkward.errors()
    outcome.figures |= {
        "area_error": float(f"{max(errors):.2e}"), "area_error_median": float(f"{np.median(errors):.2e}"), "areas_compared": len(errors),
        "cities_compared": len(cities), "points_compared": points, "points_wrong": wrong,
        "awkward_error": {name: float(f"{found:.1e}") for name, found in awkward_errors.items()},
    }  # fmt: skip
    print(f"areas of {len(errors):,} cameras: worst error {max(errors):.1e}; {points:,} points, {wrong} wrong", flush=True)
    if wrong:
        outcome.wrong.append(f"{wrong} points on the wrong side of a border")
    outcome.wrong += [f"{name}: area wrong by {found:.1e}" for name, found in awkward_errors.items() if found > AREA_ERROR]
    if max(errors) > AREA_ERROR:
        outcome.wrong.append(f"an area is wrong by {max(errors):.1e}")


def _points_wrong(rng: np.random.Generator, count: int, shape: shapely.Geometry, camera: list[float], part: Array) -> int:
    """How many of some points around a camera lie on the other side than shapely says, and not on the border."""
    x, y, azimuth = camera
    away, off = REACH_M * np.sqrt(rng.random(count)), np.radians(azimuth + rng.uniform(-60, 60, count))
    at = np.stack([away * np.sin(off), away * np.cos(off)], axis=1)
    there = shapely.points(at[:, 0] + x, at[:, 1] + y)
    mine = shapely.contains_xy(shapely.make_valid(shapely.Polygon(part)), *at.T)
    near = shapely.distance(there, shapely.boundary(shape)) <= BORDER_M
    return int(((mine != shapely.contains(shape, there)) & ~near).sum())


def _race(city: City, timed: list[Timed], extent: Extent) -> list[Timed]:
    """In turns, so that a busy moment hits all; each on other cameras in each round."""
    for number in range(extent.rounds):
        for each in timed:
            count = each.contestant.cameras_a_round
            count = count if isinstance(each.contestant, Ours) else max(20, round(count * extent.share))
            first = number * count % (len(city.cameras) - count + 1)
            cameras = city.cameras[first : first + count]
            work: Callable[[], object] = (
                (lambda c=cameras, o=each.contestant: o.sectors(c)) if isinstance(each.contestant, Ours)
                else (lambda c=cameras, o=each.contestant: o.areas(c))
            )  # fmt: skip
            began = time.perf_counter()
            work()
            each.us.append((time.perf_counter() - began) / count * 1e6)
    return timed


def _tell(timed: list[Timed], city: City, outcome: Outcome) -> None:
    ours = timed[0]
    names = {"shapely exact": "x_shapely", "tcod 1 m": "x_tcod", "pyvisgraph local": "x_pyvisgraph"}
    outcome.figures |= {
        "us_per_camera": round(ours.median, 1), "recompute_2000_s": round(ours.median * len(city.cameras) / 1e6, 3),
        "us_per_camera_best": round(min(ours.us), 1),
    }  # fmt: skip
    outcome.figures |= {names[each.contestant.name]: round(each.median / ours.median, 1) for each in timed[1:]}
    outcome.figures["peer_us"] = {each.contestant.name: round(each.median) for each in timed[1:]}
    rows = [[each.contestant.name, each.median, min(each.us), each.median / ours.median] for each in timed]
    table("One camera, 60 m and 90 degrees, microseconds on one core", ["", "median", "best", "times ours"], rows)
    tcod, some = timed[2].contestant, city.cameras[:200]
    true = Shapely(city, FINE_DEG).areas(some)
    outcome.figures["tcod_area_error_median"] = round(float(np.median(np.abs(tcod.areas(some) - true) / true)), 4)


def _judge(outcome: Outcome) -> None:
    f = outcome.figures
    outcome.goals = {
        f"at least {X_SHAPELY:g} times shapely's exact visibility": f["x_shapely"] >= X_SHAPELY,
        f"at least {X_TCOD:g} times tcod on a 1 m raster": f["x_tcod"] >= X_TCOD,
        f"areas within {AREA_ERROR:g} of shapely's": f["area_error"] <= AREA_ERROR,
        f"2,000 cameras again within {RECOMPUTE_S} s": f["recompute_2000_s"] <= RECOMPUTE_S,
        f"a camera turned by hand: polygon and total within {TURNED_MS:g} ms": f["turned_by_hand_ms"] <= TURNED_MS,
        f"who sees a spot among 2,500 cameras within {SPOT_MS:g} ms (p99)": f["spot_ms_p99"] <= SPOT_MS,
    }

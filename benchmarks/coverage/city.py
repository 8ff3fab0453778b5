"""A made-up city from one seed: blocks of houses on a grid of streets, a third of them L-shaped, gaps between them, none quite straight."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from safetyzone.kernel.geometry import EARTH_RADIUS_M
from safetyzone.senses.cameras.coverage.ground import Ground

PITCH_M, STREET_M, PLOTS = 80.0, 10.0, 4
"""From one street to the next, width of a street, plots along each side of a block: a quarter of shop houses."""
GAPS, L_SHAPED, LEAN_DEG = 0.12, 0.29, 2.0
HEIGHT_M, MAST_M = 12.0, 6.0
REACH_M, OPENING_DEG = 60.0, 90.0
ORIGIN = (100.54, 13.74)

Array = NDArray[Any]


@dataclass(frozen=True)
class City:
    """Footprints in metres from the south-west corner, cameras on the streets, and a ground made of them."""

    seed: int
    side_m: float
    houses: tuple[shapely.Polygon, ...]
    cameras: Array
    """Rows (x, y, azimuth)."""

    @cached_property
    def ground(self) -> Ground:
        at = [-PITCH_M / 2 + PITCH_M * k for k in range(1, round(self.side_m / PITCH_M) + 1)]
        streets = [((x, 0.0), (x, self.side_m)) for x in at] + [((0.0, y), (self.side_m, y)) for y in at]
        return Ground.from_shapes(
            [(_degrees(house), HEIGHT_M) for house in self.houses], (), [(_lonlat(np.array(line)).tolist(), True, "") for line in streets],
            ORIGIN,
        )  # fmt: skip

    @property
    def edges(self) -> int:
        return sum(len(house.exterior.coords) - 1 for house in self.houses)


def make(seed: int, *, blocks: int = 25, cameras: int = 2_000) -> City:
    """The city of a seed: 25 x 25 blocks are 2 x 2 km."""
    rng = np.random.default_rng([seed, blocks, cameras])
    houses = [house for east in range(blocks) for north in range(blocks) for house in _block(rng, east * PITCH_M, north * PITCH_M)]
    side = blocks * PITCH_M
    along = rng.uniform(PITCH_M, side - PITCH_M, cameras)
    across = PITCH_M * rng.integers(1, blocks, cameras) - PITCH_M / 2 + rng.uniform(-3.5, 3.5, cameras)
    east_west = rng.random(cameras) < 0.5
    x, y = np.where(east_west, along, across), np.where(east_west, across, along)
    return City(seed, side, tuple(houses), np.stack([x, y, rng.uniform(0, 360, cameras)], axis=1))


def _block(rng: np.random.Generator, east: float, north: float) -> list[shapely.Polygon]:
    """Fifteen plots and a yard between four streets; the streets run through the middle of the pitch."""
    plot = (PITCH_M - STREET_M) / PLOTS
    yard, houses = rng.integers(PLOTS * PLOTS), []
    for number in range(PLOTS * PLOTS):
        if number == yard or rng.random() < GAPS:
            continue
        margin = rng.uniform(0.5, 2.0, 4)
        column, row = divmod(number, PLOTS)
        west = east + PITCH_M / 2 + STREET_M / 2 + column * plot
        south = north + PITCH_M / 2 + STREET_M / 2 + row * plot
        ring = _ring(rng, west + margin[0], south + margin[1], west + plot - margin[2], south + plot - margin[3])
        houses.append(shapely.affinity.rotate(shapely.Polygon(ring), rng.uniform(-LEAN_DEG, LEAN_DEG)))
    return houses


def _ring(rng: np.random.Generator, west: float, south: float, east: float, north: float) -> list[tuple[float, float]]:
    if rng.random() >= L_SHAPED:
        return [(west, south), (east, south), (east, north), (west, north)]
    x, y = west + (east - west) * rng.uniform(0.35, 0.65), south + (north - south) * rng.uniform(0.35, 0.65)
    return [(west, south), (east, south), (east, y), (x, y), (x, north), (west, north)]


def _lonlat(at: Array) -> Array:
    north = math.radians(EARTH_RADIUS_M)
    return np.asarray(ORIGIN) + at / (north * math.cos(math.radians(ORIGIN[1])), north)


def _degrees(house: shapely.Polygon) -> shapely.Polygon:
    return shapely.transform(house, _lonlat)


def ground_of(houses: list[shapely.Polygon]) -> Ground:
    """A ground of a few footprints, for the awkward cases."""
    return Ground.from_shapes([(_degrees(house), HEIGHT_M) for house in houses], origin=ORIGIN)

"""Pieces of street that no working camera sees, the weightiest first, each with the nearest place where one could hang."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Bools, Bytes, Floats, Ints
from safetyzone.senses.cameras.coverage.ground import STEP_M, Ground

SHORTEST_M = 10.0
"""A shorter gap is a doorway's shadow; nobody buys a camera for it."""
TOUCHES_WITHIN_M = 2 * STEP_M
"""Ends of two pieces so near to each other are one street that was drawn in two."""


@dataclass(frozen=True, eq=False, slots=True)
class DeadSpot:
    """A piece of street, without a break."""

    length_m: float
    value: float
    """Metres times weight: what seeing it would be worth."""
    x: float
    y: float
    """A point of the piece, nearest to its middle, in metres from the ground's origin."""
    street: str
    points: Ints
    """Which points of the ground it is made of."""
    place: int
    """The nearest of the places given, or -1."""
    place_m: float


def dead_spots(
    ground: Ground, covered: Bools | Bytes, inside: Bools, *, weight: Floats | None = None, places: Sequence[tuple[float, float]] = (),
    most: int = 50,
) -> list[DeadSpot]:  # fmt: skip
    """The pieces of street inside, of at least ``SHORTEST_M``, that are not covered (``zone.counted``, or any yes and no by point).

    ``weight``: what a metre is worth at each point (1, if left out). ``places``: poles and other places for a camera, in metres.
    Pieces of one street name whose ends touch are one.
    """
    dark = np.flatnonzero((np.asarray(covered) == 0) & inside)
    if not dark.size:
        return []
    worth = np.ones(len(ground.points)) if weight is None else weight
    spots = []
    for piece in _joined(ground, _runs(ground, dark)):
        metres = ground.points.weight[piece]
        if metres.sum() >= SHORTEST_M:
            spots.append((float((metres * worth[piece]).sum()), float(metres.sum()), piece))
    spots.sort(key=lambda spot: (-spot[0], -spot[1], int(spot[2][0])))
    return [_spot(ground, value, length, piece, places) for value, length, piece in spots[:most]]


def _runs(ground: Ground, dark: Ints) -> list[Ints]:
    """Points that follow each other on one street; a building over the street parts them."""
    points = ground.points
    segment, along, weight = points.segment[dark], points.along[dark], points.weight[dark]
    parted = (np.diff(dark) != 1) | (np.diff(segment) != 0) | (np.diff(along) > 1.5 * weight[1:])
    return np.split(dark, np.flatnonzero(parted) + 1)


def _joined(ground: Ground, runs: list[Ints]) -> list[Ints]:
    """Runs of equally named streets whose ends touch, put together."""
    points, ends = ground.points, np.array([[run[0], run[-1]] for run in runs], np.int64)
    group = list(range(len(runs)))

    def first(run: int) -> int:
        while group[run] != run:
            group[run] = group[group[run]]
            run = group[run]
        return run

    cells: dict[tuple[int, int], list[int]] = {}
    for number, end in ((number, int(end)) for number, pair in enumerate(ends) for end in pair):
        column, row = int(points.x[end] // TOUCHES_WITHIN_M), int(points.y[end] // TOUCHES_WITHIN_M)
        for near in ((column + i, row + j) for i in (-1, 0, 1) for j in (-1, 0, 1)):
            for other in cells.get(near, ()):
                same = ground.names[points.segment[end]] == ground.names[points.segment[runs[other][0]]]
                away = np.hypot(points.x[end] - points.x[ends[other]], points.y[end] - points.y[ends[other]])
                if same and away.min() <= TOUCHES_WITHIN_M:
                    group[first(number)] = first(other)
        cells.setdefault((column, row), []).append(number)
    together: dict[int, list[Ints]] = {}
    for number, run in enumerate(runs):
        together.setdefault(first(number), []).append(run)
    return [np.concatenate(each) for each in together.values()]


def _spot(ground: Ground, value: float, length: float, piece: Ints, places: Sequence[tuple[float, float]]) -> DeadSpot:
    x, y = ground.points.x[piece], ground.points.y[piece]
    middle = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
    place, away = -1, float("inf")
    if len(places):
        distances = np.hypot(*(np.asarray(places, np.float64) - (x[middle], y[middle])).T)
        place, away = int(np.argmin(distances)), float(distances.min())
    name = ground.names[ground.points.segment[piece[middle]]]
    return DeadSpot(length, value, float(x[middle]), float(y[middle]), name, piece, place, away)

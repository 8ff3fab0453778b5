"""What this room asks of others that stand above it: how long a way is along the streets, and how right a camera reads."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from safetyzone.kernel.geometry import Point

STRAIGHT, DETOUR, CITY_KMH = "straight_line", 1.4, 22.0
"""Where no street is known: the crow's way, times 1.4, at the speed of a city."""


class Way(Protocol):
    """One way: seconds and metres, and how they were found (``road`` or ``straight_line``)."""

    @property
    def seconds(self) -> float: ...
    @property
    def metres(self) -> float: ...
    @property
    def how(self) -> str: ...


class Measured(Protocol):
    """A camera's week of hand-checked passages."""

    @property
    def checked(self) -> int: ...
    @property
    def right(self) -> float | None: ...
    @property
    def measured(self) -> bool: ...
    @property
    def offline_h(self) -> float | None: ...


Roads = Callable[[Sequence[Point], Point, str], Sequence[Way]]
"""From these places to that one, for a car, a motorcycle or somebody on foot."""
Accuracy = Callable[[Iterable[str], datetime], Mapping[str, Measured]]
_roads: Roads | None = None
_accuracy: Accuracy | None = None


def use_roads(roads: Roads | None) -> None:
    """Say at start who knows the streets."""
    global _roads  # noqa: PLW0603 - one for a process
    _roads = roads


def use_accuracy(accuracy: Accuracy | None) -> None:
    """Say at start who knows how right cameras read."""
    global _accuracy  # noqa: PLW0603 - one for a process
    _accuracy = accuracy


class _Crow:
    """A straight line that says so."""

    how = STRAIGHT

    def __init__(self, start: Point, goal: Point) -> None:
        self.metres = start.metres_to(goal) * DETOUR
        self.seconds = self.metres * 3.6 / CITY_KMH


def ways(starts: Sequence[Point], goal: Point, kind: str) -> Sequence[Way]:
    """One way from each place."""
    return _roads(starts, goal, kind) if _roads else [_Crow(start, goal) for start in starts]


def accuracy(cameras: Iterable[str], at: datetime) -> Mapping[str, Measured]:
    """By camera; empty where nobody measures."""
    return _accuracy(cameras, at) if _accuracy else {}

"""How units move and how fast: the figures and shapes that road times are made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from safetyzone.kernel.geometry import Point

WALK_KMH = 5.0


class How(StrEnum):
    """How a time was found; always shown."""

    ROAD = "road"
    STRAIGHT_LINE = "straight_line"


@dataclass(frozen=True, slots=True)
class Travel:
    """How a kind of unit moves: km/h at most, km/h in a city as a whole, where it may go, whether one-way signs bind it."""

    max_kmh: float
    city_kmh: float
    on_paths: bool
    on_motorways: bool
    keeps_one_way: bool


TRAVEL: Mapping[str, Travel] = {
    "car": Travel(90, 22, on_paths=False, on_motorways=True, keeps_one_way=True),
    "motorcycle": Travel(80, 28, on_paths=False, on_motorways=False, keeps_one_way=True),
    "bicycle": Travel(15, 13, on_paths=True, on_motorways=False, keeps_one_way=True),
    "foot": Travel(WALK_KMH, WALK_KMH, on_paths=True, on_motorways=False, keeps_one_way=False),
}
ELSE = TRAVEL["car"]

STREET_KMH = {
    "motorway": 70.0, "trunk": 45.0, "primary": 35.0, "secondary": 30.0, "tertiary": 26.0, "residential": 20.0,
    "living_street": 12.0, "service": 12.0, "unclassified": 20.0, "pedestrian": 8.0, "footway": 8.0, "path": 8.0,
    "cycleway": 15.0, "steps": 3.0, "track": 10.0,
}  # fmt: skip
"""Ordinary city speed by OSM class, where the street itself names none: our estimates, to be replaced by a station's own logs."""
STREET_KMH_ELSE = 18.0
PATHS = frozenset({"pedestrian", "footway", "path", "cycleway", "steps", "corridor", "bridleway"})
MOTORWAYS = frozenset({"motorway", "motorway_link"})


class Segment(Protocol):
    """A street as we need it. ``nodes`` are (lon, lat); streets meet where they share one. ``one_way`` follows their order."""

    @property
    def nodes(self) -> Sequence[tuple[float, float]]: ...
    @property
    def road_class(self) -> str: ...
    @property
    def one_way(self) -> bool: ...
    @property
    def speed_kmh(self) -> float | None: ...


@dataclass(frozen=True, slots=True)
class Traveller:
    """A unit that might go: where it is and how it moves."""

    place: Point
    kind: str = "car"


@dataclass(frozen=True, slots=True)
class RoadAnswer:
    """Seconds and metres to the place, and how they were found."""

    seconds: float
    metres: float
    how: How

"""What a metre of street is worth at each point: 1, and more where calls for help came from. Fear and footfall plug in beside it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import numpy as np

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.alerts import queries as alerts
from safetyzone.senses.cameras.coverage.compiled import Floats
from safetyzone.senses.cameras.coverage.ground import Ground

LOOK_BACK = timedelta(days=365)
REACH_M = 50.0
"""How far around a call the street is held to be riskier."""
A_CALL = 1.0
"""What one call adds at its own place, falling to nothing at ``REACH_M``."""
MOST = 10.0
"""No place is worth more than so many quiet ones: one noisy pole must not swallow a zone."""
HEAVIEST = 5.0
"""The most that a planner may multiply one source by."""
HOURS = 24

Weigh = Callable[[str, Ground, datetime, int | None], Floats]
"""Station, ground, time, hour of the day (None: all) → what to add to 1 at each street point."""


class BadWeight(Refused):
    """An hour that no day has, or a weight that no slider gives."""

    code = "bad_weight"
    th = "ชั่วโมงต้องเป็น 0 ถึง 23 และน้ำหนักต้องเป็น 0 ถึง 5"
    en = "The hour must lie between 0 and 23, and a weight between 0 and 5."


def from_calls(station: str, ground: Ground, at: datetime, hour: int | None) -> Floats:
    """Calls for help of the last year that were not technical."""
    points = ground.points
    added = np.zeros(len(points))
    for lon, lat in alerts.places(station, since=at - LOOK_BACK, hour=hour):
        x, y = ground.to_metres(lon, lat)
        added += A_CALL * np.clip(1 - np.hypot(points.x - x, points.y - y) / REACH_M, 0, None)
    return added


SOURCES: dict[str, Weigh] = {"calls": from_calls}
"""By name. ``story.py`` adds what rooms uphill know: fear from the polls, footfall."""
WORDS: dict[str, tuple[str, str]] = {"calls": ("น้ำหนักของการขอความช่วยเหลือ", "weight of calls for help")}


@dataclass(frozen=True)
class Wish:
    """How a planner wants the sources to count: by what they are multiplied (1, if left out), and at which hour of the day."""

    weights: Mapping[str, float] = field(default_factory=dict)
    hour: int | None = None

    def __post_init__(self) -> None:
        known = all(name in SOURCES and 0 <= weight <= HEAVIEST for name, weight in self.weights.items())
        if not known or not (self.hour is None or 0 <= self.hour < HOURS):
            raise BadWeight


def risk(station: str, ground: Ground, at: datetime, wish: Wish | None = None) -> Floats:
    """The weight of each street point, 1 to ``MOST``."""
    wish = wish or Wish()
    added = np.zeros(len(ground.points))
    for name, weigh in SOURCES.items():
        if weight := wish.weights.get(name, 1.0):
            added += weight * weigh(station, ground, at, wish.hour)
    return np.minimum(1 + added, MOST)

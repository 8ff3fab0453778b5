"""What a metre of street is worth at each point: 1, and more where calls for help came from. Fear and footfall plug in beside it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import numpy as np

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

Weigh = Callable[[str, Ground, datetime], Floats]
"""Station, ground, time → what to add to 1 at each street point."""


def from_calls(station: str, ground: Ground, at: datetime) -> Floats:
    """Calls for help of the last year that were not technical."""
    points = ground.points
    added = np.zeros(len(points))
    for lon, lat in alerts.places(station, since=at - LOOK_BACK):
        x, y = ground.to_metres(lon, lat)
        added += A_CALL * np.clip(1 - np.hypot(points.x - x, points.y - y) / REACH_M, 0, None)
    return added


SOURCES: list[Weigh] = [from_calls]
"""``story.py`` adds what rooms uphill know: fear from the polls, footfall."""


def risk(station: str, ground: Ground, at: datetime) -> Floats:
    """The weight of each street point, 1 to ``MOST``."""
    added = sum((weigh(station, ground, at) for weigh in SOURCES), start=np.zeros(len(ground.points)))
    return np.minimum(1 + added, MOST)

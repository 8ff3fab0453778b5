"""Where somebody will be seen next: cameras by the time one needs to them along the streets. No plate and no face is needed. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.kernel.geometry import Point
from safetyzone.senses.sightings.ports import Way

NEAREST, SHOWN = 12, 8
"""So many of the nearest are reckoned with; so many are offered."""
FASTEST, SLOWEST, WAITS = 0.6, 2.0, timedelta(seconds=60)
"""One may be faster than the city's speed by so much, slower by so much, and stop for a minute."""
ON_THE_WAY = 1.1
"""A camera is behind another one if the way past that one is at most a tenth longer."""
SOON_S = 15.0
"""Or no longer than this: cameras of one junction."""
KINDS = ("car", "motorcycle", "foot")


@dataclass(frozen=True, slots=True)
class Stand:
    """A camera and its place."""

    code: str
    name_th: str
    name_en: str
    where: Point


@dataclass(frozen=True, slots=True)
class Next:
    """A camera at which one will be seen next, and between when. ``first``: no other camera stands on the way to it, so it is an exit."""

    camera: str
    name_th: str
    name_en: str
    where: Point
    bearing_deg: float
    metres: float
    seconds: float
    how: str
    first: bool
    from_at: datetime
    to_at: datetime

    @property
    def from_ms(self) -> int:
        """Where playback begins: UTC, milliseconds."""
        return int(self.from_at.timestamp() * 1000)


Ways = Callable[[Sequence[Point], Point, str], Sequence[Way]]


def next_cameras(here: Stand, others: Sequence[Stand], moment: datetime, kind: str, ways: Ways) -> list[Next]:
    """The soonest reached first."""
    near = sorted((one for one in others if one.code != here.code), key=lambda one: here.where.metres_to(one.where))[:NEAREST]
    starts = [here.where, *(one.where for one in near)]
    times = [ways(starts, one.where, kind) for one in near]
    """Of each goal: the way from here, then from each of the others."""
    found = [_next(here, one, times[n][0], _is_first(n, times), moment) for n, one in enumerate(near)]
    return sorted(found, key=lambda one: (one.seconds, one.camera))[:SHOWN]


def _is_first(goal: int, times: Sequence[Sequence[Way]]) -> bool:
    """Whether the quickest way there passes none of the others."""
    direct = times[goal][0].seconds
    for n, others in enumerate(times):
        past = others[0].seconds + times[goal][n + 1].seconds
        if n != goal and others[0].seconds + SOON_S < direct and past <= direct * ON_THE_WAY:
            return False
    return True


def _next(here: Stand, one: Stand, way: Way, first: bool, moment: datetime) -> Next:
    span = timedelta(seconds=way.seconds)
    return Next(
        one.code, one.name_th, one.name_en, one.where, here.where.bearing_to(one.where), way.metres, way.seconds, str(way.how), first,
        moment + span * FASTEST, moment + span * SLOWEST + WAITS,
    )  # fmt: skip

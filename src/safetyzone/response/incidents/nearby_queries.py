"""Incidents at which somebody may still need help, with their places: what opens the cameras near them, at every station at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.kernel.geometry import Point
from safetyzone.response.incidents.models import Incident
from safetyzone.response.incidents.queries import follow_joins
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS

PRESSED_AT_MOST_BEFORE = timedelta(minutes=1)
"""A press that was under way for longer was not a matter of this minute any more when it came: the pole had been cut off."""
OPENS_NO_CAMERA = ("device_fault",)
"""A broken pole is work for a technician, and no case in the sense of what an owner agreed to."""


@dataclass(frozen=True, slots=True)
class OpenCase:
    """An incident that is open, where and since when."""

    id: int
    station: str
    kind: str
    where: Point
    began_at: datetime
    """The press, as far as it can be trusted; else when we heard of it."""
    drill: bool
    device: str = ""
    """The pole, if one called."""


def open_cases() -> dict[int, OpenCase]:
    """By number. Resolved ones and those judged false are not open: nobody is needed there; reopened they are again."""
    rows = (
        Incident.objects.filter(status__in=[status.value for status in OPEN_FOR_REPEATS], lon__isnull=False, lat__isnull=False)
        .exclude(kind__in=OPENS_NO_CAMERA)
        .values_list("id", "station", "kind", "lon", "lat", "pressed_at", "heard_at", "drill", "device")
    )
    return {
        number: OpenCase(number, station, kind, Point(lon, lat), _began(pressed_at, heard_at), drill, device)
        for number, station, kind, lon, lat, pressed_at, heard_at, drill, device in rows
        if lon is not None and lat is not None
    }


def _began(pressed_at: datetime | None, heard_at: datetime) -> datetime:
    return max(pressed_at, heard_at - PRESSED_AT_MOST_BEFORE) if pressed_at and pressed_at < heard_at else heard_at


def standing_for(numbers: Iterable[int], among: dict[int, OpenCase]) -> dict[int, OpenCase | None]:
    """For each number the open case that stands for it today: itself, the one into which it was joined, or none."""
    return {number: among.get(number) or among.get(follow_joins(number)) for number in set(numbers)}

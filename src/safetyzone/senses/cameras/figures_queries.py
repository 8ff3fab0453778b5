"""Reading coverage figures: a zone's trend."""

from dataclasses import dataclass
from datetime import datetime

from safetyzone.senses.cameras.models import Camera, CoverageFigure


@dataclass(frozen=True, slots=True)
class Figure:
    """Shares of a zone's walkable street at one moment; they hold until the next one."""

    at: datetime
    metres: float
    one_day: float
    two_day: float
    one_night: float
    two_night: float
    cameras: int
    working: int


def trend(zone: str, density_px_m: float, *, since: datetime, most: int = 500) -> list[Figure]:
    """The figures kept since a moment, oldest first, begun by the one that held then."""
    here = CoverageFigure.objects.filter(zone_id=zone, density_px_m=density_px_m)
    before = here.filter(at__lt=since).order_by("-at")[:1]
    rows = [*before, *reversed(here.filter(at__gte=since).order_by("-at")[:most])]
    return [Figure(r.at, r.metres, r.one_day, r.two_day, r.one_night, r.two_night, r.cameras, r.working) for r in rows]


def stations_with_cameras() -> list[str]:
    """Stations that have a camera in service."""
    return sorted(set(Camera.objects.filter(retired_at=None).values_list("station", flat=True)))

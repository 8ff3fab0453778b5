"""The only writer of coverage figures: what share of each zone was seen, kept whenever it has changed, for the planner's trend."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.senses.cameras.models import CoverageFigure
from safetyzone.senses.cameras.standing import Standing

DENSITIES_PX_M = (25.0, 125.0)
"""To detect somebody and to recognise somebody (EN 62676-4:2014)."""
CHANGED_BY = 1e-4
"""A smaller difference is rounding."""


@transaction.atomic
def keep_figures(here: Standing, *, by: Who, at: datetime) -> int:
    """Keep each zone's shares that differ from the last ones kept; returns how many."""
    kept = 0
    for zone in here.inside:
        for density in DENSITIES_PX_M:
            now = here.shares(zone, density)
            last = CoverageFigure.objects.filter(zone_id=zone, density_px_m=density).order_by("-at").first()
            values = (now.one_day, now.two_day, now.one_night, now.two_night)
            counts = (len(here.cameras) + len(here.unplaced), len(here.working()))
            if last is not None and counts == (last.cameras, last.working) and _alike(last, values):
                continue
            CoverageFigure.objects.create(
                zone_id=zone, at=at, density_px_m=density, metres=now.metres, one_day=now.one_day, two_day=now.two_day,
                one_night=now.one_night, two_night=now.two_night, cameras=counts[0], working=counts[1],
            )  # fmt: skip
            kept += 1
    return kept


def _alike(last: CoverageFigure, values: tuple[float, ...]) -> bool:
    before = (last.one_day, last.two_day, last.one_night, last.two_night)
    return all(abs(a - b) < CHANGED_BY for a, b in zip(before, values, strict=True))

"""Whether it is dark at a place and a time: the sun's height by NOAA's short formulas, good to a fraction of a degree."""

import math
from datetime import UTC, datetime

from safetyzone.kernel.geometry import Point

CIVIL_TWILIGHT_DEG = -6.0
"""Below this a street without lamps cannot be seen by eye or by a camera without its own light."""


def sun_height_deg(place: Point, at: datetime) -> float:
    """Degrees of the sun's centre above the horizon, without refraction (NOAA Solar Calculator, low-accuracy equations)."""
    moment = at.astimezone(UTC)
    hours = moment.hour + moment.minute / 60 + moment.second / 3600
    year_angle = 2 * math.pi / 365 * (moment.timetuple().tm_yday - 1 + (hours - 12) / 24)
    equation_min = 229.18 * (
        0.000075 + 0.001868 * math.cos(year_angle) - 0.032077 * math.sin(year_angle)
        - 0.014615 * math.cos(2 * year_angle) - 0.040849 * math.sin(2 * year_angle)
    )  # fmt: skip
    declination = (
        0.006918 - 0.399912 * math.cos(year_angle) + 0.070257 * math.sin(year_angle) - 0.006758 * math.cos(2 * year_angle)
        + 0.000907 * math.sin(2 * year_angle) - 0.002697 * math.cos(3 * year_angle) + 0.00148 * math.sin(3 * year_angle)
    )  # fmt: skip
    solar_minutes = hours * 60 + equation_min + 4 * place.lon
    hour_angle = math.radians(solar_minutes / 4 - 180)
    lat = math.radians(place.lat)
    return math.degrees(
        math.asin(math.sin(lat) * math.sin(declination) + math.cos(lat) * math.cos(declination) * math.cos(hour_angle))
    )


def is_dark(place: Point, at: datetime) -> bool:
    """True from the end of civil twilight to its beginning."""
    return sun_height_deg(place, at) < CIVIL_TWILIGHT_DEG

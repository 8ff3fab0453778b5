"""Places on the ground. Longitude before latitude, always named; lengths are metres; bearings are degrees clockwise from true north."""

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (IUGG); an error under 0.5 % anywhere, far below a phone's own."""


@dataclass(frozen=True, slots=True)
class Point:
    """A place on the ground, WGS 84 degrees."""

    lon: float
    lat: float

    def metres_to(self, other: "Point") -> float:
        """Great-circle distance in metres (haversine)."""
        lat_1, lat_2 = math.radians(self.lat), math.radians(other.lat)
        half_lat = (lat_2 - lat_1) / 2
        half_lon = math.radians(other.lon - self.lon) / 2
        a = math.sin(half_lat) ** 2 + math.cos(lat_1) * math.cos(lat_2) * math.sin(half_lon) ** 2
        return 2 * EARTH_RADIUS_M * math.asin(min(1.0, math.sqrt(a)))

    def bearing_to(self, other: "Point") -> float:
        """Initial bearing, degrees clockwise from true north, 0 <= b < 360."""
        lat_1, lat_2 = math.radians(self.lat), math.radians(other.lat)
        d_lon = math.radians(other.lon - self.lon)
        y = math.sin(d_lon) * math.cos(lat_2)
        x = math.cos(lat_1) * math.sin(lat_2) - math.sin(lat_1) * math.cos(lat_2) * math.cos(d_lon)
        return math.degrees(math.atan2(y, x)) % 360

    def moved(self, *, east_m: float = 0.0, north_m: float = 0.0) -> "Point":
        """The point so many metres east and north of here; good for distances of a few kilometres."""
        lat = self.lat + math.degrees(north_m / EARTH_RADIUS_M)
        lon = self.lon + math.degrees(east_m / (EARTH_RADIUS_M * math.cos(math.radians(self.lat))))
        return Point(lon=lon, lat=lat)


# Where Thailand is, with a margin of sea. A place outside is a swapped or broken position, not a Thai one.
THAILAND_LON = (97.0, 106.0)
THAILAND_LAT = (5.4, 20.6)


def is_in_thailand(lon: float, lat: float) -> bool:
    """True inside the country's bounding box, the cheapest test that catches swapped axes."""
    return THAILAND_LON[0] <= lon <= THAILAND_LON[1] and THAILAND_LAT[0] <= lat <= THAILAND_LAT[1]

"""What other rooms may ask about the ground. Frozen answers, never models."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.db import connection
from shapely import Point as Dot
from shapely import STRtree
from shapely.geometry import shape

from safetyzone.ground.zones.models import Province, Station, Zone
from safetyzone.ground.zones.rules import Border
from safetyzone.kernel.geometry import Point


@dataclass(frozen=True, slots=True)
class ProvinceView:
    code: str
    name_th: str
    name_en: str
    bureau: str
    where: Point


@dataclass(frozen=True, slots=True)
class ZoneView:
    """A zone; ``border_is`` says whether its border is ``circle``, ``assumed`` or ``drawn``."""

    code: str
    station: str
    name_th: str
    name_en: str
    border: Border
    border_is: str
    area_km2: float | None
    people: int | None
    households: int | None
    centre: Point


@dataclass(frozen=True, slots=True)
class StationView:
    """A station with its zones; the command room may be at a third place."""

    code: str
    name_th: str
    name_en: str
    province: str
    bureau: str
    where: Point
    command_room: Point
    pilot: bool
    zones: tuple[ZoneView, ...]


def provinces() -> list[ProvinceView]:
    """All provinces by code."""
    return [
        ProvinceView(row.code, row.name_th, row.name_en, row.bureau, Point(lon=row.lon, lat=row.lat))
        for row in Province.objects.order_by("code")
    ]


def stations() -> list[StationView]:
    """All stations by code, each with its zones."""
    found = Station.objects.select_related("province").prefetch_related("zones").order_by("code")
    return [_station_view(station) for station in found]


def station(code: str) -> StationView | None:
    """One station with its zones; None if there is none of that code."""
    found = Station.objects.select_related("province").prefetch_related("zones").filter(code=code).first()
    return _station_view(found) if found else None


def zones(station: str) -> list[ZoneView]:
    """The station's zones by code."""
    return [_zone_view(zone) for zone in Zone.objects.filter(station_id=station).order_by("code")]


def zone(code: str) -> ZoneView | None:
    """One zone; None if there is none of that code."""
    found = Zone.objects.filter(code=code).first()
    return _zone_view(found) if found else None


def zone_containing(point: Point) -> str:
    """Code of the zone that holds the point, its border included; empty if none does."""
    return zones_containing([point])[0]


def zones_containing(points: Sequence[Point]) -> list[str]:
    """The same for many points at one look at the database. Where zones overlap, the first by code."""
    codes, tree = _borders(_edition())
    which_points, which_zones = tree.query([Dot(point.lon, point.lat) for point in points], predicate="intersects")
    answer = [""] * len(points)
    for index, found in sorted(zip(which_points.tolist(), which_zones.tolist(), strict=True), reverse=True):
        answer[index] = codes[found]
    return answer


def nearest_station(point: Point) -> StationView | None:
    """The station whose house is nearest in a straight line; None on empty ground."""
    return min(stations(), key=lambda each: each.where.metres_to(point), default=None)


def _edition() -> str:
    """Changes whenever any zone's row does: place and writer of each row version, so that no program can serve a stale border."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT md5(string_agg(code || ctid::text || xmin::text, ',' ORDER BY code)) FROM zones_zone")
        return cursor.fetchone()[0] or ""


@lru_cache(maxsize=2)
def _borders(edition: str) -> tuple[list[str], STRtree]:
    """Codes and a search tree of the borders, built once an edition."""
    rows = list(Zone.objects.order_by("code").values_list("code", "border"))
    return [code for code, _ in rows], STRtree([shape(border) for _, border in rows])


def _zone_view(zone: Zone) -> ZoneView:
    return ZoneView(
        code=zone.code, station=zone.station_id, name_th=zone.name_th, name_en=zone.name_en, border=zone.border,
        border_is=zone.border_is, area_km2=zone.area_km2, people=zone.people, households=zone.households,
        centre=Point(lon=zone.lon, lat=zone.lat),
    )  # fmt: skip


def _station_view(station: Station) -> StationView:
    return StationView(
        code=station.code, name_th=station.name_th, name_en=station.name_en, province=station.province_id,
        bureau=station.province.bureau, where=Point(lon=station.lon, lat=station.lat),
        command_room=Point(lon=station.command_room_lon, lat=station.command_room_lat), pilot=station.pilot,
        zones=tuple(_zone_view(zone) for zone in sorted(station.zones.all(), key=lambda each: each.code)),
    )  # fmt: skip

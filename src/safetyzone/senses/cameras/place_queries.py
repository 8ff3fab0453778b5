"""Where cameras are, by code: for our own programs and listeners, which act for nobody."""

from collections.abc import Iterable
from dataclasses import dataclass

from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras.models import Camera


@dataclass(frozen=True, slots=True)
class CameraPlace:
    """A camera's place and names."""

    code: str
    station: str
    zone: str
    name_th: str
    name_en: str
    where: Point


def places_of(codes: Iterable[str]) -> dict[str, CameraPlace]:
    """The places of these cameras, those out of service among them; codes that are none are left out."""
    return {
        one.code: CameraPlace(
            one.code, one.station, one.zone_id or "", one.name_th, one.name_en or one.name_th, Point(lon=one.lon, lat=one.lat)
        )
        for one in Camera.objects.filter(code__in=set(codes))
    }

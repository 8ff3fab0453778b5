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


def places_near(station: str, where: Point, within_m: float) -> list[CameraPlace]:
    """The station's cameras in service not farther from there than so many metres, the nearest first."""
    found = Camera.objects.filter(station=station, retired_at=None, withdrawn_at=None)
    all_places = [
        CameraPlace(one.code, one.station, one.zone_id or "", one.name_th, one.name_en or one.name_th, Point(lon=one.lon, lat=one.lat))
        for one in found
    ]
    near = [(one.where.metres_to(where), one.code, one) for one in all_places]
    return [one for metres, _, one in sorted(near) if metres <= within_m]

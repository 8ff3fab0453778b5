"""Reading proposals: cameras that somebody found in the street, and what the register has near them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras import access
from safetyzone.senses.cameras.models import Camera, Survey
from safetyzone.senses.cameras.survey_queries import PhotoView

NEAR_M = 40.0
"""As far as a poor fix between houses may be off: a camera so near may be the one that was found."""
NEAR_DEG = 0.0005
"""More than ``NEAR_M`` both ways anywhere in Thailand."""


@dataclass(frozen=True, slots=True)
class NearCamera:
    """A camera of the register near what was found."""

    code: str
    name_th: str
    name_en: str
    metres: float
    azimuth_deg: float


@dataclass(frozen=True, slots=True)
class Proposed:
    """A camera that was found and is not in the register."""

    id: UUID
    station: str
    by: str
    at: datetime
    place: Point
    accuracy_m: float
    azimuth_deg: float | None
    azimuth_accuracy_deg: float | None
    tilt_deg: float | None
    height_m: float | None
    condition: str
    note: str
    name: str
    pole_mark: str
    owner: str
    kind: str
    photos: tuple[PhotoView, ...]
    near: tuple[NearCamera, ...]


def proposals(station: str, *, for_: Who) -> list[Proposed]:
    """What waits for a decision at a station, the oldest first.

    Raises:
        NotYours: only those who keep the register decide what comes into it.
    """
    must(for_, access.MANAGE, station=station)
    found = Survey.objects.filter(station=station, camera__isnull=True, settled_at__isnull=True).exclude(proposes={})
    return [_view(one) for one in found.prefetch_related("photos").order_by("at", "id")[:200]]


def proposal(survey: UUID, *, for_: Who) -> Proposed:
    """One that waits.

    Raises:
        NotFound: none such, decided already, or not hers to know of.
    """
    found = Survey.objects.filter(id=survey, camera__isnull=True, settled_at__isnull=True).exclude(proposes={}).first()
    if found is None or not access.may_see(for_, station=found.station):
        raise NotFound
    must(for_, access.MANAGE, station=found.station)
    return _view(found)


def _view(s: Survey) -> Proposed:
    place = Point(lon=s.lon or 0, lat=s.lat or 0)
    said = {name: str(s.proposes.get(name, "")) for name in ("name", "pole_mark", "owner", "kind")}
    return Proposed(
        id=s.id, station=s.station, by=s.by, at=s.at, place=place, accuracy_m=s.accuracy_m or 0, azimuth_deg=s.azimuth_deg,
        azimuth_accuracy_deg=s.azimuth_accuracy_deg, tilt_deg=s.tilt_deg, height_m=s.height_m, condition=s.condition, note=s.note,
        photos=tuple(PhotoView(photo.id, photo.shows) for photo in s.photos.all()), near=_near(s.station, place), **said,
    )  # fmt: skip


def _near(station: str, place: Point) -> tuple[NearCamera, ...]:
    """The nearest first; a box first, so that few are measured."""
    box = Camera.objects.filter(
        station=station, retired_at__isnull=True, lon__range=(place.lon - NEAR_DEG, place.lon + NEAR_DEG),
        lat__range=(place.lat - NEAR_DEG, place.lat + NEAR_DEG),
    )  # fmt: skip
    near = [
        NearCamera(c.code, c.name_th, c.name_en or c.name_th, place.metres_to(Point(lon=c.lon, lat=c.lat)), c.azimuth_deg) for c in box
    ]
    return tuple(sorted((one for one in near if one.metres <= NEAR_M), key=lambda one: one.metres))

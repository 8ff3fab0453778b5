"""Reading for surveys: what a phone carries with it, what became of its surveys, and what waits for a planner."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from safetyzone.ground.officers.access import Who, must, stations_where
from safetyzone.senses.cameras import access
from safetyzone.senses.cameras.models import Camera, Survey
from safetyzone.senses.cameras.survey_rules import PLACE, Condition

CARRIED = (
    "code", "station", "name_th", "name_en", "pole_mark", "lon", "lat", "height_m", "azimuth_deg", "tilt_deg", "hfov_deg", "version",
    "surveyed_at",
)  # fmt: skip
"""What a phone needs to find a camera and to say what it had seen. No address, no owner's name: a phone gets lost."""
REMEMBERED = timedelta(days=14)


def carried(*, for_: Who) -> list[dict[str, Any]]:
    """Every camera in service that this person may survey, as her phone carries it."""
    stations = stations_where(for_, access.SURVEY)
    return list(Camera.objects.filter(station__in=stations, retired_at__isnull=True).order_by("code").values(*CARRIED))


def became_of(*, for_: Who, at: datetime) -> dict[str, str]:
    """Of this person's surveys of the last two weeks: ``sent``, ``conflict``, or ``settled`` since.

    Of cameras that were not in the register: ``proposed``, then ``entered`` or ``dismissed``.
    """
    return {str(one.id): _fate(one) for one in Survey.objects.filter(by=for_.name, received_at__gt=at - REMEMBERED)}


def _fate(survey: Survey) -> str:
    if survey.proposes:
        return "proposed" if survey.settled_at is None else "entered" if survey.camera_id else "dismissed"
    if not survey.conflict and survey.condition != Condition.GONE:
        return "sent"
    return "settled" if survey.settled_at else "conflict"


@dataclass(frozen=True, slots=True)
class Disputed:
    """One field of which register and survey say different things."""

    field: str
    seen: Any
    register: Any
    """As it is now."""
    measured: Any


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo, by what it shows."""

    id: UUID
    shows: str


@dataclass(frozen=True, slots=True)
class Conflict:
    """A survey that waits for a decision."""

    id: UUID
    camera: str
    name_th: str
    name_en: str
    by: str
    at: datetime
    condition: str
    note: str
    accuracy_m: float | None
    azimuth_accuracy_deg: float | None
    disputed: tuple[Disputed, ...]
    photos: tuple[PhotoView, ...]


def conflicts(station: str, *, for_: Who) -> list[Conflict]:
    """The station's surveys that nobody has decided yet, the oldest first.

    Raises:
        NotYours: only those who keep the register decide what it says.
    """
    must(for_, access.MANAGE, station=station)
    waiting = Survey.objects.filter(camera__station=station, camera__retired_at__isnull=True, settled_at__isnull=True)
    found = waiting.exclude(conflict=[]).select_related("camera").prefetch_related("photos").order_by("at", "id")
    return [
        Conflict(
            s.id, s.camera.code, s.camera.name_th, s.camera.name_en or s.camera.name_th, s.by, s.at, s.condition, s.note, s.accuracy_m,
            s.azimuth_accuracy_deg,
            tuple(Disputed(one["field"], one["seen"], _of(s.camera, one["field"]), _of(s, one["field"])) for one in s.conflict),
            tuple(PhotoView(photo.id, photo.shows) for photo in s.photos.all()),
        )
        for s in found if s.camera is not None
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class NotThere:
    """A survey that did not find its camera, and nobody has decided yet."""

    id: UUID
    camera: str
    name_th: str
    name_en: str
    by: str
    at: datetime
    note: str
    photos: tuple[PhotoView, ...]


def not_there(station: str, *, for_: Who) -> list[NotThere]:
    """Cameras that were not found at their place, each once, by its newest survey; the longest waiting first.

    Raises:
        NotYours: only those who keep the register decide what leaves it.
    """
    must(for_, access.MANAGE, station=station)
    waiting = Survey.objects.filter(station=station, condition=Condition.GONE, settled_at=None, camera__retired_at=None)
    found = waiting.select_related("camera").prefetch_related("photos").order_by("at", "id")
    newest = {
        s.camera.code: NotThere(
            s.id, s.camera.code, s.camera.name_th, s.camera.name_en or s.camera.name_th, s.by, s.at, s.note,
            tuple(PhotoView(photo.id, photo.shows) for photo in s.photos.all()),
        )
        for s in found if s.camera is not None
    }  # fmt: skip
    return list(newest.values())


def _of(thing: Camera | Survey, field: str) -> Any:
    return [thing.lon, thing.lat] if field == PLACE else getattr(thing, field)

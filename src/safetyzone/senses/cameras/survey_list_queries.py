"""The station's surveys as a list: the newest first, narrowed to what somebody looks for."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from safetyzone.ground.officers.access import Who
from safetyzone.senses.cameras import access
from safetyzone.senses.cameras.models import Survey
from safetyzone.senses.cameras.survey_queries import PhotoView
from safetyzone.senses.cameras.survey_rules import Condition

CONFLICT, NEW = "conflict", "new"
WAITING, DECIDED = "waiting", "decided"
_disputes = ~Q(conflict=[])
_proposes = ~Q(proposes={})
_asks = _disputes | _proposes | Q(condition=Condition.GONE)
"""A survey that a person has to decide; every other one was taken over as it came."""
_waits = Q(settled_at=None) & (Q(camera=None) | Q(camera__retired_at=None))
KINDS: dict[str, Q] = {CONFLICT: _disputes, NEW: _proposes, **{one.value: Q(condition=one) for one in Condition}}
STATES: dict[str, Q] = {WAITING: _asks & _waits, DECIDED: _asks & Q(settled_at__isnull=False)}


@dataclass(frozen=True, slots=True)
class SoughtSurveys:
    """What the list is narrowed to; empty words narrow nothing."""

    kind: str = ""
    """A key of ``KINDS``."""
    state: str = ""
    """A key of ``STATES``."""
    camera: str = ""
    """A part of a code, or of the name of a camera that was found."""


@dataclass(frozen=True, slots=True)
class SurveyView:
    """One survey."""

    id: UUID
    camera: str
    """Empty: not in the register."""
    in_service: bool
    name_th: str
    name_en: str
    by: str
    at: datetime
    azimuth_deg: float | None
    tilt_deg: float | None
    height_m: float | None
    condition: str
    note: str
    disputes: bool
    proposes: bool
    state: str
    """``waiting``, ``decided``, or empty where nothing was to decide."""
    settled_by: str
    settled_at: datetime | None
    refused: str
    """Why a camera that was found does not come into the register."""
    photos: tuple[PhotoView, ...]


def surveys(
    station: str, *, for_: Who, sought: SoughtSurveys | None = None, first: int = 0, most: int = 50
) -> tuple[list[SurveyView], int]:
    """A page of the list, and how many there are in all.

    Raises:
        NotFound: this person may not see the station's cameras.
    """
    access.must_see(for_, station=station)
    found = _sought(Survey.objects.filter(station=station), sought or SoughtSurveys())
    page = found.select_related("camera").prefetch_related("photos").order_by("-at", "-id")[first : first + most]
    return [_view(one) for one in page], found.count()


def _sought(found: "QuerySet[Survey]", sought: SoughtSurveys) -> "QuerySet[Survey]":
    for asked, known in ((sought.kind, KINDS), (sought.state, STATES)):
        if asked:
            found = found.filter(known[asked]) if asked in known else found.none()
    for word in sought.camera.split()[:5]:
        found = found.filter(Q(camera__code__icontains=word) | Q(camera__name_th__icontains=word) | Q(proposes__name__icontains=word))
    return found


def _view(s: Survey) -> SurveyView:
    name = str(s.proposes.get("name", ""))
    asks = bool(s.conflict or s.proposes) or s.condition == Condition.GONE
    in_service = s.camera is not None and s.camera.retired_at is None
    waits = s.settled_at is None and (s.camera is None or in_service)
    return SurveyView(
        id=s.id, camera=s.camera_id or "", in_service=in_service, name_th=s.camera.name_th if s.camera else name,
        name_en=(s.camera.name_en or s.camera.name_th) if s.camera else name, by=s.by, at=s.at, azimuth_deg=s.azimuth_deg,
        tilt_deg=s.tilt_deg, height_m=s.height_m, condition=s.condition, note=s.note, disputes=bool(s.conflict),
        proposes=bool(s.proposes), state="" if not asks else WAITING if waits else DECIDED, settled_by=s.settled_by,
        settled_at=s.settled_at, refused=str(s.proposes.get("refused", "")),
        photos=tuple(PhotoView(photo.id, photo.shows) for photo in s.photos.all()),
    )  # fmt: skip

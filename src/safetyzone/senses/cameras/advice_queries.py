"""Reading advice."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras.models import Advice, Camera


@dataclass(frozen=True, slots=True)
class AdviceView:
    """A question, how far its answer is, and the best answer so far."""

    id: UUID
    station: str
    zone: str
    kind: str
    asked: dict[str, Any]
    status: str
    progress: dict[str, Any]
    answer: dict[str, Any]
    asked_by: str
    asked_at: datetime
    changed_at: datetime
    state: dict[str, Any] = field(repr=False)
    """Where a run goes on from."""

    @property
    def runs(self) -> bool:
        """Whether there is more to come."""
        return self.status in {"waiting", "running"}


def advice(advice_id: UUID, *, for_: Who) -> AdviceView:
    """One piece of advice.

    Raises:
        NotFound: none such, or of a station whose cameras this person may not see.
    """
    found = Advice.objects.filter(id=advice_id).first()
    if found is None or not may(for_, "see_cameras", station=found.station):
        raise NotFound
    return _view(found)


def to_work_on(advice_id: UUID) -> AdviceView:
    """For the run itself, which is no person.

    Raises:
        NotFound: no such question.
    """
    found = Advice.objects.filter(id=advice_id).first()
    if found is None:
        raise NotFound
    return _view(found)


def owners_of(station: str) -> dict[str, str]:
    """Owner's id by camera."""
    return {code: str(owner) for code, owner in Camera.objects.filter(station=station).values_list("code", "owner_id")}


def latest(zone: str, *, station: str, for_: Who, most: int = 10) -> list[AdviceView]:
    """The newest questions about a zone first."""
    if not may(for_, "see_cameras", station=station):
        return []
    return [_view(a) for a in Advice.objects.filter(zone=zone, station=station).order_by("-asked_at")[:most]]


def silent_since(moment: datetime) -> list[UUID]:
    """Runs that are said to go on and have not been heard of since."""
    return list(Advice.objects.filter(status=Advice.Status.RUNNING, changed_at__lt=moment).values_list("id", flat=True))


def _view(a: Advice) -> AdviceView:
    return AdviceView(
        a.id, a.station, a.zone, a.kind, a.asked, a.status, a.progress, a.answer, a.asked_by, a.asked_at, a.changed_at, a.state
    )

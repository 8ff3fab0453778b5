"""Reading work orders."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.prevention.works import access, rules
from safetyzone.prevention.works.lifecycle import OPEN, Status
from safetyzone.prevention.works.models import WorkOrder
from safetyzone.trust.audit.queries import Recorded, acts_on


@dataclass(frozen=True, slots=True)
class WorkView:
    """One piece of work as lists, sheets and owners see it."""

    id: UUID
    station: str
    zone: str
    kind: str
    subject: str
    given_to: UUID | None
    what: dict[str, Any]
    status: Status
    ordered_at: datetime
    ordered_by: str
    due_at: datetime | None
    done_at: datetime | None
    confirmed_at: datetime | None
    ended_at: datetime | None
    found: dict[str, Any]
    why: str

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def turn_deg(self) -> float | None:
        """The turn itself, clockwise above 0; None for other work."""
        if "to_azimuth" not in self.what:
            return None
        return rules.turned_by(self.what["from_azimuth"], self.what["to_azimuth"])


def works(station: str, *, for_: Who, status: str = "", kind: str = "", most: int = 500) -> list[WorkView]:
    """The station's work, what is open first, the oldest due first; a status or a kind that there is none of narrows nothing.

    Raises:
        NotFound: this person may not see it.
    """
    access.must_see(for_, station=station, given_to=None)
    found = WorkOrder.objects.filter(station=station)
    if status in {each.value for each in Status}:
        found = found.filter(status=status)
    if kind in WorkOrder.Kind.values:
        found = found.filter(kind=kind)
    views = [_view(work) for work in found.order_by("-ordered_at")[:most]]
    return sorted(views, key=lambda view: (not view.is_open, view.due_at is None, view.due_at))


def work(work_id: UUID, *, for_: Who) -> WorkView:
    """One piece of work.

    Raises:
        NotFound: none such, or not for this person.
    """
    found = WorkOrder.objects.filter(id=work_id).first()
    if found is None:
        raise NotFound
    access.must_see(for_, station=found.station, given_to=found.given_to)
    return _view(found)


def of_owner(owner_id: UUID, *, for_: Who, station: str) -> list[WorkView]:
    """What was given to an owner, the newest first."""
    access.must_see(for_, station=station, given_to=owner_id)
    return [_view(each) for each in WorkOrder.objects.filter(given_to=owner_id, station=station).order_by("-ordered_at")[:100]]


def open_on(camera: str) -> list[WorkView]:
    """Open work on one camera; whoever asks has been let see the camera."""
    return [_view(each) for each in WorkOrder.objects.filter(subject=camera, ended_at=None).order_by("ordered_at")]


def history(work_id: UUID, *, for_: Who) -> list[Recorded]:
    """What the audit log says of it, the newest first."""
    work(work_id, for_=for_)
    return acts_on(f"work:{work_id}")


def _view(w: WorkOrder) -> WorkView:
    return WorkView(
        w.id, w.station, w.zone, w.kind, w.subject, w.given_to, w.what, Status(w.status), w.ordered_at, w.ordered_by, w.due_at, w.done_at,
        w.confirmed_at, w.ended_at, w.found, w.why,
    )  # fmt: skip

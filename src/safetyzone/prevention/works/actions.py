"""The only writers of work orders: ordered, reported done, confirmed by a survey; or refused, or cancelled."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder, Refused
from safetyzone.prevention.works import access, rules
from safetyzone.prevention.works.lifecycle import OPEN, Status, check
from safetyzone.prevention.works.models import WorkOrder
from safetyzone.senses.cameras.news import CameraSurveyed
from safetyzone.trust.audit.actions import Act, record

if TYPE_CHECKING:
    from safetyzone.senses.cameras.queries import CameraView

DUE_WITHIN = timedelta(days=14)
LONGEST_WHY = 240


class BadWork(Refused):
    """The work cannot be ordered like this."""

    code = "bad_work"


class WorkedOnAlready(OutOfOrder):
    """The same kind of work is open on this camera."""

    code = "worked_on_already"
    th = "กล้อง {camera} มีใบสั่งงานประเภทนี้ที่ยังไม่จบอยู่แล้ว"
    en = "There is open work of this kind on the camera {camera} already."


def order_turn(
    *, camera: str, to_azimuth: float, to_tilt: float, gain_m: float | None = None, why: str = "", by: Who, at: datetime
) -> UUID:
    """Order that a camera be turned; it goes to its owner, and is followed until a survey finds it as ordered.

    Raises:
        NotFound, NotYours: the camera, or the right to plan. BadWork: an angle that none is. WorkedOnAlready: see there.
    """
    view = _camera(camera, by)
    if not (math.isfinite(to_azimuth) and -90 <= to_tilt <= 90):  # noqa: PLR2004 - straight down and straight up
        raise BadWork("The direction or the tilt is no angle.", "ทิศหรือมุมก้มไม่ถูกต้อง")
    what = {
        "from_azimuth": view.azimuth_deg, "to_azimuth": round(to_azimuth % 360, 1), "from_tilt": view.entry.tilt_deg,
        "to_tilt": round(to_tilt, 1), "gain_m": gain_m, "lon": view.lon, "lat": view.lat,
    }  # fmt: skip
    return _order(
        WorkOrder.Kind.TURN_CAMERA, station=view.station, zone=view.zone, subject=view.code, given_to=view.owner_id, what=what,
        why=why, by=by, at=at,
    )  # fmt: skip


def order_new_camera(
    *, station: str, zone: str, what: Mapping[str, Any], why: str = "", by: Who, at: datetime
) -> UUID:
    """Order that a camera be put up where siting found it worth most; ``what`` says place, direction, mast and baht."""
    missing = [name for name in ("lon", "lat", "azimuth", "tilt", "height_m") if not isinstance(what.get(name), int | float)]
    if missing:
        raise BadWork("The order lacks: {what}.", "ใบสั่งงานขาด {what}", what=", ".join(missing))
    return _order(
        WorkOrder.Kind.NEW_CAMERA, station=station, zone=zone, subject="", given_to=None, what=dict(what), why=why, by=by, at=at
    )


def order_repair(*, camera: str, fault: str, why: str = "", by: Who, at: datetime) -> UUID:
    """Order that a camera be mended: ``fault`` is a code of ``CameraFault``, or words. A survey that finds it good confirms it."""
    view = _camera(camera, by)
    if not fault.strip():
        raise BadWork("What is wrong with the camera must be said.", "ต้องระบุอาการ")
    what = {"fault": fault.strip(), "lon": view.lon, "lat": view.lat}
    return _order(
        WorkOrder.Kind.REPAIR_CAMERA, station=view.station, zone=view.zone, subject=view.code, given_to=view.owner_id, what=what,
        why=why, by=by, at=at,
    )  # fmt: skip


def _camera(code: str, by: Who) -> "CameraView":
    # story.py brings this file into every program; the intake, which has no cameras, must not wait for their register at its start.
    from safetyzone.senses.cameras import queries as cameras

    return cameras.camera(code, for_=by)


@transaction.atomic
def _order(
    kind: WorkOrder.Kind, *, station: str, zone: str, subject: str, given_to: UUID | None, what: dict[str, Any], why: str, by: Who,
    at: datetime,
) -> UUID:  # fmt: skip
    access.must_order(by, station=station)
    try:
        with transaction.atomic():
            work = WorkOrder.objects.create(
                id=new_id(), station=station, zone=zone, kind=kind, subject=subject, given_to=given_to, what=what, ordered_at=at,
                ordered_by=by.name, due_at=at + DUE_WITHIN, why=why[:LONGEST_WHY],
            )  # fmt: skip
    except IntegrityError as twice:
        raise WorkedOnAlready(camera=subject) from twice
    _said(work, "work.ordered", by=by.name, at=at, why=why)
    return work.id


@transaction.atomic
def mark_done(*, work_id: UUID, by: Who, at: datetime) -> None:
    """Whoever had the work says that it is done; a survey will tell."""
    work = _to_answer(work_id, by)
    check(Status(work.status), Status.DONE)
    work.status, work.done_at = Status.DONE.value, at
    work.save(update_fields=["status", "done_at"])
    _said(work, "work.done", by=by.name, at=at)


@transaction.atomic
def refuse(*, work_id: UUID, why: str, by: Who, at: datetime) -> None:
    """Whoever had the work will not do it, and says why."""
    work = _to_answer(work_id, by)
    _end(work, Status.REFUSED, why=why, by=by, at=at)


@transaction.atomic
def cancel(*, work_id: UUID, why: str, by: Who, at: datetime) -> None:
    """The station takes the order back."""
    work = _locked(work_id)
    access.must_see(by, station=work.station, given_to=work.given_to)
    access.must_order(by, station=work.station)
    _end(work, Status.CANCELLED, why=why, by=by, at=at)


def surveyed(news: CameraSurveyed) -> None:
    """A survey was made: open work on that camera is confirmed, or is told by how much it is not as ordered.

    A survey that was made before the work was ordered, and came late from a phone without a signal, says nothing of it.
    """
    open_work = WorkOrder.objects.select_for_update().filter(
        Q(subject=news.code) | Q(kind=WorkOrder.Kind.NEW_CAMERA, subject="", ordered_at__lte=news.added_at),
        station=news.station, status__in=[status.value for status in OPEN], ordered_at__lte=news.at,
    )  # fmt: skip
    for work in open_work.order_by("id"):
        if work.kind == WorkOrder.Kind.NEW_CAMERA and _site(work).metres_to(news.place) > rules.SAME_SITE_M:
            continue
        confirms, off = _compared(work, news)
        work.found = {
            "at": news.at.isoformat(), "by": news.by, "camera": news.code, "azimuth": news.azimuth_deg, "tilt": news.tilt_deg,
            "condition": news.condition, **off,
        }  # fmt: skip
        if confirms:
            check(Status(work.status), Status.CONFIRMED)
            work.status, work.confirmed_at, work.ended_at = Status.CONFIRMED.value, news.at, news.at
        work.save(update_fields=["found", "status", "confirmed_at", "ended_at"])
        _said(work, "work.confirmed" if confirms else "work.not_as_ordered", by=news.by, at=news.at)


def _compared(work: WorkOrder, news: CameraSurveyed) -> tuple[bool, dict[str, Any]]:
    """Whether the survey confirms the work, and by how much it differs."""
    if work.kind == WorkOrder.Kind.REPAIR_CAMERA:
        return news.condition == rules.MENDED, {}
    turn = work.kind == WorkOrder.Kind.TURN_CAMERA
    found = rules.difference(
        ordered_azimuth=work.what["to_azimuth" if turn else "azimuth"], ordered_tilt=work.what["to_tilt" if turn else "tilt"],
        found_azimuth=news.azimuth_deg, found_tilt=news.tilt_deg,
    )  # fmt: skip
    return found.confirms, {"azimuth_off": found.azimuth_deg, "tilt_off": found.tilt_deg}


def _site(work: WorkOrder) -> Point:
    return Point(lon=work.what["lon"], lat=work.what["lat"])


def _end(work: WorkOrder, status: Status, *, why: str, by: Who, at: datetime) -> None:
    if not why.strip():
        raise BadWork("A reason is needed.", "ต้องระบุเหตุผล")
    check(Status(work.status), status)
    work.status, work.ended_at, work.why = status.value, at, why.strip()[:LONGEST_WHY]
    work.save(update_fields=["status", "ended_at", "why"])
    _said(work, f"work.{status.value}", by=by.name, at=at, why=work.why)


def _to_answer(work_id: UUID, by: Who) -> WorkOrder:
    work = _locked(work_id)
    access.must_answer(by, station=work.station, given_to=work.given_to)
    return work


def _locked(work_id: UUID) -> WorkOrder:
    work = WorkOrder.objects.select_for_update().filter(id=work_id).first()
    if work is None:
        raise NotFound
    return work


def _said(work: WorkOrder, action: str, *, by: str, at: datetime, why: str = "") -> None:
    """The record and the live channel; a camera's own page hears of its work, too."""
    things = [Thing("work", str(work.id), work.station)]
    if work.subject:
        things.append(Thing("camera", work.subject, work.station))
    changed(things)
    facts = {"kind": work.kind, "subject": work.subject, **({"found": work.found} if action.endswith(("confirmed", "ordered")) else {})}
    record(Act(actor=by, action=action, object=f"work:{work.id}", station=work.station, at=at, why=why[:LONGEST_WHY], facts=facts))

"""The only writers of slews. That a camera moves is on record, with its incident, before it is told to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.cameras import slew_rules
from safetyzone.senses.cameras.finding.ptz import Position
from safetyzone.senses.cameras.models import Camera, CameraSlew
from safetyzone.senses.cameras.slew_queries import may_slew
from safetyzone.trust.audit.actions import Act, record

WATCH = "watch_live"
"""Who may look through a camera may also take it by hand."""
Status = CameraSlew.Status


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something happens."""

    incident: int
    station: str
    where: Point
    names: tuple[str, ...] = ()
    """Of its pole."""


@transaction.atomic
def ask(spot: Spot, cameras: Sequence[str], *, by: Who, at: datetime) -> list[UUID]:
    """Ask that these cameras be turned; one that is held already, or that may not be turned, is left out.

    The rows of the cameras are locked, so that two incidents never have one camera.
    """
    rows = Camera.objects.select_for_update(of=("self",)).select_related("owner").filter(code__in=cameras, station=spot.station)
    locked = list(rows.order_by("code"))
    held = set(CameraSlew.objects.filter(camera__in=cameras, status__in=CameraSlew.LIVE).values_list("camera_id", flat=True))
    made = [
        CameraSlew(
            id=new_id(), camera=camera, station=spot.station, incident=spot.incident, lon=spot.where.lon, lat=spot.where.lat,
            names=list(spot.names), asked_at=at, home_by=at + slew_rules.LONGEST, changed_at=at, next_try_at=at,
        )
        for camera in locked if camera.code not in held and may_slew(camera, spot.where, at).yes
    ]  # fmt: skip
    CameraSlew.objects.bulk_create(made)
    _say(made)
    return [slew.id for slew in made]


@transaction.atomic
def begin(slew_id: UUID, *, before: Position, by: Who, at: datetime) -> bool:
    """The camera said where it stands, and is about to be told to turn; False: it must not be any more. On record from here.

    A second try keeps the first position: since then the camera may stand anywhere.
    """
    slew = _locked(slew_id)
    if slew is None or slew.status not in {Status.WANTED, Status.TURNING}:
        return False
    if not may_slew(slew.camera, Point(slew.lon, slew.lat), at).yes:
        _send(slew, "terms", by, at)
        return False
    if slew.begun_at is None:
        slew.begun_at, slew.before = at, before.as_facts()
    _becomes(slew, Status.TURNING, at)
    _record(slew, "camera.turning", by, at)
    return True


@transaction.atomic
def turned(slew_id: UUID, *, way: str, by: Who, at: datetime) -> None:
    """It looks at the spot, or was sent home or taken by hand while it turned."""
    slew = _locked(slew_id)
    if slew is None:
        return
    slew.way, slew.tries = way, 0
    _becomes(slew, Status.TURNED if slew.status == Status.TURNING else Status(slew.status), at)
    _record(slew, "camera.turned", by, at, way=way)


@transaction.atomic
def failed(slew_id: UUID, *, why: str, by: Who, at: datetime) -> None:
    """A try failed. It is tried again some times; then it is given up, and a camera that may have moved is sent home."""
    slew = _locked(slew_id)
    if slew is None or slew.status not in {Status.WANTED, Status.TURNING, Status.HOMEWARD}:
        return
    slew.tries, slew.why = slew.tries + 1, why
    slew.next_try_at = slew_rules.next_try(slew.tries, at)
    homeward = slew.status == Status.HOMEWARD
    if slew.tries < (slew_rules.TRIES_HOME if homeward else slew_rules.TRIES_TO_TURN):
        slew.save(update_fields=["tries", "why", "next_try_at"])
        return
    if homeward or slew.begun_at is None:
        _becomes(slew, Status.LOST if homeward else Status.FAILED, at)
        _record(slew, "camera.not_home" if homeward else "camera.not_turned", by, at, reason=why)
    else:
        _send(slew, why, by, at)


@transaction.atomic
def send_home(slew_ids: Iterable[UUID], *, why: str, by: Who, at: datetime) -> int:
    """Their incident is over, their time, or their owner's yes. One that an operator has by hand stays until the hand's time is over."""
    slews = [slew for slew_id in slew_ids if (slew := _locked(slew_id)) is not None and _may_go(slew, at)]
    for slew in slews:
        _send(slew, why, by, at)
    return len(slews)


@transaction.atomic
def home(slew_id: UUID, *, by: Who, at: datetime) -> None:
    """It looks where it looked before."""
    slew = _locked(slew_id)
    if slew is not None and slew.status == Status.HOMEWARD:
        _becomes(slew, Status.HOME, at)
        _record(slew, "camera.came_home", by, at)


@transaction.atomic
def take_by_hand(*, incident: int, camera: str, by: Who, at: datetime) -> None:
    """An operator has the camera from now on: nothing of ours moves it.

    Raises:
        NotFound: this camera is not turned for this incident. NotYours: see ``watch_live``. OutOfOrder: it is on nobody's hand to take.
    """
    slew = _of(incident, camera, by)
    if slew.status == Status.BY_HAND:
        return
    slew.home_by = at + slew_rules.HAND_FOR
    _becomes(slew, Status.BY_HAND, at)
    _record(slew, "camera.taken_by_hand", by, at)


@transaction.atomic
def give_back(*, incident: int, camera: str, by: Who, at: datetime) -> None:
    """Home with it, at once.

    Raises:
        As ``take_by_hand``.
    """
    slew = _of(incident, camera, by)
    if slew.status != Status.HOMEWARD:
        _send(slew, "given back", by, at)


def _of(incident: int, camera: str, by: Who) -> CameraSlew:
    slew = CameraSlew.objects.select_for_update(of=("self",)).select_related("camera").filter(
        incident=incident, camera=camera).order_by("-asked_at").first()  # fmt: skip
    if slew is None:
        raise NotFound
    must(by, WATCH, station=slew.station)
    if slew.status not in CameraSlew.LIVE:
        raise OutOfOrder("This camera is not turned any more.", "กล้องนี้ไม่ได้หันเพื่อเหตุนี้แล้ว")
    return slew


def _may_go(slew: CameraSlew, at: datetime) -> bool:
    by_hand = slew.status == Status.BY_HAND and at < slew.home_by
    return slew.status in CameraSlew.LIVE and slew.status != Status.HOMEWARD and not by_hand


def _send(slew: CameraSlew, why: str, by: Who, at: datetime) -> None:
    """One that was never told to move is home already."""
    slew.why, slew.tries, slew.next_try_at = why, 0, at
    _becomes(slew, Status.HOMEWARD if slew.begun_at is not None else Status.HOME, at)
    _record(slew, "camera.sent_home", by, at, reason=why)


def _locked(slew_id: UUID) -> CameraSlew | None:
    return CameraSlew.objects.select_for_update(of=("self",)).select_related("camera__owner").filter(id=slew_id).first()


def _becomes(slew: CameraSlew, status: Status, at: datetime) -> None:
    slew.status, slew.changed_at = status, at
    slew.save()
    _say([slew])


def _say(slews: Iterable[CameraSlew]) -> None:
    changed([thing for slew in slews for thing in
             (Thing("camera", slew.camera_id, slew.station), Thing("incident", str(slew.incident), slew.station))])  # fmt: skip


def _record(slew: CameraSlew, action: str, by: Who, at: datetime, **facts: object) -> None:
    said = {"incident": slew.incident, **facts}
    record(Act(actor=by.name, action=action, object=f"camera:{slew.camera_id}", station=slew.station, at=at, facts=said))

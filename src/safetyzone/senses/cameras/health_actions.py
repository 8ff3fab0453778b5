"""The only writers of a camera's state, of its tickets and of its reference view."""

from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import transaction
from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel import daylight
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras.health import picture
from safetyzone.senses.cameras.health.flapping import LOOKS_BEFORE_A_TICKET, Course, Step, look
from safetyzone.senses.cameras.health.picture import Finding, Grey
from safetyzone.senses.cameras.models import Camera, CameraFault, ReferenceView
from safetyzone.senses.cameras.news import CameraFaultEnded, CameraFaultFound
from safetyzone.senses.cameras.slew_queries import is_away
from safetyzone.trust.audit.actions import Act, record

OF_THE_PICTURE = ("moved", "blurred", "dark", "masked")
OF_A_PERSON = ("broken", "gone")
"""What somebody standing at the pole says of it."""
LOOKS_WITHOUT_A_PICTURE = 3
"""It answers all the while: a camera that restarts its encoder, or has all its streams taken, is none that somebody must go and see."""
UNSEEING = {"offline", "no_picture", *OF_A_PERSON}
"""With any of these nobody counts on the camera, whatever its picture looks like."""
NO_STEP = Step("", Course())
_courses: dict[tuple[str, str], Course] = {}
"""Bad looks in a row, by camera and fault. In the process: one that starts anew needs one more look to open a ticket, and no ticket is
lost, for those are rows."""


@transaction.atomic
def found(code: str, *, works: bool, by: Who, at: datetime, detail: str = "") -> None:
    """A camera answered, or did not. Twice without an answer makes it offline, one answer makes it work again."""
    camera = _locked(code)
    if camera is None:
        return
    _step(camera, "offline", bad=not works, facts={"detail": detail[:200]} if detail else {}, at=at)
    _set_state(camera, seen=works, at=at)


@transaction.atomic
def looked(code: str, *, grey: Grey, by: Who, at: datetime) -> list[str]:
    """Compare a look with the reference view, open and close tickets; returns what is wrong. The first look ever is the reference.

    Raises:
        ValueError: a picture of another size.
    """
    picture.check_shape(grey)
    camera = _locked(code)
    if camera is None:
        return []
    _step(camera, "no_picture", bad=False, facts={}, at=at)
    if is_away(code, at=at):  # turned to an incident: it looks elsewhere on purpose
        _set_state(camera, seen=True, at=at)
        return []
    reference = ReferenceView.objects.filter(camera=camera).first()
    if reference is None:
        _keep_reference(camera, grey, by=by.name, at=at)
        _set_state(camera, seen=True, at=at)
        return []
    was = np.frombuffer(bytes(reference.grey), np.uint8).reshape(reference.height, reference.width)
    finding = picture.judge(grey, was, dark_is_normal=_dark_is_normal(camera, at))
    for kind in OF_THE_PICTURE:
        _step(camera, kind, bad=kind in finding.faults, facts=_facts(finding), at=at)
    _set_state(camera, seen=True, at=at)
    return list(finding.faults)


@transaction.atomic
def unseen(code: str, *, why: str, by: Who, at: datetime) -> None:
    """A look at a camera that answers, and gave no picture; ``why`` in a word: ``password``, ``no key frame``, ``no picture``."""
    camera = _locked(code)
    if camera is None:
        return
    _step(camera, "no_picture", bad=True, facts={"why": why[:32]}, at=at, needed=LOOKS_WITHOUT_A_PICTURE)
    _set_state(camera, seen=False, at=at)


@transaction.atomic
def forget_reference(code: str, *, by: Who, at: datetime) -> None:
    """The camera was turned on purpose: its next look becomes the reference, and what was measured against the old one is closed.

    Raises:
        NotFound: no such camera. NotYours: see ``manage_cameras``.
    """
    camera = _locked(code)
    if camera is None or not by.has("see_cameras", camera.station):
        raise NotFound
    must(by, "manage_cameras", station=camera.station)
    ReferenceView.objects.filter(camera=camera).delete()
    for kind in OF_THE_PICTURE:
        _step(camera, kind, bad=False, facts={}, at=at)
    _set_state(camera, seen=camera.state != Camera.State.OFFLINE, at=at)
    record(Act(actor=by.name, action="camera.reference_forgotten", object=f"camera:{code}", station=camera.station, at=at))


@transaction.atomic
def stood_at(camera: Camera, *, condition: str, by: Who, at: datetime) -> None:
    """Somebody stood at the camera, which its survey holds locked: ``broken`` and ``gone`` open a ticket, any other condition ends both.

    Its owner is told that it is broken; of one that was not found only when the station has decided.
    """
    for kind in OF_A_PERSON:
        standing = CameraFault.objects.filter(camera=camera, kind=kind, closed_at=None)
        if kind != condition:
            _close(camera, kind, NO_STEP, {}, at)
        elif not standing.update(last_at=at):
            _ticket(camera, kind, {"by": by.name}, at=at, to_owner=kind == "broken")
    _set_state(camera, seen=False, at=at)


@transaction.atomic
def mended(code: str, *, by: Who, at: datetime) -> None:
    """Whoever keeps the register knows that a broken camera was mended, without another walk to it.

    Raises:
        NotFound: no such camera, or not hers to know of. NotYours: see ``manage_cameras``.
    """
    camera = _locked(code)
    if camera is None or not by.has("see_cameras", camera.station):
        raise NotFound
    must(by, "manage_cameras", station=camera.station)
    _close(camera, "broken", NO_STEP, {}, at)
    _set_state(camera, seen=False, at=at)
    record(Act(actor=by.name, action="camera.mended", object=f"camera:{code}", station=camera.station, at=at))


@transaction.atomic
def told(fault_id: int, *, channel: str, by: Who, at: datetime) -> None:
    """The owner was sent word of a ticket, and his link with it: that is on record, as when it is handed over."""
    CameraFault.objects.filter(id=fault_id).update(told_at=at, not_told="")
    camera = Camera.objects.get(faults=fault_id)
    facts = {"fault": fault_id, "channel": channel}
    record(Act(actor=by.name, action="camera.owner_told", object=f"camera:{camera.code}", station=camera.station, at=at, facts=facts))


def not_told(fault_id: int, *, why: str, by: Who, at: datetime) -> None:
    """The owner could not be told, or not yet: the ticket says why, until he is."""
    CameraFault.objects.filter(id=fault_id, told_at=None).update(not_told=why[:120])


def tell_again(owner_id: UUID, *, by: Who, at: datetime) -> int:
    """The owner is reached another way now: what he has not heard of is sent there. Returns how many tickets."""
    unheard = CameraFault.objects.filter(camera__owner_id=owner_id, camera__retired_at=None, closed_at=None, told_at=None)
    numbers = list(unheard.exclude(kind="gone").values_list("id", flat=True))
    for number in numbers:
        app.configure_task("cameras.tell_owner", allow_unknown=True).defer(fault_id=number)
    return len(numbers)


def _locked(code: str) -> Camera | None:
    return Camera.objects.select_for_update().filter(code=code, retired_at=None, withdrawn_at=None).first()


def _dark_is_normal(camera: Camera, at: datetime) -> bool:
    without_light = not camera.low_light and camera.ir_range_m == 0
    return without_light and daylight.is_dark(Point(camera.lon, camera.lat), at)


def _facts(finding: Finding) -> dict[str, Any]:
    return {
        "mean": round(finding.mean, 1), "masked_share": round(finding.masked_share, 3), "sharpness": round(finding.sharpness, 3),
        "alike": round(finding.alike, 3), "moved_px": round(finding.moved_px, 1),
    }  # fmt: skip


def _step(
    camera: Camera, kind: str, *, bad: bool, facts: dict[str, Any], at: datetime, needed: int = LOOKS_BEFORE_A_TICKET
) -> None:
    step = look(_course(camera.code, kind), bad=bad, at=at, needed=needed)
    _courses[camera.code, kind] = step.course
    if step.deed:
        _DEEDS[step.deed](camera, kind, step, facts, at)


def _course(code: str, kind: str) -> Course:
    """As counted in this process; the tickets themselves are believed before any memory."""
    last = CameraFault.objects.filter(camera_id=code, kind=kind).order_by("-opened_at").first()
    counted = _courses.get((code, kind), Course())
    if last is None:
        return Course(bad=counted.bad)
    return Course(bad=counted.bad, open=last.closed_at is None, closed_at=last.closed_at, folded=last.folded)


def _open(camera: Camera, kind: str, step: Step, facts: dict[str, Any], at: datetime) -> None:
    _ticket(camera, kind, facts, at=at)


def _ticket(camera: Camera, kind: str, facts: dict[str, Any], *, at: datetime, to_owner: bool = True) -> None:
    fault = CameraFault.objects.create(camera=camera, kind=kind, opened_at=at, last_at=at, facts=facts)
    if to_owner:
        app.configure_task("cameras.tell_owner", allow_unknown=True).defer(fault_id=fault.id)
    tell(CameraFaultFound(code=camera.code, station=camera.station, fault=kind, at=at))


def _reopen(camera: Camera, kind: str, step: Step, facts: dict[str, Any], at: datetime) -> None:
    last = CameraFault.objects.filter(camera=camera, kind=kind).order_by("-opened_at").first()
    if last is not None:
        last.closed_at, last.last_at, last.folded, last.facts = None, at, step.course.folded, facts
        last.save(update_fields=["closed_at", "last_at", "folded", "facts"])


def _count(camera: Camera, kind: str, step: Step, facts: dict[str, Any], at: datetime) -> None:
    CameraFault.objects.filter(camera=camera, kind=kind, closed_at=None).update(last_at=at, facts=facts)


def _close(camera: Camera, kind: str, step: Step, facts: dict[str, Any], at: datetime) -> None:
    if CameraFault.objects.filter(camera=camera, kind=kind, closed_at=None).update(closed_at=at):
        tell(CameraFaultEnded(code=camera.code, station=camera.station, fault=kind, at=at))


_DEEDS = {"open": _open, "reopen": _reopen, "count": _count, "close": _close}


def _set_state(camera: Camera, *, seen: bool, at: datetime) -> None:
    """The state follows the tickets; consoles and planners hear of it when it changes."""
    kinds = set(CameraFault.objects.filter(camera=camera, closed_at=None).values_list("kind", flat=True))
    if kinds & UNSEEING:
        state = Camera.State.OFFLINE
    elif kinds:
        state = Camera.State.DEGRADED
    elif seen:
        state = Camera.State.WORKING
    else:  # its last ticket was closed and nothing has answered yet
        keeps = camera.state in {Camera.State.WORKING, Camera.State.UNKNOWN}
        state = Camera.State(camera.state) if keeps else Camera.State.UNKNOWN
    if state != camera.state:
        camera.state, camera.state_since = state, at
        camera.save(update_fields=["state", "state_since"])
        changed([Thing("camera", camera.code, camera.station)])


def _keep_reference(camera: Camera, grey: Grey, *, by: str, at: datetime) -> None:
    ReferenceView.objects.create(
        camera=camera, taken_at=at, taken_by=by, width=picture.WIDTH, height=picture.HEIGHT, grey=grey.tobytes(),
        figures={"mean": round(float(grey.mean()), 1), "plain": picture.is_plain(grey)},
    )  # fmt: skip


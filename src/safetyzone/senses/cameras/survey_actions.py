"""The only writers of surveys: what somebody at the pole found, and what a planner decided where two disagree."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from safetyzone.ground.officers.access import Who, may, must
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, health_actions, survey_photos, survey_rules
from safetyzone.senses.cameras.models import Camera, Survey, SurveyPhoto
from safetyzone.senses.cameras.news import CameraChanged, CameraSurveyed
from safetyzone.senses.cameras.rows import entry_of, zones_of
from safetyzone.senses.cameras.survey_rules import PLACE, Condition, Pose, Verdict
from safetyzone.trust.audit.actions import Act, record

SHOWS = ("view", "mount")
"""What the camera sees, and how it hangs."""
LOOKED = "survey.photo_looked"
NOT_SEEN = Pose()


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A survey as the phone made it. ``id`` is the phone's own, the same in every repeat; None: not measured."""

    id: UUID
    camera: str
    made_at: datetime
    base_version: int
    condition: Condition
    measured: Pose
    """With the place where the person stood, however good the fix."""
    seen: Pose = NOT_SEEN
    azimuth_accuracy_deg: float | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a survey."""

    id: UUID
    applied: tuple[str, ...]
    conflicts: tuple[str, ...]
    again: bool = False
    """It had been heard before, and nothing was done twice."""


class IdTaken(OutOfOrder):
    """Another survey has this number."""

    code = "survey_id_taken"
    th = "รหัสการสำรวจนี้ถูกใช้แล้ว"
    en = "Another survey has this number."


def record_survey(*, found: Found, photos: Mapping[str, bytes] | None = None, by: Who, at: datetime) -> Kept:
    """Keep a survey, once however often it is sent, and take over what nobody else had changed meanwhile.

    Args:
        photos: by what they show (``SHOWS``), as the phone sent them.

    Raises:
        BadPhoto: see ``survey_photos``. NotYours, NotFound: she may not survey this camera. IdTaken: another survey's number.
    """
    _must_survey(Camera.objects.filter(code=found.camera, retired_at__isnull=True).first(), by)
    clean = {shows: survey_photos.clean(data) for shows, data in (photos or {}).items() if shows in SHOWS}  # before any lock is held
    return _keep(found, clean, by, at)


@transaction.atomic
def _keep(found: Found, photos: Mapping[str, bytes], by: Who, at: datetime) -> Kept:
    camera = _must_survey(_held(found.camera), by)
    before = Survey.objects.filter(id=found.id).first()
    if before is not None:
        if before.camera_id != camera.code or before.by != by.name or before.proposes:
            raise IdTaken
        return Kept(before.id, (), tuple(one["field"] for one in before.conflict), again=True)
    gone = found.condition is Condition.GONE
    now, usable = _pose(camera), NOT_SEEN if gone else _usable(found.measured)  # how something hangs that is not there nobody can measure
    verdicts = survey_rules.verdicts(now=now, seen=found.seen, measured=usable, unchanged=found.base_version == camera.version)
    applied = tuple(field for field, verdict in verdicts.items() if verdict is Verdict.APPLY)
    conflicts = tuple(field for field, verdict in verdicts.items() if verdict is Verdict.CONFLICT)
    conflict = [{"field": field, "seen": _plain(found.seen, field), "register": _plain(now, field)} for field in conflicts]
    survey = _row(found, camera, usable, conflict, by=by, at=at)
    for shows, photo in photos.items():
        name, sha256 = survey_photos.keep(_folder(), photo)
        SurveyPhoto.objects.create(id=new_id(), survey=survey, shows=shows, file=name, sha256=sha256)
    newest = camera.surveyed_at is None or survey.at >= camera.surveyed_at
    camera.surveyed_at = max(survey.at, camera.surveyed_at or survey.at)
    facts = {
        "survey": str(survey.id), "condition": survey.condition, "conflicts": list(conflicts), "photos": len(photos),
        "changed": {field: [_plain(now, field), _plain(usable, field)] for field in applied},
    }  # fmt: skip
    _take_over(camera, usable, applied, by, at)
    _believe(survey, camera, newest=newest, by=by, at=at)
    tell(
        CameraSurveyed(
            code=camera.code, station=camera.station, azimuth_deg=survey.azimuth_deg, tilt_deg=survey.tilt_deg,
            condition=survey.condition, place=Point(lon=camera.lon, lat=camera.lat), added_at=camera.added_at, by=by.name, at=survey.at,
        )
    )  # fmt: skip
    _record(camera, "camera.surveyed", by, at, facts)
    return Kept(survey.id, applied, conflicts)


def _believe(survey: Survey, camera: Camera, *, newest: bool, by: Who, at: datetime) -> None:
    """The newest word from the pole counts: an older one that came late neither opens a ticket nor asks for a decision."""
    if newest:
        health_actions.stood_at(camera, condition=survey.condition, by=by, at=at)
    if not newest or survey.condition != Condition.GONE:
        Survey.objects.filter(camera=camera, condition=Condition.GONE, at__lte=survey.at, settled_at=None).update(
            settled_at=at, settled_by=by.name
        )


def _usable(measured: Pose) -> Pose:
    """What may go into the register: a bearing is one, and a poor fix is no place of a camera."""
    azimuth = None if measured.azimuth_deg is None else survey_rules.bearing(measured.azimuth_deg)
    return replace(measured, azimuth_deg=azimuth, place=survey_rules.measured_place(measured.place, measured.accuracy_m))


def _row(found: Found, camera: Camera, usable: Pose, conflict: list[dict[str, Any]], *, by: Who, at: datetime) -> Survey:
    fix = found.measured.place
    try:
        with transaction.atomic():
            return Survey.objects.create(
                id=found.id, camera=camera, station=camera.station, by=by.name,
                at=min(found.made_at, at), received_at=at,  # a phone's clock may run ahead
                lon=fix.lon if fix else None, lat=fix.lat if fix else None, accuracy_m=found.measured.accuracy_m if fix else None,
                azimuth_deg=usable.azimuth_deg, azimuth_accuracy_deg=found.azimuth_accuracy_deg, tilt_deg=usable.tilt_deg,
                height_m=usable.height_m, condition=found.condition, note=found.note.strip()[:500], base_version=found.base_version,
                conflict=conflict,
            )  # fmt: skip
    except IntegrityError as taken:  # at this very moment, for another camera
        raise IdTaken from taken


@transaction.atomic
def settle_conflict(*, survey: UUID, keep: str, by: Who, at: datetime) -> None:
    """Decide what the register says where a survey and somebody else disagree; one click, and for good.

    Args:
        keep: ``register`` or ``survey``.

    Raises:
        NotFound: no such survey, or not hers to know of. OutOfOrder: it is settled already the other way, or there is nothing to settle.
    """
    known = Survey.objects.filter(id=survey).values_list("camera_id", flat=True).first()
    camera = _held(known or "")
    if camera is None or not access.may_see(by, station=camera.station):
        raise NotFound
    must(by, access.MANAGE, station=camera.station)
    found = Survey.objects.get(id=survey)  # read after its camera was locked: two who decide at once come one after the other
    if keep not in {"register", "survey"} or not found.conflict or found.settled_at is not None:
        raise OutOfOrder("This has been decided already.", "มีผู้ตัดสินรายการนี้แล้ว")
    before, measured = _pose(camera), _measured(found)
    fields = tuple(one["field"] for one in found.conflict) if keep == "survey" else ()
    found.settled_at, found.settled_by = at, by.name
    found.save(update_fields=["settled_at", "settled_by"])
    facts = {
        "survey": str(found.id), "keep": keep,
        "changed": {field: [_plain(before, field), _plain(measured, field)] for field in fields},
    }  # fmt: skip
    _take_over(camera, measured, fields, by, at)
    _record(camera, "camera.survey_settled", by, at, facts)


@transaction.atomic
def look_at_photo(*, photo: UUID, by: Who, at: datetime) -> bytes:
    """A photo's bytes, for those who see the station's cameras; that she looked is recorded.

    Raises:
        NotFound: none such, or not hers to see.
    """
    found = SurveyPhoto.objects.select_related("survey").filter(id=photo).first()
    if found is None or not access.may_see(by, station=found.survey.station):
        raise NotFound
    data = survey_photos.read(_folder(), found.file)
    survey = found.survey
    shown = f"camera:{survey.camera_id}" if survey.camera_id else f"survey:{survey.id}"
    facts = {"survey": str(survey.id), "photo": str(found.id)}
    record(Act(actor=by.name, action=LOOKED, object=shown, station=survey.station, at=at, facts=facts))
    return data


def _measured(found: Survey) -> Pose:
    """What a survey measured, as the rules read it."""
    fix = Point(lon=found.lon, lat=found.lat) if found.lon is not None and found.lat is not None else None
    return Pose(
        azimuth_deg=found.azimuth_deg, tilt_deg=found.tilt_deg, height_m=found.height_m,
        place=survey_rules.measured_place(fix, found.accuracy_m), accuracy_m=found.accuracy_m or 0.0,
    )  # fmt: skip


def _folder() -> Path:
    return settings().state / "survey"


def _held(code: str) -> Camera | None:
    found = Camera.objects.select_related("owner").select_for_update(of=("self",))
    return found.filter(code=code, retired_at__isnull=True).first()


def _must_survey(camera: Camera | None, by: Who) -> Camera:
    if camera is None:
        raise NotFound
    if not may(by, access.SURVEY, station=camera.station):
        raise NotYours if access.may_see(by, station=camera.station) else NotFound
    return camera


def _pose(camera: Camera) -> Pose:
    place = Point(lon=camera.lon, lat=camera.lat)
    return Pose(azimuth_deg=camera.azimuth_deg, tilt_deg=camera.tilt_deg, height_m=camera.height_m, place=place)


def _plain(pose: Pose, field: str) -> Any:
    value = getattr(pose, field)
    return [value.lon, value.lat] if isinstance(value, Point) else value


def _take_over(camera: Camera, measured: Pose, fields: tuple[str, ...], by: Who, at: datetime) -> None:
    """Write the fields into the register. The version counts changes, so a survey that only confirms leaves it alone."""
    for field in fields:
        if field != PLACE:
            setattr(camera, field, getattr(measured, field))
        elif measured.place is not None:
            camera.lon, camera.lat = measured.place.lon, measured.place.lat
            camera.zone_id = zones_of(camera.station, [entry_of(camera)])[0]
    if fields:
        camera.changed_at, camera.version = at, camera.version + 1
    camera.save()
    changed([Thing("camera", camera.code, camera.station)])
    if fields:
        tell(CameraChanged(codes=(camera.code,), station=camera.station, by=by.name, at=at))


def _record(camera: Camera, action: str, by: Who, at: datetime, facts: dict[str, Any]) -> None:
    record(Act(actor=by.name, action=action, object=f"camera:{camera.code}", station=camera.station, at=at, facts=facts))

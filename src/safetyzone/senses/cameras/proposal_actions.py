"""The only writers of proposals: a camera that somebody found hanging in the street and that the register does not know."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from safetyzone.ground.officers.access import Who, must, stations_where
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.geometry import Point, is_in_thailand
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, health_actions, survey_photos, survey_rules
from safetyzone.senses.cameras.actions import add_camera
from safetyzone.senses.cameras.models import Camera, Survey, SurveyPhoto
from safetyzone.senses.cameras.news import CameraSurveyed
from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.senses.cameras.survey_actions import SHOWS, IdTaken, Kept
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.trust.audit.actions import Act, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A camera that is not in the register, as the phone found it. ``id`` is the phone's own, the same in every repeat."""

    id: UUID
    made_at: datetime
    condition: Condition
    measured: Pose
    """With the place where the person stood, under the camera."""
    name: str = ""
    pole_mark: str = ""
    owner: str = ""
    """If it is written on the camera or its pole."""
    kind: str = "fixed"
    azimuth_accuracy_deg: float | None = None
    note: str = ""


class NoPlace(Refused):
    """A camera that is in no list can be found again only by its place."""

    code = "no_place"
    th = "กล้องที่ยังไม่อยู่ในทะเบียน ต้องมีตำแหน่งที่ยืนอยู่"
    en = "A camera that is not in the register needs the place where you stood."


class NoReason(Refused):
    """The list of surveys says to whoever found it why it does not come into the register."""

    code = "no_reason"
    th = "โปรดระบุเหตุผลที่ไม่เพิ่มเข้าทะเบียน"
    en = "Please say why it does not come into the register."


def propose(*, found: Proposal, photos: Mapping[str, bytes] | None = None, by: Who, at: datetime) -> Kept:
    """Keep what was found, once however often it is sent. Nothing comes into the register before its keeper says so.

    Raises:
        NoPlace: see there. BadPhoto: see ``survey_photos``. NotYours: she surveys nowhere. IdTaken: another survey's number.
    """
    place = found.measured.place
    if place is None or not is_in_thailand(place.lon, place.lat):
        raise NoPlace
    station = _station_of(place, by)
    clean = {shows: survey_photos.clean(data) for shows, data in (photos or {}).items() if shows in SHOWS}  # before any lock is held
    return _keep(found, station, clean, by=by, at=at)


def _station_of(place: Point, by: Who) -> str:
    """The station whose zone it is, if she surveys there; else, of those where she does, the nearest."""
    hers = stations_where(by, access.SURVEY)
    if not hers:
        raise NotYours
    zone = zones.zone(zones.zone_containing(place))
    if zone is not None and zone.station in hers:
        return zone.station
    known = [view for view in map(zones.station, sorted(hers)) if view is not None]
    if not known:
        raise NotYours
    return min(known, key=lambda view: view.where.metres_to(place)).code


@transaction.atomic
def _keep(found: Proposal, station: str, photos: Mapping[str, bytes], *, by: Who, at: datetime) -> Kept:
    with connection.cursor() as cursor:  # a phone that lost the answer may ask again while the first is still being written
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"proposal:{found.id}"])
    before = Survey.objects.filter(id=found.id).first()
    if before is not None:
        if before.by != by.name or not before.proposes:
            raise IdTaken
        return Kept(before.id, (), (), again=True)
    measured, place = found.measured, found.measured.place or Point(lon=0, lat=0)
    survey = Survey.objects.create(
        id=found.id, station=station, camera=None, by=by.name, at=min(found.made_at, at), received_at=at, lon=place.lon, lat=place.lat,
        accuracy_m=measured.accuracy_m, azimuth_deg=None if measured.azimuth_deg is None else survey_rules.bearing(measured.azimuth_deg),
        azimuth_accuracy_deg=found.azimuth_accuracy_deg, tilt_deg=measured.tilt_deg, height_m=measured.height_m,
        condition=found.condition, note=found.note.strip()[:500], base_version=0,
        proposes={"name": found.name.strip(), "pole_mark": found.pole_mark.strip(), "owner": found.owner.strip(), "kind": found.kind},
    )  # fmt: skip
    for shows, photo in photos.items():
        name, sha256 = survey_photos.keep(settings().state / "survey", photo)
        SurveyPhoto.objects.create(id=new_id(), survey=survey, shows=shows, file=name, sha256=sha256)
    facts = {"condition": survey.condition, "photos": len(photos), "lon": place.lon, "lat": place.lat}
    _done(survey, "survey.proposed", by=by, at=at, facts=facts)
    return Kept(survey.id, (), ())


@transaction.atomic
def enter_proposed(*, survey: UUID, given: Mapping[str, Cell], by: Who, at: datetime) -> str:
    """Enter the camera as the form states it; its survey and photos go with it. Returns the code.

    Raises:
        NotFound, NotYours, OutOfOrder: as ``dismiss_proposed``. BadEntry: a field cannot stand.
    """
    found = _open(survey, by)
    code = add_camera(station=found.station, given=given, by=by, at=at)
    camera = Camera.objects.get(code=code)
    camera.surveyed_at = found.at
    camera.save(update_fields=["surveyed_at"])
    found.camera = camera
    _settle(found, by, at)
    health_actions.stood_at(camera, condition=found.condition, by=by, at=at)
    _done(found, "survey.entered", by=by, at=at, facts={"camera": code})
    tell(
        CameraSurveyed(
            code=code, station=found.station, azimuth_deg=found.azimuth_deg, tilt_deg=found.tilt_deg, condition=found.condition,
            place=Point(lon=camera.lon, lat=camera.lat), added_at=at, by=found.by, at=found.at,
        )
    )  # fmt: skip
    return code


@transaction.atomic
def dismiss_proposed(*, survey: UUID, why: str, by: Who, at: datetime) -> None:
    """It is no camera, is in the register already, or is none of ours.

    Raises:
        NotFound: no such proposal, or not hers to know of. NotYours: she sees the register and does not keep it. OutOfOrder: decided.
        NoReason: none was given.
    """
    found = _open(survey, by)
    if not why.strip():
        raise NoReason
    found.proposes |= {"refused": why.strip()[:240]}
    _settle(found, by, at)
    _done(found, "survey.dismissed", by=by, at=at, facts={}, why=why.strip()[:240])


def _open(survey: UUID, by: Who) -> Survey:
    found = Survey.objects.select_for_update().filter(id=survey).exclude(proposes={}).first()
    if found is None or not access.may_see(by, station=found.station):
        raise NotFound
    must(by, access.MANAGE, station=found.station)
    if found.settled_at is not None:
        raise OutOfOrder("This has been decided already.", "มีผู้ตัดสินรายการนี้แล้ว")
    return found


def _settle(found: Survey, by: Who, at: datetime) -> None:
    found.settled_at, found.settled_by = at, by.name
    found.save(update_fields=["camera", "proposes", "settled_at", "settled_by"])


def _done(found: Survey, action: str, *, by: Who, at: datetime, facts: dict[str, Any], why: str = "") -> None:
    changed([Thing("survey", str(found.id), found.station)])
    record(Act(actor=by.name, action=action, object=f"survey:{found.id}", station=found.station, at=at, why=why, facts=facts))

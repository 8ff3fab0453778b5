"""The only writers of searches for cameras, of what they found, and of the password with which a camera is opened."""

import ipaddress
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder, Refused
from safetyzone.kernel.sealed import seal, unseal
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access
from safetyzone.senses.cameras.actions import add_camera, change_camera
from safetyzone.senses.cameras.addresses import networks
from safetyzone.senses.cameras.finding.discovery import MOST_ASKED, Device, to_ask
from safetyzone.senses.cameras.health_queries import CREDENTIAL
from safetyzone.senses.cameras.models import Camera, CameraSearch, FoundCamera
from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.trust.audit.actions import Act, record

KEPT_FOR = timedelta(hours=1)
"""A search, with the pictures and passwords in it, is forgotten after that."""
AT_ONCE = 4
"""Searches of one station that wait."""
MOST_WORDS = 64
SEARCH_CREDENTIAL = "found-camera-credential"


class BadNetwork(Refused):
    """Not a network that may be searched."""

    code = "bad_network"
    th = "ใส่หมายเลข IP ของกล้อง หรือเครือข่ายไม่เกิน {most} หมายเลข ภายในเครือข่ายกล้องของสถานี"
    en = "Enter a camera's IP number, or a network of at most {most} numbers, inside the station's camera networks."


class BadCredential(Refused):
    """Not a user and a password that a camera could have."""

    code = "bad_credential"
    th = "ชื่อผู้ใช้และรหัสผ่านยาวไม่เกิน 64 ตัว ชื่อผู้ใช้ห้ามมี : และ \""
    en = "User and password have at most 64 characters; the user has neither : nor \"."


@transaction.atomic
def search(*, station: str, network: str, by: Who, at: datetime) -> UUID:
    """Ask the probe to look for cameras; empty: by multicast on our own networks.

    Raises:
        BadNetwork: too large, outside, or none. OutOfOrder: enough are waiting. NotYours: see ``manage_cameras``.
    """
    must(by, access.MANAGE, station=station)
    said = network.strip()
    if said:
        try:
            numbers = to_ask(said, networks(settings().camera_networks))
            said = numbers[0] if len(numbers) == 1 else str(ipaddress.ip_network(said, strict=False))
        except ValueError:
            raise BadNetwork(most=MOST_ASKED) from None
    if CameraSearch.objects.filter(station=station, status=CameraSearch.Status.WAITING).count() >= AT_ONCE:
        raise OutOfOrder("Searches are waiting already.", "มีการค้นหารออยู่แล้ว")
    asked = CameraSearch.objects.create(id=new_id(), station=station, network=said, asked_by=by.name, asked_at=at)
    record(Act(actor=by.name, action="cameras.searched", object=f"network:{said or 'multicast'}", station=station, at=at))
    return asked.id


@transaction.atomic
def found(search_id: UUID, devices: Sequence[Device] | None, *, by: Who, at: datetime) -> None:
    """What the probe found; None: it could not look."""
    asked = CameraSearch.objects.select_for_update().filter(id=search_id, status=CameraSearch.Status.WAITING).first()
    if asked is None:
        return
    asked.status = CameraSearch.Status.FAILED if devices is None else CameraSearch.Status.FINISHED
    asked.finished_at = at
    asked.save(update_fields=["status", "finished_at"])
    FoundCamera.objects.bulk_create(
        FoundCamera(
            id=new_id(), search=asked, number=device.number, port=device.port, path=device.path, tls=device.tls, name=device.name,
            hardware=device.hardware,
        )
        for device in devices or ()
    )  # fmt: skip
    changed([Thing("camera_search", str(asked.id), asked.station)])


@transaction.atomic
def open_found(found_id: UUID, *, user: str, password: str, by: Who, at: datetime) -> None:
    """Ask the probe to open a device: its streams and a picture. That somebody looked is on record.

    Raises:
        NotFound, NotYours: see ``manage_cameras``. BadCredential. OutOfOrder: it was entered already.
    """
    device = _held(found_id, by)
    _check(user, password)
    if device.status == FoundCamera.Status.ENTERED:
        raise OutOfOrder("It was entered already.", "เพิ่มกล้องนี้แล้ว")
    device.credential = seal(f"{user}:{password}", purpose=SEARCH_CREDENTIAL, subject=str(device.id)) if user else b""
    _ask_probe(device, "found_camera.opened", by, at, correct=False)


@transaction.atomic
def correct(found_id: UUID, *, by: Who, at: datetime) -> None:
    """Yes: set a key frame every second or two at the device, and open it again. It changes the camera, and is on record.

    Raises:
        NotFound, NotYours: see ``manage_cameras``. OutOfOrder: it is not open.
    """
    device = _held(found_id, by)
    _must_be_open(device)
    _ask_probe(device, "found_camera.corrected", by, at, correct=True)


@transaction.atomic
def opened(found_id: UUID, *, facts: Mapping[str, Any], picture: bytes, why: str, by: Who, at: datetime) -> None:
    """What the probe saw there, or why it saw nothing."""
    device = FoundCamera.objects.select_for_update().select_related("search").filter(id=found_id).first()
    if device is None or device.status != FoundCamera.Status.WAITING:
        return
    device.status = FoundCamera.Status.FAILED if why else FoundCamera.Status.OPENED
    device.why, device.facts, device.picture, device.opened_at = why, dict(facts), picture, at
    if why:
        device.credential = b""
    device.save(update_fields=["status", "why", "facts", "picture", "opened_at", "credential"])
    changed([Thing("camera_search", str(device.search_id), device.search.station)])


@transaction.atomic
def enter(found_id: UUID, *, given: Mapping[str, Cell], by: Who, at: datetime) -> str:
    """Enter a device that was opened as a new camera, with the addresses that were found and not typed. Returns its code.

    Raises:
        BadEntry: a field cannot stand. OutOfOrder: it was not opened, or was entered already.
    """
    device = _held(found_id, by)
    _must_be_open(device)
    code = add_camera(station=device.search.station, given={**given, **_streams(device)}, by=by, at=at)
    _hand_over(device, code)
    return code


@transaction.atomic
def place(found_id: UUID, *, code: str, by: Who, at: datetime) -> None:
    """This device is a camera of the register: that one gets its addresses and its password.

    Raises:
        NotFound: no such camera at the station, or no such device. OutOfOrder: see ``enter``.
    """
    device = _held(found_id, by)
    _must_be_open(device)
    if not Camera.objects.filter(code=code, station=device.search.station, retired_at=None).exists():
        raise NotFound("There is no camera {code}.", "ไม่พบกล้อง {code}", code=code[:32])
    change_camera(code=code, given=_streams(device), by=by, at=at)
    _hand_over(device, code)


@transaction.atomic
def give_credential(code: str, *, user: str, password: str, by: Who, at: datetime) -> None:
    """The user and password with which a camera is opened; both empty: none. The audit log keeps that, and neither of them.

    Raises:
        BadCredential. NotFound, NotYours: see ``manage_cameras``.
    """
    camera = Camera.objects.select_for_update().filter(code=code, retired_at=None).first()
    if camera is None or not access.may_see(by, station=camera.station):
        raise NotFound
    must(by, access.MANAGE, station=camera.station)
    _check(user, password)
    camera.credential = seal(f"{user}:{password}", purpose=CREDENTIAL, subject=code) if user else b""
    camera.save(update_fields=["credential"])
    record(Act(actor=by.name, action="camera.credential_given", object=f"camera:{code}", station=camera.station, at=at))


def forget_searches(*, by: Who, at: datetime) -> int:
    """Delete old searches with their pictures and passwords; returns how many."""
    _, rows = CameraSearch.objects.filter(asked_at__lt=at - KEPT_FOR).delete()
    return rows.get("cameras.CameraSearch", 0)


def _ask_probe(device: FoundCamera, action: str, by: Who, at: datetime, *, correct: bool) -> None:
    device.status, device.why, device.facts, device.picture, device.correct = FoundCamera.Status.WAITING, "", {}, b"", correct
    device.save(update_fields=["status", "why", "facts", "picture", "correct", "credential"])
    record(Act(actor=by.name, action=action, object=f"number:{device.number}", station=device.search.station, at=at))


def _must_be_open(device: FoundCamera) -> None:
    if device.status != FoundCamera.Status.OPENED:
        raise OutOfOrder("Open it first.", "เปิดดูภาพก่อน")


def _streams(device: FoundCamera) -> dict[str, Cell]:
    return {"address": device.facts["main"]["address"], "sub_address": (device.facts.get("sub") or {}).get("address", "")}


def _hand_over(device: FoundCamera, code: str) -> None:
    """The password goes to the camera, sealed for it, and where its ONVIF service is; the search keeps nothing."""
    if device.credential:
        words = unseal(bytes(device.credential), purpose=SEARCH_CREDENTIAL, subject=str(device.id))
        Camera.objects.filter(code=code).update(credential=seal(words, purpose=CREDENTIAL, subject=code))
    if device.port:
        Camera.objects.filter(code=code).update(onvif_port=device.port, onvif_path=device.path, onvif_tls=device.tls)
    device.status, device.credential, device.picture = FoundCamera.Status.ENTERED, b"", b""
    device.save(update_fields=["status", "credential", "picture"])


def _check(user: str, password: str) -> None:
    plain = all(c.isprintable() for c in user + password)
    if not plain or max(len(user), len(password)) > MOST_WORDS or set(user) & set(':"\\') or (password and not user):
        raise BadCredential


def _held(found_id: UUID, by: Who) -> FoundCamera:
    device = FoundCamera.objects.select_for_update(of=("self",)).select_related("search").filter(id=found_id).first()
    if device is None or not access.may_see(by, station=device.search.station):
        raise NotFound
    must(by, access.MANAGE, station=device.search.station)
    return device

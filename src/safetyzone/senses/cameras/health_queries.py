"""Reading what is wrong with cameras, and what the probe is to look at."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.sealed import Broken, unseal
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, links
from safetyzone.senses.cameras.models import Camera, CameraFault, CameraOwner

CREDENTIAL = "camera-credential"
"""The purpose for which user and password of an address are sealed; the subject is the camera's code."""


@dataclass(frozen=True, slots=True)
class ToProbe:
    """A camera that can be opened. Never printed with its password."""

    code: str
    station: str
    address: str
    sub_address: str
    state: str
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class FaultView:
    """One ticket."""

    id: int
    camera: str
    name_th: str
    name_en: str
    owner: str
    channel: str
    kind: str
    opened_at: datetime
    last_at: datetime
    closed_at: datetime | None
    told_at: datetime | None
    not_told: str
    """Why its owner has not heard of it; see ``letters.WHY_NOT``."""
    folded: int
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """Word of a ticket on its way to its owner. ``contact`` is personal and never printed."""

    fault: int
    channel: str
    language: str
    camera: str
    kind: str
    opened_at: datetime
    contact: str = field(repr=False)
    """Empty: it was sealed with another key and cannot be read."""
    token: str = field(repr=False)
    """The owner's link."""


def to_probe() -> list[ToProbe]:
    """Cameras in service that have an address. Only the probe may ask: it is the one program that opens them."""
    found = Camera.objects.filter(retired_at=None, withdrawn_at=None, paused_at=None).exclude(address="").order_by("code")
    return [_to_probe(camera) for camera in found]


def opened_with(camera: Camera) -> tuple[str, str]:
    """User and password of a camera; both empty: none. For what only the probe may ask."""
    if not camera.credential:
        return "", ""
    try:
        user, _, password = unseal(bytes(camera.credential), purpose=CREDENTIAL, subject=camera.code).partition(":")
    except Broken:  # sealed by another station's key: it is opened without, and the camera says no
        return "", ""
    return user, password


def _to_probe(camera: Camera) -> ToProbe:
    user, password = opened_with(camera)
    return ToProbe(camera.code, camera.station, camera.address, camera.sub_address, camera.state, user, password)


def faults(station: str, *, for_: Who, ended: bool = False, most: int = 200) -> list[FaultView]:
    """A station's tickets, the newest first; ``ended``: those that are closed, too.

    Raises:
        NotFound: this person may not see the station's cameras.
    """
    access.must_see(for_, station=station)
    found = CameraFault.objects.select_related("camera__owner").filter(camera__station=station, camera__retired_at=None)
    if not ended:
        found = found.filter(closed_at=None)
    return [_fault(fault) for fault in found.order_by("-opened_at")[:most]]


def _fault(f: CameraFault) -> FaultView:
    camera = f.camera
    return FaultView(
        f.pk, camera.code, camera.name_th, camera.name_en or camera.name_th, camera.owner.name, camera.owner.channel, f.kind, f.opened_at,
        f.last_at, f.closed_at, f.told_at, f.not_told, f.folded, f.facts,
    )  # fmt: skip


def broken(station: str) -> list[tuple[str, str, str, datetime]]:
    """(camera, name in Thai, fault, since) of every open ticket: for the hand-over page."""
    found = CameraFault.objects.select_related("camera").filter(camera__station=station, camera__retired_at=None, closed_at=None)
    return [(f.camera_id, f.camera.name_th, f.kind, f.opened_at) for f in found.order_by("camera_id", "kind")]


def unseeing_hours(codes: Iterable[str], since: datetime, at: datetime) -> dict[str, float]:
    """For how many hours between the two a camera was offline or showed nothing, by code; one that nobody ever probed is left out.

    Two tickets at the same time count once.
    """
    known = Camera.objects.filter(code__in=set(codes)).exclude(state=Camera.State.UNKNOWN).values_list("code", flat=True)
    hours = dict.fromkeys(known, 0.0)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT camera_id, coalesce(extract(epoch FROM sum(upper(span) - lower(span)))::float8 / 3600, 0) FROM (
                SELECT camera_id, unnest(range_agg(tstzrange(greatest(opened_at, %(since)s), least(closed_at, %(at)s)))) AS span
                FROM cameras_camerafault
                WHERE camera_id = ANY(%(codes)s) AND kind = ANY(%(kinds)s)
                    AND opened_at < %(at)s AND (closed_at IS NULL OR closed_at > %(since)s)
                GROUP BY camera_id
            ) AS spans GROUP BY camera_id
            """,
            {"since": since, "at": at, "codes": list(hours), "kinds": [CameraFault.Kind.OFFLINE.value, CameraFault.Kind.NO_PICTURE.value]},
        )
        hours.update(cursor.fetchall())
    return hours


def letter(fault_id: int, *, purpose: str, at: datetime) -> Letter | None:
    """What to send of a ticket, and where; None when it is closed or told, or its owner wants no word."""
    standing = CameraFault.objects.filter(id=fault_id, closed_at=None, told_at=None, camera__retired_at=None)
    fault = standing.select_related("camera__owner").first()
    if fault is None or fault.camera.owner.channel == CameraOwner.Channel.NONE:
        return None
    owner = fault.camera.owner
    try:
        contact = unseal(bytes(owner.contact), purpose=purpose, subject=str(owner.id))
    except Broken:
        contact = ""
    token = links.make(
        owner_id=owner.id, generation=owner.link_generation, until=at + links.GOOD_FOR, master_key=settings().master_key_cached()
    )
    return Letter(fault.pk, owner.channel, owner.language, fault.camera.code, fault.kind, fault.opened_at, contact, token)

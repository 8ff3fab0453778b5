"""Reading searches for cameras: for the officer who asked, and for the probe that answers."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.sealed import Broken, unseal
from safetyzone.senses.cameras import access
from safetyzone.senses.cameras.finding.discovery import Device
from safetyzone.senses.cameras.finding.soap import Secret
from safetyzone.senses.cameras.finding.streams import sentence
from safetyzone.senses.cameras.models import Camera, CameraSearch, FoundCamera
from safetyzone.senses.cameras.search_actions import SEARCH_CREDENTIAL

WHY: dict[str, tuple[str, str]] = {
    "password": ("ชื่อผู้ใช้หรือรหัสผ่านไม่ถูกต้อง", "User or password is wrong."),
    "no answer": ("กล้องไม่ตอบ", "The camera does not answer."),
    "no onvif": ("กล้องตอบผิดรูปแบบ ONVIF", "Its ONVIF answers cannot be read."),
    "no stream": ("ไม่พบภาพที่เปิดได้", "No stream was found that could be opened."),
    "outside": ("อยู่นอกเครือข่ายกล้องของสถานี", "It is outside the station's camera networks."),
}


@dataclass(frozen=True, slots=True)
class FoundView:
    """One device as the page shows it."""

    id: UUID
    number: str
    name: str
    hardware: str
    status: str
    why: tuple[str, str]
    facts: dict[str, Any]
    advice: list[tuple[str, str]]
    has_picture: bool
    known_as: str
    """The code of a camera of this station that has this number in its address."""

    @property
    def is_waiting(self) -> bool:
        """Whether the probe is at it."""
        return self.status == FoundCamera.Status.WAITING

    @property
    def may_correct(self) -> bool:
        """Whether its key frames are too rare, or never came, and it lets itself be set at all."""
        wrong = any(code.endswith(("_key_rare", "_key_never")) for code, _ in self.facts.get("advice", ()))
        return wrong and bool(self.facts.get("can_correct"))


@dataclass(frozen=True, slots=True)
class SearchView:
    """One search with what it found."""

    id: UUID
    station: str
    network: str
    status: str
    asked_at: datetime
    found: list[FoundView]

    @property
    def goes_on(self) -> bool:
        """Whether there is more to wait for."""
        return self.status == CameraSearch.Status.WAITING or any(one.is_waiting for one in self.found)


@dataclass(frozen=True, slots=True)
class ToOpen:
    """A device that the probe is to open."""

    id: UUID
    device: Device
    correct: bool
    secret: Secret = field(repr=False)


def search(search_id: UUID, *, for_: Who) -> SearchView:
    """A search.

    Raises:
        NotFound: none, or one of a station whose cameras this person does not see. NotYours: see ``manage_cameras``.
    """
    asked = CameraSearch.objects.filter(id=search_id).first()
    _must(asked.station if asked else None, for_)
    assert asked is not None  # noqa: S101 - _must has refused it
    codes = {}
    for code, address in Camera.objects.filter(station=asked.station, retired_at=None).exclude(address="").values_list("code", "address"):
        codes[address.split("://")[-1].split("/")[0].rsplit(":", 1)[0].strip("[]")] = code
    found = [_found(one, codes) for one in asked.found.defer("picture").order_by("number")]
    return SearchView(asked.id, asked.station, asked.network, asked.status, asked.asked_at, found)


def _found(one: FoundCamera, codes: dict[str, str]) -> FoundView:
    advice = [sentence(code, number) for code, number in one.facts.get("advice", ())]
    return FoundView(
        one.id, one.number, one.name, one.hardware, one.status, WHY.get(one.why, ("", "")), one.facts, advice,
        one.status == FoundCamera.Status.OPENED and bool(one.facts), codes.get(one.number, ""),
    )  # fmt: skip


def found(found_id: UUID, *, for_: Who) -> tuple[str, FoundView]:
    """The station, and one device. Raises as ``search`` does."""
    one = FoundCamera.objects.select_related("search").filter(id=found_id).first()
    _must(one.search.station if one else None, for_)
    assert one is not None  # noqa: S101 - _must has refused it
    return one.search.station, _found(one, {})


def search_of(found_id: UUID, *, for_: Who) -> UUID:
    """The search that found a device. Raises as ``search`` does."""
    one = FoundCamera.objects.select_related("search").filter(id=found_id).first()
    _must(one.search.station if one else None, for_)
    assert one is not None  # noqa: S101 - _must has refused it
    return one.search_id


def picture(found_id: UUID, *, for_: Who) -> bytes:
    """The JPEG of a device that was opened. Raises as ``search`` does; NotFound where there is no picture."""
    found(found_id, for_=for_)
    kept = bytes(FoundCamera.objects.values_list("picture", flat=True).get(id=found_id))
    if not kept:
        raise NotFound
    return kept


def codes(station: str, *, for_: Who) -> list[tuple[str, str, str]]:
    """(code, name in Thai, in English) of the station's cameras: one of them may be the device that was found. Raises as ``search``."""
    _must(station, for_)
    found = Camera.objects.filter(station=station, retired_at=None).order_by("code")
    return [(code, th, en or th) for code, th, en in found.values_list("code", "name_th", "name_en")]


def waiting() -> tuple[list[tuple[UUID, str]], list[ToOpen]]:
    """Searches and devices that the probe is to see to, the oldest first. Only the probe may ask."""
    searches = CameraSearch.objects.filter(status=CameraSearch.Status.WAITING).order_by("asked_at").values_list("id", "network")
    devices = FoundCamera.objects.filter(status=FoundCamera.Status.WAITING).order_by("search__asked_at", "number")
    return list(searches), [_to_open(one) for one in devices]


def _to_open(one: FoundCamera) -> ToOpen:
    user, password = "", ""
    if one.credential:
        try:
            user, _, password = unseal(bytes(one.credential), purpose=SEARCH_CREDENTIAL, subject=str(one.id)).partition(":")
        except Broken:
            user, password = "", ""
    device = Device(one.number, one.port, one.path, one.tls, one.name, one.hardware)
    return ToOpen(one.id, device, one.correct, Secret(user, password))


def _must(station: str | None, who: Who) -> None:
    if station is None or not access.may_see(who, station=station):
        raise NotFound
    must(who, access.MANAGE, station=station)

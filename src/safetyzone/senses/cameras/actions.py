"""The only writers of the register of cameras: keyword-only, always ``by`` and ``at``, one transaction each.

What may be opened is asked anew at every look (``queries.may_open``), so a withdrawal counts from its commit; consoles hear of it by
the live channel in the same moment.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder, Refused
from safetyzone.senses.cameras import access, rules
from safetyzone.senses.cameras.addresses import hosts
from safetyzone.senses.cameras.models import Camera, CameraOwner
from safetyzone.senses.cameras.news import CameraChanged, SharingChanged
from safetyzone.senses.cameras.owner_actions import add_owner, change_owner_contact, give_owner_link, renew_owner_link
from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.senses.cameras.register.checking import with_owner
from safetyzone.senses.cameras.register.codes import new_code
from safetyzone.senses.cameras.register.entry import COLUMNS, Entry, Reason, read_entry
from safetyzone.senses.cameras.register_actions import import_list
from safetyzone.senses.cameras.rows import entry_of, values_of, zones_of
from safetyzone.trust.audit.actions import Act, record

__all__ = [
    "add_camera", "add_owner", "agree_to_turn", "change_camera", "change_owner_contact", "forbid_to_turn", "give_owner_link", "import_list",
    "pause", "renew_owner_link", "resume", "retire_camera", "set_tier", "share_again", "withdraw",
]  # fmt: skip

MAY_NAME_PEOPLE = frozenset({"owner", "name_th", "name_en", "contract", "address", "sub_address"})
"""Of these the audit log keeps that they changed, and not what they said."""
MOST_OF_AN_OWNER = 200
"""Cameras that the holder of one link may enter; who has more sends a list."""
OWNERS_MAY_CHANGE = frozenset(COLUMNS) - {"code", "owner", "owner_kind", "contract", "contract_until", "address", "sub_address"}


class BadEntry(Refused):
    """What was entered cannot stand; ``reasons`` says why, field by field."""

    code = "bad_entry"

    def __init__(self, *reasons: Reason) -> None:
        self.reasons = reasons
        super().__init__("; ".join(r.say("en") for r in reasons), "; ".join(r.say("th") for r in reasons))


class ChangedMeanwhile(OutOfOrder):
    """Somebody else was faster; nothing was overwritten."""

    code = "changed_meanwhile"
    th = "มีผู้แก้ไขกล้องนี้ไปก่อนแล้ว กรุณาดูค่าล่าสุดแล้วแก้ไขใหม่"
    en = "Somebody has changed this camera meanwhile. Look at it as it is now, and change it again."


@transaction.atomic
def add_camera(*, station: str, given: Mapping[str, Cell], by: Who, at: datetime) -> str:
    """Enter a camera; an owner enters his own, and gets a code if he names none. Returns the code.

    Raises:
        BadEntry: a field cannot stand. NotYours, NotFound: see ``access``.
    """
    said = dict(given)
    if isinstance(by, access.Owner) and by.owner_id is not None:
        owner = CameraOwner.objects.select_for_update().filter(id=by.owner_id, station=station).first()
        if owner is None:
            raise NotFound
        if owner.cameras.filter(retired_at__isnull=True).count() >= MOST_OF_AN_OWNER:
            raise OutOfOrder("One link enters at most 200 cameras; send a list.", "เพิ่มผ่านลิงก์ได้ไม่เกิน 200 ตัว กรุณาส่งเป็นไฟล์")
        said |= {"owner": owner.name, "owner_kind": owner.kind, "code": said.get("code") or new_code()}
    else:
        must(by, access.MANAGE, station=station)
    entry, reasons = read_entry(said)
    if entry is None:
        raise BadEntry(*reasons)
    entry = _with_owner(entry, None, station, by)
    holder = _owner(entry, station, at)
    try:
        with transaction.atomic():
            camera = Camera.objects.create(
                code=entry.code, station=station, zone_id=zones_of(station, [entry])[0], owner=holder, state_since=at, added_at=at,
                changed_at=at, **values_of(entry),
            )  # fmt: skip
    except IntegrityError as taken:
        raise BadEntry(Reason("code", entry.code, "มีกล้องรหัสนี้แล้ว", "is a camera's code already")) from taken
    _said(camera, by, at, sharing=False)
    _record(camera, "camera.added", by, at, facts={"tier": camera.tier, "owner_kind": holder.kind})
    return camera.code


@transaction.atomic
def change_camera(*, code: str, given: Mapping[str, Cell], version: int | None = None, by: Who, at: datetime) -> tuple[str, ...]:
    """Change what was given and leave the rest. Returns the fields that changed.

    Raises:
        ChangedMeanwhile: ``version`` is not the present one. BadEntry: a field cannot stand. NotYours, NotFound: see ``access``.
    """
    camera = _held(code, by)
    if version is not None and version != camera.version:
        raise ChangedMeanwhile
    said = {name: cell for name, cell in given.items() if name in COLUMNS and name != "code"}
    if isinstance(by, access.Owner):
        said = {name: cell for name, cell in said.items() if name in OWNERS_MAY_CHANGE}
    before = entry_of(camera)
    entry, reasons = read_entry(said, before)
    if entry is None:
        raise BadEntry(*reasons)
    entry = _with_owner(entry, before, camera.station, by)
    differs = tuple(name for name in COLUMNS if getattr(entry, name) != getattr(before, name))
    if not differs:
        return ()
    for name, value in values_of(entry).items():
        setattr(camera, name, value)
    if hosts(entry.address, entry.sub_address) - hosts(before.address, before.sub_address):
        camera.credential = b""  # a password is not carried to another machine: whoever enters the address enters it, too
        camera.onvif_port, camera.onvif_path, camera.onvif_tls = 80, "/onvif/device_service", False
    camera.zone_id = zones_of(camera.station, [entry])[0]
    if entry.owner != before.owner:
        camera.owner, camera.slew_agreed_at = _owner(entry, camera.station, at), None
    _keep(camera, by, at, sharing=bool({"tier", "live_radius_m", "contract_until"} & set(differs)))
    old_and_new = {name: None if name in MAY_NAME_PEOPLE else [_plain(before, name), _plain(entry, name)] for name in differs}
    _record(camera, "camera.changed", by, at, facts={"changed": old_and_new})
    return differs


@transaction.atomic
def set_tier(*, code: str, tier: str, live_radius_m: int | None = None, by: Who, at: datetime) -> None:
    """Share more or less. Only a private owner himself may share more of his camera.

    Raises:
        OnlyTheOwner: somebody else would widen it. BadEntry: no such tier or distance.
    """
    given: dict[str, Cell] = {"tier": tier}
    if live_radius_m is not None:
        given["live_radius_m"] = live_radius_m
    change_camera(code=code, given=given, by=by, at=at)


@transaction.atomic
def pause(*, code: str, by: Who, at: datetime) -> None:
    """Nothing may be opened until it is resumed; the place stays on the map."""
    _share(code, "camera.paused", {"paused_at": at}, by, at, why_not=lambda c: c.paused_at is not None)


@transaction.atomic
def resume(*, code: str, by: Who, at: datetime) -> None:
    """End a pause. Of a private owner's camera only he himself may."""
    _share(code, "camera.resumed", {"paused_at": None}, by, at, why_not=lambda c: c.paused_at is None, widens=True)


@transaction.atomic
def withdraw(*, code: str, by: Who, at: datetime) -> None:
    """The owner's no: from this commit on every look is refused, whatever the tier says."""
    _share(code, "camera.withdrawn", {"withdrawn_at": at}, by, at, why_not=lambda c: c.withdrawn_at is not None)


@transaction.atomic
def share_again(*, code: str, by: Who, at: datetime) -> None:
    """Undo a withdrawal; a pause ends with it. Of a private owner's camera only he himself may."""
    now_shared = {"withdrawn_at": None, "paused_at": None}
    _share(code, "camera.shared_again", now_shared, by, at, why_not=lambda c: c.withdrawn_at is None, widens=True)


@transaction.atomic
def agree_to_turn(*, code: str, by: Who, at: datetime) -> None:
    """The owner's yes: his PTZ camera may be turned to an incident nearby. Of a private owner's camera only he himself may."""
    _share(code, "camera.turning_agreed", {"slew_agreed_at": at}, by, at, why_not=lambda c: c.slew_agreed_at is not None, widens=True)


@transaction.atomic
def forbid_to_turn(*, code: str, by: Who, at: datetime) -> None:
    """The owner's no; one that is turned now goes home."""
    _share(code, "camera.turning_forbidden", {"slew_agreed_at": None}, by, at, why_not=lambda c: c.slew_agreed_at is None)


@transaction.atomic
def retire_camera(*, code: str, why: str, by: Who, at: datetime) -> None:
    """Take a camera out of the register; its history and its code stay, so that neither is given to another."""
    camera = _held(code, by)
    camera.retired_at = at
    _keep(camera, by, at, sharing=True)
    _record(camera, "camera.retired", by, at, why=why.strip()[:240])


def _share(
    code: str, action: str, becomes: dict[str, Any], by: Who, at: datetime, *, why_not: Any, widens: bool = False
) -> None:
    """A change of sharing; the same once more changes nothing and is no fault."""
    camera = _held(code, by)
    if widens and camera.owner.kind in rules.PRIVATE_KINDS and not access.is_owner(by, camera.owner_id):
        raise rules.OnlyTheOwner
    if why_not(camera):
        return
    for name, value in becomes.items():
        setattr(camera, name, value)
    _keep(camera, by, at, sharing=True)
    _record(camera, action, by, at)


def _held(code: str, by: Who) -> Camera:
    """The camera, locked, if this person may change it."""
    found = Camera.objects.select_related("owner").select_for_update(of=("self",))
    camera = found.filter(code=code, retired_at__isnull=True).first()
    if camera is None:
        raise NotFound
    access.must_change(by, station=camera.station, owner_id=camera.owner_id)
    return camera


def _with_owner(entry: Entry, before: Entry | None, station: str, by: Who) -> Entry:
    kinds = dict(CameraOwner.objects.filter(station=station, name=entry.owner).values_list("name", "kind"))
    entry, reasons = with_owner(entry, before, kinds, by_owner=isinstance(by, access.Owner))
    if any(reason.field == "tier" for reason in reasons):
        raise rules.OnlyTheOwner
    if reasons:
        raise BadEntry(*reasons)
    return entry


def _owner(entry: Entry, station: str, at: datetime) -> CameraOwner:
    """The owner of that name, entered if he is new."""
    defaults = {"id": new_id(), "kind": entry.owner_kind, "added_at": at}
    return CameraOwner.objects.get_or_create(station=station, name=entry.owner, defaults=defaults)[0]


def _keep(camera: Camera, by: Who, at: datetime, *, sharing: bool) -> None:
    camera.changed_at, camera.version = at, camera.version + 1
    camera.save()
    _said(camera, by, at, sharing=sharing)


def _said(camera: Camera, by: Who, at: datetime, *, sharing: bool) -> None:
    changed([Thing("camera", camera.code, camera.station)])
    tell(CameraChanged(codes=(camera.code,), station=camera.station, by=by.name, at=at))
    if sharing:
        tell(
            SharingChanged(
                code=camera.code, station=camera.station, tier=camera.tier, paused=camera.paused_at is not None,
                withdrawn=camera.withdrawn_at is not None or camera.retired_at is not None, by=by.name, at=at,
            )
        )  # fmt: skip


def _record(camera: Camera, action: str, by: Who, at: datetime, *, why: str = "", facts: dict[str, Any] | None = None) -> None:
    record(
        Act(actor=by.name, action=action, object=f"camera:{camera.code}", station=camera.station, at=at, why=why, facts=facts or {})
    )


def _plain(entry: Entry, name: str) -> Any:
    value = getattr(entry, name)
    return value.isoformat() if hasattr(value, "isoformat") else list(value) if isinstance(value, tuple) else value

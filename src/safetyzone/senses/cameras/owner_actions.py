"""Owners of cameras: who they are, how they are reached, and the link by which they keep their own cameras."""

import re
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.kernel.sealed import seal
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras import access, health_actions, links
from safetyzone.senses.cameras.models import CameraOwner
from safetyzone.senses.cameras.register.cells import THAI_DIGITS, Wrong, text_of, words
from safetyzone.trust.audit.actions import Act, record

CONTACT = "owner-contact"
"""The purpose for which a contact is sealed."""
LANGUAGES = ("th", "en")
_LOOKS_LIKE = {
    CameraOwner.Channel.EMAIL: re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+"),
    CameraOwner.Channel.SMS: re.compile(r"\+?\d{9,15}"),
    CameraOwner.Channel.LINE: re.compile(r"[UCR][0-9a-f]{32}"),
}


class BadOwner(Refused):
    """The entry of an owner cannot stand."""

    code = "bad_owner"


@transaction.atomic
def add_owner(*, station: str, name: str, kind: str, language: str = "th", by: Who, at: datetime) -> UUID:
    """Enter an owner who has no camera yet; one who is there already is returned as he is.

    Raises:
        BadOwner: no name, or a kind that is none, or other than the one he is known by.
    """
    must(by, access.MANAGE, station=station)
    try:
        said = words(120)(text_of(name))
    except Wrong as wrong:
        raise BadOwner(wrong.en, wrong.th) from wrong
    if not said or kind not in CameraOwner.Kind.values or language not in LANGUAGES:
        raise BadOwner("An owner has a name, a kind and a language.", "เจ้าของต้องมีชื่อ ประเภท และภาษา")
    defaults = {"id": new_id(), "kind": kind, "language": language, "added_at": at}
    try:
        with transaction.atomic():
            owner, new = CameraOwner.objects.get_or_create(station=station, name=said, defaults=defaults)
    except IntegrityError as taken:
        raise BadOwner("This owner was entered meanwhile; try again.", "มีผู้เพิ่มเจ้าของรายนี้แล้ว กรุณาลองใหม่") from taken
    if owner.kind != kind:
        raise BadOwner("This owner is known as {kind}.", "เจ้าของรายนี้เป็น {kind} อยู่แล้ว", kind=owner.kind)
    if new:
        _record(owner, "camera_owner.added", by, at)
    return owner.id


@transaction.atomic
def change_owner_contact(*, owner_id: UUID, channel: str, contact: str, by: Who, at: datetime) -> None:
    """How the owner is reached. Sealed at once; the audit log keeps the channel and never the contact.

    Raises:
        BadOwner: it is no such address or number.
    """
    owner = _held(owner_id, by)
    said = contact.strip().translate(THAI_DIGITS)
    if channel == CameraOwner.Channel.SMS:
        said = re.sub(r"[\s-]", "", said)
    shape = _LOOKS_LIKE.get(CameraOwner.Channel(channel)) if channel in CameraOwner.Channel.values else None
    if channel != CameraOwner.Channel.NONE and (shape is None or not shape.fullmatch(said)):
        raise BadOwner("This is no such address or number.", "ช่องทางติดต่อไม่ถูกต้อง")
    owner.channel = channel
    owner.contact = seal(said, purpose=CONTACT, subject=str(owner.id)) if channel != CameraOwner.Channel.NONE else b""
    owner.save(update_fields=["channel", "contact"])
    if channel != CameraOwner.Channel.NONE:
        health_actions.tell_again(owner.id, by=by, at=at)
    _record(owner, "camera_owner.contact_changed", by, at, channel=channel)


@transaction.atomic
def change_owner_language(*, owner_id: UUID, language: str, by: Who, at: datetime) -> None:
    """The language in which the owner reads his page and hears from us."""
    owner = _held(owner_id, by)
    if language in LANGUAGES and owner.language != language:
        owner.language = language
        owner.save(update_fields=["language"])
        _record(owner, "camera_owner.language_changed", by, at, language=language)


@transaction.atomic
def give_owner_link(*, owner_id: UUID, by: Who, at: datetime) -> str:
    """The token of a link of the present generation, to hand to the owner; that it was given is on record.

    Raises:
        NotFound, NotYours: see ``access``. An owner gives himself no second link.
    """
    owner = _held(owner_id, by)
    must(by, access.MANAGE, station=owner.station)
    _record(owner, "camera_owner.link_given", by, at, generation=owner.link_generation)
    return _link(owner, at)


@transaction.atomic
def renew_owner_link(*, owner_id: UUID, by: Who, at: datetime) -> str:
    """A link of a new generation; every earlier one ends in this moment."""
    owner = _held(owner_id, by)
    owner.link_generation += 1
    owner.save(update_fields=["link_generation"])
    changed([Thing("camera_owner", str(owner.id), owner.station)])
    _record(owner, "camera_owner.link_renewed", by, at, generation=owner.link_generation)
    return _link(owner, at)


def _link(owner: CameraOwner, at: datetime) -> str:
    until = at + links.GOOD_FOR
    key = settings().master_key_cached()
    return links.make(owner_id=owner.id, generation=owner.link_generation, until=until, master_key=key)


def _held(owner_id: UUID, by: Who) -> CameraOwner:
    owner = CameraOwner.objects.select_for_update().filter(id=owner_id).first()
    if owner is None:
        raise NotFound
    access.must_change(by, station=owner.station, owner_id=owner.id)
    return owner


def _record(owner: CameraOwner, action: str, by: Who, at: datetime, **facts: object) -> None:
    record(Act(actor=by.name, action=action, object=f"camera_owner:{owner.id}", station=owner.station, at=at, facts=facts))

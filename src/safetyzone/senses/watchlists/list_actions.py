"""Making lists, asking for entries, approving them, and taking them off. Every deed is on record before it has an effect."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.db import transaction

from safetyzone.contracts.vision import PlateSaid
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.watchlists import access, lifecycle, ports, rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.models import LegalBasis, ListEntry, WatchList
from safetyzone.senses.watchlists.queries import TEMPLATE
from safetyzone.senses.watchlists.sealing import seal_bytes
from safetyzone.senses.watchlists.terms import ImageSource, Kind, Purpose
from safetyzone.trust.audit.actions import Act, record
from safetyzone.trust.cases import queries as cases

MOST_PHOTO_BYTES = 8_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What every entry says, whatever it is of. ``subject`` is a name or a mark for people, and is kept sealed."""

    list_id: int
    case: str
    reason: str
    expires_at: datetime
    subject: str = field(default="", repr=False)
    warrant: str = ""
    prescribed_on: datetime | None = None
    renews: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Photo:
    """A picture of a face, where it comes from and when it was taken."""

    content: bytes = field(repr=False)
    source: str
    taken_on: date | None = None
    minor: bool = False


@transaction.atomic
def make_list(
    *, station: str, basis_id: int, name_th: str, name_en: str, who: str, where: str, expires_at: datetime, by: Who, at: datetime
) -> int:
    """Make a list on a law; kind and purpose are the law's. It compares nothing until entries and cameras were approved."""
    access.must(by, access.MAKE, station=station)
    basis = LegalBasis.objects.filter(pk=basis_id).first()
    if basis is None or basis.valid_from > at or (basis.valid_until is not None and basis.valid_until <= at):
        raise NotFound
    rules.check_end(expires_at, start=at, longest=rules.LONGEST_LIST)
    made = WatchList.objects.create(
        station=station, kind=basis.kind, purpose=basis.purpose, basis=basis, name_th=rules.reason(name_th)[:80],
        name_en=name_en.strip()[:80], who=rules.reason(who), where=rules.reason(where), made_by=by.name, made_at=at, expires_at=expires_at,
    )  # fmt: skip
    facts = {"basis": str(basis), "kind": made.kind, "purpose": made.purpose, "expires": expires_at.isoformat()}
    record(Act(actor=by.name, action="list.made", object=f"list:{made.pk}", station=station, at=at, why=made.who, facts=facts))
    return made.pk


@transaction.atomic
def end_list(*, list_id: int, why: str, by: Who, at: datetime) -> None:
    """End a list: in this instant nothing on it is compared any more."""
    found = WatchList.objects.select_for_update().filter(pk=list_id).first()
    if found is None:
        raise NotFound
    access.must_see_lists(by, station=found.station)
    if found.ended_at is not None:
        raise OutOfOrder
    found.ended_at, found.ended_by, found.ended_why = at, by.name, rules.reason(why)
    found.save(update_fields=["ended_at", "ended_by", "ended_why"])
    record(Act(actor=by.name, action="list.ended", object=f"list:{list_id}", station=found.station, at=at, why=found.ended_why))


@transaction.atomic
def ask_plate(*, wanted: Wanted, plate: PlateSaid, looks: str = "", by: Who, at: datetime) -> int:
    """Ask for a plate to be put on a list; somebody else approves it.

    Raises:
        NoOpenCase, NotCovered, TooLong, SaysNoReason: and says why. NotFound: no such list of plates here.
    """
    entry = _drafted(wanted, Kind.PLATE, by=by, at=at)
    entry.series, entry.number, entry.province = plate.series, plate.number, plate.province
    entry.vehicle_class, entry.looks = plate.vehicle_class, " ".join(looks.split())[:120]
    return _asked(entry, by=by, at=at)


@transaction.atomic
def ask_face(*, wanted: Wanted, photo: Photo, by: Who, at: datetime) -> int:
    """Ask for a face to be put on a list. The photo is made into a template at once, and both are kept sealed.

    Raises:
        PoorPicture: no face, several, or one that is too small or blurred. NoEmbedder: this station has no model.
    """
    entry = _drafted(wanted, Kind.FACE, by=by, at=at)
    if photo.source not in [one.value for one in ImageSource]:
        raise rules.PoorPicture(what="ที่มาของภาพไม่ถูกต้อง · its source is none that may be used")
    if photo.minor and entry.purpose != Purpose.MISSING:
        raise rules.PoorPicture(what="เด็กอยู่ได้เฉพาะบัญชีคนหาย · a child may only be on a list of the missing")
    if not 0 < len(photo.content) <= MOST_PHOTO_BYTES:
        raise rules.PoorPicture(what="ไฟล์ว่างหรือใหญ่เกิน 8 MB · empty, or larger than 8 MB")
    found = ports.embedder().embed(photo.content)
    if found is None or found.faces != 1:
        raise rules.PoorPicture(what="ต้องมีใบหน้าเดียวในภาพ · there must be exactly one face in it")
    if found.quality < rules.LEAST_QUALITY:
        raise rules.PoorPicture(what=f"คุณภาพ {found.quality:.2f} ต่ำกว่า {rules.LEAST_QUALITY} · its quality is too low")
    if ListEntry.objects.filter(list=entry.list, state=State.APPROVED, expires_at__gt=at).count() >= rules.MOST_ON_A_FACE_LIST:
        raise rules.PoorPicture(what="บัญชีเต็ม 2,000 ราย · the list has its 2,000")
    entry.template, entry.model = seal_bytes(found.vector, TEMPLATE), found.model
    entry.image, entry.image_quality = seal_bytes(photo.content, "image"), found.quality
    entry.image_source, entry.image_taken_on, entry.minor = photo.source, photo.taken_on, photo.minor
    return _asked(entry, by=by, at=at)


def _drafted(wanted: Wanted, kind: Kind, *, by: Who, at: datetime) -> ListEntry:
    """An entry with all that is common, checked and not yet written."""
    found = WatchList.objects.select_related("basis").filter(pk=wanted.list_id, kind=kind).first()
    if found is None:
        raise NotFound
    access.must(by, access.MAKE, station=found.station)
    if found.ended_at is not None or found.expires_at <= at:
        raise OutOfOrder
    unit = officers.unit_of(by.name)
    case = cases.must_open_case(wanted.case, unit, by.name, at)
    if case.offence not in found.basis.offences:
        raise rules.NotCovered
    lawful = timedelta(days=found.basis.longest_days)
    rules.check_end(wanted.expires_at, start=at, longest=min(lawful, rules.longest_entry(kind, found.purpose)))
    if wanted.prescribed_on is not None and wanted.expires_at > wanted.prescribed_on:
        raise rules.TooLong(days=(wanted.prescribed_on - at).days)
    warrant = " ".join(wanted.warrant.split())[:80]
    if found.purpose == Purpose.WARRANT and not warrant:
        raise rules.NeedsCourt(what="หมายจับ · the warrant")
    return ListEntry(
        list=found, station=found.station, kind=kind, purpose=found.purpose, case_id=case.case_id, warrant=warrant,
        reason=rules.reason(wanted.reason), subject=seal_bytes(wanted.subject.strip().encode(), "subject"), state=State.ASKED,
        asked_by=by.name, asked_unit=unit, asked_at=at, expires_at=wanted.expires_at, prescribed_on=wanted.prescribed_on, checked_at=at,
        renews_id=wanted.renews,
    )  # fmt: skip


def _asked(entry: ListEntry, *, by: Who, at: datetime) -> int:
    entry.save(force_insert=True)
    _tell(entry, "entry.asked", by=by, at=at, why=entry.reason)
    return entry.pk


@transaction.atomic
def approve_entry(*, entry_id: int, no_relation: bool, by: Who, at: datetime) -> None:
    """The second person puts it on the list.

    Raises:
        SamePerson, SameChain, OwnCase: see ``rules``. OutOfOrder: it is not waiting, or has expired meanwhile.
    """
    entry, unit = _mine(entry_id, access.APPROVE, by), officers.unit_of(by.name)
    lifecycle.check(State(entry.state), State.APPROVED)
    case = cases.case(entry.case_id, officer=by.name, at=at)
    rules.check_approval(entry.kind, rules.Approval(
        asked_by=entry.asked_by, asked_unit=entry.asked_unit, approves=by.name, unit=unit, declares_no_relation=no_relation,
        on_the_case=bool(case and case.assigned),
    ))  # fmt: skip
    if entry.expires_at <= at or not cases.is_open(entry.case_id, at):
        raise OutOfOrder
    entry.state, entry.approved_by, entry.approved_unit, entry.approved_at, entry.no_relation = State.APPROVED, by.name, unit, at, True
    entry.save(update_fields=["state", "approved_by", "approved_unit", "approved_at", "no_relation"])
    _tell(entry, "entry.approved", by=by, at=at)


@transaction.atomic
def refuse_entry(*, entry_id: int, why: str, by: Who, at: datetime) -> None:
    """It does not come on the list; whoever asked may take it back the same way."""
    entry = _mine(entry_id, "", by)
    if by.name != entry.asked_by:
        access.must(by, access.APPROVE, station=entry.station)
    lifecycle.check(State(entry.state), State.REFUSED)
    entry.state, entry.refused_by = State.REFUSED, by.name
    entry.save(update_fields=["state", "refused_by"])
    _tell(entry, "entry.refused", by=by, at=at, why=rules.reason(why))


@transaction.atomic
def withdraw(*, entry_id: int, why: str, by: Who, at: datetime) -> None:
    """The warrant is withdrawn, the vehicle is back, the person is safe: the entry is dead in this instant."""
    entry = _mine(entry_id, "", by)
    lifecycle.check(State(entry.state), State.STOPPED)
    entry.state, entry.withdrawn_at, entry.withdrawn_by, entry.withdrawn_why = State.STOPPED, at, by.name, rules.reason(why)
    entry.save(update_fields=["state", "withdrawn_at", "withdrawn_by", "withdrawn_why"])
    _tell(entry, "entry.withdrawn", by=by, at=at, why=entry.withdrawn_why)


@transaction.atomic
def recheck(*, entry_id: int, by: Who, at: datetime) -> None:
    """Somebody looked it up again today: warrant and complaint still stand."""
    entry = _mine(entry_id, access.MAKE, by)
    if entry.state != State.APPROVED or entry.expires_at <= at:
        raise OutOfOrder
    entry.checked_at = max(at, entry.checked_at)
    entry.save(update_fields=["checked_at"])
    _tell(entry, "entry.rechecked", by=by, at=at)


@transaction.atomic
def look_at_list(*, list_id: int, station: str, by: Who, at: datetime) -> None:
    """Somebody opened a list: on record before anything is shown."""
    record(Act(actor=by.name, action="list.looked", object=f"list:{list_id}", station=station, at=at))


@transaction.atomic
def look_at_entry(*, entry_id: int, station: str, by: Who, at: datetime) -> None:
    """Somebody opened an entry: on record before anything is shown."""
    record(Act(actor=by.name, action="entry.looked", object=f"entry:{entry_id}", station=station, at=at))


def _mine(entry_id: int, permission: str, by: Who) -> ListEntry:
    entry = ListEntry.objects.select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise NotFound
    access.must_see_lists(by, station=entry.station)
    if permission:
        access.must(by, permission, station=entry.station)
    return entry


def _tell(entry: ListEntry, action: str, *, by: Who, at: datetime, why: str = "") -> None:
    """Consoles hear that something changed; the record says what, without the plate or the person."""
    changed([Thing("list", str(entry.list_id), entry.station)])
    ends = entry.expires_at.isoformat()
    facts = {"list": entry.list_id, "case": entry.case_id, "kind": entry.kind, "purpose": entry.purpose, "expires": ends}
    record(Act(actor=by.name, action=action, object=f"entry:{entry.pk}", station=entry.station, at=at, why=why, facts=facts))

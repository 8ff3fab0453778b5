"""The only writers of the room's own tables: claims, shifts and their notes."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder, Refused
from safetyzone.response.command_room import access, hand_over
from safetyzone.response.command_room.models import Claim, Shift, ShiftNote
from safetyzone.response.command_room.rules import Hold, Taking, taking
from safetyzone.response.incidents import actions as incident_actions
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.trust.audit.actions import Act, record


class InOtherHands(Refused):
    """Somebody else was first; says who, so that two do not do one thing."""

    code = "in_other_hands"
    th = "เหตุ {incident} อยู่กับ {holder} แล้ว"
    en = "Incident {incident} is already with {holder}."


class ReasonNeeded(Refused):
    """The deed is allowed, but not silently."""

    code = "reason_needed"
    th = "ต้องระบุเหตุผล"
    en = "Please give the reason."


LONGEST_WORDS = 1000
LONGEST_REASON = 200


@transaction.atomic
def answer_call(*, incident_id: int, by: Who, at: datetime) -> None:
    """The first to reach for a ringing call has it; who comes second is told who was first."""
    seen = incidents.incident(incident_id, for_=by)
    access.must_answer(by, station=seen.station)
    claim, _ = Claim.objects.select_for_update().get_or_create(
        incident_id=incident_id, defaults={"officer_id": _officer(by), "claimed_at": at, "seen_at": at}
    )
    # Only now, with the claim locked, is the incident's status the truth; a claim on a call that rings again is an old one.
    if claim.officer_id != _officer(by) and incidents.incident(incident_id, for_=by).status != Status.NEW:
        raise InOtherHands(incident=incident_id, holder=claim.officer.username)
    claim.officer_id, claim.claimed_at, claim.seen_at = _officer(by), at, at
    claim.save()
    incident_actions.answer(incident_id=incident_id, by=by, at=at)


@transaction.atomic
def take_call(*, incident_id: int, why: str = "", by: Who, at: datetime) -> None:
    """Take a call out of another's hand: free in the first 20 s or when his screen has gone, else with rank and reason."""
    seen = incidents.incident(incident_id, for_=by)
    access.must_answer(by, station=seen.station)
    claim = Claim.objects.select_for_update(of=("self",)).select_related("officer").filter(incident_id=incident_id).first()
    hold = Hold(claim.officer.username, claim.claimed_at, claim.seen_at) if claim else None
    how = taking(hold, by=by.name, supervisor=access.may_command(by, station=seen.station), at=at)
    why = why.strip()[:LONGEST_REASON]
    if how is Taking.NO:
        raise InOtherHands(incident=incident_id, holder=hold.by if hold else "")
    if how is Taking.REASON and not why:
        raise ReasonNeeded()
    Claim.objects.update_or_create(
        incident_id=incident_id, defaults={"officer_id": _officer(by), "claimed_at": at, "seen_at": at}
    )
    incident_actions.take_over(incident_id=incident_id, why=why or str(how), by=by, at=at)


@transaction.atomic
def give_back(*, incident_id: int, by: Who, at: datetime) -> None:
    """Let a call go: it rings again for everybody."""
    incident_actions.release(incident_id=incident_id, by=by, at=at)
    Claim.objects.filter(incident_id=incident_id).delete()


def still_here(*, incident_ids: Iterable[int], by: Who, at: datetime) -> int:
    """A screen's heartbeat for the calls in its operator's hand. Quiet: nobody's screen is told. Returns how many."""
    mine = Claim.objects.filter(incident_id__in=list(incident_ids)[:500], officer_id=_officer(by), seen_at__lt=at)
    return mine.update(seen_at=at)


@transaction.atomic
def begin_shift(*, station: str, by: Who, at: datetime) -> int:
    """Sign on as commander where nobody is in command. Returns the shift's number."""
    access.must_command(by, station=station)
    if (running := _running(station)) is not None:
        raise OutOfOrder(
            "{name} is in command; take over from the hand-over page.", "{name} ปฏิบัติหน้าที่อยู่ ให้รับเวรจากหน้าส่งเวร",
            name=running.commander.username,
        )  # fmt: skip
    shift = Shift.objects.create(station=station, commander_id=_officer(by), began_at=at)
    _tell(shift, by=by, at=at, action="shift.began")
    return shift.pk


@transaction.atomic
def take_command(*, station: str, by: Who, at: datetime) -> int:
    """The incoming commander signs: the page is frozen as it stands, the old shift ends, his begins. Returns its number."""
    access.must_command(by, station=station)
    ending = _running(station)
    if ending is None:
        raise OutOfOrder("Nobody is in command; begin a shift.", "ยังไม่มีผู้บังคับเวร ให้เริ่มเวร")
    if ending.commander_id == _officer(by):
        raise OutOfOrder("You cannot hand over to yourself.", "ส่งเวรให้ตนเองไม่ได้")
    ending.hand_over = hand_over.page(station, for_=by, at=at)
    ending.ended_at, ending.handed_over_to_id = at, _officer(by)
    ending.save(update_fields=["hand_over", "ended_at", "handed_over_to"])
    beginning = Shift.objects.create(station=station, commander_id=_officer(by), began_at=at)
    _tell(ending, by=by, at=at, action="shift.handed_over")
    return beginning.pk


@transaction.atomic
def write_note(*, station: str, words: str, by: Who, at: datetime) -> None:
    """A line in the shift's log."""
    access.must_see(by, station=station)
    words = words.replace("\x00", "").strip()
    if not words or len(words) > LONGEST_WORDS:
        raise Refused(f"Write 1 to {LONGEST_WORDS} letters.", f"เขียนได้ 1 ถึง {LONGEST_WORDS} ตัวอักษร")
    shift = _running(station)
    if shift is None:
        raise NotFound("No shift is running; begin one first.", "ยังไม่ได้เริ่มเวร ให้เริ่มเวรก่อน")
    ShiftNote.objects.create(shift=shift, at=at, by=by.name, words=words)
    _tell(shift, by=by, at=at, action="shift.noted")


def _officer(by: Who) -> int:
    """The room's chairs are for people: a program holds no call and commands no shift."""
    if by.officer_id is None:
        raise NotYours
    return by.officer_id


def _running(station: str) -> Shift | None:
    """The shift that runs now, locked, so that two who sign at once do so one after the other."""
    found = Shift.objects.select_for_update(of=("self",)).select_related("commander")
    return found.filter(station=station, ended_at__isnull=True).first()


def _tell(shift: Shift, *, by: Who, at: datetime, action: str) -> None:
    changed([Thing("shift", str(shift.pk), shift.station)])
    record(Act(actor=by.name, action=action, object=f"shift:{shift.pk}", station=shift.station, at=at))

"""The only writers of incidents: keyword-only, always ``by`` and ``at``, one transaction each."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who, must
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.refusals import OutOfOrder, Refused
from safetyzone.response.incidents import deadlines, procedure
from safetyzone.response.incidents.desk import becomes, keep, locked, stamp
from safetyzone.response.incidents.joining import join, refuse_join, undo_join
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.response.incidents.models import Incident
from safetyzone.response.incidents.news import IncidentEnded
from safetyzone.response.incidents.rules import LADDER, OUTCOMES, RING_NEXT_AFTER, rings
from safetyzone.response.incidents.unit_actions import (
    WITH_UNIT,
    no_unit_left,
    unit_acknowledged,
    unit_assigned,
    unit_en_route,
    unit_on_scene,
)

__all__ = [
    "answer", "close", "do_step", "join", "judge", "mark_shown", "no_unit_left", "note", "refuse_join", "release", "reopen",
    "report", "resolve", "skip_step", "take_over", "undo_join", "unit_acknowledged", "unit_assigned", "unit_en_route", "unit_on_scene",
    "verify",
]  # fmt: skip

RUNGS = tuple(rung for rung, _ in LADDER)
LONGEST_WORDS = 500
LONGEST_PLACE = 160
LONGEST_WHY = 200
STAYS_WHEN_ANSWERED = WITH_UNIT | {Status.ANSWERED, Status.VERIFIED}
"""The ladder may have sent a patrol, or a colleague given the call back: answering it then changes only who has it in hand."""


class NeedsReason(Refused):
    """The log keeps one line of why; none, or more, was given."""

    code = "needs_reason"
    th = "กรุณาระบุเหตุผล ไม่เกิน 200 ตัวอักษร"
    en = "Please give a reason, at most 200 characters."


class NothingSaid(Refused):
    """Words are needed and none, or too many, were given."""

    code = "nothing_said"
    th = "กรุณากรอกข้อความ ไม่เกิน 500 ตัวอักษร"
    en = "Please write something, at most 500 characters."


class StepsOpen(Refused):
    """Mandatory steps of the procedure are still open."""

    code = "steps_open"
    th = "ยังปิดเหตุไม่ได้ ขั้นตอนบังคับที่ยังไม่เสร็จ: {steps_th}"
    en = "It cannot be closed yet; mandatory steps are open: {steps_en}"


def _must_say_why(why: str) -> None:
    if not why.strip() or len(why) > LONGEST_WHY or "\x00" in why:
        raise NeedsReason


@transaction.atomic
def answer(*, incident_id: int, by: Who, at: datetime) -> Incident:
    """An operator takes the call; the first click wins, and the procedure opens."""
    incident = locked(incident_id, by=by, permission="answer")
    if incident.owner_id is not None:
        if incident.owner_id == by.officer_id:
            return incident
        raise OutOfOrder("Somebody else has taken this call.", "มีผู้รับเหตุนี้แล้ว")
    if incident.status not in STAYS_WHEN_ANSWERED:
        becomes(incident, Status.ANSWERED)
    incident.owner_id = by.officer_id
    stamp(incident, "answered_at", at)
    procedure.begin(incident, at)
    deadlines.clear(incident_id=incident.id, kinds=RUNGS, at=at)
    return keep(incident, "answered", by=by, at=at)


@transaction.atomic
def release(*, incident_id: int, by: Who, at: datetime) -> Incident:
    """The operator gives the call back to the room; it rings again."""
    incident = locked(incident_id, by=by, permission="answer")
    if incident.owner_id is None:
        raise OutOfOrder("Nobody has this call in hand.", "เหตุนี้ยังไม่มีผู้รับ")
    if incident.status == Status.ANSWERED:
        becomes(incident, Status.NEW)
    incident.owner = None
    if rings(incident.kind):
        deadlines.put(kind=RUNGS[0], incident_id=incident.id, due_at=at + RING_NEXT_AFTER)
    return keep(incident, "released", by=by, at=at)


@transaction.atomic
def take_over(*, incident_id: int, by: Who, at: datetime, why: str) -> Incident:
    """Another operator takes a call out of somebody's hand, with a reason; nobody's time is rewritten."""
    incident = locked(incident_id, by=by, permission="answer")
    _must_say_why(why)
    before, incident.owner_id = incident.owner_id, by.officer_id
    return keep(incident, "taken_over", by=by, at=at, why=why, facts={"from": before})


@transaction.atomic
def verify(*, incident_id: int, by: Who, at: datetime) -> Incident:
    """It is real: seen or heard."""
    incident = locked(incident_id, by=by, permission="answer")
    if incident.status not in WITH_UNIT:
        becomes(incident, Status.VERIFIED)
    stamp(incident, "verified_at", at)
    return keep(incident, "verified", by=by, at=at)


@transaction.atomic
def judge(*, incident_id: int, as_: Status, why: str, by: Who, at: datetime) -> Incident:
    """The operator judges that nobody needs help: a false press or a test. The press itself stays for ever."""
    if as_ not in {Status.FALSE_PRESS, Status.TEST}:
        raise OutOfOrder("An incident is judged a false press or a test.", "เลือกได้เฉพาะ กดผิด หรือ ทดสอบ")
    incident = locked(incident_id, by=by, permission="answer")
    _must_say_why(why)
    becomes(incident, as_)
    incident.outcome = as_.value
    procedure.set_aside(incident, why=as_.value)
    deadlines.clear(incident_id=incident.id, kinds=(*RUNGS, "step_due"), at=at)
    kept = keep(incident, as_.value, by=by, at=at, why=why)
    tell(IncidentEnded(incident_id=incident.id, why=as_.value, by=by, at=at))
    return kept


@transaction.atomic
def resolve(*, incident_id: int, outcome: str, words: str = "", by: Who, at: datetime) -> Incident:
    """The danger is over; ``outcome`` is a code of ``rules.OUTCOMES``."""
    incident = locked(incident_id, by=by, permission="answer")
    if outcome not in OUTCOMES:
        raise Refused("There is no outcome {outcome}.", "ไม่มีผลการปฏิบัติ {outcome}", outcome=outcome[:40])
    if len(words) > LONGEST_WORDS:
        raise NothingSaid
    becomes(incident, Status.RESOLVED)
    incident.outcome, incident.outcome_words = outcome, words
    stamp(incident, "resolved_at", at)
    deadlines.clear(incident_id=incident.id, kinds=RUNGS, at=at)
    kept = keep(incident, "resolved", by=by, at=at, facts={"outcome": outcome})
    tell(IncidentEnded(incident_id=incident.id, why=outcome, by=by, at=at))
    return kept


@transaction.atomic
def close(*, incident_id: int, by: Who, at: datetime) -> Incident:
    """Reviewed and done. Refused while a mandatory step is open."""
    incident = locked(incident_id, by=by, permission="close")
    missing = procedure.open_mandatory(incident)
    if missing:
        raise StepsOpen(steps_th=", ".join(s.name_th for s in missing), steps_en=", ".join(s.name_en for s in missing))
    becomes(incident, Status.CLOSED)
    stamp(incident, "closed_at", at)
    deadlines.clear(incident_id=incident.id, kinds=(*RUNGS, "step_due"), at=at)
    return keep(incident, "closed", by=by, at=at, facts={"outcome": incident.outcome})


@transaction.atomic
def reopen(*, incident_id: int, why: str, by: Who, at: datetime) -> Incident:
    """We were wrong, or it began again."""
    incident = locked(incident_id, by=by, permission="answer")
    _must_say_why(why)
    becomes(incident, Status.ANSWERED)
    incident.outcome, incident.owner_id = "", by.officer_id
    procedure.take_up_again(incident)
    return keep(incident, "reopened", by=by, at=at, why=why)


@transaction.atomic
def do_step(*, incident_id: int, code: str, by: Who, at: datetime) -> Incident:
    """A step of the procedure is done."""
    incident = locked(incident_id, by=by, permission="answer")
    procedure.done(incident, code, by=by.name, at=at)
    return keep(incident, "step_done", by=by, at=at, facts={"step": code})


@transaction.atomic
def skip_step(*, incident_id: int, code: str, why: str, by: Who, at: datetime) -> Incident:
    """A step does not apply; says why."""
    incident = locked(incident_id, by=by, permission="answer")
    _must_say_why(why)
    procedure.skipped(incident, code, why=why, at=at)
    return keep(incident, "step_skipped", by=by, at=at, why=why, facts={"step": code})


@transaction.atomic
def note(*, incident_id: int, words: str, by: Who, at: datetime) -> Incident:
    """A line in the timeline. What people write may name people, so the log holds only a commitment to it."""
    incident = locked(incident_id, by=by, permission="see_room")
    if not words.strip() or len(words) > LONGEST_WORDS or "\x00" in words:
        raise NothingSaid
    kept = keep(incident, "noted", by=by, at=at, personal={"words": words})
    kept.entries.filter(code="noted", at=at).update(facts={"words": words})
    return kept


@transaction.atomic
def report(
    *, station: str, kind: str = "reported", priority: int, place_th: str, place_en: str = "", point: Point | None = None,
    device: str = "", by: Who, at: datetime,
) -> Incident:  # fmt: skip
    """An officer opens an incident by hand: a telephone call, something seen, or ``officer_help``."""
    if kind == "reported":
        must(by, "answer", station=station)
    if not place_th.strip() or len(place_th) > LONGEST_PLACE:
        raise NothingSaid("Say where, in at most 160 characters.", "กรุณาระบุสถานที่ ไม่เกิน 160 ตัวอักษร")
    if priority not in range(1, 6):
        raise Refused("Priority is 1 to 5.", "ความเร่งด่วนเป็น 1 ถึง 5")
    incident = Incident(
        station=station, kind=kind, priority=priority, place_th=place_th, place_en=place_en or place_th, device=device,
        lon=point.lon if point else None, lat=point.lat if point else None, pressed_at=at, heard_at=at, changed_at=at,
    )  # fmt: skip
    incident.save()
    if rings(kind):
        deadlines.put(kind=RUNGS[0], incident_id=incident.id, due_at=at + RING_NEXT_AFTER)
    return keep(incident, "opened", by=by, at=at)


def mark_shown(*, incident_ids: list[int], by: Who, at: datetime) -> int:
    """The first console that drew a row says when: the end of "press to screen". Returns how many were new."""
    stations = [station for station, permission in by.grants if permission == "see_room"]
    unseen = Incident.objects.filter(id__in=incident_ids, shown_at__isnull=True, station__in=stations)
    return unseen.update(shown_at=at)

"""Two incidents that are one (row D16): offered, never done unasked; every source kept; undone as easily."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.response.incidents import deadlines
from safetyzone.response.incidents.desk import becomes, keep, locked
from safetyzone.response.incidents.lifecycle import OPEN, Status
from safetyzone.response.incidents.models import Incident, IncidentEntry, JoinOffer
from safetyzone.response.incidents.rules import LADDER, RING_NEXT_AFTER, rings
from safetyzone.senses.alerts import actions as alerts

HAS_UNITS = {Status.ASSIGNED, Status.EN_ROUTE, Status.ON_SCENE}


def _pair(older_id: int, newer_id: int, by: Who) -> tuple[Incident, Incident]:
    """Both, locked in the order of their numbers, so that two joins can never wait for each other."""
    if older_id == newer_id:
        raise OutOfOrder("An incident cannot be joined with itself.", "รวมเหตุกับตัวเองไม่ได้")
    first, second = (locked(number, by=by, permission="answer") for number in sorted((older_id, newer_id)))
    return (first, second) if first.id == older_id else (second, first)


@transaction.atomic
def join(*, older_id: int, newer_id: int, by: Who, at: datetime) -> Incident:
    """The newer becomes a duplicate of the older; its alerts follow."""
    older, newer = _pair(older_id, newer_id, by)
    if Status(older.status) not in OPEN or older.station != newer.station:
        raise OutOfOrder("That incident is no longer open.", "เหตุปลายทางไม่ได้เปิดอยู่แล้ว")
    if newer.status in HAS_UNITS:
        raise OutOfOrder(
            "A unit is on its way to incident {number}: join the other one into it.",
            "มีสายตรวจกำลังไปเหตุ {number} ให้รวมอีกเหตุเข้ากับเหตุนี้แทน", number=newer.id,
        )  # fmt: skip
    was = newer.status
    becomes(newer, Status.DUPLICATE)
    newer.merged_into = older
    deadlines.clear(incident_id=newer.id, kinds=[rung for rung, _ in LADDER], at=at)
    moved = alerts.move(from_incident=newer.id, to_incident=older.id, by=by, at=at)
    older.presses += newer.presses
    JoinOffer.objects.update_or_create(
        older=older, newer=newer,
        defaults={"metres": 0, "seconds": 0, "offered_at": at, "answered_at": at, "answered_by": by.name, "joined": True},
    )  # fmt: skip
    keep(newer, "joined_into", by=by, at=at, facts={"incident": older.id, "was": was})
    return keep(older, "joined", by=by, at=at, facts={"incident": newer.id, "alerts": moved})


@transaction.atomic
def undo_join(*, incident_id: int, by: Who, at: datetime) -> Incident:
    """They were two things after all: the duplicate gets back its alerts and the status that it had."""
    seen = Incident.objects.filter(id=incident_id).values_list("merged_into_id", flat=True).first()
    if seen is None:
        locked(incident_id, by=by, permission="answer")
        raise OutOfOrder("This incident is not joined to another.", "เหตุนี้ไม่ได้รวมกับเหตุอื่น")
    older, newer = _pair(seen, incident_id, by)
    if newer.merged_into_id != older.id:
        raise OutOfOrder("This incident is not joined to another.", "เหตุนี้ไม่ได้รวมกับเหตุอื่น")
    was = IncidentEntry.objects.filter(incident=newer, code="joined_into").order_by("-id").values_list("facts", flat=True)[0]["was"]
    newer.merged_into = None
    becomes(newer, Status(was))
    alerts.move_back(to_incident=newer.id, by=by, at=at)
    older.presses -= newer.presses
    JoinOffer.objects.filter(older=older, newer=newer).update(joined=False, answered_at=at, answered_by=by.name)
    if newer.owner_id is None and rings(newer.kind):
        deadlines.put(kind=LADDER[0][0], incident_id=newer.id, due_at=at + RING_NEXT_AFTER)
    keep(older, "unjoined", by=by, at=at, facts={"incident": newer.id})
    return keep(newer, "unjoined", by=by, at=at, facts={"incident": older.id})


@transaction.atomic
def refuse_join(*, older_id: int, newer_id: int, by: Who, at: datetime) -> None:
    """Not one thing: not offered again."""
    older, newer = _pair(older_id, newer_id, by)
    JoinOffer.objects.update_or_create(
        older=older, newer=newer,
        defaults={"metres": 0, "seconds": 0, "offered_at": at, "answered_at": at, "answered_by": by.name, "joined": False},
    )  # fmt: skip
    keep(newer, "join_refused", by=by, at=at, facts={"incident": older.id})

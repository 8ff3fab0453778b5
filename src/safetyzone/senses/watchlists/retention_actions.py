"""What must not be kept is destroyed, and the destruction proves itself: by number in the audit log, and by looking again.

Nothing depends on this having run: what is over is shown to nobody and compared with nothing from its own moment on.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import OutOfOrder
from safetyzone.senses.watchlists import lifecycle, queries, rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.models import Activation, Correction, Deletion, Hit, HitFigure, HitPicture, Judgement, ListEntry, Outcome
from safetyzone.trust.audit.actions import Act, record

RETENTION: dict[str, tuple[timedelta | None, str, str]] = {
    "unmatched_face": (timedelta(seconds=1), "ใบหน้าที่ไม่ตรง", "face that matches nobody: in memory only, never here"),
    "unmatched_plate": (timedelta(0), "ป้ายที่ไม่ตรง", "plate that matches nothing: not kept, unless a lawful history is on"),
    "hit_unconfirmed": (rules.CANDIDATE_FOR, "การตรงที่ไม่มีใครยืนยัน", "hit that nobody confirmed: pictures, reading, answers"),
    "hit_refused": (rules.CANDIDATE_FOR, "การตรงที่คนบอกว่าไม่ใช่", "hit that people refused: pictures, reading, answers"),
    "urgent_unapproved": (rules.APPROVE_URGENT_WITHIN, "ผลของการเปิดใช้ฉุกเฉินที่ไม่ได้รับอนุมัติ", "all that came of an urgent activation"),
    "entry_over": (rules.KEEP_ENTRY_FOR, "รายการที่สิ้นสุดแล้ว", "entry that is over: plate, photo, template, name"),
    "hit_confirmed": (None, "การตรงที่ยืนยันแล้ว", "confirmed hit: as long as the case"),
}
"""Class -> how long it is kept, in Thai, in English."""


def delete_due(*, by: Who, at: datetime) -> int:
    """Destroy what is due, each kind in a transaction of its own; returns how many hits and entries."""
    return _unapproved(by=by, at=at) + _expired(by=by, at=at) + _entries_over(by=by, at=at)


@transaction.atomic
def _expired(*, by: Who, at: datetime) -> int:
    due = Hit.objects.select_for_update(skip_locked=True).filter(delete_at__lte=at).values_list("station", "pk")
    by_station: dict[str, list[int]] = {}
    for station, hit in due:
        by_station.setdefault(station, []).append(hit)
    for station, hits in by_station.items():
        _destroy(station, hits, why="expired", by=by, at=at)
    return sum(len(hits) for hits in by_station.values())


@transaction.atomic
def _unapproved(*, by: Who, at: datetime) -> int:
    """Invariant 12: what one person began and nobody approved in a day, or somebody refused: stopped, with all that came of it."""
    over = Q(asked_at__lte=at - rules.APPROVE_URGENT_WITHIN) | Q(state=State.STOPPED, stopped_at__lte=at)
    found = Activation.objects.select_for_update(skip_locked=True).filter(over, urgent=True, approved_at=None, purged_at=None)
    destroyed = 0
    for activation in found:
        if activation.state == State.URGENT:
            lifecycle.check(State(activation.state), State.STOPPED)
            activation.state, activation.stopped_at = State.STOPPED, at
            activation.stopped_by, activation.stopped_why = by.name, "ไม่มีผู้อนุมัติภายใน 24 ชั่วโมง · not approved within 24 hours"
        activation.purged_at = at
        activation.save(update_fields=["state", "stopped_at", "stopped_by", "stopped_why", "purged_at"])
        hits = list(Hit.objects.filter(activation=activation).values_list("pk", flat=True))
        HitFigure.objects.filter(hit__in=hits).delete()
        _destroy(activation.station, hits, why="urgent", by=by, at=at, activation=activation.pk)
        destroyed += len(hits)
    return destroyed


def _destroy(station: str, hits: list[int], *, why: str, by: Who, at: datetime, activation: int | None = None) -> None:
    """Delete hits and all that hangs on them, look whether anything is left, and say so by number."""
    Outcome.objects.filter(hit__in=hits).delete()
    Hit.objects.filter(pk__in=hits).delete()
    HitFigure.objects.filter(hit__in=hits).update(hit=None)
    left = Hit.objects.filter(pk__in=hits).count() + sum(
        table.objects.filter(hit__in=hits).count() for table in (HitPicture, Judgement, Correction, Outcome, HitFigure)
    )
    if left:
        raise OutOfOrder(f"{left} rows were left of hits that were to be destroyed")
    made = Deletion.objects.create(station=station, at=at, why=why, hits=hits, activation=activation, left=left)
    facts = {"why": why, "hits": hits, "activation": activation, "left": left}
    record(Act(actor=by.name, action="hits.destroyed", object=f"deletion:{made.pk}", station=station, at=at, why=why, facts=facts))


@transaction.atomic
def _entries_over(*, by: Who, at: datetime) -> int:
    """Entries over for a month, and those refused, lose what they were about; one with a hit stays as long as the hit."""
    due = ListEntry.objects.select_for_update(skip_locked=True, of=("self",)).filter(queries.entries_over(at))
    by_station: dict[str, list[int]] = {}
    for entry in due:
        entry.template = entry.image = entry.subject = b""
        entry.series = entry.number = entry.province = entry.vehicle_class = entry.looks = ""
        entry.purged_at = at
        entry.save()
        by_station.setdefault(entry.station, []).append(entry.pk)
    for station, entries in by_station.items():
        facts = {"entries": entries}
        record(Act(actor=by.name, action="entries.destroyed", object=f"station:{station}", station=station, at=at, facts=facts))
    return sum(len(entries) for entries in by_station.values())

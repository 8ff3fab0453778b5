"""The only writers of histories: two people, a law, seven days at most."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras import place_queries as places
from safetyzone.senses.sightings import access
from safetyzone.senses.sightings.models import History
from safetyzone.trust.audit.actions import Act, record

LONGEST = timedelta(days=30)
"""A history is asked for anew, with its reason, each month."""


class AnotherMustApprove(Refused):
    code = "another_must_approve"
    th = "ผู้ขอจะอนุมัติเองไม่ได้"
    en = "Whoever asked cannot approve it."


class NotAHistory(Refused):
    code = "not_a_history"
    th = "ต้องระบุฐานกฎหมาย วัตถุประสงค์ จำนวนวันเก็บ 1 ถึง 7 และวันสิ้นสุดไม่เกิน 30 วัน"
    en = "Name the law, the purpose, one to seven days of keeping, and an end within thirty days."


@dataclass(frozen=True, slots=True)
class Wanted:
    """A history that somebody asks for."""

    camera: str
    basis: str
    purpose: str
    keep_days: int
    ends_at: datetime


@transaction.atomic
def ask(wanted: Wanted, *, by: Who, at: datetime) -> int:
    """Ask for a history on a camera; nothing is kept before another approves it. Raises NotFound, NotYours, NotAHistory."""
    place = places.places_of([wanted.camera]).get(wanted.camera)
    if place is None:
        raise NotFound
    access.must(by, access.ASK_HISTORY, station=place.station)
    said = wanted.basis.strip() and wanted.purpose.strip()
    if not said or not 1 <= wanted.keep_days <= 7 or not at < wanted.ends_at <= at + LONGEST:  # noqa: PLR2004 - days of a week
        raise NotAHistory
    row = History.objects.create(
        camera=wanted.camera, station=place.station, basis=wanted.basis.strip(), purpose=wanted.purpose.strip(),
        keep_days=wanted.keep_days, asked_by=by.name, asked_at=at, ends_at=wanted.ends_at,
    )  # fmt: skip
    _record(row, "history.asked", by, at, {"keep_days": row.keep_days, "ends_at": row.ends_at.isoformat()})
    return row.pk


@transaction.atomic
def approve(history_id: int, *, by: Who, at: datetime) -> None:
    """The second word: from now on readings of the camera are kept. Raises NotFound, NotYours, AnotherMustApprove."""
    row = _row(history_id)
    access.must(by, access.APPROVE_HISTORY, station=row.station)
    if by.name == row.asked_by:
        raise AnotherMustApprove
    if row.approved_at is None:
        row.approved_by, row.approved_at = by.name, at
        row.save(update_fields=["approved_by", "approved_at"])
        _record(row, "history.approved", by, at, {})


@transaction.atomic
def end(history_id: int, *, why: str, by: Who, at: datetime) -> None:
    """Keep nothing more; what was kept goes with its days. Raises NotFound, NotYours."""
    row = _row(history_id)
    access.must(by, access.ASK_HISTORY, station=row.station)
    if row.ended_at is None:
        row.ended_by, row.ended_at = by.name, at
        row.save(update_fields=["ended_by", "ended_at"])
        _record(row, "history.ended", by, at, {}, why=why)


def _row(history_id: int) -> History:
    found = History.objects.select_for_update().filter(pk=history_id).first()
    if found is None:
        raise NotFound
    return found


def _record(row: History, action: str, by: Who, at: datetime, facts: dict[str, object], *, why: str = "") -> None:
    about = {"camera": row.camera, **facts}
    record(Act(actor=by.name, action=action, object=f"history:{row.pk}", station=row.station, at=at, why=why, facts=about))

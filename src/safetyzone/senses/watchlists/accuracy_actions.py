"""Evaluations, the class of a camera, hand-checked passages, and the tripwire that stops a camera which is wrong too often."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from safetyzone.contracts.vision import FacesSeen
from safetyzone.ground.officers.access import Who
from safetyzone.kernel import daylight
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.cameras.place_queries import places_of
from safetyzone.senses.cameras.queries import stations_of
from safetyzone.senses.watchlists import access, rules
from safetyzone.senses.watchlists.models import CameraSuspension, EvaluationRecord, PassageCheck, SeenCount, Viewpoint
from safetyzone.senses.watchlists.tallies import BANGKOK, tally_of
from safetyzone.senses.watchlists.terms import CameraClass, Kind
from safetyzone.trust.audit.actions import Act, record


@transaction.atomic
def describe_camera(*, camera: str, camera_class: str, people_a_day: int, vehicles_a_day: int, by: Who, at: datetime) -> None:
    """Say what class a camera is of, and how many pass it a day: without it nothing is compared there."""
    station = stations_of([camera]).get(camera, "")
    access.must(by, access.CHECK, station=station)
    if camera_class not in [one.value for one in CameraClass] or min(people_a_day, vehicles_a_day) < 0:
        raise NotFound
    said = {
        "station": station, "camera_class": camera_class, "people_a_day": people_a_day, "vehicles_a_day": vehicles_a_day, "by": by.name,
        "at": at,
    }  # fmt: skip
    Viewpoint.objects.update_or_create(camera=camera, defaults=said)
    facts = {"class": camera_class, "people": people_a_day, "vehicles": vehicles_a_day}
    record(Act(actor=by.name, action="camera.described", object=f"camera:{camera}", station=station, at=at, facts=facts))


@transaction.atomic
def enter_evaluation(*, station: str, figures: Mapping[str, Any], by: Who, at: datetime) -> int:
    """Enter what a model was measured to be on the local test set of a class of camera; it counts for twelve months.

    Args:
        figures: the columns of ``EvaluationRecord`` from ``kind`` to ``test_set``.
    """
    access.must(by, access.CHECK, station=station)
    if figures["evaluated_at"] > at or not rules.evaluation_counts(figures["evaluated_at"], at=at):
        raise OutOfOrder
    made = EvaluationRecord.objects.create(**figures, by=by.name)
    facts = {
        "kind": made.kind, "model": made.model, "class": made.camera_class, "threshold": made.threshold, "passages": made.passages,
        "missed": made.missed, "strangers": made.strangers, "false_matches": made.false_matches,
    }  # fmt: skip
    record(Act(actor=by.name, action="model.evaluated", object=f"evaluation:{made.pk}", station=station, at=at, facts=facts))
    return made.pk


@transaction.atomic
def withdraw_evaluation(*, evaluation_id: int, station: str, why: str, by: Who, at: datetime) -> None:
    """The card is wrong or the model was changed: whatever it allowed stops in this instant."""
    access.must(by, access.CHECK, station=station)
    if not EvaluationRecord.objects.filter(pk=evaluation_id, withdrawn_at=None).update(withdrawn_at=at):
        raise NotFound
    act = Act(actor=by.name, action="model.withdrawn", object=f"evaluation:{evaluation_id}", station=station, at=at, why=rules.reason(why))
    record(act)


@transaction.atomic
def check_tripwire(*, camera: str, kind: str, station: str, by: Who, at: datetime) -> bool:
    """Stop a camera that was wrong too often (invariant 14, row B10); True if it is stopped by this."""
    tally = tally_of(camera, kind, at)
    why = rules.tripped(tally)
    if not why or CameraSuspension.objects.filter(camera=camera, kind=kind, lifted_at=None).exists():
        return False
    figures = {"false_today": tally.false_today, "judged_7_days": tally.judged_7_days, "false_7_days": tally.false_7_days,
               "faces_seen_30_days": tally.faces_seen_30_days, "false_30_days": tally.false_30_days}  # fmt: skip
    CameraSuspension.objects.create(station=station, camera=camera, kind=kind, since=at, why=why, figures=figures, by="system")
    changed([Thing("matching", camera, station)])
    facts = {"kind": kind, "why": why, **figures}
    record(Act(actor="system", action="camera.suspended", object=f"camera:{camera}", station=station, at=at, why=why, facts=facts))
    return True


@transaction.atomic
def ask_to_lift(*, suspension_id: int, why: str, by: Who, at: datetime) -> None:
    """Somebody found out why it was wrong and asks for it to go on; another agrees."""
    found = _suspension(suspension_id)
    access.must(by, access.CHECK, station=found.station)
    found.asked_by, found.asked_why = by.name, rules.reason(why)
    found.save(update_fields=["asked_by", "asked_why"])
    _tell(found, "camera.asked_to_go_on", by=by, at=at, why=found.asked_why)


@transaction.atomic
def lift(*, suspension_id: int, by: Who, at: datetime) -> None:
    """The second person lets the camera go on; its count begins anew."""
    found = _suspension(suspension_id)
    access.must(by, access.APPROVE, station=found.station)
    if not found.asked_by or found.since >= at:
        raise OutOfOrder
    if found.asked_by.casefold() == by.name.casefold():
        raise rules.SamePerson
    found.lifted_at, found.lifted_by = at, by.name
    found.save(update_fields=["lifted_at", "lifted_by"])
    _tell(found, "camera.goes_on", by=by, at=at, why=found.asked_why)


def _suspension(suspension_id: int) -> CameraSuspension:
    found = CameraSuspension.objects.select_for_update().filter(pk=suspension_id, lifted_at=None).first()
    if found is None:
        raise NotFound
    return found


def _tell(found: CameraSuspension, action: str, *, by: Who, at: datetime, why: str) -> None:
    changed([Thing("matching", found.camera, found.station)])
    facts = {"kind": found.kind}
    record(Act(actor=by.name, action=action, object=f"camera:{found.camera}", station=found.station, at=at, why=why, facts=facts))


@transaction.atomic
def count_seen(seen: FacesSeen, *, by: Who, at: datetime) -> None:
    """Add to the faces that a camera saw on that day in Bangkok: a number, nothing else. Not in the audit log: it is no act of a person."""
    day = min(datetime.fromtimestamp(seen.at_ms / 1000, UTC), at).astimezone(BANGKOK).date()
    row, _ = SeenCount.objects.select_for_update().get_or_create(camera=seen.camera, kind=Kind.FACE, day=day)
    if row.last != seen.id:
        row.seen, row.last = row.seen + seen.seen, seen.id
        row.save(update_fields=["seen", "last"])


@transaction.atomic
def check_passage(
    *, reading: UUID, camera: str, passed_at: datetime, accepted: bool, right: bool | None, province_right: bool | None, vehicle: str = "",
    by: Who, at: datetime,
) -> None:  # fmt: skip
    """An officer compared what was read with its picture. The plate itself is not kept; a passage is checked once."""
    place = places_of([camera]).get(camera)
    if place is None:
        raise NotFound
    access.must(by, access.CHECK, station=place.station)
    said = {
        "camera": camera, "station": place.station, "passed_at": passed_at, "night": daylight.is_dark(place.where, passed_at),
        "vehicle": vehicle[:16], "accepted": accepted, "right": right, "province_right": province_right, "by": by.name, "at": at,
    }  # fmt: skip
    if not PassageCheck.objects.get_or_create(reading=reading, defaults=said)[1]:
        raise OutOfOrder
    facts = {"right": right, "province_right": province_right}
    record(Act(actor=by.name, action="passage.checked", object=f"camera:{camera}", station=place.station, at=at, facts=facts))


@transaction.atomic
def look_at_passages(*, station: str, readings: Sequence[UUID], by: Who, at: datetime) -> None:
    """Somebody is shown passages to check: on record by their numbers before they are shown."""
    facts = {"readings": [str(one) for one in readings]}
    record(Act(actor=by.name, action="passages.looked", object=f"station:{station}", station=station, at=at, facts=facts))

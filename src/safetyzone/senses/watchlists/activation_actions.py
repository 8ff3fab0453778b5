"""Switching a list on at cameras, off again, and on in an emergency. Two people, an end, an evaluation, and the figure they saw."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.senses.cameras.queries import stations_of
from safetyzone.senses.watchlists import access, lifecycle, rules
from safetyzone.senses.watchlists.lifecycle import State
from safetyzone.senses.watchlists.models import Activation, ActivationCamera, WatchList
from safetyzone.senses.watchlists.planning import CameraPlan, plan
from safetyzone.senses.watchlists.queries import matching_off
from safetyzone.senses.watchlists.terms import Kind
from safetyzone.trust.audit.actions import Act, record


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """Which list on which cameras, from and until, why, and on what papers."""

    list_id: int
    cameras: Sequence[str]
    starts_at: datetime
    ends_at: datetime
    reason: str
    dpia: str
    court: str = ""


@transaction.atomic
def activate(*, switch: Switch, by: Who, at: datetime) -> int:
    """Ask for a list to be compared on cameras; somebody else approves it. Returns the activation.

    Raises:
        NoEvaluation, NeedsCourt, TooLong, SaysNoReason, IsStopped: and says why.
    """
    return _write(switch, urgent=False, by=by, at=at)


@transaction.atomic
def break_glass(*, switch: Switch, by: Who, at: datetime) -> int:
    """A life is in danger: one person switches a list on, for an hour at most. Not approved within a day, all of it is deleted."""
    made = _write(switch, urgent=True, by=by, at=at)
    activation = Activation.objects.get(pk=made)
    lifecycle.check(State(activation.state), State.URGENT)
    activation.state = State.URGENT
    activation.save(update_fields=["state"])
    pagers = officers.on_duty(activation.station, access.APPROVE, at)
    changed([Thing("page", officer, activation.station) for officer in pagers])
    _tell(activation, "activation.urgent", by=by, at=at, why=activation.reason, paged=pagers)
    return made


def _write(switch: Switch, *, urgent: bool, by: Who, at: datetime) -> int:
    found = WatchList.objects.select_related("basis").filter(pk=switch.list_id).first()
    if found is None:
        raise NotFound
    access.must(by, access.MAKE, station=found.station)
    if found.ended_at is not None or found.expires_at <= at or switch.starts_at < at:
        raise OutOfOrder
    if found.kind in matching_off(found.station, at):
        raise rules.IsStopped
    longest = min(timedelta(days=found.basis.longest_days), rules.longest_activation(found.kind, urgent=urgent))
    rules.check_end(switch.ends_at, start=at if urgent else switch.starts_at, longest=longest)
    planned = _allowed(found, switch, at=at)
    activation = Activation.objects.create(
        list=found, station=found.station, kind=found.kind, purpose=found.purpose, state=State.ASKED, reason=rules.reason(switch.reason),
        dpia=rules.reason(switch.dpia)[:80], court=switch.court.strip()[:80], urgent=urgent, asked_by=by.name,
        asked_unit=officers.unit_of(by.name), asked_at=at, starts_at=switch.starts_at, ends_at=switch.ends_at,
        expected=sum(one.expected for one in planned),
    )  # fmt: skip
    ActivationCamera.objects.bulk_create(
        ActivationCamera(
            activation=activation, camera=one.camera, evaluation_id=one.evaluation, threshold=one.threshold, expected=one.expected
        )
        for one in planned
        if one.evaluation is not None
    )
    _tell(activation, "activation.asked", by=by, at=at, why=activation.reason)
    return activation.pk


def _allowed(found: WatchList, switch: Switch, *, at: datetime) -> list[CameraPlan]:
    """The cameras with their evaluations, or a refusal that names the first that may not."""
    here = stations_of(switch.cameras)
    if not switch.cameras or any(here.get(code) != found.station for code in switch.cameras):
        raise NotFound("No such camera at this station.", "ไม่มีกล้องนี้ในสถานี")
    planned = plan(found.pk, switch.cameras, at=at)
    for one in planned:
        if one.why_not:
            raise rules.NoEvaluation(camera=one.camera)
        if one.protected and found.kind == Kind.FACE and not switch.court.strip():
            raise rules.NeedsCourt(what=f"กล้อง {one.camera} อยู่ในสถานที่คุ้มครอง · the camera looks at a protected place")
    if found.basis.needs_court and not switch.court.strip():
        raise rules.NeedsCourt(what="ฐานกฎหมายนี้ต้องมี · the legal basis demands it")
    return planned


@transaction.atomic
def approve(*, activation_id: int, no_relation: bool, by: Who, at: datetime) -> None:
    """The second person switches it on.

    Raises:
        SamePerson, SameChain, OwnCase: see ``rules``. OutOfOrder: it is not waiting, or its time has passed.
    """
    found = _mine(activation_id, by)
    access.must(by, access.APPROVE, station=found.station)
    lifecycle.check(State(found.state), State.APPROVED)
    unit = officers.unit_of(by.name)
    rules.check_approval(found.kind, rules.Approval(
        asked_by=found.asked_by, asked_unit=found.asked_unit, approves=by.name, unit=unit, declares_no_relation=no_relation,
    ))  # fmt: skip
    in_time = at < found.asked_at + rules.APPROVE_URGENT_WITHIN if found.urgent else at < found.ends_at
    if not in_time:
        raise OutOfOrder
    found.state, found.approved_by, found.approved_unit, found.approved_at, found.no_relation = State.APPROVED, by.name, unit, at, True
    found.save(update_fields=["state", "approved_by", "approved_unit", "approved_at", "no_relation"])
    _tell(found, "activation.approved", by=by, at=at)


@transaction.atomic
def refuse(*, activation_id: int, why: str, by: Who, at: datetime) -> None:
    """It is not switched on; what one person had begun in an emergency stops, and its results go with the next deletion."""
    found = _mine(activation_id, by)
    if by.name != found.asked_by:
        access.must(by, access.APPROVE, station=found.station)
    if found.state == State.URGENT:
        _stop(found, why, by=by, at=at)
        return
    lifecycle.check(State(found.state), State.REFUSED)
    found.state, found.refused_by = State.REFUSED, by.name
    found.save(update_fields=["state", "refused_by"])
    _tell(found, "activation.refused", by=by, at=at, why=rules.reason(why))


@transaction.atomic
def suspend(*, activation_id: int, why: str, by: Who, at: datetime) -> None:
    """Stop it before its end: anybody who makes or approves lists may."""
    _stop(_mine(activation_id, by), why, by=by, at=at)


def _stop(found: Activation, why: str, *, by: Who, at: datetime) -> None:
    lifecycle.check(State(found.state), State.STOPPED)
    found.state, found.stopped_at, found.stopped_by, found.stopped_why = State.STOPPED, at, by.name, rules.reason(why)
    found.save(update_fields=["state", "stopped_at", "stopped_by", "stopped_why"])
    _tell(found, "activation.stopped", by=by, at=at, why=found.stopped_why)


def _mine(activation_id: int, by: Who) -> Activation:
    found = Activation.objects.select_for_update().filter(pk=activation_id).first()
    if found is None:
        raise NotFound
    access.must_see_lists(by, station=found.station)
    return found


def _tell(found: Activation, action: str, *, by: Who, at: datetime, why: str = "", paged: Sequence[str] = ()) -> None:
    changed([Thing("list", str(found.list_id), found.station)])
    facts = {
        "list": found.list_id, "kind": found.kind, "from": found.starts_at.isoformat(), "to": found.ends_at.isoformat(),
        "cameras": sorted(found.cameras.values_list("camera", flat=True)), "expected_false_a_day": round(found.expected, 4),
        "court": found.court, "paged": list(paged),
    }  # fmt: skip
    act = Act(actor=by.name, action=action, object=f"activation:{found.pk}", station=found.station, at=at, why=why, facts=facts)
    record(act)

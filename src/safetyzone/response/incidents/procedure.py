"""The procedure (SOP) of an open incident: its own copy of the steps, timed."""

from datetime import datetime, timedelta

from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.response.incidents import deadlines
from safetyzone.response.incidents.models import Deadline, Incident, IncidentStep, ProcedureStep

SENT_STEPS = ("send_unit", "send_backup")
"""Steps that are done the moment a unit is assigned."""


def begin(incident: Incident, at: datetime) -> None:
    """Copy the station's steps for this kind, or the common ones; once."""
    if incident.steps.exists():
        return
    steps = list(ProcedureStep.objects.filter(kind=incident.kind, station=incident.station))
    steps = steps or list(ProcedureStep.objects.filter(kind=incident.kind, station=""))
    for step in steps:
        if step.code in SENT_STEPS and incident.assigned_at is not None:  # the ladder had sent somebody before anybody answered
            _copy(incident, step, done_at=incident.assigned_at)
            continue
        due_at = at + timedelta(seconds=step.within_s) if step.within_s else None
        _copy(incident, step, due_at=due_at)
        if due_at is not None and step.mandatory:
            deadlines.put(kind=Deadline.Kind.STEP_DUE, incident_id=incident.id, due_at=due_at, subject=step.code)


def _copy(
    incident: Incident, step: ProcedureStep, *, due_at: datetime | None = None, done_at: datetime | None = None
) -> None:
    IncidentStep.objects.create(
        incident=incident, position=step.position, code=step.code, name_th=step.name_th, name_en=step.name_en,
        mandatory=step.mandatory, due_at=due_at, done_at=done_at, done_by="system" if done_at else "",
    )  # fmt: skip


def unit_was_sent(incident: Incident, *, by: str, at: datetime) -> None:
    """Sending a unit ticks the step that asks for it: nobody should have to say twice what the system has seen."""
    for code in incident.steps.filter(code__in=SENT_STEPS, done_at__isnull=True, skipped_why="").values_list("code", flat=True):
        done(incident, code, by=by, at=at)


def done(incident: Incident, code: str, *, by: str, at: datetime) -> None:
    """Tick a step; ticked before (by a colleague, or by the system that saw it happen) it stays as it was.

    Raises:
        NotFound: the procedure has no such step.
    """
    step = _step(incident, code)
    if step.done_at is not None:
        return
    step.done_at, step.done_by = at, by
    step.save()
    deadlines.clear(incident_id=incident.id, kinds=(Deadline.Kind.STEP_DUE,), at=at, subject=code)


def skipped(incident: Incident, code: str, *, why: str, at: datetime) -> None:
    """Leave a step out, with the reason."""
    step = _step(incident, code)
    if step.done_at is not None:
        raise OutOfOrder("This step is done already.", "ขั้นตอนนี้ทำแล้ว")
    step.skipped_why = why[:200]
    step.save()
    deadlines.clear(incident_id=incident.id, kinds=(Deadline.Kind.STEP_DUE,), at=at, subject=code)


def set_aside(incident: Incident, *, why: str) -> None:
    """Nobody needed help: what is still open does not apply."""
    incident.steps.filter(done_at__isnull=True, skipped_why="").update(skipped_why=f"({why})")


def take_up_again(incident: Incident) -> None:
    """The incident was reopened: what was set aside applies again."""
    incident.steps.filter(done_at__isnull=True, skipped_why__in=("(false_press)", "(test)")).update(skipped_why="")


def open_mandatory(incident: Incident) -> list[IncidentStep]:
    """The steps that stand between this incident and its closing."""
    return list(incident.steps.filter(mandatory=True, done_at__isnull=True, skipped_why=""))


def _step(incident: Incident, code: str) -> IncidentStep:
    step = incident.steps.select_for_update().filter(code=code).first()
    if step is None:
        raise NotFound("The procedure has no step {step}.", "ไม่มีขั้นตอน {step}", step=code[:40])
    return step

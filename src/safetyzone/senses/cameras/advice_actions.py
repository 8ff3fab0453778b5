"""The only writers of advice: asked for, worked out in the background with progress that can be seen, stopped and taken up again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import Who, must
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.refusals import NotFound, OutOfOrder, Refused
from safetyzone.senses.cameras.models import Advice
from safetyzone.senses.cameras.weights import Wish
from safetyzone.trust.audit.actions import Act, record

LONGEST_S = 600
MOST_MOVES = 200
MOST_BAHT = 1_000_000_000


class BadQuestion(Refused):
    """The question for advice cannot be worked on."""

    code = "bad_question"


@transaction.atomic
def ask(*, zone: str, kind: str, asked: Mapping[str, Any], by: Who, at: datetime) -> UUID:
    """Ask for advice on a zone; the work is done by ``jobs.advise``.

    Args:
        asked: ``density_px_m``, ``night``, ``seconds``, ``hour`` and ``weights`` (``weights.Wish``); for ``reaim`` also ``most_moves``, for
            ``siting`` ``budget_baht``.

    Raises:
        NotFound: no such zone. NotYours: the person plans no cameras there. BadQuestion, BadWeight: a number is impossible.
    """
    found = zones.zone(zone)
    if found is None:
        raise NotFound
    must(by, "plan_cameras", station=found.station)
    if kind not in Advice.Kind.values:
        raise BadQuestion("There is no such advice: {kind}", "ไม่มีคำแนะนำแบบนี้: {kind}", kind=kind)
    clean = _clean(kind, asked)
    advice = Advice.objects.create(
        id=new_id(), station=found.station, zone=zone, kind=kind, asked=clean, asked_by=by.name, asked_at=at, changed_at=at
    )
    _wanted(advice)
    record(
        Act(actor=by.name, action="advice.asked", object=f"zone:{zone}", station=found.station, at=at, facts={"kind": kind, **clean})
    )
    return advice.id


_LIMITS = {
    "density_px_m": ("ความหนาแน่นพิกเซล", "pixels a metre", 1.0, 2_000.0),
    "seconds": ("เวลาคำนวณ", "seconds", 1.0, float(LONGEST_S)),
    "most_moves": ("จำนวนกล้องที่หมุน", "cameras to turn", 1.0, float(MOST_MOVES)),
    "budget_baht": ("งบประมาณ", "budget", 1.0, float(MOST_BAHT)),
}
_DEFAULTS = {"density_px_m": 25.0, "seconds": 20.0, "most_moves": 10.0, "budget_baht": 500_000.0}
_ONLY = {"reaim": "most_moves", "siting": "budget_baht"}


def _clean(kind: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    wish = Wish(dict(asked.get("weights", {})), asked.get("hour"))
    clean: dict[str, Any] = {"night": bool(asked.get("night", False)), "hour": wish.hour, "weights": dict(wish.weights)}
    for name, (th, en, least, most) in _LIMITS.items():
        if name in _ONLY.values() and name != _ONLY[kind]:
            continue
        try:
            number = float(asked.get(name, _DEFAULTS[name]))
        except (TypeError, ValueError):
            number = float("nan")
        if not least <= number <= most:
            raise BadQuestion(
                "{name_en} must lie between {least:g} and {most:g}.", "{name_th} ต้องอยู่ระหว่าง {least:g} ถึง {most:g}",
                name_th=th, name_en=en, least=least, most=most,
            )  # fmt: skip
        clean[name] = number
    return clean


@transaction.atomic
def stop(*, advice_id: UUID, by: Who, at: datetime) -> None:
    """Ask a running job to stop after its present step; what it has found so far is kept as the answer."""
    advice = _of(advice_id, by)
    if advice.status not in {Advice.Status.WAITING, Advice.Status.RUNNING}:
        raise OutOfOrder("It does not run.", "งานนี้ไม่ได้กำลังคำนวณ")
    advice.stop_asked, advice.changed_at = True, at
    if advice.status == Advice.Status.WAITING:
        advice.status = Advice.Status.STOPPED
    advice.save(update_fields=["stop_asked", "status", "changed_at"])
    _said(advice)
    record(Act(actor=by.name, action="advice.stopped", object=f"zone:{advice.zone}", station=advice.station, at=at))


@transaction.atomic
def go_on(*, advice_id: UUID, by: Who, at: datetime) -> None:
    """Take a stopped or finished run up again from where it was, with as many seconds once more."""
    advice = _of(advice_id, by)
    if advice.status not in {Advice.Status.STOPPED, Advice.Status.FINISHED, Advice.Status.FAILED}:
        raise OutOfOrder("It runs already.", "งานนี้กำลังคำนวณอยู่แล้ว")
    advice.stop_asked, advice.status, advice.changed_at = False, Advice.Status.WAITING, at
    advice.save(update_fields=["stop_asked", "status", "changed_at"])
    _wanted(advice)
    record(Act(actor=by.name, action="advice.taken_up", object=f"zone:{advice.zone}", station=advice.station, at=at))


def _of(advice_id: UUID, by: Who) -> Advice:
    advice = Advice.objects.select_for_update().filter(id=advice_id).first()
    if advice is None or not by.has("see_cameras", advice.station):
        raise NotFound
    must(by, "plan_cameras", station=advice.station)
    return advice


def begin(advice_id: UUID, *, by: Who, at: datetime) -> bool:
    """Take a waiting run for this worker; False when it was stopped or another worker has it."""
    waiting = Advice.objects.filter(id=advice_id, status=Advice.Status.WAITING, stop_asked=False)
    return bool(waiting.update(status=Advice.Status.RUNNING, changed_at=at))


def wait_again(advice_id: UUID, *, by: Who, at: datetime) -> None:
    """A run whose process died waits for another one."""
    Advice.objects.filter(id=advice_id, status=Advice.Status.RUNNING).update(status=Advice.Status.WAITING, changed_at=at)


@transaction.atomic
def progressed(
    advice_id: UUID, *, progress: Mapping[str, Any], answer: Mapping[str, Any], state: Mapping[str, Any], by: Who, at: datetime
) -> bool:
    """Keep what was found so far. False: somebody asked to stop."""
    advice = Advice.objects.select_for_update().get(id=advice_id)
    advice.progress, advice.answer, advice.state, advice.changed_at = dict(progress), dict(answer), dict(state), at
    advice.save(update_fields=["progress", "answer", "state", "changed_at"])
    _said(advice)
    return not advice.stop_asked


@transaction.atomic
def ended(advice_id: UUID, *, failed: str = "", by: Who, at: datetime) -> None:
    """The run is over: finished, stopped on request, or failed with a reason for the person who asked."""
    advice = Advice.objects.select_for_update().get(id=advice_id)
    if failed:
        advice.status, advice.progress = Advice.Status.FAILED, {**advice.progress, "failed": failed}
    else:
        advice.status = Advice.Status.STOPPED if advice.stop_asked else Advice.Status.FINISHED
    advice.changed_at = at
    advice.save(update_fields=["status", "progress", "changed_at"])
    _said(advice)


def _said(advice: Advice) -> None:
    changed([Thing("advice", str(advice.id), advice.station)])


def _wanted(advice: Advice) -> None:
    """The job is in the queue if and only if this transaction commits. By its name: the job itself calls these actions."""
    app.configure_task("cameras.advise", allow_unknown=True).defer(advice_id=str(advice.id))
    _said(advice)

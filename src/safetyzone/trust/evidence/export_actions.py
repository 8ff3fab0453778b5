"""Asking for a package, approving one that shows faces, and what the process that makes it says of itself."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from safetyzone.kernel.refusals import NotFound, OutOfOrder
from safetyzone.trust.evidence import rules
from safetyzone.trust.evidence.custody import CustodyAct, note
from safetyzone.trust.evidence.lifecycle import State, check
from safetyzone.trust.evidence.models import EvidenceExport, EvidenceItem


@transaction.atomic
def ask(
    item_id: int, *, why: str, by: str, at: datetime, case: str = "", clear: bool = False, plates_shown: bool = False
) -> int:  # fmt: skip
    """Ask for a package; returns the export's number. One with clear faces needs a case, and waits for a second person; one in which
    number plates stay readable needs a case.

    Raises:
        SaysNoReason: no reason, or no case for clear faces or plates. OutOfOrder: the item is released.
    """
    item = EvidenceItem.objects.select_for_update().filter(pk=item_id).first()
    if item is None:
        raise NotFound
    if item.released_at is not None:
        raise OutOfOrder("It is released already.", "ปลดล็อกไปแล้ว")
    case = rules.reason(case)[:80] if clear or plates_shown else " ".join(case.split())[:80]
    export = EvidenceExport.objects.create(
        item=item, clear=clear, plates_shown=plates_shown and not clear, case=case, why=rules.reason(why), asked_by=by, asked_at=at,
        heard_at=at, state=State.ASKED if clear else State.WAITING,
    )  # fmt: skip
    _note(export, "unblur_asked" if clear else "export_asked", by=by, at=at, why=export.why)
    return export.pk


@transaction.atomic
def approve(export_id: int, *, words: str, by: str, at: datetime) -> None:
    """A second person lets the faces of one export be seen.

    Raises:
        NeedsSecondPerson: it is whoever asked. OutOfOrder: it does not wait for that. SaysNoReason: no words.
    """
    export = _locked(export_id)
    rules.check_second_person(export.asked_by, by)
    if export.state != State.ASKED:
        raise OutOfOrder
    export.approved_by, export.approved_at = by, at
    words = rules.reason(words)
    _step(export, State.WAITING)
    _note(export, "unblur_approved", by=by, at=at, why=words)


@transaction.atomic
def refuse(export_id: int, *, words: str, by: str, at: datetime) -> None:
    """The faces of this export stay blurred; whoever asked may refuse, too: he takes his request back."""
    export = _locked(export_id)
    words = rules.reason(words)
    _step(export, State.REFUSED)
    _note(export, "unblur_refused", by=by, at=at, why=words)


@transaction.atomic
def begin(export_id: int, *, by: str, at: datetime) -> None:
    """The process takes an export up. What it is about to do is on record before it does it; where that fails, nothing is done."""
    export = _locked(export_id)
    export.heard_at, export.fault = at, ""
    _step(export, State.RUNNING)
    facts = {"asked_by": export.asked_by, "approved_by": export.approved_by}
    _note(export, "unblurred" if export.clear else "export_begun", by=export.asked_by, at=at, why=export.why, facts=facts)


@transaction.atomic
def progressed(export_id: int, percent: int, *, by: str, at: datetime) -> bool:
    """The process says how far it is; returns whether it shall go on."""
    export = _locked(export_id)
    if export.state != State.RUNNING:
        return False
    export.percent, export.heard_at = max(0, min(percent, 100)), at
    export.save(update_fields=["percent", "heard_at"])
    return True


@transaction.atomic
def finish(export_id: int, *, sha256: str, size_bytes: int, put: Callable[[], object], by: str, at: datetime) -> bool:
    """The package is whole: ``put`` gives the file its final name once its record is written. False: it was stopped meanwhile."""
    export = _locked(export_id)
    if export.state != State.RUNNING:
        return False
    export.sha256, export.size_bytes, export.percent = sha256, size_bytes, 100
    _step(export, State.DONE)
    _note(export, "exported", by=export.asked_by, at=at, facts={"sha256": sha256, "bytes": size_bytes})
    put()
    return True


@transaction.atomic
def fail(export_id: int, *, fault: str, by: str, at: datetime) -> None:
    """The process could not make it; it may be tried again."""
    export = _locked(export_id)
    if export.state == State.RUNNING:
        export.fault = fault[:240]
        _step(export, State.FAILED)
        _note(export, "export_failed", by=by, at=at, why=export.fault)


@transaction.atomic
def stop(export_id: int, *, by: str, at: datetime) -> None:
    """Stop it; what is finished of it stays, for whoever resumes."""
    export = _locked(export_id)
    _step(export, State.STOPPED)
    _note(export, "export_stopped", by=by, at=at)


@transaction.atomic
def resume(export_id: int, *, by: str, at: datetime) -> None:
    """Go on with one that was stopped, failed, or lost its process."""
    export = _locked(export_id)
    export.heard_at = at
    _step(export, State.WAITING)
    _note(export, "export_resumed", by=by, at=at)


@transaction.atomic
def share(export_id: int, *, to: str, why: str, by: str, at: datetime) -> None:
    """The package is handed to somebody, whose office is kept with the purpose.

    Raises:
        OutOfOrder: it is not finished, or deleted. SaysNoReason: no recipient or no purpose.
    """
    export = _locked(export_id)
    if export.state != State.DONE:
        raise OutOfOrder
    _note(export, "shared", by=by, at=at, why=rules.reason(f"{rules.reason(to)}: {rules.reason(why)}"), facts={"sha256": export.sha256})


def _locked(export_id: int) -> EvidenceExport:
    found = EvidenceExport.objects.select_for_update(of=("self",)).select_related("item").filter(pk=export_id).first()
    if found is None:
        raise NotFound
    return found


def _step(export: EvidenceExport, then: State) -> None:
    check(State(export.state), then)
    export.state = then
    export.save()


def _note(export: EvidenceExport, act: str, *, by: str, at: datetime, why: str = "", facts: Mapping[str, Any] | None = None) -> None:
    item = export.item
    more = {"export": export.pk, "clear": export.clear, "plates_shown": export.plates_shown, "case": export.case, **(facts or {})}
    note(CustodyAct(item=item.pk, station=item.station, act=act, by=by, at=at, why=why, facts=more))

"""Deadlines: rows with ``due_at``, watched by a loop of their own, exact to a second; kept through any restart."""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, OperationalError, transaction

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel.refusals import Refused
from safetyzone.response.incidents.desk import keep, locked
from safetyzone.response.incidents.models import Deadline, Incident
from safetyzone.response.incidents.rules import may_be_sent_to_by_itself, next_rung

log = structlog.get_logger()

Handler = Callable[..., object]
HANDLERS: dict[str, Handler] = {}
"""What the rooms above do when a deadline of theirs falls due; filled by ``story.py``. Called with incident_id, by, at."""

AT_ONCE = 100
TRY_AGAIN_AFTER = timedelta(seconds=15)


def put(*, kind: str, incident_id: int, due_at: datetime, subject: str = "") -> None:
    """Set a deadline, or move the one that is set."""
    Deadline.objects.update_or_create(
        kind=kind, incident_id=incident_id, subject=subject, done_at=None, defaults={"due_at": due_at}
    )


def clear(*, incident_id: int, kinds: Iterable[str], at: datetime, subject: str | None = None) -> None:
    """What was waited for has happened."""
    waiting = Deadline.objects.filter(incident_id=incident_id, kind__in=list(kinds), done_at__isnull=True)
    if subject is not None:
        waiting = waiting.filter(subject=subject)
    waiting.update(done_at=at)


def next_due() -> datetime | None:
    """When the loop must wake next."""
    return Deadline.objects.filter(done_at__isnull=True).order_by("due_at").values_list("due_at", flat=True).first()


def due(at: datetime) -> int:
    """Handle every deadline that has passed, each in its own transaction; two loops never handle the same one."""
    handled = 0
    while handled < AT_ONCE and _handle_one(at):
        handled += 1
    return handled


@transaction.atomic
def _handle_one(at: datetime) -> bool:
    row = (
        Deadline.objects.select_for_update(skip_locked=True)
        .filter(done_at__isnull=True, due_at__lte=at)
        .order_by("due_at", "id")
        .first()
    )
    if row is None:
        return False
    try:
        with transaction.atomic():
            _fall_due(row, at)
    except (OperationalError, InterfaceError):
        raise  # the database is away: the loop comes again, and nothing was marked done
    except Exception:  # one broken deadline must not hold back all the others, least of all the ladder of another call
        log.exception("deadline_failed", deadline=row.id, kind=row.kind, incident=row.incident_id)
        Deadline.objects.filter(id=row.id).update(due_at=at + TRY_AGAIN_AFTER)
    return True


def _fall_due(row: Deadline, at: datetime) -> None:
    row.done_at = at
    row.save(update_fields=["done_at"])
    incident = locked(row.incident_id, by=SYSTEM, permission=None)
    if row.kind == Deadline.Kind.STEP_DUE:
        keep(incident, "step_overdue", by=SYSTEM, at=at, facts={"step": row.subject})
    else:
        _climb(incident, row.kind, by=SYSTEM, at=at)


def _climb(incident: Incident, rung: str, *, by: Who, at: datetime) -> None:
    """Nobody has taken the call: this rung's ring, then the next rung's deadline."""
    if incident.owner_id is not None:
        return
    keep(incident, rung, by=by, at=at)
    later = next_rung(rung)
    if later is not None:
        put(kind=later[0], incident_id=incident.id, due_at=incident.heard_at + later[1])
        return
    if may_be_sent_to_by_itself(incident.kind) and incident.assigned_at is None:
        handler = HANDLERS.get(rung)
        if handler is not None:
            try:
                with transaction.atomic():
                    handler(incident_id=incident.id, by=by, at=at)
            except Refused as no:  # nobody is free: the room keeps ringing, and says so
                log.info("ladder_found_nobody", incident=incident.id, code=no.code)
                keep(incident, "nobody_free", by=by, at=at)

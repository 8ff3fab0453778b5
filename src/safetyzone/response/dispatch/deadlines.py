"""What must have happened by now: answers to orders, and officers who say that they are well. Idempotent; many loops may run."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.response.dispatch.actions import take_for_silent
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.dispatch.models import Dispatch, SafetyClock
from safetyzone.response.dispatch.safety_actions import ring_clock

AT_ONCE = 100


def due(at: datetime) -> int:
    """Handle every silence and every overdue clock, each in its own transaction, the longest overdue first."""
    handled = 0
    for order in _silent(at):
        take_for_silent(dispatch_id=order, by=SYSTEM, at=at)
        handled += 1
    for clock in _overdue(at):
        handled += ring_clock(clock_id=clock, by=SYSTEM, at=at)
    return handled


def next_due() -> datetime | None:
    """When the loop must wake next."""
    order = Dispatch.objects.filter(state=State.OFFERED).order_by("answer_by").values_list("answer_by", flat=True).first()
    running = SafetyClock.objects.filter(stopped_at__isnull=True, rang_at__isnull=True)
    clock = running.order_by("due_at").values_list("due_at", flat=True).first()
    return min((moment for moment in (order, clock) if moment is not None), default=None)


@transaction.atomic
def _silent(at: datetime) -> list[UUID]:
    """Orders past their time. Those that somebody has in hand just now are passed over until the next round."""
    waiting = Dispatch.objects.select_for_update(skip_locked=True).filter(state=State.OFFERED, answer_by__lte=at)
    return [order.id for order in waiting.order_by("answer_by", "id")[:AT_ONCE]]


@transaction.atomic
def _overdue(at: datetime) -> list[int]:
    running = SafetyClock.objects.select_for_update(skip_locked=True).filter(stopped_at__isnull=True, rang_at__isnull=True)
    return [clock.id for clock in running.filter(due_at__lte=at).order_by("due_at", "id")[:AT_ONCE]]

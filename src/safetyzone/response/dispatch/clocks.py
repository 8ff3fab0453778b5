"""Safety clocks: one an officer and order. Called by the actions, inside their transactions."""

from datetime import datetime, timedelta

from safetyzone.response.dispatch.models import Dispatch, SafetyClock


def start_clocks(order: Dispatch, *, every: timedelta, at: datetime) -> None:
    """The crew is on scene: each officer's clock runs from now."""
    SafetyClock.objects.bulk_create(
        [
            SafetyClock(dispatch=order, officer_id=officer, every_s=round(every.total_seconds()), due_at=at + every)
            for officer in order.unit.crew.values_list("pk", flat=True)
        ],
        ignore_conflicts=True,
    )


def stop_clocks(order: Dispatch, *, at: datetime) -> None:
    """The order is over: nobody is waited for any longer."""
    SafetyClock.objects.filter(dispatch=order, stopped_at__isnull=True).update(stopped_at=at)

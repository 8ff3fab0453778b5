"""Nightly tidying of the plumbing tables."""

from datetime import timedelta

from procrastinate.contrib.django import app

from safetyzone.kernel import clock
from safetyzone.kernel.models import Change, OutboxMessage

CHANGES_KEPT = timedelta(days=1)
"""A console replays ten minutes at most; a day lets us look back at what it was told."""
PUBLISHED_KEPT = timedelta(days=7)


@app.periodic(cron="*/20 * * * *")
@app.task(name="kernel.tidy", queueing_lock="kernel.tidy")
def tidy(timestamp: int) -> int:
    """Delete what nobody can ask for any more; returns how many rows. Unpublished messages stay, however old."""
    at = clock.now()
    changes, _ = Change.objects.filter(at__lt=at - CHANGES_KEPT).delete()
    messages, _ = OutboxMessage.objects.filter(published_at__lt=at - PUBLISHED_KEPT).delete()
    return changes + messages

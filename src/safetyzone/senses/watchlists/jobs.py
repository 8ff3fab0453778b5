"""Destroying what is over, every ten minutes. What must not be seen or compared is gone from its own moment on without it."""

import structlog
from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock

log = structlog.get_logger()


@app.periodic(cron="*/10 * * * *")
@app.task(name="watchlists.delete_due", queueing_lock="watchlists.delete_due")
def delete_due(timestamp: int) -> int:
    """Returns how many hits and entries were destroyed."""
    from safetyzone.senses.watchlists import retention_actions

    return retention_actions.delete_due(by=SYSTEM, at=clock.now())

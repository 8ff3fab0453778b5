"""Looks that nobody tells of any more are ended, also while the video program is away."""

from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock


@app.periodic(cron="* * * * *")
@app.task(name="looks.end_lost", queueing_lock="looks.end_lost")
def end_lost(timestamp: int) -> int:
    """End looks that were lost or never opened; returns how many."""
    from safetyzone.senses.looks import actions

    return actions.end_lost(by=SYSTEM, at=clock.now())

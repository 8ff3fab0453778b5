"""Jobs of this room: what is over goes."""

from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.senses.sightings import retention_actions


@app.periodic(cron="7 * * * *")
@app.task(name="sightings.delete_what_is_over", queueing_lock="sightings.delete_what_is_over")
def delete_what_is_over(timestamp: int) -> None:
    """Every hour: days and rows whose time is over."""
    del timestamp
    retention_actions.delete_what_is_over(by=SYSTEM, at=clock.now())

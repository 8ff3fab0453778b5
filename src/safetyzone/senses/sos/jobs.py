"""Every night each pole is asked to test itself, and one that did not answer last night is reported (row C5)."""

from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.senses.sos.actions import ask_for_nightly_tests


@app.periodic(cron="37 19 * * *")  # 02:37 in Bangkok: jobs count in UTC, and a lamp that blinks then disturbs nobody
@app.task(name="sos.nightly_self_test", queueing_lock="sos.nightly_self_test")
def nightly_self_test(timestamp: int) -> int:
    """Ask every pole in service; returns how many."""
    return ask_for_nightly_tests(by=SYSTEM, at=clock.now())

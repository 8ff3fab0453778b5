"""Taking pieces over, making packages, deleting what was released, and looking whether all that is kept is what it was.

Every program imports this file at its start, to know the jobs; what they need is imported when they run. A package is made in a process
of its own: decoding pictures may hold the interpreter for seconds, and the worker keeps deadlines.
"""

import asyncio
import sys
from datetime import timedelta

import structlog
from procrastinate.contrib.django import app

from safetyzone.kernel import clock

log = structlog.get_logger()

SILENT_FOR = timedelta(minutes=5)
"""An export that has said nothing for so long has lost its process."""


@app.task(name="evidence.export", lock="evidence.export")
async def export(export_id: int) -> int:
    """Run ``safetyzone evidence export`` for one package, one at a time; returns its exit code."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "safetyzone", "evidence", "export", str(int(export_id)))
    try:
        code = await process.wait()
    except asyncio.CancelledError:  # the worker stops: so does the export, and the next worker takes it up
        process.terminate()
        await process.wait()
        raise
    if code:
        log.warning("evidence_export_failed", export=export_id, code=code)
    return code


@app.task(name="evidence.gather")
def gather(item_id: int) -> int:
    """Take one item's pieces over."""
    from safetyzone.trust.evidence import actions, kept

    return actions.gather(item_id, kept.recordings(), by="system", at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="evidence.gather_all", queueing_lock="evidence.gather_all")
def gather_all(timestamp: int) -> int:
    """Take over what has been recorded since, for items whose span was not over; returns how many pieces."""
    from safetyzone.trust.evidence import actions, kept, queries

    return sum(actions.gather(item_id, kept.recordings(), by="system", at=clock.now()) for item_id in queries.not_gathered())


@app.periodic(cron="*/5 * * * *")
@app.task(name="evidence.take_up", queueing_lock="evidence.take_up")
def take_up(timestamp: int) -> int:
    """Take up exports whose process has died; returns how many."""
    from safetyzone.trust.evidence import export_actions, queries

    lost = queries.silent_since(clock.now() - SILENT_FOR)
    for export_id in lost:
        export_actions.resume(export_id, by="system", at=clock.now())
        export.defer(export_id=export_id)
    return len(lost)


@app.periodic(cron="43 20 * * *")  # 03:43 in Bangkok
@app.task(name="evidence.sweep", queueing_lock="evidence.sweep")
def sweep(timestamp: int) -> int:
    """Delete what was released; then look whether what is kept is what it was, and say it loudly where it is not."""
    from safetyzone.trust.evidence import actions

    swept = actions.sweep(by="system", at=clock.now())
    damaged = actions.check_store(by="system", at=clock.now())
    if damaged:
        log.error("evidence_damaged", pieces=len(damaged))
    return swept

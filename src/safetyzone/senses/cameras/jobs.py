"""Advice in the background, in a process of its own: a solver may hold the interpreter for seconds, and the worker keeps deadlines.

Every program imports this file at its start, to know the jobs; what they need is imported when they run.
"""

import asyncio
import sys
from datetime import timedelta
from uuid import UUID

import structlog
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock

log = structlog.get_logger()

RETRIES = RetryStrategy(max_attempts=10, exponential_wait=4)
"""A mail server that is down for an hour costs no letter."""
SILENT_FOR = timedelta(minutes=15)
"""A run that has said nothing for so long has lost its process: it goes on from its last state."""


@app.task(name="cameras.advise")
async def advise(advice_id: str) -> int:
    """Run ``safetyzone advise`` for one question; returns its exit code."""
    return await _apart("advise", str(UUID(advice_id)))


async def _apart(*command: str) -> int:
    """A command of ours in a process of its own."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "safetyzone", *command)
    try:
        code = await process.wait()
    except asyncio.CancelledError:  # the worker stops: so does the run, and the next worker takes it up
        process.terminate()
        await process.wait()
        raise
    if code:
        log.warning("apart_failed", command=command[0], code=code)
    return code


@app.periodic(cron="7,22,37,52 * * * *")
@app.task(name="cameras.keep_figures", queueing_lock="cameras.keep_figures")
async def keep_figures(timestamp: int) -> int:
    """Keep the coverage figures that have changed, for the trend; returns the exit code."""
    return await _apart("keep-figures")


@app.periodic(cron="*/5 * * * *")
@app.task(name="cameras.take_up_advice", queueing_lock="cameras.take_up_advice")
def take_up_advice(timestamp: int) -> int:
    """Take up runs whose process has died; returns how many."""
    from safetyzone.senses.cameras import advice_actions, advice_queries

    lost = advice_queries.silent_since(clock.now() - SILENT_FOR)
    for advice_id in lost:
        advice_actions.wait_again(advice_id, by=SYSTEM, at=clock.now())
        advise.defer(advice_id=str(advice_id))
    return len(lost)


@app.periodic(cron="*/15 * * * *")
@app.task(name="cameras.forget_searches", queueing_lock="cameras.forget_searches")
def forget_searches(timestamp: int) -> int:
    """Delete old searches for cameras, with their pictures and passwords; returns how many."""
    from safetyzone.senses.cameras import search_actions

    return search_actions.forget_searches(by=SYSTEM, at=clock.now())


@app.task(name="cameras.tell_owner", retry=RETRIES)
def tell_owner(fault_id: int) -> bool:
    """Send word of a ticket to its owner; False where there is nobody to tell, or no way to: the ticket then says why.

    Raises:
        Away: the provider is away or busy. The queue tries again, and the ticket says that it does.
    """
    from safetyzone.senses.cameras import health_actions, health_queries, letters, ports
    from safetyzone.senses.cameras.owner_actions import CONTACT

    letter = health_queries.letter(fault_id, purpose=CONTACT, at=clock.now())
    if letter is None:
        return False
    try:
        if not letter.contact:
            raise ports.Rejected(letters.NO_CONTACT)
        letters.channel(letter.channel).send(letters.message(letter))
    except ports.NotSent as no:
        health_actions.not_told(fault_id, why=str(no), by=SYSTEM, at=clock.now())
        if isinstance(no, ports.Away):
            raise
        return False
    health_actions.told(fault_id, channel=letter.channel, by=SYSTEM, at=clock.now())
    return True


@app.task(name="cameras.answer_line")
def answer_line(reply: str, linked: bool, language: str) -> bool:
    """Say to whoever sent a link by LINE whether letters come here from now on; its minute does not wait for a second try."""
    from safetyzone.senses.cameras import letters, ports

    try:
        letters.answer_line(reply, linked=linked, language=language)
    except ports.NotSent as no:
        log.warning("line_not_answered", why=str(no))
        return False
    return True


@app.periodic(cron="40 20 * * *")
@app.task(name="cameras.forget_photos", queueing_lock="cameras.forget_photos")
def forget_photos(timestamp: int) -> int:
    """Every night at 3:40 in Bangkok: delete photos of surveys that are older than their term; returns how many."""
    from safetyzone.senses.cameras import photo_actions

    return photo_actions.forget_photos(by=SYSTEM, at=clock.now())

"""The worker: keeps time, tells the bus what the database decided, hears from it what was read, does jobs, keeps its list of poles true."""

import asyncio
import contextlib
import os
import signal
import threading
import time
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.nats import bus_place, refresh_poles
from safetyzone.programs.worker.deadlines import DeadlineLoop, Watch
from safetyzone.programs.worker.readings import ReadingsConsumer
from safetyzone.programs.worker.relay import Relay

log = structlog.get_logger()

POLES_EVERY_S = 5.0
JOBS_AGAIN_AFTER_S = 2.0
ENDS_WITHIN_S = 3.0
AWAY_S = 20.0
"""A worker that was away for less was alone in it: the intake went on hearing poles meanwhile."""


def watches(*, deaf_until_now: bool) -> list[Watch]:
    """Whose deadlines we keep. After the whole station was down nobody heard the poles: their silence counts from now."""
    from safetyzone.response.dispatch import deadlines as dispatch
    from safetyzone.response.incidents import deadlines as incidents
    from safetyzone.senses.sos import supervision

    return [
        Watch("incidents", incidents.due, incidents.next_due),
        Watch("dispatch", dispatch.due, dispatch.next_due),
        Watch("sos", supervision.due, every_s=3.0, first_after_s=supervision.LOST_AFTER.total_seconds() if deaf_until_now else 0),
    ]


async def run() -> None:
    """Until a signal, or until the loop that keeps time has ended by a fault: then our supervisor starts us anew."""
    of, stop = settings(), asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    run_folder = of.state / "run"
    run_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    ended, alive = threading.Event(), run_folder / "worker.alive"
    only_we_were_away = alive.exists() and time.time() - alive.stat().st_mtime < AWAY_S
    loop = DeadlineLoop(watches(deaf_until_now=not only_we_were_away), stop=ended, alive=alive)
    clockwork = asyncio.create_task(asyncio.to_thread(loop.run))
    others = [
        asyncio.create_task(Relay(database_url(of), bus_place()).run()),
        asyncio.create_task(ReadingsConsumer(bus_place()).run()),
        asyncio.create_task(_jobs()),
        asyncio.create_task(_keep_poles()),
    ]
    stopped: asyncio.Task[Any] = asyncio.create_task(stop.wait())
    parts: list[asyncio.Task[Any]] = [stopped, clockwork, *others]
    done, _ = await asyncio.wait(parts, return_when=asyncio.FIRST_COMPLETED)
    ended.set()
    for task in others:
        task.cancel()
    await asyncio.wait([clockwork, *others], timeout=ENDS_WITHIN_S)
    if stopped in done:
        # The jobs' library waits for its database for ever, and a thread cannot be cancelled; everything here may be cut off.
        os._exit(0)
    for task in done:
        if task.exception() is not None:
            log.error("worker_part_failed", exc_info=task.exception())
    os._exit(1)


def database_url(of: Settings) -> str:
    """The database's address for a connection that is not Django's."""
    return of.database_url.get_secret_value() if of.database_url else "postgresql:///safetyzone"


async def _jobs() -> None:
    """Periodic and deferred jobs (Procrastinate). A database that goes away is waited for."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import ConnectorException

    while True:
        try:
            with app.replace_connector(app.connector.get_worker_connector()) as working:  # type: ignore[attr-defined]
                async with working.open_async():
                    await working.run_worker_async(install_signal_handlers=False, concurrency=2, shutdown_graceful_timeout=3)
        except (ConnectorException, DatabaseError, OSError) as away:
            log.info("jobs_wait", error=type(away).__name__)
        await asyncio.sleep(JOBS_AGAIN_AFTER_S)


async def _keep_poles() -> None:
    """The bus lets in exactly the poles of the register, whichever program changed it."""
    while True:
        with contextlib.suppress(DatabaseError, OSError):
            await asyncio.to_thread(_refresh)
        await asyncio.sleep(POLES_EVERY_S)


def _refresh() -> None:
    from safetyzone.senses.sos.queries import mqtt_credentials

    try:
        if refresh_poles(settings(), mqtt_credentials()):
            log.info("bus_told_of_poles")
    finally:
        connection.close()


def main() -> None:
    """Run the worker in this process."""
    import django

    django.setup()
    asyncio.run(run())

"""From the outbox to the bus: in order, again and again until the bus has it.

One relay speaks at a time (a session lock in the database), so order holds however many workers there are. A message may
reach the bus twice if we die between telling it and noting that we did; ``Nats-Msg-Id`` lets a stream keep one of the two.
"""

import asyncio
from typing import Any

import nats
import psycopg
import structlog
from nats.aio.client import Client

from safetyzone.kernel import clock
from safetyzone.programs.nats import NatsPlace

log = structlog.get_logger()

LOOK_EVERY_S = 0.5
AT_ONCE = 200
_LOCK = "SELECT pg_try_advisory_lock(hashtext('safetyzone outbox'))"
_TOO_LATE = "DELETE FROM kernel_outboxmessage WHERE published_at IS NULL AND expires_at <= %s"
_WAITING = "SELECT id, subject, body FROM kernel_outboxmessage WHERE published_at IS NULL ORDER BY id LIMIT %s"
_DONE = "UPDATE kernel_outboxmessage SET published_at = clock_timestamp() WHERE id = ANY(%s)"


class Relay:
    """One connection to each side; survives restarts of both."""

    def __init__(self, dsn: str, place: NatsPlace, *, name: str = "relay") -> None:
        self._dsn, self._place, self._name = dsn, place, name

    async def run(self) -> None:
        """For ever; cancel it to end it."""
        while True:
            try:
                await self._relay()
            except (psycopg.Error, nats.errors.Error, OSError, TimeoutError) as away:
                log.info("relay_waits", error=type(away).__name__)
                await asyncio.sleep(LOOK_EVERY_S)

    async def _relay(self) -> None:
        place = self._place
        client = await nats.connect(
            place.url, user=place.user, password=place.password, name=self._name, allow_reconnect=False, connect_timeout=2,
            ping_interval=5, max_outstanding_pings=2, error_cb=_say_nothing,
        )  # fmt: skip
        try:
            async with await psycopg.AsyncConnection.connect(self._dsn, autocommit=True, connect_timeout=5) as database:
                while not await _first(database, _LOCK):
                    await asyncio.sleep(LOOK_EVERY_S)
                while True:
                    if not await publish_waiting(database, client):
                        await asyncio.sleep(LOOK_EVERY_S)
        finally:
            await client.close()


async def publish_waiting(database: "psycopg.AsyncConnection[Any]", client: Client) -> int:
    """Tell the bus the oldest messages that it has not yet; returns how many. Raises when either side is away."""
    late = await database.execute(_TOO_LATE, [clock.now()])  # a command that comes too late is worse than none
    if late.rowcount:
        log.warning("commands_too_late", count=late.rowcount)
    rows = await (await database.execute(_WAITING, [AT_ONCE])).fetchall()
    for number, subject, body in rows:
        await client.publish(subject, bytes(body), headers={"Nats-Msg-Id": f"outbox-{number}"})
    if rows:
        await client.flush(timeout=5)  # the server has answered a ping sent after them: it has them all
        await database.execute(_DONE, [[number for number, _, _ in rows]])
    return len(rows)


async def _first(database: "psycopg.AsyncConnection[Any]", statement: str) -> bool:
    row = await (await database.execute(statement)).fetchone()
    return bool(row and row[0])


async def _say_nothing(_error: Exception) -> None:
    """The loop above says what is wrong, once."""

"""From the spool to the bus: again and again until the bus has kept each reading."""

import asyncio
import contextlib

import nats
import structlog
from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import APIError, BadRequestError, NotFoundError

from safetyzone.contracts import vision
from safetyzone.programs.nats import KEPT_FOR_S, NatsPlace
from safetyzone.programs.vision.spool import Record, Spool

log = structlog.get_logger()

LOOK_EVERY_S = 0.05
AWAY_S = 0.5
AT_ONCE = 32
WITHIN_S = 5.0
READINGS_BYTES = 4_000_000_000
"""Some 30,000 readings with both pictures that the record has not taken yet; beyond that the oldest go."""
SAID_TWICE_S = 600.0
"""So long the bus knows a reading that is said again."""


async def ensure_readings(client: Client) -> None:
    """The work queue that keeps what vision reads until the record has committed it; made or brought up to date. Safe to repeat."""
    wanted = StreamConfig(
        name=vision.STREAM, subjects=list(vision.SUBJECTS), storage=StorageType.FILE, retention=RetentionPolicy.WORK_QUEUE,
        max_age=KEPT_FOR_S, max_bytes=READINGS_BYTES, duplicate_window=SAID_TWICE_S,
    )  # fmt: skip
    jetstream = client.jetstream()
    try:
        await jetstream.stream_info(vision.STREAM)
    except NotFoundError:
        with contextlib.suppress(BadRequestError):  # another program was first
            await jetstream.add_stream(wanted)
    else:
        await jetstream.update_stream(wanted)


async def tell(spool: Spool, place: NatsPlace, *, stop: asyncio.Event, name: str = "vision") -> None:
    """Until told to stop; then what still waits is tried once more."""
    while True:
        try:
            client = await nats.connect(
                place.url, user=place.user, password=place.password, name=name, allow_reconnect=False, connect_timeout=2,
                ping_interval=5, max_outstanding_pings=2, error_cb=_say_nothing,
            )  # fmt: skip
            try:
                await ensure_readings(client)
                await _tell(spool, client, stop)
                return
            finally:
                await client.close()
        except (NatsError, APIError, OSError, TimeoutError) as away:
            log.info("readings_wait", error=type(away).__name__, waiting=len(spool))
        if stop.is_set():
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), AWAY_S)


async def _tell(spool: Spool, client: Client, stop: asyncio.Event) -> None:
    while True:
        ending = stop.is_set()
        while waiting := spool.waiting(AT_ONCE):
            await say(client, waiting)
            spool.done([one.id for one in waiting])
        if ending:
            return
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), LOOK_EVERY_S)


async def say(client: Client, records: list[Record]) -> None:
    """Tell the bus these; returns when it has kept all of them. Raises when it has not: then all may be said again."""
    jetstream = client.jetstream()
    await asyncio.gather(
        *(jetstream.publish(one.subject, one.body, timeout=WITHIN_S, headers={"Nats-Msg-Id": one.id.hex}) for one in records)
    )


async def _say_nothing(_error: Exception) -> None:
    """The loop above says what is wrong, once."""

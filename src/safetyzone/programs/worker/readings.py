"""From the bus to the record: what vision read is compared, and kept where a law allows it; then, after the commit, the bus may forget it.

A message that cannot be understood is set apart under ``readings.broken`` words in the log and taken off the queue: it never blocks what
comes after it. One that the database refuses is tried alone, then given up, named by its subject and nothing else.
"""

import asyncio
from collections.abc import Sequence

import nats
import structlog
from django.db import DatabaseError, IntegrityError, InterfaceError, OperationalError, connection
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.client import JetStreamContext
from nats.js.errors import APIError
from pydantic import ValidationError

from safetyzone.contracts.vision import STREAM, FaceCandidate, FacesSeen, PlateReading
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.kernel.refusals import Refused
from safetyzone.programs.nats import NatsPlace
from safetyzone.programs.vision.bus import ensure_readings

log = structlog.get_logger()

DURABLE = "record"
AT_ONCE = 100
WAITS_S, AWAY_S = 2.0, 0.5
ANSWER_WITHIN_S = 30.0
Reading = PlateReading | FaceCandidate | FacesSeen
SHAPES: dict[str, type[Reading]] = {"plate": PlateReading, "face": FaceCandidate, "seen": FacesSeen}
"""By the last word of the subject."""


class ReadingsConsumer:
    """One connection to the bus; survives restarts of both sides."""

    def __init__(self, place: NatsPlace) -> None:
        self._place = place
        self.taken = self.broken = 0

    async def run(self) -> None:
        """For ever; cancel it to end it."""
        while True:
            try:
                await self._consume()
            except (NatsError, APIError, OSError, TimeoutError) as away:
                log.info("readings_wait", error=type(away).__name__)
                await asyncio.sleep(AWAY_S)

    async def _consume(self) -> None:
        place = self._place
        client = await nats.connect(
            place.url, user=place.user, password=place.password, name="readings", allow_reconnect=False, connect_timeout=2,
            ping_interval=5, max_outstanding_pings=2, error_cb=_say_nothing,
        )  # fmt: skip
        try:
            await ensure_readings(client)
            queue = await _queue(client)
            while True:
                try:
                    messages = await queue.fetch(AT_ONCE, timeout=WAITS_S)
                except TimeoutError:
                    if not client.is_connected:
                        raise
                    continue
                await self._take(messages)
        finally:
            await client.close()

    async def _take(self, messages: Sequence[Msg]) -> None:
        """Everything that can be understood, in one transaction; acknowledged after it."""
        understood: list[tuple[Msg, Reading]] = []
        for message in messages:
            if (reading := _read(message)) is None:
                self.broken += 1
                await message.term()
            else:
                understood.append((message, reading))
        if not understood:
            return
        try:
            await asyncio.to_thread(_record, [reading for _, reading in understood])
        except (OperationalError, InterfaceError) as away:  # the database is not there: said again when it is
            log.info("record_away", error=type(away).__name__)
            await asyncio.sleep(AWAY_S)
            for message, _ in understood:
                await message.nak(delay=1)
        except (DatabaseError, IntegrityError, Refused, ValueError):
            await self._one_by_one(understood)
        else:
            self.taken += len(understood)
            for message, _ in understood:
                await message.ack()

    async def _one_by_one(self, understood: Sequence[tuple[Msg, Reading]]) -> None:
        """One of them spoils the rest: each alone, so that only that one is given up."""
        for message, reading in understood:
            try:
                await asyncio.to_thread(_record, [reading])
            except (OperationalError, InterfaceError):
                await message.nak(delay=1)
            except (DatabaseError, Refused, ValueError) as wrong:
                self.broken += 1
                log.error("reading_given_up", subject=message.subject, error=type(wrong).__name__)
                await message.term()
            else:
                self.taken += 1
                await message.ack()


async def _queue(client: Client) -> JetStreamContext.PullSubscription:
    config = ConsumerConfig(durable_name=DURABLE, ack_policy=AckPolicy.EXPLICIT, ack_wait=ANSWER_WITHIN_S, max_ack_pending=4 * AT_ONCE)
    return await client.jetstream().pull_subscribe("", durable=DURABLE, stream=STREAM, config=config)


def _read(message: Msg) -> Reading | None:
    """The reading of a message, or None: what is wrong with it stays unsaid, for it may hold somebody's plate."""
    try:
        return SHAPES[message.subject.rpartition(".")[2]].model_validate_json(message.data)
    except ValidationError as wrong:
        where = [".".join(str(part) for part in error["loc"]) for error in wrong.errors(include_input=False, include_context=False)][:3]
        log.warning("reading_not_understood", subject=message.subject, fields=where)
        return None


def _record(readings: Sequence[Reading]) -> None:
    from django.db import transaction

    from safetyzone.senses.sightings.take_actions import take
    from safetyzone.senses.watchlists.accuracy_actions import count_seen
    from safetyzone.senses.watchlists.actions import take_candidate

    at = clock.now()
    try:
        with transaction.atomic():
            take([one for one in readings if isinstance(one, PlateReading)], by=SYSTEM, at=at)
            for one in readings:
                if isinstance(one, FaceCandidate):
                    take_candidate(one, by=SYSTEM, at=at)
                elif isinstance(one, FacesSeen):
                    count_seen(one, by=SYSTEM, at=at)
    finally:
        connection.close()


async def _say_nothing(_error: Exception) -> None:
    """The loop above says what is wrong, once."""

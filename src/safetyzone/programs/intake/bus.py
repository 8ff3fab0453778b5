"""The intake's ear and voice on the bus: what poles say (MQTT, through JetStream), and our answers to them."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import nats
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from pydantic import BaseModel, ValidationError

from safetyzone.contracts import topics
from safetyzone.contracts.faults import Fault, first_fault, too_long
from safetyzone.contracts.health import PoleHealth, PoleSelfTest
from safetyzone.contracts.press import PolePress, PressRefused
from safetyzone.programs.nats import ensure_streams

log = structlog.get_logger()

DURABLE = "intake"
SAY_AGAIN_AFTER_S = 10
MOST_UNANSWERED = 20_000
LONGEST_MESSAGE = 4_096

Handler = Callable[[str, BaseModel, Msg], None]
Misheard = Callable[[str, Fault, Msg], None]


class Bus:
    """One connection to NATS. ``heard`` is called for every understood message, ``misheard`` for every other."""

    def __init__(self, *, url: str, user: str, password: str, heard: Handler, misheard: Misheard) -> None:
        self._url, self._user, self._password = url, user, password
        self._heard, self._misheard = heard, misheard
        self.client = Client()
        self._subscribed = False
        self._to_send: list[Awaitable[None]] = []
        self._sender: asyncio.Task[None] | None = None

    def listening(self) -> bool:
        """Whether poles are heard at this moment."""
        return self._subscribed and self.client.is_connected

    async def listen(self) -> None:
        """Connect and begin to hear; survives restarts of the server by itself."""
        self.client = await _patiently(
            lambda: nats.connect(
                self._url, user=self._user, password=self._password, name="intake", max_reconnect_attempts=-1,
                reconnect_time_wait=0.2, ping_interval=5, max_outstanding_pings=2, pending_size=64 * 1024 * 1024,
                error_cb=_say_error,
            )
        )  # fmt: skip
        await _patiently(lambda: ensure_streams(self.client))
        await _patiently(self._subscribe)
        await self.client.subscribe("sos.*.health", cb=self._on_message, pending_msgs_limit=-1)
        self._subscribed = True

    async def _subscribe(self) -> None:
        await self.client.jetstream().subscribe(
            "", queue=DURABLE, durable=DURABLE, stream=topics.STREAM, cb=self._on_message, manual_ack=True,
            pending_msgs_limit=-1, pending_bytes_limit=-1,
            config=ConsumerConfig(
                durable_name=DURABLE, deliver_policy=DeliverPolicy.ALL, ack_policy=AckPolicy.EXPLICIT,
                ack_wait=SAY_AGAIN_AFTER_S, max_ack_pending=MOST_UNANSWERED, filter_subjects=list(topics.KEPT),
            ),
        )  # fmt: skip

    async def _on_message(self, msg: Msg) -> None:
        _, pole, what = [*msg.subject.split("."), "", ""][:3]
        shape = _SHAPES.get(what)
        if shape is None:
            self._misheard(pole, Fault("topic", "Nothing is said there", "ไม่มีข้อความในหัวข้อนี้"), msg)
        elif len(msg.data) > LONGEST_MESSAGE:
            self._misheard(pole, too_long(LONGEST_MESSAGE), msg)
        else:
            try:
                message = shape.model_validate_json(msg.data)
            except ValidationError as wrong:
                self._misheard(pole, first_fault(wrong), msg)
            else:
                self._heard(pole, message, msg)

    def tell(self, pole: str, what: str, message: BaseModel) -> None:
        """Say something to a pole. If it is lost on the way the pole asks again and hears the same."""
        self._later(self.client.publish(topics.subject(topics.told_to(pole, what)), message.model_dump_json().encode()))

    def done_with(self, msg: Msg) -> None:
        """The stream need not say this one again. Heartbeats were never kept, so there is nothing to tell."""
        if msg.reply:
            self._later(msg.ack())

    def refuse(self, pole: str, fault: Fault, msg: Msg) -> None:
        """Tell a pole that its message could not be understood, and why."""
        words = PressRefused(field=fault.field, reason_en=fault.en, reason_th=fault.th)
        if topics.DEVICE_CODE.fullmatch(pole):
            self.tell(pole, topics.REFUSED, words)
        self.done_with(msg)

    def _later(self, sending: Awaitable[None]) -> None:
        """Send soon, in order. One task sends all that has gathered: a task a message cost a fifth of the intake's processor time."""
        self._to_send.append(sending)
        if self._sender is None or self._sender.done():
            self._sender = asyncio.ensure_future(self._send())

    async def _send(self) -> None:
        while self._to_send:
            sending, self._to_send = self._to_send, []
            for one in sending:
                try:
                    await one
                # Whatever the reason: the device repeats its message and gets the same answer, and the next one must not wait.
                except Exception as lost:
                    log.warning("answer_not_sent", error=type(lost).__name__)

    async def close(self) -> None:
        """Say what is still to be said, and leave."""
        if self._sender is not None:
            await self._sender
        if self.client.is_connected:
            await self.client.drain()


_SHAPES: dict[str, type[BaseModel]] = {
    topics.PRESS: PolePress,
    topics.HEALTH: PoleHealth,
    topics.SELF_TEST: PoleSelfTest,
}

Made = TypeVar("Made")


async def _patiently(make: Callable[[], Awaitable[Made]]) -> Made:
    """Until the server is there and lets us in (after a kill it may count our old self as present for a moment)."""
    while True:
        try:
            return await make()
        except (TimeoutError, NatsError, OSError) as not_yet:
            log.info("bus_not_ready", error=type(not_yet).__name__)
            await asyncio.sleep(0.2)


async def _say_error(error: Exception) -> None:
    log.warning("bus_error", error=type(error).__name__)

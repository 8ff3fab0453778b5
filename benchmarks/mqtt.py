"""A small MQTT 3.1.1 client (OASIS standard, 29 October 2014) on asyncio: many links in one process, no queue, no retry of its own.

Load generators and the poles of the proofs use it, so that neither measures a client library's habits. Only what a pole needs:
CONNECT, QoS 1 PUBLISH with its PUBACK, SUBSCRIBE, PING. Whoever publishes decides what to do about a missing PUBACK.
"""

import asyncio
import contextlib
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import cast

_CONNECT, _CONNACK, _PUBLISH, _PUBACK, _SUBSCRIBE, _SUBACK, _PINGREQ, _DISCONNECT = 1, 2, 3, 4, 8, 9, 12, 14
_MOST_PACKET_IDS = 0xFFFF


class MqttRefused(ConnectionError):
    """The broker closed the link or refused the CONNECT or the SUBSCRIBE; the text says which."""


def _length(size: int) -> bytes:
    """The remaining length, seven bits a byte (section 2.2.3)."""
    out = bytearray()
    while True:
        size, low = size >> 7, size & 0x7F
        out.append(low | 0x80 if size else low)
        if not size:
            return bytes(out)


def _text(words: str) -> bytes:
    encoded = words.encode()
    return struct.pack("!H", len(encoded)) + encoded


def publish_packet(topic: str, body: bytes, packet_id: int, *, again: bool = False) -> bytes:
    """A QoS 1 PUBLISH; ``again`` sets the DUP flag."""
    content = _text(topic) + struct.pack("!H", packet_id) + body
    return bytes([_PUBLISH << 4 | 0x02 | (0x08 if again else 0)]) + _length(len(content)) + content


@dataclass
class MqttLink(asyncio.Protocol):
    """One connection. Callbacks run in the loop: ``on_puback(packet id)``, ``on_message(topic, body)``, ``on_lost()``."""

    client_id: str
    user: str = ""
    password: str = ""
    keepalive_s: int = 60
    on_puback: Callable[[int], None] = lambda packet_id: None
    on_message: Callable[[str, bytes], None] = lambda topic, body: None
    on_lost: Callable[[], None] = lambda: None
    transport: asyncio.Transport | None = None
    _arrived: bytearray = field(default_factory=bytearray)
    _last_id: int = 0
    _waiting: dict[int, asyncio.Future[bytes]] = field(default_factory=dict)
    _ping: asyncio.TimerHandle | None = None

    async def open(self, host: str, port: int, *, timeout_s: float = 5.0) -> None:
        """Connect with a clean session.

        Raises:
            MqttRefused: the broker said no. OSError, TimeoutError: it could not be reached.
        """
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout_s):
            await loop.create_connection(lambda: self, host, port)
            flags = 0x02 | (0xC0 if self.user else 0)
            content = _text("MQTT") + bytes([4, flags]) + struct.pack("!H", self.keepalive_s) + _text(self.client_id)
            if self.user:
                content += _text(self.user) + _text(self.password)
            answer = await self._ask(_CONNECT << 4, content, -_CONNACK)
        if answer[1] != 0:
            self.close()
            raise MqttRefused(f"CONNECT refused with code {answer[1]}")
        self._keep_alive()

    async def subscribe(self, topic_filter: str, *, qos: int = 1, timeout_s: float = 5.0) -> None:
        """Listen to a topic filter.

        Raises:
            MqttRefused: the broker does not allow it. TimeoutError: it did not answer.
        """
        packet_id = self.next_id()
        content = struct.pack("!H", packet_id) + _text(topic_filter) + bytes([qos])
        async with asyncio.timeout(timeout_s):
            answer = await self._ask(_SUBSCRIBE << 4 | 0x02, content, packet_id)
        if answer[2] == 0x80:
            raise MqttRefused(f"SUBSCRIBE to {topic_filter} refused")

    def publish(self, topic: str, body: bytes, *, again: bool = False) -> int:
        """Send at QoS 1 and return the packet id that its PUBACK will carry. Raises MqttRefused when the link is closed."""
        if self.transport is None or self.transport.is_closing():
            raise MqttRefused("the link is closed")
        packet_id = self.next_id()
        self.transport.write(publish_packet(topic, body, packet_id, again=again))
        return packet_id

    def next_id(self) -> int:
        self._last_id = self._last_id % _MOST_PACKET_IDS + 1
        return self._last_id

    @property
    def is_open(self) -> bool:
        return self.transport is not None and not self.transport.is_closing()

    def close(self) -> None:
        """Say DISCONNECT and close; harmless when closed."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(bytes([_DISCONNECT << 4, 0]))
            self.transport.close()

    # ------------------------------------------------------------ asyncio.Protocol
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's own is no subclass of it
        self._arrived.clear()

    def connection_lost(self, exc: Exception | None) -> None:
        if self._ping is not None:
            self._ping.cancel()
        for waiting in self._waiting.values():
            if not waiting.done():
                waiting.set_exception(MqttRefused("the broker closed the link"))
        self._waiting.clear()
        self.on_lost()

    def data_received(self, data: bytes) -> None:
        arrived = self._arrived
        arrived += data
        start = 0
        while (packet := _packet(arrived, start)) is not None:
            head, first, start = packet
            self._handle(head, bytes(arrived[first:start]))
        del arrived[:start]

    # ------------------------------------------------------------ inside
    async def _ask(self, head: int, content: bytes, key: int) -> bytes:
        answered: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[key] = answered
        assert self.transport is not None
        self.transport.write(bytes([head]) + _length(len(content)) + content)
        return await answered

    def _handle(self, head: int, content: bytes) -> None:
        kind = head >> 4
        if kind == _PUBACK:
            self.on_puback(struct.unpack_from("!H", content)[0])
        elif kind == _PUBLISH:
            size = struct.unpack_from("!H", content)[0]
            body_at = 2 + size
            if head & 0x06:
                packet_id = content[body_at : body_at + 2]
                body_at += 2
                if self.transport is not None:
                    self.transport.write(bytes([_PUBACK << 4, 2]) + packet_id)
            self.on_message(content[2 : 2 + size].decode(), content[body_at:])
        elif kind in (_CONNACK, _SUBACK):
            key = -_CONNACK if kind == _CONNACK else struct.unpack_from("!H", content)[0]
            waiting = self._waiting.pop(key, None)
            if waiting is not None and not waiting.done():
                waiting.set_result(content)

    def _keep_alive(self) -> None:
        if self.is_open and self.transport is not None:
            with contextlib.suppress(OSError):
                self.transport.write(bytes([_PINGREQ << 4, 0]))
            self._ping = asyncio.get_running_loop().call_later(self.keepalive_s / 2, self._keep_alive)


def _packet(arrived: bytearray, start: int) -> tuple[int, int, int] | None:
    """The first byte, where the content begins and where it ends; None while it is not all here."""
    size, shift, at = 0, 0, start + 1
    while True:
        if at >= len(arrived):
            return None
        byte = arrived[at]
        size |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if not byte & 0x80:
            break
    return (arrived[start], at, at + size) if at + size <= len(arrived) else None

"""Poles and phones that behave as the contract says: a press is said again, with the same id, until it is answered.

They run apart from the servers and keep what they were told in a ``Memory`` that is synced to disk.
"""

import asyncio
import random
import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx
import orjson

from benchmarks.mqtt import MqttLink
from safetyzone.contracts import topics
from safetyzone.contracts.press import PolePress, sign
from tests.proofs.memory import Memory

SAY_AGAIN_AFTER_S = 1.0
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.1, 1.0
NOTE_EVERY_S = 0.02


@dataclass(frozen=True)
class Credential:
    """What an installer types into a pole."""

    code: str
    password: str = field(repr=False)
    key: bytes = field(repr=False)


@dataclass
class Crowd:
    """What all devices share: how many presses are still to be made, how fast, and the memory of the answers."""

    memory: Memory
    left: int
    pause_s: float
    drawn: random.Random
    twice: float = 0.1
    """Share of presses that are said twice at once, as a bad line does."""
    on_answer: Callable[[str, str], None] = lambda device, press_id: None

    def take(self) -> bool:
        """Whether another press is wanted."""
        if self.left <= 0:
            return False
        self.left -= 1
        return True

    def new_press_id(self) -> str:
        return str(uuid.UUID(int=self.drawn.getrandbits(128), version=4))

    def answered(self, device: str, press_id: str, body: bytes) -> None:
        self.memory.answered(device, press_id, body)
        self.on_answer(device, press_id)


def pole_message(credential: Credential, press_id: str, *, seq: int, hold_ms: int = 900, key: bytes | None = None) -> bytes:
    """The press as the pole sends it, signed with its own key or with ``key``."""
    press = PolePress(
        pole=credential.code, press_id=uuid.UUID(press_id), pressed_at=datetime.now(UTC), seq=seq, hold_ms=hold_ms, sig=""
    )
    signed = press.model_copy(update={"sig": sign(press, key or credential.key)})
    return signed.model_dump_json(exclude_none=True).encode()


class Pole:
    """One pole on one MQTT link. ``run`` ends when no more presses are wanted and its last one is answered."""

    def __init__(self, credential: Credential, crowd: Crowd, *, host: str, port: int) -> None:
        self.credential, self.crowd, self.host, self.port = credential, crowd, host, port
        self.link: MqttLink | None = None
        self.seq = 0
        self._waiting_for = ""
        self._answer = asyncio.Event()

    async def run(self) -> None:
        """Press, wait, press again."""
        await asyncio.sleep(self.crowd.drawn.random() * self.crowd.pause_s)
        while self.crowd.take():
            await self.press(self.crowd.new_press_id())
            await asyncio.sleep(self.crowd.pause_s * (0.5 + self.crowd.drawn.random()))
        if self.link is not None:
            self.link.close()

    async def press(self, press_id: str) -> None:
        """Until it is answered."""
        self.seq += 1
        self._waiting_for = press_id
        self._answer.clear()
        message = pole_message(self.credential, press_id, seq=self.seq, hold_ms=self.crowd.drawn.randint(200, 3_000))
        topic = topics.said_by(self.credential.code, topics.PRESS)
        again, twice = False, self.crowd.drawn.random() < self.crowd.twice
        while not self._answer.is_set():
            link = await self._open()
            with suppress(ConnectionError):
                for _ in range(2 if twice and not again else 1):
                    self.crowd.memory.sending(self.credential.code, press_id)
                    link.publish(topic, message, again=again)
            again = True
            with suppress(TimeoutError):
                await asyncio.wait_for(self._answer.wait(), SAY_AGAIN_AFTER_S * (0.75 + self.crowd.drawn.random() / 2))

    async def connect(self) -> None:
        """Be there before the first press, as a pole is."""
        await self._open()

    async def _open(self) -> MqttLink:
        pause = FIRST_PAUSE_S
        while self.link is None or not self.link.is_open:
            code = self.credential.code
            link = MqttLink(code, code, self.credential.password, keepalive_s=10, on_message=self._heard)
            try:
                await link.open(self.host, self.port)
                await link.subscribe(topics.told_to(code, topics.ACK))
            except (OSError, TimeoutError):
                link.close()
                await asyncio.sleep(pause * (0.5 + self.crowd.drawn.random()))
                pause = min(2 * pause, LONGEST_PAUSE_S)
            else:
                self.link = link
        return self.link

    def _heard(self, topic: str, body: bytes) -> None:
        press_id = str(orjson.loads(body)["press_id"])
        self.crowd.answered(self.credential.code, press_id, body)
        if press_id == self._waiting_for:
            self._answer.set()


class Phone:
    """One phone on the SOS page's own call: HTTP, said again until it is answered with 200."""

    def __init__(self, crowd: Crowd, *, url: str) -> None:
        self.crowd, self.url = crowd, url
        self.name = crowd.new_press_id()

    async def run(self) -> None:
        await asyncio.sleep(self.crowd.drawn.random() * self.crowd.pause_s)
        async with httpx.AsyncClient(timeout=9) as client:
            while self.crowd.take():
                await self.press(client, self.crowd.new_press_id())
                await asyncio.sleep(self.crowd.pause_s * (0.5 + self.crowd.drawn.random()))

    async def press(self, client: httpx.AsyncClient, press_id: str) -> None:
        message = {
            "v": 1, "press_id": press_id, "phone": self.name, "pressed_at": datetime.now(UTC).isoformat(), "hold_ms": 2_000,
            "position": {"lon": 100.54, "lat": 13.745, "accuracy_m": 12.0},
        }  # fmt: skip
        while True:
            self.crowd.memory.sending(self.name, press_id)
            with suppress(httpx.HTTPError):
                answer = await client.post(f"{self.url}/sos/press", json=message)
                if answer.status_code == httpx.codes.OK:
                    self.crowd.answered(self.name, press_id, answer.content)
                    return
            await asyncio.sleep(SAY_AGAIN_AFTER_S * (0.5 + self.crowd.drawn.random()))


async def keep_noting(memory: Memory) -> None:
    """Sync the memory to disk again and again; a task that is cancelled at the end."""
    while True:
        memory.sync()  # in the loop itself: a thread could miss an answer noted meanwhile
        await asyncio.sleep(NOTE_EVERY_S)

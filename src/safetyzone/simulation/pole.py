"""A pretend SOS pole: MQTT 3.1.1, QoS 1, heartbeat, presses said again until they are answered, lamp by command."""

import asyncio
import contextlib
import json
import uuid
from datetime import UTC, datetime

import aiomqtt
import structlog

from safetyzone.contracts.health import HEARTBEAT_EVERY_S, PoleHealth, PoleSelfTest
from safetyzone.contracts.press import PolePress, sign
from safetyzone.contracts.topics import ACK, HEALTH, PRESS, REFUSED, SELF_TEST, SELF_TEST_NOW, STATUS, said_by, told_to
from safetyzone.simulation.plan import Pace, PoleKey

log = structlog.get_logger()
SAY_AGAIN_S = 2.0


class Pole:
    """One pole. ``lamp`` is what its light says; ``unanswered`` the presses that still wait."""

    def __init__(self, key: PoleKey, *, host: str, port: int, pace: Pace) -> None:
        self.key, self.host, self.port, self.pace = key, host, port, pace
        self.lamp = "ready"
        self.unanswered: dict[uuid.UUID, bytes] = {}
        self.answers = 0
        self.dead = False
        self.life: asyncio.Task[None] | None = None
        self.seq = int(datetime.now(UTC).timestamp() * 1000)
        self.battery = pace.chance.randint(78, 100)
        self._line: aiomqtt.Client | None = None

    async def live(self) -> None:
        """For ever: connect, say how it is, hear commands; after a lost line, try again with growing patience."""
        patience = 1.0
        await asyncio.sleep(self.pace.chance.uniform(0, 1.5))
        while not self.dead:
            with contextlib.suppress(aiomqtt.MqttError, OSError):
                line = aiomqtt.Client(
                    self.host, self.port, username=self.key.code, password=self.key.mqtt_password,
                    identifier=self.key.code, keepalive=30,
                )  # fmt: skip
                async with line:
                    self._line, patience = line, 1.0
                    await line.subscribe(f"cmd/{self.key.code}/#", qos=1)
                    habits = [asyncio.create_task(self._beat()), asyncio.create_task(self._say_again())]
                    try:
                        async for message in line.messages:
                            await self._told(str(message.topic), bytes(message.payload or b""))
                    finally:
                        for habit in habits:
                            habit.cancel()
            self._line = None
            await asyncio.sleep(patience * self.pace.chance.uniform(0.7, 1.3))
            patience = min(30.0, patience * 2)

    async def press(self, hold_ms: int) -> uuid.UUID:
        """Somebody presses the button for so long."""
        self.seq += 1
        draft = PolePress(
            pole=self.key.code, press_id=uuid.uuid4(), pressed_at=datetime.now(UTC), seq=self.seq, hold_ms=hold_ms, sig=""
        )
        said = draft.model_copy(update={"sig": sign(draft, bytes.fromhex(self.key.signing_key_hex))})
        self.unanswered[said.press_id] = said.model_dump_json().encode()
        await self._say(said_by(self.key.code, PRESS), self.unanswered[said.press_id])
        return said.press_id

    def fall_silent(self) -> None:
        """Its power is cut: no goodbye, no heartbeat."""
        self.dead = True
        if self.life is not None:
            self.life.cancel()

    async def _say(self, topic: str, body: bytes) -> None:
        if self._line is not None:
            with contextlib.suppress(aiomqtt.MqttError):
                await self._line.publish(topic, body, qos=1)

    async def _say_again(self) -> None:
        while not self.dead:
            await asyncio.sleep(SAY_AGAIN_S * self.pace.chance.uniform(0.8, 1.2))
            for body in list(self.unanswered.values()):
                await self._say(said_by(self.key.code, PRESS), body)

    async def _beat(self) -> None:
        while not self.dead:  # a real pole's heart does not beat faster in a fast demo: no speed here
            health = PoleHealth(pole=self.key.code, at=datetime.now(UTC), battery_percent=self.battery)
            await self._say(said_by(self.key.code, HEALTH), health.model_dump_json().encode())
            await asyncio.sleep(HEARTBEAT_EVERY_S * self.pace.chance.uniform(0.9, 1.0))

    async def _told(self, topic: str, body: bytes) -> None:
        mine = self.key.code
        if topic in {told_to(mine, ACK), told_to(mine, REFUSED)}:
            answer = json.loads(body)
            with contextlib.suppress(ValueError, TypeError):
                self.unanswered.pop(uuid.UUID(answer.get("press_id")), None)
            self.answers += topic == told_to(mine, ACK)
            self.lamp = "received"
        elif topic == told_to(mine, STATUS):
            self.lamp = str(json.loads(body).get("state"))
        elif topic == told_to(mine, SELF_TEST_NOW):
            test = PoleSelfTest(pole=mine, at=datetime.now(UTC), button="ok", lamp="ok", battery="ok", microphone="ok", speaker="ok")
            await self._say(said_by(mine, SELF_TEST), test.model_dump_json().encode())

"""An MQTT broker to which such devices talk: Frigate's own, or the one that a camera's Profile M publishes to."""

import asyncio
import contextlib
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiomqtt
import structlog

from safetyzone.contracts.vision import PlateReading
from safetyzone.programs.vision.adapters import BadMessage, frigate, onvif
from safetyzone.programs.vision.adapters.passing import Passing

log = structlog.get_logger()

AGAIN_S = 1.0
QUIET_S = 3.0
"""Messages come when something changed, and not with every frame."""


@dataclass
class Listener:
    """``cameras``: our code for each name of Frigate (``frigate:front_gate``) or each topic of a camera (``onvif:gate1/onvif-ej/#``).

    ``wanted`` says whether plates may be read at a camera now: without work nothing of it is kept. ``refused`` counts by name.
    """

    cameras: Mapping[str, str]
    wanted: Callable[[str], bool]
    tell: Callable[[PlateReading], None]
    prefix: str = "frigate"
    refused: "Counter[str]" = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._frigate = {name.partition(":")[2]: code for name, code in self.cameras.items() if name.startswith("frigate:")}
        self._onvif = {name.partition(":")[2]: code for name, code in self.cameras.items() if name.startswith("onvif:")}
        self._passing: defaultdict[str, Passing] = defaultdict(lambda: Passing(QUIET_S))

    @property
    def topics(self) -> list[str]:
        """What is subscribed to."""
        return [*(f"{self.prefix}/{topic}" for topic in frigate.TOPICS if self._frigate), *self._onvif]

    def hear(self, topic: str, payload: bytes) -> list[PlateReading]:
        """One message, and what of it is told now; what it refuses is counted and said by its name alone."""
        try:
            found = self._read(topic, payload)
        except BadMessage as wrong:
            self.refused[wrong.name] += 1
            log.warning("ai_camera_message_refused", why=wrong.name)
            return []
        now_s = time.monotonic()
        return self._told([told for one in found if self.wanted(one.camera) for told in self._passing[one.camera].see(one, now_s)])

    def tick(self) -> list[PlateReading]:
        """Now and then: what a device doubted, of objects that have passed."""
        now_s = time.monotonic()
        return self._told([told for each in self._passing.values() for told in each.tick(now_s)])

    def _told(self, found: list[PlateReading]) -> list[PlateReading]:
        """Work may have ended while an object passed: then it was never read."""
        kept = [one for one in found if self.wanted(one.camera)]
        for one in kept:
            self.tell(one)
        return kept

    def _read(self, topic: str, payload: bytes) -> list[PlateReading]:
        for pattern, camera in self._onvif.items():
            if aiomqtt.Topic(topic).matches(pattern):
                return onvif.read(payload, camera)
        one = frigate.read(topic, payload, self._frigate)
        return [one] if one else []

    async def run(self, host: str, port: int, *, user: str | None = None, password: str | None = None) -> None:
        """For ever; a broker that goes away is waited for."""
        ticking = asyncio.create_task(self._keep_ticking())
        try:
            await self._keep_hearing(host, port, user, password)
        finally:
            ticking.cancel()

    async def _keep_ticking(self) -> None:
        while True:
            await asyncio.sleep(AGAIN_S)
            self.tick()

    async def _keep_hearing(self, host: str, port: int, user: str | None, password: str | None) -> None:
        while True:
            with contextlib.suppress(aiomqtt.MqttError, OSError):
                async with aiomqtt.Client(host, port, username=user, password=password) as client:
                    for topic in self.topics:
                        await client.subscribe(topic, qos=1)
                    async for message in client.messages:
                        self.hear(str(message.topic), message.payload if isinstance(message.payload, bytes) else b"")
            await asyncio.sleep(AGAIN_S)

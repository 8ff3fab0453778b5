"""An MQTT broker to which such devices talk: Frigate's own, or the one that a camera's Profile M publishes to."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import aiomqtt
import structlog

from safetyzone.contracts.vision import PlateReading
from safetyzone.programs.vision.adapters import BadMessage, frigate, onvif

log = structlog.get_logger()

AGAIN_S = 1.0


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

    @property
    def topics(self) -> list[str]:
        """What is subscribed to."""
        return [*(f"{self.prefix}/{topic}" for topic in frigate.TOPICS if self._frigate), *self._onvif]

    def hear(self, topic: str, payload: bytes) -> list[PlateReading]:
        """One message; what it refuses is counted and said by its name alone."""
        try:
            found = self._read(topic, payload)
        except BadMessage as wrong:
            self.refused[wrong.name] += 1
            log.warning("ai_camera_message_refused", why=wrong.name)
            return []
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
        while True:
            with contextlib.suppress(aiomqtt.MqttError, OSError):
                async with aiomqtt.Client(host, port, username=user, password=password) as client:
                    for topic in self.topics:
                        await client.subscribe(topic, qos=1)
                    async for message in client.messages:
                        self.hear(str(message.topic), message.payload if isinstance(message.payload, bytes) else b"")
            await asyncio.sleep(AGAIN_S)

"""What the pretend zone is told before it begins: where the doors are, and who has which key. Written by whoever starts it."""

import asyncio
import random
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field


class PoleKey(BaseModel):
    """A pole with its credential, as ``safetyzone poles add`` prints it, and where it stands."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    lon: float
    lat: float
    mqtt_password: str = Field(repr=False)
    signing_key_hex: str = Field(repr=False)


class PersonKey(BaseModel):
    """Somebody who signs in by a link that works once; ``starts`` is where a patrol begins its round."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    link: str = Field(repr=False)
    call_sign: str = ""
    starts: tuple[float, float] | None = None


class Plan(BaseModel):
    """The pretend zone's doors and people."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    web_url: str
    sos_url: str
    mqtt_host: str
    mqtt_port: int
    poles: tuple[PoleKey, ...]
    patrols: tuple[PersonKey, ...]
    operator: PersonKey | None = None
    streets: Path | None = None
    alive: Path | None = None
    """A file that is touched once everybody is in place."""
    first_pole: str = ""
    """Where the first press of the evening comes from."""


@dataclass
class Pace:
    """How fast the pretend people live, and their one source of chance."""

    speed: float = 1.0
    chance: random.Random = field(default_factory=lambda: random.Random(1))

    async def wait(self, least_s: float, most_s: float | None = None) -> None:
        """Let that many seconds of pretend time pass, a random number between the two."""
        await asyncio.sleep(self.chance.uniform(least_s, most_s or least_s) / self.speed)

    def child(self, name: str) -> "Pace":
        """A pace of somebody's own, so that one person's hesitation does not change everybody else's evening."""
        return Pace(self.speed, random.Random(f"{self.chance.getrandbits(32)}{name}"))

"""What this room needs from outside: a way to send an owner a few words, and a way to turn a camera.

``Head`` is what turns a camera (row C2); its adapter speaks ONVIF PTZ (``programs.probe.turner``), and a maker with a protocol of his own
would be a second one. ``rules.may_slew`` says when it may be asked: only what may be watched live at that moment may be turned, only at an
open incident, never a private camera whose owner has not said so, and never one whose bracket, contract or law fixes its direction.
Afterwards the camera goes home.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras.finding.ptz import Position
from safetyzone.senses.cameras.slewing import Aim, Home, Target


@dataclass(frozen=True, slots=True)
class Message:
    """A few words to an owner. Where it goes and the link in it are his alone, so it never prints itself."""

    to: str = field(repr=False)
    """An e-mail address, a LINE user's id, or a telephone number."""
    title: str
    text: str = field(repr=False)
    key: UUID
    """The same in every repeat of one message, so that a provider who knows it does not deliver twice."""


class NotSent(Exception):
    """The message did not go out. The code says why, for ``letters.WHY_NOT``: it holds no contact and no words of the provider's."""


class NotSetUp(NotSent):
    """The station has no such channel."""


class Rejected(NotSent):
    """The provider will not take this message however often it is asked: a wrong number, a wrong token."""


class Away(NotSent):
    """The provider is away or busy; the queue tries again."""


class Channel(Protocol):
    """One way to an owner."""

    def send(self, message: Message) -> None:
        """Hand the message over.

        Raises:
            NotSetUp, Rejected: trying again is no use. Away: it is.
        """


@dataclass
class Memory:
    """The twin: keeps what it was given, and fails as it is told to, the first failure first."""

    sent: list[Message] = field(default_factory=list)
    fails: list[NotSent] = field(default_factory=list)

    def send(self, message: Message) -> None:
        """Keep it, once for each key as a provider does; or fail."""
        if self.fails:
            raise self.fails.pop(0)
        if all(message.key != one.key for one in self.sent):
            self.sent.append(message)


class Head(Protocol):
    """The motors of one camera, for as long as it is talked with. Positions are in the camera's own measure: see ``finding.ptz``."""

    async def before(self) -> Position:
        """Where they stand now.

        Raises:
            CannotTurn: it does not answer, has no motors, or is being moved by somebody else.
        """

    async def look_at(self, to: Aim, home: Home, before: Position, target: Target, others: Mapping[str, Point]) -> str:
        """Turn there and hold; returns how, one of ``WAYS``.

        Raises:
            CannotTurn: it does not answer, or none of its ways leads there.
        """

    async def go_home(self, before: Position) -> None:
        """Back to where it stood, or, where it never said that, to its own home.

        Raises:
            CannotTurn: it does not answer, or does not arrive.
        """


WAYS = ("position", "preset")


class CannotTurn(Exception):
    """The camera did not turn; ``why`` is a key of ``slew_rules.WHY_NOT``. No words of the device's."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(why)

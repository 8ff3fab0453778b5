"""What this room needs from outside: a way to send an owner a few words, and a way to turn a camera.

Turning has no adapter to a real camera yet (row C2): ``Turner`` is the shape that one has to have (ONVIF PTZ is the likely first), and
``rules.may_slew`` says when it may be asked: only what may be watched live at that moment may be turned, only at an open incident, and
never a camera whose bracket, contract or law fixes its direction. Afterwards the camera goes home.
"""

from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID


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


class Turner(Protocol):
    """One camera that turns. Bearings are degrees clockwise from true north, tilts degrees below the horizon."""

    def look_at(self, code: str, *, azimuth_deg: float, tilt_deg: float) -> None:
        """Turn there and hold.

        Raises:
            CannotTurn: it does not answer, or its stops do not let it.
        """

    def go_home(self, code: str) -> None:
        """Back to where the register says that it looks.

        Raises:
            CannotTurn: it does not answer.
        """


class CannotTurn(Exception):
    """The camera did not turn."""

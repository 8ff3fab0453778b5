"""What goes wrong with a pretend camera, on purpose."""

from dataclasses import dataclass
from enum import StrEnum


class Fault(StrEnum):
    """Kinds of faults, as the proofs name them."""

    CORRUPT = "corrupt"
    """One packet in ten has some bytes turned."""
    DROP = "drop"
    """The connection breaks every ``seconds``."""
    STALL = "stall"
    """The connection stays, and nothing comes."""
    GARBAGE = "garbage"
    """Bytes that are no RTSP answer every question."""
    SILENCE = "silence"
    """PLAY is never answered."""
    NO_KEY = "no_key"
    """No key frame for ``seconds``, the frames between them go on."""
    REDIRECT = "redirect"
    """302 to another place answers every question but OPTIONS."""
    WRONG_SDP = "wrong_sdp"
    """The description speaks of another picture and another codec than what is sent."""
    BARE_SDP = "bare_sdp"
    """The description leaves out the parameter sets; they come in the stream alone."""
    UNAUTHORIZED = "unauthorized"
    """401, whatever the password."""


SECONDS = {Fault.DROP: 3.0, Fault.NO_KEY: 60.0}
IN_THE_ANSWERS = frozenset(Fault) - {Fault.CORRUPT, Fault.DROP, Fault.STALL, Fault.NO_KEY}
"""Those that show only when a player comes anew: sessions that run are ended."""


@dataclass(frozen=True)
class Trouble:
    """A fault of one camera, since a moment of the monotonic clock, in seconds."""

    kind: Fault
    since: float
    seconds: float
    where: str = ""
    """Where REDIRECT sends a player."""

    @property
    def over_at(self) -> float:
        """Only NO_KEY ends by itself."""
        return self.since + self.seconds if self.kind is Fault.NO_KEY else float("inf")

"""What the web, the video program and a browser say to each other about pictures.

A ticket is the web's word that this person may look through this camera now; it opens a look within a minute and is bound to the
browser's session. After that the video program asks every two seconds whether the looks that run may go on.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from datetime import UTC, datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

EPOCH_S = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
"""Zero of the media time of every fragment: one timeline for live and recorded, over all cameras."""
TICKET_FOR_S = 60
STANDING_EVERY_S = 2.0
STANDING_LOST_S = 5.0
"""A video program that could not ask for so long closes every look: an owner's withdrawal must reach it within 5 s."""
QUIET_EVERY_S = 60.0
"""A quiet tile shows one frame a minute."""
LOOP_S = 30
"""Beside each live picture of an incident, the loop from so many seconds before it."""
MOST_TILES = 64

CameraCode = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Mode = Literal["live", "recorded"]
TileState = Literal["opening", "playing", "quiet", "lost", "refused", "closed", "unsupported"]


class Said(BaseModel):
    """Every shape here: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Ticket(Said):
    """One person's leave to open one camera. Times are whole seconds (``expires``) and milliseconds (``from_ms``, ``to_ms``) of UTC."""

    viewer: str
    name: str
    """As it stands on the picture."""
    session: str
    """``session_mark`` of the browser's session key."""
    camera: CameraCode
    mode: Mode
    look: int
    incident: int | None = None
    from_ms: int = 0
    to_ms: int = 0
    expires: int


class Pull(Said):
    """A camera that the video program holds open."""

    code: CameraCode
    address: str
    sub_address: str = ""
    credential: str = ""
    """Sealed by ``kernel.sealed`` (purpose ``camera-credential``, subject the code), base64; empty: none."""
    record_hours: float = Field(ge=0)
    """Zero: nothing is kept but what the loop needs."""
    disk_class: str
    """Whose quota it counts against: the kind of its owner."""


class Running(Said):
    """A look as the video program sees it."""

    look: int
    seconds: float = Field(ge=0)
    ended: bool = False


class Standing(Said):
    """``POST /video/standing``: these looks run, or have ended."""

    looks: list[Running]


class Close(Said):
    """A look that must end, with the reason that its viewer reads."""

    look: int
    th: str
    en: str


class Closing(Said):
    """The answer: what must end now. What is not named goes on."""

    close: list[Close]


class Piece(Said):
    """A part of a recording: from its first frame, so many milliseconds. ``name`` asks for it."""

    camera: CameraCode
    from_ms: int
    ms: int
    bytes: int
    name: str


class NotATicket(ValueError):
    """Not signed by this station, out of its time, or not a ticket at all."""


def ticket_key(master: bytes) -> bytes:
    """The key of tickets, from the station's master key."""
    return hmac.digest(master, b"safetyzone/video/1/tickets", hashlib.sha256)


def internal_key(master: bytes) -> str:
    """What web and video show each other (header ``X-Video-Key``), as hex."""
    return hmac.digest(master, b"safetyzone/video/1/internal", hashlib.sha256).hex()


def session_mark(session_key: str) -> str:
    """A session without its key: what a ticket may carry."""
    return hashlib.sha256(f"safetyzone/video/{session_key}".encode()).hexdigest()[:32]


def session_cookie(public_url: str) -> str:
    """Name of the web's session cookie, which a browser brings to the video program of the same host, whatever its port."""
    return "__Host-session" if public_url.startswith("https://") else "session"


def sign(ticket: Ticket, key: bytes) -> str:
    """The ticket as text for an address or a message."""
    said = ticket.model_dump_json().encode()
    return f"{_text(said)}.{_text(hmac.digest(key, said, hashlib.sha256))}"


def read(text: str, key: bytes, *, at: datetime | None) -> Ticket:
    """The ticket of a text; without ``at`` also one whose minute is over.

    Raises:
        NotATicket: whatever is wrong with it; nothing more is told to who shows it.
    """
    try:
        said, signature = (base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)) for part in text.split("."))
        if not hmac.compare_digest(signature, hmac.digest(key, said, hashlib.sha256)):
            raise NotATicket
        ticket = Ticket.model_validate_json(said)
    except (ValueError, binascii.Error, ValidationError) as wrong:
        raise NotATicket("not a ticket") from wrong
    if at is not None and at.timestamp() > ticket.expires:
        raise NotATicket("out of its time")
    return ticket


def _text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).rstrip(b"=").decode()


PART = struct.Struct(">HBBIQ")
"""Head of a part of a binary message: tile, kind, zero, bytes that follow, wall clock in milliseconds of UTC."""
INIT, KEY, DELTA = 0, 1, 2
"""Kinds of parts: what a decoder needs first; a fragment that begins with a key frame; one that does not."""


def part(tile: int, kind: int, wall_ms: int, payload: bytes) -> bytes:
    """A part of a binary message."""
    return PART.pack(tile, kind, 0, len(payload), wall_ms) + payload

"""The owner's link: an HMAC-SHA-256 (RFC 2104) over owner, generation and end. Pure; no password, no account, no row to look up first.

A new generation in the owner's row ends every link given before it.
"""

import base64
import binascii
import hashlib
import hmac
import struct
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

GOOD_FOR = timedelta(days=400)
"""A year and a month: the station sends a new one with its yearly letter, before the old one ends."""
_SHAPE = struct.Struct(">16sIQ")
_SEAL = 16
"""Bytes of the HMAC that are kept: 128 bits, far beyond what a rate-limited door lets anybody try."""
_PURPOSE = b"safetyzone/camera-owner-link/1"


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says once its seal holds; whether the generation is still the owner's is for his row to say."""

    owner_id: UUID
    generation: int
    until: datetime

    def is_over(self, at: datetime) -> bool:
        """Whether its time has passed."""
        return at >= self.until


def make(*, owner_id: UUID, generation: int, until: datetime, master_key: bytes) -> str:
    """The token of a link, safe in an address."""
    words = _SHAPE.pack(owner_id.bytes, generation, int(until.timestamp()))
    return _text(words + _seal(words, master_key))


def _text(said: bytes) -> str:
    return base64.urlsafe_b64encode(said).decode().rstrip("=")


def read(token: str, *, master_key: bytes) -> Link | None:
    """The link that a token stands for; None if it was not made with this key, was cut short or changed."""
    try:
        said = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):  # ValueError: letters outside ASCII
        return None
    if _text(said) != token:  # one link, one spelling: base64 leaves two bits of the last letter unused
        return None
    words, seal = said[: _SHAPE.size], said[_SHAPE.size :]
    if len(words) != _SHAPE.size or not hmac.compare_digest(seal, _seal(words, master_key)):
        return None
    owner, generation, until = _SHAPE.unpack(words)
    return Link(UUID(bytes=owner), generation, datetime.fromtimestamp(until, UTC))


def _seal(words: bytes, master_key: bytes) -> bytes:
    key = hmac.digest(master_key, _PURPOSE, hashlib.sha256)
    return hmac.digest(key, words, hashlib.sha256)[:_SEAL]

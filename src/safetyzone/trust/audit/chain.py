"""The arithmetic of the chain: pure, so that anyone can repeat it from an export with forty lines of their own."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson

VERSION = 1
GENESIS = b"\x00" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What one leaf says, in the form that is hashed."""

    lane: str
    seq: int
    at: datetime
    actor: str
    action: str
    object: str
    station: str
    why: str
    facts: Mapping[str, Any]
    commitment: bytes


def canonical(link: Link) -> bytes:
    """JSON with sorted keys, UTF-8, no spaces; the time in UTC with microseconds; the commitment hexadecimal."""
    return orjson.dumps(
        {
            "v": VERSION,
            "lane": link.lane,
            "seq": link.seq,
            "at": link.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": link.actor,
            "action": link.action,
            "object": link.object,
            "station": link.station,
            "why": link.why,
            "facts": link.facts,
            "commitment": link.commitment.hex(),
        },
        option=orjson.OPT_SORT_KEYS,
    )


def link_hash(previous: bytes, link: Link) -> bytes:
    """SHA-256 of 0x01, the previous hash and the canonical leaf (0x01 as in RFC 6962, so that a node is never a leaf)."""
    return hashlib.sha256(b"\x01" + previous + canonical(link)).digest()


def commitment(salt: bytes, body: bytes) -> bytes:
    """SHA-256 of salt and payload: binds the leaf to personal data that the leaf does not hold."""
    return hashlib.sha256(b"\x00" + salt + body).digest()

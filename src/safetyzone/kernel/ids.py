"""Identifiers that sort by time, made here and not by the database, so that a retry can carry the same one."""

import os
import time
from uuid import UUID

_VERSION_7 = 0x7
_RFC_VARIANT = 0b10


def new_id() -> UUID:
    """A version 7 UUID (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then randomness."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    return UUID(
        int=(milliseconds & (1 << 48) - 1) << 80
        | _VERSION_7 << 76
        | (random >> 62 & 0xFFF) << 64
        | _RFC_VARIANT << 62
        | random & (1 << 62) - 1
    )

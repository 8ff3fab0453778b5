"""Pictures, templates and readings as the database keeps them: sealed for one row, so that a copy of the database shows nobody.

A row has no number before it is written, so each sealed thing is bound to a random name that is kept in front of it.
"""

from base64 import b64decode, b64encode
from os import urandom
from typing import Any

import orjson

from safetyzone.kernel.sealed import seal, unseal

_NAME = 8


def seal_bytes(content: bytes, purpose: str) -> bytes:
    """Seal bytes; nothing stays nothing."""
    if not content:
        return b""
    name = urandom(_NAME)
    return name + seal(b64encode(content).decode(), purpose=f"watchlists-{purpose}", subject=name.hex())


def unseal_bytes(sealed: bytes, purpose: str) -> bytes:
    """The bytes again.

    Raises:
        Broken: another key or purpose, or bytes that were changed.
    """
    if not sealed:
        return b""
    name, rest = bytes(sealed[:_NAME]), bytes(sealed[_NAME:])
    return b64decode(unseal(rest, purpose=f"watchlists-{purpose}", subject=name.hex()))


def seal_facts(facts: dict[str, object], purpose: str) -> bytes:
    """Seal facts as JSON."""
    return seal_bytes(orjson.dumps(facts), purpose)


def unseal_facts(sealed: bytes, purpose: str) -> dict[str, Any]:
    """The facts again; nothing is no facts."""
    content = unseal_bytes(sealed, purpose)
    facts: dict[str, Any] = orjson.loads(content) if content else {}
    return facts

"""What LINE tells us: a webhook with events, signed with the channel's secret. Of all events one is of use: an owner sends his link.

https://developers.line.biz/en/docs/messaging-api/receiving-messages/. Nothing else that people write to the account is kept.
"""

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from pydantic import SecretStr

_user = re.compile(r"U[0-9a-f]{32}")
_link = re.compile(r"/camera-owner/([\w-]{40,120})")


@dataclass(frozen=True, slots=True)
class LinkSent:
    """Somebody sent an owner's link to the station's account."""

    user: str = field(repr=False)
    """LINE's id of him, for this account alone."""
    token: str = field(repr=False)
    reply: str = field(repr=False)
    """Good for one answer, within a minute."""


def is_signed(body: bytes, signature: str, secret: SecretStr) -> bool:
    """Whether the body came from LINE: HMAC-SHA256 of its very bytes with the channel's secret, in base64."""
    expected = base64.b64encode(hmac.digest(secret.get_secret_value().encode(), body, hashlib.sha256))
    return hmac.compare_digest(expected, signature.encode())


def links_sent(body: bytes) -> list[LinkSent]:
    """The links in a webhook's events; whatever is no event that we know is passed over, for LINE adds to them."""
    try:
        said = orjson.loads(body)
    except orjson.JSONDecodeError:
        return []
    events = said.get("events") if isinstance(said, dict) else None
    return [sent for event in events if (sent := _sent(event)) is not None] if isinstance(events, list) else []


def _sent(event: Any) -> LinkSent | None:
    try:
        user, message, reply = str(event["source"]["userId"]), event["message"], str(event["replyToken"])
        found = _link.search(message["text"]) if event["type"] == "message" and message["type"] == "text" else None
    except (KeyError, TypeError):
        return None
    if found is None or event["source"].get("type") != "user" or not _user.fullmatch(user):
        return None
    return LinkSent(user=user, token=found[1], reply=reply)

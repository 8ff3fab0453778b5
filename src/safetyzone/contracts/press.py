"""A call for help, as a pole or a phone says it, and our answer.

Times are RFC 3339 with an offset; positions WGS 84 degrees, longitude first; durations milliseconds.
"""

import hmac
from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints

from safetyzone.contracts.topics import DEVICE_CODE

PoleCode = Annotated[str, StringConstraints(pattern=f"^{DEVICE_CODE.pattern}$")]
LONGEST_HOLD_MS = 600_000
LONGEST_WORDS = 500


class Shape(BaseModel):
    """Every message: unknown fields are refused, so that a misspelt one is found on the bench and not in the street."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    v: Literal[1] = 1


class Position(BaseModel):
    """Where a device says it is."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    lon: float = Field(ge=-180, le=180)
    lat: float = Field(ge=-90, le=90)
    accuracy_m: float | None = Field(default=None, ge=0, le=100_000)


class PolePress(Shape):
    """``sos/<pole>/press``: someone pressed the button. ``press_id`` is new for each press and the same in each repeat of it."""

    pole: PoleCode
    press_id: UUID
    pressed_at: AwareDatetime
    seq: int = Field(ge=0, lt=2**53)
    hold_ms: int = Field(ge=0, le=LONGEST_HOLD_MS)
    position: Position | None = None
    sig: str = Field(max_length=128)


class PhonePress(Shape):
    """``POST /sos/press``: someone held the round button of the SOS page. ``phone`` is a random name the page made for itself."""

    press_id: UUID
    phone: UUID
    pressed_at: AwareDatetime
    hold_ms: int = Field(ge=0, le=LONGEST_HOLD_MS)
    position: Position | None = None
    words: str = Field(default="", max_length=LONGEST_WORDS)


class PressAnswer(Shape):
    """``cmd/<pole>/ack`` or the body of HTTP 200: sent only after the commit that holds the incident; repeats get it byte for byte."""

    press_id: UUID
    incident: int
    kind: Literal["ordinary", "technical"]
    heard_at: AwareDatetime


class PressRefused(Shape):
    """``cmd/<pole>/refused`` or the body of HTTP 400: the message could not be understood; ``field`` and reason say why."""

    press_id: str | None = None
    field: str
    reason_th: str
    reason_en: str


def signed_text(press: PolePress) -> bytes:
    """The bytes that a pole signs: the fields in this order, each as written in the message's normal form."""
    where = press.position
    position = "" if where is None else f"{where.lon:.6f},{where.lat:.6f}"
    fields = ("press", press.v, press.pole, press.press_id, instant(press.pressed_at), press.seq, press.hold_ms, position)
    return "\n".join(str(field) for field in fields).encode()


def instant(at: datetime) -> str:
    """The moment as whole microseconds since 1970, so that no two ways to write a time differ in the signature."""
    return str(round(at.timestamp() * 1_000_000))


def sign(press: PolePress, key: bytes) -> str:
    """HMAC-SHA256 (RFC 2104) of the signed text, hexadecimal."""
    return hmac.digest(key, signed_text(press), "sha256").hex()

"""What the web, the vision program and the record of readings say to each other.

Vision reads a camera only while it is given work for it, and every piece of work carries its own end: a program that is cut off stops
by itself. Plates read travel to the record; of a face only a match leaves the memory it was compared in.
"""

import hashlib
import hmac
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from safetyzone.contracts.video import CameraCode

STREAM = "READINGS"
"""JetStream stream (work queue) that keeps readings until the record has committed them."""
SUBJECTS = ("readings.*.plate", "readings.*.face", "readings.*.seen")
LEASE_EVERY_S = 2.0
"""So often vision asks what it may read: a kill switch must reach it within 5 s."""
LEASE_FOR_S = 7.0
"""A worker that was killed gives up its cameras after so long: with two seconds until another asks, they are read again within 10 s."""
FACES_WITHOUT_WORD_S = 5.0
"""Unanswered for so long, vision forgets every face template (it fails closed)."""
MOST_CROP_BYTES, MOST_SCENE_BYTES = 12_000, 90_000
TEMPLATE_VALUES = 128

LATEST_MS = 4_102_444_800_000
"""The year 2100: a time beyond is a clock that was never set, or somebody's try at one who reckons with it."""
Milliseconds = Annotated[int, Field(ge=0, le=LATEST_MS)]
Word = Annotated[str, Field(max_length=120)]
"""A name or number that some device gave."""
Share = Annotated[float, Field(ge=0, le=1)]
Box = tuple[int, int, int, int]
"""x, y, width, height in pixels of the frame."""


class Said(BaseModel):
    """Every shape here: unknown fields are refused, and a representation shows no content."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64")

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    __str__ = __repr__


class PlatesWork(Said):
    """Plates may be read on this camera until then."""

    until_ms: Milliseconds


class Template(Said):
    """One face of an approved list: 128 float32, little endian, of length one."""

    entry: int
    activation: int
    until_ms: Milliseconds
    vector: Annotated[bytes, Field(min_length=TEMPLATE_VALUES * 4, max_length=TEMPLATE_VALUES * 4)]


class FacesWork(Said):
    """Faces may be compared with these, and only these, until then."""

    until_ms: Milliseconds
    threshold: Annotated[float, Field(gt=0, lt=1)]
    """Cosine, set for this camera by its evaluation."""
    min_px: Annotated[int, Field(ge=16)] = 40
    """Faces narrower than this between the edges of their box are not compared."""
    gallery: tuple[Template, ...]


class Work(Said):
    """A camera that this worker holds until ``until_ms``, and what it may look for there."""

    camera: CameraCode
    address: str
    sub_address: str = ""
    credential: str = ""
    """Sealed by ``kernel.sealed`` (purpose ``camera-credential``, subject the code), base64; empty: none."""
    until_ms: Milliseconds
    plates: PlatesWork | None = None
    faces: FacesWork | None = None


class LeaseAsk(Said):
    """``POST /vision/leases``: who asks, what it holds, and how many cameras it has room for in all."""

    worker: Annotated[str, Field(min_length=1, max_length=80)]
    held: tuple[CameraCode, ...] = ()
    room: Annotated[int, Field(ge=0, le=4096)]


class LeaseAnswer(Said):
    """All that the worker holds from now on; a camera that is not named is let go at once."""

    work: tuple[Work, ...] = ()


KINDS = ("car", "motorcycle", "bus", "truck")
"""Of vehicles, as a detector tells them apart."""


class Paint(StrEnum):
    """The colours of vehicles that can be told apart in a street's light; silver is a grey."""

    WHITE = "white"
    GREY = "grey"
    BLACK = "black"
    RED = "red"
    ORANGE = "orange"
    BROWN = "brown"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PINK = "pink"


class PlateSaid(Said):
    """A plate in its three fields, as read: the letters (with the digit before them), the number, the province's name."""

    series: Word
    number: Word
    province: Word
    """Empty: not read."""
    vehicle_class: Word
    """One of the classes of ``contracts.plates``."""


class FieldsSure(Said):
    """How sure each field is, calibrated: of readings with 0.9, nine in ten are right."""

    series: Share
    number: Share
    province: Share


class Alternative(Said):
    """What it may also have been."""

    plate: PlateSaid
    sure: Share


class PlateReading(Said):
    """A plate that passed a camera: the vote over one track."""

    id: UUID
    camera: CameraCode
    source: Literal["vision", "onvif", "frigate"] = "vision"
    model: Word = ""
    """Name and first digits of the hash of the weights that read it: their card says how well."""
    at_ms: Milliseconds
    """UTC, of the best frame."""
    first_ms: Milliseconds
    last_ms: Milliseconds
    track: Word
    plate: PlateSaid
    sure: Share
    """Of the whole."""
    accepted: bool
    """Whether the reader would stand by it; what it would not is kept as a doubtful reading and never hits by itself."""
    fields: FieldsSure
    alternatives: tuple[Alternative, ...] = ()
    frames: Annotated[int, Field(ge=1)]
    """How many frames voted."""
    box: Box
    vehicle: Word = ""
    """car, motorcycle, bus, truck; empty: no detector said."""
    colour: Paint | Literal[""] = ""
    """Of its paint; empty: nobody could say."""
    scene: Annotated[bytes, Field(max_length=MOST_SCENE_BYTES)] = b""
    """JPEG of the vehicle in its surroundings."""
    crop: Annotated[bytes, Field(max_length=MOST_CROP_BYTES)] = b""
    """JPEG of the plate."""


class FaceCandidate(Said):
    """Somebody who may be on an approved list. A match is not an identification."""

    id: UUID
    camera: CameraCode
    model: Word
    at_ms: Milliseconds
    track: Word
    activation: int
    entry: int
    score: Share
    threshold: Share
    quality: Share
    frames: Annotated[int, Field(ge=2)]
    """How many frames of the track agreed."""
    box: Box
    scene: Annotated[bytes, Field(max_length=MOST_SCENE_BYTES)]
    crop: Annotated[bytes, Field(max_length=MOST_CROP_BYTES)]


class FacesSeen(Said):
    """How many faces were compared at a camera since this was last said, each track once: a number and nothing else.

    Alerts that were wrong are measured against it (at most one in a thousand faces seen).
    """

    id: UUID
    camera: CameraCode
    at_ms: Milliseconds
    """UTC, of the last of them."""
    seen: Annotated[int, Field(ge=1, le=100_000)]


def internal_key(master: bytes) -> str:
    """What web and vision show each other (header ``X-Vision-Key``), as hex."""
    return hmac.digest(master, b"safetyzone/vision/1/internal", hashlib.sha256).hex()


def subject(camera: str, what: Literal["plate", "face", "seen"]) -> str:
    """Where a reading of the camera is said. A dot in a code would end the token, so it becomes an underscore."""
    return f"readings.{camera.replace('.', '_')}.{what}"

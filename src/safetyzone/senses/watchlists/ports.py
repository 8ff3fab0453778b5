"""What this room asks of others at start: who makes a face into numbers, and where passages to be checked by hand come from."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from safetyzone.kernel.refusals import Refused


class NoEmbedder(Refused):
    code = "no_embedder"
    th = "สถานีนี้ยังไม่มีโมเดลใบหน้า จึงเพิ่มใบหน้าในบัญชีไม่ได้"
    en = "This station has no model for faces: none can be put on a list."


@dataclass(frozen=True, slots=True)
class Embedding:
    """A face as numbers: 128 float32, little endian, of length one; and how good the picture is, 0 to 1."""

    vector: bytes = field(repr=False)
    quality: float
    model: str
    faces: int = 1
    """How many faces are in the photo: of more than one nobody can say which is meant."""
    width_px: int = 0


class Embedder(Protocol):
    """Makes an embedding of the largest face in a photo; None: there is no face in it."""

    def embed(self, photo: bytes) -> Embedding | None: ...


_embedder: Callable[[], Embedder] | None = None


def use(embedder: Callable[[], Embedder] | None) -> None:
    """Say at start how an embedder is made; it is made when the first photo comes."""
    global _embedder  # noqa: PLW0603 - one for a process
    _embedder = embedder


def embedder() -> Embedder:
    """The embedder of this process.

    Raises:
        NoEmbedder: none was named.
    """
    if _embedder is None:
        raise NoEmbedder
    return _embedder()


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage of which a reading is kept, for an officer who checks by hand whether it was read right."""

    reading: UUID
    camera: str
    passed_at: datetime
    series: str = field(repr=False)
    number: str = field(repr=False)
    province: str = field(repr=False)
    vehicle: str
    accepted: bool
    crop: bytes = field(repr=False)


Passages = Callable[[str, datetime, int], Sequence[Passage]]
"""Of a station, since a moment, at most so many, drawn evenly: only where a history of readings is lawfully kept."""
_passages: Passages | None = None


def use_passages(passages: Passages | None) -> None:
    """Say at start where passages to check come from."""
    global _passages  # noqa: PLW0603 - one for a process
    _passages = passages


def passages(station: str, since: datetime, most: int) -> Sequence[Passage]:
    """Passages to check; none where no history is kept."""
    return _passages(station, since, most) if _passages else ()

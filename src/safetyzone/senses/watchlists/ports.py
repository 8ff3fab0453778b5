"""What a photo of a face is made into, whoever makes it. The program that serves the pages says which embedder that is."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

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

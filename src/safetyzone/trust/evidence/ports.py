"""Recordings, as this room needs them: which pieces there are, and their bytes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from safetyzone.contracts.video import Piece

CHUNK = 1 << 20
LONGEST_PIECE_MS = 60_000
"""A piece that begins so long before a span cannot reach into it: pieces are cut every 10 seconds."""


class NotThere(LookupError):
    """The ring has given the piece up meanwhile."""


class Recordings(Protocol):
    """A ring of recordings. Pieces are closed: their bytes never change again."""

    def pieces(self, camera: str, from_ms: int, to_ms: int) -> list[Piece]:
        """The closed pieces that reach into a span (milliseconds of UTC), the oldest first."""
        ...

    def read(self, piece: Piece) -> Iterator[bytes]:
        """The bytes of a piece. Raises NotThere."""
        ...

    def file(self, piece: Piece) -> Path | None:
        """The file that a piece lies in, where it lies in one: it can be linked instead of copied."""
        ...


@dataclass
class MemoryRecordings:
    """Twin for tests."""

    held: dict[str, bytes] = field(default_factory=dict)
    known: list[Piece] = field(default_factory=list)

    def add(self, camera: str, from_ms: int, ms: int, content: bytes) -> Piece:
        """Record a piece."""
        piece = Piece(camera=camera, from_ms=from_ms, ms=ms, bytes=len(content), name=f"{camera}-{from_ms}-{ms}")
        self.known.append(piece)
        self.held[piece.name] = content
        return piece

    def pieces(self, camera: str, from_ms: int, to_ms: int) -> list[Piece]:
        reach = [one for one in self.known if one.camera == camera and one.from_ms < to_ms and one.from_ms + one.ms > from_ms]
        return sorted(reach, key=lambda one: one.from_ms)

    def read(self, piece: Piece) -> Iterator[bytes]:
        if piece.name not in self.held:
            raise NotThere(piece.name)
        yield self.held[piece.name]

    def file(self, piece: Piece) -> Path | None:
        return None


@dataclass(frozen=True)
class FolderRecordings:
    """What the video program keeps: ``<camera>/<YYYYMMDDHH>/<from_ms>-<ms>.mp4``; hours are in UTC, the open piece is a ``.part``."""

    folder: Path

    def pieces(self, camera: str, from_ms: int, to_ms: int) -> list[Piece]:
        found = []
        for hour in _hours(from_ms - LONGEST_PIECE_MS, to_ms):
            for file in (self.folder / camera / hour).glob("*-*.mp4"):
                start, _, length = file.stem.partition("-")
                if start.isdigit() and length.isdigit() and int(start) < to_ms and int(start) + int(length) > from_ms:
                    found.append(
                        Piece(camera=camera, from_ms=int(start), ms=int(length), bytes=file.stat().st_size, name=f"{hour}/{file.name}")
                    )
        return sorted(found, key=lambda one: one.from_ms)

    def read(self, piece: Piece) -> Iterator[bytes]:
        try:
            with self.file(piece).open("rb") as file:
                while chunk := file.read(CHUNK):
                    yield chunk
        except FileNotFoundError as gone:
            raise NotThere(piece.name) from gone

    def file(self, piece: Piece) -> Path:
        return self.folder / piece.camera / piece.name


def _hours(from_ms: int, to_ms: int) -> list[str]:
    """The folders that a span may lie in."""
    from datetime import UTC, datetime

    first = from_ms // 3_600_000
    return [f"{datetime.fromtimestamp(hour * 3600, UTC):%Y%m%d%H}" for hour in range(first, (to_ms - 1) // 3_600_000 + 1)]

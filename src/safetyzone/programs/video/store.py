"""Recordings on disk: a folder a camera and hour, a file a minute, its name saying from when and how long. The folders are the index.

Written by the pullers alone. A file is ``<from_ms>.part`` while it grows and ``<from_ms>-<ms>.mp4`` afterwards; one that a kill left
behind is cut at its last whole fragment at the next start: nothing is lost but the frame that was being written.
"""

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from safetyzone.contracts.video import Piece
from safetyzone.programs.video.fragments import Found, scan
from safetyzone.programs.video.timeline import TICKS, tick_of, wall_ms

FOLDER = "recordings"
SEGMENT_S = 60
HOUR_MS = 3_600_000
NAME = re.compile(r"(?P<from>\d{13})(?:-(?P<ms>\d{1,8})\.mp4|\.part)")
_CAMERA = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def hour_of(ms: int) -> str:
    """The folder of a moment: ``2026112304``, in UTC."""
    return datetime.fromtimestamp(ms / 1000, UTC).strftime("%Y%m%d%H")


@dataclass
class Segments:
    """Writes one camera's segments. ``begin`` with each key frame that may begin one; ``write`` whatever comes."""

    root: Path
    camera: str
    segment_s: float = SEGMENT_S
    _file: int | None = field(default=None, repr=False)
    _path: Path | None = field(default=None, repr=False)
    _from: int = 0
    _end: int = 0

    @property
    def is_open(self) -> bool:
        """Whether something is being written."""
        return self._file is not None

    def is_due(self, tick: int) -> bool:
        """Whether the key frame of this tick begins a new segment."""
        return self._file is None or tick - self._from >= self.segment_s * TICKS

    def begin(self, init: bytes, tick: int) -> None:
        """Close the open segment and begin one. Raises OSError when the disk does not take it."""
        self.close()
        from_ms = wall_ms(tick)
        folder = self.root / self.camera / hour_of(from_ms)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path = folder / f"{from_ms}.part"
        self._file = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        self._from = self._end = tick
        self._put(init)

    def write(self, fragment: bytes, end: int) -> None:
        """Add a fragment that ends at this tick. Not buffered: what is written survives our death. Raises OSError."""
        if self._file is not None:
            self._put(fragment)
            self._end = end

    def _put(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest and self._file is not None:
            rest = rest[os.write(self._file, rest) :]

    def close(self) -> None:
        """End the open segment and give it its name."""
        if self._file is None or self._path is None:
            return
        os.close(self._file)
        self._file = None
        if self._end > self._from:
            self._path.rename(_final(self._path, self._from, self._end))
        else:
            self._path.unlink(missing_ok=True)


def _final(part: Path, begin: int, end: int) -> Path:
    return part.with_name(f"{part.name.removesuffix('.part')}-{max(1, (end - begin) * 1000 // TICKS)}.mp4")


def recover(root: Path, camera: str) -> int:
    """Cut what a kill left open at its last whole fragment and give it its name. Returns how many were kept."""
    kept = 0
    for part in (root / camera).glob("*/*.part"):
        found = scan(part)
        if not found.fragments:
            part.unlink(missing_ok=True)
            continue
        os.truncate(part, found.end)
        last = found.fragments[-1]
        part.rename(_final(part, found.fragments[0].tick, last.tick + last.ticks))
        kept += 1
    return kept


def pieces(root: Path, camera: str, from_ms: int, to_ms: int) -> list[Piece]:
    """What is recorded of a camera between two moments, in order; the open segment too, as far as it goes."""
    if not _CAMERA.fullmatch(camera):
        return []
    found = []
    hours = {hour_of(ms) for ms in range(from_ms - SEGMENT_S * 2000, to_ms + HOUR_MS, HOUR_MS)} | {hour_of(to_ms)}
    for hour in hours:
        with suppress(FileNotFoundError):
            found += [piece for entry in os.scandir(root / camera / hour) if (piece := _piece(camera, entry))]
    inside = (piece for piece in found if piece.from_ms < to_ms and piece.from_ms + piece.ms > from_ms)
    return sorted(inside, key=lambda piece: piece.from_ms)


def _piece(camera: str, entry: "os.DirEntry[str]") -> Piece | None:
    if (named := NAME.fullmatch(entry.name)) is None:
        return None
    from_ms, ms = int(named["from"]), int(named["ms"] or 0)
    with suppress(FileNotFoundError):  # it was closed, and so renamed, between the listing and now
        if not named["ms"]:
            open_one = scan(Path(entry.path)).fragments
            ms = (open_one[-1].tick + open_one[-1].ticks - open_one[0].tick) * 1000 // TICKS if open_one else 0
        return Piece(camera=camera, from_ms=from_ms, ms=ms, bytes=entry.stat().st_size, name=entry.name)
    return None


def path_of(root: Path, camera: str, name: str) -> Path | None:
    """The file of a piece; None if there is none of this name. An open piece that has been closed meanwhile is found by its beginning."""
    named = NAME.fullmatch(name)
    if named is None or not _CAMERA.fullmatch(camera):
        return None
    folder = root / camera / hour_of(int(named["from"]))
    if (folder / name).is_file():
        return folder / name
    return next(folder.glob(f"{named['from']}-*.mp4"), None)


def cut(file: Path, from_ms: int, to_ms: int) -> Iterator[bytes]:
    """Init and the fragments of a piece between two moments, from the key frame before the first one. Nothing outside leaves the disk."""
    found = scan(file)
    wanted = _wanted(found.fragments, tick_of(from_ms), tick_of(to_ms))
    if not wanted:
        return
    with file.open("rb") as opened:
        yield opened.read(found.init_end)
        opened.seek(wanted[0].begin)
        left = wanted[-1].end - wanted[0].begin
        while left > 0 and (chunk := opened.read(min(left, 1 << 18))):
            left -= len(chunk)
            yield chunk


def _wanted(fragments: list[Found], begin: int, end: int) -> list[Found]:
    if not fragments or fragments[-1].tick + fragments[-1].ticks <= begin:
        return []
    first = max((n for n, each in enumerate(fragments) if each.key and each.tick <= begin), default=None)
    if first is None:
        first = next((n for n, each in enumerate(fragments) if each.key), len(fragments))
    return [each for each in fragments[first:] if each.tick < end]

"""Readings on disk until the bus has them: what was read is not lost when the bus is away or this program is killed.

A spool is a folder of segments. A segment is a row of records, each with its length and its checksum; a batch of records is synced to the
disk once. A segment whose records the bus has all taken is removed. After a kill the records of every segment are said again: readings have
ids, and both the bus and the record take each of them once. A record cut off by a kill is the last of its segment, and is left out.
"""

import os
import struct
import threading
import zlib
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

HEAD = struct.Struct(">4sIIHx")
"""Mark, checksum of what follows the head, length of the body, length of the subject."""
MARK = b"SZR1"
MOST_BODY = 1 << 20
SEGMENT_BYTES = 4_000_000
MOST_BYTES = 2_000_000_000
"""About 15,000 readings with both pictures: half a day of a busy station without its bus."""


@dataclass(frozen=True, slots=True)
class Record:
    """A reading as the bus will be told. Its representation shows nothing of it."""

    id: UUID
    subject: str
    body: bytes = field(repr=False)


@dataclass
class _Segment:
    path: Path
    waiting: dict[UUID, Record] = field(default_factory=dict)
    size: int = 0


class Spool:
    """Safe to use from several threads. One program has a folder of its own."""

    def __init__(self, folder: Path, *, segment_bytes: int = SEGMENT_BYTES, most_bytes: int = MOST_BYTES) -> None:
        """Takes up what an earlier run has left. Raises OSError where the folder cannot be written."""
        self.folder = folder
        self._segment_bytes, self._most_bytes = segment_bytes, most_bytes
        self._lock = threading.Lock()
        self._segments: deque[_Segment] = deque()
        self._file = -1
        self.cut_off = self.given_up = 0
        """Records that a kill has cut off, and those that were given up because the bus was away for too long."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._number = 0
        for path in sorted(folder.glob("*.readings")):
            self._number = int(path.stem)
            self._take_up(path)

    def add(self, records: Sequence[Record]) -> None:
        """Keep a batch; when this returns it survives a loss of power. Raises OSError when the disk refuses: nothing of it is kept."""
        if not records:
            return
        with self._lock:
            if self._file < 0 or self._segments[-1].size >= self._segment_bytes:
                self._begin()
            last = self._segments[-1]
            raw = b"".join(map(_packed, records))
            try:
                _write(self._file, raw)
                os.fdatasync(self._file)
            except OSError:
                os.ftruncate(self._file, last.size)  # half a record would hide those that come after it
                os.lseek(self._file, last.size, os.SEEK_SET)
                raise
            last.size += len(raw)
            last.waiting |= {one.id: one for one in records}
            self._keep_within()

    def waiting(self, most: int = 64) -> list[Record]:
        """The oldest that the bus has not yet."""
        with self._lock:
            found: list[Record] = []
            for segment in self._segments:
                for record in segment.waiting.values():
                    if len(found) == most:
                        return found
                    found.append(record)
            return found

    def done(self, ids: Sequence[UUID]) -> None:
        """The bus has these."""
        with self._lock:
            for segment in self._segments:
                for one in ids:
                    segment.waiting.pop(one, None)
            while self._segments and not self._segments[0].waiting and (len(self._segments) > 1 or self._is_full()):
                self._drop_first()

    def __len__(self) -> int:
        with self._lock:
            return sum(len(segment.waiting) for segment in self._segments)

    def close(self) -> None:
        """Nothing more is kept here; an empty spool leaves no file."""
        with self._lock:
            if self._file >= 0:
                os.close(self._file)
                self._file = -1
            while self._segments and not self._segments[0].waiting:
                self._drop_first()

    def _is_full(self) -> bool:
        return self._segments[0].size >= self._segment_bytes or self._file < 0

    def _begin(self) -> None:
        if self._file >= 0:
            os.close(self._file)
        self._number += 1
        path = self.folder / f"{self._number:012d}.readings"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        _sync_folder(self.folder)
        self._segments.append(_Segment(path))

    def _take_up(self, path: Path) -> None:
        raw, segment = path.read_bytes(), _Segment(path)
        for record, end in records_in(raw):
            segment.waiting[record.id] = record
            segment.size = end
        self.cut_off += segment.size < len(raw)
        if segment.waiting:
            self._segments.append(segment)
        else:
            path.unlink()

    def _drop_first(self) -> None:
        gone = self._segments.popleft()
        if not self._segments and self._file >= 0:
            os.close(self._file)
            self._file = -1
        gone.path.unlink(missing_ok=True)

    def _keep_within(self) -> None:
        while len(self._segments) > 1 and sum(segment.size for segment in self._segments) > self._most_bytes:
            self.given_up += len(self._segments[0].waiting)
            self._drop_first()


def records_in(raw: bytes) -> Iterator[tuple[Record, int]]:
    """The whole records at the beginning of a segment, each with the place where it ends; what comes after a broken one is not read."""
    at = 0
    while at + HEAD.size <= len(raw):
        mark, checksum, length, subject = HEAD.unpack_from(raw, at)
        end = at + HEAD.size + 16 + subject + length
        body = raw[at + HEAD.size : end]
        if mark != MARK or length > MOST_BODY or end > len(raw) or zlib.crc32(body) != checksum:
            return
        yield Record(UUID(bytes=body[:16]), body[16 : 16 + subject].decode(), body[16 + subject :]), end
        at = end


def _packed(record: Record) -> bytes:
    subject = record.subject.encode()
    if len(record.body) > MOST_BODY:
        raise ValueError(f"a reading of {len(record.body)} bytes")
    body = record.id.bytes + subject + record.body
    return HEAD.pack(MARK, zlib.crc32(body), len(record.body), len(subject)) + body


def _write(file: int, raw: bytes) -> None:
    view = memoryview(raw)
    while view:
        view = view[os.write(file, view) :]


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

"""Frames as fragments of MP4 (ISO/IEC 14496-12): an init part, then one fragment a frame; what was written so far can always be played.

The same bytes go to the disk and to every browser: FFmpeg muxes each frame once and nothing is decoded.
"""

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from safetyzone.programs.video.timeline import TICKS

BROWSERS_PLAY = {"h264": "avc1", "hevc": "hvc1"}
"""What an MP4 of ours may hold, with the name that browsers know it by (RFC 6381)."""
_HEAD = struct.Struct(">I4s")
_FLAGS = "frag_every_frame+empty_moov+default_base_moof+frag_discont"
_BUFFER = 1 << 21
_NOT_SYNC = 0x00010000
"""sample_is_non_sync_sample of a fragment's sample flags (14496-12, 8.8.3.1)."""


class _Sink:
    """Catches what the muxer writes."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self.parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        taken = b"".join(self.parts)
        self.parts.clear()
        return taken


class Muxer:
    """Fragments of one stream. FFmpeg writes a frame when the next one comes: only then is it known how long it lasts."""

    def __init__(self, stream: "av.VideoStream") -> None:
        self._sink = _Sink()
        options = {"movflags": _FLAGS, "use_editlist": "0", "avoid_negative_ts": "disabled"}
        self._out = av.open(self._sink, "w", format="mp4", options=options, buffer_size=_BUFFER)
        self._stream: Any = self._out.add_stream_from_template(stream)
        self._stream.time_base = Fraction(1, TICKS)
        if stream.codec_context.name == "hevc":
            self._stream.codec_context.codec_tag = "hvc1"
        self._out.start_encoding()
        self.init = self._sink.take()

    def add(self, packet: Any, tick: int, delay: int) -> bytes:
        """The fragment of the frame before this one; empty for the first. ``delay``: ticks from decoding to showing (B frames)."""
        packet.time_base = Fraction(1, TICKS)
        packet.dts, packet.pts = tick, tick + delay
        packet.stream = self._stream
        self._out.mux(packet)
        return self._sink.take()


def codec_of(init: bytes) -> str:
    """The codec of an init part as a browser asks for it: ``avc1.64001f``. Empty when it is none we know."""
    if (at := init.find(b"avcC")) > 0:
        return f"avc1.{init[at + 5 : at + 8].hex()}"
    if (at := init.find(b"hvcC")) > 0:
        return _hevc(init[at + 4 :])
    return ""


def _hevc(record: bytes) -> str:
    """RFC 6381 as ISO/IEC 14496-15, annex E.3 has it: profile, compatibility in reverse bit order, tier and level, constraints."""
    space, tier, profile = record[1] >> 6, record[1] >> 5 & 1, record[1] & 31
    compatible = int(f"{int.from_bytes(record[2:6]):032b}"[::-1], 2)
    constraints = record[6:12].rstrip(b"\0")
    said = [f"hvc1.{'ABC'[space - 1] if space else ''}{profile}", f"{compatible:X}", f"{'LH'[tier]}{record[12]}"]
    return ".".join(said + [f"{each:X}" for each in constraints])


@dataclass(frozen=True, slots=True)
class Found:
    """A whole fragment in a file: where it begins and ends, its first tick, how long it lasts, and whether it begins with a key frame."""

    begin: int
    end: int
    tick: int
    ticks: int
    key: bool


@dataclass(frozen=True, slots=True)
class Scanned:
    """What a file holds up to the last whole fragment."""

    init_end: int
    fragments: list[Found]

    @property
    def end(self) -> int:
        """Bytes that may be kept."""
        return self.fragments[-1].end if self.fragments else self.init_end


def scan(file: Path) -> Scanned:
    """Read the heads of a file's boxes. A file that was cut off in the middle of a box is read up to that box."""
    with file.open("rb") as opened:
        if not (size := file.stat().st_size):
            return Scanned(0, [])
        with mmap.mmap(opened.fileno(), size, access=mmap.ACCESS_READ) as held:
            return _scan(held, len(held))


def _scan(held: Any, size: int) -> Scanned:
    init_end, fragments, moof = 0, [], None
    for kind, begin, end in _boxes(held, size):
        if kind == b"moov":
            init_end = end
        elif kind == b"moof":
            moof = begin, bytes(held[begin:end])
        elif kind == b"mdat" and moof is not None and init_end:
            fragments.append(_found(*moof, end))
            moof = None
    return Scanned(init_end, fragments)


def _boxes(held: Any, size: int) -> Iterator[tuple[bytes, int, int]]:
    at = 0
    while at + _HEAD.size <= size:
        length, kind = _HEAD.unpack(held[at : at + _HEAD.size])
        if length < _HEAD.size or at + length > size:
            return
        yield kind, at, at + length
        at += length


def _found(begin: int, moof: bytes, end: int) -> Found:
    at = moof.index(b"tfdt")
    tick = struct.unpack_from(">Q" if moof[at + 4] else ">I", moof, at + 8)[0]
    ticks, flags = _header_defaults(moof)
    at = moof.index(b"trun")
    said = int.from_bytes(moof[at + 4 : at + 8]) & 0xFFFFFF
    if said & 0x4:  # first_sample_flags
        flags = struct.unpack_from(">I", moof, at + 12 + (4 if said & 0x1 else 0))[0]
    return Found(begin, end, tick, ticks, not flags & _NOT_SYNC)


def _header_defaults(moof: bytes) -> tuple[int, int]:
    """Default sample duration and flags of the track fragment header (14496-12, 8.8.7)."""
    at = moof.index(b"tfhd")
    said, here = int.from_bytes(moof[at + 5 : at + 8]), at + 12
    values = {}
    for bit, length in ((0x1, 8), (0x2, 4), (0x8, 4), (0x10, 4), (0x20, 4)):
        if said & bit:
            values[bit] = int.from_bytes(moof[here : here + length])
            here += length
    return values.get(0x8, 0), values.get(0x20, 0)

"""A clip that a pretend camera plays: made by us, or read from a file, cut into what RTP carries.

Everything about a frame that does not change from loop to loop is done here, once: what is left for each frame is to write its sequence
numbers and its time into a copy.
"""

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

CLOCK_HZ = 90_000
"""The clock of video in RTP (RFC 6184, section 8.2.1)."""
PAYLOAD_TYPE = 96
MOST_BYTES = 1_400
"""Of a packet's payload: a camera's packets fit an Ethernet frame even where TCP would carry more."""
HEAD = struct.Struct(">BBHBBHII")
"""Interleaved: $, channel, length (RFC 2326, section 10.12); RTP: version, marker and type, sequence number, time, source (RFC 3550)."""
START_CODE = re.compile(rb"\x00*\x00\x00\x01")
PARAMETER_SETS = {"h264": (7, 8), "hevc": (32, 33, 34)}
LEFT_OUT = {"h264": {9, 12}, "hevc": {35, 38}}
"""Delimiters and filling: RTP needs neither."""
KEY_TYPES = {"h264": {5}, "hevc": set(range(16, 24))}


class NotAClip(ValueError):
    """The file holds no video that an RTSP camera would send."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as it goes over the wire, but for its sequence numbers and its time, which are zero."""

    at: int
    """When it is sent, in ticks of 1/90000 s since the clip began."""
    shown: int
    """When it is shown; later than ``at`` only in clips with B-frames."""
    key: bool
    wire: bytes
    packets: tuple[int, ...]
    """Where each interleaved packet begins."""


@dataclass(frozen=True)
class Clip:
    """A clip of H.264 or H.265, ready to be sent in an endless loop."""

    codec: str
    """As PyAV names it: h264 or hevc."""
    parameter_sets: tuple[bytes, ...]
    frames: tuple[Frame, ...]
    ticks: int
    """How long it is, in ticks of 1/90000 s."""
    width: int
    height: int
    fps: float

    @property
    def packets(self) -> int:
        """Of one loop."""
        return sum(len(frame.packets) for frame in self.frames)

    @property
    def bytes_a_second(self) -> float:
        """On the wire."""
        return sum(len(frame.wire) for frame in self.frames) * CLOCK_HZ / self.ticks


def nal_type(nal: bytes, codec: str) -> int:
    """RFC 6184, section 1.3; RFC 7798, section 1.1.4."""
    return nal[0] & 0x1F if codec == "h264" else (nal[0] >> 1) & 0x3F


def payloads(nal: bytes, codec: str, most: int = MOST_BYTES) -> Iterator[bytes]:
    """The payloads that carry one NAL unit: itself, or fragments (FU-A of RFC 6184, section 5.8; FU of RFC 7798, section 4.4.3)."""
    if len(nal) <= most:
        yield nal
        return
    if codec == "h264":
        head, kind, body = bytes([nal[0] & 0xE0 | 28]), nal[0] & 0x1F, nal[1:]
    else:
        head, kind, body = bytes([nal[0] & 0x81 | 49 << 1, nal[1]]), (nal[0] >> 1) & 0x3F, nal[2:]
    room = most - len(head) - 1
    for begin in range(0, len(body), room):
        first, last = begin == 0, begin + room >= len(body)
        yield head + bytes([first << 7 | last << 6 | kind]) + body[begin : begin + room]


def wired(nals: Sequence[bytes], codec: str, source: int) -> tuple[bytes, tuple[int, ...]]:
    """An access unit as interleaved RTP packets, the last one marked, and where each begins."""
    parts = [payload for nal in nals for payload in payloads(nal, codec)]
    out, begins = bytearray(), []
    for number, payload in enumerate(parts, start=1):
        begins.append(len(out))
        marker = 0x80 if number == len(parts) else 0
        out += HEAD.pack(0x24, 0, 12 + len(payload), 0x80, marker | PAYLOAD_TYPE, 0, 0, source) + payload
    return bytes(out), tuple(begins)


def read_clip(path: Path) -> Clip:
    """The first video of a file.

    Raises:
        NotAClip: it holds none, or neither H.264 nor H.265.
        OSError: the file cannot be read.
    """
    try:
        with av.open(str(path)) as file:
            if not file.streams.video:
                raise NotAClip(f"{path.name} holds no video")
            return _read(file, file.streams.video[0], source=zlib.crc32(path.name.encode()))
    except av.error.InvalidDataError as wrong:
        raise NotAClip(f"{path.name} is not a video") from wrong


def _read(file: Any, video: Any, *, source: int) -> Clip:
    codec = video.codec_context.name
    if codec not in PARAMETER_SETS:
        raise NotAClip(f"a camera sends H.264 or H.265, not {codec}")
    to_annex_b = av.BitStreamFilterContext(f"{codec}_mp4toannexb", in_stream=video)
    fps = Fraction(video.average_rate or 25)
    tick = round(CLOCK_HZ / fps)
    sets: dict[int, bytes] = {}
    frames: list[Frame] = []
    zero: Fraction | None = None
    for packet in file.demux(video):
        for one in to_annex_b.filter(packet) if packet.size else ():
            nals = [nal for nal in START_CODE.split(bytes(one)) if nal and nal_type(nal, codec) not in LEFT_OUT[codec]]
            sets.update({kind: nal for nal in nals if (kind := nal_type(nal, codec)) in PARAMETER_SETS[codec]})
            sent = (one.dts if one.dts is not None else one.pts or 0) * video.time_base
            zero = sent if zero is None else zero
            shown = (one.pts * video.time_base if one.pts is not None else sent) - zero
            wire, packets = wired(nals, codec, source)
            key = any(nal_type(nal, codec) in KEY_TYPES[codec] for nal in nals)
            frames.append(Frame(round((sent - zero) * CLOCK_HZ), round(shown * CLOCK_HZ), key, wire, packets))
    if not frames or not frames[0].key or len(sets) < len(PARAMETER_SETS[codec]):
        raise NotAClip("a clip begins with a key frame")
    in_order = tuple(sets[kind] for kind in PARAMETER_SETS[codec])
    return Clip(codec, in_order, tuple(frames), frames[-1].at + tick, video.width, video.height, float(fps))


def encoder_options(*, codec: str, gop: int, bit_rate: int) -> dict[str, str]:
    """What makes an encoder of ours behave like a camera's: no B-frames, key frames at their time only, one slice a frame."""
    usual = {"preset": "veryfast", "tune": "zerolatency", "maxrate": str(bit_rate), "bufsize": str(bit_rate)}
    if codec == "libx265":
        words = f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes=0:open-gop=0:pools=1:frame-threads=1:log-level=error"
        return {**usual, "x265-params": words}
    return {**usual, "profile": "baseline", "g": str(gop), "keyint_min": str(gop), "sc_threshold": "0", "bf": "0"}


def make_clip(
    path: Path, *, width: int = 640, height: int = 360, fps: int = 10, seconds: float = 8.0, gop_s: float = 2.0,
    bit_rate: int = 250_000, seed: int = 1, codec: str = "libx264",
) -> Path:  # fmt: skip
    """A made-up clip that loops without a seam: a rough pattern that drifts once round, and noise that costs what a street costs.

    ``bit_rate`` is in bit/s and is met within a fifth from about eight seconds on. The same seed gives the same pictures.
    """
    made_up = np.random.default_rng(seed)
    count = round(seconds * fps)
    coarse = made_up.integers(30, 200, (height // 20 + 1, width // 20 + 1), dtype=np.uint8)
    pattern = np.kron(coarse, np.ones((20, 20), np.uint8))[:height, :width]
    grain = made_up.integers(0, 24, (height + 64, width + 64), dtype=np.uint8)
    picture = np.full((height * 3 // 2, width), 128, np.uint8)

    def pictures() -> Iterator[np.ndarray]:
        for number in range(count):
            down, across = made_up.integers(0, 64, 2)
            picture[:height] = np.roll(pattern, number * width // count, axis=1) + grain[down : down + height, across : across + width]
            yield picture

    return encode(path, pictures(), size=(width, height), fps=fps, gop_s=gop_s, bit_rate=bit_rate, codec=codec, layout="yuv420p")


def encode(
    path: Path, pictures: Iterator[np.ndarray], *, size: tuple[int, int], fps: int, gop_s: float, bit_rate: int,
    codec: str = "libx264", layout: str = "rgb24",
) -> Path:  # fmt: skip
    """Write pictures as an mp4 that appears whole or not at all."""
    unfinished = path.with_name(f".{path.name}.part")
    options = encoder_options(codec=codec, gop=max(1, round(gop_s * fps)), bit_rate=bit_rate)
    with av.open(str(unfinished), "w", format="mp4") as out:
        video: Any = out.add_stream(codec, rate=fps, options=options)
        video.width, video.height = size
        video.pix_fmt, video.bit_rate, video.codec_context.thread_count = "yuv420p", bit_rate, 1
        for picture in pictures:
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format=layout)))
        out.mux(video.encode())
    return unfinished.replace(path)

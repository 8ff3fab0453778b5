"""One ordinary MP4 out of many pieces: the same compressed frames, put behind each other on one timeline. Nothing is decoded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
from av.container import InputContainer, OutputContainer
from av.video.stream import VideoStream

from safetyzone.kernel.refusals import Refused

TIME_BASE = Fraction(1, 90_000)


class Stopped(Refused):
    code = "stopped"
    th = "หยุดแล้ว"
    en = "Stopped."


GoOn = Callable[[float], bool]
"""Told the part that is done, 0 to 1; says whether to go on."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one MP4 track can hold: a stream that changes any of these begins a new file."""

    codec: str
    width: int
    height: int
    extradata: bytes


def shape_of(stream: VideoStream) -> Shape:
    """Codec, size and parameter sets."""
    context = stream.codec_context
    return Shape(context.name, context.width, context.height, bytes(context.extradata or b""))


def playable(pieces: Sequence[tuple[int, Path]], target: Path, go_on: GoOn) -> list[Path]:
    """Write pieces, each with its first moment in milliseconds, into one MP4 (or more, where the picture changed); returns the files.

    Time starts at zero with the first piece, and a hole in the recording stays a hole: the picture stands still there.

    Raises:
        Stopped: ``go_on`` said no. av.FFmpegError: a piece cannot be read.
    """
    writer = _Writer(target)
    try:
        for number, (from_ms, piece) in enumerate(pieces):
            if not go_on(number / len(pieces)):
                raise Stopped
            with av.open(str(piece)) as source:
                writer.take(source, from_ms)
    finally:
        writer.close()
    return writer.files


class _Writer:
    """The file being written, and those before it."""

    def __init__(self, target: Path) -> None:
        self.target, self.files = target, list[Path]()
        self.out: OutputContainer | None = None
        self.shape: Shape | None = None
        self.stream: VideoStream | None = None
        self.zero_ms, self.last = 0, -1

    def take(self, source: InputContainer, from_ms: int) -> None:
        """Every packet of one piece; its first picture is of ``from_ms``, whatever its own clock says."""
        track, first = source.streams.video[0], None
        if shape_of(track) != self.shape:
            self._begin(track, from_ms)
        for packet in source.demux(track):
            if packet.dts is None or packet.pts is None or packet.time_base is None or self.out is None or self.stream is None:
                continue
            first = packet.pts if first is None else first
            start = Fraction(from_ms - self.zero_ms, 1000)
            dts = max(round(((packet.dts - first) * packet.time_base + start) / TIME_BASE), self.last + 1)
            pts = max(round(((packet.pts - first) * packet.time_base + start) / TIME_BASE), dts)
            duration = round((packet.duration or 0) * packet.time_base / TIME_BASE)
            packet.stream, packet.time_base = self.stream, TIME_BASE
            packet.dts, packet.pts, packet.duration, self.last = dts, pts, duration, dts
            self.out.mux(packet)

    def _begin(self, source: VideoStream, from_ms: int) -> None:
        self.close()
        part = len(self.files) + 1
        file = self.target if part == 1 else self.target.with_name(f"{self.target.stem}-{part}{self.target.suffix}")
        self.out = av.open(str(file), "w", format="mp4", options={"movflags": "+faststart", "video_track_timescale": "90000"})
        self.stream = self.out.add_stream_from_template(source)
        self.shape, self.zero_ms, self.last = shape_of(source), from_ms, -1
        self.files.append(file)

    def close(self) -> None:
        """Finish the file being written."""
        if self.out is not None:
            self.out.close()
            self.out = None

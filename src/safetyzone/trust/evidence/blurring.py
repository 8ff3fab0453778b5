"""A copy in which no bystander can be known: faces and plates are replaced in the pixels before they are encoded again, never overlaid."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np

from safetyzone.trust.evidence.faces import FACE, PLATE, Face, Finder, Guarded, Picture
from safetyzone.trust.evidence.playable import GoOn, Stopped
from safetyzone.trust.evidence.tracks import covers

BLOCKS_ACROSS, BLOCKS_DOWN = 16, 9
"""What is left of a picture that is blurred whole."""
TIME_BASE = Fraction(1, 90_000)


@dataclass(frozen=True, slots=True)
class Edits:
    """What was done to a copy, as the manifest says it.

    ``blurred_whole``: pictures in which faces or plates could not be looked for; ``unreadable``: packets that did not decode, and are
    not shown.
    """

    frames: int
    frames_with_faces: int
    frames_with_plates: int
    blurred_whole: int
    unreadable: int
    detector: str
    method: str = "what was found filled with its mean colour before H.264 encoding; name, camera and time written into the picture"

    def as_dict(self) -> dict[str, Any]:
        """For the manifest."""
        return asdict(self)


def blurred(
    pieces: Sequence[tuple[int, Path]], target: Path, *, span_ms: tuple[int, int], label: Callable[[int], str], finder: Finder,
    go_on: GoOn,
) -> Edits:  # fmt: skip
    """Write a blurred copy of a span of some pieces (each with its first moment, ms UTC). It is decoded twice: to find, and to cover.

    Raises:
        Stopped: ``go_on`` said no. With no picture in the span no file is written, and ``frames`` is 0.
    """
    looking, lost = Guarded(finder), list[int]()
    times: list[int] = []
    found: list[Sequence[Face] | None] = []
    strangers = 0
    try:
        for ms, picture in _pictures(pieces, span_ms, lambda part: go_on(part * 0.7), lost):
            times.append(ms)
            found.append(looking.find(picture))
    finally:
        looking.close()
    hidden = covers(times, found)
    if times:
        again = _pictures(pieces, span_ms, lambda part: go_on(0.7 + part * 0.3), [])
        strangers = _write(again, target, label, times, hidden)
    return Edits(
        frames=len(times), frames_with_faces=_with(FACE, hidden), frames_with_plates=_with(PLATE, hidden),
        blurred_whole=sum(faces is None for faces in hidden) + strangers, unreadable=len(lost), detector=finder.name,
    )  # fmt: skip


def _with(kind: str, hidden: Sequence[list[Face] | None]) -> int:
    """Pictures in which something of a kind is covered."""
    return sum(any(one.kind == kind for one in found or ()) for found in hidden)


def _write(
    pictures: Iterator[tuple[int, Picture]], target: Path, label: Callable[[int], str], times: Sequence[int],
    hidden: Sequence[list[Face] | None],
) -> int:  # fmt: skip
    """The second turn. A picture that the first turn did not see is covered whole: it cannot be known what is in it."""
    known = dict(zip(times, hidden, strict=True))
    strangers, size, last = 0, None, -1
    with av.open(str(target), "w", format="mp4", options={"movflags": "+faststart"}) as out:
        stream = out.add_stream("libx264", options={"preset": "veryfast", "crf": "23"})
        stream.pix_fmt, stream.time_base = "yuv420p", TIME_BASE
        stream.codec_context.time_base = TIME_BASE
        for ms, picture in pictures:
            if size is None:
                size = (picture.shape[1] // 2 * 2, picture.shape[0] // 2 * 2)
                stream.width, stream.height = size
            strangers += ms not in known
            covered = hide(picture, known.get(ms))
            frame = av.VideoFrame.from_ndarray(_signed(_fitted(covered, size), label(ms)), format="bgr24")
            last = max(round((ms - times[0]) * 90), last + 1)
            frame.pts, frame.time_base = last, TIME_BASE
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return strangers


def _pictures(
    pieces: Sequence[tuple[int, Path]], span_ms: tuple[int, int], go_on: GoOn, lost: list[int]
) -> Iterator[tuple[int, Picture]]:
    """Every picture of the span with its moment in milliseconds of UTC; ``lost`` is told of packets that do not decode."""
    for number, (from_ms, piece) in enumerate(pieces):
        with av.open(str(piece)) as source:
            track, first = source.streams.video[0], None
            for packet in source.demux(track):
                if not go_on(number / len(pieces)):
                    raise Stopped
                try:
                    frames = packet.decode()
                except av.FFmpegError:
                    lost.append(from_ms)
                    continue
                for frame in frames:
                    if frame.pts is None or frame.time_base is None or not isinstance(frame, av.VideoFrame):
                        continue
                    first = frame.pts if first is None else first
                    ms = from_ms + round((frame.pts - first) * frame.time_base * 1000)
                    if span_ms[0] <= ms < span_ms[1]:
                        yield ms, np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)


def hide(picture: Picture, faces: Sequence[Face] | None) -> Picture:
    """The picture with its faces filled; with None all of it in a few large blocks."""
    height, width = picture.shape[:2]
    out = picture.copy()
    if faces is None:
        for row in range(BLOCKS_DOWN):
            for column in range(BLOCKS_ACROSS):
                _fill(out, (column * width // BLOCKS_ACROSS, row * height // BLOCKS_DOWN,
                            (column + 1) * width // BLOCKS_ACROSS, (row + 1) * height // BLOCKS_DOWN))  # fmt: skip
        return out
    for face in faces:
        _fill(out, (int(face.x), int(face.y), int(np.ceil(face.x + face.width)), int(np.ceil(face.y + face.height))))
    return out


def _fill(picture: Picture, box: tuple[int, int, int, int]) -> None:
    """One flat colour: a mosaic of several could be put together again over many pictures."""
    left, top, right, bottom = max(box[0], 0), max(box[1], 0), max(box[2], 0), max(box[3], 0)
    part = picture[top:bottom, left:right]
    if part.size:
        part[:] = part.reshape(-1, 3).mean(axis=0).astype(np.uint8)


def _fitted(picture: Picture, size: tuple[int, int]) -> Picture:
    """In the size of the first picture: a camera may change its own in the middle."""
    width, height = size
    if picture.shape[0] >= height and picture.shape[1] >= width:
        return np.ascontiguousarray(picture[:height, :width])
    out = np.zeros((height, width, 3), np.uint8)
    part = picture[:height, :width]
    out[: part.shape[0], : part.shape[1]] = part
    return out


def _signed(picture: Picture, words: str) -> Picture:
    """Whose copy it is, in the picture itself."""
    strip = _strip(words, picture.shape[1], max(12, picture.shape[0] // 40))
    rows = min(len(strip), len(picture))
    picture[:rows] = strip[:rows]
    return picture


@lru_cache(maxsize=4)
def _strip(words: str, width: int, size: int) -> Picture:
    """The words on black, as blue, green, red; letters that the drawn font lacks become question marks."""
    from PIL import Image, ImageDraw, ImageFont

    strip = Image.new("RGB", (width, size + 8), (0, 0, 0))
    text = words.encode("ascii", "replace").decode()
    ImageDraw.Draw(strip).text((6, 3), text, fill=(255, 255, 255), font=ImageFont.load_default(size))
    return np.asarray(strip, np.uint8)[:, :, ::-1].copy()

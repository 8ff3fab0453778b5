"""Small pieces of recording, made here: fragmented MP4 on the wall clock, as the video program writes them."""

import io
from collections.abc import Callable
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import av
import numpy as np

from safetyzone.contracts.video import EPOCH_S
from safetyzone.trust.evidence.ports import FolderRecordings

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
STATION = "lumphini"
FPS = 5
SIZE = (192, 108)
Scene = Callable[[int], np.ndarray]
"""Number of the frame -> picture (rows, columns, BGR)."""


def moving_square(number: int) -> np.ndarray:
    """Something that moves over noise, so that no two frames are the same."""
    picture = np.full((SIZE[1], SIZE[0], 3), 90, np.uint8)
    picture[::7] = (number * 5 % 200, 60, 200)
    picture[40:70, number % 100 : number % 100 + 30] = (0, 200, 255)
    return picture


def clip(from_ms: int, seconds: float = 2.0, scene: Scene = moving_square, size: tuple[int, int] = SIZE) -> bytes:
    """One piece: H.264 in fragments, its media time counted from the contract's epoch."""
    out, start = io.BytesIO(), from_ms - EPOCH_S * 1000
    with av.open(out, "w", format="mp4", options={"movflags": "frag_keyframe+empty_moov+default_base_moof"}) as file:
        stream = file.add_stream("libx264", rate=FPS, options={"preset": "ultrafast", "tune": "zerolatency", "g": str(FPS)})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(round(seconds * FPS)):
            frame = av.VideoFrame.from_ndarray(scene(number), format="bgr24")
            frame.pts, frame.time_base = start + number * 1000 // FPS, Fraction(1, 1000)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return out.getvalue()


def ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def record(folder: Path, camera: str, from_ms: int, seconds: float = 2.0, scene: Scene = moving_square) -> Path:
    """Put a piece into the ring of the video program."""
    hour = f"{datetime.fromtimestamp(from_ms / 1000, UTC):%Y%m%d%H}"
    file = folder / camera / hour / f"{from_ms}-{round(seconds * 1000)}.mp4"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(clip(from_ms, seconds, lambda number: scene(number + from_ms // 1000 * FPS)))
    return file


def pictures(film: Path) -> list[np.ndarray]:
    """Every picture of a film, as BGR."""
    with av.open(str(film)) as source:
        return [frame.to_ndarray(format="bgr24") for frame in source.decode(video=0)]


def ring(state: Path) -> FolderRecordings:
    return FolderRecordings(state / "recordings")

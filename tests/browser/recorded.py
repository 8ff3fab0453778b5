"""Recordings on disk as the pullers write them, and the video program before them, without any camera.

Every frame carries its moment in its pixels, so that a test can read from a picture which instant it shows.
"""

import io
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from urllib.parse import urlsplit

import av
import httpx
import numpy as np
from numpy.typing import NDArray

from safetyzone.contracts.video import EPOCH_S
from safetyzone.programs.video import store
from safetyzone.programs.video.fragments import Muxer
from safetyzone.programs.video.timeline import TICKS, tick_of

WIDE, HIGH, BLOCK, BITS = 320, 180, 20, 16
RATE = 10
EPOCH_MS = EPOCH_S * 1000


def frame(ms: int, seed: int) -> NDArray[np.uint8]:
    """A street of its own grey with somebody who walks through it; below, sixteen blocks that count tenths of a second."""
    picture = np.full((HIGH, WIDE, 3), (40 + seed * 17 % 60, 52, 60), np.uint8)
    picture[70:110] = (58, 62, 66)
    for house in range(0, WIDE, 46):
        picture[14 + house * seed % 23 : 68, house : house + 38] = (70 + (house + seed * 31) % 50, 74, 80)
    at = ms // 25 % (WIDE - 20)
    picture[74:106, at : at + 14] = (205, 180, 120)
    count = ms // 100
    for bit in range(BITS):
        picture[HIGH - BLOCK :, bit * BLOCK : bit * BLOCK + BLOCK] = 235 if count >> bit & 1 else 20
    return picture


def film(root: Path, camera: str, from_ms: int, to_ms: int, *, seed: int = 1, segment_s: float = 20) -> None:
    """Record a camera for a while, a key frame a second, in pieces of ``segment_s``."""
    segments = store.Segments(root / store.FOLDER, camera, segment_s)
    (root / store.FOLDER / camera).mkdir(parents=True, exist_ok=True)
    (root / store.FOLDER / camera / "kept").write_text("72 municipality\n")  # else what nobody pulls is given up
    with av.open(_encoded(from_ms, to_ms, seed)) as source:
        muxer, held = Muxer(source.streams.video[0]), None
        for packet in source.demux(video=0):
            if not packet.size or packet.dts is None or packet.time_base is None:
                continue
            key, tick = packet.is_keyframe, tick_of(from_ms) + round(packet.dts * packet.time_base * TICKS)
            fragment = muxer.add(packet, tick, 0)
            if held is not None:
                if held[1] and segments.is_due(held[0]):
                    segments.begin(muxer.init, held[0])
                segments.write(fragment, tick)
            held = tick, key
    segments.close()


def _encoded(from_ms: int, to_ms: int, seed: int) -> io.BytesIO:
    kept = io.BytesIO()
    with av.open(kept, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDE, HIGH, "yuv420p"
        stream.codec_context.gop_size = RATE
        stream.options = {"preset": "ultrafast", "qp": "26", "x264-params": f"keyint={RATE}:min-keyint={RATE}:scenecut=0:bframes=0"}
        for number in range((to_ms - from_ms) * RATE // 1000):
            shown = av.VideoFrame.from_ndarray(frame(from_ms + number * 1000 // RATE, seed), format="rgb24")
            shown.pts, shown.time_base = number, Fraction(1, RATE)
            out.mux(stream.encode(shown))
        out.mux(stream.encode())
    kept.seek(0)
    return kept


@contextmanager
def video_program(environment: dict[str, str], *, web: str, port: int, log: Path) -> Iterator[None]:
    """The video program beside a web, until the block ends."""
    ours = {"SAFETYZONE_WEB_PORT": str(urlsplit(web).port), "SAFETYZONE_VIDEO_PORT": str(port)}
    with log.open("wb") as said:
        program = subprocess.Popen([sys.executable, "-m", "safetyzone", "video"], env={**environment, **ours}, stdout=said, stderr=said)
        try:
            until = time.monotonic() + 30
            while not _answers(port):
                assert program.poll() is None, log.read_text()[-2000:]
                assert time.monotonic() < until
                time.sleep(0.1)
            yield
        finally:
            program.terminate()
            program.wait(15)


def _answers(port: int) -> bool:
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False

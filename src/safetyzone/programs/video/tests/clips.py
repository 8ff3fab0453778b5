"""Made clips for the tests of pictures: a block that moves over noise, as H.264 or H.265."""

from pathlib import Path

import av
import numpy as np


def make_clip(
    path: Path, *, seconds: float = 4, rate: int = 10, gop: int = 10, codec: str = "libx264", b_frames: int = 0, still: bool = False
) -> Path:
    """A clip of 320 x 180 with a key frame every ``gop`` frames."""
    with av.open(str(path), "w") as out:
        stream = out.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 320, 180, "yuv420p"
        stream.codec_context.gop_size = gop
        stream.options = {"preset": "ultrafast", "qp": "28", "x264-params": f"keyint={gop}:min-keyint={gop}:scenecut=0:bframes={b_frames}"}
        if codec == "libx265":
            stream.options = {"preset": "ultrafast", "x265-params": f"keyint={gop}:min-keyint={gop}:log-level=none"}
        ground = np.random.default_rng(7).integers(0, 255, (180, 320, 3), dtype=np.uint8)
        for number in range(round(seconds * rate)):
            picture, at = ground.copy(), 0 if still else number * 5 % 260
            picture[60:120, at : at + 60] = 200
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                out.mux(packet)
        for packet in stream.encode():
            out.mux(packet)
    return path

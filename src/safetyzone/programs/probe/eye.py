"""One look through a camera, in a process of its own: a stream that breaks the decoder breaks nobody else.

Reads one JSON line a look (``{"url": …, "user": …, "password": …}``) and writes 96 x 54 grey bytes, or nothing but a length of 0.
Run as ``python -m safetyzone.programs.probe.eye``. The address holds a number that was checked; no name is resolved here.
"""

import struct
import sys
from urllib.parse import quote, urlsplit

import av
import orjson

from safetyzone.programs.probe import relay
from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH

OPEN_S, READ_S = 5.0, 5.0
MOST_PACKETS = 400
"""Sixteen seconds at 25 a second without a key frame: it has none."""


def look(url: str, user: str, password: str) -> bytes:
    """The next key frame as 96 x 54 grey bytes; raises whatever FFmpeg finds wrong."""
    parts = urlsplit(url)
    port = relay.begin(parts.hostname or "", parts.port or 0, tls=parts.scheme == "rtsps")
    who = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    url = f"rtsp://{who}127.0.0.1:{port}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    options = {"rtsp_transport": "tcp", "max_delay": "500000", "allowed_media_types": "video", "protocol_whitelist": "rtp,tcp,rtsp"}
    with av.open(url, format="rtsp", options=options, timeout=(OPEN_S, READ_S)) as stream:
        video = stream.streams.video[0]
        video.thread_count = 1
        video.codec_context.skip_frame = "NONKEY"
        for number, packet in enumerate(stream.demux(video)):
            for frame in packet.decode():
                grey = frame.reformat(width=WIDTH, height=HEIGHT, format="gray").to_ndarray()
                return bytes(grey[:HEIGHT, :WIDTH].tobytes())
            if number > MOST_PACKETS:
                break
    return b""


def main() -> None:
    """Look until the input ends."""
    av.logging.set_level(av.logging.PANIC)
    for line in sys.stdin.buffer:
        asked = orjson.loads(line)
        try:
            picture = look(asked["url"], asked["user"], asked["password"])
        except Exception:  # the edge of this process: whatever a stream does to us, the next one is looked at
            picture = b""
        sys.stdout.buffer.write(struct.pack(">I", len(picture)) + picture)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

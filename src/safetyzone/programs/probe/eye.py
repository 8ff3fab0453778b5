"""Looks through cameras, in a process of its own: a stream that breaks the decoder breaks nobody else.

Reads one JSON line a look (``{"deed": "look" | "watch", "url": …, "user": …, "password": …}``). Answers with two lengths, a few words as
JSON, and pixels: 96 x 54 grey bytes for a look; for a watch 480 pixels wide in colour, and how often a key frame comes.
Run as ``python -m safetyzone.programs.probe.eye``. The address holds a number that was checked; no name is resolved here.
"""

import struct
import sys
import time
from typing import Any
from urllib.parse import quote, urlsplit

import av
import orjson
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from safetyzone.programs.probe import relay
from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH

OPEN_S, READ_S = 5.0, 5.0
MOST_PACKETS = 400
"""Sixteen seconds at 25 a second without a key frame: it has none."""
WATCH_S = 20.0
"""So long a second key frame is waited for."""
ANALYSE = {"analyzeduration": "1000000", "fpsprobesize": "2"}
"""FFmpeg would watch for some seconds to guess what we count ourselves."""
SHOWN_WIDE, SHOWN_HIGH = 480, (120, 640)
Answer = tuple[dict[str, Any], bytes]


def open_stream(url: str, user: str, password: str) -> InputContainer:
    """The stream, through the relay; raises whatever FFmpeg finds wrong."""
    parts = urlsplit(url)
    port = relay.begin(parts.hostname or "", parts.port or 0, tls=parts.scheme == "rtsps")
    who = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    url = f"rtsp://{who}127.0.0.1:{port}{parts.path}" + (f"?{parts.query}" if parts.query else "")
    options = {"rtsp_transport": "tcp", "max_delay": "500000", "allowed_media_types": "video", "protocol_whitelist": "rtp,tcp,rtsp"}
    return av.open(url, format="rtsp", options=options | ANALYSE, timeout=(OPEN_S, READ_S))


def look(url: str, user: str, password: str) -> Answer:
    """The next key frame as 96 x 54 grey bytes."""
    with open_stream(url, user, password) as stream:
        frame = _key_frame(stream)
        if frame is None:
            return {"why": "no key frame"}, b""
        grey = frame.reformat(width=WIDTH, height=HEIGHT, format="gray").to_ndarray()
        return {"why": ""}, bytes(grey[:HEIGHT, :WIDTH].tobytes())


def _key_frame(stream: InputContainer) -> VideoFrame | None:
    video = stream.streams.video[0]
    video.thread_count = 1
    video.codec_context.skip_frame = "NONKEY"
    for number, packet in enumerate(stream.demux(video)):
        for frame in packet.decode():
            return frame
        if number > MOST_PACKETS:
            return None
    return None


def watch(url: str, user: str, password: str) -> Answer:
    """A picture to show, what the stream is, and the seconds from one key frame to the next."""
    with open_stream(url, user, password) as stream:
        video = stream.streams.video[0]
        video.thread_count = 1
        video.codec_context.skip_frame = "NONKEY"
        keys, shown, until = list[tuple[int, float]](), None, time.monotonic() + WATCH_S
        for number, packet in enumerate(stream.demux(video)):
            moment = _moment(packet, number)
            if packet.is_keyframe and moment is not None:
                keys.append((number, moment))
            for frame in packet.decode() if shown is None else ():
                shown = frame
            if (len(keys) > 1 and shown is not None) or time.monotonic() > until:
                break
        context, fps, every = video.codec_context, float(video.average_rate or video.guessed_rate or 0), None
        if len(keys) > 1 and keys[1][1] > keys[0][1]:
            every = keys[1][1] - keys[0][1]
            fps = (keys[1][0] - keys[0][0]) / every
        facts = {
            "why": "" if shown is not None else "no key frame", "codec": context.name, "width": context.width, "height": context.height,
            "fps": fps, "key_every_s": every,
        }  # fmt: skip
        return facts, _shown(shown)


def _moment(packet: "Packet[VideoStream]", number: int) -> float | None:
    """Seconds since the first packet, which itself comes without a time."""
    if packet.pts is not None and packet.time_base is not None:
        return float(packet.pts * packet.time_base)
    return 0.0 if number == 0 else None


def _shown(frame: VideoFrame | None) -> bytes:
    if frame is None:
        return b""
    high = min(max(round(SHOWN_WIDE * frame.height / frame.width), SHOWN_HIGH[0]), SHOWN_HIGH[1])
    return bytes(frame.reformat(width=SHOWN_WIDE, height=high, format="rgb24").to_ndarray().tobytes())


DEEDS = {"look": look, "watch": watch}


def answer(line: bytes) -> Answer:
    """One request answered; nothing that a stream does to us goes farther than this."""
    asked = orjson.loads(line)
    try:
        return DEEDS[asked["deed"]](asked["url"], asked["user"], asked["password"])
    except (av.error.HTTPUnauthorizedError, av.error.HTTPForbiddenError):
        return {"why": "password"}, b""
    except Exception:  # the edge of this process: the next one is looked at
        return {"why": "no picture"}, b""


def main() -> None:
    """Look until the input ends."""
    av.logging.set_level(av.logging.PANIC)
    for line in sys.stdin.buffer:
        facts, pixels = answer(line)
        words = orjson.dumps(facts)
        sys.stdout.buffer.write(struct.pack(">II", len(words), len(pixels)) + words + pixels)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()

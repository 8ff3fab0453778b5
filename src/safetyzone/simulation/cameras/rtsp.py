"""The words of RTSP 1.0 (RFC 2326) as a camera says them. Nothing here keeps state or opens anything."""

import asyncio
import base64
import hashlib
import hmac
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from safetyzone.simulation.cameras.clip import CLOCK_HZ, PAYLOAD_TYPE, Clip

LONGEST = 16_384
REASONS = {
    200: "OK", 302: "Moved Temporarily", 400: "Bad Request", 401: "Unauthorized", 404: "Not Found", 454: "Session Not Found",
    455: "Method Not Valid in This State", 461: "Unsupported Transport", 501: "Not Implemented", 503: "Service Unavailable",
}  # fmt: skip
REALM = "safetyzone pretend camera"
QUOTED = re.compile(r'(\w+)="([^"]*)"')
TRACK = "trackID=0"
PUBLIC = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, SET_PARAMETER, TEARDOWN"


class NotRtsp(ValueError):
    """What came is no request of RTSP."""


@dataclass(frozen=True)
class Request:
    """A request; names of headers are in small letters."""

    method: str
    url: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def code(self) -> str:
        """Which camera is meant: the first part of the path."""
        return urlsplit(self.url).path.strip("/").partition("/")[0]


async def read(reader: asyncio.StreamReader) -> Request:
    """The next request; what a player sends between its requests (interleaved reports) is passed over.

    Raises:
        NotRtsp: something else came.
        EOFError: nothing more comes.
    """
    while (first := await reader.readexactly(1)) == b"$":
        length = int.from_bytes((await reader.readexactly(3))[1:], "big")
        await reader.readexactly(length)
    try:
        head = (first + await reader.readuntil(b"\r\n\r\n")).decode("utf-8").lstrip()
        line, *rows = head.rstrip().split("\r\n")
        method, url, version = line.split(" ")
    except (asyncio.LimitOverrunError, ValueError) as wrong:
        raise NotRtsp from wrong
    if not version.startswith("RTSP/1."):
        raise NotRtsp
    headers = {name.strip().lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)}
    wanted = headers.get("content-length", "0")
    if not wanted.isdigit() or int(wanted) > LONGEST:
        raise NotRtsp
    return Request(method, url, headers, await reader.readexactly(int(wanted)))


def answer(status: int, request: Request, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """A response to a request."""
    said = {"CSeq": request.headers.get("cseq", "0"), "Server": "safetyzone-simulation", **(headers or {})}
    if body:
        said["Content-Length"] = str(len(body))
    rows = "".join(f"{name}: {value}\r\n" for name, value in said.items())
    return f"RTSP/1.0 {status} {REASONS[status]}\r\n{rows}\r\n".encode() + body


def proves(request: Request, *, user: str, password: str, nonce: str) -> bool:
    """Whether a request carries the digest (RFC 2617 without qop, as cameras ask for it) of this user and password."""
    kind, _, words = request.headers.get("authorization", "").partition(" ")
    said = dict(QUOTED.findall(words))
    if kind.lower() != "digest" or said.get("nonce") != nonce or said.get("username") != user:
        return False
    who, what = _md5(f"{user}:{REALM}:{password}"), _md5(f"{request.method}:{said.get('uri', '')}")
    return hmac.compare_digest(_md5(f"{who}:{nonce}:{what}"), said.get("response", ""))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # what the standard asks for, and cameras still use


def description(clip: Clip, *, with_sets: bool = True) -> bytes:
    """The SDP of a clip (RFC 6184, section 8.2; RFC 7798, section 7.2). Without the sets a player must find them in the stream."""
    coded = [base64.b64encode(one).decode() for one in clip.parameter_sets]
    if clip.codec == "h264":
        name, sets = "H264", f"sprop-parameter-sets={coded[0]},{coded[1]}"
        words = ["packetization-mode=1", f"profile-level-id={clip.parameter_sets[0][1:4].hex()}"]
    else:
        name, sets = "H265", f"sprop-vps={coded[0]};sprop-sps={coded[1]};sprop-pps={coded[2]}"
        words = []
    if with_sets:
        words.append(sets)
    rows = [
        "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=SIMULATED", "t=0 0", "a=control:*", f"m=video 0 RTP/AVP {PAYLOAD_TYPE}",
        "c=IN IP4 0.0.0.0", f"a=rtpmap:{PAYLOAD_TYPE} {name}/{CLOCK_HZ}", *([f"a=fmtp:{PAYLOAD_TYPE} {';'.join(words)}"] if words else []),
        f"a=framerate:{clip.fps:g}", f"a=control:{TRACK}", "",
    ]  # fmt: skip
    return "\r\n".join(rows).encode()

"""A camera that reads plates and says so in the metadata track of its stream: a server of RTSP with the wire format that cameras have.

``test_metadata.py`` has FFmpeg open it too, so that it is not only our own client that it agrees with.
"""

import asyncio
import base64
import contextlib
import hashlib
import re
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from safetyzone.simulation.cameras import rtsp
from safetyzone.simulation.cameras.rtsp import Request, answer

HEAD = b'<?xml version="1.0" encoding="UTF-8"?><tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema">'
PAYLOAD_TYPE, CHANNEL = 107, 4
USER, PASSWORD, REALM = "plates", 'a "word" of เธอ', "pretend LPR"
HASHES = {"MD5": hashlib.md5, "SHA-256": hashlib.sha256}
REPORT = struct.pack(">BBHIQIII", 0x80, 200, 6, 0x5AFE, 0, 0, 0, 0)
QUOTED = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"|(\w+)=([^\s",]+)')
SDP = """v=0\r
o=- 1 1 IN IP4 127.0.0.1\r
s=SIMULATED\r
t=0 0\r
a=control:{session}\r
m=video 0 RTP/AVP 96\r
a=rtpmap:96 H264/90000\r
a=control:trackID=1\r
m=application 0 RTP/AVP 98\r
a=rtpmap:98 vnd.example.telemetry/90000\r
a=control:trackID=2\r
m=application 0 RTP/AVP {number}\r
a=rtpmap:{number} {encoding}/90000\r
a=recvonly\r
a=control:{control}\r
"""


def document(plate: str, *, number: str = "12", sure: float = 0.97, at: str = "", more: str = "") -> bytes:
    """One frame with one vehicle, as a camera says it."""
    when = at or datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    seen = f"""<tt:VideoAnalytics><tt:Frame UtcTime="{when}"><tt:Transformation><tt:Translate x="-1" y="1"/>
<tt:Scale x="0.001" y="-0.002"/></tt:Transformation><tt:Object ObjectId="{number}"><tt:Appearance><tt:Shape>
<tt:BoundingBox left="100" top="200" right="300" bottom="260"/><tt:CenterOfGravity x="200" y="230"/></tt:Shape>
<tt:VehicleInfo><tt:Type Likelihood="0.9">Motorcycle</tt:Type></tt:VehicleInfo><tt:LicensePlateInfo>
<tt:PlateNumber Likelihood="{sure}">{plate}</tt:PlateNumber><tt:CountryCode Likelihood="0.9">TH</tt:CountryCode>
<tt:IssuingEntity Likelihood="0.8">ชลบุรี</tt:IssuingEntity></tt:LicensePlateInfo></tt:Appearance></tt:Object>{more}
</tt:Frame></tt:VideoAnalytics>"""
    return HEAD + seen.encode() + b"</tt:MetadataStream>"


def fragments(document: bytes, size: int, *, number: int, stamp: int, payload_type: int = PAYLOAD_TYPE) -> list[bytes]:
    """RTP packets, the last of them marked."""
    pieces = [document[n : n + size] for n in range(0, len(document), size)]
    return [
        struct.pack(">BBHII", 0x80, payload_type | (0x80 if n == len(pieces) - 1 else 0), (number + n) & 0xFFFF, stamp, 0x5AFE) + piece
        for n, piece in enumerate(pieces)
    ]


@dataclass
class MetadataCamera:
    """``refuses`` puts another answer in place of what a method would get. ``timeout_s``: a session that is not asked about ends."""

    algorithm: str = "MD5"
    qop: bool = True
    basic: bool = False
    open_to_all: bool = False
    timeout_s: int = 60
    encoding: str = "vnd.onvif.metadata"
    control: str = "trackID=metadata"
    session: str = "*"
    public: str = "OPTIONS, DESCRIBE, SETUP, PLAY, GET_PARAMETER, TEARDOWN"
    nonce_uses: int = 1000
    refuses: dict[str, Callable[[Request], bytes]] = field(default_factory=dict)
    port: int = 0
    tls: ssl.SSLContext | None = None
    asked: list[tuple[str, str]] = field(default_factory=list)
    connections: int = 0
    timed_out: int = 0
    _players: dict[asyncio.StreamWriter, float] = field(default_factory=dict)
    _tasks: "set[asyncio.Task[None]]" = field(default_factory=set)
    _number: int = 65_500
    """So that it soon begins at nought again."""
    _uses: dict[str, int] = field(default_factory=dict)
    """How often each nonce was answered; each challenge is a fresh one."""

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port, ssl=self.tls)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    @property
    def url(self) -> str:
        return f"{'rtsps' if self.tls else 'rtsp'}://127.0.0.1:{self.port}/live/1"

    @property
    def players(self) -> int:
        return len(self._players)

    def drop(self) -> None:
        """The cable is pulled."""
        for writer in list(self._players):
            writer.transport.abort()
        self._players.clear()

    def send(self, document: bytes, *, size: int = 200, without: int = -1, upto: int | None = None) -> None:
        """To all who play, in packets of this size; one of them lost on the way, or only so many sent."""
        packets = fragments(document, size, number=self._number, stamp=self._number)
        self._number = (self._number + len(packets)) & 0xFFFF
        for n, packet in enumerate(packets[:upto]):
            for writer in self._players:
                if n != without:
                    writer.write(struct.pack(">cBH", b"$", CHANNEL, len(packet)) + packet)
                    writer.write(struct.pack(">cBH", b"$", CHANNEL + 1, len(REPORT)) + REPORT)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        try:
            with contextlib.suppress(EOFError, ConnectionError, rtsp.NotRtsp):
                while True:
                    patience = self.timeout_s if writer in self._players else None
                    request = await asyncio.wait_for(rtsp.read(reader), patience)
                    self.asked.append((request.method, request.url))
                    writer.write(self.refuses[request.method](request) if request.method in self.refuses else self._answer(request, writer))
        except TimeoutError:
            self.timed_out += 1
        finally:
            self._players.pop(writer, None)
            self._tasks.discard(task)
            writer.close()

    def _answer(self, request: Request, writer: asyncio.StreamWriter) -> bytes:
        if request.method == "OPTIONS" and writer not in self._players:
            return answer(200, request, {"Public": self.public})
        if not self._proved(request):
            self._uses[f"n{len(self._uses)}"] = 0
            return answer(401, request, {"WWW-Authenticate": self._wants()})
        session = {"Session": f"S1;timeout={self.timeout_s}"}
        if request.method == "DESCRIBE":
            said = SDP.format(session=self.session, number=PAYLOAD_TYPE, encoding=self.encoding, control=self.control)
            return answer(200, request, {"Content-Base": f"{self.url}/", "Content-Type": "application/sdp"}, said.encode())
        if request.method == "SETUP":
            return self._set_up(request, session)
        if request.headers.get("session") != "S1":
            return answer(454, request)
        if request.method == "PLAY":
            self._players[writer] = 0.0
        return answer(200, request, session)

    def _set_up(self, request: Request, session: dict[str, str]) -> bytes:
        asked = request.headers["transport"]
        assert asked.startswith("RTP/AVP/TCP;unicast;interleaved=")
        if request.url.endswith("trackID=1"):  # the picture stands in the description alone
            return answer(404, request)
        channels = f"{CHANNEL}-{CHANNEL + 1}" if request.url.endswith(self.control) else asked.partition("=")[2]
        return answer(200, request, {**session, "Transport": f"RTP/AVP/TCP;unicast;interleaved={channels}"})

    def _wants(self) -> str:
        if self.basic:
            return f'Basic realm="{REALM}"'
        words = f'Digest realm="{REALM}", nonce="{list(self._uses)[-1]}", opaque="o", algorithm={self.algorithm}'
        return words + (', qop="auth,auth-int"' if self.qop else "")

    def _proved(self, request: Request) -> bool:
        """RFC 7616, section 3.4.1, written a second time and not taken from the client."""
        kind, _, words = request.headers.get("authorization", "").partition(" ")
        if self.open_to_all:
            return True
        if self.basic:
            return kind == "Basic" and words == base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        said = {a or c: re.sub(r"\\(.)", r"\1", b or d) for a, b, c, d in QUOTED.findall(words)}
        nonce = said.get("nonce", "")
        self._uses |= {nonce: self._uses[nonce] + 1} if nonce in self._uses else {}
        if kind != "Digest" or said.get("username") != USER or not 0 < self._uses.get(nonce, 0) <= self.nonce_uses:
            return False

        def hashed(text: str) -> str:
            return HASHES[self.algorithm](text.encode()).hexdigest()

        parts = [hashed(f"{USER}:{REALM}:{PASSWORD}"), nonce, hashed(f"{request.method}:{request.url}")]
        if self.qop:
            assert int(said["nc"], 16) == self._uses[nonce]
            parts[2:2] = [said["nc"], said["cnonce"], "auth"]
        return said["uri"] == request.url and said["response"] == hashed(":".join(parts))

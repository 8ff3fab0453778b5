"""A player of a few lines: says requests of RTSP and reads what comes, so that a test sees each byte."""

import asyncio
import struct
from dataclasses import dataclass, field

TCP = "RTP/AVP/TCP;unicast;interleaved=0-1"


@dataclass
class Packet:
    channel: int
    raw: bytes

    @property
    def number(self) -> int:
        return struct.unpack_from(">H", self.raw, 2)[0]

    @property
    def time(self) -> int:
        return struct.unpack_from(">I", self.raw, 4)[0]

    @property
    def marked(self) -> bool:
        return bool(self.raw[1] & 0x80)

    @property
    def payload(self) -> bytes:
        return self.raw[12:]


@dataclass
class Player:
    """One connection."""

    url: str
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    session: str = ""
    count: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    @classmethod
    async def to(cls, url: str) -> "Player":
        host, _, port = url.split("/")[2].partition(":")
        return cls(url, *await asyncio.open_connection(host, int(port)))

    async def ask(self, method: str, url: str = "", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
        """Status and body of the answer; its headers lie in ``headers``."""
        self.count += 1
        said = {"CSeq": str(self.count), **headers, **({"Session": self.session} if self.session else {})}
        said |= {"Content-Length": str(len(body))} if body else {}
        rows = "".join(f"{name}: {value}\r\n" for name, value in said.items())
        self.writer.write(f"{method} {url or self.url} RTSP/1.0\r\n{rows}\r\n".encode() + body)
        while (first := await self.reader.readexactly(1)) == b"$":
            await self.reader.readexactly(int.from_bytes((await self.reader.readexactly(3))[1:], "big"))
        head = (first + await self.reader.readuntil(b"\r\n\r\n")).decode()
        self.headers = dict(row.split(": ", 1) for row in head.split("\r\n")[1:] if row)
        assert self.headers["CSeq"] == str(self.count)
        return int(head.split(" ")[1]), await self.reader.readexactly(int(self.headers.get("Content-Length", 0)))

    async def play(self) -> None:
        """SETUP and PLAY."""
        assert (await self.ask("SETUP", f"{self.url}/trackID=0", Transport=TCP))[0] == 200
        self.session = self.headers["Session"].partition(";")[0]
        assert (await self.ask("PLAY"))[0] == 200

    async def packet(self, within_s: float = 3.0) -> Packet:
        async with asyncio.timeout(within_s):
            head = await self.reader.readexactly(4)
            assert head[:1] == b"$"
            return Packet(head[1], await self.reader.readexactly(int.from_bytes(head[2:], "big")))

    async def until_cut(self, within_s: float = 3.0) -> None:
        """Read on; IncompleteReadError or ConnectionError when the camera hangs up, TimeoutError when nothing comes for so long."""
        while True:
            await self.packet(within_s)

    async def frame(self, within_s: float = 3.0) -> list[Packet]:
        """Packets up to and with the marked one."""
        out = [await self.packet(within_s)]
        while not out[-1].marked:
            out.append(await self.packet(within_s))
        return out


def nals(packets: list[Packet]) -> list[bytes]:
    """What a receiver of RFC 6184 puts together."""
    out: list[bytes] = []
    for payload in (packet.payload for packet in packets):
        if payload[0] & 0x1F != 28:
            out.append(payload)
        elif payload[1] & 0x80:
            out.append(bytes([payload[0] & 0xE0 | payload[1] & 0x1F]) + payload[2:])
        else:
            out[-1] += payload[2:]
    return out


def is_key(packets: list[Packet]) -> bool:
    return any(nal[0] & 0x1F == 5 for nal in nals(packets))

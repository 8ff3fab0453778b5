"""A player of one track: what a camera says in words beside its picture (RTSP 1.0, RFC 2326, all on one connection).

FFmpeg, which opens cameras everywhere else here, hands out such a track in pieces without the mark that says where a document ends, and
keeps no session alive in which nothing comes: a street without cars would be lost every minute. So this is spoken here, and no more of it
than that: the connection goes to the number that was checked and never anywhere else, whatever a camera answers.
"""

import asyncio
import re
import secrets
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

from safetyzone.programs.vision.adapters import digest
from safetyzone.senses.cameras.addresses import Checked

WITHIN_S = 8.0
LONGEST_HEAD, LONGEST_BODY, LONGEST_URL = 16_384, 65_536, 600
MOST_BYTES_A_SECOND = 2_000_000
"""Of one camera. Thirty documents a second of usual size are a twentieth of it; a flood must not take the program's time from others."""
USUAL_TIMEOUT_S = 60.0
ENCODING = "vnd.onvif.metadata"
_PLAIN = re.compile(r"[!-~]+")
_STATUS = re.compile(r"RTSP/1\.\d (\d{3})(?: |$)")
OK, MULTIPLE_CHOICES, BAD_REQUEST, UNAUTHORIZED, SESSION_NOT_FOUND = 200, 300, 400, 401, 454


class Trouble(Exception):
    """Why there is no track to be had. ``name``: not_rtsp, denied, redirected, refused, no_metadata, too_much."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Reply:
    """What a camera answered; names of headers in small letters, each with all that was said under it."""

    status: int
    headers: dict[str, list[str]]
    body: bytes = field(repr=False)

    def said(self, name: str) -> str:
        """The first of these headers; empty where there is none."""
        return self.headers.get(name, [""])[0]


@dataclass(frozen=True, slots=True)
class Track:
    """Where the words are: what to set up, what to play, and by which number its packets are known."""

    control: str
    plays: str
    payload_type: int


def track(sdp: str, base: str) -> Track:
    """The track of metadata in a description (RFC 4566). Raises Trouble: there is none, or one that is packed."""
    session = ""
    found: dict[str, str] | None = None
    current: dict[str, str] | None = None
    for line in sdp.splitlines():
        kind, _, said = line.strip().partition("=")
        if kind == "m":
            words = said.split()
            current = {"types": " ".join(words[3:])} if words[:1] == ["application"] else {}
        elif kind == "a" and said.startswith("control:"):
            control = said[8:].strip().removeprefix("*")
            if current is None:
                session = control
            elif current:
                current["control"] = control
        elif kind == "a" and current and said.startswith("rtpmap:"):
            number, _, encoding = said[7:].partition(" ")
            if encoding.strip().lower().partition("/")[0] == ENCODING and number.isdecimal() and number in current["types"].split():
                current["type"] = number
                found = found or current
    if found is None:
        raise Trouble("no_metadata")
    plays = within(base, session)
    return Track(within(plays, found.get("control", "")), plays, int(found["type"]))


def within(base: str, control: str) -> str:
    """A control's address (RFC 2326, C.1.1), put behind the base as cameras expect it. Raises Trouble for one that is no word of RTSP."""
    found = control if "://" in control else f"{base.rstrip('/')}/{control}" if control else base
    if len(found) > LONGEST_URL or not _PLAIN.fullmatch(found) or '"' in found:
        raise Trouble("not_rtsp")
    return found


class Session:
    """One connection, from the description to the last packet."""

    def __init__(self, place: Checked, user: str, password: str, streams: tuple[asyncio.StreamReader, asyncio.StreamWriter]) -> None:
        self.place, self._user, self._password = place, user, password
        self._reader, self._writer = streams
        self._number = self._used = 0
        self._challenge: digest.Challenge | None = None
        self._session, self._plays, self._channel = "", "", 0
        self._alive_every_s = USUAL_TIMEOUT_S / 2
        self._alive_by, self._may_ask_again = "OPTIONS", False
        self.payload_type = -1
        self._second, self._came = 0, 0

    # ------------------------------------------------------------------ questions and answers

    async def begin(self) -> None:
        """Until it plays. Raises Trouble, OSError, EOFError or TimeoutError."""
        async with asyncio.timeout(WITHIN_S):
            offers = await self._ask("OPTIONS", self.place.url)
            self._alive_by = "GET_PARAMETER" if "GET_PARAMETER" in offers.said("public") else "OPTIONS"
            described = await self._ask("DESCRIBE", self.place.url, Accept="application/sdp")
            base = described.said("content-base") or described.said("content-location") or self.place.url
            found = track(described.body.decode("utf-8", "replace"), base)
            self.payload_type = found.payload_type
            ready = await self._ask("SETUP", found.control, Transport="RTP/AVP/TCP;unicast;interleaved=0-1")
            self._keep(ready)
            self._plays = found.plays
            await self._ask("PLAY", found.plays, Range="npt=0.000-")

    def _keep(self, ready: Reply) -> None:
        """The name of the session, how long it lives unasked, and the channel of its packets."""
        self._session, _, rest = ready.said("session").partition(";")
        if not _PLAIN.fullmatch(self._session):
            raise Trouble("not_rtsp")
        if lives := re.search(r"timeout=(\d{1,5})", rest):
            self._alive_every_s = min(30.0, max(1.0, int(lives[1]) / 2))
        if channel := re.search(r"interleaved=(\d{1,3})", ready.said("transport")):
            self._channel = int(channel[1])

    async def _ask(self, method: str, url: str, **headers: str) -> Reply:
        """Asked once, and once more with the proof that is wanted. OPTIONS may be refused, as some do before they know who asks."""
        for again in (False, True):
            self._say(method, url, **headers)
            await self._writer.drain()
            reply = await self._reply()
            if reply.status != UNAUTHORIZED:
                break
            self._challenge, self._used = digest.challenge(reply.headers.get("www-authenticate", [])), 0
            if again or self._challenge is None or not self._user:
                raise Trouble("denied")
        if MULTIPLE_CHOICES <= reply.status < BAD_REQUEST:
            raise Trouble("redirected")
        if reply.status != OK and method != "OPTIONS":
            raise Trouble("refused")
        return reply

    def _say(self, method: str, url: str, **headers: str) -> None:
        self._number += 1
        rows = {"CSeq": str(self._number), "User-Agent": "safetyzone", **({"Session": self._session} if self._session else {}), **headers}
        if self._challenge:
            self._used += 1
            rows["Authorization"] = digest.answer(
                self._challenge, user=self._user, password=self._password, method=method, uri=url, count=self._used,
                ours=secrets.token_hex(8),
            )  # fmt: skip
        said = "".join(f"{name}: {value}\r\n" for name, value in rows.items())
        self._writer.write(f"{method} {url} RTSP/1.0\r\n{said}\r\n".encode())

    async def _reply(self) -> Reply:
        """The answer to the last question; packets and the camera's own questions before it are passed over."""
        while True:
            came = await self._next()
            if isinstance(came, Reply) and came.said("cseq") in ("", str(self._number)):
                return came

    async def _next(self) -> Reply | tuple[int, bytes] | None:
        """A packet with its channel, an answer, or None for a question that a camera asked. Raises Trouble where it is neither."""
        first = await self._reader.readexactly(1)
        if first == b"$":
            head = await self._reader.readexactly(3)
            packet = await self._reader.readexactly(int.from_bytes(head[1:], "big"))
            self._count(len(packet))
            return head[0], packet
        try:
            head = first + await self._reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError as wrong:
            raise Trouble("not_rtsp") from wrong
        line, *rows = head.decode("utf-8", "replace").strip().split("\r\n")
        headers: dict[str, list[str]] = {}
        for name, _, value in (row.partition(":") for row in rows):
            headers.setdefault(name.strip().lower(), []).append(value.strip())
        length = headers.get("content-length", ["0"])[0]
        if not (length.isascii() and length.isdigit()) or len(length) > 6 or int(length) > LONGEST_BODY or "RTSP/1." not in line:  # noqa: PLR2004
            raise Trouble("not_rtsp")
        body = await self._reader.readexactly(int(length))
        self._count(len(head) + len(body))
        status = _STATUS.match(line)
        return Reply(int(status[1]), headers, body) if status else None

    def _count(self, size: int) -> None:
        second = int(time.monotonic())
        self._came = size if second != self._second else self._came + size
        self._second = second
        if self._came > MOST_BYTES_A_SECOND:
            raise Trouble("too_much")

    # ------------------------------------------------------------------ the track

    async def packets(self) -> AsyncIterator[bytes]:
        """RTP as it comes, until the camera ends it. Raises Trouble, OSError, EOFError; TimeoutError where not even asking is answered."""
        alive = asyncio.create_task(self._stay())
        try:
            while True:
                async with asyncio.timeout(2 * self._alive_every_s + WITHIN_S):
                    came = await self._next()
                if isinstance(came, Reply):
                    if came.status == SESSION_NOT_FOUND:
                        return
                    if came.status == UNAUTHORIZED and self._may_ask_again:  # its nonce has grown old
                        self._challenge, self._used = digest.challenge(came.headers.get("www-authenticate", [])), 0
                        self._may_ask_again = False
                        self._say(self._alive_by, self._plays)
                elif came is not None and came[0] == self._channel:
                    yield came[1]
        finally:
            alive.cancel()

    async def _stay(self) -> None:
        """A session that nobody asks about is ended by the camera."""
        while True:
            await asyncio.sleep(self._alive_every_s)
            self._may_ask_again = True
            self._say(self._alive_by, self._plays)

    async def end(self) -> None:
        """Say so, and wait for nobody."""
        with suppress(OSError, TimeoutError):
            if self._session:
                self._say("TEARDOWN", self._plays)
                async with asyncio.timeout(0.5):
                    await self._writer.drain()
        self._writer.close()


@asynccontextmanager
async def playing(place: Checked, user: str, password: str) -> AsyncIterator[Session]:
    """A session that plays, ended with the block. Raises Trouble, OSError, EOFError or TimeoutError."""
    context = None
    if place.scheme == "rtsps":  # cameras sign their own certificates; the password is never sent, only its digest
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    async with asyncio.timeout(WITHIN_S):
        streams = await asyncio.open_connection(place.number, place.port, ssl=context, limit=LONGEST_HEAD)
    session = Session(place, user, password, streams)
    try:
        await session.begin()
        yield session
    finally:
        await session.end()

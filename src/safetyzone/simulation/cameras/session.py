"""One player's conversation with a pretend camera, and the frames that it gets."""

import asyncio
import contextlib
import random
import secrets
import struct
import time
from typing import TYPE_CHECKING

from safetyzone.simulation.cameras import rtsp
from safetyzone.simulation.cameras.clip import Frame
from safetyzone.simulation.cameras.faults import Fault
from safetyzone.simulation.cameras.feed import Feed, allowance
from safetyzone.simulation.cameras.rtsp import Request, answer

if TYPE_CHECKING:
    from safetyzone.simulation.cameras.server import Camera, Cameras

TIMEOUT_S = 60
"""Told to players, who then ask now and then; a session ends with its connection and not before."""
REPORT_EVERY_S = 5.0
REPORT = struct.Struct(">BBHBBHIIIIII")
SINCE_1900_S = 2_208_988_800
RTP_HEAD = 16
"""Interleaved head and RTP header: what CORRUPT leaves as it is."""
GARBAGE = bytes(range(1, 200)) * 5


class Session:
    """A connection. It may ask about several cameras, and plays one."""

    def __init__(self, cameras: "Cameras", reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.cameras, self.reader, self.writer = cameras, reader, writer
        self.number, self.nonce = secrets.token_hex(4), secrets.token_hex(8)
        self.camera: Camera | None = None
        self.feed: Feed | None = None
        self.too_slow_at = 0
        self.waits_for_key = False
        self.played_at = self.reported_at = 0.0
        self.chance = random.Random(self.number)

    # ------------------------------------------------------------------ the conversation

    async def converse(self) -> None:
        """Until either side ends it."""
        with contextlib.suppress(EOFError, ConnectionError, rtsp.NotRtsp):
            while not self.writer.is_closing():
                request = await rtsp.read(self.reader)
                said = await self._answer(request)
                self.writer.write(said)
                await self.writer.drain()
                if request.method == "TEARDOWN":
                    break
                if request.method == "PLAY" and said.startswith(b"RTSP/1.0 200"):
                    self._play()

    def end(self) -> None:
        """No more frames, and the connection is cut without waiting for what was not taken."""
        if self.feed is not None:
            self.feed.remove(self)
        self.writer.transport.abort()

    async def _answer(self, request: Request) -> bytes:
        camera = self.cameras.get(request.code)
        if camera is not None and request.method == "SET_PARAMETER" and request.body:
            return self.cameras.told(request)
        if camera is not None and camera.trouble is not None and camera.trouble.kind is Fault.GARBAGE:
            return GARBAGE
        if request.method == "OPTIONS":
            return answer(200, request, {"Public": rtsp.PUBLIC})
        if camera is None:
            return answer(404, request)
        return self._refused(request, camera) or await self._do(request, camera)

    def _refused(self, request: Request, camera: "Camera") -> bytes:
        """What a camera says that does not do as it is asked; empty when it does."""
        trouble = camera.trouble
        if trouble is not None and trouble.kind is Fault.REDIRECT:
            return answer(302, request, {"Location": trouble.where})
        known = not camera.user or rtsp.proves(request, user=camera.user, password=camera.password, nonce=self.nonce)
        if not known or (trouble is not None and trouble.kind is Fault.UNAUTHORIZED):
            return answer(401, request, {"WWW-Authenticate": f'Digest realm="{rtsp.REALM}", nonce="{self.nonce}"'})
        return b""

    async def _do(self, request: Request, camera: "Camera") -> bytes:
        match request.method:
            case "DESCRIBE":
                return await self._describe(request, camera)
            case "SETUP":
                return await self._set_up(request, camera)
            case "GET_PARAMETER" | "SET_PARAMETER" if self.feed is None:
                return answer(200, request)
            case "PLAY" | "GET_PARAMETER" | "SET_PARAMETER" | "TEARDOWN":
                return await self._in_session(request, camera)
        return answer(501, request)

    async def _in_session(self, request: Request, camera: "Camera") -> bytes:
        if self.feed is None or request.headers.get("session", "").partition(";")[0] != self.number:
            return answer(454, request)
        headers = {"Session": f"{self.number};timeout={TIMEOUT_S}"}
        if request.method == "PLAY" and camera.trouble is not None and camera.trouble.kind is Fault.SILENCE:
            await asyncio.Event().wait()  # for as long as the player has patience
        if request.method == "PLAY" and not self.played_at:
            count = self.feed.upcoming(asyncio.get_running_loop().time())
            begins = self.feed.next_key(count) if camera.on_play == "next_key" else self.feed.last_key(count - 1)
            number, stamp = self.feed.number_and_time(begins)
            headers["Range"] = "npt=now-"
            headers["RTP-Info"] = f"url={request.url.rstrip('/')}/{rtsp.TRACK};seq={number};rtptime={stamp}"
        return answer(200, request, headers)

    async def _describe(self, request: Request, camera: "Camera") -> bytes:
        try:
            clip = (await camera.feed()).clip
        except (OSError, ValueError):
            return answer(503, request)
        if camera.trouble and camera.trouble.kind is Fault.WRONG_SDP:
            body = WRONG_SDP
        else:
            body = rtsp.description(clip, with_sets=not (camera.trouble and camera.trouble.kind is Fault.BARE_SDP))
        return answer(200, request, {"Content-Base": request.url.rstrip("/") + "/", "Content-Type": "application/sdp"}, body)

    async def _set_up(self, request: Request, camera: "Camera") -> bytes:
        if "RTP/AVP/TCP" not in request.headers.get("transport", ""):
            return answer(461, request)
        if self.played_at:
            return answer(455, request)
        try:
            self.camera, self.feed = camera, await camera.feed()
        except (OSError, ValueError):
            return answer(503, request)
        self.too_slow_at = allowance(self.feed.clip)
        camera.sessions.add(self)
        return answer(
            200, request, {"Session": f"{self.number};timeout={TIMEOUT_S}", "Transport": "RTP/AVP/TCP;unicast;interleaved=0-1"}
        )

    def _play(self) -> None:
        if self.feed is not None and self.camera is not None and not self.played_at:
            self.played_at = time.monotonic()
            self.waits_for_key = self.camera.on_play == "next_key"
            self.feed.add(self, at_once=self.camera.on_play == "at_once")

    # ------------------------------------------------------------------ the frames

    def take(self, wire: bytes, frame: Frame) -> None:
        """Send one frame, unless the camera has a fault that says otherwise."""
        camera = self.camera
        if camera is None:
            return
        if camera.trouble is not None and not self._in_trouble(frame):
            return
        if self.waits_for_key:
            if not frame.key:
                return
            self.waits_for_key = False
        transport = self.writer.transport
        if transport.get_write_buffer_size() > self.too_slow_at:
            self.end()
            return
        if camera.trouble is not None and camera.trouble.kind is Fault.CORRUPT:
            wire = self._corrupt(wire, frame)
        transport.write(wire)
        if camera.reports:
            self._report(wire)

    def _in_trouble(self, frame: Frame) -> bool:
        """Whether this frame is sent all the same."""
        trouble = self.camera.trouble if self.camera else None
        if trouble is None:
            return True
        if trouble.kind is Fault.STALL:
            self.waits_for_key = True
            return False
        now = time.monotonic()
        if trouble.kind is Fault.NO_KEY and now < trouble.over_at:
            self.waits_for_key = False
            return not frame.key
        if trouble.kind is Fault.DROP and now - self.played_at > trouble.seconds:
            self.end()
            return False
        return True

    def _corrupt(self, wire: bytes, frame: Frame) -> bytes:
        broken = bytearray(wire)
        for begin, following in zip(frame.packets, (*frame.packets[1:], len(wire)), strict=True):
            if self.chance.random() < 0.1 and following - begin > RTP_HEAD + 2:
                for _ in range(4):
                    broken[self.chance.randrange(begin + RTP_HEAD + 2, following)] ^= self.chance.randrange(1, 256)
        return bytes(broken)

    def _report(self, wire: bytes) -> None:
        """Now and then which wall clock belongs to which time of the stream (RFC 3550, section 6.4.1)."""
        now = time.monotonic()
        if now - self.reported_at < REPORT_EVERY_S:
            return
        self.reported_at = now
        wall = time.time() + SINCE_1900_S
        stamp, source = struct.unpack_from(">II", wire, 8)
        fraction = int((wall % 1) * 2**32)
        self.writer.transport.write(REPORT.pack(0x24, 1, 28, 0x80, 200, 6, source, int(wall), fraction, stamp, 0, 0))


WRONG_SDP = b"\r\n".join(
    [
        b"v=0", b"o=- 1 1 IN IP4 127.0.0.1", b"s=SIMULATED", b"t=0 0", b"m=video 0 RTP/AVP 26", b"a=rtpmap:97 H263-1998/8000",
        b"a=fmtp:97 sprop-parameter-sets=!!!,====;packetization-mode=9", b"a=control:trackID=0", b"",
    ]
)  # fmt: skip
"""JPEG by its number, H.263 by its name, sets that are no base64, and H.264 is sent."""

"""A video program as it runs, before real RTSP cameras and a web that says what the test wants it to say."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import orjson
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from websockets.asyncio.client import ClientConnection, connect

from safetyzone.contracts.video import INIT, KEY, PART, Ticket, internal_key, session_mark, sign, ticket_key
from safetyzone.simulation.cameras import Cameras

MASTER = b"only-for-tests-" * 3
SESSION = "a-session-of-the-tests"
PATIENCE_S = 20.0


@dataclass
class Web:
    """What the web says of cameras and looks."""

    pulls: list[dict[str, Any]] = field(default_factory=list)
    close: list[dict[str, Any]] = field(default_factory=list)
    told: list[dict[str, Any]] = field(default_factory=list)
    spans: list[dict[str, Any]] = field(default_factory=list)
    away: bool = False

    def application(self) -> Starlette:
        """The three questions of the video program, and a page that comes from where its pages come from."""
        return Starlette(
            routes=[
                Route("/", lambda request: HTMLResponse("<!doctype html><meta charset='utf-8'><title>.</title><body>")),
                Route("/video/pulls", self._pulls),
                Route("/video/standing", self._standing, methods=["POST"]),
                Route("/video/activity", self._activity, methods=["POST"]),
            ]
        )

    def _known(self, request: Request) -> bool:
        return not self.away and request.headers.get("X-Video-Key") == internal_key(MASTER)

    async def _pulls(self, request: Request) -> Response:
        return JSONResponse(self.pulls) if self._known(request) else Response(status_code=503)

    async def _standing(self, request: Request) -> Response:
        if not self._known(request):
            return Response(status_code=503)
        self.told += (await request.json())["looks"]
        return JSONResponse({"close": self.close})

    async def _activity(self, request: Request) -> Response:
        self.spans += await request.json()
        return Response(status_code=204)


@dataclass
class Running:
    """The program, its cameras and its web."""

    url: str
    web: Web
    cameras: Cameras
    loop: asyncio.AbstractEventLoop
    process: "subprocess.Popen[bytes]"
    state: Path
    environment: dict[str, str]
    looks: int = 0

    def pull(self, *codes: str, hours: float = 1.0, **more: Any) -> None:
        """Let the web name these cameras."""
        self.web.pulls = [
            {"code": code, "address": self.cameras.url(code), "record_hours": hours, "disk_class": "police", **more} for code in codes
        ]

    def add(self, code: str, clip: Path, **how: Any) -> None:
        """One more camera."""
        asyncio.run_coroutine_threadsafe(self.cameras.add(code, clip, **how), self.loop).result(PATIENCE_S)

    def fault(self, code: str, kind: str | None, **how: Any) -> None:
        """Something goes wrong with a camera."""
        self.loop.call_soon_threadsafe(lambda: self.cameras.fault(code, kind, **how))

    def ticket(self, camera: str, **more: Any) -> str:
        """A good ticket, unless told otherwise."""
        self.looks += 1
        said = {
            "viewer": "somchai", "name": "ร.ต.อ. สมชาย (สมมุติ)", "session": session_mark(SESSION), "camera": camera, "mode": "live",
            "look": self.looks, "expires": int(time.time()) + 60, **more,
        }  # fmt: skip
        return sign(Ticket(**said), ticket_key(MASTER))

    def channel(self, *, session: str = SESSION, origin: str = "") -> connect:
        """A window's channel."""
        headers, origin = {"Cookie": f"session={session}"}, origin or self.environment["SAFETYZONE_PUBLIC_URL"]
        return connect(f"{self.url.replace('http', 'ws')}/live", origin=origin, additional_headers=headers, max_size=None)  # type: ignore[arg-type]

    def get(self, path: str, **query: Any) -> httpx.Response:
        """A request of the browser."""
        return httpx.get(f"{self.url}{path}", params=query, cookies={"session": SESSION}, timeout=10)

    def states(self) -> dict[str, dict[str, Any]]:
        """How every camera is; nothing while the program is not there."""
        try:
            said = httpx.get(f"{self.url}/state", headers={"X-Video-Key": internal_key(MASTER)}).json()
        except httpx.HTTPError:
            return {}
        return {each["camera"]: each for each in said}

    def until(self, holds: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
        """What holds at last."""
        end = time.monotonic() + within_s
        while not (found := holds()):
            assert time.monotonic() < end, self.states()
            time.sleep(0.05)
        return found

    def plays(self, *codes: str) -> None:
        """Wait until these play."""
        self.until(lambda: all(self.states().get(code, {}).get("why") == "playing" for code in codes))


async def open_tiles(channel: ClientConnection, *tickets: str, mode: str = "live") -> None:
    """Ask for tiles, numbered from 0."""
    await channel.send(orjson.dumps({"open": [{"tile": n, "ticket": each, "mode": mode} for n, each in enumerate(tickets)]}).decode())


@dataclass
class Seen:
    """What a window has been sent."""

    texts: list[dict[str, Any]] = field(default_factory=list)
    parts: list[tuple[int, int, int, bytes]] = field(default_factory=list)

    def of(self, tile: int) -> bytes:
        """The stream of a tile, as a browser appends it."""
        return b"".join(payload for number, _, _, payload in self.parts if number == tile)

    def keys(self, tile: int) -> int:
        """Key fragments of a tile."""
        return sum(1 for number, kind, _, _ in self.parts if number == tile and kind == KEY)

    def inits(self, tile: int) -> int:
        """Init parts of a tile."""
        return sum(1 for number, kind, _, _ in self.parts if number == tile and kind == INIT)


async def see(channel: ClientConnection, enough: Callable[[Seen], Any], within_s: float = PATIENCE_S, seen: Seen | None = None) -> Seen:
    """Read the channel until there is enough."""
    seen = Seen() if seen is None else seen
    async with asyncio.timeout(within_s):
        while not enough(seen):
            message = await channel.recv()
            if isinstance(message, str):
                seen.texts.append(orjson.loads(message))
                continue
            at = 0
            while at < len(message):
                tile, kind, _, length, ms = PART.unpack_from(message, at)
                at += PART.size
                seen.parts.append((tile, kind, ms, message[at : at + length]))
                at += length
    return seen


@contextmanager
def served(application: Starlette, port: int) -> Iterator[None]:
    """An application in a thread, until the block ends."""
    server = uvicorn.Server(uvicorn.Config(application, port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(5)


@contextmanager
def cameras() -> Iterator[tuple[Cameras, asyncio.AbstractEventLoop]]:
    """A camera server in a thread of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = Cameras()
    asyncio.run_coroutine_threadsafe(server.__aenter__(), loop).result(5)
    try:
        yield server, loop
    finally:
        asyncio.run_coroutine_threadsafe(server.__aexit__(None, None, None), loop).result(5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def environment(state: Path, *, web: int, video: int) -> dict[str, str]:
    """The settings of the program."""
    return {
        **os.environ, "SAFETYZONE_STATE": str(state), "SAFETYZONE_SECRET_KEY": MASTER.decode(), "SAFETYZONE_WEB_PORT": str(web),
        "SAFETYZONE_VIDEO_PORT": str(video), "SAFETYZONE_PUBLIC_URL": f"http://127.0.0.1:{web}",
        "SAFETYZONE_CAMERA_NETWORKS": '["127.0.0.0/8"]',
    }  # fmt: skip


@contextmanager
def running(state: Path, free_port: Callable[[], int], web: Web | None = None) -> Iterator[Running]:
    """All of it, until the block ends."""
    web, ports = web or Web(), (free_port(), free_port())
    with served(web.application(), ports[0]), cameras() as (server, loop):
        settings = environment(state, web=ports[0], video=ports[1])
        process = subprocess.Popen([sys.executable, "-m", "safetyzone", "video"], env=settings, stdout=subprocess.DEVNULL)
        here = Running(f"http://127.0.0.1:{ports[1]}", web, server, loop, process, state, settings)
        try:
            here.until(lambda: _answers(here.url))
            yield here
        finally:
            here.process.terminate()
            here.process.wait(10)


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", timeout=1).status_code == 200
    except httpx.HTTPError:
        return False

"""Many pretend cameras at one port, told apart by path: ``rtsp://127.0.0.1:PORT/CODE``.

aio-rtsp-toolkit, which the tests use as a player, has a file server too; it reads every file in a thread of one pool for every session and
stands still from about six sessions on. Here a frame's bytes are built once and written to all who watch: 100 players of 2.5 Mbit/s take
a small part of one processor.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from safetyzone.simulation.cameras import rtsp
from safetyzone.simulation.cameras.clip import Clip, read_clip
from safetyzone.simulation.cameras.faults import IN_THE_ANSWERS, SECONDS, Fault, Trouble
from safetyzone.simulation.cameras.feed import Feed
from safetyzone.simulation.cameras.session import Session

OnPlay = Literal["next_key", "at_once"]
ELSEWHERE = "rtsp://192.0.2.1/elsewhere"
"""An address for documentation (RFC 5737): nobody is there."""
Lazy = Callable[[], Awaitable[Path]]
"""A clip that is made when somebody first asks for it."""


class Camera:
    """One camera: what it plays, who may see it, what is wrong with it."""

    def __init__(self, make: Callable[[], Awaitable[Feed]], *, on_play: OnPlay, user: str, password: str, reports: bool) -> None:
        self.on_play, self.user, self.password, self.reports = on_play, user, password, reports
        self.trouble: Trouble | None = None
        self.sessions: set[Session] = set()
        self._make = make
        self._feed: asyncio.Task[Feed] | None = None

    async def feed(self) -> Feed:
        """What it plays, loaded at the first question. Raises OSError or ValueError where the clip cannot be had; the next asks again."""
        if self._feed is None or (self._feed.done() and (self._feed.cancelled() or self._feed.exception() is not None)):
            self._feed = asyncio.ensure_future(self._make())
        return await asyncio.shield(self._feed)


async def _made(make: Callable[[], Awaitable[Feed]]) -> Feed:
    return await make()


class Cameras:
    """The server. Use it as ``async with Cameras(host, port) as cameras``; port 0 takes a free one."""

    def __init__(self, host: str = "127.0.0.1", port: int = 0) -> None:
        self.host, self.port = host, port
        self._cameras: dict[str, Camera] = {}
        self._feeds: dict[Path, asyncio.Task[Feed]] = {}
        self._sessions: dict[Session, asyncio.Task[None]] = {}
        self._server: asyncio.Server | None = None

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, self.host, self.port, limit=rtsp.LONGEST, backlog=512)
        self.port = int(self._server.sockets[0].getsockname()[1])
        return self

    async def __aexit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._server is not None:
            self._server.close()
        for session, task in list(self._sessions.items()):
            session.end()
            task.cancel()
        await asyncio.gather(*self._sessions.values(), return_exceptions=True)

    # ------------------------------------------------------------------ the cameras

    def url(self, code: str) -> str:
        """A camera's address."""
        return f"rtsp://{self.host}:{self.port}/{code}"

    def get(self, code: str) -> Camera | None:
        """A camera by its code."""
        return self._cameras.get(code)

    async def add(
        self, code: str, clip: Path | Lazy, *, on_play: OnPlay = "next_key", user: str = "", password: str = "",
        fault: Fault | str | None = None, reports: bool = False,
    ) -> None:  # fmt: skip
        """A camera that plays a clip. Cameras with the same file share one timeline.

        Raises:
            OSError, NotAClip: a file that is named cannot be played; one that is yet to be made is asked for when somebody comes.
        """

        async def make() -> Feed:
            return await self._feed(clip if isinstance(clip, Path) else await clip())

        camera = Camera(make, on_play=on_play, user=user, password=password, reports=reports)
        if isinstance(clip, Path):
            await camera.feed()
        self._cameras[code] = camera
        if fault:
            self.fault(code, fault)

    def fault(self, code: str, kind: Fault | str | None, *, seconds: float | None = None, where: str = ELSEWHERE) -> None:
        """Something goes wrong with a camera from now on; None: all is well again. Raises KeyError and ValueError for what is not known."""
        camera = self._cameras[code]
        was = camera.trouble
        if not kind:
            camera.trouble = None
        else:
            known = Fault(kind)
            camera.trouble = Trouble(known, time.monotonic(), SECONDS.get(known, 0.0) if seconds is None else seconds, where)
        if any(one is not None and one.kind in IN_THE_ANSWERS for one in (was, camera.trouble)):
            self.disconnect(code)

    def disconnect(self, code: str) -> None:
        """End every session of a camera, as when its cable is pulled."""
        for session in list(self._cameras[code].sessions):
            session.end()

    async def change(self, code: str, path: Path) -> None:
        """Play another file from now on; a file of the same parameter sets goes on without a break, another ends the sessions."""
        feed, clip = await self._cameras[code].feed(), await asyncio.to_thread(read_clip, path)
        same = clip.parameter_sets == feed.clip.parameter_sets
        feed.change(clip)
        if not same:
            self.disconnect(code)

    def told(self, request: rtsp.Request) -> bytes:
        """``SET_PARAMETER`` with ``fault: KIND [SECONDS]``: the command line sets a fault of a server that runs. On this machine only."""
        name, _, value = request.body.decode("utf-8", "replace").strip().partition(":")
        kind, _, seconds = value.strip().partition(" ")
        try:
            if name != "fault" or self.host != "127.0.0.1":
                raise ValueError(name)
            self.fault(request.code, None if kind == "none" else kind, seconds=float(seconds) if seconds else None)
        except ValueError:
            return rtsp.answer(400, request)
        return rtsp.answer(200, request)

    @property
    def playing(self) -> int:
        """How many sessions are given frames now."""
        return sum(session.played_at > 0 for session in self._sessions)

    # ------------------------------------------------------------------ inside

    async def _feed(self, path: Path) -> Feed:
        path = path.resolve()
        task = self._feeds.get(path)
        if task is None or (task.done() and task.exception() is not None):
            task = self._feeds[path] = asyncio.create_task(self._load(path))
        return await asyncio.shield(task)

    @staticmethod
    async def _load(path: Path) -> Feed:
        clip: Clip = await asyncio.to_thread(read_clip, path)
        return Feed(clip)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        session = Session(self, reader, writer)
        task = asyncio.current_task()
        if task is not None:
            self._sessions[session] = task
        try:
            with contextlib.suppress(asyncio.CancelledError):
                await session.converse()
        finally:
            self._sessions.pop(session, None)
            if session.camera is not None:
                session.camera.sessions.discard(session)
            session.end()

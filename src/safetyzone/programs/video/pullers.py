"""The hub's side of its pullers: which process holds which camera, what they say, and a new process for one that died."""

import asyncio
import os
import signal
import socket
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import orjson
import structlog

from safetyzone.contracts.video import Pull
from safetyzone.programs.video import wire
from safetyzone.programs.video.nursery import Nursery

log = structlog.get_logger()

CAMERAS_EACH = 24
ALONE_AFTER_DEATHS = 3
"""A process that died so often within a minute is taken apart: each of its cameras gets one of its own, and the one to blame is alone."""
WITHIN_S = 60.0
GREETS_WITHIN_S = 3.0
"""A puller that another hub left and that says nothing for so long is ended."""
LINE_BUFFER = 1 << 22

Fragment = Callable[[str, int, int, bytes], None]
Told = Callable[[dict[str, Any]], None]


@dataclass
class Group:
    """Some cameras and the process that holds them."""

    number: int
    cameras: dict[str, Pull] = field(default_factory=dict)
    process: int | None = None
    writer: asyncio.StreamWriter | None = None
    task: "asyncio.Task[None] | None" = None
    deaths: list[float] = field(default_factory=list)
    left: int = 0
    """Process id of the puller that another hub has left, to be taken over; zero: to be born."""
    greeted: "asyncio.Event" = field(default_factory=asyncio.Event)
    most: int = CAMERAS_EACH


class Pullers:
    """All pullers of one hub. ``on_fragment`` and ``on_state`` hear what they say."""

    def __init__(self, nursery: Nursery, on_fragment: Fragment, on_state: Told, watched: Callable[[], set[str]]) -> None:
        self.nursery = nursery
        self.on_fragment, self.on_state, self.watched = on_fragment, on_state, watched
        self.groups: list[Group] = []
        self._numbers = 0

    async def adopt(self) -> list[Pull]:
        """Take over what a hub that was killed has left; returns the cameras. Comes before the first ``hold``."""
        for pid in self.nursery.living:
            group = self._new_group()
            group.left = pid
            group.task = asyncio.create_task(self._live(group))
        with suppress(TimeoutError):
            async with asyncio.timeout(GREETS_WITHIN_S):
                for group in self.groups:
                    await group.greeted.wait()
        for group in [group for group in self.groups if not group.greeted.is_set()]:
            self.groups.remove(group)  # said too late, its cameras would be held twice
            self._end(group)
        found: dict[str, Pull] = {}
        for group in self.groups:
            found |= group.cameras
        return list(found.values())

    def hold(self, pulls: Sequence[Pull]) -> None:
        """Hold these cameras; one that stays keeps its process."""
        wanted = {pull.code: pull for pull in pulls}
        for group in self.groups:
            group.cameras = {code: wanted.pop(code) for code in group.cameras if code in wanted}
        for code, pull in sorted(wanted.items()):
            self._room().cameras[code] = pull
        for group in [group for group in self.groups if not group.cameras]:
            self.groups.remove(group)
            self._end(group)
        for group in self.groups:
            if group.task is None:
                group.task = asyncio.create_task(self._live(group))
            else:
                self._tell_cameras(group)

    def _room(self) -> Group:
        for group in self.groups:
            if len(group.cameras) < group.most:
                return group
        return self._new_group()

    def _new_group(self, *, most: int = CAMERAS_EACH) -> Group:
        self._numbers += 1
        self.groups.append(Group(self._numbers, most=most))
        return self.groups[-1]

    def watch(self, camera: str, *, on: bool) -> None:
        """Ask for a camera's fragments, or no longer."""
        for group in self.groups:
            if wire.camera_of(camera) in group.cameras:
                self._say(group, {"watch" if on else "unwatch": camera})

    async def close(self) -> None:
        """End all; segments that are open are closed."""
        groups, self.groups = self.groups, []
        for group in groups:
            self._end(group)
        await asyncio.gather(*(group.task for group in groups if group.task), return_exceptions=True)
        self.nursery.close()

    # ------------------------------------------------------------------ one process

    async def _live(self, group: Group) -> None:
        """Start the process again whenever it dies, while it has cameras."""
        while group in self.groups:
            try:
                await self._life(group)
            except OSError as wrong:
                log.error("puller_not_started", error=type(wrong).__name__)
            if group not in self.groups:
                return
            now = time.monotonic()
            group.deaths = [*(at for at in group.deaths if now - at < WITHIN_S), now]
            log.error("puller_died", number=group.number, cameras=len(group.cameras), deaths=len(group.deaths))
            for code in group.cameras:
                self.on_state({"camera": code, "why": "opening", "since_ms": time.time_ns() // 1_000_000})
            if len(group.deaths) >= ALONE_AFTER_DEATHS and len(group.cameras) > 1:
                self._take_apart(group)
            await asyncio.sleep(0 if len(group.deaths) < ALONE_AFTER_DEATHS else min(30.0, 2.0 ** len(group.deaths) / 4))

    def _take_apart(self, group: Group) -> None:
        first, *others = sorted(group.cameras)
        for code in others:
            alone = self._new_group(most=1)
            alone.cameras[code] = group.cameras.pop(code)
            alone.task = asyncio.create_task(self._live(alone))
        group.most, group.deaths = 1, []
        log.error("puller_taken_apart", number=group.number, first=first, cameras=len(others) + 1)

    async def _life(self, group: Group) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            left, group.left = group.left, 0
            group.process = self.nursery.hand(left, theirs) if left else self.nursery.bear(theirs)
        reader, group.writer = await asyncio.open_connection(sock=ours, limit=LINE_BUFFER)
        try:
            if not left:
                self._tell_cameras(group)
            with suppress(asyncio.IncompleteReadError, OSError):
                await self._hear(group, reader)
        finally:
            group.writer.close()
            group.writer = None
            with suppress(ProcessLookupError):
                os.kill(group.process, signal.SIGKILL)

    async def _hear(self, group: Group, reader: asyncio.StreamReader) -> None:
        while True:
            kind, code_length, length, ms = wire.HEAD.unpack(await reader.readexactly(wire.HEAD.size))
            camera = (await reader.readexactly(code_length)).decode()
            payload = await reader.readexactly(length)
            if kind == wire.STATE:
                self.on_state(orjson.loads(payload))
            elif kind == wire.HELD:
                group.cameras = {said["code"]: Pull.model_validate(said) for said in orjson.loads(payload)}
                group.greeted.set()
            else:
                self.on_fragment(camera, kind, ms, payload)

    def _tell_cameras(self, group: Group) -> None:
        self._say(group, {"cameras": [pull.model_dump() for pull in group.cameras.values()]})
        for stream in self.watched():  # also one whose tile was opened before its camera was named
            if wire.camera_of(stream) in group.cameras:
                self._say(group, {"watch": stream})

    def _say(self, group: Group, said: dict[str, Any]) -> None:
        if group.writer is not None:
            group.writer.write(orjson.dumps(said) + b"\n")

    def _end(self, group: Group) -> None:
        if group.writer is not None:
            with suppress(OSError):
                self._say(group, {"end": True})
                group.writer.write_eof()

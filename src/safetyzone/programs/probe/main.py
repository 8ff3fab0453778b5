"""The probe: every camera with an address is asked in its turn, spread over the interval, whether it answers and what it sees.

And, for officers who look for cameras: which there are, and what each of them shows. And those that are to turn, are turned.
"""

import asyncio
import contextlib
import signal
import socket
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import UUID

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.probe.eyes import Eyes
from safetyzone.programs.probe.finder import Finder, Opened
from safetyzone.programs.probe.rtsp import answers
from safetyzone.programs.probe.slews import Slews
from safetyzone.programs.probe.turner import Turner
from safetyzone.senses.cameras import health_actions, health_queries, search_actions, search_queries
from safetyzone.senses.cameras.addresses import AddressRefused, Checked, checked, networks
from safetyzone.senses.cameras.health_queries import ToProbe
from safetyzone.senses.cameras.search_queries import ToOpen

log = structlog.get_logger()

REGISTER_EVERY_S = 10.0
LOOK_AROUND_S = 0.25
QUESTIONS_EVERY_S = 1.0
MOST_AT_ONCE = 64


@dataclass
class Turn:
    """When a camera is asked next. Moments are of the monotonic clock."""

    camera: ToProbe
    ask_at: float
    look_at: float
    worked: bool | None = None
    busy: bool = field(default=False, repr=False)


def resolve(name: str) -> list[str]:
    """All numbers of a name; none where it is unknown."""
    try:
        return sorted({str(info[4][0]) for info in socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)})
    except (OSError, UnicodeError):
        return []


class Probe:
    """One station's probe."""

    def __init__(self, of: Settings) -> None:
        self.of = of
        self.allowed = networks(of.camera_networks)
        self.own_ports = frozenset({of.web_port, of.intake_port, of.nats_port, of.mqtt_port, of.mqtt_tls_port, 5432})
        self.turns: dict[str, Turn] = {}
        self.eyes = Eyes()
        self.finder = Finder(allowed=self.allowed, own_ports=self.own_ports)
        self.busy_with: set[UUID] = set()
        # One thread and so one database connection; the writes are short, and few: a camera that works is written once.
        self.writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        self.at_once = asyncio.Semaphore(MOST_AT_ONCE)
        # Lines of sight may take seconds the first time: no camera that works, or is to go home, waits for them.
        self.thinker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="slews")
        turner = Turner(allowed=self.allowed, own_ports=self.own_ports, resolve=resolve)
        self.slews = Slews(turner, self._database, partial(self._database, thread=self.thinker))

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        tasks: set[asyncio.Task[None]] = set()
        register_at = questions_at = 0.0
        try:
            while not stop.is_set():
                now = time.monotonic()
                if now >= register_at:
                    register_at = now + REGISTER_EVERY_S
                    await self._read_register(now)
                if now >= questions_at:
                    questions_at = now + QUESTIONS_EVERY_S
                    tasks.update(await self._questions())
                    tasks.update(await self.slews.begun())
                for turn in self.turns.values():
                    if not turn.busy and now >= turn.ask_at:
                        turn.busy = True
                        tasks.add(asyncio.create_task(self._take(turn)))
                tasks -= {task for task in tasks if task.done()}
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_AROUND_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.eyes.close()
            await self.finder.close()
            for thread in (self.writer, self.thinker):
                thread.submit(_close)
                thread.shutdown(wait=False)

    async def _questions(self) -> list[asyncio.Task[None]]:
        """What officers ask now, each begun once."""
        searches, devices = await self._database(search_queries.waiting) or ([], [])
        begun = [asyncio.create_task(self._search(one, network)) for one, network in searches if one not in self.busy_with]
        begun += [asyncio.create_task(self._open(one)) for one in devices if one.id not in self.busy_with]
        self.busy_with |= {one for one, _ in searches} | {one.id for one in devices}
        return begun

    async def _search(self, search_id: UUID, network: str) -> None:
        try:
            found = await self.finder.search(network)
            await self._database(lambda: search_actions.found(search_id, found, by=SYSTEM, at=clock.now()))
        except Exception as wrong:  # the edge of one search
            log.error("camera_search_failed", search=str(search_id), error=type(wrong).__name__)
            await self._database(lambda: search_actions.found(search_id, None, by=SYSTEM, at=clock.now()))
        finally:
            self.busy_with.discard(search_id)

    async def _open(self, one: ToOpen) -> None:
        try:
            seen = await self.finder.open(one.device, one.secret, correct=one.correct, at=clock.now())
        except Exception as wrong:  # the edge of one device; only the kind is logged
            log.error("found_camera_failed", found=str(one.id), error=type(wrong).__name__)
            seen = Opened(why="no answer")
        deed = partial(search_actions.opened, one.id, facts=seen.facts, picture=seen.picture, why=seen.why, by=SYSTEM)
        await self._database(lambda: deed(at=clock.now()))
        self.busy_with.discard(one.id)

    async def _read_register(self, now: float) -> None:
        found = await self._database(health_queries.to_probe)
        if found is None:
            return
        for camera in found:
            turn = self.turns.get(camera.code)
            if turn is None:
                # Its own moment within the interval, the same after every restart: 2,500 cameras are never asked at once.
                share = zlib.crc32(camera.code.encode()) / 2**32
                self.turns[camera.code] = Turn(camera, now + share * self.of.probe_every_s, now + share * self.of.picture_every_s)
            else:
                turn.camera = camera
        for gone in self.turns.keys() - {camera.code for camera in found}:
            del self.turns[gone]

    async def _take(self, turn: Turn) -> None:
        """One camera's turn. Whatever goes wrong with it, the next turn comes, and every other camera's."""
        try:
            async with self.at_once:
                await self._note(turn, await self._ask(turn))
        except Exception as wrong:  # the edge of one turn; only the kind is logged, for words of a fault may hold an address
            log.error("probe_turn_failed", camera=turn.camera.code, error=type(wrong).__name__)
        finally:
            turn.busy = False

    async def _ask(self, turn: Turn) -> str:
        """Ask, and look through it when that is due; empty when all was well. A camera that does not answer is not looked through."""
        now, camera = time.monotonic(), turn.camera
        turn.ask_at = now + self.of.probe_every_s
        try:
            place = await asyncio.to_thread(self._checked, camera.address)
            why_not = await answers(place)
            if why_not or now < turn.look_at:
                return why_not
            turn.look_at = now + self.of.picture_every_s
            await self._look(camera, place)
            return ""
        except AddressRefused as no:
            return no.say("en")

    async def _look(self, camera: ToProbe, place: Checked) -> None:
        """Through the small stream where there is one."""
        if camera.sub_address:
            place = await asyncio.to_thread(self._checked, camera.sub_address)
        glance = await self.eyes.look(place, user=camera.user, password=camera.password)
        if (grey := glance.grey) is None:
            await self._database(lambda: health_actions.unseen(camera.code, why=glance.why, by=SYSTEM, at=clock.now()))
        else:
            await self._database(lambda: health_actions.looked(camera.code, grey=grey, by=SYSTEM, at=clock.now()))

    async def _note(self, turn: Turn, why_not: str) -> None:
        """Only what changes anything is written: the first answer, every miss, and the answer after a miss."""
        works = not why_not
        if works and turn.worked:
            return
        code = turn.camera.code
        noted = await self._database(lambda: health_actions.found(code, works=works, by=SYSTEM, at=clock.now(), detail=why_not) or True)
        if noted:
            turn.worked = works

    def _checked(self, address: str) -> Checked:
        return checked(
            address, allowed=self.allowed, own_ports=self.own_ports, resolve=resolve, pretend_port=self.of.pretend_cameras_port
        )

    async def _database(self, deed: Callable[[], Any], *, thread: ThreadPoolExecutor | None = None) -> Any:
        """In the writer's thread, if no other is named; None while the database is away."""
        return await asyncio.get_running_loop().run_in_executor(thread or self.writer, _done, deed)


def _done(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except DatabaseError as away:
        log.info("probe_waits", error=type(away).__name__)
        with contextlib.suppress(DatabaseError):
            connection.close()
        return None


def _close() -> None:
    """The connection of the thread that this runs in; ``connection.close``, handed over, would be that of another."""
    connection.close()


async def _run() -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await Probe(settings()).run(stop)


def main() -> None:
    """Run the probe in this process."""
    asyncio.run(_run())

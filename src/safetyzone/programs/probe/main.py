"""The probe: every camera with an address is asked in its turn, spread over the interval, whether it answers and what it sees."""

import asyncio
import contextlib
import signal
import socket
import time
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import Error as DatabaseError
from django.db import connection

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.probe.eyes import Eyes
from safetyzone.programs.probe.rtsp import answers
from safetyzone.senses.cameras import health_actions, health_queries
from safetyzone.senses.cameras.addresses import AddressRefused, Checked, checked, networks
from safetyzone.senses.cameras.health_queries import ToProbe

log = structlog.get_logger()

REGISTER_EVERY_S = 10.0
LOOK_AROUND_S = 0.25
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
        # One thread and so one database connection; the writes are short, and few: a camera that works is written once.
        self.writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="probe")
        self.at_once = asyncio.Semaphore(MOST_AT_ONCE)

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop."""
        tasks: set[asyncio.Task[None]] = set()
        register_at = 0.0
        try:
            while not stop.is_set():
                now = time.monotonic()
                if now >= register_at:
                    register_at = now + REGISTER_EVERY_S
                    await self._read_register(now)
                for turn in self.turns.values():
                    if not turn.busy and now >= turn.ask_at:
                        turn.busy = True
                        task = asyncio.create_task(self._take(turn))
                        tasks.add(task)
                        task.add_done_callback(tasks.discard)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), LOOK_AROUND_S)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.eyes.close()
            self.writer.submit(connection.close)
            self.writer.shutdown(wait=False)

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
            return await self._look(camera, place)
        except AddressRefused as no:
            return no.say("en")

    async def _look(self, camera: ToProbe, place: Checked) -> str:
        """Through the small stream where there is one; empty when there was a picture."""
        if camera.sub_address:
            place = await asyncio.to_thread(self._checked, camera.sub_address)
        grey = await self.eyes.look(place, user=camera.user, password=camera.password)
        if grey is None:
            return "no picture"
        await self._database(lambda: health_actions.looked(camera.code, grey=grey, by=SYSTEM, at=clock.now()))
        return ""

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
        return checked(address, allowed=self.allowed, own_ports=self.own_ports, resolve=resolve)

    async def _database(self, deed: Callable[[], Any]) -> Any:
        """In the writer's thread; None while the database is away."""
        return await asyncio.get_running_loop().run_in_executor(self.writer, _done, deed)


def _done(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except DatabaseError as away:
        log.info("probe_waits", error=type(away).__name__)
        with contextlib.suppress(DatabaseError):
            connection.close()
        return None


async def _run() -> None:
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    await Probe(settings()).run(stop)


def main() -> None:
    """Run the probe in this process."""
    asyncio.run(_run())

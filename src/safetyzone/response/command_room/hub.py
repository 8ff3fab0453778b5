"""The live hub of one web process: it hears what changed from PostgreSQL and keeps it for its readers.

One connection LISTENs. Each note is turned into bytes once and laid in a ring; a reader is no queue but a place in that
ring, so a slow one costs nothing and, overtaken, is told to fetch everything again. Only "incident 41 changed" passes.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import psycopg
import structlog
from django.db import connection as django_connection

from safetyzone.kernel.live import CHANNEL

log = structlog.get_logger()

RING = 4096
"""Notes kept for readers: at 300 presses a second more than ten seconds of a reader's standstill."""
MOST_BYTES_A_SEND = 256 * 1024
BEAT_S = 5.0
"""A screen shows itself stale after 10 s, so one lost beat is forgiven and two are not."""
OVERLAP_S = 30
"""Ids become visible in the order of commits, not of numbers: a replay starts this much earlier; repeats do no harm."""
MOST_MISSED = 20_000
"""More than this is not replayed: everybody fetches everything again, which is cheaper."""
PAUSES_S = (0.1, 0.25, 0.5, 1.0, 2.0)
"""Waits between attempts to reach PostgreSQL again; the last repeats."""

MISSED = """
    SELECT id, station, things FROM kernel_change
    WHERE at >= coalesce((SELECT at FROM kernel_change WHERE id = %(last)s), %(since)s)
                - make_interval(secs => %(overlap)s)
      AND (%(stations)s::text[] IS NULL OR station = ANY(%(stations)s))
    ORDER BY id LIMIT %(most)s
"""

Things = list[list[str]]


def frame(event: str, data: object, note_id: int | None = None) -> bytes:
    """One server-sent event."""
    head = b"" if note_id is None else b"id: %d\n" % note_id
    return head + b"event: %s\ndata: %s\n\n" % (event.encode(), orjson.dumps(data))


def change_frame(note_id: int, station: str, things: Things) -> bytes:
    """What a console is told."""
    return frame("change", {"station": station, "things": things}, note_id)


def replayed_frame(newest_id: int, station: str, things: Things) -> bytes:
    """Several notes in one: its number is where to begin the next time, not the name of a note."""
    return frame("change", {"station": station, "things": things, "replayed": True}, newest_id)


class Reader:
    """One console's place in the ring, and the stations it may hear of."""

    def __init__(self, stations: frozenset[str], place: int) -> None:
        self.stations = stations
        self.place = place
        self.fresh = asyncio.Event()


class Hub:
    """Hears, keeps and hands out; belongs to one event loop."""

    def __init__(self, where: Mapping[str, Any], monotonic: Callable[[], float] = time.monotonic) -> None:
        self._where = where
        self._ring: list[tuple[int, str, bytes]] = [(0, "", b"")] * RING
        self._next = 0
        self._kept: set[int] = set()
        self._last_id = 0
        self._began_at: object = None
        self._readers: set[Reader] = set()
        self._monotonic = monotonic
        self._heard_at = 0.0
        self._hears = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.backend_pid = 0

    # ------------------------------------------------------------ for readers
    async def hears(self, within_s: float = 5.0) -> bool:
        """Start if need be, and wait until the hub hears; False if it does not in time (no database)."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._listen_for_ever(), name="live hub")
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                await self._hears.wait()
        return self._hears.is_set()

    @property
    def is_hearing(self) -> bool:
        """Whether PostgreSQL has answered us lately; if not, no beat is sent and screens show themselves stale."""
        return self._hears.is_set() and self._monotonic() - self._heard_at < 2 * BEAT_S

    @property
    def notes(self) -> int:
        """How many notes were kept in all: while it stays, nothing was heard. May be asked from any thread."""
        return self._next

    def has_heard(self, note_ids: Iterable[int]) -> bool:
        """Whether every one of these was heard here, and lately enough to be known. May be asked from any thread."""
        return all(note_id in self._kept for note_id in note_ids)

    def enter(self, stations: frozenset[str]) -> Reader:
        """A new reader, who hears from now on."""
        reader = Reader(stations, self._next)
        self._readers.add(reader)
        return reader

    def leave(self, reader: Reader) -> None:
        self._readers.discard(reader)

    def take(self, reader: Reader) -> bytes:
        """What this reader has not had, up to 256 kB; empty when it has had everything."""
        reader.fresh.clear()
        if self._next - reader.place > RING:
            reader.place = self._next
            return frame("reset", {}, self._last_id)
        taken, size = [], 0
        while reader.place < self._next and size < MOST_BYTES_A_SEND:
            _, station, encoded = self._ring[reader.place % RING]
            reader.place += 1
            if station in reader.stations:
                taken.append(encoded)
                size += len(encoded)
        if reader.place < self._next:
            reader.fresh.set()
        return b"".join(taken)

    async def stop(self) -> None:
        """Let go of PostgreSQL."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    # ------------------------------------------------------------ hearing
    async def _listen_for_ever(self) -> None:
        attempt = 0
        while True:
            try:
                async with await psycopg.AsyncConnection.connect(**self._where, autocommit=True) as database:
                    await self._listen(database)
            except psycopg.Error as lost:
                if self._hears.is_set():
                    log.warning("live_hub_lost_postgresql", reason=type(lost).__name__)
                    attempt = 0
                self._hears.clear()
                await asyncio.sleep(PAUSES_S[min(attempt, len(PAUSES_S) - 1)])
                attempt += 1

    async def _listen(self, database: psycopg.AsyncConnection[Any]) -> None:
        """Listen first and catch up second, so that nothing falls between the two."""
        await database.execute(f"LISTEN {CHANNEL}")
        await self._catch_up(database)
        self.backend_pid = database.info.backend_pid
        self._heard_at = self._monotonic()
        self._hears.set()
        log.info("live_hub_hears", readers=len(self._readers))
        while True:
            async for note in database.notifies(timeout=BEAT_S):
                said = orjson.loads(note.payload)
                self._keep(said["id"], said["station"], said["things"])
                self._heard_at = self._monotonic()
            await database.execute("SELECT 1")  # a dead network says nothing: we ask
            self._heard_at = self._monotonic()

    async def _catch_up(self, database: psycopg.AsyncConnection[Any]) -> None:
        """After a loss: what was said while we were deaf. At the first start there is nobody who missed anything."""
        cursor = await database.execute("SELECT clock_timestamp()")
        row = await cursor.fetchone()
        if self._began_at is None:
            self._began_at = row[0] if row else None
            return
        from_here = {"last": self._last_id, "since": self._began_at, "overlap": OVERLAP_S}
        cursor = await database.execute(MISSED, {**from_here, "most": MOST_MISSED + 1, "stations": None})
        missed = await cursor.fetchall()
        if len(missed) > MOST_MISSED:
            self._next += RING + 1  # every place is overtaken: all are told to fetch again
            self._last_id = max(note_id for note_id, _, _ in missed)
            self._wake()
            return
        for note_id, station, things in missed:
            self._keep(note_id, station, things)

    def _keep(self, note_id: int, station: str, things: Things) -> None:
        if note_id in self._kept:  # caught up and then also heard
            return
        slot = self._next % RING
        self._kept.discard(self._ring[slot][0])
        self._ring[slot] = (note_id, station, change_frame(note_id, station, things))
        self._next += 1
        self._kept.add(note_id)  # after the count: who finds the note (from another thread, see ``notes``) finds it counted
        self._last_id = max(self._last_id, note_id)
        self._wake()

    def _wake(self) -> None:
        for reader in self._readers:
            reader.fresh.set()


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of this process's event loop; made at its first use, on the database that Django uses."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        said = django_connection.settings_dict
        where = {
            "dbname": said["NAME"], "user": said["USER"], "password": said["PASSWORD"], "host": said["HOST"],
            "port": said["PORT"],
        }  # fmt: skip
        alive = {"keepalives_idle": 5, "keepalives_interval": 2, "keepalives_count": 3}
        options = {name: value for name, value in said["OPTIONS"].items() if name != "pool"}  # Django's word, not libpq's
        ours = {**options, **alive, "application_name": "safetyzone live"}
        _hubs[loop] = Hub({**ours, **{key: value for key, value in where.items() if value}})
    return _hubs[loop]


def hub_that_hears() -> Hub | None:
    """The hub of this process, for a view's thread; None if there is none yet, or it is deaf."""
    hubs = list(_hubs.values())
    return hubs[0] if len(hubs) == 1 and hubs[0].is_hearing else None

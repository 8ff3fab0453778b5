"""Consoles at the other end of the live channel, and a station to listen to, for tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from django.db import connection, connections, transaction

from safetyzone.ground.officers.models import Duty, Officer, Posting
from safetyzone.ground.zones.models import Province, Station
from safetyzone.kernel.live import Thing, changed
from safetyzone.response.command_room import hub as hub_module
from safetyzone.response.command_room import live

SOON_S = 8.0
HERE, ELSEWHERE = "here", "elsewhere"


class Console:
    """A console at the other end of the ASGI application: sends what a browser sends, keeps what it is told."""

    def __init__(self, cookie: str, query: str = "", last_id: int | None = None) -> None:
        headers = [(b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode())]
        if last_id is not None:
            headers.append((b"last-event-id", str(last_id).encode()))
        self.scope = {"type": "http", "method": "GET", "headers": headers, "query_string": query.encode()}
        self.status = 0
        self.events: list[tuple[str, int | None, Any]] = []
        self.closed = False
        self.reads = True
        self._news = asyncio.Event()
        self._leaving = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self._leaving.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        while not self.reads:
            await asyncio.sleep(0.01)
        if message["type"] == "http.response.start":
            self.status = message["status"]
        else:
            self.closed = not message.get("more_body", False)
            for block in message["body"].decode().split("\n\n"):
                lines = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
                if "event" in lines:
                    told = int(lines["id"]) if "id" in lines else None
                    self.events.append((lines["event"], told, orjson.loads(lines["data"])))
        self._news.set()

    def leave(self) -> None:
        self._leaving.set()

    @property
    def things(self) -> list[tuple[str, str]]:
        return [(kind, key) for event, _, data in self.events if event == "change" for kind, key in data["things"]]

    @property
    def last_id(self) -> int | None:
        return next((told for _, told, _ in reversed(self.events) if told is not None), None)

    async def until(self, so: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON_S):
            while not so():
                self._news.clear()
                await self._news.wait()

    async def hears(self, *things: tuple[str, str]) -> None:
        await self.until(lambda: set(things) <= set(self.things))


@asynccontextmanager
async def console(cookie: str, query: str = "", last_id: int | None = None) -> AsyncIterator[Console]:
    """Connected and listening, or refused."""
    ours = Console(cookie, query, last_id)
    running = asyncio.create_task(live.live_application(ours.scope, ours.receive, ours.send))
    await ours.until(lambda: bool(ours.events) or ours.closed)
    try:
        yield ours
    finally:
        ours.reads = True
        ours.leave()
        await running


def play(story: Callable[[], Awaitable[None]]) -> None:
    """Run a story in a loop of its own, and leave no connection behind."""

    async def whole() -> None:
        try:
            await story()
        finally:
            await hub_module.hub().stop()
            await sync_to_async(connections.close_all)()

    asyncio.run(whole())


def signed_in(username: str) -> str:
    """The session key of an officer who has signed in."""
    officer = Officer.objects.get(username=username)
    session = SessionStore()
    session[SESSION_KEY] = str(officer.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = officer.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key


def an_operator_here() -> str:
    """The session key of an operator of the station ``here``."""
    province = Province.objects.create(code="00", name_th="ก", name_en="A", bureau="M", lon=100.5, lat=13.7)
    for code in (HERE, ELSEWHERE):
        Station.objects.create(
            code=code, name_th=code, name_en=code, province=province, lon=100.5, lat=13.7,
            command_room_lon=100.5, command_room_lat=13.7,
        )  # fmt: skip
    duty = Duty.objects.create(code="operator-x", name_th="ก", name_en="A", permissions=["see_room"])
    officer = Officer.objects.create_user("operator", password="x")
    Posting.objects.create(
        officer=officer, duty=duty, station_id=HERE, valid_from=datetime.now(UTC) - timedelta(days=1), given_by="test"
    )
    return signed_in("operator")


@sync_to_async
def change(*keys: str, kind: str = "incident", station: str = HERE, fails: bool = False) -> None:
    """A transaction that changes things, and perhaps fails at its end."""
    with suppress(ZeroDivisionError), transaction.atomic():
        changed(Thing(kind, key, station) for key in keys)
        if fails:
            raise ZeroDivisionError


@sync_to_async
def end_the_listening_backend(pid: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])

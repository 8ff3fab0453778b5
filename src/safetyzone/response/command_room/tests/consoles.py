"""A console at the other end of the live channel, for tests."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from django.conf import settings

SOON_S = 8.0


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

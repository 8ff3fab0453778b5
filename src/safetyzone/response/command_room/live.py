"""``GET /live``: server-sent events that say what changed, to an officer who may see the room, for as long as she may.

Raw ASGI, since it holds a connection for hours. ``change`` carries ``{"station": "…", "things": [["incident", "41"]]}``;
``beat`` shows that we hear; ``reset`` says fetch everything again; ``ended`` that the session or the right is gone. A
console that comes again sends ``Last-Event-ID`` (or ``?last=``); a new one ``?age=``, the seconds since its page was
made.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs

import orjson
from allauth.mfa.utils import is_mfa_enabled
from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import DatabaseError, close_old_connections, connection
from django.http import HttpRequest
from django.utils.module_loading import import_string

from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import stations_where
from safetyzone.ground.officers.models import Officer
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.response.command_room.hub import BEAT_S, MISSED, OVERLAP_S, Hub, Reader, frame, hub, replayed_frame

ASK_AGAIN_S = 60.0
"""How long a withdrawn permission may still hear that something changed (never what)."""
SEND_WITHIN_S = 20.0
MOST_REPLAYED = 2000
"""Notes; who missed more fetches everything again."""
OLDEST_REPLAY = timedelta(minutes=10)

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-accel-buffering", b"no"),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What the console said when it came."""

    session_key: str
    last_id: int | None
    age_s: float | None


def asked(scope: Message) -> Asked:
    """Read cookie, ``Last-Event-ID`` and query; what is malformed counts as absent."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope.get("headers", ())}
    query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
    cookies: SimpleCookie = SimpleCookie()
    with suppress(CookieError):
        cookies.load(headers.get("cookie", ""))
    session = cookies.get(settings.SESSION_COOKIE_NAME)
    last = headers.get("last-event-id") or query.get("last", [""])[0]
    age = query.get("age", [""])[0]
    return Asked(
        session_key=session.value if session else "",
        last_id=int(last) if last.isascii() and last.isdigit() else None,
        age_s=float(age) if age.replace(".", "", 1).isdigit() and age.isascii() else None,
    )


def stations_of(session_key: str) -> frozenset[str] | None:
    """The stations whose room this session may see at this moment; None without a valid session.

    The same questions as the pages ask in ``programs/web/middleware.py``: signed in, a second factor where it is demanded.
    """
    close_old_connections()
    if not session_key:
        return None
    store: type[SessionBase] = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
    request = HttpRequest()
    request.session = store(session_key)
    officer = get_user(request)
    if not isinstance(officer, Officer) or (station_settings().mfa_required and not is_mfa_enabled(officer)):
        return None
    return stations_where(officers.who(officer, at=clock.now()), "see_room")


def replay(stations: Iterable[str], last_id: int | None, age_s: float | None) -> bytes:
    """What changed since the console's last word or the fetching of its page, each thing once; or ``reset``."""
    if last_id is None and age_s is None:
        return b""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp(), (SELECT at FROM kernel_change WHERE id = %s)", [last_id])
        now, known = cursor.fetchone()
        since = now - timedelta(seconds=age_s) if age_s is not None and last_id is None else known
        if since is None or now - since > OLDEST_REPLAY:
            return frame("reset", {}, _newest_id(cursor))
        cursor.execute(
            MISSED,
            {"last": None, "since": since, "overlap": OVERLAP_S, "most": MOST_REPLAYED + 1, "stations": list(stations)},
        )
        rows = cursor.fetchall()
        if len(rows) > MOST_REPLAYED:
            return frame("reset", {}, _newest_id(cursor))
    by_station: dict[str, dict[tuple[str, ...], None]] = {}
    newest = last_id or 0
    for note_id, station, things in rows:
        by_station.setdefault(station, {}).update(dict.fromkeys(map(tuple, orjson.loads(things))))
        newest = max(newest, note_id)
    return b"".join(
        replayed_frame(newest, station, [list(thing) for thing in things]) for station, things in by_station.items()
    )


def _newest_id(cursor: Any) -> int:
    cursor.execute("SELECT coalesce(max(id), 0) FROM kernel_change")
    return int(cursor.fetchone()[0])


async def _refuse(send: Send, status: int) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"cache-control", b"no-store")]})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def live_application(scope: Message, receive: Receive, send: Send) -> None:
    """The ASGI application of ``/live``; ends when the console goes, or when it may no longer listen."""
    if scope.get("method") != "GET":
        await _refuse(send, 405)
        return
    talk, gone = asyncio.create_task(_talk(asked(scope), send)), asyncio.create_task(_gone(receive))
    try:
        await asyncio.wait({talk, gone}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (talk, gone):
            task.cancel()
        ended = await asyncio.gather(talk, gone, return_exceptions=True)
    for why in ended:
        if isinstance(why, Exception) and not isinstance(why, OSError | TimeoutError):
            raise why


async def _talk(said: Asked, send: Send) -> None:
    ours = hub()
    try:
        stations = await sync_to_async(stations_of)(said.session_key)
    except DatabaseError:
        await _refuse(send, 503)
        return
    if not stations:
        await _refuse(send, 401 if stations is None else 403)
        return
    if not await ours.hears():
        await _refuse(send, 503)
        return
    reader = ours.enter(stations)  # before the replay is read, so that nothing falls between the two
    try:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        missed = await sync_to_async(replay)(stations, said.last_id, said.age_s)
        await _say(send, b"retry: 1000\n\n" + _beat() + missed)
        if not await _go_on(ours, reader, said.session_key, send):
            await _say(send, frame("ended", {}))
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        ours.leave(reader)


async def _go_on(ours: Hub, reader: Reader, session_key: str, send: Send) -> bool:
    """Until the officer may no longer listen (False) or the database cannot be asked (True: she may come again)."""
    ask_at = time.monotonic() + ASK_AGAIN_S
    while True:
        with suppress(TimeoutError):
            async with asyncio.timeout(min(BEAT_S, max(0.0, ask_at - time.monotonic()))):
                await reader.fresh.wait()
        if time.monotonic() >= ask_at:
            try:
                stations = await sync_to_async(stations_of)(session_key)
            except DatabaseError:
                return True
            if not stations:
                return False
            reader.stations = stations
            ask_at = time.monotonic() + ASK_AGAIN_S
        news = ours.take(reader)
        if news or ours.is_hearing:
            await _say(send, news or _beat())


def _beat() -> bytes:
    return frame("beat", {"at": clock.now().isoformat(timespec="milliseconds")})


async def _say(send: Send, words: bytes) -> None:
    """Give up on a console that has stopped reading: its own reconnection replays what it missed."""
    async with asyncio.timeout(SEND_WITHIN_S):
        await send({"type": "http.response.body", "body": words, "more_body": True})

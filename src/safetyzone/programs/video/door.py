"""The door for browsers: one WebSocket a window for what is live, short requests for what is recorded. Every look shows its ticket."""

import asyncio
import re
from contextlib import suppress
from hmac import compare_digest
from http.cookies import SimpleCookie
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from safetyzone.contracts.video import MOST_TILES, NotATicket, Ticket, internal_key, read, session_cookie, session_mark, ticket_key
from safetyzone.kernel import clock
from safetyzone.programs.video import store
from safetyzone.programs.video.fragments import codec_of
from safetyzone.programs.video.hub import Hub
from safetyzone.programs.video.viewer import Viewer

BUDGET_BPS = 8_000_000
LONGEST_TEXT = 200_000
_MOMENT = re.compile(r"[0-9]{1,15}")
NOT_YOURS = ("ตั๋วดูภาพใช้ไม่ได้แล้ว", "this ticket does not open it")
TOO_MANY = ("เปิดพร้อมกันได้ไม่เกิน 64 ช่อง", "no more than 64 tiles in one window")


class Door:
    """The requests of browsers, before one hub."""

    def __init__(self, hub: Hub) -> None:
        self.hub = hub
        self.key = ticket_key(hub.of.master_key())
        self.internal = internal_key(hub.of.master_key())
        self.origin = _origin(hub.of.public_url)
        self.cookie = session_cookie(hub.of.public_url)

    def application(self) -> Starlette:
        """The ASGI application."""
        shared = Middleware(CORSMiddleware, allow_origins=[self.origin], allow_credentials=True, allow_methods=["GET"], max_age=600)
        routes = [
            Route("/healthz", self.health), Route("/state", self.state), Route("/recorded", self.listed),
            Route("/recorded/{name}", self.piece), WebSocketRoute("/live", self.live),
        ]  # fmt: skip
        return Starlette(routes=routes, middleware=[shared])

    async def health(self, _request: Request) -> Response:
        """The program lives."""
        return JSONResponse({"ok": True}, headers={"Cache-Control": "no-store"})

    async def state(self, request: Request) -> Response:
        """How every camera is, for our own programs."""
        if not compare_digest(request.headers.get("X-Video-Key", "").encode(), self.internal.encode()):
            return Response(status_code=404)
        return JSONResponse([{**stream.state, "camera": code} for code, stream in self.hub.streams.items()])

    # ------------------------------------------------------------------ live

    async def live(self, socket: WebSocket) -> None:
        """A window's channel."""
        if socket.headers.get("Origin") not in (self.origin, None):
            await socket.close(1008)
            return
        await socket.accept()
        viewer = Viewer(_session(socket, self.cookie), budget_bps=BUDGET_BPS)
        self.hub.viewers.add(viewer)
        out = asyncio.create_task(viewer.run(lambda said: socket.send_text(orjson.dumps(said).decode()), socket.send_bytes))
        hear = asyncio.create_task(self._hear(socket, viewer))
        try:
            await asyncio.wait({out, hear}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (out, hear):
                task.cancel()
            await asyncio.gather(out, hear, return_exceptions=True)
            self.hub.leave(viewer)
            with suppress(RuntimeError, WebSocketDisconnect):
                await socket.close()

    async def _hear(self, socket: WebSocket, viewer: Viewer) -> None:
        with suppress(WebSocketDisconnect, orjson.JSONDecodeError, TypeError, KeyError, ValueError, AttributeError):
            while True:
                text = await socket.receive_text()
                if len(text) > LONGEST_TEXT:
                    return
                self._asked(viewer, orjson.loads(text))

    def _asked(self, viewer: Viewer, said: dict[str, Any]) -> None:
        if "budget_bps" in said:
            viewer.budget_bps = max(0.0, float(said["budget_bps"]))
        for number in said.get("close", ()):
            self.hub.close(viewer, int(number))
        for one in said.get("mode", ()):
            if tile := viewer.tiles.get(int(one["tile"])):
                tile.quiet = one["mode"] == "quiet"
                if not tile.quiet and not tile.flowing:
                    viewer.begin(tile)
                viewer.tell(tile)
        for one in said.get("open", ()):
            self._open(viewer, int(one["tile"]), str(one["ticket"]), quiet=one.get("mode") == "quiet", small=one.get("small") is True)

    def _open(self, viewer: Viewer, number: int, text: str, *, quiet: bool, small: bool) -> None:
        ticket = self._ticket(text, viewer.session)
        if len(viewer.tiles) >= MOST_TILES and number not in viewer.tiles:
            viewer.refuse(number, *TOO_MANY)
        elif not 0 <= number < 1 << 16 or ticket is None or ticket.mode != "live" or not self.hub.admit(ticket):
            viewer.refuse(number, *NOT_YOURS)
        else:
            self.hub.open(viewer, number, ticket, quiet=quiet, small=small)

    def _ticket(self, text: str, session: str, *, later: bool = False) -> Ticket | None:
        """A ticket of this session. ``later``: one whose look runs may be shown again after its minute."""
        try:
            at = clock.now()
            ticket = read(text, self.key, at=None if later else at)
        except NotATicket:
            return None
        if ticket.session != session or (later and ticket.look not in self.hub.looks and at.timestamp() > ticket.expires):
            return None
        return ticket

    # ------------------------------------------------------------------ recorded

    def _look(self, request: Request) -> Ticket | None:
        ticket = self._ticket(request.query_params.get("ticket", ""), _session(request, self.cookie), later=True)
        if ticket is None or ticket.mode != "recorded" or self.hub.recorded(ticket) is None:
            return None
        return ticket

    async def listed(self, request: Request) -> Response:
        """What is recorded within the ticket's span."""
        if (ticket := self._look(request)) is None:
            return _no()
        found = await asyncio.to_thread(store.pieces, self.hub.root, ticket.camera, ticket.from_ms, ticket.to_ms)
        codec = ""
        if found and (file := store.path_of(self.hub.root, ticket.camera, found[-1].name)) is not None:
            with file.open("rb") as opened:
                codec = codec_of(opened.read(4096))
        said = {"camera": ticket.camera, "codec": codec, "viewer": ticket.name, "pieces": [piece.model_dump() for piece in found]}
        return JSONResponse(said, headers={"Cache-Control": "no-store"})

    async def piece(self, request: Request) -> Response:
        """A piece, as far as the ticket goes; ``from_ms`` and ``to_ms`` ask for less of it."""
        if (ticket := self._look(request)) is None:
            return _no()
        file = store.path_of(self.hub.root, ticket.camera, request.path_params["name"])
        if file is None:
            return JSONResponse({"th": "ไม่มีภาพส่วนนี้แล้ว", "en": "this piece is no longer there"}, 404)
        begin = max(ticket.from_ms, _number(request.query_params.get("from_ms"), ticket.from_ms))
        end = min(ticket.to_ms, _number(request.query_params.get("to_ms"), ticket.to_ms))
        return StreamingResponse(store.cut(file, begin, end), media_type="video/mp4", headers={"Cache-Control": "private, no-store"})


def _no() -> Response:
    return JSONResponse({"th": NOT_YOURS[0], "en": NOT_YOURS[1]}, 403)


def _number(said: str | None, otherwise: int) -> int:
    return int(said) if said and _MOMENT.fullmatch(said) else otherwise


def _session(connection: HTTPConnection, cookie_name: str) -> str:
    cookie = SimpleCookie(connection.headers.get("Cookie", "")).get(cookie_name)
    return session_mark(cookie.value) if cookie else ""


def _origin(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.split('/')[0]}"

"""The intake's own small web: the SOS page of a citizen, and the press it sends. No sign-in, no cookie, nothing stored of the visit."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from safetyzone.contracts.faults import Fault, first_fault, too_long
from safetyzone.contracts.press import PhonePress, PressAnswer, PressRefused
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings
from safetyzone.programs.intake import form
from safetyzone.programs.intake.citizen import citizen_state
from safetyzone.programs.intake.writer import Writer
from safetyzone.senses.sos.heard import Heard, from_phone

PAGE = Path(__file__).parent / "page"
LONGEST_BODY = 8_192
WAIT_FOR_COMMIT_S = 8.0
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self';"
        " manifest-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class Hardened:
    """Puts the security headers on every answer; plain ASGI, because every press passes here."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.headers = [(name.lower().encode(), value.encode()) for name, value in HEADERS.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Any) -> None:
            if message["type"] == "http.response.start":
                there = {name for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(pair for pair in self.headers if pair[0] not in there)]
            await send(message)

        await self.app(scope, receive, with_headers)


def application(presses: Writer[Heard, PressAnswer], *, hears_poles: Callable[[], bool]) -> Starlette:
    """The SOS page and its two calls, in front of the press writer."""
    readers = ThreadPoolExecutor(max_workers=2, thread_name_prefix="citizen")

    async def committed(said: PhonePress) -> PressAnswer | None:
        """The answer, which follows the commit; None when there was none in time."""
        answered: asyncio.Future[PressAnswer] = asyncio.get_running_loop().create_future()
        presses.keep(from_phone(said), lambda answer: None if answered.done() else answered.set_result(answer))
        try:
            return await asyncio.wait_for(answered, WAIT_FOR_COMMIT_S)
        except TimeoutError:
            return None

    async def press(request: Request) -> Response:
        body = await _body(request)
        if body is None:
            return _refused(too_long(LONGEST_BODY), 413)
        try:
            said = PhonePress.model_validate_json(body)
        except ValidationError as wrong:
            return _refused(first_fault(wrong), 400)
        answer = await committed(said)
        if answer is None:
            # Not kept yet, so not promised; the page says it again with the same press id.
            return JSONResponse({"again": True}, 503, headers={"Retry-After": "1"})
        return Response(answer.model_dump_json(), media_type="application/json")

    async def show_form(request: Request) -> Response:
        return HTMLResponse(form.empty(demo=settings().demo))  # "no-store": a form out of a cache is a press that was made before

    async def send_form(request: Request) -> Response:
        body, demo = await _body(request), settings().demo
        if body is None:
            return HTMLResponse(form.not_kept(None, demo=demo), 413)
        said = form.read(body, at=clock.now())
        if said is None:
            return HTMLResponse(form.not_kept(None, demo=demo), 400)
        answer = await committed(said)
        if answer is None:
            return HTMLResponse(form.not_kept(said, demo=demo), 503, headers={"Retry-After": "1"})
        return HTMLResponse(form.kept(said, answer, demo=demo))

    async def state(request: Request) -> Response:
        try:
            press_id = UUID(request.path_params["press_id"])
        except ValueError:
            return _refused(Fault("press_id", "Not a press id", "ไม่ใช่รหัสการกด"), 400)
        loop = asyncio.get_running_loop()
        found = await loop.run_in_executor(readers, citizen_state, press_id, clock.now())
        return JSONResponse(found) if found else _refused(Fault("press_id", "No such press", "ไม่พบการกดนี้"), 404)

    async def page(request: Request) -> Response:
        html = (PAGE / "sos.html").read_text("utf-8")
        if settings().demo:  # nobody may take the pretend police for real ones
            html = html.replace('data-demo="no"', 'data-demo="yes"')
        return HTMLResponse(html, headers={"Cache-Control": "no-cache"})

    async def file(request: Request) -> Response:
        name = request.path_params["name"]
        if name not in _files():
            return _refused(Fault("path", "No such file", "ไม่พบไฟล์"), 404)
        return FileResponse(PAGE / name, headers={"Cache-Control": "public, max-age=3600"})

    async def well(request: Request) -> Response:
        return JSONResponse({"bus": hears_poles(), "backlog": presses.backlog, "committed": presses.committed})

    return Starlette(
        routes=[
            Route("/", lambda _request: RedirectResponse("/sos", 307)),
            Route("/sos", page),
            Route("/sos/form", show_form),
            Route("/sos/form", send_form, methods=["POST"]),
            Route("/sos/press", press, methods=["POST"]),
            Route("/sos/press/{press_id}", state),
            Route("/sos/static/{name}", file),
            Route("/healthz", well),
        ],
        middleware=[Middleware(Hardened)],
        exception_handlers={ClientDisconnect: lambda _request, _gone: Response(status_code=400)},
    )


async def _body(request: Request) -> bytes | None:
    """The body, or None as soon as it is too long: never more than the limit in memory."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LONGEST_BODY:
            return None
    return body


def _refused(fault: Fault, status: int) -> Response:
    words = PressRefused(field=fault.field, reason_en=fault.en, reason_th=fault.th)
    return Response(words.model_dump_json(), status, media_type="application/json")


def _files() -> frozenset[str]:
    return frozenset(path.name for path in PAGE.iterdir() if path.is_file()) if PAGE.is_dir() else frozenset()



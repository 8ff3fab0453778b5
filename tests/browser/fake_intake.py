"""A stand-in for the intake's HTTP door: serves the real page, and answers, stays silent or goes away as the test says."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from safetyzone.contracts.press import PressAnswer
from safetyzone.kernel import clock
from safetyzone.programs import intake
from safetyzone.programs.intake import form

PAGE = f"{next(iter(intake.__path__))}/page"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
HEARD_AT = "2026-11-22T14:04:05.412000Z"


@dataclass
class FakeIntake:
    """What the phone said, and what it is to be told."""

    url: str = ""
    heard: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    state: str = "received"
    unit_metres: int | None = None
    sent_bytes: dict[str, int] = field(default_factory=dict)

    async def press(self, request: Request) -> Response:
        said = await request.json()
        self.heard.append(said)
        if self.status != 200:
            return JSONResponse({"v": 1, "field": "hold_ms", "reason_th": "", "reason_en": ""}, self.status)
        return JSONResponse(
            {"v": 1, "press_id": said["press_id"], "incident": 41, "kind": "ordinary", "heard_at": HEARD_AT}
        )

    async def form(self, request: Request) -> Response:
        said = form.read(await request.body(), at=clock.now())
        assert said is not None
        self.heard.append(said.model_dump(mode="json"))
        headers = {"Content-Security-Policy": POLICY}
        if self.status != 200:
            return HTMLResponse(form.not_kept(said, demo=False), self.status, headers)
        answer = PressAnswer.model_validate({"press_id": said.press_id, "incident": 41, "kind": "ordinary", "heard_at": HEARD_AT})
        return HTMLResponse(form.kept(said, answer, demo=False), headers=headers)

    async def asked(self, request: Request) -> Response:
        return JSONResponse({"state": self.state, "heard_at": HEARD_AT, "unit_metres": self.unit_metres})

    def app(self) -> Starlette:
        async def page(request: Request) -> Response:
            return FileResponse(f"{PAGE}/sos.html", headers={"Content-Security-Policy": POLICY})

        async def show_form(request: Request) -> Response:
            return HTMLResponse(form.empty(demo=False), headers={"Content-Security-Policy": POLICY})

        return Starlette(
            routes=[
                Route("/sos", page),
                Route("/sos/form", show_form),
                Route("/sos/form", self.form, methods=["POST"]),
                Route("/sos/press", self.press, methods=["POST"]),
                Route("/sos/press/{press_id}", self.asked),
                Mount("/sos/static", StaticFiles(directory=PAGE)),
            ]
        )


@contextmanager
def fake_intake(port: int = 0) -> Iterator[FakeIntake]:
    """The stand-in, listening on this machine until the block ends."""
    fake = FakeIntake()
    server = uvicorn.Server(uvicorn.Config(fake.app(), port=port, log_level="error", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    fake.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield fake
    finally:
        server.should_exit = True
        thread.join(5)

"""A vision program as it runs, before real RTSP cameras and a real bus, and a web that says what the test wants it to say."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from safetyzone.contracts.vision import STREAM, LeaseAnswer, LeaseAsk, PlateReading, PlatesWork, Work, internal_key
from safetyzone.programs.nats import NatsPlace
from safetyzone.programs.video.tests.station import MASTER, cameras, served
from safetyzone.simulation.cameras import Cameras

PATIENCE_S = 40.0


def now_ms() -> int:
    return time.time_ns() // 1_000_000


@dataclass
class Web:
    """What the web says of leases."""

    work: Callable[[], tuple[Work, ...]] = tuple
    asked: list[LeaseAsk] = field(default_factory=list)
    away: bool = False

    def application(self) -> Starlette:
        return Starlette(routes=[Route("/vision/leases", self._leases, methods=["POST"])])

    async def _leases(self, request: Request) -> Response:
        if self.away or request.headers.get("X-Vision-Key") != internal_key(MASTER):
            return Response(status_code=503)
        self.asked.append(LeaseAsk.model_validate_json(await request.body()))
        return Response(LeaseAnswer(work=self.work()).model_dump_json(), media_type="application/json")


@dataclass
class Running:
    """The program, its cameras, its web and its bus."""

    web: Web
    cameras: Cameras
    loop: asyncio.AbstractEventLoop
    state: Path
    environment: dict[str, str]
    place: NatsPlace
    process: "subprocess.Popen[bytes] | None" = None
    number: int = 0
    real: bool = False
    """With the nets that are installed, instead of their twins."""

    def start(self) -> None:
        twin = [sys.executable, "-m", "safetyzone.programs.vision.tests.twin_program", str(self.number)]
        command = [sys.executable, "-m", "safetyzone", "vision", "--number", str(self.number)] if self.real else twin
        self.process = subprocess.Popen(command, env=self.environment, stdout=subprocess.DEVNULL)

    def kill(self) -> None:
        """As the kernel kills: nothing is tidied up."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(5)

    def add(self, code: str, clip: Path, **how: Any) -> None:
        asyncio.run_coroutine_threadsafe(self.cameras.add(code, clip, **how), self.loop).result(PATIENCE_S)

    def fault(self, code: str, kind: str | None, **how: Any) -> None:
        self.loop.call_soon_threadsafe(lambda: self.cameras.fault(code, kind, **how))

    def wanted(self, *codes: str, for_s: float = 3600.0) -> None:
        """Plates are wanted at these cameras for so long."""
        ends = now_ms() + round(for_s * 1000)

        def work() -> tuple[Work, ...]:
            return tuple(
                Work(camera=code, address=self.cameras.url(code), until_ms=now_ms() + 8000, plates=PlatesWork(until_ms=ends))
                for code in codes
                if now_ms() < ends
            )

        self.web.work = work

    def account(self) -> dict[str, Any]:
        """What the program says of its cameras; nothing while it is not there."""
        try:
            return dict(json.loads((self.state / "run" / f"vision-{self.number}.json").read_text()))
        except (OSError, ValueError):
            return {"cameras": {}, "waiting": 0}

    def until(self, holds: Callable[[], Any], within_s: float = PATIENCE_S) -> Any:
        end = time.monotonic() + within_s
        while not (found := holds()):
            assert time.monotonic() < end, self.account()
            time.sleep(0.05)
        return found

    def readings(self, most: int, within_s: float = PATIENCE_S) -> list[PlateReading]:
        """What the bus has been told, taken from its work queue."""
        return asyncio.run(_readings(self.place, most, within_s))


async def _readings(place: NatsPlace, most: int, within_s: float) -> list[PlateReading]:
    client = await nats.connect(place.url, user=place.user, password=place.password)
    found: list[PlateReading] = []
    end = time.monotonic() + within_s
    try:
        while len(found) < most and time.monotonic() < end:
            try:
                taker = await client.jetstream().pull_subscribe("", durable="test", stream=STREAM)
                for message in await taker.fetch(most - len(found), timeout=1):
                    found.append(PlateReading.model_validate_json(message.data))
                    await message.ack_sync()
            except (nats.errors.Error, nats.js.errors.Error, TimeoutError):
                await asyncio.sleep(0.2)
    finally:
        await client.close()
    return found


def environment(state: Path, place: NatsPlace) -> dict[str, str]:
    """What a program that reads cameras needs to know, on whichever machine."""
    return {
        "SAFETYZONE_STATE": str(state), "SAFETYZONE_SECRET_KEY": MASTER.decode(), "SAFETYZONE_CAMERA_NETWORKS": '["127.0.0.0/8"]',
        "SAFETYZONE_NATS_URL": place.url, "SAFETYZONE_NATS_USER": place.user, "SAFETYZONE_NATS_PASSWORD": place.password,
    }  # fmt: skip


@contextmanager
def running(state: Path, place: NatsPlace, free_port: Callable[[], int], *, real: bool = False, cluster: str = "") -> Iterator[Running]:
    """All of it, until the block ends."""
    web, port = Web(), free_port()
    with served(web.application(), port), cameras() as (server, loop):
        named = {**os.environ, **environment(state, place), "SAFETYZONE_WEB_PORT": str(port), "SAFETYZONE_VISION_CLUSTER": cluster}
        here = Running(web, server, loop, state, named, place, real=real)
        here.start()
        try:
            yield here
        finally:
            if here.process is not None and here.process.poll() is None:
                here.process.terminate()
                here.process.wait(10)

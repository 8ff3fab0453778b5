"""The intake: hears poles and phones, keeps every press in a committed incident, and only then answers.

A bulkhead: its own process, thread and database connection; no video, no image, no outbound HTTP.
"""

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from functools import partial
from typing import Any

import structlog
import uvicorn
from django.db import transaction
from nats.aio.msg import Msg
from pydantic import BaseModel

from safetyzone.contracts import topics
from safetyzone.contracts.faults import Fault
from safetyzone.contracts.health import PoleHealth, PoleSelfTest
from safetyzone.contracts.press import PolePress, PressAnswer
from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings
from safetyzone.programs.intake.bus import Bus
from safetyzone.programs.intake.http import application
from safetyzone.programs.intake.writer import Writer
from safetyzone.programs.nats import bus_place
from safetyzone.senses.sos import actions
from safetyzone.senses.sos.heard import Heard, from_pole
from safetyzone.senses.sos.judging import without_words

log = structlog.get_logger()

BY = SYSTEM


def keep_presses(presses: Sequence[Heard]) -> Sequence[PressAnswer]:
    """One transaction for the batch; its answers may be given when this returns, for then it is committed."""
    return actions.hear(presses, by=BY, at=clock.now())


def keep_bare_press(press: Heard) -> PressAnswer:
    """The call alone, when what came with it cannot be stored."""
    return actions.hear([without_words(press)], by=BY, at=clock.now())[0]


def keep_device_news(news: Sequence[Any]) -> Sequence[bool]:
    """Heartbeats, self-tests and what could not be understood: apart from presses, so that none can delay one."""
    at = clock.now()
    with transaction.atomic():
        actions.heartbeats([one for one in news if isinstance(one, PoleHealth)], by=BY, at=at)
        actions.self_tests([one for one in news if isinstance(one, PoleSelfTest)], by=BY, at=at)
        actions.count_not_understood([one for one in news if isinstance(one, tuple)], by=BY, at=at)
    return [True] * len(news)


class Intake:
    """Wires the ear, the writers and the SOS page together."""

    def __init__(self) -> None:
        most = 1 if settings().commit_mode == "single" else 2_000
        self.presses: Writer[Heard, PressAnswer] = Writer("presses", keep_presses, alone=keep_bare_press, most=most)
        self.devices: Writer[Any, bool] = Writer("devices", keep_device_news)
        place = bus_place()
        self.bus = Bus(url=place.url, user=place.user, password=place.password, heard=self.on_heard, misheard=self.on_misheard)

    def on_heard(self, pole: str, message: BaseModel, msg: Msg) -> None:
        """A message that makes sense: into the writer; the answer follows the commit."""
        if isinstance(message, PolePress):
            self.presses.keep(from_pole(message, topic_pole=pole), partial(self._answer, pole, msg))
        elif getattr(message, "pole", None) != pole:
            self.on_misheard(pole, Fault("pole", "Another pole than the topic's", "รหัสเสาไม่ตรงกับหัวข้อ"), msg)
        else:
            self.devices.keep(message, lambda _kept: self.bus.done_with(msg))

    def on_misheard(self, pole: str, fault: Fault, msg: Msg) -> None:
        """A message that makes no sense: counted, and refused with the reason."""
        self.devices.keep((pole, fault.field, fault.en), lambda _counted: self.bus.refuse(pole, fault, msg))

    def _answer(self, pole: str, msg: Msg, answer: PressAnswer) -> None:
        self.bus.tell(pole, topics.ACK, answer)
        self.bus.done_with(msg)

    async def run(self) -> None:
        """Until a signal says stop."""
        stop = asyncio.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(name, stop.set)
        writers = [asyncio.create_task(self.presses.run()), asyncio.create_task(self.devices.run())]
        page = _server(self)
        # The page opens before the bus: a phone can be heard while the bus is still coming up.
        serving = asyncio.create_task(page.serve())
        listening = asyncio.create_task(self.bus.listen())
        log.info("intake_listens", port=settings().intake_port)
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, serving, *writers], return_when=asyncio.FIRST_COMPLETED)
        listening.cancel()
        page.should_exit = True
        await self.presses.stop()
        await self.devices.stop()
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(asyncio.gather(serving, self.bus.close(), return_exceptions=True), timeout=3)
        for task in writers:
            task.cancel()


class _Page(uvicorn.Server):
    """uvicorn without its own signal handlers: the intake decides when it is over."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        yield


def _server(intake: Intake) -> _Page:
    return _Page(
        uvicorn.Config(
            application(intake.presses, hears_poles=intake.bus.listening), host=settings().intake_host,
            port=settings().intake_port, log_level="warning",
            access_log=False, lifespan="off", timeout_keep_alive=30, limit_concurrency=2_000, h11_max_incomplete_event_size=16_384,
            server_header=False,
        )
    )  # fmt: skip

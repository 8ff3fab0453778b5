"""Cameras that say in their own stream what they read (ONVIF Profile M over RTSP): listened to while plates are wanted there, else not."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

import structlog

from safetyzone.contracts.video import Pull
from safetyzone.contracts.vision import PlateReading, Work
from safetyzone.kernel.refusals import Refused
from safetyzone.programs.video.opening import Door, credential
from safetyzone.programs.vision.adapters import BadMessage, onvif
from safetyzone.programs.vision.adapters.passing import Passing
from safetyzone.programs.vision.adapters.rtp import Join
from safetyzone.programs.vision.adapters.rtsp import Trouble, playing
from safetyzone.senses.cameras.addresses import Checked

log = structlog.get_logger()

TICK_S = 0.25
WAITS_S = (0.5, 1.0, 2.0, 5.0, 10.0, 30.0)
SETTLED_S = 5.0
MOST_DEBT_S, PAID_BACK = 0.5, 0.2
"""Seconds of computing that one camera may take at once, and its share of a processor in the long run: XML can be made to be slow to read,
and the others are asked for by the same program. A usual document takes a few ten-thousandths of a second."""
NAMES_A_PLATE = b"PlateNumber"
"""Most documents speak of movement alone: those are not even parsed."""


@dataclass
class _Camera:
    """One camera that is listened to. ``why``: opening, playing, gone, refused, broken, or what ``rtsp.Trouble`` says."""

    work: Work
    path: str
    task: "asyncio.Task[None] | None" = None
    why: str = "opening"
    passing: Passing = field(default_factory=Passing)
    debt_s: float = 0.0
    paid_at_s: float = 0.0

    def may_compute(self, now_s: float) -> bool:
        """Whether it has not taken more than its share."""
        self.debt_s = max(0.0, self.debt_s - (now_s - self.paid_at_s) * PAID_BACK)
        self.paid_at_s = now_s
        return self.debt_s < MOST_DEBT_S


@dataclass
class MetadataListener:
    """``paths``: our code of each camera, and the path of the stream that holds its words; empty: that of its main stream.

    ``wanted``: a camera's work while plates may be read there now, else None. ``refused`` counts by name what became no reading.
    """

    paths: Mapping[str, str]
    wanted: Callable[[str], Work | None]
    tell: Callable[[PlateReading], None]
    door: Door
    refused: "Counter[str]" = field(default_factory=Counter)
    _cameras: dict[str, _Camera] = field(default_factory=dict, repr=False)

    @property
    def states(self) -> dict[str, str]:
        """How each camera is that is listened to."""
        return {code: each.why for code, each in self._cameras.items()}

    async def run(self) -> None:
        """For ever: listens where it is wanted, and stops where it is not any more."""
        try:
            while True:
                for code in self.paths:
                    self._look_after(code)
                await asyncio.sleep(TICK_S)
        finally:
            for each in self._cameras.values():
                if each.task is not None:
                    each.task.cancel()

    def _look_after(self, code: str) -> None:
        work, each = self.wanted(code), self._cameras.get(code)
        if each is not None and (work is None or (work.address, work.credential) != (each.work.address, each.work.credential)):
            if each.task is not None:
                each.task.cancel()
            del self._cameras[code]
            each = None
        if work is None:
            return
        if each is None:
            each = self._cameras[code] = _Camera(work, self.paths[code])
            each.task = asyncio.create_task(self._follow(each), name=f"hear-{code}")
        for one in each.passing.tick(time.monotonic()):
            self._tell(one)

    async def _follow(self, each: _Camera) -> None:
        """One camera, again and again; each time it is lost it is waited for a little longer."""
        losses = 0
        while True:
            began = time.monotonic()
            try:
                await self._once(each)
                why = "gone"
            except Refused:
                why = "refused"
            except Trouble as wrong:
                why = wrong.name
            except (OSError, EOFError):
                why = "gone"
            except Exception as wrong:  # whatever one camera does to us, the others are heard
                why = "broken"
                log.exception("ai_camera_broke_its_listener", camera=each.work.camera, error=type(wrong).__name__)
            if why != each.why:
                log.info("ai_camera_lost", camera=each.work.camera, why=why)
            each.why = why
            losses = 0 if time.monotonic() - began > SETTLED_S else losses + 1
            await asyncio.sleep(WAITS_S[min(max(0, losses - 1), len(WAITS_S) - 1)])

    async def _once(self, each: _Camera) -> None:
        place = await asyncio.to_thread(self._place, each)
        work = each.work
        user, password = credential(
            Pull(code=work.camera, address=work.address, credential=work.credential, record_hours=0, disk_class="none")
        )
        async with playing(place, user, password) as session:
            each.why = "playing"
            join = Join(session.payload_type, self.refused)
            async for wire in session.packets():
                document = join.add(wire)
                if document is not None:
                    self._read(each, document)

    def _place(self, each: _Camera) -> Checked:
        """The machine is the one in the camera's address, whatever path is set. Raises AddressRefused."""
        place = self.door.check(each.work.address)
        return replace(place, path=each.path) if each.path else place

    def _read(self, each: _Camera, document: bytes) -> None:
        began = time.monotonic()
        if NAMES_A_PLATE not in document:
            return
        if not each.may_compute(began):
            self.refused["too_slow"] += 1
            return
        try:
            found = onvif.from_metadata(document, each.work.camera, came_ms=time.time_ns() // 1_000_000)
        except BadMessage as wrong:
            self.refused[wrong.name] += 1
            found = []
        for one in found:
            for told in each.passing.see(one, began):
                self._tell(told)
        each.debt_s += time.monotonic() - began

    def _tell(self, one: PlateReading) -> None:
        """Work may have ended while it was on its way: then it was never read."""
        if self.wanted(one.camera) is not None:
            self.tell(one)

"""A pretend operator at a console: answers, looks, judges, sends the unit proposed first, ticks the procedure, closes.

Reads the same fragments and presses the same buttons as the person beside whom it works.
"""

import asyncio
import re
from dataclasses import dataclass

from safetyzone.simulation.person import Person
from safetyzone.simulation.plan import Pace

ROW = re.compile(r'<li data-key="row-(\d+)"([^>]*)>')
STATUS = re.compile(r'data-status="(\w+)"')
KIND = re.compile(r'data-kind="(\w+)"')
JOIN = re.compile(r'data-post="/room/incident/(\d+)/join" data-newer="(\d+)"')
STEP = re.compile(r'/step" data-step="(\w+)"')
UNIT = re.compile(r'/send" data-unit="([^"]+)"')
ORDER = re.compile(r'data-key="order-[^"]+" data-state="(\w+)"')
HOLD_S = re.compile(r"<dd>([\d.]+) (?:วินาที|s)</dd>")
OVER = {"closed", "duplicate", ""}
ACTIVE = {"offered", "acknowledged", "en_route", "on_scene"}
OF_THE_SENDING = ("send_unit", "tell_caller", "send_backup")
A_SLIP_S = 0.6
"""A touch shorter than this with nobody seen afterwards is taken for a slip, after looking."""
AT_ONCE = 3


@dataclass(frozen=True)
class Seen:
    """What the incident's panel shows."""

    status: str
    steps: tuple[str, ...]
    units: tuple[str, ...]
    orders: tuple[str, ...]
    hold_s: float


class Operator:
    """One operator, who can keep a few incidents in hand."""

    def __init__(self, person: Person, pace: Pace) -> None:
        self.person, self.pace = person, pace
        self.in_hand: dict[int, asyncio.Task[None]] = {}

    async def live(self) -> None:
        """For ever: look at the queue, take what rings, join what is offered."""
        await self.person.enter()
        while True:
            queue = await self.person.see("/room/_queue")
            await self._look_at(queue)
            self.in_hand = {number: task for number, task in self.in_hand.items() if not task.done()}
            if self.in_hand:
                await self.person.do("/room/still-here", ids=",".join(map(str, self.in_hand)))
            await self.pace.wait(1, 1.6)

    async def _look_at(self, queue: str) -> None:
        rows = [(int(number), about) for number, about in ROW.findall(queue)]
        unshown = [str(number) for number, about in rows if "data-unshown" in about]
        if unshown:
            await self.person.do("/room/shown", ids=",".join(unshown))
        for older, newer in JOIN.findall(queue):
            await self.pace.wait(2, 3)
            await self.person.do(f"/room/incident/{older}/join", newer=newer)
        for number, about in rows:
            if number not in self.in_hand and len(self.in_hand) < AT_ONCE:
                kind = KIND.search(about)
                self.in_hand[number] = asyncio.create_task(self._handle(number, kind[1] if kind else "sos"))

    async def _see(self, number: int) -> Seen:
        page = await self.person.see(f"/room/_incident/{number}")
        status = STATUS.search(page)
        hold = HOLD_S.search(page)
        return Seen(
            status=status[1] if status else "",
            steps=tuple(STEP.findall(page)),
            units=tuple(UNIT.findall(page)),
            orders=tuple(ORDER.findall(page)),
            hold_s=float(hold[1]) if hold else 9.0,
        )

    async def _handle(self, number: int, kind: str) -> None:
        at = f"/room/incident/{number}"
        await self.pace.wait(1.5, 3)
        await self.person.do(f"{at}/answer")
        await self.pace.wait(1, 2)
        seen = await self._see(number)
        if seen.status in OVER:
            return
        if kind == "sos" and seen.hold_s < A_SLIP_S and not seen.orders:
            await self.pace.wait(2, 3)
            await self.person.do(f"{at}/false_press", why="ไม่มีผู้ใดอยู่ที่เสา")
        elif kind in {"sos", "reported", "officer_help", "watch_hit"}:  # a hit is here only since a person confirmed it
            await self.person.do(f"{at}/verify")
            await self._send_and_wait(number)
            await self.person.do(f"{at}/resolve", outcome="handed_over" if kind == "watch_hit" else "helped", words="")
        elif kind == "sos_technical":
            await self._tick(number)
            await self.person.do(f"{at}/test", why="สัญญาณผิดปกติ แจ้งช่างแล้ว")
        else:
            await self._tick(number)
            await self.person.do(f"{at}/resolve", outcome="handed_over", words="")
        await self.pace.wait(1, 2)
        await self._tick(number)
        await self.person.do(f"{at}/close")

    async def _send_and_wait(self, number: int) -> None:
        """Send, and send another if the first cannot; until somebody has been there."""
        been_there = False
        while True:
            seen = await self._see(number)
            active = ACTIVE & set(seen.orders)
            if seen.status in OVER or (been_there and not active):
                return
            if not active and seen.units:
                await self.person.do(f"/room/incident/{number}/send", unit=seen.units[0])
            if "on_scene" in seen.orders or "done" in seen.orders:
                been_there = True
            for step in {"look_and_listen", *(OF_THE_SENDING if active else ())} & set(seen.steps):
                await self.person.do(f"/room/incident/{number}/step", step=step)
            await self.pace.wait(1.5, 2.5)

    async def _tick(self, number: int) -> None:
        for step in (await self._see(number)).steps:
            await self.pace.wait(0.4, 1)
            await self.person.do(f"/room/incident/{number}/step", step=step)

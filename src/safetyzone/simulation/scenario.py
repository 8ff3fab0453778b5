"""What happens tonight. Times are seconds after everybody is in place; a speed divides them."""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import Any

import httpx
import structlog

from safetyzone.simulation import phone
from safetyzone.simulation.plan import Pace
from safetyzone.simulation.pole import Pole
from safetyzone.simulation.streets import METRES_A_DEGREE, LonLat

log = structlog.get_logger()
WORDS = ("", "", "มีคนเดินตาม", "ทะเลาะกันเสียงดัง", "คนหมดสติ", "Someone took my bag", "เด็กหลงทาง")
A_CALM_WHILE_S = (35.0, 80.0)
LONG_HOLD_MS = (900, 3200)
SLIP_MS = (120, 400)


@dataclass
class Night:
    """The pretend zone's poles and phones, and what they are made to do."""

    poles: dict[str, Pole]
    web: httpx.AsyncClient
    pace: Pace
    first: str
    running: set[asyncio.Task[Any]] = field(default_factory=set)

    def let(self, deed: Coroutine[Any, Any, Any]) -> None:
        """Begin something and do not wait for its end."""
        task = asyncio.create_task(deed)
        self.running.add(task)
        task.add_done_callback(self.running.discard)

    def hold_ms(self) -> int:
        return self.pace.chance.randint(*LONG_HOLD_MS)

    async def press(self, code: str, hold_ms: int | None = None) -> None:
        """Somebody presses a pole's button."""
        press_id = await self.poles[code].press(hold_ms or self.hold_ms())
        log.info("pole_pressed", pole=code, press=str(press_id))

    def near(self, code: str, away_m: float) -> LonLat:
        """A place so far from a pole."""
        key = self.poles[code].key
        return (key.lon + away_m / METRES_A_DEGREE, key.lat)

    def call(self, where: LonLat | None, words: str = "", *, twice: bool = False) -> None:
        """Somebody presses on the SOS page."""
        log.info("phone_pressed", placed=where is not None)
        self.let(phone.press(self.web, self.pace.child("phone"), where=where, words=words, twice=twice))

    def another(self) -> str:
        """A pole that has power, other than the first."""
        alive = sorted(code for code, pole in self.poles.items() if not pole.dead and code != self.first)
        return self.pace.chance.choice(alive or [self.first])


async def opening(night: Night) -> None:
    """The first minute: a press, its repeat, a caller beside it, a slip of the hand, a caller elsewhere."""
    await night.pace.wait(2)
    await night.press(night.first, 2400)
    await night.pace.wait(4)
    await night.press(night.first, 1500)  # frightened people press again: the same call
    await night.pace.wait(3)
    night.call(night.near(night.first, 35), "เห็นคนล้มข้างเสา", twice=True)
    await night.pace.wait(4)
    await night.press(night.another(), 250)
    await night.pace.wait(9)
    night.call(night.near(night.another(), 60), "มีคนเดินตาม อยู่ใต้สถานีรถไฟฟ้า")


async def _gently(night: Night) -> None:
    """For ever: a call now and then."""
    while True:
        await night.pace.wait(*A_CALM_WHILE_S)
        what = night.pace.chance.choices(("pole", "again", "phone", "lost place", "slip"), (40, 10, 25, 5, 20))[0]
        code = night.another()
        if what == "slip":
            await night.press(code, night.pace.chance.randint(*SLIP_MS))
        elif what in {"pole", "again"}:
            await night.press(code)
            if what == "again":
                await night.pace.wait(3, 12)
                await night.press(code)
        else:
            where = None if what == "lost place" else night.near(code, night.pace.chance.uniform(-120, 120))
            night.call(where, night.pace.chance.choice(WORDS))


async def normal_night(night: Night) -> None:
    """Within the first minute one of everything, and then it goes on gently for ever."""
    await opening(night)
    await _gently(night)


async def storm(night: Night) -> None:
    """A rainstorm: poles lose their power, everybody calls at once; then the calm after it."""
    await night.pace.wait(2)
    for code in night.pace.chance.sample(sorted(set(night.poles) - {night.first}), min(6, len(night.poles) - 1)):
        night.poles[code].fall_silent()
    for number in range(40):
        await night.pace.wait(0.3, 3)
        code = night.first if number % 7 == 0 else night.another()
        if night.pace.chance.random() < 0.65:
            await night.press(code)
        else:
            night.call(night.near(code, night.pace.chance.uniform(-150, 150)), night.pace.chance.choice(WORDS))
    await _gently(night)


async def drill(night: Night) -> None:
    """For a person at the desk: one thing after another, with time to think, each kind once before anything repeats."""
    await night.pace.wait(6)
    await night.press(night.first, 2400)
    await night.pace.wait(5)
    await night.press(night.first, 1500)
    await night.pace.wait(60)
    await night.press(night.another(), 250)
    await night.pace.wait(45)
    night.call(night.near(night.another(), 60), "มีคนเดินตาม")
    await night.pace.wait(60)
    night.call(None, "อยู่หน้าศาลพระพรหม")
    await _gently(night)


SCENARIOS = {"night": normal_night, "storm": storm, "drill": drill}

"""The same seed is the same evening; each scenario holds what it promises."""

import asyncio
from typing import Any
from uuid import uuid4

import httpx
import pytest

from safetyzone.simulation import phone, scenario
from safetyzone.simulation.plan import Pace, PoleKey
from safetyzone.simulation.pole import Pole
from safetyzone.simulation.scenario import Night

SPEED = 2000.0


def _evening(monkeypatch: pytest.MonkeyPatch, name: str, seed: int, seconds: float) -> tuple[list[Any], Night]:
    """What happens in the street in so many seconds of pretend time; nothing is sent."""
    told: list[Any] = []

    async def note_press(self: Pole, hold_ms: int) -> Any:
        told.append(("pole", self.key.code, hold_ms))
        return uuid4()

    async def note_call(web: Any, pace: Any, *, where: Any, words: str = "", twice: bool = False) -> str:
        told.append(("phone", where is not None, words, twice))
        return "closed"

    monkeypatch.setattr(Pole, "press", note_press)
    monkeypatch.setattr(phone, "press", note_call)

    async def live() -> Night:
        pace = Pace(SPEED)
        pace.chance.seed(seed)
        poles = {
            f"P{n:02}": Pole(
                PoleKey(code=f"P{n:02}", lon=100.54, lat=13.74, mqtt_password="-", signing_key_hex="00"),
                host="", port=0, pace=pace.child(str(n)),
            )
            for n in range(12)
        }
        async with httpx.AsyncClient() as web:
            night = Night(poles, web, pace.child("night"), "P05")
            task = asyncio.create_task(scenario.SCENARIOS[name](night))
            until = asyncio.get_running_loop().time() + 20
            while len(told) < seconds and asyncio.get_running_loop().time() < until:
                await asyncio.sleep(0.01)
            task.cancel()
        return night

    night = asyncio.run(live())
    return told[: int(seconds)], night


def test_the_same_seed_is_the_same_evening(monkeypatch: pytest.MonkeyPatch) -> None:
    one, _ = _evening(monkeypatch, "night", 7, 12)
    again, _ = _evening(monkeypatch, "night", 7, 12)
    other, _ = _evening(monkeypatch, "night", 8, 12)
    assert one == again
    assert one != other


def test_a_normal_night_begins_with_one_of_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    told, _ = _evening(monkeypatch, "night", 1, 5)
    assert [what[:2] for what in told[:2]] == [("pole", "P05"), ("pole", "P05")], "a press and its frightened repeat"
    assert told[2][0] == "phone"
    assert told[2][3], "whose line stutters"
    assert told[3][0] == "pole"
    assert told[3][2] < 600, "a slip of the hand"
    assert told[4][0] == "phone"


def test_a_storm_cuts_poles_off_and_a_dead_pole_presses_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    told, night = _evening(monkeypatch, "storm", 1, 40)
    dead = {code for code, pole in night.poles.items() if pole.dead}
    assert len(dead) == 6
    assert len(told) == 40
    assert not dead & {what[1] for what in told if what[0] == "pole"}
    assert any(what[0] == "phone" for what in told)


def test_a_plan_does_not_print_its_keys() -> None:
    key = PoleKey(code="P1", lon=100.5, lat=13.7, mqtt_password="hush", signing_key_hex="abcd")
    assert "hush" not in repr(key)
    assert "abcd" not in repr(key)

"""The presses of one step: signed, in the contract's shape, each from a pole of its own, due at fixed times."""

import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from safetyzone.contracts import topics
from safetyzone.contracts.press import PolePress, sign
from safetyzone.senses.sos.keys import signing_key


def pole_code(number: int) -> str:
    """Fixed width, so that a step's poles are one range in the database too."""
    return f"B{number:07d}"


def write(file: Path, *, first_pole: int, rate: float, seconds: float, begins: datetime, seed: int, master: bytes) -> int:
    """Write the plan of one step and return how many presses it holds.

    Args:
        rate: presses a second, evenly spaced: the open loop that a crowd of independent buttons is.
        begins: wall time of the first press; each press says that it was pressed when it is due.
    """
    drawn = random.Random(seed * 1_000_003 + first_pole)
    presses = max(1, round(rate * seconds))
    with file.open("wb") as lines:
        for number in range(presses):
            offset = number / rate
            pole = pole_code(first_pole + number)
            press = PolePress.model_construct(
                v=1, pole=pole, press_id=uuid.UUID(int=drawn.getrandbits(128), version=4),
                pressed_at=begins + timedelta(seconds=offset), seq=1, hold_ms=drawn.randint(200, 4_000), position=None, sig="",
            )  # fmt: skip
            body = {
                "v": 1, "pole": pole, "press_id": str(press.press_id), "pressed_at": press.pressed_at.isoformat(), "seq": 1,
                "hold_ms": press.hold_ms, "sig": sign(press, signing_key(master, pole, 1)),
            }  # fmt: skip
            lines.write(orjson.dumps([offset, topics.said_by(pole, topics.PRESS), orjson.dumps(body).decode()]) + b"\n")
    return presses


def soon(seconds: float) -> datetime:
    """A start a little ahead, so that the generator is ready when the first press is due."""
    return datetime.now(UTC) + timedelta(seconds=seconds)

"""A station with two poles, and their voices."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from safetyzone.contracts.press import PolePress, sign
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.senses.sos import actions
from safetyzone.senses.sos.heard import Heard, from_pole

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
RATCHAPRASONG = Point(lon=100.5405, lat=13.7445)


@dataclass(frozen=True)
class PoleVoice:
    """A pole that knows its own key, as the installer typed it in."""

    code: str
    key: bytes

    def press(self, *, press_id: UUID | None = None, at: datetime = NIGHT, key: bytes | None = None, **more: object) -> Heard:
        said = PolePress.model_validate(
            {"pole": self.code, "press_id": press_id or new_id(), "pressed_at": at, "seq": 1, "hold_ms": 800, "sig": ""} | more
        )
        signed = said.model_copy(update={"sig": sign(said, self.key if key is None else key)})
        return from_pole(signed, topic_pole=self.code)


@pytest.fixture
def add_pole(db: None) -> Callable[..., PoleVoice]:
    load_ground(by=COMMAND_LINE, at=NIGHT)

    def add(code: str, *, east_m: float = 0.0) -> PoleVoice:
        given = actions.add_pole(
            code=code, zone="ratchaprasong", name_th=f"เสา {code}", name_en=f"Pole {code}",
            point=RATCHAPRASONG.moved(east_m=east_m), by=COMMAND_LINE, at=NIGHT,
        )  # fmt: skip
        return PoleVoice(code, bytes.fromhex(given.signing_key_hex))

    return add


@pytest.fixture
def pole_7(add_pole: Callable[..., PoleVoice]) -> PoleVoice:
    return add_pole("LPN-P007")


@pytest.fixture
def pole_8(add_pole: Callable[..., PoleVoice]) -> PoleVoice:
    return add_pole("LPN-P008", east_m=400)


@pytest.fixture
def after() -> Callable[[float], datetime]:
    return lambda seconds: NIGHT + timedelta(seconds=seconds)

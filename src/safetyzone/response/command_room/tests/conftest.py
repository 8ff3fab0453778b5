"""A station with people of every duty, a pole, two patrols, and the moment at which it all happens."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from safetyzone.contracts.press import PolePress, sign
from safetyzone.ground.officers import actions as officer_actions
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.clock import HandClock
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.response.dispatch import actions as dispatch
from safetyzone.senses.sos import pole_actions
from safetyzone.senses.sos.actions import hear
from safetyzone.senses.sos.heard import from_pole

STATION, OTHER = "lumphini", "huai-khwang"
NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
HERE = Point(lon=100.5405, lat=13.7445)


@dataclass
class Town:
    """The station, and a hand on its clock."""

    time: HandClock
    manager: Who
    keys: dict[str, bytes]

    @property
    def now(self) -> datetime:
        return self.time.at

    def officer(self, name: str, duty: str, *, station: str = STATION) -> Who:
        number = officer_actions.add_officer(
            username=name, password="a-long-night-in-november", station=station, by=self.manager, at=NIGHT
        )
        officer_actions.post(officer_id=number, duty=duty, station=station, by=self.manager, at=NIGHT)
        return self.who(name)

    def who(self, name: str) -> Who:
        return officers.who(get_user_model().objects.get(username=name), at=self.now)

    def at_the_desk(self, who: Who) -> Client:
        client = Client()
        client.force_login(get_user_model().objects.get(pk=who.officer_id))
        return client

    def press(self, code: str = "LPN-P007", *, forged: bool = False, east_m: float = 0, hold_ms: int = 1800) -> int:
        """Somebody presses; a pole that is not there yet is put up first. Returns the incident's number."""
        if code not in self.keys:
            given = pole_actions.add_pole(
                code=code, zone="ratchaprasong", name_th=f"เสา {code}", name_en=f"Pole {code}",
                point=HERE.moved(east_m=east_m), by=COMMAND_LINE, at=NIGHT,
            )  # fmt: skip
            self.keys[code] = bytes.fromhex(given.signing_key_hex)
        said = PolePress(pole=code, press_id=uuid4(), pressed_at=self.now, seq=1, hold_ms=hold_ms, sig="")
        signed = said.model_copy(update={"sig": sign(said, b"wrong" if forged else self.keys[code])})
        return hear([from_pole(signed, topic_pole=code)], by=SYSTEM, at=self.now)[0].incident

    def unit(self, call_sign: str, *, east_m: float = 300) -> Who:
        rider = self.officer(f"rider-{call_sign.lower()}", "patrol")
        crew = [rider.officer_id or 0]
        dispatch.add_unit(call_sign=call_sign, station=STATION, crew=crew, by=self.manager, at=self.now)
        dispatch.set_duty(call_sign=call_sign, duty="free", by=rider, at=self.now)
        dispatch.report_position(call_sign=call_sign, point=HERE.moved(east_m=east_m), by=rider, at=self.now)
        return rider


@pytest.fixture
def town(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Town]:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # nobody's password: only quick
    monkeypatch.setattr(station_settings(), "mfa_required", False)
    load_ground(by=COMMAND_LINE, at=NIGHT)
    officer_actions.load_duties(by=COMMAND_LINE, at=NIGHT)
    grants = frozenset((station, word) for station in (STATION, OTHER) for word in ("manage_officers", "see_room"))
    time = HandClock(NIGHT)
    before = clock.use(time)
    yield Town(time=time, manager=Who(name="setup", grants=grants), keys={})
    clock.use(before)


@pytest.fixture
def malee(town: Town) -> Who:
    """An operator."""
    return town.officer("malee", "operator")


@pytest.fixture
def wichai(town: Town) -> Who:
    """Another operator."""
    return town.officer("wichai", "operator")


@pytest.fixture
def somchai(town: Town) -> Who:
    """A commander."""
    return town.officer("somchai", "commander")


@pytest.fixture
def desk(town: Town, malee: Who) -> Client:
    """Malee's browser."""
    return town.at_the_desk(malee)

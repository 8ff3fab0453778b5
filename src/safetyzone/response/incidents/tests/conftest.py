"""A desk with an operator, a call, and a clock that the test moves."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.ground.officers.models import Officer
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.ids import new_id
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised

NIGHT = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
RATCHAPRASONG = Point(lon=100.5405, lat=13.7445)
DESK = ("see_room", "answer", "dispatch", "close")


@pytest.fixture
def after() -> Callable[[float], datetime]:
    return lambda seconds: NIGHT + timedelta(seconds=seconds)


@pytest.fixture
def officer(db: None) -> Callable[..., Who]:
    def make(name: str, *, station: str = "lumphini", permissions: tuple[str, ...] = DESK) -> Who:
        person = Officer.objects.create(username=name)
        return Who(name=name, officer_id=person.id, grants=frozenset((station, word) for word in permissions))

    return make


@pytest.fixture
def malee(officer: Callable[..., Who]) -> Who:
    return officer("malee")


@pytest.fixture
def call(db: None) -> Callable[..., int]:
    """A call comes in; returns the number of its incident."""

    def come(*, kind: str = "sos_pole", at: datetime = NIGHT, east_m: float = 0.0, same_call_as: int | None = None) -> int:
        alert = Raised(
            id=new_id(), kind=kind, station="lumphini", zone="ratchaprasong", device="LPN-P007", place_th="เสา 7",
            place_en="Pole 7", where=RATCHAPRASONG.moved(east_m=east_m), at=at, heard_at=at, same_call_as=same_call_as,
        )  # fmt: skip
        return raise_alerts([alert], by=SYSTEM, at=at)[alert.id]

    return come

"""A station with its zones, and a way to put cameras into its register."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import happenings
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER, STATION, cells


@pytest.fixture
def ground(db: None) -> str:
    load_ground(by=COMMAND_LINE, at=NIGHT)
    return STATION


@pytest.fixture
def add(ground: str) -> Callable[..., str]:
    def one(code: str = "LPN-C001", **changed: object) -> str:
        return actions.add_camera(station=STATION, given=cells(code, **changed), by=PLANNER, at=NIGHT)

    return one


@dataclass
class Heard:
    """All news of a test, in the order told."""

    news: list[happenings.Happening] = field(default_factory=list)

    def of(self, kind: type) -> list:
        return [one for one in self.news if isinstance(one, kind)]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """Listens to this room's news alone."""
    from safetyzone.senses.cameras.news import CameraChanged, SharingChanged

    ear = Heard()
    monkeypatch.setattr(happenings, "_listeners", dict.fromkeys((CameraChanged, SharingChanged), (ear.news.append,)))
    return ear

"""Readings, and a camera at which they may be kept."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from safetyzone import story
from safetyzone.contracts.vision import FieldsSure, PlateReading, PlateSaid
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.senses.sightings import history_actions
from safetyzone.senses.sightings.history_actions import Wanted
from safetyzone.senses.watchlists.tests import town as towns
from safetyzone.senses.watchlists.tests.town import AT, BKK, Town


@pytest.fixture
def town(db: None) -> Town:
    story.begin()
    load_ground(by=COMMAND_LINE, at=AT)
    return towns.a_town()


def read(
    series: str = "6กพ", number: str = "7414", *, camera: str = "C1", at: datetime = AT, province: str = BKK, **more: str
) -> PlateReading:
    ms = int(at.timestamp() * 1000)
    return PlateReading(
        id=uuid4(), camera=camera, at_ms=ms, first_ms=ms, last_ms=ms, track="t", sure=0.97, accepted=True, frames=5, box=(1, 1, 90, 40),
        plate=PlateSaid(series=series, number=number, province=province, vehicle_class="car"),
        fields=FieldsSure(series=0.98, number=0.99, province=0.95), **more,
    )  # fmt: skip


@pytest.fixture
def history_on(town: Town) -> Callable[..., int]:
    """Two people let a camera's plates be kept."""

    def on(camera: str = "C1", *, days: int = 7, at: datetime = AT) -> int:
        wanted = Wanted(camera, "ป.วิ.อ. ม.131", "รถหายในย่านตลาด", days, at + timedelta(days=20))
        made = history_actions.ask(wanted, by=town.asks, at=at)
        history_actions.approve(made, by=town.approves, at=at)
        return made

    return on

"""What is to be read where: by a list, by a history, and by nobody when plates are switched off."""

from datetime import timedelta

import pytest

from safetyzone import story
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.readers import queries
from safetyzone.senses.sightings import history_actions
from safetyzone.senses.sightings.history_actions import Wanted
from safetyzone.senses.watchlists import stop_actions
from safetyzone.senses.watchlists.tests import town as towns
from safetyzone.senses.watchlists.tests.town import AT, DAY, SOON, Town

pytestmark = pytest.mark.django_db


@pytest.fixture
def town(db: None) -> Town:
    story.begin()
    load_ground(by=COMMAND_LINE, at=AT)
    made = towns.a_town()
    Camera.objects.update(address="rtsp://192.0.2.7/1")
    return made


def keep(town: Town, camera: str) -> int:
    made = history_actions.ask(Wanted(camera, "ป.วิ.อ. ม.131", "รถหาย", 7, AT + 10 * DAY), by=town.asks, at=AT)
    history_actions.approve(made, by=town.approves, at=AT)
    return made


def test_nothing_is_read_without_a_reason(town: Town) -> None:
    assert queries.wanted(SOON).cameras == []


def test_a_list_or_a_history_is_a_reason_and_its_end_is_the_end(town: Town) -> None:
    listed = town.make()
    town.plate(listed)
    town.on(listed, cameras=["C1"])
    kept = keep(town, "C2")
    found = queries.wanted(SOON)
    assert found.cameras == ["C1", "C2"]
    assert found.plates["C2"] == AT + 10 * DAY
    assert found.plates["C1"] <= AT + DAY
    history_actions.end(kept, why="พบรถแล้ว", by=town.asks, at=SOON)
    assert queries.wanted(SOON + timedelta(seconds=1)).cameras == ["C1"]


def test_a_camera_whose_owner_does_not_share_it_is_not_read(town: Town) -> None:
    keep(town, "C2")
    Camera.objects.filter(code="C2").update(tier="during_incident")
    assert queries.wanted(SOON).cameras == []


def test_when_plates_are_switched_off_nothing_is_read_for_a_history_either(town: Town) -> None:
    keep(town, "C2")
    stop_actions.kill(station="lumphini", kind="plate", why="ตรวจสอบการใช้งาน", by=town.judge, at=SOON)
    assert queries.wanted(SOON + timedelta(seconds=1)).cameras == []

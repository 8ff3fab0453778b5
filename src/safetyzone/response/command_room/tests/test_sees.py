"""Row D2: the tiles of an incident are the cameras that can see its spot, and say whether their owners let them be opened now."""

import pytest

from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.tests import junction


@pytest.fixture
def cameras(town, monkeypatch) -> None:
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    junction.eight_cameras()


@pytest.fixture
def fallen(town, cameras) -> int:
    """Somebody presses a pole 30 m up the northern arm, into which all eight look; it is night there, but the cameras have light."""
    lon, lat = junction.at(0, 30)
    Camera.objects.update(ir_range_m=60)
    number = town.press()
    from safetyzone.response.incidents.models import Incident

    Incident.objects.filter(pk=number).update(lon=lon, lat=lat)
    return number


def sees(browser, number: int) -> str:
    part = browser.get(f"/room/_parts?want=sees/{number}:").json()[f"sees/{number}"]
    assert part["status"] == 200
    return part["html"]


def test_at_most_four_cameras_that_see_the_spot_the_clearest_first(town, fallen):
    page = sees(town.at_the_desk(town.officer("malee", "operator")), fallen)
    assert page.count("data-camera=") == 4
    assert page.count("ชัดที่สุด") == 1
    assert page.index("ชัดที่สุด") < page.index("<b>จากด้าน")
    assert "px/m" in page


def test_a_camera_that_fails_is_no_tile_any_more_and_says_why(town, fallen):
    browser = town.at_the_desk(town.officer("malee", "operator"))
    Camera.objects.update(state="offline", changed_at=junction.MIDNIGHT, state_since=junction.MIDNIGHT)
    page = sees(browser, fallen)
    assert "data-camera=" not in page
    assert "ไม่มีกล้องที่ทำงานอยู่เห็นจุดนี้" in page
    assert "กล้องไม่ทำงาน" in page


def test_the_owners_terms_decide_what_may_be_opened(town, fallen):
    browser = town.at_the_desk(town.officer("malee", "operator"))
    assert "เปิดภาพสดได้" in sees(browser, fallen)
    Camera.objects.update(tier="map_only", changed_at=junction.MIDNIGHT)
    shut = sees(browser, fallen)
    assert "ยังเปิดภาพสดไม่ได้" in shut
    assert "เจ้าของให้แสดงบนแผนที่เท่านั้น" in shut
    assert shut.count("data-shut") == 4


def test_an_incident_that_is_over_opens_nobodys_camera(town, fallen):
    malee = town.officer("malee", "operator")
    browser = town.at_the_desk(malee)
    Camera.objects.update(tier="during_incident", live_radius_m=100, changed_at=junction.MIDNIGHT)
    assert "✓ เปิดภาพสดได้" in sees(browser, fallen)
    incidents.answer(incident_id=fallen, by=malee, at=town.now)
    incidents.judge(incident_id=fallen, as_=Status.FALSE_PRESS, why="กดเล่น", by=malee, at=town.now)
    assert "✓ เปิดภาพสดได้" not in sees(browser, fallen)


def test_the_panel_holds_a_place_for_the_tiles_that_asks_for_itself(town, fallen):
    browser = town.at_the_desk(town.officer("malee", "operator"))
    panel = browser.get(f"/room/_incident/{fallen}").content.decode()
    assert f'data-fragment="/room/_sees/{fallen}"' in panel
    assert "data-apart" in panel


def test_who_may_not_see_cameras_has_no_tiles(town, fallen):
    from safetyzone.ground.officers.models import Duty

    Duty.objects.filter(code="operator").update(permissions=["see_room", "answer"])
    browser = town.at_the_desk(town.officer("malee", "operator"))
    assert "data-camera=" not in sees(browser, fallen)
    assert "_sees" not in browser.get(f"/room/_incident/{fallen}").content.decode()
    assert " cameras" not in browser.get("/room/").content.decode().split("<zone-map", 1)[1].split(">", 1)[0]


def test_another_stations_incident_is_not_there(town, fallen):
    elsewhere = town.at_the_desk(town.officer("nid", "operator", station="huai-khwang"))
    assert elsewhere.get(f"/room/_parts?want=sees/{fallen}:").json()[f"sees/{fallen}"] == {"status": 404}

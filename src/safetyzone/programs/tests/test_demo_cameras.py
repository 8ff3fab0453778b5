"""The demo's register of cameras is made of the demo's own streets, and the same every evening."""

import math
from collections import Counter
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.streets.network import load
from safetyzone.ground.streets.obstacles import obstacles
from safetyzone.ground.zones.actions import load_ground
from safetyzone.programs.demo_cameras import add_cameras, made_register
from safetyzone.programs.demo_places import PLATE_CAMERA
from safetyzone.programs.demo_plates import STOLEN, why_not
from safetyzone.programs.demo_scenes import scenes
from safetyzone.senses.cameras import actions, queries
from safetyzone.simulation.plates import fonts
from safetyzone.simulation.plates.passing import TAKES_S

EVENING = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_a_newcomer_finds_about_sixty_cameras_and_a_junction_whose_eight_look_one_way():
    load_ground(by=COMMAND_LINE, at=EVENING)
    register = made_register(load().segments)
    number = add_cameras(register, at=EVENING)
    found = queries.cameras("lumphini", for_=COMMAND_LINE)
    assert number == len(found)
    assert 55 <= number <= 70
    assert Counter(camera.zone for camera in found)["ratchaprasong"] >= 50
    assert {camera.owner_kind for camera in found} == {"police", "municipality", "shop", "temple", "private"}
    assert {camera.tier for camera in found} == {"map_only", "on_request", "during_incident", "always"}
    junction = [camera.azimuth_deg for camera in found[:8]]
    assert max(junction) - min(junction) < 30
    withdrawn = next(camera for camera in found if camera.owner_kind == "police")
    actions.withdraw(code=withdrawn.code, by=COMMAND_LINE, at=EVENING)
    add_cameras(register, at=EVENING)
    again = queries.cameras("lumphini", for_=COMMAND_LINE)
    assert [(c.code, c.lon, c.lat, c.azimuth_deg) for c in again] == [(c.code, c.lon, c.lat, c.azimuth_deg) for c in found]
    assert queries.camera(withdrawn.code, for_=COMMAND_LINE).sharing == "withdrawn"


def test_every_camera_of_the_demo_has_an_address_and_a_scene_of_the_streets_around_it():
    streets = load().segments
    register = made_register(streets, port=9554)
    assert [row["address"] for row in register][:1] == ["rtsp://127.0.0.1:9554/LPN-C001"]
    evening = scenes(register, streets, obstacles(), at=EVENING)
    assert [scene.code for scene in evening.scenes] == [row["code"] for row in register]
    assert all(scene.night for scene in evening.scenes), "nine in the evening in Bangkok"
    assert not scenes(register, streets, obstacles(), at=datetime(2026, 11, 22, 5, 0, tzinfo=UTC)).scenes[0].night
    first = evening.scenes[0]
    nearest = min(math.hypot(*place) for street in first.streets for place in street.line)
    assert nearest < 60, "it hangs at a junction"
    assert first.buildings
    assert {scene.gop_s for scene in evening.scenes} == {1.0, 2.0, 4.0}
    assert Path(evening.font).exists()


def test_the_stolen_plate_passes_one_camera_once_a_loop_and_nobody_beside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    streets = load().segments
    shown = {scene.code: scene for scene in scenes(made_register(streets), streets, obstacles(), at=EVENING).scenes if scene.passing}
    assert list(shown) == [PLATE_CAMERA]
    passing = sorted(shown[PLATE_CAMERA].passing, key=lambda one: one.at_s)
    assert [one.number for one in passing].count(STOLEN.number) == 1
    assert all(one.series.startswith("9ฮ") for one in passing), "a series that no office has come to"
    times = [one.at_s for one in passing]
    assert all(later - sooner > 2 * TAKES_S for sooner, later in pairwise(times))
    assert times[-1] + TAKES_S < shown[PLATE_CAMERA].passing_s <= 60
    monkeypatch.setattr(fonts, "VENDOR", tmp_path)
    monkeypatch.setattr(fonts, "DEBIAN", tmp_path)
    assert "fonts-thai-tlwg" in why_not(), "a machine without a Thai font is told what it lacks"
    assert PLATE_CAMERA not in [row["code"] for row in made_register(streets, plates=not why_not())]

"""The four cameras of an incident: those that see it, work and may be opened, each with its reason and its loop."""

from typing import Any

import pytest
from django.db import connection

from safetyzone.kernel.geometry import Point
from safetyzone.response.incidents.models import Incident
from safetyzone.response.watching.tests.conftest import OTHER, YESTERDAY
from safetyzone.senses.cameras import standing as standings
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.looks.models import Look
from safetyzone.trust.audit.models import Leaf

LOOP_MS = 30_000


@pytest.fixture
def cameras(town, monkeypatch) -> None:
    """Eight cameras of four owners, all looking up the northern arm."""
    made = junction.ground()
    monkeypatch.setattr(standings, "ground_of", lambda _station: made)
    monkeypatch.setattr(standings, "_standing", {})
    junction.eight_cameras()
    Camera.objects.update(ir_range_m=60)


@pytest.fixture
def fallen(town, cameras) -> int:
    """Somebody calls 30 m up the northern arm."""
    number = town.incident()
    lon, lat = junction.at(0, 30)
    Incident.objects.filter(pk=number).update(lon=lon, lat=lat)
    return number


def spot(browser: Any, number: int) -> list[dict[str, Any]]:
    answer = browser.post(f"/video/spot/{number}", headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    return answer.json()["tiles"]


def changed(**what: Any) -> dict[str, Any]:
    return {**what, "changed_at": junction.MIDNIGHT, "state_since": junction.MIDNIGHT}


def test_four_cameras_see_it_each_with_its_reason_a_ticket_and_the_half_minute_before(town, malee, fallen):
    press_ms = round(town.now.timestamp() * 1000)
    town.later(3)
    tiles = spot(malee, fallen)
    assert len({tile["camera"] for tile in tiles}) == 4
    for tile in tiles:
        live, loop = town.read(tile["ticket"]), town.read(tile["ticket_loop"])
        assert (live.camera, live.mode, live.incident) == (tile["camera"], "live", fallen)
        assert (loop.camera, loop.mode, loop.from_ms) == (tile["camera"], "recorded", press_ms - LOOP_MS)
        assert loop.to_ms > press_ms + 3000
        assert "px/m" in tile["why_en"]
        assert tile["name_th"]
    looks = [town.read(tile[kind]).look for tile in tiles for kind in ("ticket", "ticket_loop")]
    assert town.standing(*((look, 1.0) for look in looks)) == {}
    town.incident_is(fallen, "false_press")
    shops = {code for code, kind in Camera.objects.values_list("code", "owner__kind") if kind in {"shop", "temple"}}
    closed = {(town.look(look).camera, town.look(look).kind) for look in town.standing(*((look, 2.0) for look in looks))}
    assert closed == {(tile["camera"], "recorded") for tile in tiles if tile["camera"] in shops}, "their loop was the incident's"


def test_those_that_see_it_are_those_that_look_there(town, malee, fallen):
    towards_it = {"CAM-01", "CAM-05"}
    Camera.objects.exclude(pk__in=towards_it).update(**changed(azimuth_deg=180.0))
    assert {tile["camera"] for tile in spot(malee, fallen)} == towards_it


def test_a_camera_that_fails_gives_its_place_to_the_next(town, malee, fallen):
    first = {tile["camera"] for tile in spot(malee, fallen)}
    Camera.objects.filter(pk__in=first).update(**changed(state="offline"))
    second = {tile["camera"] for tile in spot(malee, fallen)}
    assert len(second) == 4
    assert first.isdisjoint(second)


@pytest.mark.parametrize("shut", [{"tier": "map_only"}, {"tier": "on_request"}, {"contract_until": YESTERDAY}])
def test_those_that_may_be_opened_come_first_and_the_others_say_why_not(town, malee, fallen, shut):
    best = [tile["camera"] for tile in spot(malee, fallen)]
    Camera.objects.filter(pk__in=best[:2]).update(**changed(**shut))
    tiles = spot(malee, fallen)
    assert len(tiles) == 4
    assert all(tile["ticket"] for tile in tiles)
    assert not set(best[:2]) & {tile["camera"] for tile in tiles}
    Camera.objects.update(**changed(**shut))
    tiles = spot(malee, fallen)
    assert {(tile["ticket"], tile["ticket_loop"]) for tile in tiles} == {(None, None)}
    assert all(tile["terms_th"] and tile["terms_en"] and "px/m" in tile["why_en"] for tile in tiles)


def test_of_a_camera_shared_during_incidents_there_is_no_picture_from_before(town, malee, fallen):
    Camera.objects.update(**changed(tier="during_incident", live_radius_m=100))
    press_ms = round(town.now.timestamp() * 1000)
    assert {town.read(tile["ticket_loop"]).from_ms for tile in spot(malee, fallen)} == {press_ms}


@pytest.mark.parametrize(("late_s", "back_s"), [(0, 30), (20, 50), (3 * 3600, 90)])
def test_a_press_looks_back_from_when_it_was_made_and_one_that_lay_in_a_pole_for_hours_from_a_minute_before(
    town, malee, cameras, late_s, back_s
):
    number, lon, lat = town.incident(late_s=late_s), *junction.at(0, 30)
    Incident.objects.filter(pk=number).update(lon=lon, lat=lat)
    now_ms = round(town.now.timestamp() * 1000)
    assert {town.read(tile["ticket_loop"]).from_ms for tile in spot(malee, number)} == {now_ms - back_s * 1000}


def test_an_incident_without_a_place_or_over_or_of_another_station_shows_nothing(town, malee, fallen):
    stranger = town.officer("stranger", "commander", station=OTHER)
    for number in (fallen, 77_077, 1 << 64):
        answer = stranger.post(f"/video/spot/{number}", headers={"Accept": "application/json"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    Camera.objects.update(**changed(tier="during_incident"))
    town.incident_is(fallen, "resolved")
    assert {tile["ticket"] for tile in spot(malee, fallen)} == {None}
    town.incident_is(fallen, "answered", lon=None, lat=None)
    assert spot(malee, fallen) == []
    assert not Look.objects.filter(officer="stranger").exists()


def test_somebody_who_sees_the_room_and_may_not_watch_gets_no_picture(town, cameras, fallen):
    planner = town.officer("planner", "planner")
    assert {(tile["ticket"], tile["terms_en"]) for tile in spot(planner, fallen)} == {(None, "You may not watch this station's cameras.")}


def test_without_the_audit_log_no_picture_of_the_spot_opens(town, malee, fallen):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE audit_leaf ADD CONSTRAINT the_log_is_down CHECK (action <> 'camera.looked') NOT VALID")
    answer = malee.post(f"/video/spot/{fallen}", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (400, "not_on_record")
    assert Look.objects.count() == 0


def test_a_spot_costs_a_handful_of_questions_for_it_is_a_race(town, malee, fallen, django_assert_max_num_queries):
    spot(malee, fallen)
    with django_assert_max_num_queries(24) as few:
        spot(malee, fallen)
    assert sum('INSERT INTO "looks_look"' in question["sql"] for question in few) == 1
    assert Leaf.objects.filter(action="camera.looked").count() == 16


def test_the_place_counts_and_not_the_pole(town, malee, fallen):
    """Round the corner nobody sees it."""
    lon, lat = junction.at(60, 30)
    Incident.objects.filter(pk=fallen).update(lon=lon, lat=lat)
    assert Point(lon, lat).metres_to(junction.MIDDLE) < 100
    assert spot(malee, fallen) == []

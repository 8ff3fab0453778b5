"""The playback page's facts: which cameras at which moment, what was recorded, and how far it is on foot."""

import json
import re
from datetime import timedelta

import pytest

from safetyzone.kernel.settings import settings
from safetyzone.response.review import recordings
from safetyzone.response.review.tests.conftest import NIGHT
from safetyzone.response.review.tests.test_review import moved, press
from safetyzone.senses.looks.models import Bookmark

JSON = {"Accept": "application/json"}


def facts(town, asked="", name="malee"):
    page = town.client(name).get(f"/room/playback/{asked}")
    assert page.status_code == 200
    found = re.search(r'<script id="playback-facts" type="application/json">(.*?)</script>', page.content.decode(), re.DOTALL)
    assert found
    return json.loads(found[1])


def around(town, cameras="C1,C2", from_s=-600.0, to_s=0.0):
    return town.client("malee").get(
        f"/room/playback/around.json?cameras={cameras}&from_ms={town.ms(from_s)}&to_ms={town.ms(to_s)}", headers=JSON
    )


def test_an_incident_opens_its_cameras_half_a_minute_before_the_press(town):
    incident = press(town)
    said = facts(town, f"?incident={incident}")
    assert said["at_ms"] == town.ms(-90 - 30)
    assert said["incident"] == incident
    assert set(said["chosen"]) <= {"C1", "C2"}
    assert said["chosen"]


def test_cameras_that_are_not_the_stations_are_left_out_and_no_moment_lies_in_the_future(town):
    said = facts(town, f"?cameras=C2,XX,C1,C2&at={town.ms(9999)}")
    assert said["chosen"] == ["C2", "C1"]
    assert said["at_ms"] < town.ms()
    assert facts(town)["chosen"] == []


def test_what_was_recorded_is_read_from_the_names_and_touching_pieces_are_one(town, record):
    record("C1", -600, -540)
    record("C1", -539.5, -480)
    record("C1", -300, -240)
    record("C1", -60, None)  # it grows
    said = around(town).json()["footage"]
    assert said["C1"] == [[town.ms(-600), town.ms(-480)], [town.ms(-300), town.ms(-240)], [town.ms(-60), town.ms()]]
    assert said["C2"] == []


def test_nothing_is_read_outside_the_folder_of_recordings(town, record):
    record("C1", -600, -540)
    now_ms = town.ms()
    assert recordings.footage(settings().state / "recordings" / "C1", "..", 1, now_ms, now_ms=now_ms) == []
    assert around(town, cameras="..%2F..,C1").json()["footage"].keys() == {"C1"}


def test_a_days_footage_belongs_to_the_day_of_bangkok(town, record):
    record("C1", 3 * 3600 - 60, 3 * 3600)  # 23:59 in Bangkok
    record("C2", 3 * 3600 + 60, 3 * 3600 + 120)  # 00:01 of the next day
    assert town.client("malee").get("/room/review/days.json", headers=JSON).json() == {"days": ["2026-11-22", "2026-11-23"]}


def test_marks_are_incidents_bookmarks_and_movement(town):
    incident = press(town)
    moved(town, (-300, -290))
    said = town.client("malee").post(
        "/room/playback/bookmark",
        {"camera": "C2", "at_ms": town.ms(-200), "words": "  ชายเสื้อแดง  "},
        content_type="application/json",
        headers=JSON,
    )
    assert said.status_code == 200
    found = around(town).json()
    assert [(mark["kind"], mark["ms"], mark["incident"]) for mark in found["marks"]] == [
        ("bookmark", town.ms(-200), None),
        ("p1", town.ms(-90), incident),
    ]
    assert found["marks"][0]["label"] == "ชายเสื้อแดง"
    assert found["activity"]["C1"] == [[town.ms(-300), town.ms(-290)]]


@pytest.mark.parametrize(
    "wrong", [{"camera": "C9"}, {"at_ms": "soon"}, {"at_ms": 10**14}, {"words": ""}, {"words": 5}, {"incident": "x"}, {"words": "a\x00b"}]
)
def test_a_bookmark_of_nothing_is_refused(town, wrong):
    said = {"camera": "C1", "at_ms": town.ms(-10), "words": "x", **wrong}
    answer = town.client("malee").post("/room/playback/bookmark", said, content_type="application/json", headers=JSON)
    assert answer.status_code in {400, 404}
    assert not Bookmark.objects.exists()


def test_the_way_on_foot_orders_the_row(town):
    said = town.client("malee").get("/room/playback/near.json?main=C1&cameras=C2,C1", headers=JSON).json()["near"]
    (other,) = said
    assert other["camera"] == "C2"
    assert 50 < other["metres"] < 300
    assert other["seconds"] is None or other["seconds"] > other["metres"] / 3
    assert town.client("malee").get("/room/playback/near.json?main=XX&cameras=C2", headers=JSON).status_code == 404


@pytest.mark.parametrize("span", ["from_ms=5&to_ms=5", "from_ms=9&to_ms=5", "to_ms=5", f"from_ms=1&to_ms={10**13}", "from_ms=x&to_ms=y"])
def test_a_span_that_is_none_is_refused(town, span):
    assert town.client("malee").get(f"/room/playback/around.json?cameras=C1&{span}", headers=JSON).status_code == 400


def test_a_camera_that_an_owner_took_back_is_not_offered(town):
    from safetyzone.senses.cameras.models import Camera

    Camera.objects.filter(code="C1").update(withdrawn_at=NIGHT - timedelta(days=1))
    assert [one["code"] for one in facts(town, "?cameras=C1,C2")["cameras"]] == ["C2"]

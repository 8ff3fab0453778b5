"""The queue as each officer has left it, activity as the video program tells it, and who may look back at all."""

from datetime import timedelta

import pytest
from django.test import Client

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel.ids import new_id
from safetyzone.response.review.models import ActivitySpan, ReviewMark
from safetyzone.response.review.tests.conftest import HERE, NIGHT, OTHER, STATION
from safetyzone.senses.alerts.actions import raise_alerts
from safetyzone.senses.alerts.news import Raised
from safetyzone.senses.cameras.models import CameraFault
from safetyzone.trust.audit.queries import acts_on

DAY = "2026-11-22"


def press(town, *, kind="sos_pole"):
    alert = Raised(
        id=new_id(), kind=kind, station=STATION, zone="", device="P17", place_th="เสา 17", place_en="Pole 17", where=HERE,
        at=NIGHT - timedelta(seconds=90), heard_at=NIGHT - timedelta(seconds=89),
    )  # fmt: skip
    return raise_alerts([alert], by=SYSTEM, at=NIGHT - timedelta(seconds=89))[alert.id]


def moved(town, *spans, camera="C1"):
    assert town.tell([{"camera": camera, "from_ms": town.ms(begin), "to_ms": town.ms(end), "strength": 2.5} for begin, end in spans]) == 204


def asked(town, name="malee", day=DAY):
    answer = town.client(name).get(f"/room/review/items.json?day={day}", headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.content
    return answer.json()


def mark(town, name, items, **more):
    return town.client(name).post(
        "/room/review/mark", {"items": items, **more}, content_type="application/json", headers={"Accept": "application/json"}
    )


def test_a_call_a_broken_camera_and_movement_are_three_severities(town):
    incident = press(town)
    CameraFault.objects.create(camera_id="C2", kind="masked", opened_at=NIGHT - timedelta(minutes=5), last_at=NIGHT)
    moved(town, (-600, -590))
    said = asked(town)
    assert said["left"] == {"alert": 1, "detection": 1, "activity": 1}
    call, fault, movement = said["items"]  # the latest first
    assert call["incident"] == incident
    assert call["from_ms"] == town.ms(-120)  # half a minute before the press
    assert call["opens_ms"] == call["from_ms"]
    assert call["cameras"], "no camera near the press"
    assert (fault["severity"], fault["cameras"]) == ("detection", ["C2"])
    assert movement["opens_ms"] == town.ms(-605)


def test_reviewed_is_each_ones_own_and_nothing_is_deleted(town):
    moved(town, (-600, -590))
    (item,) = asked(town)["items"]
    assert mark(town, "malee", [[item["key"], item["to_ms"]]]).status_code == 200
    assert asked(town)["left"]["activity"] == 0
    assert asked(town)["items"][0]["reviewed"]
    assert asked(town, "wichai")["left"]["activity"] == 1
    assert mark(town, "malee", [[item["key"], item["to_ms"]]], reviewed=False).status_code == 200
    assert asked(town)["left"]["activity"] == 1


def test_movement_that_went_on_after_it_was_reviewed_is_to_be_looked_at_again(town):
    moved(town, (-600, -590))
    (item,) = asked(town)["items"]
    mark(town, "malee", [[item["key"], item["to_ms"]]])
    moved(town, (-585, -580))
    (grown,) = asked(town)["items"]
    assert (grown["key"], grown["to_ms"], grown["reviewed"]) == (item["key"], town.ms(-580), False)


def test_a_verdict_is_kept_and_stands_in_the_audit_log(town):
    moved(town, (-600, -590))
    (item,) = asked(town)["items"]
    assert mark(town, "malee", [[item["key"], item["to_ms"]]], verdict="false").status_code == 200
    assert asked(town)["items"][0]["verdict"] == "false"
    assert [act.action for act in acts_on(f"review:{item['key']}")] == ["review.false"]
    assert mark(town, "malee", [[item["key"], item["to_ms"]]]).status_code == 200
    assert asked(town)["items"][0]["verdict"] == "false", "reviewing again must not take the verdict back"
    assert mark(town, "malee", [[item["key"], item["to_ms"]]], verdict="guilty").status_code == 404


@pytest.mark.parametrize(
    "body", [b"[]", b"{", b'{"items":5}', b'{"items":[["a"]]}', b'{"items":[["a","b"]]}', b'{"items":[],"reviewed":1}']
)
def test_what_cannot_be_read_is_refused_and_marks_nothing(town, body):
    answer = town.client("malee").post("/room/review/mark", body, content_type="application/json", headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert not ReviewMark.objects.exists()


def test_many_movements_of_a_street_become_few_items(town):
    moved(town, (-900, -890), (-880, -870), (-860, -850), (-700, -690))
    moved(town, (-900, -895), camera="C2")
    assert sorted((one.camera, one.to_ms - one.from_ms) for one in ActivitySpan.objects.all()) == [
        ("C1", 10_000),
        ("C1", 50_000),
        ("C2", 5_000),
    ]


def test_hours_of_movement_are_cut_into_parts_of_ten_minutes(town):
    moved(town, (-3600, -1800))
    assert sorted(one.to_ms - one.from_ms for one in ActivitySpan.objects.all()) == [600_000, 600_000, 600_000]


def test_only_the_video_program_tells_of_activity(town):
    span = [{"camera": "C1", "from_ms": town.ms(-10), "to_ms": town.ms(-5)}]
    assert town.tell(span, key="guess") == 404
    assert town.tell(span, key="") == 404
    assert town.tell([{"camera": "C1", "from_ms": 1, "to_ms": "x"}]) == 400
    assert not ActivitySpan.objects.exists()
    assert town.tell(span) == 204
    assert ActivitySpan.objects.get().strength == 1.0


def test_an_unknown_camera_a_span_of_the_future_and_one_that_ends_before_it_begins_leave_nothing(town):
    assert (
        town.tell(
            [
                {"camera": "C9", "from_ms": town.ms(-10), "to_ms": town.ms(-5)},
                {"camera": "C1", "from_ms": town.ms(-10), "to_ms": town.ms(900)},
                {"camera": "C1", "from_ms": town.ms(-5), "to_ms": town.ms(-10)},
            ]
        )
        == 204
    )
    assert not ActivitySpan.objects.exists()


@pytest.mark.parametrize("path", ["/room/review/", "/room/review/items.json", "/room/playback/", "/room/review/days.json"])
def test_who_has_no_right_to_recordings_sees_none_of_it(town, path):
    assert town.client("rider").get(path, headers={"Accept": "application/json"}).status_code == 403
    assert town.client("nok").get(f"{path}?station={STATION}", headers={"Accept": "application/json"}).status_code == 404
    assert Client().get(path).status_code == 302


def test_another_stations_officer_sees_her_own_queue_only(town):
    moved(town, (-600, -590))
    assert asked(town, "nok")["items"] == []
    assert mark(town, "nok", [["activity-1", 5]]).status_code == 200
    assert ReviewMark.objects.get().station == OTHER

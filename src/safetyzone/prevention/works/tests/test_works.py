"""Work orders: from the advice to the survey that confirms the turn."""

import re
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safetyzone import story
from safetyzone.ground.officers.access import COMMAND_LINE, Who
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.happenings import tell
from safetyzone.kernel.refusals import NotFound, NotYours, OutOfOrder
from safetyzone.kernel.settings import settings
from safetyzone.prevention.works import actions, queries, rules, words
from safetyzone.prevention.works import sketch as sketching
from safetyzone.prevention.works.lifecycle import Status
from safetyzone.senses.cameras.access import owner
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.news import CameraSurveyed
from safetyzone.senses.cameras.tests import junction
from safetyzone.senses.cameras.tests.junction import NOON, STATION, ZONE

PLANNER = Who("malee", grants=frozenset({(STATION, "see_cameras"), (STATION, "plan_cameras")}))
LOOKER = Who("nok", grants=frozenset({(STATION, "see_cameras")}))
STRANGER = Who("somchai", grants=frozenset({("pattaya", "see_cameras"), ("pattaya", "plan_cameras")}))
LATER = NOON + timedelta(days=3)


@pytest.fixture
def camera(db) -> Camera:
    story.begin()
    load_ground(by=COMMAND_LINE, at=NOON)
    return junction.eight_cameras()[0]


@pytest.fixture
def turn(camera):
    return actions.order_turn(camera=camera.code, to_azimuth=358.0, to_tilt=13, gain_m=140.0, by=PLANNER, at=NOON)


def survey(
    camera: Camera, azimuth: float | None, tilt: float | None = None, *, condition: str = "good", at: datetime = LATER
) -> None:
    there = Point(lon=camera.lon, lat=camera.lat)
    tell(
        CameraSurveyed(
            code=camera.code, station=STATION, azimuth_deg=azimuth, tilt_deg=tilt, condition=condition, place=there,
            added_at=camera.added_at, by="wichai", at=at,
        )
    )  # fmt: skip


def test_a_survey_that_finds_the_camera_as_ordered_confirms_the_work_over_north_too(camera, turn):
    survey(camera, 2.0, 11.5)
    work = queries.work(turn, for_=PLANNER)
    assert work.status is Status.CONFIRMED
    assert work.confirmed_at == work.ended_at == LATER
    assert work.found["azimuth_off"] == pytest.approx(4.0)


@pytest.mark.parametrize(("azimuth", "tilt"), [(12.0, 13.0), (358.0, 20.0), (178.0, None), (None, 13.0)])
def test_a_survey_that_finds_it_otherwise_leaves_it_open_and_says_by_how_much(camera, turn, azimuth, tilt):
    survey(camera, azimuth, tilt)
    work = queries.work(turn, for_=PLANNER)
    assert work.status is Status.ORDERED
    assert work.found["by"] == "wichai"
    assert [act.action for act in queries.history(turn, for_=PLANNER)] == ["work.ordered", "work.not_as_ordered"]


def test_a_survey_made_before_the_order_that_comes_late_from_a_phone_says_nothing_of_it(camera, turn):
    survey(camera, 358.0, 13.0, at=NOON - timedelta(hours=1))
    work = queries.work(turn, for_=PLANNER)
    assert work.is_open
    assert work.found == {}


@pytest.mark.parametrize(
    ("azimuth", "tilt", "said"),
    [(358.0, 20.0, "มุมก้ม +7°"), (28.0, 6.0, "ทิศ +30° · มุมก้ม −7°"), (None, 13.0, "ยังไม่ได้วัดทิศ"), (2.0, 11.5, "")],
)
def test_what_is_not_as_ordered_is_said_and_what_is_within_the_limits_is_not(camera, turn, azimuth, tilt, said):
    survey(camera, azimuth, tilt)
    assert words.off(queries.work(turn, for_=PLANNER), thai=True) == said


def test_a_repair_is_confirmed_by_a_survey_that_finds_the_camera_good_and_by_no_other(camera, turn):
    repair = actions.order_repair(camera=camera.code, fault="blurred", by=PLANNER, at=NOON)
    with pytest.raises(actions.BadWork):
        actions.order_repair(camera=camera.code, fault=" ", by=PLANNER, at=NOON)
    assert words.fault(queries.work(repair, for_=PLANNER), thai=False) == "is out of focus"
    survey(camera, None, condition="dirty")
    assert words.off(queries.work(repair, for_=PLANNER), thai=True) == "สกปรก"
    assert queries.work(repair, for_=PLANNER).is_open
    survey(camera, 90.0)
    assert queries.work(repair, for_=PLANNER).status is Status.CONFIRMED
    assert queries.work(turn, for_=PLANNER).is_open, "the turn is another matter"


def entered(camera: Camera, east_m: float, at: datetime) -> Camera:
    """Another camera, so many metres to the east, that came into the register then."""
    there = Point(lon=camera.lon, lat=camera.lat).moved(east_m=east_m)
    camera.pk, camera.lon, camera.lat, camera.added_at = f"NEW-{east_m:.0f}-{at:%d}", there.lon, there.lat, at
    camera.save(force_insert=True)
    return camera


@pytest.mark.parametrize(
    ("east_m", "days", "azimuth", "status"),
    [(10, 1, 92, Status.CONFIRMED), (10, 1, 130, Status.ORDERED), (30, 1, 92, None), (10, -1, 92, None)],
    ids=["there", "there, but it looks elsewhere", "another place", "it hung there before"],
)
def test_a_new_camera_is_confirmed_when_one_that_came_since_is_surveyed_there(camera, east_m, days, azimuth, status):
    what = {"lon": camera.lon, "lat": camera.lat, "azimuth": 90.0, "tilt": 12.0, "height_m": 4.5}
    order = actions.order_new_camera(station=STATION, zone=ZONE, what=what, by=PLANNER, at=NOON)
    survey(entered(camera, east_m, NOON + timedelta(days=days)), azimuth, 12)
    work = queries.work(order, for_=PLANNER)
    assert work.status is (status or Status.ORDERED)
    assert work.found.get("camera") == (None if status is None else camera.code)


def test_the_owner_says_it_is_done_and_the_survey_still_decides(camera, turn):
    holder = owner(camera.owner_id, station=STATION, language="th")
    actions.mark_done(work_id=turn, by=holder, at=LATER)
    assert queries.of_owner(camera.owner_id, for_=holder, station=STATION)[0].status is Status.DONE
    survey(camera, 90.0)
    assert queries.work(turn, for_=PLANNER).is_open
    survey(camera, 358.0)
    assert queries.work(turn, for_=PLANNER).status is Status.CONFIRMED


def test_an_owner_who_will_not_says_why_and_another_owner_sees_nothing(camera, turn):
    other = owner(Camera.objects.exclude(owner=camera.owner_id).first().owner_id, station=STATION, language="th")
    with pytest.raises(NotFound):
        actions.refuse(work_id=turn, why="ไม่สะดวก", by=other, at=LATER)
    holder = owner(camera.owner_id, station=STATION, language="th")
    with pytest.raises(actions.BadWork):
        actions.refuse(work_id=turn, why="  ", by=holder, at=LATER)
    actions.refuse(work_id=turn, why="กล้องมองประตูร้าน", by=holder, at=LATER)
    assert queries.work(turn, for_=PLANNER).why == "กล้องมองประตูร้าน"
    with pytest.raises(OutOfOrder):
        actions.mark_done(work_id=turn, by=holder, at=LATER)


def test_one_camera_has_one_open_turn_and_may_have_another_when_that_is_over(camera, turn):
    with pytest.raises(actions.WorkedOnAlready):
        actions.order_turn(camera=camera.code, to_azimuth=10, to_tilt=10, by=PLANNER, at=LATER)
    actions.cancel(work_id=turn, why="วัดใหม่", by=PLANNER, at=LATER)
    actions.order_turn(camera=camera.code, to_azimuth=10, to_tilt=10, by=PLANNER, at=LATER)
    assert [work.is_open for work in queries.works(STATION, for_=PLANNER)] == [True, False]


def test_only_a_planner_of_the_station_orders_and_others_are_not_told(camera, turn):
    with pytest.raises(NotYours):
        actions.order_turn(camera=camera.code, to_azimuth=10, to_tilt=10, by=LOOKER, at=NOON)
    with pytest.raises(NotYours):
        actions.cancel(work_id=turn, why="x", by=LOOKER, at=NOON)
    for forbidden in (lambda: queries.work(turn, for_=STRANGER), lambda: queries.works(STATION, for_=STRANGER)):
        with pytest.raises(NotFound):
            forbidden()


@pytest.mark.parametrize("what", [{}, {"lon": "100", "lat": 13.7, "azimuth": 0, "tilt": 0, "height_m": 4}])
def test_a_new_camera_without_a_place_is_refused_by_name(camera, what):
    with pytest.raises(actions.BadWork) as no:
        actions.order_new_camera(station=STATION, zone=ZONE, what=what, by=PLANNER, at=NOON)
    assert "lon" in no.value.say("th")


@given(st.floats(0, 360), st.floats(0, 360))
def test_a_turn_goes_the_short_way_round(a, b):
    turn = rules.turned_by(a, b)
    assert -180 < turn <= 180
    assert abs((a + turn - b + 180) % 360 - 180) < 1e-6


def test_the_sketch_is_a_map_of_the_corner_and_holds_numbers_only(camera, turn, monkeypatch):
    made = junction.ground()
    monkeypatch.setattr(sketching, "ground_of", lambda _station: made)
    view = queries.work(turn, for_=PLANNER)
    about = sketching.around(view)
    assert len(about.streets) == 2
    assert len(about.houses) >= 8  # two walls of each of the four blocks
    middle = [(x, y) for line in about.streets for x, y in line if abs(x - 100 + 9 * 1.5) < 3]  # the street lies 9 m to the west
    assert len(middle) > 10
    drawn = sketching.sketch(view, about)
    assert drawn.count("<polygon") == 2
    assert set(re.findall(r"<([a-zA-Z]+)", drawn)) == {"svg", "clipPath", "circle", "g", "polyline", "polygon", "path", "text"}
    assert sketching.around(replace(view, what={"lon": "<script>", "lat": None})) == sketching.NOTHING


def test_the_pages_show_the_work_and_a_planner_orders_from_an_advice(
    camera, turn, client, django_user_model, monkeypatch
):
    from safetyzone.ground.officers.models import Duty, Posting

    monkeypatch.setattr(settings(), "mfa_required", False)
    duty = Duty.objects.create(code="planning", name_th="วางแผน", name_en="Planning", permissions=["see_cameras", "plan_cameras"])
    officer = django_user_model.objects.create(username="malee", station_id=STATION)
    Posting.objects.create(officer=officer, duty=duty, station_id=STATION, valid_from=NOON - timedelta(days=365), given_by="test")
    client.force_login(officer, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get("/works/")
    assert answer.status_code == 200, answer.headers
    listed = answer.content.decode()
    assert "หมุนกล้อง CAM-01 2°" in listed
    assert "ทวนเข็มนาฬิกา" in listed
    one = client.get(f"/works/{turn}/").content.decode()
    assert "358°" in one
    assert "<svg" in one
    table = client.get("/works/export.csv").content.decode("utf-8-sig")
    assert table.splitlines()[0].startswith("id,kind,subject")
    made = client.post("/planner/order/turn", {"camera": "CAM-02", "azimuth": "90", "tilt": "12"})
    assert made.status_code == 200
    assert "CAM-02" in made.content.decode()
    assert client.post("/planner/order/turn", {"camera": "CAM-02", "azimuth": "east", "tilt": "12"}).status_code == 400
    assert client.post("/planner/order/turn", {"camera": "CAM-02", "azimuth": "80", "tilt": "12"}).status_code == 409
    assert client.post("/planner/order/site", {"advice": "x", "number": "0"}).status_code == 404
    mended = client.post("/planner/order/repair", {"camera": "CAM-02", "fault": "masked"})
    assert "ถูกบัง" in client.get(mended.headers["Location"]).content.decode()
    only = client.get("/works/?kind=repair_camera").content.decode()
    assert "ซ่อมกล้อง CAM-02" in only
    assert "หมุนกล้อง CAM-01" not in only
    assert client.get("/works/export.csv?kind=repair_camera").content.decode().count("CAM-02") == 1

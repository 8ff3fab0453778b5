"""The phone's page and its JSON, through the whole web application."""

from uuid import uuid4

import orjson
import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from safetyzone.ground.officers.access import Who
from safetyzone.kernel import clock
from safetyzone.response.dispatch import actions, queries
from safetyzone.response.dispatch.lifecycle import State
from safetyzone.response.dispatch.models import Dispatch, PatrolPress, Unit
from safetyzone.response.dispatch.tests.conftest import HERE, STATION, Ground, give_duty
from safetyzone.response.incidents import queries as incidents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_second_factor")]
JSON = {"Accept": "application/json"}


def signed_in(who: Who, **more: bool) -> Client:
    client = Client(**more)
    client.force_login(get_user_model().objects.get(pk=who.officer_id))
    return client


@pytest.fixture
def rider(ground: Ground) -> Who:
    who = ground.unit("21", at=clock.now())
    give_duty(who, "patrol")
    return who


@pytest.fixture
def phone(rider: Who) -> Client:
    return signed_in(rider)


@pytest.fixture
def order(ground: Ground, rider: Who) -> Dispatch:
    now = clock.now()
    number = ground.incident(device="TST-P001", at=now)
    return actions.offer(incident_id=number, call_sign="21", by=ground.desk, at=now)


def press(client: Client, order: Dispatch, step: str, **body: str):  # type: ignore[no-untyped-def]
    return client.post(
        f"/patrol/job/{order.id}/{step}", orjson.dumps(body), content_type="application/json", headers=JSON
    )


def test_a_device_walks_an_order_through_by_json(phone: Client, order: Dispatch) -> None:
    shown = phone.get("/patrol/job.json").json()
    assert shown["job"]["next"] == "acknowledge"
    assert shown["job"]["how"] == "straight_line"
    assert shown["unit"]["call_sign"] == "21"
    for step, state in (("acknowledge", "acknowledged"), ("set_out", "en_route"), ("arrive", "on_scene")):
        answer = press(phone, order, step)
        assert answer.status_code == 200
        assert answer.json()["job"]["state"] == state
    assert press(phone, order, "well").json()["job"]["well_by"] is not None
    assert press(phone, order, "finish", words="เรียบร้อย").json()["job"] is None


def test_the_plain_forms_work_without_a_script(phone: Client, order: Dispatch) -> None:
    html = phone.get("/patrol/").content.decode()
    assert "รับงาน" in html
    assert "560 ม." in html
    answer = phone.post(f"/patrol/job/{order.id}/acknowledge", {"key": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (302, "/patrol/")
    assert Dispatch.objects.get(id=order.id).state == State.ACKNOWLEDGED
    no = phone.post(f"/patrol/job/{order.id}/decline", {"why": "ไกล"}, follow=True)
    assert "เปลี่ยนเป็น" in no.content.decode(), "the refusal is shown on the page"


def test_the_page_needs_a_csrf_token(rider: Who, order: Dispatch) -> None:
    answer = press(signed_in(rider, enforce_csrf_checks=True), order, "acknowledge")
    assert answer.status_code == 403
    assert Dispatch.objects.get(id=order.id).state == State.OFFERED


def test_the_same_key_counts_once(phone: Client, order: Dispatch) -> None:
    actions_before = PatrolPress.objects.count()
    key = str(uuid4())
    for _ in range(3):
        answer = phone.post(
            "/patrol/help", orjson.dumps({"key": key, "call_sign": "21"}), content_type="application/json", headers=JSON
        )
        assert answer.status_code == 200
    calls = [i for i in incidents.queue(STATION, for_=_desk()) if i.kind == "officer_help"]
    assert len(calls) == 1
    assert (calls[0].priority, calls[0].place_th) == (1, "เจ้าหน้าที่ขอความช่วยเหลือ: 21")
    assert calls[0].where is not None
    assert PatrolPress.objects.count() == actions_before + 1


def _desk() -> Who:
    return Who(name="desk", grants=frozenset({(STATION, "see_room")}))


def test_a_key_of_somebody_else_is_not_mine_to_repeat(ground: Ground, phone: Client, order: Dispatch) -> None:
    other = ground.unit("22", at=clock.now())
    give_duty(other, "patrol")
    key = str(uuid4())
    press(phone, order, "acknowledge", key=key)
    answer = signed_in(other).post(
        "/patrol/help", orjson.dumps({"key": key}), content_type="application/json", headers=JSON
    )
    assert answer.status_code == 403


def test_a_refusal_is_an_answer_in_both_languages(phone: Client, order: Dispatch) -> None:
    answer = press(phone, order, "arrive")
    assert answer.status_code == 409
    assert set(answer.json()) == {"code", "th", "en"}


@pytest.mark.parametrize("body", [b"[", b'{"key": "x"}', b'{"pressed_at": "yesterday"}', b'"words"', b"[1]"])
def test_a_message_that_is_not_in_the_readme_is_refused_with_the_field(phone: Client, order: Dispatch, body: bytes) -> None:
    answer = phone.post(f"/patrol/job/{order.id}/acknowledge", body, content_type="application/json", headers=JSON)
    assert answer.status_code == 400
    assert answer.json()["code"] == "not_understood"


@pytest.mark.parametrize("words", ["\x00", "x" * 300])
def test_words_that_cannot_be_kept_are_refused(phone: Client, order: Dispatch, words: str) -> None:
    press(phone, order, "acknowledge")
    assert press(phone, order, "finish", words=words).status_code == 400


def test_an_unknown_step_or_order_is_not_found(phone: Client, order: Dispatch) -> None:
    assert press(phone, order, "stand_down").status_code == 404
    assert phone.post(f"/patrol/job/{uuid4()}/acknowledge", headers=JSON).status_code == 404


def test_another_patrol_neither_sees_nor_answers_the_order(ground: Ground, order: Dispatch) -> None:
    other = ground.unit("22", at=clock.now())
    give_duty(other, "patrol")
    client = signed_in(other)
    assert client.get("/patrol/job.json").json()["job"] is None
    assert press(client, order, "acknowledge").status_code == 403


def test_without_a_posting_the_crew_list_alone_shows_nothing(ground: Ground) -> None:
    who = ground.unit("23", at=clock.now())
    assert signed_in(who).get("/patrol/job.json").json()["unit"] is None


def test_positions_are_taken_while_sharing_and_forgotten_when_switched_off(phone: Client) -> None:
    Unit.objects.update(fixed_at=None)
    where = {"lon": HERE.lon, "lat": HERE.lat, "accuracy_m": 8.5, "age_s": 3}
    answer = phone.post("/patrol/position", orjson.dumps(where), content_type="application/json", headers=JSON)
    assert answer.status_code == 204
    unit = queries.unit_board(STATION, clock.now())[0]
    assert unit.where == HERE
    assert unit.fix_age is not None
    assert 2.9 < unit.fix_age.total_seconds() < 10
    phone.post("/patrol/position", b'{"sharing": false}', content_type="application/json", headers=JSON)
    assert queries.unit_board(STATION, clock.now())[0].where is None


@pytest.mark.parametrize("where", [{}, {"lon": 13.7, "lat": 100.5}, {"lon": 13.7, "lat": 55.5}, {"lon": "NaN", "lat": 1}])
def test_a_place_that_cannot_be_is_refused(phone: Client, where: dict[str, float]) -> None:
    answer = phone.post("/patrol/position", orjson.dumps(where), content_type="application/json", headers=JSON)
    assert answer.status_code == 400


def test_duty_is_set_from_the_phone_and_off_forgets_the_place(phone: Client) -> None:
    answer = phone.post("/patrol/duty", b'{"duty": "off"}', content_type="application/json", headers=JSON)
    assert answer.json()["unit"] | {"duty": "off", "sharing": False, "may_share": False} == answer.json()["unit"]
    no = phone.post(
        "/patrol/position", orjson.dumps({"lon": HERE.lon, "lat": HERE.lat}), content_type="application/json", headers=JSON
    )
    assert no.json()["code"] == "not_sharing"
    assert phone.post("/patrol/duty", b'{"duty": "x"}', content_type="application/json", headers=JSON).status_code == 400


def test_the_page_speaks_the_officers_language(rider: Who, order: Dispatch) -> None:
    get_user_model().objects.filter(pk=rider.officer_id).update(language="en")
    html = signed_in(rider).get("/patrol/").content.decode()
    assert "Take the job" in html
    assert "รับงาน" not in html


def test_manifest_and_worker_come_before_sign_in() -> None:
    assert Client().get("/patrol/manifest.webmanifest").json()["scope"] == "/patrol/"
    worker = Client().get("/patrol/worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert b"addEventListener" in worker.content


def test_the_page_itself_asks_for_sign_in() -> None:
    assert Client().get("/patrol/").status_code == 302

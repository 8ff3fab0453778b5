"""The survey's addresses: what a phone may take along and send, and the planner's one click."""

import json
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.models import Camera, Survey, SurveyPhoto
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER

CODE = "LPN-C001"


@pytest.fixture
def photos(monkeypatch, tmp_path):
    monkeypatch.setattr(station_settings(), "state", tmp_path)


@pytest.fixture
def phone(signed_in, add) -> Client:
    add(CODE, address="rtsp://10.20.30.40:554/main")
    return signed_in("patrol")


def sent(**changed) -> dict:
    seen = {"azimuth_deg": 90, "tilt_deg": 12, "height_m": 4.5, "lon": 100.5402, "lat": 13.7446}
    return {
        "id": str(uuid4()), "camera": CODE, "made_at": "2026-11-22T20:00:00Z", "base_version": 1, "condition": "good", "seen": seen,
        "measured": {"azimuth_deg": 120},
    } | changed  # fmt: skip


def post(client: Client, survey: object, **files):
    return client.post("/survey/send", {"survey": json.dumps(survey), **files}, headers={"Accept": "application/json"})


def jpeg() -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", (40, 30)).save(file, "JPEG")
    return SimpleUploadedFile("../../etc/photo.php", file.getvalue(), content_type="text/html")


def test_a_phone_takes_along_no_address_and_no_owner(phone):
    answer = phone.get("/survey/cameras.json", headers={"Accept-Encoding": "identity"})
    assert [one["code"] for one in answer.json()["cameras"]] == [CODE]
    assert b"10.20.30.40" not in answer.content
    assert "ป้าแดง" not in answer.content.decode()


def test_a_survey_with_a_photo_is_sent_and_sent_again(phone, photos):
    one = sent()
    first, second = post(phone, one, view=jpeg()).json(), post(phone, one, view=jpeg()).json()
    assert (first["state"], first["again"], second["state"], second["again"]) == ("sent", False, "sent", True)
    assert Camera.objects.get(code=CODE).azimuth_deg == 120
    assert SurveyPhoto.objects.count() == 1
    assert phone.get("/survey/cameras.json").json()["surveys"] == {one["id"]: "sent"}


@pytest.mark.parametrize(
    "broken",
    [
        [], {}, sent(condition="eaten"), sent(camera="A\0B"), sent(note="a\0b"), sent(measured={"azimuth_deg": 400}),
        sent(base_version=2**40),
        sent(made_at="2026-11-22T20:00:00"), sent(measured={"height_m": 0}), sent(note="x" * 501),
    ],
)  # fmt: skip
def test_what_no_phone_of_ours_sends_is_refused_with_words(phone, broken):
    answer = post(phone, broken)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_understood")
    assert not Survey.objects.exists()


def test_a_survey_without_words_or_with_a_bad_photo_is_refused(phone, photos):
    assert phone.post("/survey/send", headers={"Accept": "application/json"}).status_code == 400
    answer = post(phone, sent(), view=SimpleUploadedFile("a.jpg", b"<html>", content_type="image/jpeg"))
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_photo")
    assert not Survey.objects.exists()


def test_a_broken_fix_is_no_place(phone):
    assert post(phone, sent(measured={"lon": 0, "lat": 0, "accuracy_m": 3, "tilt_deg": 20})).json()["state"] == "sent"
    assert Camera.objects.get(code=CODE).lon == 100.5402
    assert Survey.objects.get().lon is None


def test_who_may_not_survey_has_no_page(signed_in, add):
    add(CODE)
    client = signed_in("operator")
    assert client.get("/survey/").status_code == 403
    assert post(client, sent()).status_code in {403, 404}
    assert Client().get("/survey/cameras.json", headers={"Accept": "application/json"}).status_code == 401
    assert not Survey.objects.exists()


def test_another_station_has_nothing_of_it(signed_in, add):
    add(CODE)
    client = signed_in("planner", "pattaya")
    assert client.get("/survey/cameras.json").json()["cameras"] == []
    assert post(client, sent()).status_code == 404
    assert client.get("/survey/conflicts/?station=lumphini").status_code == 404


def test_a_planner_sees_both_values_and_settles_with_one_click(phone, signed_in, photos):
    actions.change_camera(code=CODE, given={"azimuth_deg": 100}, by=PLANNER, at=NIGHT)
    one = sent(note="<b>หันไปทางตลาด</b>")
    assert post(phone, one, view=jpeg()).json()["state"] == "conflict"
    planner = signed_in("planner")
    page = planner.get("/survey/conflicts/").content.decode()
    for shown in ("90°", "100°", "120°", "20°", "&lt;b&gt;หันไปทางตลาด"):
        assert shown in page
    photo = planner.get(f"/survey/photo/{SurveyPhoto.objects.get().id}.jpg")
    assert (photo["Content-Type"], photo["Cache-Control"], photo["X-Content-Type-Options"]) == ("image/jpeg", "no-store", "nosniff")
    assert phone.post(f"/survey/conflicts/{one['id']}", {"keep": "survey"}).status_code == 302
    assert Camera.objects.get(code=CODE).azimuth_deg == 100  # a patrol may not
    planner.post(f"/survey/conflicts/{one['id']}", {"keep": "survey"})
    assert Camera.objects.get(code=CODE).azimuth_deg == 120
    assert "ไม่มีรายการรอตัดสิน" in planner.get("/survey/conflicts/").content.decode()


def test_the_page_has_both_languages_and_nothing_inline(signed_in, add):
    add(CODE)
    thai = signed_in("patrol").get("/survey/").content.decode()
    english = signed_in("planner", language="en").get("/survey/").content.decode()
    assert "กล้องใกล้ฉัน" in thai
    assert "Cameras near me" in english
    assert " style=" not in thai
    assert " onclick=" not in thai


def test_the_worker_and_the_manifest_need_no_sign_in(db):
    worker, manifest = Client().get("/survey/worker.js"), Client().get("/survey/manifest.webmanifest")
    assert worker["Content-Type"].startswith("text/javascript")
    assert manifest.json()["scope"] == "/survey/"

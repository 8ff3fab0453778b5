"""The list of surveys, and the pages on which what was found is decided."""

import json
import re
from uuid import uuid4

import pytest

from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras.models import Camera, Survey
from safetyzone.senses.cameras.tests.test_survey_pages import jpeg, post, sent

CODE = "LPN-C001"
NEW = {"name": "หน้าตลาด", "pole_mark": "PL-7", "owner": "ร้านลุงมี", "kind": "fixed"}
HERE = {"lon": 100.5404, "lat": 13.7446, "accuracy_m": 8, "azimuth_deg": 200, "tilt_deg": 10, "height_m": 4}


def proposal(**changed) -> dict:
    one = sent(new=NEW, measured=HERE, condition="dirty", **changed)
    return {name: value for name, value in one.items() if name not in {"camera", "seen", "base_version"}}


@pytest.fixture
def phone(signed_in, add, monkeypatch, tmp_path):
    monkeypatch.setattr(station_settings(), "state", tmp_path)
    add(CODE)
    add("LPN-C002", name_th="หลังร้าน", lat=13.7460)
    return signed_in("patrol")


def ids(page: str) -> list[str]:
    """The cameras of the list's rows, in their order."""
    return [code.strip() for code in re.findall(r'<th scope="row">(?:<a href="[^"]+">)?([^<]*)', page)]


def test_the_newest_survey_comes_first_and_the_list_narrows(phone, signed_in):
    post(phone, sent(made_at="2026-11-22T20:00:00Z"))
    post(phone, sent(camera="LPN-C002", made_at="2026-11-22T21:00:00Z", condition="broken", measured={}))
    post(phone, proposal(made_at="2026-11-22T22:00:00Z"))
    planner = signed_in("planner")
    page = planner.get("/survey/list/").content.decode()
    assert ids(page) == ["", "LPN-C002", CODE]
    for asked, cameras in (
        ("kind=new", [""]), ("kind=broken", ["LPN-C002"]), ("state=waiting", [""]), ("camera=c001", [CODE]), ("camera=ตลาด", [""]),
        ("state=decided", []), ("kind=good", [CODE]), ("kind=eaten", []), ("page=99999999999999999999", []), ("kind=%00new", [""]),
    ):  # fmt: skip
        found = planner.get(f"/survey/list/?{asked}").content.decode()
        assert ids(found) == cameras, asked


def test_the_list_is_the_stations_own(phone, signed_in):
    post(phone, sent())
    elsewhere = signed_in("planner", "pattaya")
    assert elsewhere.get("/survey/list/?station=lumphini").status_code == 404
    assert CODE not in elsewhere.get("/survey/list/").content.decode()


def test_the_register_and_a_cameras_page_lead_to_the_list(phone, signed_in):
    planner = signed_in("planner", language="en")
    assert "/survey/list/?station=lumphini" in planner.get("/cameras/").content.decode()
    assert f"camera={CODE}" in planner.get(f"/cameras/{CODE}/").content.decode()


def test_a_new_camera_is_sent_looked_at_and_entered_with_its_owner(phone, signed_in):
    one = proposal()
    first, second = post(phone, one, view=jpeg()).json(), post(phone, one, view=jpeg()).json()
    assert (first["state"], first["again"], second["state"], second["again"]) == ("proposed", False, "proposed", True)
    planner = signed_in("planner")
    cards = planner.get("/survey/conflicts/").content.decode()
    assert "หน้าตลาด" in cards
    assert CODE in cards, "a camera of the register is near"
    form = planner.get(f"/survey/new/{one['id']}/").content.decode()
    for filled in ('value="หน้าตลาด"', 'value="PL-7"', 'value="ร้านลุงมี"', 'value="200"', 'value="100.540400"', 'value="CAM-'):
        assert filled in form
    said = {
        "code": "LPN-N001", "owner": "ร้านลุงมี", "owner_kind": "shop", "name_th": "หน้าตลาด", "lon": "100.5404", "lat": "13.7446",
        "height_m": "4", "azimuth_deg": "200", "tilt_deg": "10", "hfov_deg": "90", "width_px": "1920", "height_px": "1080",
        "tier": "map_only",
    }  # fmt: skip
    assert planner.post(f"/survey/new/{one['id']}/", said | {"azimuth_deg": "500"}).status_code == 400
    assert planner.post(f"/survey/new/{one['id']}/", said)["Location"] == "/cameras/LPN-N001/"
    assert Camera.objects.get(code="LPN-N001").owner.name == "ร้านลุงมี"
    assert planner.post(f"/survey/new/{one['id']}/", said).status_code == 404, "it is entered once"


def test_a_new_camera_that_is_in_the_register_is_refused_with_one_key_and_the_list_says_why(phone, signed_in):
    one = proposal()
    post(phone, one)
    planner = signed_in("planner")
    assert f"อยู่ในทะเบียนแล้ว: {CODE}" in planner.get(f"/survey/new/{one['id']}/").content.decode()
    planner.post(f"/survey/new/{one['id']}/dismiss", {"why": ""})
    assert Survey.objects.get().settled_at is None, "without a reason it stays"
    planner.post(f"/survey/new/{one['id']}/dismiss", {"why": f"อยู่ในทะเบียนแล้ว: {CODE}"})
    page = planner.get("/survey/list/?state=decided").content.decode()
    assert f"ไม่เพิ่มเข้าทะเบียน: อยู่ในทะเบียนแล้ว: {CODE}" in " ".join(page.split())
    assert phone.get("/survey/cameras.json").json()["surveys"] == {one["id"]: "dismissed"}


@pytest.mark.parametrize("changed", [{"condition": "gone"}, {"camera": CODE}, {"new": {**NEW, "kind": "flying"}}, {"new": {"name": "a\0"}}])
def test_what_is_no_new_camera_is_not_understood(phone, changed):
    answer = post(phone, proposal() | changed)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_understood")


def test_without_a_place_a_new_camera_is_refused_with_words(phone):
    answer = post(phone, proposal() | {"measured": {"azimuth_deg": 5}})
    assert (answer.status_code, answer.json()["code"]) == (400, "no_place")


def test_a_camera_that_was_not_found_is_one_card_with_one_key(phone, signed_in):
    one = sent(condition="gone", note="เสาถูกรื้อ")
    assert post(phone, one).json()["state"] == "conflict"
    planner = signed_in("planner")
    assert "เสาถูกรื้อ" in planner.get("/survey/conflicts/").content.decode()
    assert phone.post(f"/survey/gone/{one['id']}", {"gone": "yes"}).status_code == 302
    assert Camera.objects.get(code=CODE).retired_at is None, "a patrol may not"
    planner.post(f"/survey/gone/{one['id']}", {"gone": "yes"})
    assert Camera.objects.get(code=CODE).retired_at is not None
    assert CODE not in json.dumps(phone.get("/survey/cameras.json").json()["cameras"])


def test_a_broken_camera_is_among_the_tickets_and_the_station_may_say_that_it_was_mended(phone, signed_in):
    post(phone, sent(condition="broken", measured={}))
    planner = signed_in("planner")
    assert "ชำรุด" in planner.get("/cameras/faults/").content.decode()
    planner.post(f"/cameras/{CODE}/mended")
    assert "ไม่มีกล้องขัดข้อง" in planner.get("/cameras/faults/").content.decode()
    assert planner.post(f"/survey/gone/{uuid4()}", {"gone": "yes"}).status_code == 302

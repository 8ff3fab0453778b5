"""The owner's own page, by his link alone."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client

from safetyzone.ground.officers.access import SYSTEM, Who
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras import actions, links, queries
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.tests.town import NIGHT, OPERATOR, PLANNER, STATION
from safetyzone.senses.cameras.views import owner_door
from safetyzone.senses.looks import actions as looks
from safetyzone.senses.looks.actions import Ending, Wanted

LEK = Who(name="lek")
FORM = {"name_th": "หน้าร้าน", "place": "13.7446, 100.5402", "arrow": "90", "tier": "during_incident", "live_radius_m": "200",
        "height_m": "3", "tilt_deg": "15", "hfov_deg": "90", "width_px": "1920", "height_px": "1080", "kind": "fixed"}  # fmt: skip


@pytest.fixture
def hands(ground):
    cache.clear()
    hand = clock.HandClock(NIGHT)
    before = clock.use(hand)
    yield hand
    clock.use(before)


@pytest.fixture
def door(hands) -> str:
    """Path of the page of a shop with no camera yet."""
    number = actions.add_owner(station=STATION, name="ร้านทอง", kind="shop", by=PLANNER, at=NIGHT)
    return f"/camera-owner/{actions.give_owner_link(owner_id=number, by=PLANNER, at=NIGHT)}/"


def text(answer) -> str:
    return answer.content.decode()


def test_an_owner_enters_pauses_withdraws_and_shares_his_camera_by_forms_alone(door):
    browser = Client(enforce_csrf_checks=True)
    assert "ท่านยังไม่มีกล้องในระบบ" in text(browser.get(door))
    assert browser.post(f"{door}add/", FORM).status_code == 302
    row = Camera.objects.get()
    assert (row.lon, row.lat, row.azimuth_deg, row.tier, row.live_radius_m, row.owner.name, row.zone_id) == (
        100.5402, 13.7446, 90, "during_incident", 200, "ร้านทอง", "ratchaprasong",
    )  # fmt: skip
    page = text(browser.get(door))
    assert "ยังไม่มีผู้ใดเปิดดูภาพของกล้องนี้" in page
    assert "ภาพสดเฉพาะเมื่อมีเหตุใกล้กล้อง" in page

    def may_look() -> str:
        return queries.may_open(row.code, what="live", nearest_m=10, for_=OPERATOR, at=NIGHT).why

    for verb, why in (("pause", "paused"), ("resume", "incident_near"), ("withdraw", "withdrawn"), ("share_again", "incident_near")):
        assert browser.post(f"{door}cameras/{row.code}/{verb}").status_code == 302
        assert may_look() == why
    browser.post(f"{door}cameras/{row.code}/", {**FORM, "tier": "always", "arrow": "270", "azimuth_before": ""})
    row.refresh_from_db()
    assert (row.tier, row.azimuth_deg) == ("always", 270)


def test_the_pages_are_found_by_no_search_and_tell_no_one_their_address(door):
    for answer in (Client().get(door), Client().get(f"{door}add/"), Client().get("/camera-owner/wrong/")):
        assert answer["Referrer-Policy"] == "no-referrer"
        assert "noindex" in answer["X-Robots-Tag"]
        assert "no-store" in answer["Cache-Control"]
        assert 'name="robots" content="noindex' in text(answer)


@pytest.mark.parametrize("spoiled", [lambda path: path[:-2] + "x/", lambda path: path[:-6] + "/", lambda path: "/camera-owner/x/"])
def test_a_spoiled_link_says_how_to_get_a_new_one(door, spoiled):
    answer = Client().get(spoiled(door))
    assert answer.status_code == 410
    assert "How to get a new one" in text(answer)
    assert "ร้านทอง" not in text(answer)


def test_an_old_link_says_the_same(door, hands):
    hands.forward(seconds=links.GOOD_FOR.total_seconds())
    assert Client().get(door).status_code == 410


def test_a_link_made_elsewhere_opens_nothing(door):
    said = links.read(door.split("/")[2], master_key=station_settings().master_key_cached())
    assert said is not None
    forged = links.make(owner_id=said.owner_id, generation=1, until=NIGHT + timedelta(days=9), master_key=b"another station" * 3)
    assert Client().get(f"/camera-owner/{forged}/").status_code == 410


def test_links_are_not_to_be_tried_at_will(door, monkeypatch):
    monkeypatch.setattr(owner_door, "MOST_WRONG", 3)
    browser = Client()
    assert [browser.get(f"/camera-owner/x{n}/").status_code for n in range(4)] == [410, 410, 410, 429]
    assert browser.get(door).status_code == 429
    cache.clear()
    assert browser.get(door).status_code == 200


def test_an_owner_does_not_flood_the_register(door, monkeypatch):
    monkeypatch.setattr(owner_door, "MOST_DEEDS", 2)
    assert [Client().post(f"{door}add/", FORM).status_code for _ in range(3)] == [302, 302, 429]
    assert Camera.objects.count() == 2


def test_an_owner_reaches_no_camera_but_his_own(door, add):
    add("B-2")
    browser = Client()
    for answer in (
        browser.get(f"{door}cameras/B-2/"), browser.post(f"{door}cameras/B-2/", FORM), browser.post(f"{door}cameras/B-2/withdraw"),
        browser.post(f"{door}cameras/B-2/explode"),
    ):  # fmt: skip
        assert answer.status_code == 404
    assert Camera.objects.get().withdrawn_at is None


def test_what_cannot_stand_is_said_beside_its_field(door):
    answer = Client().post(f"{door}add/", {**FORM, "place": "100.5402, 13.7446", "height_m": "0"})
    assert answer.status_code == 400
    assert "สลับกันหรือไม่" in text(answer)
    assert 'id="w-height_m"' in text(answer)
    assert "<details open>" in text(answer)
    empty = text(Client().post(f"{door}add/", {**FORM, "place": "หน้าตลาด"}))
    assert "ต้องมีค่า" in empty


def test_a_typed_bearing_counts_before_an_arrow_and_an_untouched_one_does_not(door):
    browser = Client()
    browser.post(f"{door}add/", {**FORM, "azimuth_deg": "๘๗", "azimuth_before": ""})
    row = Camera.objects.get()
    assert row.azimuth_deg == 87
    shown = text(browser.get(f"{door}cameras/{row.code}/"))
    assert 'name="azimuth_before" value="87"' in shown
    browser.post(f"{door}cameras/{row.code}/", {**FORM, "azimuth_deg": "87", "azimuth_before": "87", "arrow": "180"})
    row.refresh_from_db()
    assert row.azimuth_deg == 180


def test_the_owner_reads_his_page_in_his_language(door):
    browser = Client()
    assert browser.post(f"{door}language", {"language": "en"}).status_code == 302
    page = text(browser.get(door))
    assert "My cameras" in page
    assert 'lang="en" data-theme' in page
    assert browser.post(f"{door}language", {"language": "xx"}).status_code == 302
    assert "My cameras" in text(browser.get(door))


def test_a_link_that_was_seen_is_replaced_by_the_owner_himself(door):
    new = Client().post(f"{door}renew").url
    assert Client().get(door).status_code == 410
    assert Client().get(new).status_code == 200


def test_who_looked_is_shown_by_case_and_not_by_name(door):
    browser = Client()
    browser.post(f"{door}add/", FORM)
    code = Camera.objects.get().code
    wanted = Wanted(STATION, code, "live", "incident", "เห็นคนร้ายวิ่ง", "เจ้าหน้าที่ศูนย์สั่งการ", "Operator", 41, "ชิงทรัพย์", "robbery")
    one, never = looks.begin([wanted, replace(wanted, case_th="ไม่เคยเปิด")], session="s" * 32, by=LEK, at=NIGHT)
    assert "ยังไม่มีผู้ใดเปิดดูภาพของกล้องนี้" in text(browser.get(door)), "a ticket that was not used showed nothing"
    looks.progress({one: 3.0}, by=SYSTEM, at=NIGHT)
    assert "กำลังดูอยู่" in text(browser.get(door))
    looks.end([Ending(one, 134.2, "left"), Ending(never, 0, "not_opened")], by=SYSTEM, at=NIGHT + timedelta(minutes=3))
    page = re.sub(r"<[^>]+>", "", text(browser.get(door)))
    assert "22 พ.ย. 2569 21:00:00 · ภาพสด · ชิงทรัพย์ · เจ้าหน้าที่ศูนย์สั่งการ · 2 นาที 14 วินาที" in page
    assert not {"lek", "เห็นคนร้ายวิ่ง", "ไม่เคยเปิด"} & set(re.split(r"[\s·]+", page))
    browser.post(f"{door}language", {"language": "en"})
    assert "live picture · robbery · Operator · 2 min 14 s" in re.sub(r"<[^>]+>", "", text(browser.get(door)))


def test_the_map_is_behind_the_link(door):
    about = Client().get(f"{door}map/base.json")
    assert about.json()["tiles"].startswith(f"{door}map/base.pmtiles?v=")
    assert Client().get("/camera-owner/x/map/base.json").status_code == 410
    assert Client().get("/map/base.json").status_code == 302
    part = Client().get(about.json()["tiles"], headers={"Range": "bytes=0-6"})
    assert (part.status_code, part.content) == (206, b"PMTiles")


def test_an_agreement_that_has_ended_is_said(door, hands):
    browser = Client()
    browser.post(f"{door}add/", FORM)
    code = Camera.objects.get().code
    actions.change_camera(code=code, given={"contract_until": "2026-11-21"}, by=PLANNER, at=NIGHT)
    assert "ข้อตกลงสิ้นสุดแล้ว" in text(browser.get(door))

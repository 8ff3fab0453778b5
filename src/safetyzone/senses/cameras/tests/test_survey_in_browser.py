"""The survey in Debian's Chromium at the size of a phone: made without a signal, sent once when there is one."""

import os
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configuration
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import settings as station_settings
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.models import Camera, Survey, SurveyPhoto
from safetyzone.senses.cameras.proposal_actions import Proposal, propose
from safetyzone.senses.cameras.survey_actions import Found, record_survey
from safetyzone.senses.cameras.survey_rules import Condition, Pose
from safetyzone.senses.cameras.tests.town import NIGHT, PLANNER, STATION

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("SAFETYZONE_PICTURES", "")
"""A folder: where this test leaves screenshots for a person to look at."""
CODE = "LPN-C001"
WALKER = Who(name="walker", grants=frozenset({(STATION, "survey_cameras")}))

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
]


@pytest.fixture
def browser(ground, monkeypatch) -> Iterator[Browser]:
    """After the tables, so that it has closed when they are emptied: its loop runs in this thread and worries Django."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, live_server, add, signed_in, monkeypatch, tmp_path) -> Iterator[Page]:
    """A surveyor's phone, with the page open and everything in its memory."""
    monkeypatch.setattr(station_settings(), "state", tmp_path)
    add(CODE)
    add("LPN-C002", name_th="หลังร้าน", lat=13.7460)
    name = str(configuration.SESSION_COOKIE_NAME)
    context = browser.new_context(
        viewport=PHONE, has_touch=True, locale="th-TH", color_scheme="light",
        geolocation={"longitude": 100.5402, "latitude": 13.7459, "accuracy": 8},
        permissions=["geolocation", "accelerometer", "gyroscope", "magnetometer"],
    )  # fmt: skip
    context.add_cookies([{"name": name, "value": signed_in("patrol").cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text) if "Content Security" in line.text else None)
    page.goto(f"{live_server.url}/survey/")
    expect(page.locator("#survey[data-ready]")).to_be_attached()
    yield page
    assert page.faults == []
    context.close()


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def violations(page: Page) -> list[str]:
    """What axe-core objects to (WCAG 2.2 A and AA)."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    looked = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    assert any(rule["id"] == "color-contrast" for rule in looked["passes"]), "it did look"
    return [f"{each['id']}: {node['html'][:120]}" for each in looked["violations"] for node in each["nodes"]]


def photo() -> dict:
    exif, file = Image.Exif(), BytesIO()
    exif[0x010F] = "SecretPhone"
    Image.new("RGB", (3000, 2000), (90, 90, 90)).save(file, "JPEG", exif=exif)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def point_to_the_east(page: Page) -> None:
    """Hold the phone upright, its back to the magnetic east and ten degrees down, and keep the value."""
    page.get_by_role("button", name="ใช้เข็มทิศ").tap()
    page.get_by_label("วัดมุมก้มด้วย").check()
    expect(page.get_by_role("button", name="ตรึงค่านี้")).to_be_visible()  # the phone has given leave
    pose = "{alpha: 270, beta: 80, gamma: 0, absolute: true}"
    page.evaluate(f"dispatchEvent(new DeviceOrientationEvent('deviceorientationabsolute', {pose}))")
    expect(page.locator("#azimuth")).to_have_value("89")  # declination 0.6 west
    expect(page.locator("#tilt")).to_have_value("10")
    page.get_by_role("button", name="ตรึงค่านี้").tap()


def test_a_survey_made_without_a_signal_is_sent_once_when_there_is_one(page, tmp_path):
    posts: list[str] = []
    page.on("request", lambda asked: posts.append(asked.url) if asked.method == "POST" else None)
    page.get_by_role("button", name="ใกล้ฉัน").tap()
    expect(page.locator("[data-list] li").first).to_contain_text("LPN-C002")  # eleven metres away
    assert violations(page) == []
    picture(page, "survey-list")
    page.context.set_offline(True)
    page.reload()  # the phone was put away: the page and its cameras are there without a signal
    expect(page.locator("[data-list] li")).to_have_count(2)
    page.get_by_label("รหัส ชื่อ หรือเลขเสา").fill("หน้าร้าน")
    page.locator("[data-list] button").tap()
    point_to_the_east(page)
    page.locator("#azimuth").fill("135")
    page.get_by_label("สกปรก").check()
    page.locator("#view").set_input_files(photo())
    assert violations(page) == []
    picture(page, "survey-form")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="บันทึก").tap()
    expect(page.locator(".survey-link")).to_contain_text("รอส่ง 1")
    page.reload()
    expect(page.locator("[data-done] li")).to_contain_text("รอส่ง")
    page.context.set_offline(False)
    expect(page.locator("[data-done] li")).to_contain_text("ส่งแล้ว", timeout=10_000)
    expect(page.locator(".survey-link")).to_have_text("เชื่อมต่ออยู่")
    sent = len(posts)
    page.reload()
    expect(page.locator("#survey[data-ready]")).to_be_attached()
    assert len(posts) == sent, "what was sent is not sent again"
    arrived_whole(tmp_path / "survey")


def arrived_whole(folder: Path) -> None:
    """The survey, the camera turned by it, and its photo, small and without what the phone had written into it."""
    one = Survey.objects.get()
    assert (one.azimuth_deg, one.tilt_deg, one.condition, one.camera_id) == (135, 10, "dirty", CODE)
    assert Camera.objects.get(code=CODE).azimuth_deg == 135
    kept = (folder / SurveyPhoto.objects.get().file).read_bytes()
    with Image.open(BytesIO(kept)) as shown:
        assert shown.size == (1600, 1067)
    assert b"SecretPhone" not in kept


def test_a_camera_that_nobody_listed_is_found_without_a_signal_and_sent_once(page):
    page.context.set_offline(True)
    page.get_by_role("button", name="พบกล้องที่ไม่อยู่ในรายการ").tap()
    expect(page.locator("[data-fix-new]")).to_contain_text("±8")
    expect(page.locator("[data-known] button")).to_have_count(1)  # LPN-C002 hangs eleven metres away: is it this one?
    expect(page.locator("[data-known]")).to_contain_text("LPN-C002")
    assert violations(page) == []
    page.locator("#new-name").fill("หน้าตลาด")
    page.locator("#new-mark").fill("PL-7")
    page.locator("#new-owner").fill("ร้านลุงมี")
    page.locator("#azimuth").fill("200")
    page.get_by_label("ปกติ").check()
    expect(page.get_by_label("ไม่พบกล้อง")).to_be_hidden()  # what was found is not gone
    page.locator("#mount").set_input_files(photo())
    picture(page, "survey-new")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_role("button", name="บันทึก").dblclick()
    expect(page.locator("[data-done] li")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("[data-done] li")).to_contain_text("รอสถานีตัดสิน", timeout=10_000)
    one = Survey.objects.get()
    assert one.proposes == {"name": "หน้าตลาด", "pole_mark": "PL-7", "owner": "ร้านลุงมี", "kind": "fixed"}
    assert (one.camera_id, one.azimuth_deg, round(one.lat, 4)) == (None, 200, 13.7459)
    assert SurveyPhoto.objects.get().shows == "mount"
    picture(page, "survey-list-new")


def test_from_the_form_of_a_new_camera_one_tap_leads_to_the_one_in_the_register(page):
    page.get_by_role("button", name="พบกล้องที่ไม่อยู่ในรายการ").tap()
    page.locator("[data-known] button").tap()
    expect(page.locator("[data-about]")).to_contain_text("LPN-C002")
    expect(page.locator("#new-name")).to_be_hidden()
    page.get_by_label("ปกติ").check()
    page.get_by_role("button", name="บันทึก").tap()
    expect(page.locator("[data-done] li")).to_contain_text("ส่งแล้ว", timeout=10_000)
    assert Survey.objects.get().camera_id == "LPN-C002"


def test_a_conflict_is_shown_on_the_phone_that_made_it(page):
    page.context.set_offline(True)
    actions.change_camera(code=CODE, given={"azimuth_deg": 100}, by=PLANNER, at=NIGHT)
    page.locator("[data-list] button", has_text=CODE).tap()
    box = page.locator("[data-dial]").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 10)  # south on the dial
    expect(page.locator("#azimuth")).to_have_value("180")
    page.get_by_label("ปกติ").check()
    page.get_by_role("button", name="บันทึก").dblclick()
    expect(page.locator("[data-done] li")).to_have_count(1)
    page.context.set_offline(False)
    expect(page.locator("[data-done] li")).to_contain_text("รอผู้วางแผน", timeout=10_000)
    assert Camera.objects.get(code=CODE).azimuth_deg == 100


@pytest.mark.parametrize("language", ["th", "en"])
def test_what_was_found_is_decided_at_a_desk_and_read_on_a_phone(page, browser, live_server, signed_in, language):
    survey("LPN-C001", "broken")
    survey("LPN-C002", "gone", "เสาถูกรื้อ")
    found = Pose(azimuth_deg=200, tilt_deg=10, place=Point(lon=100.5402, lat=13.7461), accuracy_m=8)
    number = propose(
        found=Proposal(id=uuid4(), made_at=NIGHT, condition=Condition.DIRTY, name="หน้าตลาด", owner="ร้านลุงมี", measured=found),
        photos={"mount": photo()["buffer"]}, by=WALKER, at=NIGHT,
    ).id  # fmt: skip
    name = str(configuration.SESSION_COOKIE_NAME)
    context = browser.new_context(viewport={"width": 1280, "height": 800}, color_scheme="light")
    officer = signed_in("planner", language=language)
    context.add_cookies([{"name": name, "value": officer.cookies[name].value, "url": live_server.url}])
    desk = context.new_page()
    for shown, path in (
        ("decide", "survey/conflicts/"), ("proposal", f"survey/new/{number}/"), ("surveys", "survey/list/"), ("faults", "cameras/faults/"),
        ("owners", "cameras/owners/"),
    ):  # fmt: skip
        desk.goto(f"{live_server.url}/{path}")
        assert violations(desk) == [], shown
        picture(desk, f"{shown}-{language}")
    desk.set_viewport_size(PHONE)
    desk.goto(f"{live_server.url}/survey/conflicts/")
    assert desk.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(desk, f"decide-small-{language}")
    desk.locator("button[name=gone][value=yes]").click()
    expect(desk.locator("button[name=gone]")).to_have_count(0)
    assert Camera.objects.get(code="LPN-C002").retired_at is not None
    context.close()


def survey(code: str, condition: str, note: str = "") -> None:
    one = Found(
        id=uuid4(), camera=code, made_at=NIGHT, base_version=1, condition=Condition(condition), measured=Pose(), note=note
    )
    record_survey(found=one, by=WALKER, at=NIGHT)

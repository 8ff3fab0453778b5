"""The register in a real browser: an owner enters and withdraws his camera on a phone, an officer sends a list with one bad row."""

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import browser, open_room, serious, server, station  # noqa: F401 - fixtures
from tests.browser.station import Station

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
ROWS = """code,owner,owner kind,lon,lat,height,azimuth,tilt,hfov,width,height_px
A-1,ร้านทอง,shop,100.5402,13.7446,4,90,10,85,1920,1080
A-2,ร้านทอง,shop,13.7446,100.5402,4,90,10,85,1920,1080
"""


@pytest.fixture
def phone(browser: Browser, station: Station) -> Iterator[Page]:  # noqa: F811
    """A phone that knows where it is and has a touch screen; a fault in a script fails the test."""
    faults: list[str] = []
    context = browser.new_context(
        viewport=PHONE, has_touch=True, is_mobile=True, permissions=["geolocation"], geolocation={"latitude": 13.745, "longitude": 100.541}
    )
    page = context.new_page()
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" and "load resource" not in said.text else None)
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
    yield page
    context.close()
    assert faults == []


def a_link(desk: Page, station: Station) -> str:  # noqa: F811
    """What the officer hands to the owner."""
    desk.goto(f"{station.url}/cameras/owners/")
    desk.fill("#name", "ร้านทอง")
    desk.click("section button.main")
    desk.get_by_role("button", name=re.compile("ออกลิงก์")).click()
    return desk.input_value("#link")


def test_an_owner_enters_his_camera_on_a_phone_and_withdraws_it(open_room: Callable[..., Page], station: Station, phone: Page):  # noqa: F811
    desk = open_room("somchai", path="/cameras/")
    phone.goto(a_link(desk, station))
    assert serious(phone) == []
    phone.click("a.main")
    phone.fill("#name", "หน้าร้าน")
    phone.click("[data-here]")
    expect(phone.locator("#place")).to_have_value("13.745000, 100.541000")
    phone.click("[data-map]")
    expect(phone.locator("camera-place[data-drawn]")).to_be_attached(timeout=60_000)
    phone.tap("camera-place canvas", position={"x": 60, "y": 60})  # north-west of where the phone is
    expect(phone.locator("#place")).to_have_value(re.compile(r"13\.74[5-9]\d{3}, 100\.53\d{4}"))
    phone.click(".arrow.a2")
    phone.locator(".tiers label").nth(3).click()
    assert serious(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    phone.click("form button.main")
    expect(phone.locator("section.panel h2")).to_have_text("หน้าร้าน")
    expect(phone.locator("section.panel").first).to_contain_text("ภาพสดตลอดเวลา")

    desk.goto(f"{station.url}/cameras/")
    desk.locator("tbody a").first.click()
    expect(desk.locator("dl.facts").first).to_contain_text("ภาพสดตลอดเวลา")
    phone.click("section.panel details summary")
    phone.get_by_role("button", name=re.compile("ยืนยัน ถอนเดี๋ยวนี้")).click()
    expect(phone.locator("section.panel").first).to_contain_text("ท่านถอนกล้องนี้แล้ว")
    assert serious(phone) == []
    desk.reload()
    expect(desk.locator("dl.facts").first).to_contain_text("ถอนแล้ว")
    phone.get_by_role("button", name="แบ่งปันกล้องนี้อีกครั้ง").click()
    expect(phone.locator("section.panel").first).to_contain_text("ภาพสดตลอดเวลา")
    phone.click("button[value=en]")
    expect(phone.locator("h1")).to_have_text("My cameras")


def test_a_list_with_one_bad_row_shows_the_reason_before_anything_is_entered(open_room: Callable[..., Page], station: Station):  # noqa: F811
    desk = open_room("somchai", path="/cameras/import/")
    desk.set_input_files("#file", {"name": "cameras.csv", "mimeType": "text/csv", "buffer": ROWS.encode("cp874")})
    desk.click("form.panel button.main")
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody tr")).to_contain_text("สลับกันหรือไม่")
    assert serious(desk) == []
    with desk.expect_download() as given_back:
        desk.click("a[download]")
    assert "เหตุผล" in given_back.value.path().read_text(encoding="utf-8-sig")
    desk.get_by_role("button", name=re.compile("นำเข้าเฉพาะ 1 แถว")).click()
    expect(desk.locator("h1")).to_have_text("นำเข้ารายการแล้ว")
    desk.goto(f"{station.url}/cameras/")
    expect(desk.locator("tbody tr")).to_have_count(1)
    assert serious(desk) == []
    for path in ("/cameras/A-1/", "/cameras/add/", "/cameras/owners/", "/cameras/import/"):
        desk.goto(station.url + path)
        assert serious(desk) == [], path

"""The search of plates in a real browser: grey until it is said what for, the way with its replay, and where next in three clicks."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import station as stations
from tests.browser.desk import open_room, picture, serious, server
from tests.browser.sightings import CASE
from tests.browser.station import Station
from tests.browser.test_map import CHROMIUM, SOFTWARE_GL

__all__ = ["open_room", "server"]
PHONE = (390, 844)
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=list(SOFTWARE_GL))
        expect.set_options(timeout=20_000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def station(server: tuple[str, Path]) -> Iterator[Station]:
    with stations.running(server[0], "safetyzone_browser_sightings", server[1]) as running:
        running.happen("sightings")
        yield running


def search(page: Page, plate: str) -> None:
    page.select_option("#purpose", "stolen")
    page.select_option("#law", "inquiry")
    page.select_option("#case", CASE)
    page.fill("#words", "ลักรถหน้าตลาดเมื่อเที่ยง")
    page.fill("#plate", plate)
    page.press("#plate", "Enter")


def test_the_search_is_grey_until_it_is_said_what_for_and_then_shows_the_way(open_room):
    page = open_room("nok", "/sightings/", (1440, 1000), lands="**/")
    expect(page.locator("#plate")).to_be_disabled()
    assert serious(page) == []
    picture(page, "sightings-gate")
    page.select_option("#purpose", "stolen")
    page.fill("#words", "ลักรถหน้าตลาดเมื่อเที่ยง")
    expect(page.locator("#plate")).to_be_disabled()
    search(page, "1กข 234")
    expect(page.locator("#passages tbody tr")).to_have_count(4)
    assert "234" not in page.url
    expect(page.locator("#way-map[data-stops='4']")).to_be_attached()
    first = page.locator("#said-moment").inner_text()
    page.press("#moment", "ArrowRight")
    assert page.locator("#said-moment").inner_text() != first
    assert serious(page) == []
    expect(page.locator("#way-map[data-idle]")).to_be_attached()
    picture(page, "sightings-found")
    page.click("form[action$=along] button")
    expect(page.locator("#companions tbody tr")).to_have_count(1)
    expect(page.locator("#companions")).to_contain_text("6กพ7414")
    assert serious(page) == []
    picture(page, "sightings-along")


def test_cameras_are_chosen_by_an_area_on_the_map_or_one_by_one(open_room):
    page = open_room("nok", "/sightings/", (1440, 1000), lands="**/")
    for field, value in (("#purpose", "stolen"), ("#law", "inquiry"), ("#case", CASE)):
        page.select_option(field, value)
    page.fill("#words", "ลักรถหน้าตลาดเมื่อเที่ยง")
    page.click("#area summary")
    expect(page.locator("#area-map[data-cameras-shown][data-idle]")).to_be_attached()
    page.locator("#area-map").scroll_into_view_if_needed()
    expect(page.locator("#area-said")).to_contain_text("ค้นทุกกล้อง")
    box = page.locator("#area-map canvas").bounding_box()
    keeping = page.evaluate(
        """() => JSON.parse(document.getElementById("keeping").textContent).map(({ code, lon, lat }) => {
             const { x, y } = document.getElementById("area-map").map.project([lon, lat]); return { code, x, y }; })"""
    )
    one, *others = sorted(keeping, key=lambda camera: camera["y"])
    assert others
    room = min(30, min(abs(other["y"] - one["y"]) + abs(other["x"] - one["x"]) for other in others) / 2)
    corners = [(one["x"] - room, one["y"] - room), (one["x"] + room, one["y"] - room), (one["x"], one["y"] + room)]
    for x, y in corners:
        page.mouse.click(box["x"] + x, box["y"] + y, delay=20)
    page.locator("#area-map canvas").press("Enter")
    expect(page.locator("#cameras")).to_have_value(one["code"])
    page.mouse.click(box["x"] + others[-1]["x"], box["y"] + others[-1]["y"])
    expect(page.locator("#area-said")).to_contain_text("2")
    page.mouse.click(box["x"] + one["x"], box["y"] + one["y"])
    expect(page.locator("#cameras")).to_have_value(others[-1]["code"])
    assert serious(page) == []
    picture(page, "sightings-area")
    page.press("#plate", "Enter")
    expect(page.locator(".reason")).to_contain_text(others[-1]["code"])


def test_where_next_is_a_click_from_a_passage_and_goes_on_from_camera_to_camera(open_room):
    page = open_room("nok", "/sightings/", PHONE, lands="**/")
    search(page, "1กข 234")
    page.locator("#passages a", has_text="ไปไหนต่อ").last.click()
    expect(page.locator("#nexts li")).to_have_count(3)
    expect(page.locator("#way-map[data-stops='4']")).to_be_attached()
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, "sightings-follow-phone")
    page.locator("#nexts a", has_text="ตามต่อ").first.click()
    expect(page.locator("#nexts li")).to_have_count(3)


def test_a_wrong_field_says_so_is_reached_at_once_and_each_plate_found_has_its_way(open_room):
    page = open_room("nok", "/sightings/", PHONE, language="en", lands="**/")
    page.select_option("#purpose", "missing")
    assert page.locator("#law option:enabled").all_inner_texts()[1:] == [
        "Danger to life: PDPA s.26 · missing people", "A court's order · give its number with the reason",
    ]  # fmt: skip
    search(page, "6กพ741x")
    expect(page.locator("#plate")).to_be_focused()
    expect(page.locator("#w-plate")).to_contain_text("Not a plate")
    assert serious(page) == []
    page.fill("#plate", "")
    page.press("#plate", "Enter")
    expect(page.locator("#way-map[data-stops='4']")).to_be_attached()
    first = page.locator(".span:visible").inner_text()
    page.select_option("#which", "1")
    expect(page.locator(".span:visible")).not_to_have_text(first)
    expect(page.locator("#said-moment")).to_contain_text("Soi camera 1")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#passages .button").last.evaluate("e => e.getBoundingClientRect().right <= innerWidth")
    page.click("form[action$=begin] button")
    expect(page.locator("#law")).to_have_value("inquiry")
    expect(page.locator("#plate")).to_be_enabled()

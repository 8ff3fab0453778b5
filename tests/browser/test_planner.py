"""The planner in a real browser: it shows the figure, a turn by hand changes it, advice tells how far it is, a circle docks."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import station as stations
from tests.browser.desk import live, open_room, picture, serious, server
from tests.browser.station import Station
from tests.browser.test_map import CHROMIUM, SOFTWARE_GL

__all__ = ["open_room", "server"]
CAMERA = "CAM-01"

pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=CHROMIUM, args=list(SOFTWARE_GL))
        expect.set_options(timeout=15_000)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def station(server: tuple[str, Path]) -> Iterator[Station]:
    """One station for all: each test leaves the cameras as they hang."""
    with stations.running(server[0], "safetyzone_browser_planner", server[1]) as running:
        running.happen("cameras")
        yield running


@pytest.fixture
def plan(open_room: Callable[..., Page]) -> Callable[..., Page]:
    def at(tab: str) -> Page:
        page = open_room("pim", f"/planner/?tab={tab}&class=detect", (1600, 900), lands="**/")
        expect(page.locator(f"#planner[data-loaded={tab}]")).to_be_attached(timeout=60_000)  # the first look at a zone reckons
        expect(page.locator("zone-map[data-cameras='8']")).to_be_attached()
        return page

    return at


def test_the_figure_is_there_and_follows_a_camera_that_fails(plan, station):
    page = live(plan("coverage"))
    figure = page.locator("[data-figure=one_day]")
    before = figure.inner_text()
    assert before != "0.0 %"
    assert serious(page) == []
    picture(page, "planner-coverage")
    station.happen("cameras_fail")
    expect(figure).to_have_text("0.0 %", timeout=5000)
    station.happen("cameras_work")
    expect(figure).to_have_text(before, timeout=5000)


def test_a_turn_by_hand_changes_the_figure_while_the_hand_moves(plan):
    page = plan("hand")
    page.fill("input[name=camera]", CAMERA)
    page.press("input[name=camera]", "Tab")
    after = page.locator("[data-after=one_day]")
    expect(page.locator("#planner[data-hand-turns='1']")).to_be_attached()
    first = after.inner_text()
    heading = page.locator("#hand input[name=azimuth]")
    heading.fill("80")
    heading.focus()
    for _ in range(20):
        heading.press("ArrowRight")
    expect(page.locator("output[data-of=azimuth]")).to_have_text("100°")
    expect(after).not_to_have_text(first)
    expect(page.locator("#gained")).to_contain_text("เห็นเพิ่ม")
    took = page.evaluate("({...document.getElementById('planner').dataset})")
    turns, p50, p90 = (took[name] for name in ("handTurns", "handMedianMs", "handP90Ms"))
    print(f"by hand, of {turns}: p50 {p50} ms, p90 {p90} ms, of which the server {took['handServerMs']} ms; load {os.getloadavg()[0]:.1f}")
    picture(page, "planner-hand")


def test_advice_is_asked_for_and_shows_that_it_waits_and_can_be_stopped(plan):
    page = plan("turn")
    page.keyboard.press("3")
    page.click("[data-ask=reaim] button")
    expect(page.locator("[data-advice][data-status=waiting]")).to_be_visible()
    expect(page.locator("progress")).to_be_visible()
    page.click("[data-deed=stop]")
    expect(page.locator("[data-advice][data-status=stopped]")).to_be_visible()
    page.click("[data-deed=go-on]")
    expect(page.locator("[data-advice][data-status=waiting]")).to_be_visible()


def test_tabs_go_by_keyboard_and_a_dead_spot_is_flown_to(plan):
    page = plan("coverage")
    page.locator("#tab-coverage").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#tab-dead")).to_be_focused()
    expect(page.locator("#planner[data-loaded=dead]")).to_be_attached()
    expect(page.locator("zone-map[data-streets]")).to_be_attached()
    page.locator("[data-go]").first.click()
    spot = page.locator("[data-spot]").first
    expect(page.locator("zone-map .buttons button:has-text('★')")).to_be_visible()  # the view is his now
    page.wait_for_timeout(1200)  # the flight
    middle = page.evaluate("document.querySelector('zone-map').map.getCenter().toArray()")
    assert middle == pytest.approx([float(spot.get_attribute("data-lon") or 0), float(spot.get_attribute("data-lat") or 0)], abs=1e-5)


def test_a_circle_by_key_docks_the_cameras_inside_and_a_row_lights_its_dot(plan):
    page = plan("coverage")
    page.evaluate("(({map, cameras}) => map.jumpTo({center: cameras.at('CAM-01'), zoom: 17}))(document.querySelector('zone-map'))")
    page.locator("zone-map .buttons button[aria-label='กล้องในวงกลม']").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".camera-dock [data-camera]")).to_have_count(8)
    page.locator(".camera-dock [data-camera] button").first.focus()
    lit = page.evaluate("document.querySelector('zone-map').map.getFilter('camera-lit')")
    assert lit[2] == CAMERA
    page.fill(".camera-dock input", "10")
    page.press(".camera-dock input", "Enter")
    expect(page.locator(".camera-dock [data-camera]")).not_to_have_count(8)
    page.locator(".camera-dock [data-camera] button").first.click()
    expect(page.locator(".camera-card")).to_contain_text(CAMERA)


STREETS = """() => document.querySelector('zone-map').map.getSource('plan-streets')._data.geojson ?? document.querySelector('zone-map').map
  .getSource('plan-streets')._data"""


def test_an_advised_turn_is_swiped_between_before_and_after_and_sliders_weigh_the_streets(plan, station):
    station.happen("advised")
    page = plan("turn")
    page.click("[data-show]")
    swipe = page.locator("map-swipe")
    expect(swipe).to_be_visible()
    swipe.focus()
    drawn = {}
    for key in ("End", "Home"):
        swipe.press(key)
        page.wait_for_timeout(300)  # a frame
        drawn[key] = page.evaluate(STREETS)["features"]
    expect(swipe).to_have_attribute("aria-valuenow", "0")
    assert drawn["End"] != drawn["Home"], "all of it before, then all of it after"
    for _ in range(5):
        swipe.press("PageUp")
    picture(page, "planner-swipe")
    page.click("[data-show]")
    expect(swipe).to_be_hidden()
    page.keyboard.press("2")
    expect(page.locator("#planner[data-loaded=dead]")).to_be_attached()
    hour = page.locator("#choose input[name=hour]")
    hour.focus()
    for _ in range(22):
        hour.press("ArrowRight")
    expect(page.locator("output[data-of=hour]")).to_have_text("21:00 ± 1 ชม.")
    expect(page.locator("input[name=light][value=night]")).to_be_checked()
    expect(page.locator("#answer")).to_contain_text("21:00 ± 1")
    assert serious(page) == []

"""Playback in a real browser: several recordings at one instant, before the video program's own door, with real tickets."""

import os
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import station as stations
from tests.browser.desk import browser, open_room, picture, serious, server
from tests.browser.recorded import film, video_program
from tests.browser.station import Station
from tests.servers import a_free_port

__all__ = ["browser", "open_room", "server"]
CHROMIUM = os.path.exists(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]

FOUR = ("CAM-01", "CAM-02", "CAM-03", "CAM-07")
SHOWN = """(code) => { const video = document.querySelector(`.cell[data-camera="${code}"] video`);
  const pen = new OffscreenCanvas(320, 180).getContext('2d'); pen.drawImage(video, 0, 0, 320, 180); let count = 0;
  for (let bit = 0; bit < 16; bit++) count |= (pen.getImageData(bit * 20 + 10, 170, 1, 1).data[0] > 128 ? 1 : 0) << bit; return count }"""
"""Which tenth of a second a camera's picture shows, read from its pixels."""
DRIFTS = """async () => { const found = []; for (let n = 0; n < 100; n++) { await new Promise((done) => setTimeout(done, 100));
  found.push(Number(document.getElementById('playback').dataset.drift)); } return found }"""
"""How far the furthest picture is from the common time, a hundred times in ten seconds."""


@pytest.fixture(scope="module")
def ended() -> int:
    """Until when everything was recorded: a whole minute, some minutes ago."""
    return (int(time.time()) // 60 - 4) * 60_000


@pytest.fixture(scope="module")
def station(server: tuple[str, Path], ended: int) -> Iterator[Station]:
    """Six minutes of four cameras; CAM-02 lacks two minutes in the middle, and nobody recorded the fifth."""
    url, state = server
    at = lambda minutes: ended - int(minutes * 60_000)  # noqa: E731 - minutes before the end, said often
    for seed, code in enumerate(FOUR, 1):
        for begin, end in ((at(6), at(4)), (at(2), at(1))) if code == "CAM-02" else ((at(6), at(2)), (at(2), at(1))):
            film(state, code, begin, end, seed=seed)
        film(state, code, at(0.5), at(0), seed=seed)
    port = a_free_port()
    os.environ["SAFETYZONE_VIDEO_URL"] = f"http://127.0.0.1:{port}"
    try:
        with stations.running(url, "safetyzone_browser_playback", state) as running:
            running.happen("cameras")
            with video_program(running.environment, web=running.url, port=port, log=state / "video.log"):
                yield running
    finally:
        del os.environ["SAFETYZONE_VIDEO_URL"]


@pytest.fixture
def play(open_room: Callable[..., Page]) -> Callable[..., Page]:
    def at(ms: float, cameras: tuple[str, ...] = FOUR, **more: Any) -> Page:
        page = open_room(path=f"/room/playback/?cameras={','.join(cameras)}&at={round(ms)}", **more)
        expect(page.locator(f"#playback[data-loaded][data-ready='{len(cameras)}']")).to_be_attached()
        return page

    return at


def now_of(page: Page) -> int:
    return int(page.locator("#playback").get_attribute("data-at") or 0)


def shown(page: Page, code: str) -> int:
    return int(page.evaluate(SHOWN, code))


def tenth(ms: float) -> int:
    return int(ms // 100) & 0xFFFF


def test_four_cameras_stand_at_one_instant_and_run_together(play, ended):
    began = ended - 5.5 * 60_000
    page = play(began)
    for code in FOUR:
        page.wait_for_function(f"code => ({SHOWN})(code) === {tenth(began)}", arg=code)
    assert serious(page) == []
    picture(page, "playback-four")
    page.keyboard.press("l")
    page.wait_for_function(f"() => Number(document.getElementById('playback').dataset.at) > {began + 4000}")
    page.wait_for_function("() => Number(document.getElementById('playback').dataset.drift) <= 100")
    seen = page.evaluate(f"codes => codes.map({SHOWN})", list(FOUR))
    assert max(seen) - min(seen) <= 1, seen  # a frame lasts a tenth of a second here
    drifts = sorted(page.evaluate(DRIFTS))
    assert drifts[len(drifts) // 2] <= 100
    print(f"drift of four: median {drifts[len(drifts) // 2]} ms, most {drifts[-1]} ms in ten seconds; tenths shown {seen}")
    page.keyboard.press("k")
    expect(page.locator("#playback[data-rate='0']")).to_be_attached()
    assert {name.strip() for name in page.locator(".cell .who").all_inner_texts()} == {"malee"}


def test_keys_step_frames_run_faster_and_backwards(play, ended):
    page = play(ended - 5.5 * 60_000, FOUR[:1])
    began = shown(page, "CAM-01")
    page.keyboard.press("Period")
    page.wait_for_function(f"code => ({SHOWN})(code) === {began + 1}", arg="CAM-01")
    page.keyboard.press("Comma")
    page.wait_for_function(f"code => ({SHOWN})(code) === {began}", arg="CAM-01")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"code => ({SHOWN})(code) === {began + 50}", arg="CAM-01")
    for rate in ("1", "2", "4", "8", "8"):
        page.keyboard.press("l")
        expect(page.locator(f"#playback[data-rate='{rate}']")).to_be_attached()
    page.wait_for_function(f"code => ({SHOWN})(code) > {began + 150}", arg="CAM-01")
    page.keyboard.press("j")
    expect(page.locator("#playback[data-rate='-1']")).to_be_attached()
    at = now_of(page)
    page.wait_for_function(f"() => Number(document.getElementById('playback').dataset.at) < {at - 1500}")
    page.keyboard.press("k")
    page.wait_for_function(
        f"code => Math.abs(({SHOWN})(code) - (Math.floor(document.getElementById('playback').dataset.at / 100) & 0xffff)) <= 1",
        arg="CAM-01",
    )


def test_what_one_camera_lacks_is_said_and_what_all_lack_is_jumped_over(play, ended):
    page = play(ended - 4 * 60_000 - 1500)
    page.keyboard.press("l")
    expect(page.locator(".cell[data-camera=CAM-02]")).to_have_attribute("data-state", "gap")
    expect(page.locator(".cell[data-camera=CAM-02] .over")).to_contain_text("ไม่ได้บันทึก")
    expect(page.locator(".cell[data-camera=CAM-01]")).to_have_attribute("data-state", "ready")
    page.keyboard.press("k")
    picture(page, "playback-gap")
    page.goto(page.url.split("?")[0] + f"?cameras={','.join(FOUR)}&at={ended - 62_000}")
    expect(page.locator("#playback[data-loaded][data-ready='4']")).to_be_attached()
    page.keyboard.press("l")
    expect(page.locator(".note")).to_contain_text("ข้ามช่วงที่ไม่ได้บันทึก")
    expect(page.locator("#playback[data-ready='4']")).to_be_attached()
    assert now_of(page) >= ended - 31_000


def test_a_small_picture_becomes_the_main_one_at_that_instant_and_the_row_says_how_far_it_is(play, ended):
    page = play(ended - 5.5 * 60_000)
    expect(page.locator(".cell:not(.is-main) .arrives").first).to_contain_text("เดินถึง +")
    second = page.locator(".cell:not(.is-main)", has=page.locator(".number", has_text="1"))
    code, at = second.get_attribute("data-camera"), now_of(page)
    page.keyboard.press("1")
    expect(page.locator(f".cell.is-main[data-camera='{code}']")).to_be_visible()
    assert now_of(page) == at
    smaller = page.locator(".cell:not(.is-main) .arrives")
    for at in range(smaller.count()):
        expect(smaller.nth(at)).to_contain_text("ม.")  # worked out anew from the one that is large now


def test_one_handle_scrubs_all(play, ended):
    page = play(ended - 5.5 * 60_000)
    line = page.locator("video-timeline canvas")
    box = line.bounding_box()
    assert box
    x = page.evaluate(f"document.querySelector('video-timeline').x({ended - 5 * 60_000})")
    page.mouse.move(box["x"] + page.evaluate(f"document.querySelector('video-timeline').x({ended - 5.5 * 60_000})"), box["y"] + 40)
    page.mouse.down()
    page.mouse.move(box["x"] + x - 30, box["y"] + 40, steps=4)
    page.mouse.move(box["x"] + x, box["y"] + 40, steps=4)
    page.mouse.up()
    at = now_of(page)
    page.wait_for_function(f"() => Math.abs(Number(document.getElementById('playback').dataset.at) - {ended - 5 * 60_000}) < 1500")
    at = now_of(page)
    for code in FOUR:
        page.wait_for_function(f"code => ({SHOWN})(code) === {tenth(at)}", arg=code)
    assert line.get_attribute("aria-valuetext")


def test_jump_bookmark_and_evidence_by_keyboard(play, station, ended):
    page = play(ended - 5.5 * 60_000)
    page.keyboard.press("g")
    there = ended - 5 * 60_000
    page.fill("#jump input", said(there))
    expect(page.locator("#jump output")).to_contain_text("2569")
    page.keyboard.press("Enter")
    page.wait_for_function(f"() => Number(document.getElementById('playback').dataset.at) === {there}")
    page.keyboard.press("b")
    page.fill("#mark input", "ชายเสื้อแดงวิ่งข้ามถนน")
    page.keyboard.press("Enter")
    expect(page.locator(".happenings")).to_contain_text("ชายเสื้อแดงวิ่งข้ามถนน")
    page.keyboard.press("i")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("o")
    expect(page.locator(".selection")).to_contain_text("5 วินาที")
    page.keyboard.press("e")
    expect(page.locator("#lock input[name=camera]")).to_have_count(4)
    assert serious(page) == []
    page.fill("#lock input[name=why]", "ทดสอบการเก็บพยานหลักฐาน")
    page.keyboard.press("Enter")
    expect(page.locator(".note")).to_contain_text("เก็บเป็นหลักฐานแล้ว")


def said(ms: int) -> str:
    """A moment as a Thai officer types it."""
    there = datetime.fromtimestamp(ms / 1000, timezone(timedelta(hours=7)))
    return f"{there.day}/{there.month}/{there.year + 543} {there:%H.%M.%S}"


def test_without_a_camera_the_page_says_what_to_do_and_cameras_are_found_by_typing(open_room, ended):
    page = open_room(who="wichai", path=f"/room/playback/?at={ended - 5 * 60_000}", language="en")
    expect(page.locator("#playback .empty")).to_contain_text("No camera is chosen yet")
    picture(page, "playback-empty")
    page.keyboard.press("c")
    page.fill("#pick input", "junction camera 3")
    expect(page.locator("#pick li")).to_have_count(1)
    page.click("#pick li button")
    page.click("#pick [data-close]")
    expect(page.locator("#playback[data-ready='1']")).to_be_attached()
    assert serious(page) == []


def test_fifty_items_are_reviewed_by_keyboard_alone(open_room, station, ended):
    station.happen("day_to_review")
    station.happen("calls_to_review")
    page = open_room(path="/room/review/")
    expect(page.locator("#review[data-loaded]")).to_be_attached()
    expect(page.locator("#review[data-days='1']")).to_be_attached()
    assert page.locator("[data-left]").all_inner_texts() == ["4", "10", "36"]
    assert serious(page) == []
    picture(page, "review-alerts")
    keys, began, previews = 0, time.monotonic(), []
    for tab in ("alert", "detection", "activity"):
        if tab != "alert":
            page.keyboard.press("ArrowRight")
            keys += 1
        while int(page.locator(f"[data-left={tab}]").inner_text()):
            item = page.evaluate("document.activeElement.id")
            if len(previews) < 5 and tab == "detection":
                shows = page.locator(".preview .cell:is([data-state=ready], [data-state=gap])")
                expect(shows).to_be_attached()  # one of them shows a camera that recorded nothing then
                previews += [int(shows.get_attribute("data-took-ms") or 0)] if shows.get_attribute("data-state") == "ready" else []
            page.keyboard.press("2" if tab == "activity" else "r")
            keys += 1
            expect(page.locator(f"#{item}.is-reviewed")).to_be_attached()
    each = (time.monotonic() - began) * 1000 / 50
    expect(page.locator("#review[data-marked='50']")).to_be_attached()
    print(f"50 items, {keys} keys ({keys / 50:.2f} an item), {each:.0f} ms an item by script, preview after {sorted(previews)} ms")
    assert keys <= 52
    page.reload()
    expect(page.locator("#review[data-loaded]")).to_be_attached()
    assert page.locator("[data-left]").all_inner_texts() == ["0", "0", "0"]
    expect(page.locator(".none")).to_have_text("ตรวจครบแล้ว")
    other = open_room(who="wichai", path="/room/review/")
    expect(other.locator("[data-left=activity]")).to_have_text("36")


def test_what_is_marked_while_the_list_is_on_its_way_stays_marked(open_room, ended):
    page = open_room(who="wichai", path="/room/review/", language="en")
    expect(page.locator("#review[data-loaded]")).to_be_attached()
    page.click("#tab-activity")
    key = page.locator(".item").first.get_attribute("id")
    held = []
    page.route("**/room/review/items*", lambda route: held.append((route, route.fetch())))
    page.click(".calendar [aria-current=date]")  # the list is asked for anew, and its answer is late
    while not held:
        page.wait_for_timeout(20)
    page.click(f"#{key}")
    page.keyboard.press("2")
    expect(page.locator("#review[data-marked='1']")).to_be_attached()
    with page.expect_response("**/room/review/items*"):
        held[0][0].fulfill(response=held[0][1])
    expect(page.locator(f"#{key}.is-reviewed")).to_contain_text("✓ false")
    expect(page.locator("[data-left=activity]")).to_have_text("35")


def test_enter_opens_playback_a_little_before_and_marks_it(open_room, ended):
    page = open_room(who="somchai", path="/room/review/", language="en")
    expect(page.locator("#review[data-loaded]")).to_be_attached()
    page.click("#tab-activity")
    expect(page.locator("#tab-activity[aria-selected=true]")).to_be_attached()
    expect(page.locator(".item", has_text="Junction camera 1").first).to_be_visible()
    page.keyboard.press("Control+a")
    expect(page.locator(".chosen-count")).to_have_text("chosen 36")
    picture(page, "review-activity")
    page.keyboard.press("Escape")
    expect(page.locator(".chosen-count")).to_be_hidden()
    page.locator(".item", has_text="Junction camera 1").first.click()
    page.keyboard.press("Enter")
    expect(page.locator("#playback[data-loaded][data-ready='1']")).to_be_attached()
    at = now_of(page)
    page.go_back()
    expect(page.locator("#review[data-loaded]")).to_be_attached()
    expect(page.locator("[data-left=activity]")).to_have_text("35")
    assert ended - 6 * 60_000 <= at < ended


def test_an_incident_opens_its_cameras_half_a_minute_before_the_press(open_room, station):
    page = open_room(path="/room/")
    page.locator("#queue .line, #ring .open").first.click()
    link = page.locator("#incident a[target=room-playback]")
    expect(link).to_be_visible()
    incident = (link.get_attribute("href") or "").rpartition("=")[2]
    page.goto(f"{station.url}/room/playback/?incident={incident}")
    expect(page.locator("#playback[data-loaded]")).to_be_attached()
    facts = page.evaluate("JSON.parse(document.getElementById('playback-facts').textContent)")
    assert facts["at_ms"] == facts["began_ms"] - 30_000

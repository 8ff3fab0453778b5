"""The wall in a real browser: real RTSP cameras behind a media server's names, the video program, and the web's own tickets."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from safetyzone.simulation.cameras import make_clip
from tests.browser import station as stations
from tests.browser.desk import browser, open_room, picture, serious, server
from tests.browser.recorded import video_program
from tests.browser.station import Station
from tests.browser.town import CENTRE
from tests.servers import a_free_port

__all__ = ["browser", "open_room", "server"]
CHROMIUM = os.path.exists(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]
WALL = "/room/wall/?camera=CAM-01&camera=CAM-02&camera=CAM-03&camera=CAM-08"
PLAYS = "[data-shown][data-state='playing']"


@pytest.fixture(scope="module")
def station(server: tuple[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Station]:
    """Eight cameras at the junction; seven send H.264, and the eighth H.265, which Debian's Chromium does not know."""
    url, state = server
    shown = tmp_path_factory.mktemp("cameras")
    clip = make_clip(shown / "CAM-01.mp4", width=320, height=180, seconds=8, gop_s=1, bit_rate=150_000)
    for number in range(2, 8):
        (shown / f"CAM-{number:02}.mp4").hardlink_to(clip)
    make_clip(shown / "CAM-08.mp4", width=320, height=180, seconds=4, gop_s=1, bit_rate=150_000, codec="libx265")
    port, video = a_free_port(), a_free_port()
    ours = {
        "SAFETYZONE_VIDEO_URL": f"http://127.0.0.1:{video}", "SAFETYZONE_PRETEND_CAMERAS_PORT": str(port),
        "SAFETYZONE_MEDIA_SERVER": f"rtsp://127.0.0.1:{port}/{{code}}",
    }  # fmt: skip
    os.environ.update(ours)
    words = [sys.executable, "-m", "safetyzone.simulation.cameras", "--dir", str(shown), "--port", str(port)]
    cameras = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with stations.running(url, "safetyzone_browser_wall", state) as running:
            running.happen("cameras")
            with video_program(running.environment, web=running.url, port=video, log=state / "wall.log"):
                yield running
    finally:
        cameras.kill()
        cameras.wait()
        for name in ours:
            del os.environ[name]


def test_a_wall_shows_its_cameras_with_the_viewers_name_and_says_what_it_cannot_show(open_room: Callable[..., Page]) -> None:
    page = open_room(path=WALL)
    expect(page.locator(f"video-tile{PLAYS}")).to_have_count(3, timeout=30_000)
    expect(page.locator("video-tile[data-camera='CAM-08']")).to_contain_text("H.265", timeout=30_000)
    expect(page.locator(f"video-tile{PLAYS} .who").first).to_contain_text("malee")
    assert serious(page) == []
    picture(page, "wall-four")
    page.mouse.move(400, 300)
    page.get_by_role("button", name="16", exact=True).click()
    expect(page.locator("[data-layout='16'] video-tile[data-camera='CAM-01'][data-state='quiet']")).to_be_attached(timeout=30_000)
    page.get_by_role("searchbox").fill("CAM-05")
    page.get_by_role("button", name="กล้องแยก 5 · CAM-05").press("Enter")
    expect(page.locator(".place[data-place='4'] video-tile[data-camera='CAM-05'][data-shown]")).to_be_attached(timeout=30_000)
    picture(page, "wall-sixteen")


def test_the_wall_keeps_its_cameras_over_a_reload_and_a_view_is_recalled_by_its_number(open_room: Callable[..., Page]) -> None:
    page = open_room(path=WALL)
    expect(page.locator("video-tile[data-camera='CAM-01']")).to_be_attached()
    page.mouse.move(400, 300)
    page.locator("[data-view-number]").fill("12")
    page.locator("[data-save]").click()
    expect(page.locator("[data-shown-view]")).to_have_text(re.compile("^(มุมมอง|View) 12$"))
    page.get_by_role("button", name="1", exact=True).click()
    page.goto(page.url.partition("?")[0])
    expect(page.locator(".wall-tiles > .place")).to_have_count(1)
    page.mouse.move(300, 300)
    page.keyboard.press("v")
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    expect(page.locator(".wall-tiles video-tile")).to_have_count(4)


def test_a_press_puts_the_cameras_that_see_it_on_every_wall_and_desk_by_themselves(
    open_room: Callable[..., Page], station: Station
) -> None:
    wall, desk = open_room(path=WALL), open_room()
    expect(wall.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(3, timeout=30_000)
    number = station.happen("press_before_cameras")["ringing"]
    expect(wall.locator(f".follow[data-incident='{number}'] video-tile{PLAYS}").first).to_be_attached(timeout=30_000)
    expect(wall.locator(".follow video-tile .name span").first).not_to_be_empty()
    expect(wall.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(3)  # what was on the wall is still on it
    picture(wall, "wall-follows")
    tiles = desk.locator(f".pictures[data-pictures='{number}'] video-tile")
    expect(tiles.and_(desk.locator(PLAYS)).first).to_be_attached(timeout=30_000)
    expect(desk.locator(f".pictures[data-pictures='{number}'] video-tile[data-loops]").first).to_be_attached(timeout=30_000)
    picture(desk, "desk-pictures")
    wall.keyboard.press("Escape")
    expect(wall.locator(".follow")).to_be_hidden()


def test_a_line_that_breaks_is_said_and_comes_back_by_itself(open_room: Callable[..., Page]) -> None:
    page = open_room(path=WALL, language="en")
    expect(page.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(3, timeout=30_000)
    page.evaluate("import('/static/safetyzone/video-channel.js').then(({ ours }) => ours().socket.close())")
    expect(page.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(3, timeout=30_000)
    expect(page.locator(".wall-tiles video-tile[data-camera='CAM-01'] .state")).to_be_empty()
    picture(page, "wall-english")


def test_the_row_of_a_call_closes_by_itself_when_the_call_is_over(open_room: Callable[..., Page], station: Station) -> None:
    station.happen("press_before_cameras")
    page = open_room(path=WALL)  # opened while it rings: the row is there at once, not at the next change
    expect(page.locator(f".follow video-tile{PLAYS}").first).to_be_attached(timeout=30_000)
    station.happen("calls_over")
    expect(page.locator(".follow")).to_be_hidden(timeout=30_000)
    expect(page.locator(".follow video-tile")).to_have_count(0)


def test_no_picture_stays_of_a_camera_that_its_owner_took_away(open_room: Callable[..., Page], station: Station) -> None:
    page = open_room(path=WALL)
    expect(page.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(3, timeout=30_000)
    station.happen("camera_withdrawn")
    tile = page.locator(".wall-tiles video-tile[data-camera='CAM-02']")
    expect(tile).to_have_attribute("data-state", "closed", timeout=30_000)
    expect(tile.locator(".state")).to_contain_text(re.compile("ถอน|withdrawn"))
    shows = "tile => [tile.hasAttribute('data-shown'), tile.video.videoWidth, tile.video.hasAttribute('src')]"
    assert tile.evaluate(shows) == [False, 0, False]
    picture(page, "wall-withdrawn")
    expect(page.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(2)
    station.happen("camera_shared")


def test_the_time_on_a_picture_is_the_pictures_own_and_a_window_nobody_sees_is_quiet(open_room: Callable[..., Page]) -> None:
    page = open_room(path=WALL, language="en")
    tile = page.locator(".wall-tiles video-tile[data-camera='CAM-01']")
    expect(tile.and_(page.locator(PLAYS))).to_be_attached(timeout=30_000)
    expect(tile.locator(".who")).to_have_text(re.compile(r"^malee · \d\d/\d\d/20\d\d, \d\d:\d\d:\d\d · .*Lumphini"))
    for hidden, state in (("true", "quiet"), ("false", "playing")):
        page.evaluate(
            f"Object.defineProperty(document, 'hidden', {{ value: {hidden}, configurable: true }});"
            "document.dispatchEvent(new Event('visibilitychange'))"
        )
        expect(tile).to_have_attribute("data-state", state, timeout=30_000)
        if state == "quiet":
            tile.evaluate("tile => tile.video.pause()")
            expect(tile.locator(".age")).to_be_visible(timeout=30_000)
            stood = tile.locator(".who").inner_text()
            expect(tile.locator(".age")).not_to_have_text(tile.locator(".age").inner_text(), timeout=30_000)
            assert tile.locator(".who").inner_text() == stood


def test_on_a_machine_that_cannot_follow_the_half_minute_stands_still_and_the_live_picture_goes_on(
    open_room: Callable[..., Page], station: Station
) -> None:
    page = open_room(path=WALL)
    number = station.happen("press_before_cameras")["ringing"]
    tile = page.locator(f".follow[data-incident='{number}'] video-tile[data-loops]").first
    expect(tile).to_be_attached(timeout=30_000)
    busy = (
        "() => { const until = performance.now() + 900; while (performance.now() < until);"
        " return new Promise((done) => setTimeout(done, 600)); }"
    )
    page.evaluate(busy)
    assert tile.locator("video.loop").evaluate("(video) => video.paused")
    before = tile.locator("video.live").evaluate("(video) => video.currentTime")
    page.wait_for_function("([tile, before]) => tile.querySelector('video.live').currentTime > before", arg=[tile.element_handle(), before])


def test_five_small_beside_a_big_one_and_each_screen_opens_its_own_view_in_any_browser(open_room: Callable[..., Page]) -> None:
    page = open_room(path="/room/wall/?screen=2&camera=CAM-01&camera=CAM-03")
    page.mouse.move(400, 300)
    page.get_by_role("button", name="1+5", exact=True).click()
    expect(page.locator(".wall-tiles > .place")).to_have_count(6)
    measures = "(places) => places.map((place) => [place.offsetWidth, place.offsetHeight])"
    # All at one instant: an incident that comes to be followed moves them.
    big, small = page.locator(".wall-tiles > .place").evaluate_all(measures)[:2]
    assert [round(large / little) for large, little in zip(big, small, strict=True)] == [2, 2]
    page.locator("[data-view-number]").fill("22")
    page.locator("[data-view-name]").fill("แยกใหญ่")
    page.locator("[data-save]").click()
    expect(page.locator("[data-shown-view]")).to_have_text(re.compile("^(มุมมอง|View) 22 · แยกใหญ่$"))
    page.locator("button[data-layout='9']").click()
    expect(page.locator("[data-shown-view]")).to_contain_text(re.compile("ยังไม่เก็บ|not saved"))
    picture(page, "wall-one-and-five")
    other = open_room(path="/room/wall/?screen=2", language="en")  # another browser of the same officer
    expect(other.locator(".wall-tiles[data-layout='1+5'] video-tile[data-camera='CAM-03']")).to_be_attached()
    expect(other.locator(".place")).to_have_count(6)
    assert open_room(path="/room/wall/?screen=3").locator(".wall-tiles video-tile").count() == 0
    assert serious(other) == []


def test_views_that_a_browser_had_kept_are_handed_to_the_server_once(open_room: Callable[..., Page]) -> None:
    page = open_room(path="/room/wall/?screen=4")
    had = "{ layout: 9, tiles: ['CAM-05', null, 'CAM-06'], carousel: 20 }"
    page.evaluate(f"localStorage.setItem('safetyzone-wall:view:33', JSON.stringify({had}))")
    page.reload()
    page.mouse.move(400, 300)
    expect(page.locator("[data-views]")).to_contain_text("33 (9)")
    page.wait_for_function("localStorage.getItem('safetyzone-wall:view:33') === null")
    other = open_room(path="/room/wall/?screen=5")
    other.mouse.move(300, 300)
    other.keyboard.press("v")
    other.keyboard.type("33")
    other.keyboard.press("Enter")
    expect(other.locator(".place[data-place='2'] video-tile[data-camera='CAM-06']")).to_be_attached()
    assert other.locator("[data-carousel]").input_value() == "20"


def test_a_tile_leads_to_the_same_cameras_half_a_minute_ago_and_playback_leads_back(open_room: Callable[..., Page]) -> None:
    page = open_room(path="/room/wall/?screen=6&camera=CAM-03&camera=CAM-01&camera=CAM-04")
    tile = page.locator(f".wall-tiles video-tile[data-camera='CAM-04']{PLAYS}")
    expect(tile).to_be_attached(timeout=30_000)
    shown_ms = tile.evaluate("tile => 1767225600000 + tile.video.currentTime * 1000")
    tile.hover()
    tile.locator(".look-back").click()
    page.wait_for_url("**/room/playback/**")
    expect(page.locator("#playback[data-loaded]")).to_be_attached(timeout=30_000)
    cells = page.evaluate("[...document.querySelectorAll('.cell')].map(cell => cell.dataset.camera)")
    assert sorted(cells) == ["CAM-01", "CAM-03", "CAM-04"]
    assert page.locator(".cell.is-main").get_attribute("data-camera") == "CAM-04"
    assert abs(float(page.locator("#playback").get_attribute("data-at") or 0) - (shown_ms - 30_000)) < 4_000
    picture(page, "playback-from-wall")
    page.locator(".modes a").click()
    page.wait_for_url("**/room/wall/**screen=6**")
    expect(page.locator(f".wall-tiles video-tile{PLAYS}")).to_have_count(3, timeout=30_000)


def test_a_circle_on_the_map_docks_its_cameras_lights_them_both_ways_and_never_moves_the_map(open_room: Callable[..., Page]) -> None:
    page = open_room(path="/room/panel/map/", size=(1280, 900))
    page.wait_for_selector("zone-map[data-idle]", timeout=60_000)
    given = {"centre": [CENTRE.lon, CENTRE.lat], "edge": [CENTRE.moved(east_m=28).lon, CENTRE.lat]}
    page.evaluate("({ centre }) => document.querySelector('zone-map').map.jumpTo({ center: centre, zoom: 18 })", given)
    middle, edge = page.evaluate(
        """({ centre, edge }) => { const host = document.querySelector('zone-map'), box = host.map.getCanvas().getBoundingClientRect();
          return [centre, edge].map((at) => { const { x, y } = host.map.project(at); return [box.x + x, box.y + y]; }) }""", given
    )  # fmt: skip
    stands = "() => { const { map } = document.querySelector('zone-map'); return [...map.getCenter().toArray(), map.getZoom()] }"
    before = page.evaluate(stands)
    page.locator("zone-map .buttons button", has_text="◯").click()
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(*edge, steps=4)
    page.mouse.up()
    tiles = page.locator(".dock-tiles video-tile")
    within = {"CAM-01", "CAM-02"}  # 15 m and 25 m from the middle; the next one hangs 30 m away
    expect(tiles).to_have_count(len(within))
    assert {tile.get_attribute("data-camera") for tile in tiles.all()} == within
    expect(page.locator(f".dock-tiles video-tile{PLAYS}")).to_have_count(2, timeout=30_000)
    lit = "() => document.querySelector('zone-map').map.getFilter('camera-lit')[2]"
    page.locator(".dock-tiles video-tile[data-camera='CAM-02']").hover()
    assert page.evaluate(lit) == "CAM-02"
    picture(page, "circle-docked")
    page.mouse.move(*edge)
    x, y = page.evaluate(
        """(at) => { const host = document.querySelector('zone-map'), box = host.map.getCanvas().getBoundingClientRect();
          const { x, y } = host.map.project(at); return [box.x + x, box.y + y] }""",
        [CENTRE.moved(east_m=15, north_m=-3).lon, CENTRE.moved(east_m=15, north_m=-3).lat],
    )
    page.mouse.move(x, y, steps=3)
    expect(page.locator(".dock-tiles video-tile[data-camera='CAM-01']")).to_have_attribute("data-lit", "")
    assert page.evaluate(lit) == "CAM-01"
    assert page.evaluate(stands) == before

"""In a real browser: a tile that is shown small turns from the main stream to the small one without a break."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from benchmarks.wall.line import WallWeb
from safetyzone.programs.video.tests.station import SESSION, running
from safetyzone.simulation.cameras import make_clip
from tests.browser.desk import browser
from tests.servers import a_free_port

__all__ = ["browser"]
CHROMIUM = os.path.exists(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]
SHOW = """async () => {
  await import('/static/safetyzone/video-tile.js');
  const tile = document.createElement('video-tile');
  tile.show({ camera: 'C', name_th: 'C', name_en: 'C' }, { small: true });
  document.querySelector('.wall-tiles').append(tile);
}"""


def test_a_small_tile_plays_on_when_its_stream_changes_and_says_when_it_shows_the_main_one(browser: Browser, tmp_path: Path) -> None:
    web = WallWeb()
    with running(tmp_path / "state", a_free_port, web) as here:
        web.here, web.line = here, here.url
        here.add("C", make_clip(tmp_path / "main.mp4", width=640, height=360, seconds=6, gop_s=2))
        here.add("SUB", make_clip(tmp_path / "sub.mp4", width=320, height=180, seconds=6, gop_s=2))
        here.pull("C", sub_address=here.cameras.url("SUB"))
        here.plays("C")
        context = browser.new_context()
        context.add_cookies([{"name": "session", "value": SESSION, "url": here.url}])
        page = context.new_page()
        page.goto(here.environment["SAFETYZONE_PUBLIC_URL"] + "/wall")
        page.evaluate(SHOW)
        tile = page.locator("video-tile[data-shown][data-small]")
        expect(tile).to_be_attached(timeout=30_000)
        page.wait_for_function("document.querySelector('video-tile').video.videoWidth === 320", timeout=30_000)
        before = tile.evaluate("tile => tile.video.currentTime")
        page.wait_for_function(f"document.querySelector('video-tile').video.currentTime > {before + 2}", timeout=30_000)
        here.fault("SUB", "unauthorized")
        here.loop.call_soon_threadsafe(here.cameras.disconnect, "SUB")
        said = "the camera's sub-stream fails; its main stream is shown"
        expect(page.locator("video-tile .name span")).to_have_text(said, timeout=30_000)
        page.wait_for_function("document.querySelector('video-tile').video.videoWidth === 640", timeout=30_000)
        context.close()

"""Playback in a real browser: several recordings at one instant, before the video program's own door, with real tickets."""

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser import station as stations
from tests.browser.desk import browser, open_room, server
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
    page.keyboard.press("l")
    page.wait_for_function(f"() => Number(document.getElementById('playback').dataset.at) > {began + 4000}")
    seen = page.evaluate(f"codes => codes.map({SHOWN})", list(FOUR))
    assert max(seen) - min(seen) <= 1, seen  # a frame lasts a tenth of a second here
    page.wait_for_function("() => Number(document.getElementById('playback').dataset.drift) <= 100")
    print(f"drift {page.locator('#playback').get_attribute('data-drift')} ms, frames shown {seen}")
    page.keyboard.press("k")
    expect(page.locator("#playback[data-rate='0']")).to_be_attached()

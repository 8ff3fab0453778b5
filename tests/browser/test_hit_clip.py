"""The card of a hit in a real browser: the ten seconds around it, from the video program's own door, with a real ticket."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser import station as stations
from tests.browser.desk import browser, open_room, picture, serious, server
from tests.browser.looking_back import FOUR
from tests.browser.recorded import film, video_program
from tests.browser.station import Station
from tests.servers import a_free_port

__all__ = ["browser", "open_room", "server"]
CHROMIUM = os.path.exists(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]

FILMED_MS = 60_000
SHOWN = """() => { const pen = new OffscreenCanvas(320, 180).getContext('2d'); let count = 0;
  pen.drawImage(document.querySelector('hit-clip video'), 0, 0, 320, 180);
  for (let bit = 0; bit < 16; bit++) count |= (pen.getImageData(bit * 20 + 10, 170, 1, 1).data[0] > 128 ? 1 : 0) << bit; return count }"""
"""Which tenth of a second the clip shows, read from its pixels."""


@pytest.fixture(scope="module")
def station(server: tuple[str, Path]) -> Iterator[Station]:
    """A minute of two cameras, some minutes ago."""
    url, state = server
    ended = (int(time.time()) // 60 - 4) * 60_000
    for seed, code in enumerate(FOUR[:2], 1):
        film(state, code, ended - FILMED_MS, ended, seed=seed)
    port = a_free_port()
    os.environ["SAFETYZONE_VIDEO_URL"] = f"http://127.0.0.1:{port}"
    try:
        with stations.running(url, "safetyzone_browser_hit_clip", state) as running:
            running.happen("cameras")
            with video_program(running.environment, web=running.url, port=port, log=state / "video.log"):
                yield running
    finally:
        del os.environ["SAFETYZONE_VIDEO_URL"]


def test_the_card_of_a_hit_plays_the_ten_seconds_around_it_and_says_where_nothing_was_recorded(open_room, station):
    hits = station.happen("stolen_passes")
    page = open_room(path=f"/room/hits/{hits['recorded']}/")
    clip = page.locator("hit-clip")
    expect(clip).to_have_attribute("data-state", "ready", timeout=20_000)
    at = int(clip.get_attribute("data-at-ms") or 0)
    seen = [int(page.evaluate(SHOWN)) for _ in range(2) if page.wait_for_timeout(1200) is None]
    assert all(abs((each - at // 100 + 0x8000) % 0x10000 - 0x8000) <= 52 for each in seen), (at, seen)  # the count goes round
    assert seen[0] != seen[1], "it plays"
    assert serious(page) == []
    picture(page, "hit-clip")
    page.goto(f"{station.url}/room/hits/{hits['unrecorded']}/")
    expect(page.locator("hit-clip [role=status]")).to_have_text("ไม่มีภาพบันทึกในช่วงนี้", timeout=20_000)

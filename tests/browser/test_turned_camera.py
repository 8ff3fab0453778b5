"""A camera that turned to an incident, in the room: its tile says so, and the operator takes it by hand or sends it back."""

import os

import pytest
from playwright.sync_api import expect

from tests.browser.desk import browser, live, open_room, picture, server, station

__all__ = ["browser", "open_room", "server", "station"]
CHROMIUM = os.path.exists(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
pytestmark = [pytest.mark.browser, pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed")]


def test_a_turned_camera_says_so_and_is_taken_by_hand_and_sent_back(open_room, station):
    station.happen("cameras")
    page = live(open_room())
    number = station.happen("turned")["ringing"]
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    tile = page.locator("video-tile[data-slew]")
    expect(tile).to_have_attribute("data-slew", "turned", timeout=20_000)
    expect(tile.locator(".name")).to_contain_text("หันมาเพื่อเหตุนี้")
    picture(page, "turned-camera")
    hand, back = tile.get_by_role("button", name="ควบคุมเอง"), tile.get_by_role("button", name="หันกลับ")
    hand.click()
    expect(tile).to_have_attribute("data-slew", "by_hand")
    expect(tile.locator(".name")).to_contain_text("เจ้าหน้าที่ควบคุมเอง")
    expect(hand).to_be_hidden()
    back.click()
    expect(tile).to_have_attribute("data-slew", "homeward")
    expect(tile.locator(".name")).to_contain_text("กำลังหันกลับที่เดิม")
    expect(back).to_be_hidden()

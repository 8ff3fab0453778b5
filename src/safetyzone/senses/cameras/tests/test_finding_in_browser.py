"""Finding a camera in Debian's Chromium: the page follows the probe by itself, in Thai and in English, and a typed word is not lost."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configuration
from playwright.sync_api import Browser, Page, expect, sync_playwright

from safetyzone.kernel.settings import settings as station_settings
from safetyzone.programs.probe.tests.test_devices import free_udp_port
from safetyzone.senses.cameras.tests.test_finding import NETWORKS, NUMBER, PASSWORD, street

CHROMIUM = Path("/usr/bin/chromium")
PICTURES = os.environ.get("SAFETYZONE_PICTURES", "")
"""A folder: where this test leaves screenshots for a person to look at."""
SLOW_MS = 40_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
]


@pytest.fixture
def browser(ground, monkeypatch) -> Iterator[Browser]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


def of(browser: Browser, live_server, client) -> Page:
    name = str(configuration.SESSION_COOKIE_NAME)
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
    page = context.new_page()
    page.faults = []
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on("console", lambda line: page.faults.append(line.text) if "Content Security" in line.text else None)
    return page


def looked_at(page: Page, name: str) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa"]})
    assert found.violations_count == 0, found.generate_report()
    assert page.faults == []
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png", full_page=True)


def test_a_camera_is_found_looked_at_and_brought_to_the_form(browser, live_server, signed_in, tmp_path, monkeypatch):
    monkeypatch.setattr(station_settings(), "camera_networks", NETWORKS)
    page = of(browser, live_server, signed_in("technician"))
    with street(tmp_path, free_udp_port()):
        page.goto(f"{live_server.url}/cameras/")
        page.get_by_role("link", name="ค้นหากล้อง").click()
        looked_at(page, "find-th")
        page.get_by_role("button", name="ค้นหากล้อง").click()
        device = page.locator("article.device")
        expect(device).to_contain_text(NUMBER, timeout=SLOW_MS)
        device.get_by_label("ชื่อผู้ใช้ของกล้อง").fill("admin")
        device.get_by_label("รหัสผ่าน").fill(PASSWORD)
        page.wait_for_timeout(1500)
        expect(device.get_by_label("รหัสผ่าน")).to_have_value(PASSWORD)
        device.get_by_role("button", name="เปิดดู").click()
        expect(device.get_by_role("link", name="เพิ่มเป็นกล้องใหม่")).to_be_visible(timeout=SLOW_MS)
        assert device.locator("img").evaluate("image => image.decode().then(() => image.naturalWidth)") == 480
        looked_at(page, "opened-th")
        assert PASSWORD not in page.content()
        english = of(browser, live_server, signed_in("planner", language="en"))
        english.goto(page.url)
        expect(english.locator("article.device")).to_contain_text("sends a key frame (I-frame) only every 4 seconds")
        looked_at(english, "opened-en")
        english.get_by_role("link", name="Enter as a new camera").click()
        expect(english.locator("#f-width_px")).to_have_value("640")
        looked_at(english, "enter-en")

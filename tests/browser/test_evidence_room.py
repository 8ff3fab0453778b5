"""Evidence in a real browser: a span is locked, exported with faces blurred, watched, and taken out by name."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from safetyzone.trust.evidence.carried import verify
from safetyzone.trust.evidence.tests.clips import ms, record
from tests.browser.desk import PASSWORD, browser, open_room, picture, serious, server, station  # noqa: F401 - fixtures
from tests.browser.station import Station

pytestmark = pytest.mark.browser
BANGKOK = timedelta(hours=7)
PHONE = (390, 844)
LENGTH = """() => new Promise(told => { const film = document.querySelector('video')
  film.readyState ? told(film.duration) : film.addEventListener('loadedmetadata', () => told(film.duration)) })"""
SOUGHT = """() => new Promise(told => { const film = document.querySelector('video')
  film.addEventListener('seeked', () => told(film.currentTime)); film.currentTime = 6 })"""


@pytest.fixture
def recorded(station: Station) -> datetime:  # noqa: F811
    """Two cameras of the town, ten seconds of them five minutes ago; the second has a hole."""
    station.happen("cameras")
    begin = (datetime.now(UTC) - timedelta(minutes=5)).replace(microsecond=0)
    ring = Path(station.environment["SAFETYZONE_STATE"], "recordings")
    for later in range(0, 10_000, 2000):
        record(ring, "CAM-01", ms(begin) + later)
        if later != 4000:
            record(ring, "CAM-02", ms(begin) + later)
    return begin


def lock(page: Page, begin: datetime) -> None:
    there, end = begin + BANGKOK, begin + BANGKOK + timedelta(seconds=10)
    page.click("summary")
    page.fill("#camera", "CAM-01 CAM-02")
    page.fill("#day", f"{there.day}/{there.month}/{there.year + 543}")
    page.fill("#from", f"{there:%H:%M:%S}")
    page.fill("#to", f"{end:%H:%M:%S}")
    page.fill("#why", "คดีชิงทรัพย์หน้าวัด")
    assert serious(page) == []
    page.click("form[action='/evidence/lock'] button.main")
    page.wait_for_url(re.compile(r"/evidence/\d+/"))


def test_a_span_is_locked_exported_watched_and_taken_out(
    open_room: Callable[..., Page], station: Station, recorded: datetime, tmp_path: Path  # noqa: F811
) -> None:
    page = open_room("somchai", path="/evidence/")
    expect(page.locator(".empty")).to_be_visible()
    lock(page, recorded)
    expect(page.locator("main")).to_contain_text("มีภาพครบทั้งช่วง")
    expect(page.locator("main")).to_contain_text("ไม่มีภาพในช่วง")
    page.click("summary:has-text('ส่งออกแบบเบลอใบหน้า')")
    page.fill("#ask-why", "ส่งพนักงานสอบสวน")
    page.click("form[action$='/ask'] button.main")
    expect(page.locator("#exports progress")).to_be_visible()
    made = [sys.executable, "-m", "safetyzone", "evidence", "export", "1"]  # as the worker does
    subprocess.run(made, env=station.environment, check=True, timeout=120)
    expect(page.locator("#exports video")).to_have_count(2)  # the page asks by itself
    assert page.evaluate(LENGTH) == pytest.approx(10, abs=0.5)
    assert page.evaluate(SOUGHT) == 6
    assert serious(page) == []
    picture(page, "evidence")
    page.click("summary:has-text('ส่งมอบ')")
    page.fill("#to-1", "พนักงานสอบสวน")
    page.fill("#for-1", "สำนวน 12/2569")
    page.click("form[action$='/package'] button.main")
    page.wait_for_url("**/reauthenticate/**")
    with page.expect_download() as coming:
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
    coming.value.save_as(tmp_path / "package.zip")
    assert verify.verify(str(tmp_path / "package.zip")).valid
    with zipfile.ZipFile(tmp_path / "package.zip") as package:
        assert "blurred/CAM-01.mp4" in package.namelist()
    page.goto(f"{station.url}/evidence/1/")
    expect(page.locator("main")).to_contain_text("พนักงานสอบสวน: สำนวน 12/2569")


def test_the_pages_fit_a_phone_and_speak_english(open_room: Callable[..., Page], recorded: datetime) -> None:  # noqa: F811
    page = open_room("somchai", path="/evidence/", size=PHONE, language="en")
    lock(page, recorded)
    expect(page.locator("main")).to_contain_text("Custody log")
    for path in (page.url, page.url.rsplit("/", 2)[0] + "/", page.url.rsplit("/", 2)[0] + "/key/"):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        assert serious(page) == []

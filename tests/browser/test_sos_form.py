"""The SOS page without JavaScript in a real browser, against the stand-in intake with the real pages."""

import os
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.fake_intake import FakeIntake, fake_intake
from tests.browser.test_sos_page import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def intake() -> Iterator[FakeIntake]:
    with fake_intake() as fake:
        yield fake


def test_without_javascript_one_press_of_a_form_calls_for_help_and_a_reload_is_the_same_press(
    browser: Browser, intake: FakeIntake
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{intake.url}/sos")
    page.wait_for_url("**/sos/form")
    expect(page.locator("#call")).to_have_attribute("href", "tel:191")
    page.locator("#words").fill("มีคนตามมา")
    intake.status = 503
    page.locator("#send").click()
    expect(page.locator("#headline")).to_contain_text("ยังส่งไม่ถึงตำรวจ โทร 191")
    expect(page.locator("#words")).to_have_value("มีคนตามมา")
    intake.status = 200
    page.locator("#send").click()
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว")
    expect(page.locator("#detail")).to_contain_text("เหตุหมายเลข 41")
    page.reload()
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว")
    assert {(said["press_id"], said["words"]) for said in intake.heard} == {(intake.heard[0]["press_id"], "มีคนตามมา")}
    assert len(intake.heard) == 3
    page.locator("#send").click()
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว")
    assert len({said["press_id"] for said in intake.heard}) == 2
    assert len({said["phone"] for said in intake.heard}) == 1
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_form_without_javascript_has_no_barrier(browser: Browser, intake: FakeIntake, scheme: str) -> None:
    context = browser.new_context(viewport=PHONE, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{intake.url}/sos/form")
    assert Axe().run(page).response["violations"] == []
    page.locator("#send").click()
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว")
    assert Axe().run(page).response["violations"] == []
    context.close()


def test_where_the_scripts_do_not_arrive_the_way_to_the_form_is_shown(browser: Browser, intake: FakeIntake) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{intake.url}/sos")
    expect(page.locator("#sos")).to_be_hidden()
    page.locator(".only-no-script a").click()
    page.wait_for_url("**/sos/form")
    context.close()

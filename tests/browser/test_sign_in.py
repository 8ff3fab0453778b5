"""Signing in as a person does it: a passkey in a real browser, under the strict policy."""

import os
import shutil
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, sync_playwright

from safetyzone.ground.officers import actions
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings

CHROMIUM = shutil.which("chromium") or ""
ARGS = "--no-sandbox --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync"
GOOD = "kratai-nai-suan-9"
pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed"),
]


@pytest.fixture
def context(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE", "true"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS.split())
        yield browser.new_context(locale="en-US")
        browser.close()


@pytest.fixture(autouse=True)
def _a_station_that_demands_no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings(), "mfa_required", False)


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page whose console must stay silent: under the strict policy every blocked script or style speaks there."""
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said.append(message.text)

    page = context.new_page()
    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def test_an_officer_adds_a_passkey_and_signs_in_with_it_alone(live_server, page: Page):
    at = clock.now()
    load_ground(by=COMMAND_LINE, at=at)
    actions.add_officer(username="wirot", password=GOOD, station="lumphini", by=COMMAND_LINE, at=at)
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }})  # fmt: skip
    zone = live_server.url.replace("127.0.0.1", "localhost")

    page.goto(f"{zone}/accounts/login/")
    page.get_by_label("ชื่อผู้ใช้").fill("wirot")
    page.get_by_label("รหัสผ่าน").fill(GOOD)
    page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).click()
    page.goto(f"{zone}/accounts/2fa/")
    page.get_by_role("link", name="เพิ่มกุญแจ").click()
    page.locator("input[type=password]").fill(GOOD)
    page.locator("main form button[type=submit]").click()
    page.locator("input[name=name]").fill("กุญแจของวิโรจน์")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url("**/recovery-codes/**")
    page.get_by_role("button", name="ออกจากระบบ").click()
    page.wait_for_url("**/accounts/login/**")

    page.get_by_role("button", name="เข้าสู่ระบบด้วยพาสคีย์").click()
    page.wait_for_url(f"{zone}/")
    assert page.get_by_role("heading", level=1).inner_text() == "เข้าสู่ระบบในชื่อ wirot"


def test_where_the_address_is_a_number_no_passkey_is_offered(live_server, page: Page):
    page.goto(live_server.url.replace("localhost", "127.0.0.1") + "/accounts/login/")
    assert page.get_by_role("button", name="เข้าสู่ระบบ", exact=True).is_visible()
    assert page.locator("#passkey_login").count() == 0


@pytest.mark.parametrize("language", ["th", "en"])
def test_the_pages_around_sign_in_pass_the_accessibility_check(live_server, page: Page, language: str):
    """axe-core, WCAG 2.2 A and AA, on each page before and after sign-in, and with a refusal on it."""
    at = clock.now()
    load_ground(by=COMMAND_LINE, at=at)
    actions.load_duties(by=COMMAND_LINE, at=at)
    number = actions.add_officer(
        username="anong", password=GOOD, station="lumphini", language=language, by=COMMAND_LINE, at=at
    )
    actions.post(officer_id=number, duty="administrator", station="lumphini", by=COMMAND_LINE, at=at)
    zone = live_server.url
    page.context.add_cookies([{"name": "django_language", "value": language, "url": zone}])
    page.goto(f"{zone}/accounts/login/")
    wrong = {page.url: violations(page)}
    page.locator("input[name=login]").fill("anong")
    page.locator("input[name=password]").fill(GOOD)
    page.locator("button.main").click()
    page.wait_for_url(f"{zone}/")
    for path in PAGES:
        page.goto(zone + path)
        assert page.locator("html").get_attribute("lang") == language
        wrong[path] = violations(page)
    assert {path: found for path, found in wrong.items() if found} == {}


PAGES = (
    "/", "/officers/", "/ground/", "/ground/ratchaprasong/", "/accounts/2fa/", "/accounts/sessions/",
    "/accounts/password/change/", "/accounts/2fa/totp/activate/",
)  # fmt: skip


def violations(page: Page) -> list[str]:
    """What axe-core objects to, by rule."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    looked = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    assert any(rule["id"] == "color-contrast" for rule in looked["passes"])  # it did look
    return [f"{each['id']}: {node['html'][:100]}" for each in looked["violations"] for node in each["nodes"]]

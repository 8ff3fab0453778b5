"""The phone's page in Debian's Chromium at the size of a phone: with a script, without one, and without a signal."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as configuration
from django.contrib.auth import get_user_model
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from safetyzone.ground.officers.access import Who
from safetyzone.kernel import clock
from safetyzone.response.dispatch import actions
from safetyzone.response.dispatch.models import Dispatch, PatrolPress
from safetyzone.response.dispatch.tests.conftest import Ground, give_duty, lay_ground
from safetyzone.response.incidents import actions as room

CHROMIUM = Path("/usr/bin/chromium")
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("SAFETYZONE_PICTURES", "")
"""A folder: where this test leaves screenshots for a person to look at."""

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("no_second_factor"),
    pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Debian's Chromium"),
]


@pytest.fixture
def street(transactional_db: None) -> Ground:
    return lay_ground()


@pytest.fixture
def browser(street: Ground, monkeypatch: pytest.MonkeyPatch) -> Iterator[Browser]:
    """After the tables, so that it has closed when they are emptied: its loop runs in this thread and worries Django."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def rider(street: Ground) -> Who:
    who = street.unit("21", at=clock.now())
    give_duty(who, "patrol")
    return who


def open_phone(
    browser: Browser, server: LiveServer, who: Who, *, theme: str = "dark", script: bool = True
) -> tuple[BrowserContext, Page]:
    client, cookie = Client(), str(configuration.SESSION_COOKIE_NAME)
    client.force_login(get_user_model().objects.get(pk=who.officer_id))
    context = browser.new_context(
        viewport=PHONE, device_scale_factor=2, color_scheme=theme, java_script_enabled=script, locale="th-TH",  # type: ignore[arg-type]
        geolocation={"longitude": 100.5405, "latitude": 13.7455}, permissions=["geolocation"], has_touch=True,
    )  # fmt: skip
    context.add_cookies([{"name": cookie, "value": client.cookies[cookie].value, "url": server.url}])
    page = context.new_page()
    page.goto(f"{server.url}/patrol/")
    return context, page


def offered(street: Ground, *, note: str = "") -> UUID:
    now = clock.now()
    number = street.incident(device="TST-P001", at=now)
    if note:
        room.note(incident_id=number, words=note, by=street.desk, at=now)
    return actions.offer(incident_id=number, call_sign="21", by=street.desk, at=now).id


def state(order: UUID) -> str:
    return Dispatch.objects.get(id=order).state


def picture(page: Page, name: str) -> None:
    if PICTURES:
        page.screenshot(path=f"{PICTURES}/{name}.png")


def violations(page: Page) -> list[str]:
    """What axe-core objects to (WCAG 2.2 A and AA)."""
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    looked = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}}).response
    assert any(rule["id"] == "color-contrast" for rule in looked["passes"]), "it did look"
    return [f"{each['id']}: {node['html'][:120]}" for each in looked["violations"] for node in each["nodes"]]


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_a_job_appears_by_itself_and_is_done_with_one_thumb(
    browser: Browser, live_server: LiveServer, street: Ground, rider: Who, theme: str
) -> None:
    context, page = open_phone(browser, live_server, rider, theme=theme)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if "Content Security" in line.text else None)
    expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page.get_by_role("heading", name="พร้อมรับงาน")).to_be_visible()
    page.get_by_role("switch").tap()
    expect(page.get_by_text("ศูนย์เห็นตำแหน่งเมื่อ")).to_be_visible(timeout=8000)
    picture(page, f"ready-{theme}")
    assert violations(page) == []
    order = offered(street, note="ผู้ก่อเหตุอาจมีมีด")
    big = page.locator(".big:visible")
    expect(big).to_have_text("รับงาน", timeout=8000)
    expect(page.get_by_text("ผู้ก่อเหตุอาจมีมีด")).to_be_visible()
    assert big.bounding_box()["height"] >= 80  # type: ignore[index]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    picture(page, f"offered-{theme}")
    assert violations(page) == []
    big.tap()
    expect(big).to_have_text("ออกเดินทาง")
    page.wait_for_timeout(1600)
    big.tap()
    expect(big).to_have_text("ถึงแล้ว")
    picture(page, f"en-route-{theme}")
    page.wait_for_timeout(1600)
    big.tap()
    expect(page.get_by_role("button", name="ปลอดภัยดี")).to_be_visible()
    picture(page, f"on-scene-{theme}")
    assert violations(page) == []
    page.wait_for_timeout(1600)
    big.tap()
    expect(page.get_by_role("heading", name="พร้อมรับงาน")).to_be_visible()
    assert state(order) == "done"
    assert faults == []
    context.close()


def test_presses_without_signal_wait_in_order_and_send_themselves_once(
    browser: Browser, live_server: LiveServer, street: Ground, rider: Who
) -> None:
    order = offered(street)
    context, page = open_phone(browser, live_server, rider)
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.wait_for_timeout(500)
    page.reload()
    big = page.locator(".big:visible")
    expect(big).to_have_text("รับงาน")
    context.set_offline(True)
    big.tap()
    expect(big).to_have_text("ออกเดินทาง")
    page.wait_for_timeout(1600)
    big.tap()
    expect(big).to_have_text("ถึงแล้ว")
    expect(page.locator(".patrol-link")).to_contain_text("รอส่ง 2")
    picture(page, "offline-dark")
    assert state(order) == "offered"
    page.reload()  # the phone was put away: the page opens without signal, and knows what was pressed
    expect(page.locator(".big:visible")).to_have_text("ถึงแล้ว")
    expect(page.locator(".patrol-link")).to_contain_text("รอส่ง 2")
    context.set_offline(False)
    expect(page.locator(".patrol-link")).to_have_text("เชื่อมต่ออยู่", timeout=10_000)
    assert state(order) == "en_route"
    assert [p.button for p in PatrolPress.objects.order_by("pressed_at")] == ["acknowledge", "set_out"]
    context.close()


def test_a_call_for_help_can_be_taken_back_and_else_goes_out(
    browser: Browser, live_server: LiveServer, rider: Who
) -> None:
    context, page = open_phone(browser, live_server, rider)
    help_button = page.locator(".alarm")
    help_button.tap()
    expect(help_button).to_contain_text("ยกเลิก")
    picture(page, "help-counting-dark")
    help_button.tap()
    expect(help_button).to_contain_text("ขอกำลัง")
    page.wait_for_timeout(4500)
    assert not PatrolPress.objects.exists()
    help_button.tap()
    expect(page.get_by_text("ส่งขอกำลังแล้ว")).to_be_visible(timeout=8000)
    page.wait_for_timeout(500)
    assert PatrolPress.objects.get().button == "help"
    context.close()


def test_declining_asks_for_a_reason(browser: Browser, live_server: LiveServer, street: Ground, rider: Who) -> None:
    order = offered(street)
    context, page = open_phone(browser, live_server, rider)
    page.get_by_text("รับงานไม่ได้").first.tap()
    picture(page, "decline-dark")
    page.get_by_label("รถขัดข้อง").check()
    page.get_by_role("button", name="ส่ง: รับงานไม่ได้").tap()
    expect(page.get_by_role("heading", name="พร้อมรับงาน")).to_be_visible()
    assert state(order) == "declined"
    assert Dispatch.objects.get(id=order).facts["ended_why"] == "รถขัดข้อง"
    context.close()


def test_an_overdue_safety_clock_is_seen(browser: Browser, live_server: LiveServer, street: Ground, rider: Who) -> None:
    order = offered(street)
    actions.acknowledge(dispatch_id=order, by=rider, at=clock.now())
    actions.arrive(dispatch_id=order, by=rider, at=clock.now() - timedelta(minutes=21))
    context, page = open_phone(browser, live_server, rider, theme="light")
    expect(page.get_by_text("เกินเวลาแจ้งความปลอดภัย")).to_be_visible()
    picture(page, "overdue-light")
    page.get_by_role("button", name="ปลอดภัยดี").tap()
    expect(page.get_by_text("แจ้งความปลอดภัยใน")).to_be_visible()
    context.close()


def test_every_main_step_works_without_a_script(
    browser: Browser, live_server: LiveServer, street: Ground, rider: Who
) -> None:
    order = offered(street)
    context, page = open_phone(browser, live_server, rider, script=False)
    picture(page, "no-script-dark")
    for step in ("รับงาน", "ออกเดินทาง", "ถึงแล้ว", "เสร็จงาน"):
        page.locator(".big:visible").filter(has_text=step).tap()
    expect(page.get_by_role("heading", name="พร้อมรับงาน")).to_be_visible()
    assert state(order) == "done"
    context.close()

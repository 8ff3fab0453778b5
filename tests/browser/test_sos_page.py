"""The citizen's SOS page in a real browser, against a stand-in intake that answers, stays silent or goes away."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from safetyzone.contracts.press import PhonePress
from tests.browser.fake_intake import PAGE, FakeIntake, fake_intake

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
HERE = {"longitude": 100.540912, "latitude": 13.744108, "accuracy": 18}


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


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport=PHONE, geolocation=HERE, permissions=["geolocation"], has_touch=True, locale="th-TH"  # type: ignore[arg-type]
    )
    yield context
    context.close()


@pytest.fixture
def page(phone: BrowserContext, intake: FakeIntake) -> Page:
    page = phone.new_page()
    page.goto(f"{intake.url}/sos")
    return page


def hold(page: Page, seconds: float = 2.3) -> None:
    box = page.locator("#sos").bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.wait_for_timeout(seconds * 1000)
    page.mouse.up()


def state(page: Page) -> str | None:
    return page.locator("body").get_attribute("data-state")


def test_two_seconds_and_a_countdown_bring_the_call_the_place_and_the_patrol(page: Page, intake: FakeIntake) -> None:
    expect(page.locator("#place")).to_contain_text("18")
    page.locator("#words").fill("อยู่ใต้บันได")
    hold(page)
    expect(page.locator("#hint")).to_contain_text("จะส่งถึงตำรวจใน")
    assert intake.heard == [], "nothing leaves the phone while the countdown runs"

    expect(page.locator("#headline")).to_have_text("ตำรวจรับเรื่องแล้ว 21:04", timeout=5000)
    said = PhonePress.model_validate(intake.heard[0])
    assert 2000 <= said.hold_ms < 3000
    assert said.words == "อยู่ใต้บันได"
    assert said.position is not None
    assert (said.position.lon, said.position.lat) == (100.540912, 13.744108)

    intake.state, intake.unit_metres = "coming", 347
    expect(page.locator("#headline")).to_have_text(re.compile("ตำรวจรับเรื่องแล้ว 21:04.· กำลัง\u2060?ไป"), timeout=8000)
    expect(page.locator("#detail")).to_have_text("สายตรวจอยู่ห่าง 350 เมตร")
    intake.state, intake.unit_metres = "closed", None
    expect(page.locator("#headline")).to_have_text("ปิดเหตุแล้ว", timeout=8000)
    assert page.evaluate("localStorage.getItem('sos.press')") is None, "the call is not kept on the phone afterwards"


def test_letting_go_early_sends_nothing(page: Page, intake: FakeIntake) -> None:
    hold(page, 1.2)
    page.wait_for_timeout(4500)
    assert state(page) == "idle"
    expect(page.locator("#hint")).to_have_text("ยกเลิกแล้ว ยังไม่ได้ส่ง")
    assert intake.heard == []


def test_the_countdown_can_be_stopped(page: Page, intake: FakeIntake) -> None:
    hold(page)
    page.locator("#stop").click()
    page.wait_for_timeout(3500)
    assert state(page) == "idle"
    assert intake.heard == []


def test_send_now_does_not_wait_for_the_countdown(page: Page, intake: FakeIntake) -> None:
    hold(page)
    page.locator("#now").click()
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว", timeout=1500)
    assert len(intake.heard) == 1


def test_a_refusing_line_gets_the_same_press_again_until_it_is_answered(page: Page, intake: FakeIntake) -> None:
    intake.status = 503
    hold(page)
    page.locator("#now").click()
    expect(page.locator("#detail")).to_contain_text("กำลังลองใหม่")
    page.wait_for_timeout(2500)
    intake.status = 200
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว", timeout=8000)
    assert len(intake.heard) >= 3
    assert len({tuple(sorted(map(str, said.items()))) for said in intake.heard}) == 1, "every repeat says the very same"


def test_a_press_made_offline_survives_the_closing_of_the_page(phone: BrowserContext, page: Page, intake: FakeIntake) -> None:
    phone.set_offline(True)
    hold(page)
    page.locator("#now").click()
    expect(page.locator("#detail")).to_contain_text("191")
    page.close()
    phone.set_offline(False)
    again = phone.new_page()
    again.goto(f"{intake.url}/sos")
    expect(again.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว")
    assert len({UUID(said["press_id"]) for said in intake.heard}) == 1


def test_a_line_that_comes_back_is_used_at_once(phone: BrowserContext, page: Page, intake: FakeIntake) -> None:
    phone.set_offline(True)
    hold(page)
    page.locator("#now").click()
    page.wait_for_timeout(6000)
    phone.set_offline(False)
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว", timeout=2500)


def test_a_press_of_another_day_is_asked_about_before_it_is_sent(phone: BrowserContext, page: Page, intake: FakeIntake) -> None:
    kept = {"v": 1, "press_id": "7e0f4a32-4a6e-4d83-a1de-5f0c2b9a1d10", "pressed_at": "2026-11-20T14:04:00Z"}
    page.evaluate("press => localStorage.setItem('sos.press', JSON.stringify(press))", kept)
    page.reload()
    expect(page.locator("#headline")).to_contain_text("21:04")
    assert intake.heard == []
    page.locator("#forget-old").click()
    assert state(page) == "idle"
    page.reload()
    assert state(page) == "idle"
    assert intake.heard == []


def test_taking_the_phone_away_in_the_countdown_does_not_stop_the_call(page: Page, intake: FakeIntake) -> None:
    hold(page)
    page.goto("about:blank")
    page.wait_for_timeout(1500)
    assert len({said["press_id"] for said in intake.heard}) == 1


def test_it_works_by_keyboard_alone(page: Page, intake: FakeIntake) -> None:
    page.locator("#sos").focus()
    page.keyboard.down("Space")
    page.wait_for_timeout(2300)
    assert state(page) == "counting"
    page.keyboard.up("Space")
    page.wait_for_timeout(200)
    assert state(page) == "counting", "the key that was held must not press the button that appears"
    expect(page.locator("#stop")).to_be_focused()
    page.keyboard.press("Enter")
    assert state(page) == "idle"
    page.locator("#sos").focus()
    page.keyboard.down("Enter")
    page.wait_for_timeout(1000)
    page.keyboard.up("Enter")
    page.wait_for_timeout(300)
    assert state(page) == "idle"
    assert intake.heard == []


def test_a_screen_readers_click_gets_the_countdown(page: Page, intake: FakeIntake) -> None:
    page.evaluate("document.getElementById('sos').click()")
    assert state(page) == "counting"
    expect(page.locator("#spoken")).to_contain_text("วินาที")
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว", timeout=5000)


def test_without_a_position_it_is_sent_and_asks_for_words(browser: Browser, intake: FakeIntake) -> None:
    context = browser.new_context(viewport=PHONE)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{intake.url}/sos")
    expect(page.locator("#place")).to_contain_text("พิมพ์ว่าอยู่ที่ไหน", timeout=8000)
    hold(page)
    expect(page.locator("#headline")).to_contain_text("ตำรวจรับเรื่องแล้ว", timeout=5000)
    assert PhonePress.model_validate(intake.heard[0]).position is None
    page.locator("#words").fill("หน้าศาลพระพรหม")
    page.locator("#more").click()
    expect(page.locator("#line")).to_contain_text("ส่งข้อความถึงตำรวจแล้ว")
    further = PhonePress.model_validate(intake.heard[1])
    assert further.words == "หน้าศาลพระพรหม"
    assert further.phone == PhonePress.model_validate(intake.heard[0]).phone
    context.close()


def test_what_the_station_cannot_read_sends_the_person_to_191(page: Page, intake: FakeIntake) -> None:
    intake.status = 400
    hold(page)
    page.locator("#now").click()
    expect(page.locator("#headline")).to_contain_text("191")
    page.wait_for_timeout(2500)
    assert len(intake.heard) == 1, "saying the same nonsense again helps nobody"


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("night", ["day", "night"])
def test_every_state_is_legible_and_191_is_always_there(
    browser: Browser, intake: FakeIntake, language: str, night: str, tmp_path: Path
) -> None:
    pictures = Path(os.environ.get("SAFETYZONE_PICTURES") or tmp_path)
    context = browser.new_context(
        viewport=PHONE, color_scheme="dark" if night == "night" else "light", geolocation=HERE, permissions=["geolocation"]  # type: ignore[arg-type]
    )
    page = context.new_page()
    page.goto(f"{intake.url}/sos?lang={language}")

    def look(name: str) -> None:
        page.screenshot(path=pictures / f"sos-{name}-{language}-{night}.png")
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        call = page.locator("#call").bounding_box()
        assert call is not None
        assert call["y"] + call["height"] <= PHONE["height"], "191 is on the screen without scrolling"
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
        if language == "en":
            shown = page.locator("main").inner_text() + page.locator("footer").inner_text()
            assert not re.search("[\u0e00-\u0e7f]", shown), "no Thai is left over in English"

    expect(page.locator("#place")).to_contain_text("18")
    look("ready")
    hold(page)
    look("counting")
    intake.state, intake.unit_metres = "coming", 350
    page.locator("#now").click()
    expect(page.locator("#detail")).to_contain_text("350")
    look("coming")
    context.close()


def test_the_whole_page_is_under_sixty_kilobytes_and_asks_nobody_else(page: Page, intake: FakeIntake) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    expect(page.locator("#sos")).to_be_visible()
    assert len(asked) >= 4
    assert all(url.startswith(intake.url) for url in asked)
    assert sum(len(httpx.get(url).content) for url in asked) <= 60_000


def test_the_page_uses_only_syntax_that_an_old_phone_reads() -> None:
    for name in ("sos.js", "words.js"):
        code = re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"", "", Path(PAGE, name).read_text("utf-8"), flags=re.DOTALL)
        newer = re.findall(r"=>|`|\b(?:let|const|class|async|await|fetch)\b|\?\.|\?\?|\.\.\.", code)
        assert newer == []

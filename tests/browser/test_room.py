"""The command room in a real browser, in front of the real web and the real actions.

With ``SAFETYZONE_PICTURES=1`` the pictures of the room in ``docs/pictures`` are taken anew.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import station as stations
from tests.browser.station import Station
from tests.browser.town import PASSWORD

pytestmark = pytest.mark.browser

ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
DESK, SMALL = (1920, 1080), (1366, 768)
PICTURES = stations.ROOT / "docs" / "pictures"
TAKE = os.environ.get("SAFETYZONE_PICTURES") == "1"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS)
        expect.set_options(timeout=15_000)  # machines that test are busy machines
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """The PostgreSQL of this run, with the template laid."""
    state = tmp_path_factory.mktemp("state")
    url = os.environ["SAFETYZONE_DATABASE_URL"]
    stations.lay_template(url, state)
    assert django_settings.SESSION_COOKIE_NAME  # the configuration is the station's own
    return url, state


@pytest.fixture
def station(server: tuple[str, Path]) -> Iterator[Station]:
    with stations.running(server[0], "safetyzone_browser_one", server[1]) as running:
        yield running


@pytest.fixture
def open_room(browser: Browser, station: Station) -> Iterator[Callable[..., Page]]:
    """Sign in as somebody and open a page of the room; a fault in a script or a 5xx fails the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def enter(who: str = "malee", path: str = "/room/", size: tuple[int, int] = DESK, language: str = "th") -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
        page.goto(f"{station.url}/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/room/**")
        if language == "en":
            page.click("button[name=language][value=en]")
        page.goto(station.url + path)
        expect(page.locator("link-state, h1").first).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def live(page: Page) -> Page:
    """The page hears the live channel."""
    expect(page.locator("html")).to_have_attribute("data-link", "live", timeout=15000)
    return page


def picture(page: Page, name: str) -> None:
    """Taken anew only when asked for; the map gets a moment to draw."""
    if TAKE:
        PICTURES.mkdir(parents=True, exist_ok=True)
        page.wait_for_timeout(4000)
        page.screenshot(path=PICTURES / f"{name}.png")


def serious(page: Page) -> list[str]:
    """What axe finds serious or critical; the map's canvas is its own element's business."""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}})
    return [
        f"{one['id']}: {node['target']} {node['html'][:120]}"
        for one in found.response["violations"]
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


def nothing_overflows(page: Page) -> list[str]:
    """Panels that stick out of the window, and lines whose words are cut off sideways."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('.box, .room-top, .line, .card')].filter((one) => one.offsetParent)
          .filter((one) => one.scrollWidth > one.clientWidth + 1 || (one.matches('.box, .room-top')
            && (one.getBoundingClientRect().right > innerWidth + 1 || one.getBoundingClientRect().bottom > innerHeight + 1)))
          .map((one) => one.className + ' ' + one.textContent.trim().slice(0, 40))"""
    )
    return found


def test_a_press_is_on_the_screen_and_its_panel_open_before_anybody_touches_anything(
    station: Station, open_room: Callable[..., Page]
) -> None:
    page = live(open_room())
    expect(page.locator("#ring")).to_be_hidden()
    number = station.happen("one_press")["ringing"]
    expect(page.locator(f'#queue li[data-incident="{number}"]')).to_be_visible()
    expect(page.locator(f'#ring li[data-incident="{number}"]')).to_be_visible()
    expect(page.locator("#incident h2")).to_have_text(f"เหตุ {number}")
    expect(page.locator("#assertive")).to_contain_text("เสา 17")
    expect(page.locator("#queue li[data-unshown]")).to_have_count(0, timeout=20000)


def test_a_whole_incident_by_keyboard(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    number = station.happen("one_press")["ringing"]
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    page.keyboard.press("a")
    expect(page.locator("#incident")).to_have_attribute("data-status", "answered")
    expect(page.locator("#ring")).to_be_hidden()
    page.keyboard.press("v")
    expect(page.locator("#incident")).to_have_attribute("data-status", "verified")
    page.keyboard.press("1")
    expect(page.locator("#incident")).to_have_attribute("data-status", "assigned")
    expect(page.locator(".orders li").first).to_contain_text("รอตอบรับ")
    unit = page.locator(".orders li b").first.inner_text()
    for line, status in ((f"e {unit}", "assigned"), (f"o {unit}", "on_scene")):
        page.keyboard.press("/")
        page.keyboard.type(line)
        if status == "assigned":  # not acknowledged yet: the answer is no, and the line stays to be mended
            page.keyboard.press("Enter")
            expect(page.locator("#bar .refused")).to_be_visible()
            page.keyboard.press("Escape")
            page.locator(".orders button").first.click()
            expect(page.locator(".orders li").first).to_have_attribute("data-state", "acknowledged")
        else:
            page.keyboard.press("Enter")
        expect(page.locator("#incident")).to_have_attribute("data-status", status)
    page.keyboard.press("w")
    page.keyboard.type("ผู้แจ้งปลอดภัย")
    page.keyboard.press("Enter")
    expect(page.locator(".lines li").first).to_contain_text("ผู้แจ้งปลอดภัย")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#incident")).to_have_attribute("data-status", "resolved")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    expect(page.locator("#said .refused")).to_contain_text("ขั้นตอนบังคับ")


def test_what_is_half_typed_selected_and_scrolled_stays_while_the_room_changes(
    station: Station, open_room: Callable[..., Page]
) -> None:
    page = live(open_room(size=SMALL))
    number = station.happen("one_press")["ringing"]
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    page.locator("#note-words").fill("ยังพิมพ์ไม่จบ")
    page.locator("#note-words").focus()
    page.evaluate("document.querySelector('#incident .scroll').scrollTop = 120")
    at = page.evaluate("document.querySelector('#incident .scroll').scrollTop")
    row = page.locator(f'#queue li[data-incident="{number}"]')
    row.evaluate("row => row.dataset.ours = 'the same element'")
    station.happen("storm")
    expect(page.locator("#queue li[data-incident]")).not_to_have_count(1)
    page.wait_for_timeout(1500)
    expect(page.locator("#note-words")).to_have_value("ยังพิมพ์ไม่จบ")
    expect(page.locator("#note-words")).to_be_focused()
    expect(page.locator("#incident h2")).to_contain_text(str(number))
    assert page.evaluate("document.querySelector('#incident .scroll').scrollTop") == pytest.approx(at, abs=2)
    assert page.locator("#queue li[data-selected]").get_attribute("data-incident") == str(number)


def test_two_near_calls_are_offered_as_one_and_parted_again(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    made = station.happen("two_near")
    expect(page.locator("#queue .offer")).to_contain_text(str(made["newer"]))
    page.keyboard.press("j")
    expect(page.locator(f'#queue li[data-incident="{made["newer"]}"]')).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator(f'#queue li[data-incident="{made["newer"]}"]')).to_be_visible()


def test_others_see_who_has_a_call_and_may_take_it(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    number = station.happen("taken")["taken"]
    card = page.locator(f'#ring li[data-incident="{number}"]')
    expect(card).to_contain_text("wichai")
    page.keyboard.press("t")
    expect(card).to_have_count(0)
    expect(page.locator(f'#queue li[data-incident="{number}"]')).to_contain_text("malee")


def test_hiding_a_call_hides_it_for_me_only_and_it_stays_in_the_queue(station: Station, open_room: Callable[..., Page]) -> None:
    mine, other = live(open_room()), live(open_room("wichai"))
    number = station.happen("one_press")["ringing"]
    expect(mine.locator("#ring .card")).to_be_visible()
    mine.keyboard.press("Escape")
    expect(mine.locator("#ring .card")).to_be_hidden()
    expect(mine.locator("[data-unhide]")).to_be_visible()
    expect(other.locator("#ring .card")).to_be_visible()
    expect(mine.locator(f'#queue li[data-incident="{number}"]')).to_be_visible()


def test_it_rings_every_five_seconds_until_somebody_answers(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    page.locator("#sound").click()
    expect(page.locator("#sound")).to_have_attribute("aria-pressed", "true")
    page.evaluate(
        "window.tones = [];"
        "document.addEventListener('room:tone', ({detail}) => tones.push([detail.priority, performance.now()]))"
    )
    station.happen("one_press")
    page.wait_for_function("() => tones.length >= 2", timeout=20000)
    tones = page.evaluate("tones")
    assert [priority for priority, _ in tones[:2]] == [1, 1]
    assert tones[1][1] - tones[0][1] == pytest.approx(5000, abs=1300)
    page.keyboard.press("a")
    expect(page.locator("#ring")).to_be_hidden()
    count = page.evaluate("tones.length")
    page.wait_for_timeout(6500)
    assert page.evaluate("tones.length") == count


def test_the_bar_helps_with_either_layout(open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    page.keyboard.press("/")
    expect(page.locator("#bar-line")).to_be_focused()
    page.keyboard.type("ยน")  # "po" with the Thai layout on
    expect(page.locator("#bar-choices li:visible")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.locator("#bar-line")).to_have_value("pole ")
    page.keyboard.type("17")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_contain_text("LPN-P017")
    page.keyboard.press("/")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#bar-line")).to_have_value("pole 17")


def test_a_pinned_window_stays_and_a_following_one_follows(station: Station, open_room: Callable[..., Page]) -> None:
    page = live(open_room())
    made = station.happen("two_near")
    expect(page.locator("#incident h2")).to_be_visible()
    pinned, follows = page.context.new_page(), page.context.new_page()
    pinned.goto(f"{station.url}/room/panel/incident/{made['older']}/")
    follows.goto(f"{station.url}/room/panel/incident/")
    page.locator(f'#queue li[data-incident="{made["newer"]}"] .line').click()
    expect(follows.locator("#incident h2")).to_contain_text(str(made["newer"]))
    expect(pinned.locator("#incident h2")).to_contain_text(str(made["older"]))


@pytest.mark.parametrize("language", ["th", "en"])
@pytest.mark.parametrize("scene", ["empty", "night", "storm"])
def test_the_room_can_be_read_by_everybody(
    station: Station, open_room: Callable[..., Page], scene: str, language: str
) -> None:
    if scene != "empty":
        station.happen(scene)
    page = live(open_room(language=language))
    expect(page.locator("#incident .calm, #incident .head")).to_be_visible()
    picture(page, f"room-{scene}-{language}")
    assert nothing_overflows(page) == []
    assert serious(page) == []
    page.set_viewport_size({"width": SMALL[0], "height": SMALL[1]})
    page.wait_for_timeout(300)
    picture(page, f"room-{scene}-{language}-small") if scene == "storm" else None
    assert nothing_overflows(page) == []
    for path, name in (("/room/shift/", "hand-over"), ("/room/poles/", "poles"), ("/room/panel/wall/", "wall")):
        page.goto(station.url + path)
        page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
        picture(page, f"{name}-{scene}-{language}") if scene == "night" else None
        assert serious(page) == [], path


def test_the_wall_is_read_at_four_metres_and_a_line_that_is_lost_is_seen(station: Station, open_room: Callable[..., Page]) -> None:
    station.happen("night")
    page = live(open_room(path="/room/panel/wall/"))
    sizes = page.evaluate(
        "[...document.querySelectorAll('#wall *')].filter((one) => one.offsetParent)"
        ".filter((one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.nodeValue.trim()))"
        ".map((one) => parseFloat(getComputedStyle(one).fontSize))"
    )
    assert sizes
    assert min(sizes) >= 40
    page.context.set_offline(True)
    page.evaluate("document.dispatchEvent(new CustomEvent('safetyzone:link', {detail: {state: 'stale', seconds: 11}}))")
    expect(page.locator("link-state")).to_have_attribute("data-state", "stale")

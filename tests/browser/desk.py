"""What the room's browser tests share: the browser, a station with its own database, and a person who signs in."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser import station as stations
from tests.browser.station import Station
from tests.browser.town import PASSWORD

ARGUMENTS = [
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--autoplay-policy=user-gesture-required",
]  # fmt: skip
NO_VIDEO_PROGRAM = "ws://127.0.0.1:8002/live"
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

    def enter(
        who: str = "malee", path: str = "/room/", size: tuple[int, int] = DESK, language: str = "th", lands: str = "**/room/**"
    ) -> Page:
        context = browser.new_context(viewport={"width": size[0], "height": size[1]})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if said.type == "error" and not _is_expected(said.text) else None)
        page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 500 else None)
        page.goto(f"{station.url}/accounts/login/")
        page.fill("input[name=login]", who)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(lands)
        if language == "en":
            page.click("button[name=language][value=en]")
        page.goto(station.url + path)
        expect(page.locator("link-state, h1").first).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def _is_expected(said: str) -> bool:
    """A refused request is what a test asks for; and where no video program was started, the browser itself says that nobody answers."""
    return "load resource" in said or f"{NO_VIDEO_PROGRAM}' failed" in said


def live(page: Page) -> Page:
    """The page hears the live channel."""
    expect(page.locator("html")).to_have_attribute("data-link", "live", timeout=15000)
    return page


def picture(page: Page, name: str) -> None:
    """Taken anew only when asked for; the map gets a moment to draw."""
    if TAKE:
        PICTURES.mkdir(parents=True, exist_ok=True)
        if page.locator("zone-map:visible").count():
            expect(page.locator("zone-map[data-idle]")).to_be_attached(timeout=90_000)
        page.wait_for_timeout(1000)
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

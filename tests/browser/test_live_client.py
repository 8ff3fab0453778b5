"""The browser's end of the live channel, with the real server: windows share one connection, and a break is seen and mended."""

import asyncio
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from asgiref.sync import sync_to_async
from django.conf import settings as django_settings
from django.db import connection, connections, transaction
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.ground.officers.models import Duty, Officer, Posting
from safetyzone.ground.zones.actions import load_ground
from safetyzone.kernel.live import Thing, changed
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room import hub as hub_module
from safetyzone.response.command_room.tests.consoles import signed_in

CHROMIUM = shutil.which("chromium") or ""
PATIENT_S = 30.0

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed"),
]


class Web:
    """Our ASGI application on one port, which can go away and come back."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.hub: hub_module.Hub | None = None

    def start(self) -> None:
        from safetyzone.programs.web.asgi import application

        config = uvicorn.Config(application, port=self.port, log_level="error", lifespan="off", timeout_graceful_shutdown=1)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()
        ends = time.monotonic() + PATIENT_S
        while not self._server.started:
            assert time.monotonic() < ends
            time.sleep(0.02)

    def _run(self) -> None:
        async def serve() -> None:
            self.hub = hub_module.hub()
            await self._server.serve()
            await self.hub.stop()
            await sync_to_async(connections.close_all)()

        asyncio.run(serve())

    def stop(self) -> None:
        self._server.should_exit = True
        self._thread.join(PATIENT_S)

    @property
    def listeners(self) -> int:
        return len(self.hub._readers) if self.hub else 0


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def web() -> Iterator[Web]:
    ours = Web()
    ours.start()
    yield ours
    ours.stop()
    with connection.cursor() as cursor:  # Django's request threads are gone, their connections not yet
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def room(chromium: Browser, web: Web, monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserContext]:
    """An operator's browser, signed in."""
    monkeypatch.setattr(settings(), "mfa_required", False)
    now = datetime.now(UTC)
    load_ground(by=SYSTEM, at=now)
    duty, _ = Duty.objects.get_or_create(code="live-test", defaults={"name_th": "ก", "name_en": "A", "permissions": ["see_room"]})
    officer = Officer.objects.create_user("operator", password="x")
    Posting.objects.create(
        officer=officer, duty=duty, station_id="lumphini", valid_from=now - timedelta(days=1), given_by="test"
    )
    context = chromium.new_context(locale="th-TH")
    context.add_cookies(
        [{"name": django_settings.SESSION_COOKIE_NAME, "value": signed_in("operator"), "url": web.url}]
    )
    yield context
    context.close()


def window(room: BrowserContext, web: Web) -> Page:
    """A page of ours that listens and writes down what it is told."""
    page = room.new_page()
    page.goto(f"{web.url}/healthz")
    page.evaluate(
        """async () => {
             window.told = [];
             document.addEventListener('safetyzone:changed', ({detail}) => told.push(...detail.things.map(t => t[1])));
             document.addEventListener('safetyzone:reset', () => told.push('reset'));
             document.documentElement.lang = 'th';
             document.body.replaceChildren(document.createElement('link-state'));
             await import('/static/safetyzone/live.js');
           }"""
    )
    until(page, "document.documentElement.dataset.link === 'live'")
    return page


def until(page: Page, so: str) -> None:
    ends = time.monotonic() + PATIENT_S
    while not page.evaluate(so):
        assert time.monotonic() < ends, f"{so}; told: {page.evaluate('told')}"
        page.wait_for_timeout(50)


def change(key: str) -> None:
    with transaction.atomic():
        changed([Thing("incident", key, "lumphini")])


def test_windows_share_one_connection_and_all_hear(room: BrowserContext, web: Web) -> None:
    windows = [window(room, web) for _ in range(3)]
    assert web.listeners == 1
    change("41")
    for page in windows:
        until(page, "told.includes('41')")
        assert page.inner_text("link-state").strip() == "● สด"


def test_a_break_is_shown_and_nothing_said_meanwhile_is_missed(room: BrowserContext, web: Web) -> None:
    page = window(room, web)
    change("before")
    until(page, "told.includes('before')")
    web.stop()
    until(page, "document.documentElement.dataset.link === 'reconnecting'")
    assert page.inner_text("link-state").startswith("○ กำลังต่อใหม่")
    change("meanwhile")
    web.start()
    until(page, "document.documentElement.dataset.link === 'live' && told.includes('meanwhile')")


def test_a_window_that_opens_later_hears_what_changed_while_it_loaded(room: BrowserContext, web: Web) -> None:
    window(room, web)
    change("just now")
    late = window(room, web)
    until(late, "told.includes('just now') || told.includes('reset')")


def test_who_is_signed_out_is_told_so_and_hears_no_more(room: BrowserContext, web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.sessions.models import Session

    from safetyzone.response.command_room import live

    monkeypatch.setattr(live, "ASK_AGAIN_S", 0.3)
    page = window(room, web)
    Session.objects.all().delete()
    until(page, "document.documentElement.dataset.link === 'ended'")
    change("secret")
    page.wait_for_timeout(500)
    assert "secret" not in page.evaluate("told")

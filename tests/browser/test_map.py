"""The map in a real browser: Thai labels are drawn, markers appear, and it never moves under the operator's hand."""

import os
import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Page, sync_playwright

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.ground.officers.models import Duty, Officer, Posting
from safetyzone.ground.zones.actions import load_ground
from safetyzone.ground.zones.models import Zone
from safetyzone.kernel.settings import settings
from safetyzone.response.command_room.tests.consoles import signed_in
from safetyzone.response.dispatch.models import Unit
from safetyzone.response.incidents.models import Incident
from safetyzone.senses.sos.models import Pole

CHROMIUM = shutil.which("chromium") or ""
SOFTWARE_GL = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist",
)  # fmt: skip
PATIENT_MS = 30_000
PICTURES = os.environ.get("SAFETYZONE_PICTURES", "")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not CHROMIUM, reason="Debian's Chromium is not installed"),
]


@pytest.fixture
def night(monkeypatch: pytest.MonkeyPatch) -> str:
    """The zone with forty poles, three patrols and one call; the session of an operator. Gives the session key."""
    monkeypatch.setattr(settings(), "mfa_required", False)
    load_ground(by=SYSTEM, at=datetime.now(UTC))
    now = datetime.now(UTC)
    duty, _ = Duty.objects.get_or_create(code="map-test", defaults={"name_th": "ก", "name_en": "A", "permissions": ["see_room"]})
    officer = Officer.objects.create_user("operator", password="x")
    Posting.objects.create(officer=officer, duty=duty, station_id="lumphini", valid_from=now - timedelta(days=1), given_by="test")
    zone = Zone.objects.filter(station_id="lumphini").first()
    assert zone is not None
    for number in range(40):
        Pole.objects.create(
            code=f"LPN-{number:03}", zone=zone, name_th=f"เสา {number}", lon=100.5345 + (number % 8) * 0.0016,
            lat=13.7385 + (number // 8) * 0.0026, mqtt_password_hash="-", added_at=now, last_heard_at=now,
            lost_at=now if number == 11 else None, tamper=number == 20,
        )  # fmt: skip
    patrols = (("LPN-1", 100.5380, 13.7450, 5), ("LPN-2", 100.5425, 13.7410, 9), ("LPN-3", 100.5440, 13.7470, 3600))
    for call_sign, lon, lat, age_s in patrols:
        Unit.objects.create(
            call_sign=call_sign, station="lumphini", duty=Unit.Duty.FREE, lon=lon, lat=lat, fixed_at=now - timedelta(seconds=age_s)
        )
    call(1, 100.5403, 13.7444)
    return signed_in("operator")


def call(priority: int, lon: float, lat: float, kind: str = "sos") -> Incident:
    now = datetime.now(UTC)
    return Incident.objects.create(station="lumphini", kind=kind, priority=priority, lon=lon, lat=lat, heard_at=now, changed_at=now)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with pytest.MonkeyPatch.context() as patched, sync_playwright() as playwright:
        patched.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright keeps a loop in this thread
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(SOFTWARE_GL))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: Browser, live_server: Any, night: str) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 900, "height": 640}, locale="th-TH")
    context.add_cookies([{"name": django_settings.SESSION_COOKIE_NAME, "value": night, "url": live_server.url}])
    page = context.new_page()
    page.set_default_timeout(PATIENT_MS)
    wrong: list[str] = []
    page.on("console", lambda said: wrong.append(said.text) if "Content Security Policy" in said.text else None)
    page.goto(f"{live_server.url}/room/panel/map/")
    idle(page)
    yield page
    context.close()
    assert wrong == []


def idle(page: Page) -> None:
    page.wait_for_selector("zone-map[data-idle][data-incidents]")


def until(page: Page, so: str) -> None:
    """Wait for an expression to hold. (Playwright's own wait_for_function evaluates in the page: our policy forbids it.)"""
    ends = time.monotonic() + PATIENT_MS / 1000
    while not page.evaluate(so):
        assert time.monotonic() < ends, so
        page.wait_for_timeout(50)


def view(page: Page) -> list[float]:
    seen: list[float] = page.evaluate("() => { const v = document.querySelector('zone-map').keeper.view(); return [...v.center, v.zoom]; }")
    return seen


def refresh(page: Page, incidents: int) -> None:
    """As a change on the live channel does."""
    page.evaluate(
        """() => document.dispatchEvent(new CustomEvent('safetyzone:changed',
                 {detail: {station: 'lumphini', things: [['incident', '1']]}}))"""
    )
    page.wait_for_selector(f"zone-map[data-incidents='{incidents}'][data-idle]")


def drawn(page: Page, *layers: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = page.evaluate(
        "layers => document.querySelector('zone-map').map.queryRenderedFeatures({layers}).map(f => f.properties)", list(layers)
    )
    return found


def ringed(page: Page, number: int) -> None:
    """Wait until this incident and no other is ringed: a source's new tiles come from a worker, after the map was idle."""
    ids = "map.queryRenderedFeatures({layers: ['incident-ring']}).map(f => f.properties.id)"
    until(page, f"document.querySelector('zone-map').{ids} == '{number}'")


def picture(page: Page, name: str) -> bytes:
    taken = page.screenshot()
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        (Path(PICTURES) / f"{name}.png").write_bytes(taken)
    return taken


def test_thai_street_names_and_all_markers_are_drawn(page: Page) -> None:
    names = {feature["name_th"] for feature in drawn(page, "label-main")}
    assert names & {"ถนนราชดำริ", "ถนนพระรามที่ 1", "ถนนเพลินจิต", "ถนนวิทยุ"}
    assert {p["id"] for p in drawn(page, "poles-abnormal")} == {"LPN-011", "LPN-020"}
    assert len({p["id"] for p in drawn(page, "poles")}) == 38
    units = {u["id"]: u["icon"] for u in drawn(page, "units")}
    assert units == {"LPN-1": "free", "LPN-2": "free", "LPN-3": "stale"}
    assert [i["icon"] for i in drawn(page, "incidents")] == ["incident-1"]
    assert "schematic" in page.inner_text(".maplibregl-ctrl-attrib")
    with_labels = picture(page, "map-th")
    page.evaluate("document.querySelector('zone-map').map.setLayoutProperty('label-main', 'visibility', 'none')")
    until(page, "!document.querySelector('zone-map').map.queryRenderedFeatures({layers: ['label-main']}).length")
    idle(page)
    assert picture(page, "map-without-labels") != with_labels, "the labels put no ink on the map"


def test_the_map_does_not_move_after_a_pan_when_a_new_call_arrives(page: Page) -> None:
    page.mouse.move(500, 400)
    page.mouse.down()
    page.mouse.move(380, 330, steps=5)
    page.mouse.up()
    idle(page)
    before = view(page)
    call(2, 100.5300, 13.7300)
    refresh(page, incidents=2)
    assert view(page) == before
    page.click("zone-map .buttons button:last-child")
    assert view(page) != before, "the star gives control back, and the far call comes into view"
    assert drawn(page, "incidents") != []


def test_the_map_refits_when_the_set_of_calls_changes_and_only_then(page: Page) -> None:
    before = view(page)
    Incident.objects.update(priority=2)
    refresh(page, incidents=1)
    assert view(page) == before, "the same set: not a move"
    call(1, 100.5200, 13.7250)
    refresh(page, incidents=2)
    assert view(page) != before


def test_the_same_row_twice_leads_back_to_exactly_the_earlier_view(page: Page) -> None:
    number = Incident.objects.get().pk
    before = view(page)
    opened = f"document.dispatchEvent(new CustomEvent('safetyzone:selected', {{detail: {{incident: '{number}', auto: true}}}}))"
    page.evaluate(opened)
    idle(page)
    assert view(page) == before, "a call that opened by itself is ringed, and the map stays"
    ringed(page, number)
    choose = f"document.dispatchEvent(new CustomEvent('safetyzone:selected', {{detail: {{incident: '{number}'}}}}))"
    page.evaluate(choose)
    until(page, f"document.querySelector('zone-map').keeper.view().zoom != {before[2]}")
    idle(page)
    ringed(page, number)
    picture(page, "map-selected")
    page.evaluate(choose)
    until(page, f"document.querySelector('zone-map').keeper.view().zoom == {before[2]}")
    assert view(page) == before


def test_a_locked_view_is_still_there_after_a_reload(page: Page) -> None:
    page.click("zone-map .buttons button:first-child")
    until(page, "!document.querySelector('zone-map').map.isMoving()")
    before = view(page)
    page.reload()
    idle(page)
    assert view(page) == pytest.approx(before)


def test_a_click_on_a_call_tells_the_room(page: Page) -> None:
    number = Incident.objects.get().pk
    page.evaluate("window.told = []; document.addEventListener('incident-click', e => told.push(e.detail.id))")
    at = page.evaluate(
        """() => { const map = document.querySelector('zone-map').map; const box = map.getCanvas().getBoundingClientRect();
                   const p = map.project([100.5403, 13.7444]); return [box.x + p.x, box.y + p.y]; }"""
    )
    page.mouse.click(*at)
    assert page.evaluate("told") == [number]


def test_everything_on_the_map_for_a_thousand_poles_is_under_100_kb(night: str, client: Any) -> None:
    zone = Zone.objects.filter(station_id="lumphini").first()
    now = datetime.now(UTC)
    Pole.objects.bulk_create(
        Pole(code=f"BIG-{n:04}", zone=zone, name_th=f"เสา {n}", lon=100.53 + n / 1e5, lat=13.74, mqtt_password_hash="-", added_at=now)
        for n in range(960)
    )  # fmt: skip
    client.cookies[django_settings.SESSION_COOKIE_NAME] = night
    answer = client.get("/room/map.json", HTTP_ACCEPT="application/json")
    assert answer.status_code == 200
    assert len(answer.json()["poles"]) == 1000
    assert len(answer.content) < 100_000
    again = client.get("/room/map.json", headers={"If-None-Match": answer["ETag"], "Accept": "application/json"})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/room/map.json?station=pak-kret", headers={"Accept": "application/json"}).status_code == 404

"""Proof: a press is a row on every console within a second. Ten consoles in Chromium, each signed in, on the real room's page.

The moment of a row is the console's own: a MutationObserver notes when an element with the incident's number enters the page.
Chromium draws without a graphics card here, and ten maps drawn by two processors would measure the processors: WebGL is switched off,
so the map's place shows its fallback, and everything else is as an operator has it.
"""

import asyncio
import contextlib
import random
import shutil
import time
import uuid
from dataclasses import dataclass, field
from pathlib import Path

import numpy
import orjson
from playwright.async_api import Browser, Page, async_playwright

from tests.proofs.devices import Crowd, Pole, keep_noting
from tests.proofs.memory import Memory
from tests.proofs.report import Report
from tests.proofs.station import Furniture, RealStation, a_station

CONSOLES = 10
P99_MS = 1_000.0
PRESSES, PRESSES_QUICK = 100, 12
EVERY_S = 1.0
LATE_S = 6.0
ARGUMENTS = (
    "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-gpu", "--disable-software-rasterizer", "--disable-renderer-backgrounding",
    "--disable-background-timer-throttling", "--disable-backgrounding-occluded-windows",
)  # fmt: skip

OBSERVER = """
(() => {
    const seen = window.proofSeen = {};
    const note = (element) => {
        const number = element.dataset && element.dataset.incident;
        if (number && !(number in seen)) seen[number] = performance.timeOrigin + performance.now();
    };
    const look = (node) => {
        if (node.nodeType !== Node.ELEMENT_NODE) return;
        note(node);
        node.querySelectorAll('[data-incident]').forEach(note);
    };
    new MutationObserver((changes) => changes.forEach((change) => {
        change.addedNodes.forEach(look);
        if (change.type === 'attributes') note(change.target);
    })).observe(document, { childList: true, subtree: true, attributes: true, attributeFilter: ['data-incident'] });
})();
"""


@dataclass
class Pressed:
    """What was pressed when (Unix milliseconds), and which incident answered it."""

    at_ms: dict[str, float] = field(default_factory=dict)
    incident: dict[str, str] = field(default_factory=dict)


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """Press, look, compare."""
    presses = PRESSES_QUICK if quick else PRESSES
    with a_station(first_port) as station:
        furniture = station.furnish(poles=presses, officers=CONSOLES)
        report.say(f"station ready in {station.start():.1f} s")
        pressed, screens = watch(station, furniture, seed)
    late, missing = compare(pressed, screens)
    p50, p99, worst = (float(numpy.percentile(late or [float("inf")], p)) for p in (50, 99, 100))
    report.figures |= {
        "p50_ms": round(p50, 1), "p99_ms": round(p99, 1), "max_ms": round(worst, 1), "consoles": len(screens),
        "presses": len(pressed.at_ms), "rows_seen": len(late), "missing": missing,
    }  # fmt: skip
    report.check(f"all {len(pressed.at_ms)} presses are rows on all {len(screens)} consoles", not missing and late)
    report.check(f"press to row: p50 {p50:.0f} ms, p99 {p99:.0f} ms, {P99_MS:.0f} ms allowed", p99 <= P99_MS)


def watch(station: RealStation, furniture: Furniture, seed: int, consoles: int = CONSOLES) -> tuple[Pressed, list[dict[str, float]]]:
    """Press once on every pole while consoles look on; what was pressed, and what each console noted when."""
    return asyncio.run(_watch(station, furniture, seed, consoles))


def compare(pressed: Pressed, screens: list[dict[str, float]]) -> tuple[list[float], int]:
    """Milliseconds from press to row for every console and press, and how many rows never came."""
    late, missing = [], 0
    for seen in screens:
        for press_id, at_ms in pressed.at_ms.items():
            shown_ms = seen.get(pressed.incident.get(press_id, "?"))
            if shown_ms is None:
                missing += 1
            else:
                late.append(shown_ms - at_ms)
    return late, missing


async def _watch(
    station: RealStation, furniture: Furniture, seed: int, consoles: int
) -> tuple[Pressed, list[dict[str, float]]]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is missing (apt-get install -y chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            pages = [await _console(browser, station, cookie) for cookie in furniture.cookies[:consoles]]
            pressed = await press(station, furniture, seed)
            await _until_shown(pages, set(pressed.incident.values()))
            return pressed, [dict(await page.evaluate("window.proofSeen")) for page in pages]
        finally:
            await browser.close()


async def _console(browser: Browser, station: RealStation, cookie: str) -> Page:
    """A console with an officer's session, its room open and its live channel heard."""
    context = await browser.new_context(viewport={"width": 1600, "height": 900}, locale="th-TH")
    name, _, value = cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": station.web_url}])
    page = await context.new_page()
    await page.add_init_script(OBSERVER)
    answer = await page.goto(f"{station.web_url}/room/", wait_until="domcontentloaded")
    if answer is None or answer.status != 200 or "/room/" not in page.url:
        raise RuntimeError(f"the room does not open: {answer and answer.status} {page.url}")
    await page.wait_for_selector("#queue", timeout=15_000)
    await asyncio.sleep(0.5)  # the live channel opens after the page
    return page


async def press(station: RealStation, furniture: Furniture, seed: int, *, every_s: float = EVERY_S) -> Pressed:
    """One press every ``every_s`` seconds, each from a pole of its own, at fixed times."""
    drawn = random.Random(seed)
    memory = Memory(Path(station.folder) / "acked.jsonl")
    crowd = Crowd(memory, left=0, pause_s=0, drawn=drawn, twice=0)
    noting = asyncio.create_task(keep_noting(memory))
    pressed = Pressed()
    poles = [Pole(one, crowd, host="127.0.0.1", port=station.mqtt_port) for one in furniture.poles]
    for pole in poles:
        await pole.connect()
    pressing = []
    begins = time.monotonic() + 0.5
    for number, pole in enumerate(poles):
        await asyncio.sleep(max(0.0, begins + number * every_s - time.monotonic()))
        press_id = str(uuid.UUID(int=drawn.getrandbits(128), version=4))
        pressed.at_ms[press_id] = time.time() * 1_000
        pressing.append(asyncio.create_task(pole.press(press_id)))
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(*pressing), LATE_S)
    noting.cancel()
    memory.close()
    pressed.incident = {press_id: str(orjson.loads(bodies[0])["incident"]) for (_, press_id), bodies in memory.read().items()}
    return pressed


async def _until_shown(pages: list[Page], incidents: set[str]) -> None:
    """Give late rows their chance; what has not come then is missing."""
    until = time.monotonic() + LATE_S
    for page in pages:
        while time.monotonic() < until and incidents - set(await page.evaluate("Object.keys(window.proofSeen)")):
            await asyncio.sleep(0.2)

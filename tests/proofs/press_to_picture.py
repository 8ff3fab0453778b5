"""Proof: a press shows its cameras. Ten walls in Chromium; each must show the first frame of a camera that sees the pole within a second.

Cameras are real RTSP servers of 640 x 360 at 5 pictures a second, as sub-streams commonly are, four round each pole. The moment of a
picture is the tile's own (``requestVideoFrameCallback``); a proof clicks nothing: rows, panels and pictures open by themselves. Chromium
draws and decodes on the processors here, so the map's place shows its fallback, as in the proof ``screen``.
"""

import asyncio
import contextlib
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import numpy
from playwright.async_api import Browser, Page, async_playwright

from safetyzone.contracts.video import internal_key
from safetyzone.simulation.cameras import make_clip
from tests.proofs import screen
from tests.proofs.report import Report
from tests.proofs.screen import Pressed
from tests.proofs.station import Furniture, RealStation, a_station
from tests.servers import a_free_port

CONSOLES, CONSOLES_QUICK = 10, 2
PRESSES, PRESSES_QUICK = 30, 6
P95_MS = 1_000.0
EVERY_S = 4.0
LATE_S = 8.0
CAMERAS_PLAY_WITHIN_S = 60
PICTURES = """
(() => {
    const seen = window.proofPictures = {};
    document.addEventListener('video-first-frame', (event) => {
        const tile = event.target, incident = tile.closest('[data-incident]')?.dataset.incident ?? tile.dataset.incident;
        if (incident && !(incident in seen)) seen[incident] = performance.timeOrigin + performance.now();
    }, true);
})();
"""


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """Press, look, compare."""
    consoles, presses = (CONSOLES_QUICK, PRESSES_QUICK) if quick else (CONSOLES, PRESSES)
    with tempfile.TemporaryDirectory(prefix="cameras-") as folder, a_station(first_port) as station:
        port = a_free_port()
        station.extra["SAFETYZONE_PRETEND_CAMERAS_PORT"] = str(port)
        furniture = station.furnish(poles=presses, officers=consoles, cameras_port=port)
        with _cameras(Path(folder), furniture.cameras, port):
            report.say(f"station ready in {station.start():.1f} s")
            pressed, screens = asyncio.run(_watch(station, furniture, seed, consoles))
    late, missing = screen.compare(pressed, screens)
    p50, p95, worst = (float(numpy.percentile(late or [float("inf")], p)) for p in (50, 95, 100))
    report.figures |= {
        "p50_ms": round(p50, 1), "p95_ms": round(p95, 1), "max_ms": round(worst, 1), "consoles": len(screens),
        "presses": len(pressed.at_ms), "pictures": len(late), "missing": missing, "cameras": len(furniture.cameras),
    }  # fmt: skip
    report.check(f"all {len(pressed.at_ms)} presses are pictures on all {len(screens)} consoles", not missing and late)
    report.check(f"press to first picture: p50 {p50:.0f} ms, p95 {p95:.0f} ms, {P95_MS:.0f} ms allowed", p95 <= P95_MS)


@contextlib.contextmanager
def _cameras(folder: Path, codes: list[str], port: int) -> Iterator[None]:
    """All cameras of the poles, in a process of their own, until the block ends."""
    clip = make_clip(folder / "made.mp4.clip", width=640, height=360, fps=5, seconds=12, gop_s=2, bit_rate=300_000)
    shown = folder / "shown"
    shown.mkdir()
    for code in codes:
        (shown / f"{code}.mp4").hardlink_to(clip)
    words = [sys.executable, "-m", "safetyzone.simulation.cameras", "--dir", str(shown), "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.kill()
        process.wait()


async def _watch(station: RealStation, furniture: Furniture, seed: int, consoles: int) -> tuple[Pressed, list[dict[str, float]]]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is missing (apt-get install -y chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(screen.ARGUMENTS))
        try:
            pages = [await _console(browser, station, cookie) for cookie in furniture.cookies[:consoles]]
            await _until_cameras_play(station, furniture)
            pressed = await screen.press(station, furniture, seed, every_s=EVERY_S)
            await asyncio.sleep(LATE_S)
            return pressed, [dict(await page.evaluate("window.proofPictures")) for page in pages]
        finally:
            await browser.close()


async def _console(browser: Browser, station: RealStation, cookie: str) -> Page:
    """A video wall with an officer's session."""
    context = await browser.new_context(viewport={"width": 1600, "height": 900}, locale="th-TH")
    name, _, value = cookie.partition("=")
    await context.add_cookies([{"name": name, "value": value, "url": station.web_url}])
    page = await context.new_page()
    await page.add_init_script(PICTURES)
    answer = await page.goto(f"{station.web_url}/room/wall/", wait_until="domcontentloaded")
    if answer is None or answer.status != 200:
        raise RuntimeError(f"the wall does not open: {answer and answer.status} {page.url}")
    await page.wait_for_selector(".wall-tiles .place", timeout=15_000)
    return page


async def _until_cameras_play(station: RealStation, furniture: Furniture) -> None:
    """Until the video program holds a picture of every camera."""
    key = {"X-Video-Key": internal_key((station.state / "secrets" / "master.key").read_bytes())}
    async with httpx.AsyncClient(headers=key, timeout=5) as client, asyncio.timeout(CAMERAS_PLAY_WITHIN_S):
        while True:
            with contextlib.suppress(httpx.HTTPError):
                said = (await client.get(f"http://127.0.0.1:{station.first_port + 4}/state")).json()
                if sum(each["why"] == "playing" for each in said) >= len(furniture.cameras):
                    return
            await asyncio.sleep(0.5)

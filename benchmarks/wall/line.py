"""A wall of 64 tiles on a narrow line: the real tiles in Chromium, and between browser and video program a line of so many Mbit/s.

Chromium's own throttling leaves WebSockets alone, so the line is a TCP relay with a token bucket. Few cameras are active, each for the
longer part of the time; the others show a street in which nothing moves. Browser and program share a clock, and every picture carries
the moment at which it came from its camera: its age on the screen is read, not estimated.
"""

import asyncio
import itertools
import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import av
import numpy
from playwright.async_api import async_playwright
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

import safetyzone
from benchmarks.wall.page import ARGUMENTS
from safetyzone.contracts.video import MOST_TILES, QUIET_EVERY_S
from safetyzone.programs.video.tests.station import SESSION, Running, Web, running
from tests.servers import a_free_port

ACTIVE = 8
STILL_S, MOVES_S, RATE, KEY_EVERY_S = 6, 3, 12, 2
SETTLES_S = 8.0
"""Every active camera has been still and has moved once, so that the program knows what still is."""
LOOKS_S, LOOKS_QUICK_S = 80.0, 6.0
GOAL_LAG_MS = 2_000
SIZE = (640, 360)
BURST_S = 0.05
"""What the line carries at once after it was idle, in seconds of its rate: less than a home router holds."""
PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>.</title><meta name="video-url" content="%s">
<link rel="stylesheet" href="/static/safetyzone/video.css"><body class="video-wall-page"><div class="video-wall">
<div class="wall-tiles" data-layout="64"></div></div>"""
WALL = """
async ({ cameras, budget }) => {
  await import('/static/safetyzone/video-tile.js');
  const { ours } = await import('/static/safetyzone/video-channel.js');
  ours().budget(budget);
  window.seen = new Map();
  for (const camera of cameras) {
    const tile = document.createElement('video-tile');
    const seen = { keys: [], playingSince: 0, lags: [] };
    window.seen.set(camera, seen);
    const part = tile.part.bind(tile);
    tile.part = (kind, ms, bytes) => { if (kind === 1) seen.keys.push(performance.now()); part(kind, ms, bytes); };
    tile.show({ camera, name_th: camera, name_en: camera }, { mode: 'quiet' });
    document.querySelector('.wall-tiles').append(tile);
  }
}
"""
LOOK = """
() => {
  window.counts = [];
  for (const seen of window.seen.values()) seen.keys = seen.keys.slice(-1);
  window.watching = setInterval(() => {
    let playing = 0;
    for (const tile of document.querySelectorAll('video-tile')) {
      const seen = window.seen.get(tile.camera);
      if (tile.dataset.state !== 'playing') { seen.playingSince = 0; continue; }
      playing++;
      seen.playingSince ||= performance.now();
      if (performance.now() - seen.playingSince > 2000) seen.lags.push(Date.now() - (1767225600000 + tile.video.currentTime * 1000));
    }
    window.counts.push(playing);
  }, 250);
}
"""
TELL = """
() => ({ counts: window.counts, shown: document.querySelectorAll('video-tile[data-shown]').length,
  lags: [...window.seen.values()].flatMap(({ lags }) => lags), keys: [...window.seen].map(([camera, { keys }]) => [camera, keys]) })
"""


class WallWeb(Web):
    """The web of the tests, with a page of tiles and the tickets that these ask for."""

    here: Running
    line: str = ""

    def application(self) -> Starlette:
        """As the tests' own, and what the tiles need."""
        plain = super().application()
        static = Path(safetyzone.__file__).parent / "static"
        plain.routes[0:0] = [
            Route("/wall", lambda request: HTMLResponse(PAGE % self.line)),
            Route("/video/tickets", self._tickets, methods=["POST"]),
            Mount("/static", StaticFiles(directory=static)),
        ]
        return plain

    async def _tickets(self, request: Request) -> JSONResponse:
        codes = (await request.json())["cameras"]
        return JSONResponse({"tiles": [{"camera": code, "ticket": self.here.ticket(code)} for code in codes]})


class Line:
    """A TCP relay that lets so many bits per second through to the browser, and none of it earlier."""

    def __init__(self, to_port: int, mbit_s: float) -> None:
        self.to_port, self.bytes_s = to_port, mbit_s * 1e6 / 8
        self.free_at = 0.0
        self.passed: list[tuple[float, int]] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either end hangs up."""
        behind = socket.socket()
        behind.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 16)  # a line holds no megabytes: what waits, waits at the sender
        behind.setblocking(False)
        await asyncio.get_running_loop().sock_connect(behind, ("127.0.0.1", self.to_port))
        above, below = await asyncio.open_connection(sock=behind, limit=1 << 15)
        pumps = [asyncio.create_task(self._pump(reader, below, narrow=False)), asyncio.create_task(self._pump(above, writer, narrow=True))]
        await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        for task in pumps:
            task.cancel()
        for end in (writer, below):
            end.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, narrow: bool) -> None:
        with suppress(OSError):
            while some := await reader.read(8192):
                if narrow:
                    await self._wait(len(some))
                writer.write(some)
                await writer.drain()

    async def _wait(self, size: int) -> None:
        now = time.monotonic()
        self.free_at = max(now - BURST_S, self.free_at) + size / self.bytes_s
        self.passed.append((now, size))
        if self.free_at > now:
            await asyncio.sleep(self.free_at - now)

    def mbit_s(self, since: float) -> tuple[float, float]:
        """What went through since a moment: on average, and in the second that had most."""
        seconds: dict[int, int] = {}
        for at, size in self.passed:
            if at >= since:
                seconds[int(at)] = seconds.get(int(at), 0) + size
        total = sum(seconds.values())
        return total * 8e-6 / max(1, len(seconds)), max(seconds.values(), default=0) * 8e-6


@contextmanager
def narrowed(to_port: int, mbit_s: float) -> Iterator[tuple[Line, int]]:
    """The line, in a thread of its own, and its port."""
    line, port, loop = Line(to_port, mbit_s), a_free_port(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(asyncio.start_server(line.serve, "127.0.0.1", port, limit=1 << 15), loop).result(5)
    try:
        yield line, port
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(5)


def narrow_wall(folder: Path, clips: Path, *, mbit_s: float, quick: bool, seed: int) -> tuple[dict[str, float], list[str]]:
    """Figures, and what was wrong. ``clips``: where made streets are kept from run to run."""
    moving = [_street(clips / f"street-{seed}-{n}.mp4", moves_at_s=n * (STILL_S + MOVES_S) // ACTIVE, seed=seed + n) for n in range(ACTIVE)]
    still = _street(clips / f"street-{seed}.mp4", moves_at_s=None, seed=seed)
    codes = [f"L{number:03}" for number in range(MOST_TILES)]
    web = WallWeb()
    with running(folder / "line", a_free_port, web) as here:
        web.here = here
        for number, code in enumerate(codes):
            here.add(code, moving[number] if number < ACTIVE else still)
        here.pull(*codes, hours=0)
        here.plays(*codes)
        time.sleep(SETTLES_S)
        with narrowed(int(here.url.rpartition(":")[2]), mbit_s) as (line, port):
            web.line = f"http://127.0.0.1:{port}"
            return asyncio.run(_looked_at(here, codes, line, mbit_s, LOOKS_QUICK_S if quick else LOOKS_S))


async def _looked_at(here: Running, codes: list[str], line: Line, mbit_s: float, seconds: float) -> tuple[dict[str, float], list[str]]:
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is missing (apt-get install -y chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            context = await browser.new_context(viewport={"width": 1920, "height": 1080})
            await context.add_cookies([{"name": "session", "value": SESSION, "url": here.url}])
            page = await context.new_page()
            await page.goto(here.environment["SAFETYZONE_PUBLIC_URL"] + "/wall")
            began = time.perf_counter()
            await page.evaluate(WALL, {"cameras": codes, "budget": round(mbit_s * 1e6)})
            await page.wait_for_function(f"document.querySelectorAll('video-tile[data-shown]').length === {len(codes)}", timeout=60_000)
            first_s = time.perf_counter() - began
            since = time.monotonic()
            await page.evaluate(LOOK)
            await asyncio.sleep(seconds)
            return _said(await page.evaluate(TELL), line.mbit_s(since), first_s, mbit_s)
        finally:
            await browser.close()


def _said(told: dict[str, Any], used: tuple[float, float], first_s: float, mbit_s: float) -> tuple[dict[str, float], list[str]]:
    lags, quiet = sorted(told["lags"]), {camera: keys for camera, keys in told["keys"] if int(camera[1:]) >= ACTIVE}
    between = [(after - before) / 1000 for keys in quiet.values() for before, after in itertools.pairwise(keys)]
    figures = {
        "line_mbit_s": mbit_s, "line_tiles": len(told["keys"]), "line_active_tiles": float(numpy.median(told["counts"])),
        "line_all_shown_s": round(first_s, 1), "line_used_mbit_s": round(used[0], 2), "line_peak_mbit_s": round(used[1], 2),
        "line_lag_p50_ms": round(float(numpy.percentile(lags, 50))) if lags else 0,
        "line_lag_p95_ms": round(float(numpy.percentile(lags, 95))) if lags else 0,
    }  # fmt: skip
    wrong = []
    if not lags or max(told["counts"]) < 2:
        wrong.append("no active tile was live on the narrow line")
    if used[1] > mbit_s * 1.1:
        wrong.append(f"the line of {mbit_s} Mbit/s let {used[1]:.1f} through")
    if between:  # only a long look sees a tile twice
        figures["line_quiet_every_s"] = round(float(numpy.median(between)), 1)
        if min(between) < QUIET_EVERY_S * 0.9:
            wrong.append(f"a quiet tile was sent again after {min(between):.0f} s")
    return figures, wrong


def _street(path: Path, *, moves_at_s: int | None, seed: int) -> Path:
    """A rough street that stands still, and in which for some seconds a third of the picture is busy. Of one quality, as cameras send."""
    if path.exists():
        return path
    made_up = numpy.random.default_rng(seed)
    wide, high = SIZE
    ground = numpy.kron(made_up.integers(40, 180, (high // 20, wide // 20), dtype=numpy.uint8), numpy.ones((20, 20), numpy.uint8))
    options = {"preset": "ultrafast", "tune": "zerolatency", "qp": "22", "x264-params": f"keyint={KEY_EVERY_S * RATE}:scenecut=0:bframes=0"}
    unfinished = path.with_suffix(".part")
    with av.open(str(unfinished), "w", format="mp4") as out:
        video = out.add_stream("libx264", rate=RATE, options=options)
        video.width, video.height, video.pix_fmt = wide, high, "yuv420p"
        for number in range((STILL_S + MOVES_S) * RATE):
            picture = numpy.full((high * 3 // 2, wide), 128, numpy.uint8)
            picture[:high] = ground
            if moves_at_s is not None and (number // RATE - moves_at_s) % (STILL_S + MOVES_S) < MOVES_S:
                busy = made_up.integers(60, 140, (120 // 2, wide // 2), dtype=numpy.uint8)
                picture[120:240] = numpy.kron(busy, numpy.ones((2, 2), numpy.uint8))
            out.mux(video.encode(av.VideoFrame.from_ndarray(picture, format="yuv420p")))
        out.mux(video.encode())
    return unfinished.replace(path)

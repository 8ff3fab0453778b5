"""First pictures in Chromium: a window that opens one camera after the other and notes when the first frame of each is on the screen."""

import asyncio
import random
import shutil
from collections.abc import Sequence

from playwright.async_api import async_playwright

from safetyzone.programs.video.tests.station import SESSION, Running

ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")
PLAYER = """
async ({ address, ticket }) => {
  const video = document.createElement('video');
  video.muted = video.autoplay = video.playsInline = true;
  video.width = 480;
  document.body.replaceChildren(video);
  window.channel ??= await new Promise((open, broken) => {
    const socket = new WebSocket(address);
    socket.binaryType = 'arraybuffer';
    socket.onopen = () => open(socket);
    socket.onerror = () => broken(new Error('no channel'));
  });
  const began = performance.now();
  const tile = (window.tiles = (window.tiles ?? 0) + 1);
  return await new Promise((shown, failed) => {
    const source = new MediaSource(), waiting = [];
    let buffer;
    const feed = () => { if (buffer && !buffer.updating && waiting.length) buffer.appendBuffer(waiting.shift()); };
    const codec = (name) => {
      if (buffer || source.readyState !== 'open' || !name) return;
      buffer = source.addSourceBuffer(`video/mp4; codecs="${name}"`);
      buffer.onupdateend = () => {
        if (buffer.buffered.length && (video.currentTime < buffer.buffered.start(0))) video.currentTime = buffer.buffered.start(0);
        feed();
      };
      feed();
    };
    let named = '';
    source.onsourceopen = () => codec(named);
    video.src = URL.createObjectURL(source);
    video.requestVideoFrameCallback(() => {
      const ms = performance.now() - began;
      window.channel.send(JSON.stringify({ close: [tile] }));
      shown(ms);
    });
    setTimeout(() => failed(new Error('no picture within 15 s')), 15000);
    window.channel.onmessage = ({ data }) => {
      if (typeof data === 'string') {
        const said = JSON.parse(data);
        if (said.tile === tile && said.codec) codec(named = said.codec);
        return;
      }
      const view = new DataView(data);
      for (let at = 0; at < data.byteLength;) {
        const length = view.getUint32(at + 4);
        if (view.getUint16(at) === tile) waiting.push(data.slice(at + 16, at + 16 + length));
        at += 16 + length;
      }
      feed();
    };
    window.channel.send(JSON.stringify({ open: [{ tile, ticket }] }));
  });
}
"""


def first_pictures(here: Running, cameras: Sequence[str], looks: int, seed: int) -> list[float]:
    """Milliseconds from asking for a camera to its first frame on the screen, for so many looks at cameras drawn by chance."""
    return asyncio.run(_first_pictures(here, cameras, looks, seed))


async def _first_pictures(here: Running, cameras: Sequence[str], looks: int, seed: int) -> list[float]:
    chance, found = random.Random(seed), []
    program = shutil.which("chromium")
    if program is None:
        raise RuntimeError("Chromium is missing (apt-get install -y chromium)")
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=list(ARGUMENTS))
        try:
            context = await browser.new_context()
            await context.add_cookies([{"name": "session", "value": SESSION, "url": here.url}])
            page = await context.new_page()
            await page.goto(here.environment["SAFETYZONE_PUBLIC_URL"])
            for _ in range(looks):
                asked = {"address": here.url.replace("http", "ws") + "/live", "ticket": here.ticket(chance.choice(cameras))}
                found.append(float(await page.evaluate(PLAYER, asked)))
                await asyncio.sleep(chance.uniform(0.05, 0.4))
        finally:
            await browser.close()
    return found

"""Some eyes, kept alive: processes that look through cameras one at a time, killed and begun anew when one does not come back.

What an eye says is a stranger's word too, for a stream may have taken it over: lengths, words and numbers are checked here.
"""

import asyncio
import os
import struct
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from safetyzone.programs.probe.eye import SHOWN_HIGH, SHOWN_WIDE
from safetyzone.senses.cameras.addresses import Checked
from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH, Grey

WITHIN_S = {"look": 14.0, "watch": 34.0}
"""Opening, waiting for key frames, and a little more; then the process is killed."""
HOW_MANY = 2
SEES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""All that an eye learns of our environment: it reads strangers' streams, and holds neither key nor database."""
MOST_WORDS = 1_000
MOST_PIXELS = SHOWN_WIDE * SHOWN_HIGH[1] * 3
REASONS = frozenset({"", "password", "no key frame", "no picture"})
CODECS = frozenset({"h264", "hevc", "mjpeg", "mpeg4", "av1", "vp9"})
MOST_SIDE, MOST_FPS, MOST_KEY_S = 32_768, 1000.0, 3600.0


@dataclass(frozen=True)
class Glance:
    """A look: the picture, or None and why not."""

    grey: Grey | None
    why: str


@dataclass(frozen=True)
class Watched:
    """A watch: a picture to show, or None and why not; what the stream is."""

    picture: NDArray[np.uint8] | None
    why: str
    codec: str = ""
    width: int = 0
    height: int = 0
    fps: float = 0.0
    key_every_s: float | None = None


class Eyes:
    """At most ``HOW_MANY`` looks at once."""

    def __init__(self, how_many: int = HOW_MANY) -> None:
        self._free: asyncio.Queue[asyncio.subprocess.Process | None] = asyncio.Queue()
        for _ in range(how_many):
            self._free.put_nowait(None)
        self._all: set[asyncio.subprocess.Process] = set()

    async def look(self, camera: Checked, *, user: str, password: str) -> Glance:
        """A small grey picture."""
        facts, pixels = await self._do("look", camera, user, password)
        if len(pixels) != WIDTH * HEIGHT:
            return Glance(None, _why(facts) or "no picture")
        return Glance(np.frombuffer(pixels, np.uint8).reshape(HEIGHT, WIDTH), "")

    async def watch(self, camera: Checked, *, user: str, password: str) -> Watched:
        """A picture to show, and how often a key frame comes."""
        facts, pixels = await self._do("watch", camera, user, password)
        high, rest = divmod(len(pixels), SHOWN_WIDE * 3)
        good = rest == 0 and SHOWN_HIGH[0] <= high <= SHOWN_HIGH[1]
        picture = np.frombuffer(pixels, np.uint8).reshape(high, SHOWN_WIDE, 3) if good else None
        codec, key = facts.get("codec"), _number(facts.get("key_every_s"), MOST_KEY_S)
        return Watched(
            picture, "" if good else _why(facts) or "no picture", codec=codec if codec in CODECS else "",
            width=int(_number(facts.get("width"), MOST_SIDE)), height=int(_number(facts.get("height"), MOST_SIDE)),
            fps=_number(facts.get("fps"), MOST_FPS), key_every_s=key or None,
        )  # fmt: skip

    async def close(self) -> None:
        """End them all."""
        for process in list(self._all):
            await self._end(process)

    async def _do(self, deed: str, camera: Checked, user: str, password: str) -> tuple[dict[str, Any], bytes]:
        process = await self._free.get()
        try:
            if process is None or process.returncode is not None:
                process = await self._begin()
            async with asyncio.timeout(WITHIN_S[deed]):
                return await _asked(process, {"deed": deed, "url": camera.url, "user": user, "password": password})
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            await self._end(process)
            process = None
            return {}, b""
        except asyncio.CancelledError:  # its answer would be taken for that of the next question
            await self._end(process)
            process = None
            raise
        finally:
            self._free.put_nowait(process)

    async def _begin(self) -> asyncio.subprocess.Process:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "safetyzone.programs.probe.eye", stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL, env={name: os.environ[name] for name in SEES if name in os.environ},
        )  # fmt: skip
        self._all.add(process)
        return process

    async def _end(self, process: asyncio.subprocess.Process | None) -> None:
        if process is not None:
            self._all.discard(process)
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _asked(process: asyncio.subprocess.Process, asked: dict[str, str]) -> tuple[dict[str, Any], bytes]:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    process.stdin.write(orjson.dumps(asked) + b"\n")
    await process.stdin.drain()
    words, pixels = struct.unpack(">II", await process.stdout.readexactly(8))
    if words > MOST_WORDS or pixels > MOST_PIXELS:
        raise ValueError(words, pixels)
    facts = orjson.loads(await process.stdout.readexactly(words))
    if not isinstance(facts, dict):
        raise ValueError("no facts")
    return facts, await process.stdout.readexactly(pixels)


def _why(facts: dict[str, Any]) -> str:
    why = facts.get("why")
    return why if why in REASONS else ""


def _number(said: Any, most: float) -> float:
    return float(said) if isinstance(said, int | float) and not isinstance(said, bool) and 0 < said <= most else 0.0

"""Some eyes, kept alive: processes that look through cameras one at a time, killed and begun anew when one does not come back."""

import asyncio
import os
import struct
import sys
from contextlib import suppress

import numpy as np
import orjson

from safetyzone.senses.cameras.addresses import Checked
from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH, Grey

WITHIN_S = 14.0
"""Opening, waiting for a key frame, and a little more; then the process is killed."""
HOW_MANY = 2
SEES = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "VIRTUAL_ENV")
"""All that an eye learns of our environment: it reads strangers' streams, and holds neither key nor database."""


class Eyes:
    """At most ``HOW_MANY`` looks at once."""

    def __init__(self, how_many: int = HOW_MANY) -> None:
        self._free: asyncio.Queue[asyncio.subprocess.Process | None] = asyncio.Queue()
        for _ in range(how_many):
            self._free.put_nowait(None)
        self._all: set[asyncio.subprocess.Process] = set()

    async def look(self, camera: Checked, *, user: str, password: str) -> Grey | None:
        """A small grey picture, or None where none could be had."""
        process = await self._free.get()
        try:
            if process is None or process.returncode is not None:
                process = await self._begin()
            async with asyncio.timeout(WITHIN_S):
                picture = await _asked(process, camera, user, password)
        except (TimeoutError, OSError, asyncio.IncompleteReadError, ValueError):
            await self._end(process)
            process, picture = None, b""
        finally:
            self._free.put_nowait(process)
        if len(picture) != WIDTH * HEIGHT:
            return None
        return np.frombuffer(picture, np.uint8).reshape(HEIGHT, WIDTH)

    async def close(self) -> None:
        """End them all."""
        for process in list(self._all):
            await self._end(process)

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


async def _asked(process: asyncio.subprocess.Process, camera: Checked, user: str, password: str) -> bytes:
    if process.stdin is None or process.stdout is None:
        raise OSError("no pipes")
    process.stdin.write(orjson.dumps({"url": camera.url, "user": user, "password": password}) + b"\n")
    await process.stdin.drain()
    (length,) = struct.unpack(">I", await process.stdout.readexactly(4))
    if length not in {0, WIDTH * HEIGHT}:
        raise ValueError(length)
    return await process.stdout.readexactly(length)

"""Clips of scenes when they are asked for: from the folder, or drawn at once in simple form, and in full as soon as there is time.

Films of passing plates have no simple form: they are drawn from the beginning on, before anybody asks.
"""

import asyncio
import contextlib
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Literal

from safetyzone.simulation.cameras.scenes.painter import file_of
from safetyzone.simulation.cameras.scenes.scene import Scenes
from safetyzone.simulation.cameras.server import Cameras

AGAIN_S = 2.0
TRIES = 3
IDLE_S = 60.0
"""A painter whom nobody asks for so long goes home: it holds memory."""
How = Literal["quick", "fine", "film"]


class Painter:
    """A process that draws, one scene after the other, the newest wish first. It is begun when there is one."""

    def __init__(self, how: How, scenes: Path, folder: Path) -> None:
        self.how, self.scenes, self.folder = how, scenes, folder
        self._wishes: dict[str, asyncio.Future[None]] = {}
        self._failed: dict[str, int] = {}
        self._wished = asyncio.Event()

    async def draw(self, code: str) -> None:
        """Wait until a scene is drawn. Raises OSError when it cannot be."""
        if code not in self._wishes:
            self._wishes[code] = asyncio.get_running_loop().create_future()
            self._wished.set()
        await asyncio.shield(self._wishes[code])

    async def work(self) -> None:
        """Until cancelled."""
        while True:
            command = [sys.executable, "-m", "safetyzone.simulation.cameras.scenes.painter", str(self.scenes), str(self.folder), self.how]
            try:
                with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as process:
                    try:
                        await self._serve(process)
                    finally:
                        process.kill()
            except TimeoutError:
                pass  # nobody asks
            except (OSError, EOFError):  # it is gone, or its pipe was when we closed it
                await asyncio.sleep(AGAIN_S)
            await self._wished.wait()

    async def _serve(self, process: "subprocess.Popen[str]") -> None:
        """Raises TimeoutError when nobody asks, EOFError or OSError when the process is gone."""
        if process.stdin is None or process.stdout is None:
            raise OSError("no pipes")
        while True:
            async with asyncio.timeout(IDLE_S):
                await self._wished.wait()
            while self._wishes:
                code = next(reversed(self._wishes))
                process.stdin.write(f"{code}\n")
                if not await asyncio.to_thread(process.stdout.readline):
                    self._note_death(code)
                    raise EOFError(code)
                self._wishes.pop(code).set_result(None)
            self._wished.clear()

    def _note_death(self, code: str) -> None:
        """A scene over which painters die is given up: the others are still to be drawn."""
        self._failed[code] = self._failed.get(code, 0) + 1
        if self._failed[code] >= TRIES:
            self._wishes.pop(code).set_exception(OSError(f"{code} cannot be drawn"))
            if not self._wishes:
                self._wished.clear()


class Studio:
    """The cameras of a file of scenes, and two painters: one whom players wait for, one who has time; for films a third."""

    def __init__(self, cameras: Cameras, scenes: Scenes, file: Path, folder: Path) -> None:
        self.cameras, self.folder = cameras, folder
        self.scenes = {scene.code: scene for scene in scenes.scenes}
        self.quick, self.fine, self.film = Painter("quick", file, folder), Painter("fine", file, folder), Painter("film", file, folder)
        self._later: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Hang the cameras up. No street is drawn before somebody looks."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for code, scene in self.scenes.items():
            await self.cameras.add(code, self._film(code) if scene.passing else self._clip(code))

    async def work(self) -> None:
        """Until cancelled."""
        films = [self._film(code)() for code, scene in self.scenes.items() if scene.passing]
        drawing = [self.film.work()] if films else []
        await asyncio.gather(self.quick.work(), self.fine.work(), *drawing, *films, return_exceptions=True)

    def _film(self, code: str) -> Callable[[], Awaitable[Path]]:
        """A film is the same file whoever waits for it. Raises OSError when it cannot be drawn."""
        file = file_of(self.scenes[code], self.folder, fine=True)

        async def film() -> Path:
            if not file.exists():
                await self.film.draw(code)
            return file

        return film

    def _clip(self, code: str) -> Callable[[], Awaitable[Path]]:
        async def clip() -> Path:
            fine, quick = (file_of(self.scenes[code], self.folder, fine=how) for how in (True, False))
            if fine.exists():
                return fine
            if not quick.exists():
                await self.quick.draw(code)
            later = asyncio.create_task(self._finish(code, fine))
            self._later.add(later)
            later.add_done_callback(self._later.discard)
            return quick

        return clip

    async def _finish(self, code: str, fine: Path) -> None:
        """From the simple form to the full one, without a break; a scene that cannot be drawn stays simple."""
        with contextlib.suppress(OSError):
            await self.fine.draw(code)
            await self.cameras.change(code, fine)

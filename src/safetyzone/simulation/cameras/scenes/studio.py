"""Clips of scenes when they are asked for: from the folder, or drawn at once in simple form, and in full as soon as there is time."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from safetyzone.simulation.cameras.scenes.painter import file_of
from safetyzone.simulation.cameras.scenes.scene import Scenes
from safetyzone.simulation.cameras.server import Cameras

AGAIN_S = 2.0
TRIES = 3


class Studio:
    """One painter, who draws first what somebody waits for, the newest wish before the older ones."""

    def __init__(self, cameras: Cameras, scenes: Scenes, file: Path, folder: Path) -> None:
        self.cameras, self.file, self.folder = cameras, file, folder
        self.scenes = {scene.code: scene for scene in scenes.scenes}
        self._quick: list[tuple[str, asyncio.Future[None]]] = []
        self._fine: list[str] = []
        self._wanted = asyncio.Event()

    async def open(self) -> None:
        """Hang the cameras up. Nothing is drawn before somebody looks."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for code in self.scenes:
            await self.cameras.add(code, self._clip(code))

    def _clip(self, code: str) -> Callable[[], Awaitable[Path]]:
        async def clip() -> Path:
            fine, quick = (file_of(self.scenes[code], self.folder, fine=how) for how in (True, False))
            if fine.exists():
                return fine
            self._fine.append(code)
            self._wanted.set()
            if not quick.exists():
                drawn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
                self._quick.append((code, drawn))
                await drawn
            return quick

        return clip

    async def draw(self) -> None:
        """Serve wishes until cancelled; a painter that dies is replaced, and a scene that cannot be drawn is given up."""
        failed: dict[str, int] = {}
        while True:
            await self._wanted.wait()
            painter = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "safetyzone.simulation.cameras.scenes.painter", str(self.file), str(self.folder),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
            )  # fmt: skip
            code = ""
            try:
                while self._quick or self._fine:
                    code = self._quick[-1][0] if self._quick else self._fine[-1]
                    await self._one(painter, code)
                self._wanted.clear()
            except (OSError, EOFError):
                failed[code] = failed.get(code, 0) + 1
                if failed[code] >= TRIES:
                    self._give_up(code)
                await asyncio.sleep(AGAIN_S)
            finally:
                with contextlib.suppress(ProcessLookupError):
                    painter.kill()
                await painter.wait()

    async def _one(self, painter: asyncio.subprocess.Process, code: str) -> None:
        waiting = [drawn for other, drawn in self._quick if other == code]
        how = "quick" if waiting else "fine"
        if painter.stdin is None or painter.stdout is None:
            raise OSError("no pipes")
        painter.stdin.write(f"{code} {how}\n".encode())
        if not await painter.stdout.readline():
            raise EOFError(code)
        if waiting:
            self._quick = [one for one in self._quick if one[0] != code]
            for drawn in waiting:
                if not drawn.done():
                    drawn.set_result(None)
            return
        self._fine = [one for one in self._fine if one != code]
        await self.cameras.change(code, file_of(self.scenes[code], self.folder, fine=True))

    def _give_up(self, code: str) -> None:
        self._fine = [one for one in self._fine if one != code]
        for other, drawn in self._quick:
            if other == code and not drawn.done():
                drawn.set_exception(OSError(f"{code} cannot be drawn"))
        self._quick = [one for one in self._quick if one[0] != code]

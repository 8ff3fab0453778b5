"""Scenes are drawn when somebody asks, simply at once and in full later, and a painter that dies is replaced."""

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from safetyzone.simulation.cameras import Cameras
from safetyzone.simulation.cameras.scenes.painter import file_of
from safetyzone.simulation.cameras.scenes.scene import Passer, Scene, Scenes, Street
from safetyzone.simulation.cameras.scenes.studio import Studio
from safetyzone.simulation.cameras.tests.player import Player

STREET = Street(line=((-4.0, -80.0), (-4.0, 80.0)), road_class="residential")
SCENES = Scenes(scenes=tuple(Scene(code=f"LPN-C00{number}", streets=(STREET,), gop_s=1.0) for number in (1, 2, 3)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "scenes.json"
    file.write_text(SCENES.model_dump_json())
    return file


def painters(parent: int) -> list[int]:
    asked = ["ps", "-ww", "--ppid", str(parent), "-o", "pid=", "-o", "args="]
    rows = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    return [int(row.split()[0]) for row in rows.splitlines() if "scenes.painter" in row]


def test_nothing_is_drawn_until_somebody_asks_and_then_the_stream_goes_on_from_simple_to_full(file: Path, tmp_path: Path) -> None:
    folder = tmp_path / "clips"

    async def story() -> None:
        async with Cameras() as cameras:
            studio = Studio(cameras, SCENES, file, folder)
            await studio.open()
            work = asyncio.create_task(studio.work())
            await asyncio.sleep(0.3)
            assert list(folder.iterdir()) == []
            player = await Player.to(cameras.url("LPN-C001"))
            assert (await player.ask("DESCRIBE"))[0] == 200
            await player.play()
            fine = file_of(SCENES.scenes[0], folder, fine=True)
            packets = []
            until = time.monotonic() + 60
            while time.monotonic() < until and not fine.exists():
                packets += await player.frame()
            for _ in range(30):
                packets += await player.frame()
            feed = await cameras.get("LPN-C001").feed()
            assert len(feed.clip.frames) == 160, "the full form plays"
            numbers, times = [packet.number for packet in packets], [packet.time for packet in packets]
            assert numbers == [(numbers[0] + place) % 65536 for place in range(len(numbers))]
            steps = {b - a for a, b in itertools.pairwise(times)} - {0}
            assert steps == {9000}, "a frame each tenth of a second, over the change as well"
            assert [one.name for one in folder.glob("LPN-C002*")] == []
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    asyncio.run(story())


def test_a_film_of_passing_plates_is_drawn_before_anybody_asks(tmp_path: Path) -> None:
    stolen = Passer(series="9ฮพ", number="7414", province="กรุงเทพมหานคร", at_s=0.2)
    scenes = Scenes(scenes=(Scene(code="LPN-V001", passing=(stolen,), passing_s=4.0), SCENES.scenes[0]))
    file, folder = tmp_path / "scenes.json", tmp_path / "clips"
    file.write_text(scenes.model_dump_json())
    assert "7414" not in repr(scenes), "a plate's text is in no log"

    async def story() -> None:
        async with Cameras() as cameras:
            studio = Studio(cameras, scenes, file, folder)
            await studio.open()
            work = asyncio.create_task(studio.work())
            film = file_of(scenes.scenes[0], folder, fine=True)
            until = time.monotonic() + 90
            while time.monotonic() < until and not film.exists():
                await asyncio.sleep(0.1)
            assert [one.name for one in folder.glob("*.mp4")] == [film.name], "and of the street beside it, nothing"
            player = await Player.to(cameras.url("LPN-V001"))
            assert (await player.ask("DESCRIBE"))[0] == 200
            clip = (await cameras.get("LPN-V001").feed()).clip
            assert (len(clip.frames), clip.width, clip.height) == (40, 1280, 720)
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)

    asyncio.run(story())


def test_a_painter_that_is_killed_is_replaced(file: Path, tmp_path: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            studio = Studio(cameras, SCENES, file, tmp_path / "clips")
            await studio.open()
            work = asyncio.create_task(studio.work())
            one = await Player.to(cameras.url("LPN-C001"))
            assert (await one.ask("DESCRIBE"))[0] == 200
            before = painters(os.getpid())
            assert len(before) == 2
            for pid in before:
                os.kill(pid, signal.SIGKILL)
            two = await Player.to(cameras.url("LPN-C002"))
            assert (await asyncio.wait_for(two.ask("DESCRIBE"), 30))[0] == 200
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
            assert painters(os.getpid()) == []

    asyncio.run(story())


def test_after_a_kill_the_cameras_come_back_with_what_was_drawn_and_no_painter_stays_behind(file: Path, tmp_path: Path) -> None:
    def start() -> tuple[subprocess.Popen[str], str]:
        served = [sys.executable, "-m", "safetyzone.simulation.cameras", "--port", "0"]
        process = subprocess.Popen([*served, "--scenes", str(file), "--cache", str(tmp_path / "c")], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        return process, process.stdout.readline().split()[1]

    async def describe(url: str) -> int:
        player = await Player.to(url + "LPN-C003")
        return (await player.ask("DESCRIBE"))[0]

    process, url = start()
    assert asyncio.run(describe(url)) == 200
    mine = painters(process.pid)
    assert len(mine) == 2
    process.kill()
    process.wait()
    until = time.monotonic() + 90  # they are nice: on a busy machine even dying waits for its turn
    while any(Path(f"/proc/{pid}").exists() for pid in mine) and time.monotonic() < until:
        time.sleep(0.1)
    assert not any(Path(f"/proc/{pid}").exists() for pid in mine)
    process, url = start()
    began = time.monotonic()
    assert asyncio.run(describe(url)) == 200
    assert time.monotonic() - began < 1.0, "it lies in the folder"
    process.terminate()
    assert process.wait(10) == 0

"""A video program that is killed: its cameras stay open for the next one, and are let go when none comes."""

import asyncio
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safetyzone.programs.video.tests.clips import make_clip
from safetyzone.programs.video.tests.station import Running, open_tiles, running, see

pytestmark = pytest.mark.anyio


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("video")
    clip = make_clip(folder / "clip.mp4", seconds=8, gop=20)
    with running(folder / "state", free_port) as station:
        for code in ("A", "LATER"):
            station.add(code, clip)
        station.add("STILL", make_clip(folder / "still.mp4", gop=20, still=True))
        station.pull("A", "STILL")
        station.plays("A", "STILL")
        yield station


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def start_again(here: Running) -> None:
    here.process = subprocess.Popen([sys.executable, "-m", "safetyzone", "video"], env=here.environment, stdout=subprocess.DEVNULL)


async def test_a_program_that_is_killed_finds_its_cameras_open_and_the_recording_has_no_gap(here: Running) -> None:
    [nursery] = children(here.process.pid)
    before = children(nursery)
    here.process.kill()
    here.process.wait()
    start_again(here)
    await asyncio.to_thread(here.plays, "A", "STILL")
    assert children(nursery) == before
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("A"))
        await see(channel, lambda seen: seen.inits(0) and seen.keys(0))
    here.pull("A", "LATER")  # what the web no longer names is let go, also by a puller that was taken over
    await asyncio.to_thread(here.until, lambda: set(here.states()) == {"A", "LATER"})
    here.process.terminate()
    here.process.wait(10)
    assert not Path(f"/proc/{nursery}").exists() or not children(nursery)
    start_again(here)
    here.pull("A", "STILL")
    await asyncio.to_thread(here.plays, "A", "STILL")


async def test_when_no_program_comes_the_cameras_are_let_go(here: Running) -> None:
    [nursery] = children(here.process.pid)
    here.process.kill()
    here.process.wait()
    parts = here.state / "recordings" / "A"
    await asyncio.to_thread(here.until, lambda: not Path(f"/proc/{nursery}").exists() and not list(parts.glob("*/*.part")))
    start_again(here)
    await asyncio.to_thread(here.plays, "A", "STILL")


def test_a_program_stopped_before_it_held_a_camera_leaves_nothing(here: Running) -> None:
    words = [
        sys.executable,
        "-c",
        "from safetyzone.programs.video.nursery import Nursery; import os; print(Nursery('elsewhere').process.pid); os._exit(1)",
    ]
    nursery = int(subprocess.run(words, env=here.environment, stdout=subprocess.PIPE, check=False).stdout)
    here.until(lambda: not Path(f"/proc/{nursery}").exists(), within_s=5)

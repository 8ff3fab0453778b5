"""Tiles shown small take the small stream, which is pulled only while somebody does; broken, that is said, and the main one shown."""

import asyncio
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest

from safetyzone.programs.video.tests.station import Running, running, see
from safetyzone.simulation.cameras import make_clip

pytestmark = pytest.mark.anyio
MAIN, SMALL = 320, 160


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory, free_port: Callable[[], int]) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("small")
    with running(folder / "state", free_port) as station:
        station.add("C", make_clip(folder / "main.mp4", width=MAIN, height=180, seconds=4, gop_s=1))
        station.add("SUB", make_clip(folder / "sub.mp4", width=SMALL, height=90, seconds=4, gop_s=1))
        station.pull("C", sub_address=station.cameras.url("SUB"))
        station.plays("C")
        yield station


async def open_small(channel: Any, ticket: str, *, small: bool, mode: str = "live") -> None:
    await channel.send(orjson.dumps({"open": [{"tile": 0, "ticket": ticket, "mode": mode, "small": small}]}).decode())


def pulled(here: Running) -> int:
    camera = here.cameras.get("SUB")
    return len(camera.sessions) if camera else -1


def wide(seen: Any) -> list[int]:
    """The widths that the tile was told of, in their order, each once."""
    return list(dict.fromkeys(text["width"] for text in seen.texts if text["state"] in ("playing", "quiet")))


@pytest.mark.parametrize("mode", ["live", "quiet"])
async def test_a_small_tile_turns_to_the_small_stream_and_nobody_else_has_it_pulled(here: Running, mode: str) -> None:
    async with here.channel() as plain:
        await open_small(plain, here.ticket("C"), small=False)
        seen = await see(plain, lambda seen: seen.keys(0) >= 2)
        assert wide(seen) == [MAIN]
        assert pulled(here) == 0, "a large tile needs no second stream"
        async with here.channel() as channel:
            await open_small(channel, here.ticket("C"), small=True, mode=mode)
            seen = await see(channel, lambda seen: SMALL in wide(seen) and seen.inits(0) == 2)
            assert wide(seen) == [MAIN, SMALL], "the main one until the small one is there"
            assert not any(text["note_en"] for text in seen.texts)
            assert pulled(here) == 1
        await asyncio.to_thread(here.until, lambda: pulled(here) == 0)
        seen = await see(plain, lambda seen: seen.keys(0) >= 2)
        assert wide(seen) == [], "the large tile went on"


async def test_a_broken_small_stream_is_said_and_the_main_one_is_shown(here: Running) -> None:
    async with here.channel() as channel:
        await open_small(channel, here.ticket("C"), small=True)
        seen = await see(channel, lambda seen: SMALL in wide(seen) and seen.keys(0) >= 2)
        here.fault("SUB", "unauthorized")
        here.loop.call_soon_threadsafe(here.cameras.disconnect, "SUB")
        try:
            seen = await see(channel, lambda seen: any(text.get("note_en") and text["width"] == MAIN for text in seen.texts), within_s=30)
            keys = seen.keys(0)
            await see(channel, lambda seen: seen.keys(0) >= keys + 2, seen=seen)
            assert seen.texts[-1]["state"] == "playing"
            await asyncio.to_thread(here.until, lambda: pulled(here) == 0)
        finally:
            here.fault("SUB", None)
    async with here.channel() as channel:
        await open_small(channel, here.ticket("C"), small=True)
        await see(channel, lambda seen: SMALL in wide(seen), within_s=30)  # opened anew, it is asked for again


async def test_a_small_stream_that_never_comes_keeps_nobody_waiting(here: Running) -> None:
    here.fault("SUB", "garbage")
    try:
        async with here.channel() as channel:
            await open_small(channel, here.ticket("C"), small=True)
            seen = await see(channel, lambda seen: seen.keys(0), within_s=2)
            seen = await see(channel, lambda seen: any(text.get("note_th") for text in seen.texts), seen=seen, within_s=30)
            assert wide(seen) == [MAIN]
    finally:
        here.fault("SUB", None)

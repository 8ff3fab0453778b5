"""Each fault does what it says, at run time, and is over when it is over."""

import asyncio
import itertools
import time
from pathlib import Path

import av
import pytest

from safetyzone.simulation.cameras import Cameras, Fault, make_clip
from safetyzone.simulation.cameras.tests.player import TCP, Player, is_key, nals
from safetyzone.simulation.cameras.tests.test_cameras import in_thread


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    return make_clip(tmp_path_factory.mktemp("clips") / "a.mp4", seconds=2, gop_s=1, bit_rate=600_000)


async def playing(cameras: Cameras, clip: Path, fault: str | None = None) -> Player:
    await cameras.add("A", clip, on_play="at_once", fault=fault)
    player = await Player.to(cameras.url("A"))
    await player.play()
    return player


def test_corrupt_turns_bytes_and_leaves_headers_and_lengths(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            await cameras.add("WELL", clip, on_play="at_once")
            ill, well = await playing(cameras, clip, "corrupt"), await Player.to(cameras.url("WELL"))
            await well.play()
            pairs = [(await ill.packet(), await well.packet()) for _ in range(60)]
            first = max(pairs[0][0].time, pairs[0][1].time)
            assert first == pairs[0][0].time == pairs[0][1].time
            assert all(a.raw[:12] == b.raw[:12] and len(a.raw) == len(b.raw) for a, b in pairs)
            turned = sum(a.raw != b.raw for a, b in pairs)
            assert 1 <= turned <= 25
            cameras.fault("A", None)
            await asyncio.sleep(0.2)

    asyncio.run(story())


def test_drop_breaks_the_connection_again_and_again(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            player = await playing(cameras, clip)
            await player.frame()
            cameras.fault("A", Fault.DROP, seconds=0.5)
            for again in (player, None):
                one = again or await Player.to(cameras.url("A"))
                began = time.monotonic()
                if again is None:
                    await one.play()
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                    await one.until_cut()
                assert time.monotonic() - began < 1.5

    asyncio.run(story())


def test_stall_keeps_the_connection_and_goes_on_with_a_key_frame(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            player = await playing(cameras, clip)
            await player.frame()
            cameras.fault("A", "stall")
            with pytest.raises(TimeoutError):
                await player.until_cut(0.5)
            assert (await player.ask("GET_PARAMETER"))[0] == 200
            cameras.fault("A", None)
            assert is_key(await player.frame())

    asyncio.run(story())


def test_garbage_and_redirect_and_401_end_sessions_and_answer_so_from_then_on(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            for fault, status in (("redirect", 302), ("unauthorized", 401)):
                player = await playing(cameras, clip)
                cameras.fault("A", fault)
                with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                    await player.until_cut()
                again = await Player.to(cameras.url("A"))
                assert (await again.ask("DESCRIBE"))[0] == status
                assert again.headers["Location" if status == 302 else "WWW-Authenticate"]
            cameras.fault("A", "garbage")
            again = await Player.to(cameras.url("A"))
            again.writer.write(b"OPTIONS * RTSP/1.0\r\nCSeq: 1\r\n\r\n".replace(b"*", cameras.url("A").encode()))
            assert not (await again.reader.read(100)).startswith(b"RTSP")
            with pytest.raises((av.error.FFmpegError, OSError)):
                await in_thread(cameras.url("A"), 5)

    asyncio.run(story())


def test_silence_describes_itself_and_never_plays(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            await cameras.add("A", clip, fault="silence")
            player = await Player.to(cameras.url("A"))
            assert (await player.ask("DESCRIBE"))[0] == 200
            assert (await player.ask("SETUP", Transport=TCP))[0] == 200
            player.session = player.headers["Session"].partition(";")[0]
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(player.ask("PLAY"), 1)

    asyncio.run(story())


def test_without_key_frames_the_others_go_on_until_the_time_is_over(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            player = await playing(cameras, clip)
            await player.frame()
            cameras.fault("A", "no_key", seconds=2.2)
            began, frames = time.monotonic(), []
            while time.monotonic() - began < 3.5:
                frames.append(await player.frame())
            keys = [place for place, frame in enumerate(frames) if is_key(frame)]
            assert min(keys) >= 17, "two of them were left out"
            assert any(b[0].time - a[0].time == 18000 for a, b in itertools.pairwise(frames))

    asyncio.run(story())


def test_a_wrong_description_and_a_bare_one(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            await cameras.add("WRONG", clip, fault="wrong_sdp")
            await cameras.add("BARE", clip, fault="bare_sdp")
            player = await Player.to(cameras.url("BARE"))
            assert b"sprop" not in (await player.ask("DESCRIBE"))[1]
            _, decoded, _ = await in_thread(cameras.url("BARE"), 20, analyzeduration="3000000", probesize="500000")
            assert decoded >= 10, "the sets are in the stream"
            try:
                _, decoded, said = await in_thread(cameras.url("WRONG"), 10)
            except (av.error.FFmpegError, OSError, IndexError):
                return
            assert said[0] != "h264"
            assert decoded == 0

    asyncio.run(story())


def test_a_fault_that_nobody_knows_is_an_error_and_leaves_all_well(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            player = await playing(cameras, clip)
            with pytest.raises(ValueError, match="nonsense"):
                cameras.fault("A", "nonsense")
            with pytest.raises(KeyError):
                cameras.fault("B", "stall")
            assert nals(await player.frame())

    asyncio.run(story())

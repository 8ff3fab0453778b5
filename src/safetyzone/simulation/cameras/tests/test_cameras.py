"""Pretend cameras against players: PyAV, aio-rtsp-toolkit, and one of a few lines that sees each byte."""

import asyncio
import itertools
import os
import sys
import time
from pathlib import Path

import av
import pytest
from aio_rtsp_toolkit import RtspError, VideoFrameEvent, open_session

from safetyzone.simulation.cameras import Cameras, NotAClip, make_clip, read_clip
from safetyzone.simulation.cameras.clip import START_CODE, nal_type
from safetyzone.simulation.cameras.tests.player import Player, is_key, nals

QUICK = {"rtsp_transport": "tcp", "analyzeduration": "0", "probesize": "32"}


@pytest.fixture(scope="module")
def clip(tmp_path_factory) -> Path:
    """Two seconds, a key frame each; big enough that its key frames need fragments."""
    return make_clip(tmp_path_factory.mktemp("clips") / "a.mp4", seconds=2, gop_s=1, bit_rate=600_000)


def watch(url: str, packets: int, **options: str) -> tuple[list, int, tuple]:
    """Times of the packets, how many frames could be decoded, and what the container says of itself. Opened as the video program does."""
    decoded = 0
    with av.open(url, options={**QUICK, **options}, timeout=(3, 3)) as stream:
        video = stream.streams.video[0]
        said = (video.codec_context.name, video.width, video.height)
        times = []
        for packet in itertools.islice(stream.demux(video), packets):
            times.append(packet.pts)
            decoded += len(packet.decode())
    return times, decoded, said


def in_thread(url: str, packets: int, **options: str):
    return asyncio.to_thread(watch, url, packets, **options)


def test_pyav_plays_over_the_end_of_the_clip_without_a_seam(clip: Path) -> None:
    async def story():
        async with Cameras() as cameras:
            await cameras.add("LPN-C001", clip)
            return await in_thread(cameras.url("LPN-C001"), 45)

    times, decoded, said = asyncio.run(story())
    assert said == ("h264", 640, 360)
    assert times[0] is None, "FFmpeg gives the first packet no time when it may not analyse"
    assert {b - a for a, b in itertools.pairwise(times[1:])} == {9000}, "ten frames a second, over two loops"
    assert decoded >= 44


def test_what_is_sent_is_what_is_in_the_file_and_numbers_go_on_over_loops(clip: Path) -> None:
    with av.open(str(clip)) as file:
        annex_b = av.BitStreamFilterContext("h264_mp4toannexb", in_stream=file.streams.video[0])
        kept = [bytes(one) for packet in file.demux() if packet.size for one in annex_b.filter(packet)]
    there = [[nal for nal in START_CODE.split(one) if nal] for one in kept]

    async def story():
        async with Cameras() as cameras:
            await cameras.add("A", clip)
            player = await Player.to(cameras.url("A"))
            await player.play()
            return [await player.frame() for _ in range(45)]

    frames = asyncio.run(story())
    assert len(frames[0]) > 3, "a key frame that needs no fragment proves nothing"
    first = there.index(nals(frames[0]))
    for place, frame in enumerate(frames):
        assert nals(frame) == there[(first + place) % len(there)]
        assert {packet.time for packet in frame} == {frames[0][0].time + 9000 * place}
    numbers = [packet.number for frame in frames for packet in frame]
    assert numbers == [(numbers[0] + place) % 65536 for place in range(len(numbers))]


def test_most_cameras_begin_with_the_next_key_frame_and_some_with_the_last_at_once(clip: Path) -> None:
    async def story():
        async with Cameras() as cameras:
            await cameras.add("NEXT", clip)
            await cameras.add("NOW", clip, on_play="at_once")
            first = await Player.to(cameras.url("NEXT"))
            await first.play()
            await first.frame()
            for _ in range(4):
                await first.frame()  # we stand some frames behind a key frame now
            began = time.monotonic()
            now, following = await Player.to(cameras.url("NOW")), await Player.to(cameras.url("NEXT"))
            await now.play()
            at_once = [await now.frame() for _ in range(4)]
            waited_now = time.monotonic() - began
            await following.play()
            key = await following.frame()
            return at_once, waited_now, key, time.monotonic() - began

    at_once, waited_now, key, waited_next = asyncio.run(story())
    assert is_key(at_once[0])
    assert not is_key(at_once[1])
    assert [b[0].time - a[0].time for a, b in itertools.pairwise(at_once)] == [9000] * 3
    assert waited_now < 0.1
    assert is_key(key)
    assert waited_next > 0.25


def test_h265_is_named_honestly(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "h.mp4", seconds=2, gop_s=1, codec="libx265", bit_rate=600_000)

    async def story():
        async with Cameras() as cameras:
            await cameras.add("H", clip)
            player = await Player.to(cameras.url("H"))
            _, sdp = await player.ask("DESCRIBE", Accept="application/sdp")
            return sdp, await in_thread(cameras.url("H"), 25)

    sdp, (times, decoded, said) = asyncio.run(story())
    assert b"H265/90000" in sdp
    assert b"sprop-vps=" in sdp
    assert said == ("hevc", 640, 360)
    assert decoded >= 24
    assert {b - a for a, b in itertools.pairwise(times[1:])} == {9000}


def test_another_makers_player_is_content_and_proves_who_it_is(clip: Path) -> None:
    async def story(who: str) -> list[bytes]:
        async with Cameras() as cameras:
            await cameras.add("A", clip, user="officer", password="p w d")
            address = cameras.url("A").replace("rtsp://", f"rtsp://{who}@")
            frames = []
            async with open_session(address, timeout=3, log_type=0) as session:
                async for event in session.iter_events(asyncio.Event()):
                    if isinstance(event, VideoFrameEvent):
                        frames.append(bytes(event.frame.data))
                    if len(frames) == 15:
                        break
            return frames

    frames = asyncio.run(story("officer:p w d"))
    assert len(frames) == 15
    assert any(len(frame) > 1400 for frame in frames), "put together from fragments"
    with pytest.raises((RtspError, AssertionError)):
        assert len(asyncio.run(story("officer:wrong"))) == 15


def test_questions_are_answered_as_the_standard_says(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            await cameras.add("A", clip)
            player = await Player.to(cameras.url("A"))
            assert (await player.ask("OPTIONS"))[0] == 200
            assert "DESCRIBE" in player.headers["Public"]
            assert (await player.ask("DESCRIBE", cameras.url("NOBODY")))[0] == 404
            status, sdp = await player.ask("DESCRIBE")
            assert status == 200
            assert b"sprop-parameter-sets=" in sdp
            assert (await player.ask("SETUP", Transport="RTP/AVP;unicast;client_port=5000-5001"))[0] == 461
            assert (await player.ask("PLAY"))[0] == 454
            assert (await player.ask("RECORD"))[0] == 501
            await player.play()
            began = int(player.headers["RTP-Info"].partition("seq=")[2].partition(";")[0])
            assert (await player.packet()).number == began
            assert (await player.ask("GET_PARAMETER"))[0] == 200
            assert (await player.ask("TEARDOWN"))[0] == 200
            assert await player.reader.read() == b""

    asyncio.run(story())


def test_two_who_watch_get_the_same_bytes_and_nothing_runs_when_they_are_gone(clip: Path) -> None:
    async def story() -> None:
        async with Cameras() as cameras:
            await cameras.add("A", clip)
            await cameras.add("B", clip)
            one, two = await Player.to(cameras.url("A")), await Player.to(cameras.url("B"))
            await one.play()
            await two.play()
            assert cameras.playing == 2
            assert [(await one.packet()).raw for _ in range(20)] == [(await two.packet()).raw for _ in range(20)]
            feed = await cameras.get("A").feed()
            assert feed is await cameras.get("B").feed()
            one.writer.close()
            two.writer.close()
            await asyncio.sleep(0.3)
            assert cameras.playing == 0
            assert feed.sessions == set()
            assert feed._timer is None

    asyncio.run(story())


def test_a_player_that_does_not_take_its_frames_is_cut_off_and_the_others_miss_nothing(tmp_path: Path) -> None:
    heavy = make_clip(tmp_path / "heavy.mp4", width=1280, height=720, fps=25, seconds=2, gop_s=1, bit_rate=16_000_000)

    async def story() -> None:
        async with Cameras() as cameras:
            await cameras.add("A", heavy)
            slow, well = await Player.to(cameras.url("A")), await Player.to(cameras.url("A"))
            await slow.play()
            slow.reader._limit = 1  # its reader pauses, so that bytes wait at the camera
            await well.play()
            times = [(await well.frame())[0].time]
            until = time.monotonic() + 20
            while cameras.playing == 2 and time.monotonic() < until:
                times.append((await well.frame())[0].time)
            assert cameras.playing == 1
            times += [(await well.frame())[0].time for _ in range(10)]
            assert {b - a for a, b in itertools.pairwise(times)} == {3600}
            slow.writer.close()

    asyncio.run(story())


def test_a_clip_that_no_camera_would_send_is_refused(tmp_path: Path) -> None:
    (tmp_path / "text.mp4").write_text("this is no video")
    with pytest.raises(NotAClip):
        read_clip(tmp_path / "text.mp4")
    with pytest.raises(FileNotFoundError):
        read_clip(tmp_path / "none.mp4")


def test_the_same_seed_makes_the_same_clip_near_its_bit_rate(tmp_path: Path) -> None:
    one, two, other = (make_clip(tmp_path / f"{name}.mp4", seconds=8, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2)))
    assert one.read_bytes() == two.read_bytes() != other.read_bytes()
    clip = read_clip(one)
    assert clip.ticks == 8 * 90_000
    assert [place for place, frame in enumerate(clip.frames) if frame.key] == [0, 20, 40, 60]
    assert 25_000 < clip.bytes_a_second < 38_000, "250 kbit/s"
    assert all(frame.at == frame.shown for frame in clip.frames), "no B-frames"
    assert {nal_type(nal, "h264") for nal in clip.parameter_sets} == {7, 8}


def test_a_folder_is_served_from_the_command_line_and_told_of_faults(clip: Path) -> None:
    command = [sys.executable, "-m", "safetyzone.simulation.cameras"]

    async def story() -> None:
        served = await asyncio.create_subprocess_exec(
            *command, "--dir", str(clip.parent), "--port", "0", stdout=asyncio.subprocess.PIPE, env=os.environ
        )
        try:
            assert served.stdout is not None
            url = (await asyncio.wait_for(served.stdout.readline(), 10)).decode().split()[1] + "a"
            player = await Player.to(url)
            assert (await player.ask("DESCRIBE"))[0] == 200
            port = url.split(":")[2].split("/")[0]
            for fault, understood, status in (("a=unauthorized", 0, 401), ("a=nonsense", 1, 401), ("a=none", 0, 200)):
                told = await asyncio.create_subprocess_exec(*command, "--port", port, "--fault", fault)
                assert await told.wait() == understood
                assert (await player.ask("DESCRIBE"))[0] == status
        finally:
            served.terminate()
            assert await served.wait() == 0

    asyncio.run(story())

"""The video program as a process: real RTSP in, a browser's channel out, recordings on disk."""

import asyncio
import io
import itertools
import os
import signal
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import pytest

from safetyzone.contracts.video import EPOCH_S
from safetyzone.programs.video.mark import looks_in
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
        for code in ("A", "B", "BAD", "LOCKED", "LATER"):
            station.add(code, clip)
        station.add("BARE", clip, fault="bare_sdp")
        station.add("STILL", make_clip(folder / "still.mp4", gop=20, still=True))
        station.add("H265", make_clip(folder / "h265.mp4", codec="libx265"))
        station.pull("A", "B", "BAD", "H265", "STILL", "BARE")
        station.plays("A", "B", "BAD", "H265", "STILL", "BARE")
        yield station


def shown(data: bytes) -> list[float]:
    """When each frame of a stream is shown, in seconds of UTC."""
    with av.open(io.BytesIO(data)) as played:
        return [EPOCH_S + float(frame.pts * frame.time_base) for frame in played.decode(video=0)]


async def test_a_tile_has_its_first_picture_at_once_and_it_is_of_now(here: Running) -> None:
    async with here.channel() as channel:
        began = time.monotonic()
        await open_tiles(channel, here.ticket("A"))
        seen = await see(channel, lambda seen: seen.keys(0))
        assert time.monotonic() - began < 0.5
        seen = await see(channel, lambda seen: seen.keys(0) >= 3, seen=seen)
    moments = shown(seen.of(0))
    assert abs(moments[-1] - time.time()) < 1.0
    assert 0.09 < statistics.median(after - before for before, after in itertools.pairwise(moments)) < 0.11
    [state] = [text for text in seen.texts if text["state"] == "playing"]
    assert state["codec"].startswith("avc1.")
    assert (state["width"], state["viewer"]) == (320, "ร.ต.อ. สมชาย (สมมุติ)")


async def test_a_saved_stream_says_whose_look_it_was(here: Running) -> None:
    async with here.channel() as one, here.channel() as another:
        for channel in (one, another):
            await open_tiles(channel, here.ticket("A"))
        first = here.looks - 1
        streams = [(await see(channel, lambda seen: seen.keys(0))).of(0) for channel in (one, another)]
    assert [looks_in(stream) for stream in streams] == [{first}, {first + 1}]


async def test_however_many_watch_a_camera_is_pulled_once(here: Running) -> None:
    async with here.channel() as one, here.channel() as another:
        for channel in (one, another):
            await open_tiles(channel, here.ticket("A"), here.ticket("A"))
            await see(channel, lambda seen: seen.keys(0) and seen.keys(1))
        camera = here.cameras.get("A")
        assert camera is not None
        assert len(camera.sessions) == 1


@pytest.mark.parametrize(
    "wrong",
    [{"session": "somebody else's"}, {"expires": 0}, {"mode": "recorded"}, {"camera": "B", "look": 1}],
    ids=["another session", "out of its time", "for recordings", "used before"],
)
async def test_a_ticket_opens_only_what_it_was_given_for(here: Running, wrong: dict[str, object]) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket(**{"camera": "A", **wrong}))  # type: ignore[arg-type]
        seen = await see(channel, lambda seen: seen.texts)
    assert seen.texts[0]["state"] == "refused"
    assert not seen.parts


async def test_a_ticket_that_was_changed_or_comes_from_another_page_opens_nothing(here: Running) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("A")[:-4] + "AAAA", "nonsense")
        seen = await see(channel, lambda seen: len(seen.texts) == 2)
        assert {text["state"] for text in seen.texts} == {"refused"}
    with pytest.raises(Exception, match="403"):
        async with here.channel(origin="http://elsewhere.example"):
            pass


async def test_a_look_that_may_not_go_on_is_closed_with_the_reason_within_five_seconds(here: Running) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("A"), here.ticket("B"))
        seen = await see(channel, lambda seen: seen.keys(0) and seen.keys(1))
        began = time.monotonic()
        here.web.close = [{"look": here.looks, "th": "เจ้าของถอนกล้อง", "en": "its owner withdrew it"}]
        seen = await see(channel, lambda seen: any(text["state"] == "closed" for text in seen.texts), seen=seen)
        assert time.monotonic() - began < 5
        before = len(seen.parts)
        seen = await see(channel, lambda seen: len(seen.parts) > before + 20, seen=seen)
    here.web.close = []
    assert {part[0] for part in seen.parts[before + 5 :]} == {0}
    assert seen.texts[-1]["th"] == "เจ้าของถอนกล้อง"


async def test_looks_are_told_with_their_seconds_and_their_end(here: Running) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("A"))
        await see(channel, lambda seen: seen.keys(0) >= 2)
    look = here.looks
    ended = await asyncio.to_thread(here.until, lambda: [each for each in here.web.told if each["look"] == look and each["ended"]])
    assert 0 < ended[0]["seconds"] < 10


async def test_nobody_goes_on_looking_when_rights_cannot_be_asked(here: Running) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("A"))
        seen = await see(channel, lambda seen: seen.keys(0))
        here.web.away = True
        seen = await see(channel, lambda seen: any(text["state"] == "closed" for text in seen.texts), seen=seen)
    here.web.away = False
    assert seen.texts[-1]["en"] == "rights cannot be checked just now"


async def test_a_quiet_tile_gets_its_picture_and_then_nothing_while_nothing_moves(here: Running) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("STILL"), mode="quiet")
        seen = await see(channel, lambda seen: len([part for part in seen.parts if part[1]]) >= 4)
        assert seen.texts[-1]["state"] == "quiet"
        with pytest.raises(TimeoutError):
            await see(channel, lambda seen: seen.parts, within_s=3)
        await channel.send('{"mode": [{"tile": 0, "mode": "live"}]}')
        seen = await see(channel, lambda seen: seen.keys(0) >= 2)
        assert seen.texts[-1]["state"] == "playing"
    assert shown(await _first(here))


async def _first(here: Running) -> bytes:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("STILL"), mode="quiet")
        return (await see(channel, lambda seen: len(seen.parts) >= 5)).of(0)


async def test_h265_is_passed_on_under_its_own_name(here: Running) -> None:
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("H265"))
        seen = await see(channel, lambda seen: seen.keys(0))
    assert [text["codec"][:7] for text in seen.texts if text["state"] == "playing"] == ["hvc1.1."]


async def test_where_the_main_stream_is_h265_the_small_one_is_shown_and_the_main_one_recorded(here: Running) -> None:
    before = here.web.pulls
    both = {**before[0], "code": "H265", "address": here.cameras.url("H265"), "sub_address": here.cameras.url("A")}
    here.web.pulls = [*(pull for pull in before if pull["code"] != "H265"), both]
    async with here.channel() as channel:
        await asyncio.to_thread(here.until, lambda: here.states().get("H265", {}).get("codec", "").startswith("avc1."))
        await open_tiles(channel, here.ticket("H265"))
        seen = await see(channel, lambda seen: seen.keys(0) >= 2)
        assert [text["codec"][:4] for text in seen.texts if text["state"] == "playing"] == ["avc1"]
        assert shown(seen.of(0))
    await asyncio.to_thread(here.until, lambda: here.states()["H265"]["recording"])
    now_ms = time.time_ns() // 1_000_000
    ticket = here.ticket("H265", mode="recorded", from_ms=now_ms - 60_000, to_ms=now_ms + 1_000)
    assert here.get("/recorded", ticket=ticket).json()["codec"].startswith("hvc1.")
    here.web.pulls = before


@pytest.mark.parametrize(
    ("fault", "why"), [("garbage", "gone"), ("redirect", "gone"), ("unauthorized", "password"), ("silence", "gone")]
)  # fmt: skip
async def test_a_camera_that_fails_says_so_and_comes_back_by_itself(here: Running, fault: str, why: str) -> None:
    here.fault("BAD", fault)
    try:
        await asyncio.to_thread(here.until, lambda: here.states()["BAD"]["why"] == why)
        async with here.channel() as channel:
            await open_tiles(channel, here.ticket("BAD"), here.ticket("A"))
            seen = await see(channel, lambda seen: any(text["tile"] == 0 for text in seen.texts) and seen.keys(1))
            assert next(text for text in seen.texts if text["tile"] == 0)["state"] in ("lost", "opening")
            here.fault("BAD", None)
            seen = await see(channel, lambda seen: seen.keys(0), seen=seen, within_s=30)
            assert [text["state"] for text in seen.texts if text["tile"] == 0][-1] == "playing"
    finally:
        here.fault("BAD", None)
        await asyncio.to_thread(here.plays, "BAD")


async def test_a_camera_that_describes_itself_badly_is_opened_with_patience(here: Running) -> None:
    assert (here.states()["BARE"]["width"], here.states()["BARE"]["height"]) == (320, 180)


async def test_an_address_outside_the_stations_networks_is_never_opened(here: Running) -> None:
    before = here.web.pulls
    outside = {"code": "OUT", "address": "rtsp://169.254.169.254/latest", "record_hours": 0, "disk_class": "shop"}
    here.web.pulls = [*before, outside]
    await asyncio.to_thread(here.until, lambda: here.states().get("OUT", {}).get("why") == "refused")
    here.web.pulls = before


async def test_what_is_recorded_is_listed_and_played_within_the_tickets_span_only(here: Running) -> None:
    await asyncio.to_thread(here.until, lambda: here.states()["A"].get("recording"))
    await asyncio.sleep(3)
    now_ms = time.time_ns() // 1_000_000
    ticket = here.ticket("A", mode="recorded", from_ms=now_ms - 2_000, to_ms=now_ms)
    listed = here.get("/recorded", ticket=ticket).json()
    assert listed["codec"].startswith("avc1.")
    data = b"".join(here.get(f"/recorded/{piece['name']}", ticket=ticket).content for piece in listed["pieces"])
    moments = shown(data)
    assert now_ms / 1000 - 4.1 < moments[0] <= now_ms / 1000 - 1.8  # from the key frame before
    assert moments[-1] <= now_ms / 1000
    assert here.get("/recorded", ticket=here.ticket("A")).status_code == 403
    later = here.ticket("A", mode="recorded", from_ms=now_ms + 60_000, to_ms=now_ms + 90_000)
    assert not here.get(f"/recorded/{listed['pieces'][0]['name']}", ticket=later).content


async def test_a_camera_is_pulled_as_soon_as_a_ticket_names_it(here: Running) -> None:
    before = here.web.pulls
    async with here.channel() as channel:
        here.web.pulls = [*before, {**before[0], "code": "LATER", "address": here.cameras.url("LATER"), "record_hours": 0}]
        began = time.monotonic()
        await open_tiles(channel, here.ticket("LATER"))
        await see(channel, lambda seen: seen.keys(0))
        assert time.monotonic() - began < 5
    here.web.pulls = before
    await asyncio.to_thread(here.until, lambda: "LATER" not in here.states())


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


async def test_a_puller_that_dies_takes_a_second_from_its_cameras_and_nothing_from_the_disk(here: Running) -> None:
    [nursery] = children(here.process.pid)
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket("A"))
        await see(channel, lambda seen: seen.keys(0))
        began = time.monotonic()
        for child in children(nursery):
            os.kill(child, signal.SIGKILL)
        await see(channel, lambda seen: seen.inits(0) and seen.keys(0))
        assert time.monotonic() - began < 5
    parts = list((here.state / "recordings" / "A").glob("*/*.part"))
    assert len(parts) == 1
    assert len(list((here.state / "recordings" / "A").glob("*/*.mp4"))) >= 1


async def test_when_the_nursery_dies_another_one_takes_its_place(here: Running) -> None:
    [nursery] = children(here.process.pid)
    os.kill(nursery, signal.SIGKILL)
    await asyncio.to_thread(here.until, lambda: here.states()["A"]["why"] != "playing")
    await asyncio.to_thread(here.plays, "A", "STILL")
    assert children(here.process.pid) != [nursery]


def test_our_own_questions_need_our_own_key(here: Running) -> None:
    assert here.get("/state").status_code == 404
    assert here.get("/healthz").status_code == 200

"""ONVIF Profile M in a camera's own stream, over a real connection: what it says becomes readings, and what it does wrong does no harm."""

import asyncio
import base64
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import av
import pytest
from pydantic import ValidationError

from safetyzone.contracts.vision import PlateReading, PlatesWork, Work
from safetyzone.kernel import sealed
from safetyzone.kernel.settings import Settings
from safetyzone.programs.video.opening import Door
from safetyzone.programs.vision.adapters.metadata import MetadataListener
from safetyzone.programs.vision.adapters.tests.metadata_camera import HEAD, PASSWORD, USER, MetadataCamera, document
from safetyzone.senses.cameras.addresses import networks

CODE = "LP-0412"
PATIENCE_S = 15.0
BOMB = b"<!DOCTYPE a [<!ENTITY a 'PlateNumber'><!ENTITY b '&a;&a;&a;&a;'>]>" + HEAD[38:] + b"&b;</tt:MetadataStream>"


@dataclass
class Heard:
    """A listener and what it told."""

    listener: MetadataListener
    told: list[PlateReading]
    works: dict[str, Work]

    @property
    def plates(self) -> list[str]:
        return [f"{one.plate.series}{one.plate.number}" for one in self.told]

    async def until(self, holds: Callable[[], object], within_s: float = PATIENCE_S) -> None:
        end = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < end, (self.listener.states, self.listener.refused, self.plates)
            await asyncio.sleep(0.02)

    async def is_playing(self, camera: MetadataCamera) -> None:
        await self.until(lambda: camera.players == 1 and self.listener.states == {CODE: "playing"})


def work(address: str, *, user: str = USER, password: str = PASSWORD) -> Work:
    closed = sealed.seal(f"{user}:{password}", purpose="camera-credential", subject=CODE)
    ends = time.time_ns() // 1_000_000 + 60_000
    return Work(camera=CODE, address=address, credential=base64.b64encode(closed).decode(), until_ms=ends, plates=PlatesWork(until_ms=ends))


@asynccontextmanager
async def heard(given: Work, *, path: str = "", allowed: str = "127.0.0.0/8") -> AsyncIterator[Heard]:
    """A listener that runs while the block does."""
    door = Door(networks([allowed]), frozenset())
    works, told = {CODE: given}, list[PlateReading]()
    here = Heard(MetadataListener({CODE: path, "LP-0500": ""}, works.get, told.append, door), told, works)
    running = asyncio.create_task(here.listener.run())
    try:
        yield here
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize(("algorithm", "qop"), [("MD5", True), ("MD5", False), ("SHA-256", True)])
def test_a_plate_that_a_camera_read_itself_is_one_reading_however_it_is_cut_and_however_often_it_is_said(algorithm, qop):
    async def story() -> None:
        async with MetadataCamera(algorithm=algorithm, qop=qop) as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            for size in (7, 60, 200, 60_000):
                camera.send(document("6กพ 7414"), size=size)
            camera.send(document("30-1532", number="13"))
            await here.until(lambda: len(here.told) == 2)
            first = here.told[0]
            assert here.plates == ["6กพ7414", "301532"]
            assert (first.camera, first.source, first.plate.province, first.vehicle) == (CODE, "onvif", "ชลบุรี", "motorcycle")
            assert (first.sure, first.accepted, first.track, first.box) == (0.97, True, "12", (100, 200, 200, 60))
            assert abs(first.at_ms - time.time() * 1000) < 5_000
            assert ("SETUP", f"{camera.url}/trackID=metadata") in camera.asked  # that track, and nothing of the picture
            assert [method for method, _ in camera.asked].count("SETUP") == 1
            assert not here.listener.refused

    asyncio.run(story())


def test_a_camera_that_is_lost_is_found_again_and_says_no_passage_twice():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            camera.send(document("กข 1234"))
            await here.until(lambda: len(here.told) == 1)
            camera.send(document("กข 55", number="14"), upto=2)  # in the middle of a document
            camera.drop()
            await here.until(lambda: camera.connections == 2 and camera.players == 1)
            camera.send(document("กข 1234"))
            camera.send(document("กข 77", number="15"))
            await here.until(lambda: len(here.told) == 2)
            assert here.plates == ["กข1234", "กข77"]

    asyncio.run(story())


def test_what_is_broken_is_counted_by_name_and_the_next_plate_is_read():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            camera.send(document("กข 1")[:-20])
            camera.send(BOMB)
            camera.send(HEAD + b"<PlateNumber>" * 100 + b"</PlateNumber>" * 100 + b"</tt:MetadataStream>")  # too deep
            camera.send(b"PlateNumber \xff\x00 is no XML")
            camera.send(document("กข 2", more=" " * 300_000), size=1400)
            camera.send(document("กข 3"), without=1)
            camera.send(document("HELLO 1"))
            camera.send(HEAD + b"<PlateNumber/></tt:MetadataStream>")
            camera.send(document("ฮฮ 9999", number="20"))
            await here.until(lambda: here.told)
            assert here.plates == ["ฮฮ9999"]
            assert here.listener.refused == {"not_xml": 4, "too_large": 1, "cut": 1, "not_thai": 1}
            assert camera.connections == 1

    asyncio.run(story())


def test_a_silent_street_is_listened_to_for_as_long_as_the_camera_wants_to_be_asked():
    """FFmpeg asks only when something comes: such a session it would lose."""

    async def story() -> None:
        async with MetadataCamera(timeout_s=2, nonce_uses=6) as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            await here.until(lambda: [method for method, _ in camera.asked].count("GET_PARAMETER") >= 5)
            camera.send(document("กข 1234"))
            await here.until(lambda: here.told)
            assert (camera.timed_out, camera.connections) == (0, 1)

    asyncio.run(story())


def test_without_work_a_camera_is_not_listened_to_and_what_was_on_its_way_is_not_told():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            here.works.clear()
            camera.send(document("กข 1234"))
            await here.until(lambda: camera.players == 0)
            await here.until(lambda: ("TEARDOWN", f"{camera.url}/") in camera.asked)
            assert (here.told, here.listener.states) == ([], {})

    asyncio.run(story())


def test_a_plate_that_the_camera_doubts_is_told_once_and_at_its_best_when_it_has_passed():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            for plate, sure in (("กข 123", 0.5), ("กข 1234", 0.8), ("กข 124", 0.6)):
                camera.send(document(plate, sure=sure))
            await here.until(lambda: here.told)
            assert (here.plates, here.told[0].accepted, here.told[0].sure) == (["กข1234"], False, 0.8)

    asyncio.run(story())


def test_a_camera_whose_clock_is_wrong_is_believed_the_plate_and_not_the_time():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            for number, at in (("1", "1970-01-01T00:00:09Z"), ("2", "soon"), ("3", "2027-06-01T07:00:00+07:00")):
                camera.send(document(f"กข {number}", number=number, at=at))
            await here.until(lambda: len(here.told) == 3)
            assert all(abs(one.at_ms - time.time() * 1000) < 5_000 for one in here.told)

    asyncio.run(story())


def test_a_plate_in_an_event_of_the_stream_is_a_reading_and_a_foreign_one_beside_it_costs_it_nothing():
    event = """<tt:Event><wsnt:NotificationMessage xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2">
<wsnt:Topic>tns1:RuleEngine/Recognition/LicensePlate</wsnt:Topic><wsnt:Message><tt:Message UtcTime="{at}"><tt:Data>
<tt:SimpleItem Name="ObjectId" Value="{n}"/><tt:SimpleItem Name="Likelihood" Value="0.93"/><tt:ElementItem Name="LicensePlateInfo">
<tt:LicensePlateInfo><tt:PlateNumber>{plate}</tt:PlateNumber><tt:CountryCode>{land}</tt:CountryCode></tt:LicensePlateInfo>
</tt:ElementItem></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage></tt:Event>"""
    at = datetime.now(UTC).isoformat()
    both = event.format(at=at, n=1, plate="80-1234", land="LA") + event.format(at=at, n=2, plate="80-9999", land="TH")

    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            camera.send(HEAD + both.encode() + b"</tt:MetadataStream>")
            await here.until(lambda: here.told)
            assert [(one.plate.number, one.track, one.sure, one.accepted) for one in here.told] == [("9999", "2", 0.93, True)]

    asyncio.run(story())


def test_a_path_of_its_own_is_asked_for_at_the_same_camera_and_an_absolute_control_leads_nowhere_else():
    async def story() -> None:
        far = "rtsp://192.0.2.7/there/meta"
        async with MetadataCamera(control=far) as camera, heard(work(camera.url), path="/onvif?profile=2") as here:
            await here.is_playing(camera)
            assert camera.asked[0] == ("OPTIONS", f"rtsp://127.0.0.1:{camera.port}/onvif?profile=2")
            assert ("SETUP", far) in camera.asked  # a word in the question, asked of the machine that was checked

    asyncio.run(story())


def test_the_camera_of_these_tests_speaks_as_ffmpeg_expects_and_ffmpeg_gives_pieces_without_their_end():
    """Why the track is not read by FFmpeg; and our server is proved by a client that is not ours."""
    whole = document("6กพ 7414")

    def pull(port: int) -> list[bytes]:
        who = f"{quote(USER, safe='')}:{quote(PASSWORD, safe='')}"
        options = {"rtsp_transport": "tcp", "allowed_media_types": "data", "analyzeduration": "0", "probesize": "32"}
        with av.open(f"rtsp://{who}@127.0.0.1:{port}/live/1", format="rtsp", options=options, timeout=5) as container:
            found: list[bytes] = []
            for one in container.demux():
                found.append(bytes(one))
                if len(b"".join(found)) >= 2 * len(whole):
                    break
            return found

    async def story() -> None:
        async with MetadataCamera() as camera:
            pulling = asyncio.create_task(asyncio.to_thread(pull, camera.port))
            while not camera.players:
                assert not pulling.done(), pulling.result()
                await asyncio.sleep(0.02)
            while not pulling.done():
                camera.send(whole)
                await asyncio.sleep(0.1)
            pieces = await pulling
            assert len(pieces) > 8
            assert whole in b"".join(pieces)
            assert whole not in pieces

    asyncio.run(story())


@pytest.mark.parametrize("path", ["rtsp://10.0.0.9/", "there", "/two words", "/a\r\nX: y", "/" + "x" * 200])
def test_a_path_in_the_settings_is_a_path_and_nothing_else(path):
    with pytest.raises(ValidationError):
        Settings(ai_metadata={CODE: path})
    assert Settings(ai_metadata={CODE: "/onvif?profile=2", "LP-0500": ""}).ai_metadata[CODE] == "/onvif?profile=2"

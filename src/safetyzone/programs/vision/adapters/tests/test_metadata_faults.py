"""Cameras that answer otherwise than a camera should: left alone by name, cut off, given no more than their share, never the password."""

import asyncio
import time

import pytest

from safetyzone.contracts.vision import PlateReading
from safetyzone.programs.vision.adapters import onvif
from safetyzone.programs.vision.adapters.tests.metadata_camera import MetadataCamera, document
from safetyzone.programs.vision.adapters.tests.test_metadata import CODE, heard, work
from safetyzone.simulation.cameras.rtsp import Request, answer


def elsewhere(request: Request) -> bytes:
    return answer(302, request, {"Location": "rtsp://192.0.2.7/there"})


TROUBLE = [
    ("denied", {}, {"password": "wrong"}),
    ("denied", {"basic": True}, {}),
    ("redirected", {"refuses": {"DESCRIBE": elsewhere}}, {}),
    ("no_metadata", {"encoding": "vnd.onvif.metadata.gzip"}, {}),
    ("refused", {"refuses": {"SETUP": lambda request: answer(461, request)}}, {}),
    ("not_rtsp", {"control": "two words"}, {}),
    ("not_rtsp", {"refuses": {"OPTIONS": lambda _: b"HTTP/1.1 200 OK\r\n\r\n"}}, {}),
    ("not_rtsp", {"refuses": {"DESCRIBE": lambda _: b"RTSP/1.0 200 OK\r\nX: " + b"x" * 200_000}}, {}),
    ("not_rtsp", {"refuses": {"DESCRIBE": lambda _: b"RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n"}}, {}),
]


@pytest.mark.parametrize(("name", "how", "who"), TROUBLE, ids=[f"{name}-{n}" for n, (name, _, _) in enumerate(TROUBLE)])
def test_a_camera_that_answers_otherwise_is_left_alone_by_name_and_never_given_the_password(name, how, who):
    async def story() -> None:
        async with MetadataCamera(**how) as camera, heard(work(camera.url, **who)) as here:
            await here.until(lambda: here.listener.states.get(CODE) == name)
            assert camera.players == 0

    asyncio.run(story())


def test_a_flood_is_cut_off():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            for _ in range(40):
                camera.send(b"x" * 60_000, size=60_000)
            await here.until(lambda: here.listener.states.get(CODE) == "too_much" or camera.connections > 1)
            assert not here.told

    asyncio.run(story())


def test_documents_that_are_slow_to_read_take_no_more_than_a_share_and_the_camera_is_heard_again_after(monkeypatch):
    def slow(*_: object, **__: object) -> list[PlateReading]:
        time.sleep(0.4)
        return []

    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            with monkeypatch.context() as made:
                made.setattr(onvif, "from_metadata", slow)
                for number in range(5):
                    camera.send(document("กข 1234", number=str(number)))
                await here.until(lambda: here.listener.refused["too_slow"] == 3)
            assert not here.told
            while not here.told:
                camera.send(document("กข 1234", number="9"))
                await asyncio.sleep(0.1)
                assert here.listener.refused["too_slow"] < 30

    asyncio.run(story())


def test_an_address_outside_the_camera_networks_is_not_opened_whatever_path_is_set():
    async def story() -> None:
        async with MetadataCamera() as camera, heard(work(camera.url), path="/other", allowed="10.0.0.0/8") as here:
            await here.until(lambda: here.listener.states.get(CODE) == "refused")
            assert camera.connections == 0

    asyncio.run(story())

"""A camera that reads plates itself, heard by the vision program as it runs, and what it said on the bus; and one that speaks TLS."""

import asyncio
import json
import ssl

from safetyzone.contracts.vision import PlatesWork, Work
from safetyzone.programs.nats import NatsPlace, NatsServer
from safetyzone.programs.tests.authority import Authority
from safetyzone.programs.vision.adapters.tests.metadata_camera import MetadataCamera, document
from safetyzone.programs.vision.adapters.tests.test_metadata import heard, work
from safetyzone.programs.vision.tests.station import now_ms, running

CODE = "LP-0412"


def test_the_program_hears_a_camera_that_reads_itself_while_the_web_wants_its_plates(tmp_path, free_port, monkeypatch):
    monkeypatch.setenv("SAFETYZONE_AI_METADATA", json.dumps({CODE: "/onvif?profile=2", "LP-9999": ""}))
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "for-tests", "127.0.0.1", free_port())
    server = NatsServer(tmp_path / "bus", place)
    server.start(())
    try:
        with running(tmp_path / "state", place, free_port) as here:
            camera = asyncio.run_coroutine_threadsafe(MetadataCamera(open_to_all=True).__aenter__(), here.loop).result(5)

            def wants() -> tuple[Work, ...]:
                ends = now_ms() + 8_000
                return (Work(camera=CODE, address=camera.url, until_ms=ends, plates=PlatesWork(until_ms=ends)),)

            here.web.work = wants
            here.until(lambda: camera.players == 1)
            here.loop.call_soon_threadsafe(camera.send, document("6กพ 7414"))
            (one,) = here.readings(1)
            assert (one.camera, one.source, one.plate.province) == (CODE, "onvif", "ชลบุรี")
            assert (one.plate.series, one.plate.number) == ("6กพ", "7414")
            # its pictures are not even asked for
            here.until(lambda: here.account()["cameras"].get(CODE, {}).get("why") == "listening", within_s=5)
            here.web.work = tuple
            here.until(lambda: camera.players == 0, within_s=5)
            asyncio.run_coroutine_threadsafe(camera.__aexit__(None, None, None), here.loop).result(5)
    finally:
        server.stop()


def test_a_camera_with_a_certificate_of_its_own_is_heard_over_tls(tmp_path):
    cert, key = Authority(tmp_path, "camera maker").gives("camera")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)

    async def story() -> None:
        async with MetadataCamera(tls=context) as camera, heard(work(camera.url)) as here:
            await here.is_playing(camera)
            camera.send(document("กข 1234"))
            await here.until(lambda: here.told)
            assert camera.url.startswith("rtsps://")
            assert here.plates == ["กข1234"]

    asyncio.run(story())

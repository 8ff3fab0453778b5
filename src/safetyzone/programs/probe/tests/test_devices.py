"""The probe's talk with ONVIF devices, honest ones and others, over real sockets on loopback."""

import asyncio
import ipaddress
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from safetyzone.programs.probe import discover
from safetyzone.programs.probe.devices import Refuses, Talk
from safetyzone.programs.probe.finder import Finder
from safetyzone.senses.cameras.finding import discovery, streams
from safetyzone.senses.cameras.finding.discovery import Device as Found
from safetyzone.senses.cameras.finding.onvif import Profile
from safetyzone.senses.cameras.finding.soap import Secret
from safetyzone.senses.cameras.finding.tests.device import BOMB, Device, Encoder, digest_only, drips, pours, serving
from safetyzone.simulation.cameras import Cameras, make_clip

LOOPBACK = [ipaddress.ip_network("127.0.0.0/28")]
GOOD = Secret("admin", "krung-thep-88")


def made(number: str = "127.0.0.2", **changed: object) -> Device:
    encoders = {
        "sub": Encoder(320, 180, 40, lambda gov: "/sub"), "main": Encoder(640, 360, 40, lambda gov: "/main?channel=1&amp;x=2"),
    }  # fmt: skip
    return Device(number, 9554, encoders=encoders, **changed)  # type: ignore[arg-type]


@pytest.fixture
def serve() -> Iterator:
    with ExitStack() as stack:
        yield lambda device, **more: stack.enter_context(serving(device, **more))


def found(device: Device) -> Found:
    return Found(device.number, device.port)


def offers(device: Device, secret: Secret = GOOD, *, own_ports: tuple[int, ...] = ()) -> list[Profile]:
    async def ask() -> list[Profile]:
        talk = Talk(found(device), secret, now=datetime.now(UTC), own_ports=own_ports)
        try:
            return (await talk.offers())[1]
        finally:
            await talk.close()

    return asyncio.run(ask())


@pytest.mark.parametrize("media2", [False, True])
def test_profiles_with_their_addresses_by_either_media_service(serve, media2):
    device = serve(made(media2=media2))
    got = {one.token: one for one in offers(device)}
    assert (got["main"].width, got["main"].height, got["main"].codec, got["main"].gov) == (640, 360, "h264", 40)
    assert got["main"].key_every_s == 4
    assert (got["main"].port, got["main"].path) == (9554, "/main?channel=1&x=2")
    assert got["sub"].path == "/sub"


@pytest.mark.parametrize("ahead", [timedelta(days=-400), timedelta(hours=7), timedelta(days=3650)])
def test_a_camera_whose_clock_is_wrong_is_asked_by_its_own_clock(serve, ahead):
    assert offers(serve(made(ahead=ahead)))


def test_the_password_itself_never_travels_and_a_wrong_one_is_told(serve):
    device = serve(made())
    with pytest.raises(Refuses) as no:
        offers(device, Secret("admin", "a-wrong-password"))
    assert no.value.why == "password"
    offers(device)
    assert not any(b"krung-thep-88" in data or b"a-wrong-password" in data for data in device.heard)
    assert "krung-thep-88" not in repr(GOOD)


def test_a_camera_that_wants_http_digest_gets_it(serve):
    device = made()
    device.malice = digest_only(device)
    assert offers(serve(device))
    with pytest.raises(Refuses, match="password"):
        offers(device, Secret("admin", "a-wrong-password"))


@pytest.mark.parametrize("media2", [False, True])
def test_key_frames_are_set_where_the_camera_lets_us(serve, media2):
    device = serve(made(media2=media2))

    async def ask() -> bool:
        talk = Talk(found(device), GOOD, now=datetime.now(UTC), own_ports=())
        try:
            _, profiles = await talk.offers()
            return await talk.set_key_frames([(one, streams.frames_between_keys(one)) for one in profiles])
        finally:
            await talk.close()

    assert asyncio.run(ask())
    assert sorted(device.orders) == ["main=10", "sub=10"]
    device.locked = True
    assert not asyncio.run(ask())


def says(status: int, data: bytes, **headers: str):
    def answer(handler: BaseHTTPRequestHandler, _name: str) -> bool:
        handler.reply(status, data, **headers)  # type: ignore[attr-defined]
        return True

    return answer


def test_an_entity_bomb_is_refused_at_once(serve):
    device = serve(made(malice=says(200, BOMB)))
    begun = time.monotonic()
    with pytest.raises(Refuses, match="no onvif"):
        offers(device)
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("status", [200, 401])
def test_a_hundred_megabytes_are_not_read(serve, status):
    device = serve(made(malice=pours(status)))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(Refuses):
        offers(device)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 40 * 1024, "KiB; the server's own thread is in it"


def test_a_device_that_drips_is_given_up(serve, monkeypatch):
    monkeypatch.setattr("safetyzone.programs.probe.devices.WHOLE_S", 1.0)
    begun = time.monotonic()
    with pytest.raises(Refuses, match="no answer"):
        offers(serve(made(malice=drips)))
    assert time.monotonic() - begun < 5


def test_a_redirect_is_not_followed_and_basic_is_not_answered(serve):
    with socket.create_server(("127.0.0.1", 0)) as honeypot:
        honeypot.setblocking(False)
        where = f"http://127.0.0.1:{honeypot.getsockname()[1]}/"
        with pytest.raises(Refuses, match="no onvif"):
            offers(serve(made(malice=says(307, b"", Location=where))))
        with pytest.raises(BlockingIOError):
            honeypot.accept()
    heard: list[str] = []

    def basic(handler: BaseHTTPRequestHandler, _name: str) -> bool:
        heard.append(handler.headers.get("Authorization", ""))
        handler.reply(401, b"", WWW_Authenticate='Basic realm="x"')  # type: ignore[attr-defined]
        return True

    with pytest.raises(Refuses, match="password"):
        offers(serve(made("127.0.0.3", malice=basic)))
    assert heard == [""]


def test_our_own_services_are_not_asked(serve):
    device = serve(made())
    with pytest.raises(Refuses, match="no onvif"):
        offers(device, own_ports=(device.port,))
    assert device.asked == []


def test_a_stream_on_another_host_is_not_opened_there():
    with socket.create_server(("127.0.0.5", 0)) as honeypot, ExitStack() as stack:
        honeypot.setblocking(False)
        device = made(stream_host=f"127.0.0.5:{honeypot.getsockname()[1]}")
        stack.enter_context(serving(device))
        finder = Finder(allowed=LOOPBACK, own_ports=())

        async def look():
            try:
                return await finder.open(found(device), GOOD, correct=False, at=datetime.now(UTC))
            finally:
                await finder.close()

        seen = asyncio.run(look())
        assert seen.why == "no stream"
        with pytest.raises(BlockingIOError):
            honeypot.accept()


def test_a_camera_without_onvif_is_opened_at_the_paths_that_makers_print_and_its_key_frames_are_measured(tmp_path):
    make_clip(tmp_path / "large.mp4", gop_s=3.0, seconds=9)
    make_clip(tmp_path / "small.mp4", width=320, height=180, gop_s=1.0)

    async def look(password: str):
        async with Cameras("127.0.0.4", 0) as cameras:
            await cameras.add("stream1", tmp_path / "large.mp4", user="admin", password="admin")
            await cameras.add("stream2", tmp_path / "small.mp4", user="admin", password="admin")
            finder = Finder(allowed=LOOPBACK, own_ports=(), rtsp_port=cameras.port)
            try:
                return await finder.open(Found("127.0.0.4", 0), Secret("admin", password), correct=False, at=datetime.now(UTC))
            finally:
                await finder.close()

    seen = asyncio.run(look("admin"))
    main, sub = seen.facts["main"], seen.facts["sub"]
    assert (main["address"].rsplit("/", 1)[1], main["width"], main["fps"], main["key_every_s"]) == ("stream1", 640, 10, 3.0)
    assert (sub["address"].rsplit("/", 1)[1], sub["width"], sub["key_every_s"]) == ("stream2", 320, 1.0)
    assert [code for code, _ in seen.facts["advice"]] == ["factory_password", "large_key_rare", "no_tls"]
    assert seen.picture[:2] == b"\xff\xd8"
    assert asyncio.run(look("no")).why == "password"


def test_a_device_outside_the_networks_is_sent_nothing(serve):
    device = serve(made("127.0.0.20"))
    finder = Finder(allowed=LOOPBACK, own_ports=())
    seen = asyncio.run(finder.open(found(device), GOOD, correct=False, at=datetime.now(UTC)))
    assert seen.why == "outside"
    assert device.heard == []


def search(network: str, port: int) -> list[Found]:
    return asyncio.run(discover.devices(network, allowed=LOOPBACK, own_ports=(), listen_s=0.6, port=port))


def free_udp_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def test_devices_are_found_at_the_numbers_they_answer_from_and_only_inside_the_networks(serve):
    port = free_udp_port()
    inside, another, outside = (serve(made(n), discovery_port=port) for n in ("127.0.0.2", "127.0.0.3", "127.0.0.20"))
    got = search("", port)
    assert [(one.number, one.port) for one in got] == [(inside.number, inside.port), (another.number, another.port)]
    assert (got[0].name, got[0].hardware) == ("Chang Phueak", "CP-4")
    assert outside.number not in {one.number for one in got}
    assert [one.number for one in search("127.0.0.3", port)] == ["127.0.0.3"]
    assert [one.port for one in search("127.0.0.7", port)] == [0], "it may still have streams"
    for network in ("10.0.0.1", "127.0.0.20", "0.0.0.0/0"):
        with pytest.raises(ValueError, match=r"outside|too large"):
            search(network, port)


def test_answers_that_are_no_xml_or_to_another_question_find_nobody():
    port = free_udp_port()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as liar:
        liar.bind(("127.0.0.2", port))
        liar.settimeout(3)

        async def both() -> list[Found]:
            asking = asyncio.create_task(discover.devices("127.0.0.2", allowed=LOOPBACK, listen_s=0.6, port=port))
            data, sender = await asyncio.to_thread(liar.recvfrom, 65_535)
            assert b"NetworkVideoTransmitter" in data
            for lie in (b"\xff" * 500, BOMB, b"<a/>", b"<" * 60_000):
                with suppress(OSError):
                    liar.sendto(lie, sender)
            return await asking

        assert [one.port for one in asyncio.run(both())] == [0]


def test_large_networks_are_not_asked_number_by_number():
    networks = [ipaddress.ip_network(one) for one in ("10.0.0.0/8", "192.168.1.0/24", "172.16.0.0/22", "fd00::/8")]
    asked = discovery.all_to_ask(networks)
    assert len(asked) == 254
    assert asked[0] == "192.168.1.1"


def test_the_large_and_the_small_stream_are_chosen():
    one = Profile("a", "", "h264", 3840, 2160, 25, 50, path="/1")
    some = [replace(one, token="b", width=352, height=240, path="/3"), one, replace(one, token="c", width=640, height=360, path="/2")]
    assert [p.token for p in streams.choose(some) if p] == ["a", "c"]
    assert streams.choose([one]) == (one, None)
    assert streams.choose([]) == (None, None)


@pytest.mark.parametrize(("user", "password"), sorted(streams.FACTORY))
def test_every_factory_password_is_flagged(user, password):
    main = streams.Stream("rtsps://10.0.0.2:322/1", "h264", 1920, 1080, 25, 2.0, seen=True)
    said = streams.advice(main, replace(main, width=640), user=user.upper(), password=password)
    assert [code for code, _ in said] == ["factory_password"]


def test_h265_and_rare_key_frames_are_told_and_a_good_camera_is_left_alone():
    main = streams.Stream("rtsp://10.0.0.2:554/1", "hevc", 1920, 1080, 25, 4.0, seen=True)
    sub = streams.Stream("rtsp://10.0.0.2:554/2", "h264", 640, 360, 15, 2.08, seen=True)
    said = dict(streams.advice(main, sub, user="admin", password="x9-Chao"))
    assert said == {"large_is_hevc": 0, "large_key_rare": 4.0, "no_tls": 0}
    for code, number in said.items():
        assert all(streams.sentence(code, number))
    assert "4" in streams.sentence("large_key_rare", 4.0)[1]
    assert len(streams.FACTORY) >= 20

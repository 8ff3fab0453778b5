"""The vision program before real cameras (RTSP) and a real bus (NATS): read, kept, told; faults of cameras, of the web and of itself."""

import time

import pytest

from safetyzone.contracts.plates import parse
from safetyzone.contracts.vision import LEASE_EVERY_S, PlatesWork, Work
from safetyzone.programs.nats import NatsPlace, NatsServer
from safetyzone.programs.vision.tests.station import Running, now_ms, running
from safetyzone.programs.vision.tests.street import film
from safetyzone.simulation.plates.passing import Passing
from safetyzone.simulation.plates.passing import film as drawn

KILLED_WITHIN_S = 5.0


@pytest.fixture(scope="session")
def busy(tmp_path_factory):
    """A car every five seconds: 11, 22, 33."""
    path = tmp_path_factory.mktemp("films") / "busy.mp4"
    return film(path, cars=((11, 4.0), (22, 9.0), (33, 14.0)), seconds=18)


@pytest.fixture
def here(tmp_path, free_port):
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "for-tests", "127.0.0.1", free_port())
    server = NatsServer(tmp_path / "bus", place)
    server.start(())
    try:
        with running(tmp_path / "state", place, free_port) as it:
            yield it
    finally:
        server.stop()


def plays(here: Running, code: str) -> dict:
    return here.until(lambda: here.account()["cameras"].get(code, {}).get("why") == "playing" and here.account()["cameras"][code])


def test_a_plate_that_passes_is_told_once_with_its_pictures_and_within_three_seconds(here, busy):
    here.add("C1", busy)
    here.wanted("C1")
    first, second, third = here.readings(3, within_s=60)
    assert {one.plate.number for one in (first, second, third)} == {"11", "22", "33"}
    for one in (first, second, third):
        assert (one.camera, one.plate.series, one.model, one.accepted) == ("C1", "1กข", "twin/00000000", True)
        assert one.frames >= 2
        assert one.first_ms <= one.at_ms <= one.last_ms
        assert one.crop[:2] == one.scene[:2] == b"\xff\xd8"
    assert time.time() * 1000 - third.first_ms < 3_500  # from the first sight to the bus, and out of it again


def test_without_work_no_camera_is_opened_and_work_that_ends_closes_it(here, busy):
    here.add("C1", busy)
    here.until(lambda: here.web.asked)
    time.sleep(1.0)
    assert here.cameras.playing == 0
    here.wanted("C1")
    plays(here, "C1")
    assert here.cameras.playing == 1
    here.wanted()  # a kill switch, an end, an owner's withdrawal: the web names it no more
    began = time.monotonic()
    here.until(lambda: here.cameras.playing == 0 and not here.account()["cameras"])
    assert time.monotonic() - began <= KILLED_WITHIN_S


def test_a_program_that_the_web_no_longer_reaches_stops_when_its_work_ends(here, busy):
    here.add("C1", busy)
    here.wanted("C1", for_s=12)
    plays(here, "C1")
    here.web.away = True
    time.sleep(LEASE_EVERY_S + 3)
    assert here.cameras.playing == 1  # plates go on while their list is alive
    here.until(lambda: here.cameras.playing == 0, within_s=14)


def test_a_killed_program_tells_what_it_had_read_and_reads_on(tmp_path, free_port, busy):
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "for-tests", "127.0.0.1", free_port())
    with running(tmp_path / "state", place, free_port) as here:
        here.add("C1", busy)
        here.wanted("C1")
        here.until(lambda: here.account()["waiting"] >= 1, within_s=60)  # there is no bus
        here.kill()
        assert list((here.state / "spool" / "vision-0").glob("*.readings"))
        server = NatsServer(tmp_path / "bus", place)
        server.start(())
        try:
            here.start()
            told = here.readings(2, within_s=60)
        finally:
            server.stop()
    assert len({one.id for one in told}) == 2
    assert {one.plate.number for one in told} <= {"11", "22", "33"}


@pytest.mark.parametrize("kind", ["corrupt", "drop"])
def test_a_camera_with_a_fault_is_read_all_the_same(here, busy, kind):
    here.add("C1", busy)
    here.wanted("C1")
    plays(here, "C1")
    here.fault("C1", kind, seconds=6.0)
    time.sleep(8)
    here.fault("C1", None)
    assert here.readings(1, within_s=60)
    assert here.process is not None
    assert here.process.poll() is None


def test_garbage_and_silence_at_one_camera_leave_the_others_alone(here, busy):
    for code in ("C1", "BAD", "MUTE"):
        here.add(code, busy)
    here.fault("BAD", "garbage")
    here.fault("MUTE", "silence")
    here.wanted("C1", "BAD", "MUTE")
    assert {one.camera for one in here.readings(2, within_s=60)} == {"C1"}
    assert here.account()["cameras"]["BAD"]["why"] in ("gone", "opening", "broken")


def test_the_real_nets_read_drawn_vehicles_that_pass_a_real_camera(tmp_path, free_port):
    place = NatsPlace(f"nats://127.0.0.1:{free_port()}", "app", "for-tests", "127.0.0.1", free_port())
    server = NatsServer(tmp_path / "bus", place)
    server.start(())
    listed = parse("6กพ 7414", province="กรุงเทพมหานคร"), parse("1กข 234", province="ชลบุรี", vehicle_class="motorcycle")
    clip = drawn(tmp_path / "drawn.mp4", [Passing(plate, at_s=6.0 + 5 * n) for n, plate in enumerate(listed)], seconds=16)
    try:
        with running(tmp_path / "state", place, free_port, real=True) as here:
            here.add("C1", clip)
            here.wanted("C1")
            told = here.readings(2, within_s=90)
    finally:
        server.stop()
    assert {one.plate.number for one in told} & {plate.number for plate in listed}
    assert {one.model.partition("/")[0] for one in told} == {"plates-reader"}


def test_a_camera_with_a_small_stream_decodes_nothing_of_the_large_one_until_something_moves(here, tmp_path):
    quiet = film(tmp_path / "quiet.mp4", cars=((11, 26.0),), seconds=32, gop_s=1.0)
    here.add("C1", quiet)
    here.add("small", quiet)
    ends = now_ms() + 3_600_000
    here.web.work = lambda: (
        Work(
            camera="C1", address=here.cameras.url("C1"), sub_address=here.cameras.url("small"), until_ms=now_ms() + 8000,
            plates=PlatesWork(until_ms=ends),
        ),
    )  # fmt: skip
    plays(here, "C1")
    time.sleep(18)
    before = here.account()["cameras"]["C1"]["decoded"]
    time.sleep(4)
    assert here.account()["cameras"]["C1"]["decoded"] <= before + 1
    assert here.cameras.playing == 2
    assert [one.plate.number for one in here.readings(1, within_s=60)] == ["11"]

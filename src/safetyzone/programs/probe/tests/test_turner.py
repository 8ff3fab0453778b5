"""Turning a camera by ONVIF PTZ, over real sockets on loopback: to the pole and back, by position and by preset."""

import asyncio
import ipaddress
import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from safetyzone.kernel.geometry import Point
from safetyzone.programs.probe.turner import Turner
from safetyzone.senses.cameras import slewing
from safetyzone.senses.cameras.finding.ptz import Position
from safetyzone.senses.cameras.finding.tests.device import BOMB, digest_only, drips, envelope, serving
from safetyzone.senses.cameras.finding.tests.ptz_device import DEGREES as IN_DEGREES
from safetyzone.senses.cameras.finding.tests.ptz_device import PtzDevice
from safetyzone.senses.cameras.ports import CannotTurn
from safetyzone.senses.cameras.slew_queries import ToSlew
from safetyzone.senses.cameras.slewing import Home, Target

HERE = Point(100.5405, 13.7445)
HOME = Home(HERE, 6.6, azimuth_deg=350.0, tilt_deg=10.0, hfov_deg=60.0)
EAST = HERE.moved(east_m=20.0)
"""A spot 90 degrees from north, 20 m away, 5 m below the camera."""
DOWN = math.degrees(math.atan2(5.0, 20.0))
LOOPBACK = [ipaddress.ip_network("127.0.0.0/28")]


@pytest.fixture
def serve() -> Iterator:
    with ExitStack() as stack:
        yield lambda device: stack.enter_context(serving(device))


def order(device: PtzDevice, *, names: tuple[str, ...] = ("LPN-P007",), **changed: object) -> ToSlew:
    said = {
        "id": uuid4(), "camera": "C1", "station": "lumphini", "homeward": False, "home": HOME, "target": Target(EAST, names),
        "before": Position(), "address": f"rtsp://{device.number}:554/main", "onvif_port": device.port,
        "onvif_path": "/onvif/device_service", "onvif_tls": False, "user": device.user, "password": device.password,
    }  # fmt: skip
    return ToSlew(**said | changed)  # type: ignore[arg-type]


def there_and_back(device: PtzDevice, *, own_ports: tuple[int, ...] = (), others: dict[str, Point] | None = None, **changed: object) -> str:
    """Turn, remember where it stood in between, and go home; returns how it turned."""

    async def run() -> str:
        turner = Turner(allowed=LOOPBACK, own_ports=own_ports, resolve=lambda _: ())
        to = order(device, **changed)
        async with turner.talking(to, at=datetime.now(UTC)) as head:
            before = await head.before()
            way = await head.look_at(slewing.aim(HOME, EAST), HOME, before, to.target, others or {})
        async with turner.talking(to, at=datetime.now(UTC)) as head:
            await head.go_home(before)
        return way

    return asyncio.run(run())


def why_not(device: PtzDevice, **changed: object) -> str:
    with pytest.raises(CannotTurn) as no:
        there_and_back(device, **changed)  # type: ignore[arg-type]
    return no.value.why


@pytest.mark.parametrize("made", [{}, {"tells_degrees": True}, {"media2": True}, {"old": True}, {"ahead": timedelta(hours=7)}])
def test_a_camera_that_speaks_of_degrees_turns_to_the_pole_and_stands_again_where_it_stood(serve, made):
    device = serve(PtzDevice("127.0.0.2", 9554, pan=12.0, tilt=-10.0, zoom=0.25, **made))
    assert there_and_back(device) == "position"
    (_, pan, tilt), (_, back, up) = device.moved
    assert pan == pytest.approx(12.0 + 100.0, abs=0.2), "from 350 degrees to 90, clockwise"
    assert tilt == pytest.approx(-10.0 + 10.0 - DOWN, abs=0.2)
    assert (back, up, device.zoom) == pytest.approx((12.0, -10.0, 0.25), abs=0.01)


def test_a_way_beyond_its_stop_is_gone_round_the_other_side(serve):
    device = serve(PtzDevice("127.0.0.2", 9554, pan=120.0, tells_degrees=True))
    there_and_back(device)
    assert device.moved[0][1] == pytest.approx(120.0 + 100.0 - 360.0, abs=0.2)


@pytest.mark.parametrize(("presets", "others", "goes_to"), [
    ({"อื่น": (1.0, 1.0), "lpn-p007 ": (77.0, -5.0)}, {}, 77.0),
    ({"LPN-P008": (66.0, -5.0), "LPN-P009": (55.0, -5.0)},
     {"LPN-P008": HERE.moved(east_m=40.0, north_m=3.0), "LPN-P009": HERE.moved(east_m=40.0, north_m=9.0)}, 66.0),
])  # fmt: skip
def test_one_that_does_not_goes_to_the_preset_of_the_pole_or_of_one_beside_it(serve, presets, others, goes_to):
    device = serve(PtzDevice("127.0.0.2", 9554, pan=12.0, speaks_degrees=False, presets=presets))
    assert there_and_back(device, others=others) == "preset"
    assert [(name, round(pan)) for name, pan, _ in device.moved] == [("GotoPreset", goes_to), ("AbsoluteMove", 12)]


def test_a_preset_of_a_pole_elsewhere_does_not_do_and_nothing_moves(serve):
    device = serve(PtzDevice("127.0.0.2", 9554, speaks_degrees=False, presets={"LPN-P008": (66.0, -5.0)}))
    assert why_not(device, others={"LPN-P008": HERE.moved(north_m=40.0)}) == "no way"
    assert device.moved == []


def test_one_that_never_says_where_it_stands_goes_to_its_own_home(serve):
    device = serve(PtzDevice("127.0.0.2", 9554, tells_position=False, has_home=True, home=(3.0, -3.0), presets={"LPN-P007": (77.0, 0.0)}))
    assert there_and_back(device) == "preset"
    assert [name for name, *_ in device.moved] == ["GotoPreset", "GotoHomePosition"]


def test_one_that_says_yes_and_stays_away_is_told_of(serve):
    device = serve(PtzDevice("127.0.0.2", 9554, tells_degrees=True, pan=12.0))

    async def home_when_stuck() -> None:
        turner = Turner(allowed=LOOPBACK, own_ports=(), resolve=lambda _: ())
        device.stuck = True
        async with turner.talking(order(device), at=datetime.now(UTC)) as head:
            await head.go_home(Position(90.0, 0.0, IN_DEGREES))

    with pytest.raises(CannotTurn) as no:
        asyncio.run(home_when_stuck())
    assert no.value.why == "not back"


@pytest.mark.parametrize(("made", "changed", "why"), [
    ({}, {"password": "wrong"}, "password"),
    ({"motors": False}, {}, "no motors"),
    ({"moving_until": math.inf}, {}, "in use"),
    ({"malice": lambda handler, _: handler.reply(302, b"", Location="http://127.0.0.1/") or True}, {}, "no motors"),
    ({"malice": lambda handler, _: handler.reply(200, BOMB) or True}, {}, "no motors"),
    ({"malice": lambda handler, _: handler.reply(200, envelope("<x/>")) or True}, {}, "no motors"),
    ({}, {"address": "rtsp://127.0.0.33:554/main"}, "outside"),
    ({}, {"address": "rtsp://169.254.169.254:80/x"}, "outside"),
    ({}, {"address": ""}, "no address"),
    ({}, {"onvif_port": 9}, "no answer"),
])  # fmt: skip
def test_whoever_cannot_be_turned_says_why_and_has_not_moved(serve, made, changed, why):
    device = serve(PtzDevice("127.0.0.2", 9554, **made))
    assert why_not(device, **changed) == why
    assert device.moved == []


def test_a_port_of_the_stations_own_is_never_asked(serve):
    device = serve(PtzDevice("127.0.0.2", 9554))
    assert why_not(device, own_ports=(device.port,)) == "no motors"
    assert device.heard == []


def test_one_that_drips_is_given_up_in_seconds(serve, monkeypatch):
    from safetyzone.programs.probe import turner

    monkeypatch.setattr(turner, "WITHIN_S", 1.0)
    begun = time.monotonic()
    assert why_not(serve(PtzDevice("127.0.0.2", 9554, malice=drips))) == "no answer"
    assert time.monotonic() - begun < 4


def test_the_password_never_travels_and_digest_over_http_does_too(serve):
    device = serve(PtzDevice("127.0.0.2", 9554, pan=12.0, tells_degrees=True))
    device.malice = digest_only(device)
    assert there_and_back(device) == "position"
    assert device.password.encode() not in b"".join(device.heard)
    assert device.password not in repr(order(device))


def test_one_that_takes_longer_than_its_own_patience_with_old_questions_arrives_all_the_same(serve, monkeypatch):
    from safetyzone.senses.cameras.finding.tests import device as devices

    monkeypatch.setattr(devices, "FRESH_S", 2.2)  # its clock and our stamp tell whole seconds
    device = serve(PtzDevice("127.0.0.2", 9554, tells_degrees=True, takes_s=4.0, ahead=timedelta(hours=-7)))
    assert there_and_back(device) == "position"

"""Somebody presses a pole: the camera that can turn looks there by itself, and looks home again when it is over (row C2)."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest

from safetyzone import story
from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.kernel.sealed import seal
from safetyzone.kernel.settings import Settings
from safetyzone.programs.probe.main import Probe
from safetyzone.response.incidents import actions as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.cameras import actions as cameras
from safetyzone.senses.cameras import queries as camera_queries
from safetyzone.senses.cameras.access import owner
from safetyzone.senses.cameras.finding.tests.device import drips, serving
from safetyzone.senses.cameras.finding.tests.ptz_device import PtzDevice
from safetyzone.senses.cameras.health_queries import CREDENTIAL
from safetyzone.senses.cameras.models import Camera, CameraSlew
from safetyzone.senses.cameras.register.sheet import Format, sheet
from safetyzone.trust.audit.models import Leaf
from safetyzone.trust.audit.verify import verify
from tests.stories.town import JUNCTION, STATION, Town

POLICE, SHOP, BROKEN = "LPN-T1", "LPN-T2", "LPN-T3"
SIDES = {POLICE: (15, 0), SHOP: (0, 15), BROKEN: (-15, 0)}
WITHIN_S = 20.0

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass
class Street:
    """A town with three cameras that turn, each looking away from pole 7, and the probe."""

    town: Town
    devices: dict[str, PtzDevice] = field(default_factory=dict)

    def says(self, incident: int) -> dict[str, dict[str, Any]]:
        """What the operator's console shows."""
        answer = self.town.board.client.get(f"/video/slews/{incident}")
        assert answer.status_code == 200, answer.content
        return {each["camera"]: each for each in answer.json()["slews"]}

    def until(self, camera: str, incident: int, *statuses: str) -> None:
        until(lambda: self.says(incident).get(camera, {}).get("status") in statuses)


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + WITHIN_S
    while not true():
        assert time.monotonic() < end, list(CameraSlew.objects.values_list("camera", "status", "why"))
        time.sleep(0.1)


@pytest.fixture
def street(town: Town) -> Iterator[Street]:
    story.begin()
    made = Street(town)
    rows = [_row(code, number) for number, code in enumerate(SIDES, start=2)]
    listed = sheet(Format.CSV, list(rows[0]), [(line, list(row.values())) for line, row in enumerate(rows, start=2)])
    cameras.import_list(station=STATION, sheet=listed, sha256="0" * 64, only_good=False, by=COMMAND_LINE, at=town.clock.now())
    with ExitStack() as stack:
        for number, code in enumerate(SIDES, start=2):
            device = PtzDevice(f"127.0.0.{number}", 9554, pan=10.0, tilt=-12.0, malice=drips if code == BROKEN else None)
            made.devices[code] = stack.enter_context(serving(device))
            words = seal(f"{device.user}:{device.password}", purpose=CREDENTIAL, subject=code)
            Camera.objects.filter(code=code).update(onvif_port=device.port, credential=words)
        stack.enter_context(probing())
        yield made


def _row(code: str, number: int) -> dict[str, Any]:
    east, north = SIDES[code]
    where, shop = JUNCTION.moved(east_m=east, north_m=north), code == SHOP
    return {
        "code": code, "owner": "ร้านสะดวกซื้อสมมุติ" if shop else "สน.ลุมพินี (สมมุติ)", "owner_kind": "shop" if shop else "police",
        "name_th": f"กล้อง {code}", "name_en": f"Camera {code}", "lon": round(where.lon, 7), "lat": round(where.lat, 7), "height_m": 5.0,
        "azimuth_deg": round(JUNCTION.bearing_to(where), 1), "tilt_deg": 12.0, "hfov_deg": 60.0, "width_px": 1920, "height_px": 1080,
        "kind": "ptz", "may_turn": "yes", "ir_range_m": 60.0, "tier": "during_incident" if shop else "always",
        "address": f"rtsp://127.0.0.{number}:554/main",
    }  # fmt: skip


@contextmanager
def probing() -> Iterator[None]:
    """The probe in a loop of its own; its round of the cameras comes later than this story lasts."""
    over = threading.Event()

    async def run() -> None:
        stop = asyncio.Event()
        probe = Probe(Settings(camera_networks=["127.0.0.0/28"], probe_every_s=600, picture_every_s=3600))
        running = asyncio.create_task(probe.run(stop))
        await asyncio.to_thread(over.wait)
        stop.set()
        await running
        for thread in (probe.writer, probe.thinker):
            thread.shutdown(wait=True)

    thread = threading.Thread(target=asyncio.run, args=(run(),))
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def close(town: Town, incident: int) -> None:
    incidents.answer(incident_id=incident, by=town.malee, at=town.clock.now())
    incidents.judge(incident_id=incident, as_=Status.FALSE_PRESS, why="ไม่มีผู้ใด", by=town.malee, at=town.clock.now())


def test_it_turns_at_a_press_and_looks_home_after_it_while_others_do_not_move_or_hold_anything_up(street: Street) -> None:
    begun = time.monotonic()
    incident = street.town.press("pole 7").incident
    assert time.monotonic() - begun < 1.0, "the press waits for no camera"
    assert incident is not None
    device = street.devices[POLICE]
    street.until(POLICE, incident, "turned")
    said = street.says(incident)
    assert (said[POLICE]["slew_th"], said[POLICE]["slew_en"]) == ("หันมาเพื่อเหตุนี้", "turned for this incident")
    assert said[BROKEN]["slew_en"] == "turning to the pole", "a device that drips holds up nobody but itself"
    [(order, pan, _)] = device.moved
    assert order == "AbsoluteMove"
    assert abs((pan - (10.0 + 180.0) + 180) % 360 - 180) < 1.0, "half round, from where it stood"

    close(street.town, incident)
    street.until(POLICE, incident, "home")
    assert (device.pan, device.tilt) == pytest.approx((10.0, -12.0), abs=0.01)
    assert SHOP not in street.says(incident), "its owner never said that it may be turned"
    assert street.devices[SHOP].heard == []
    assert street.devices[BROKEN].moved == []
    acts = list(Leaf.objects.filter(object=f"camera:{POLICE}", action__in=MOVES).order_by("seq").values_list("action", "facts__incident"))
    assert acts == [(action, incident) for action in MOVES]
    assert verify().broken == []


MOVES = ("camera.turning", "camera.turned", "camera.sent_home", "camera.came_home")


def test_a_shop_that_said_yes_has_its_camera_turned_until_it_says_no(street: Street) -> None:
    shop = camera_queries.camera(SHOP, for_=COMMAND_LINE)
    by_owner = owner(shop.owner_id, station=STATION, language="th")
    with pytest.raises(cameras.rules.OnlyTheOwner):
        cameras.agree_to_turn(code=SHOP, by=COMMAND_LINE, at=street.town.clock.now())
    cameras.agree_to_turn(code=SHOP, by=by_owner, at=street.town.clock.now())
    incident = street.town.press("pole 7").incident
    assert incident is not None
    street.until(SHOP, incident, "turned")
    cameras.forbid_to_turn(code=SHOP, by=by_owner, at=street.town.clock.now())
    street.until(SHOP, incident, "home")
    assert (street.devices[SHOP].pan, street.devices[SHOP].tilt) == pytest.approx((10.0, -12.0), abs=0.01)


def test_what_an_operator_has_by_hand_is_moved_by_nobody_else_until_he_gives_it_back(street: Street) -> None:
    incident = street.town.press("pole 7").incident
    assert incident is not None
    street.until(POLICE, incident, "turned")
    console, device = street.town.board.client, street.devices[POLICE]
    assert console.post(f"/video/slews/{incident}/{POLICE}/hand").status_code == 200
    close(street.town, incident)
    second = street.town.press("pole 8").incident
    assert second is not None
    time.sleep(2.5)  # two rounds of the probe
    assert len(device.moved) == 1
    assert street.says(incident)[POLICE]["slew_en"] == "an operator has it by hand"
    assert POLICE not in street.says(second)
    assert console.post(f"/video/slews/{incident}/{POLICE}/back").status_code == 200
    street.until(POLICE, incident, "home")
    assert (device.pan, device.tilt) == pytest.approx((10.0, -12.0), abs=0.01)


def test_after_half_an_hour_it_goes_home_though_the_incident_is_open_and_is_not_turned_to_it_again(street: Street) -> None:
    incident = street.town.press("pole 7").incident
    assert incident is not None
    street.until(POLICE, incident, "turned")
    street.town.clock.forward(seconds=31 * 60)
    street.until(POLICE, incident, "home")
    street.town.clock.forward(seconds=60)
    time.sleep(2.5)
    assert [name for name, *_ in street.devices[POLICE].moved] == ["AbsoluteMove", "AbsoluteMove"]

"""A small station: two patrols, a desk, a place to go. Real tables, the real incidents room, a clock in the hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import settings
from safetyzone.response.dispatch import actions, advice
from safetyzone.response.dispatch.roads import StraightLine
from safetyzone.response.incidents import actions as incidents

STATION = "test-station"
NOON = datetime(2026, 11, 22, 5, 0, tzinfo=UTC)
HERE = Point(lon=100.5412, lat=13.7460)
DESK_MAY = ("see_room", "answer", "dispatch", "close", "manage_officers")


@dataclass
class Ground:
    """What the tests stand on."""

    desk: Who
    stranger: Who

    def officer(self, name: str, *permissions: str, station: str = STATION) -> Who:
        """An officer who has just these permissions at the station."""
        person, _ = get_user_model().objects.get_or_create(username=name)
        return Who(name=name, officer_id=person.pk, grants=frozenset((station, p) for p in permissions))

    def unit(self, call_sign: str, *, east_m: float | None = 400, at: datetime = NOON, kind: str = "motorcycle") -> Who:
        """A free patrol so far east of the place; returns the officer who rides it."""
        rider = self.officer(f"rider-{call_sign}", "patrol")
        assert rider.officer_id is not None
        actions.add_unit(call_sign=call_sign, station=STATION, kind=kind, crew=[rider.officer_id], by=self.desk, at=at)
        actions.set_duty(call_sign=call_sign, duty="free", by=rider, at=at)
        if east_m is not None:
            actions.report_position(call_sign=call_sign, point=HERE.moved(east_m=east_m), by=rider, at=at)
        return rider

    def incident(self, kind: str = "sos", device: str = "", at: datetime = NOON) -> int:
        """A call at the place, not yet answered by anybody."""
        opened = incidents.report(
            station=STATION, kind=kind, priority=1, place_th="หน้าห้าง", point=HERE, device=device, by=self.desk, at=at
        )
        return int(opened.id)


def lay_ground() -> Ground:
    """The rows that must be there."""
    province, _ = apps.get_model("zones", "Province").objects.get_or_create(
        code="10", defaults={"name_th": "กรุงเทพ", "name_en": "Bangkok", "bureau": "M", "lon": 100.5, "lat": 13.7}
    )
    station, _ = apps.get_model("zones", "Station").objects.get_or_create(
        code=STATION,
        defaults={
            "name_th": "สถานีทดสอบ", "name_en": "Test", "province": province, "lon": HERE.lon, "lat": HERE.lat,
            "command_room_lon": HERE.lon, "command_room_lat": HERE.lat,
        },
    )  # fmt: skip
    zone, _ = apps.get_model("zones", "Zone").objects.get_or_create(
        code="test-zone",
        defaults={
            "station": station, "name_th": "เขต", "name_en": "Zone", "border": {}, "lon": HERE.lon, "lat": HERE.lat,
        },
    )  # fmt: skip
    apps.get_model("sos", "Pole").objects.get_or_create(
        code="TST-P001",
        defaults={
            "zone": zone, "name_th": "เสา 1", "lon": HERE.lon, "lat": HERE.lat, "mqtt_password_hash": "x",
            "added_at": NOON,
        },
    )  # fmt: skip
    radio = apps.get_model("dispatch", "UnitStateName")  # emptied with everything else after a test with real transactions
    radio.objects.get_or_create(
        station="", state="free", defaults={"radio_code": "ว.10", "name_th": "ประจำจุด", "name_en": "At post"}
    )
    somebody = Who(name="nobody")
    ground = Ground(desk=somebody, stranger=somebody)
    ground.desk = ground.officer("desk", *DESK_MAY)
    ground.stranger = ground.officer("stranger", *DESK_MAY, "patrol", station="another-station")
    return ground


@pytest.fixture
def ground(db: None) -> Ground:
    return lay_ground()


@pytest.fixture(autouse=True)
def no_streets() -> Iterator[None]:
    """Straight lines, whatever streets another test has loaded."""
    before = advice.use_streets(StraightLine)
    yield
    advice.use_streets(before)


def give_duty(who: Who, *permissions: str) -> None:
    """A posting in the tables, so that a web request finds these permissions."""
    duty, _ = apps.get_model("officers", "Duty").objects.get_or_create(
        code="test-" + "-".join(permissions), defaults={"name_th": "ทดสอบ", "name_en": "Test", "permissions": list(permissions)}
    )
    apps.get_model("officers", "Posting").objects.create(
        officer_id=who.officer_id, duty=duty, station_id=STATION, valid_from=NOON.replace(year=2020), given_by="test"
    )


@pytest.fixture
def no_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in is tested elsewhere."""
    monkeypatch.setattr(settings(), "mfa_required", False)

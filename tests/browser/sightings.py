"""A stolen motorcycle passes four cameras at which plates may be kept, and somebody rides behind it: for the browser tests."""

from datetime import datetime, timedelta
from uuid import uuid4

from safetyzone.contracts.vision import FieldsSure, PlateReading, PlateSaid
from safetyzone.ground.officers import queries as officers
from safetyzone.ground.officers.access import COMMAND_LINE, SYSTEM, Who
from safetyzone.ground.officers.models import Officer
from safetyzone.senses.cameras import actions
from safetyzone.senses.sightings import history_actions
from safetyzone.senses.sightings.history_actions import Wanted
from safetyzone.senses.sightings.take_actions import take
from safetyzone.trust.cases import actions as cases
from tests.browser.town import CENTRE, STATION, Town

STANDS = ((-420, 10), (-60, 320), (330, 260), (620, -180))
CASE = "412/2569"


def _who(name: str, at: datetime) -> Who:
    return officers.who(Officer.objects.get(username=name), at=at)


def passed(town: Town, now: datetime) -> dict[str, int]:
    """An hour ago; the investigator Nok has a case, and Commander Chai approved that plates are kept."""
    town.officer("nok", "investigator")
    town.officer("chai", "commander")
    nok, chai = _who("nok", now), _who("chai", now)
    cases.open_case(number=CASE, unit=STATION, offence="vehicle_theft", officers=["nok"], by="nok", at=now - timedelta(days=1))
    readings = []
    for number, (east, north) in enumerate(STANDS, 1):
        there, code = CENTRE.moved(east_m=east, north_m=north), f"LPR-{number}"
        given = {
            "code": code, "owner": "เทศบาล", "owner_kind": "municipality", "name_th": f"กล้องปากซอย {number}",
            "name_en": f"Soi camera {number}", "lon": there.lon, "lat": there.lat, "height_m": 4.5, "azimuth_deg": 0, "tilt_deg": 12,
            "hfov_deg": 80, "width_px": 1920, "height_px": 1080, "ir_range_m": 40, "tier": "always",
        }  # fmt: skip
        actions.add_camera(station=STATION, given=given, by=COMMAND_LINE, at=now - timedelta(days=1))
        wanted = Wanted(code, "ป.วิ.อ. ม.131", "จุดที่รถหายบ่อย", 7, now + timedelta(days=20))
        history_actions.approve(history_actions.ask(wanted, by=nok, at=now - timedelta(hours=5)), by=chai, at=now - timedelta(hours=4))
        moment = now - timedelta(minutes=60 - 4 * number)
        readings += [_read("1กข", "234", code, moment), _read("6กพ", "7414", code, moment + timedelta(seconds=9))]
    take(readings, by=SYSTEM, at=now)
    return {}


def _read(series: str, number: str, camera: str, at: datetime) -> PlateReading:
    ms = int(at.timestamp() * 1000)
    return PlateReading(
        id=uuid4(), camera=camera, at_ms=ms, first_ms=ms, last_ms=ms, track="t", sure=0.96, accepted=True, frames=5, box=(1, 1, 90, 40),
        plate=PlateSaid(series=series, number=number, province="กรุงเทพมหานคร", vehicle_class="motorcycle" if series == "1กข" else "car"),
        fields=FieldsSure(series=0.98, number=0.99, province=0.95),
    )  # fmt: skip


SCENES = {"sightings": passed}

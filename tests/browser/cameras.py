"""Eight cameras at the middle of the town for the browser tests, and all of them failing and working again."""

from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.kernel.ids import new_id
from safetyzone.kernel.live import Thing, changed
from safetyzone.response.incidents import actions as incident_actions
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.models import Advice, Camera
from safetyzone.senses.cameras.slew_models import CameraSlew
from tests.browser.town import CENTRE, STATION, ZONE, Town

PLACES = ((15, -3), (-25, 5), (4, 45), (-6, -45), (30, -4), (45, -8), (2, 30), (-40, 8))


def hang(town: Town, now: datetime) -> dict[str, int]:
    """They hang along the two streets, and one of the town's people plans."""
    town.officer("pim", "planner")
    for number, (east, north) in enumerate(PLACES, 1):
        there = CENTRE.moved(east_m=east, north_m=north)
        given = {
            "code": f"CAM-{number:02}", "owner": "เทศบาล", "owner_kind": "municipality", "name_th": f"กล้องแยก {number}",
            "name_en": f"Junction camera {number}", "lon": there.lon, "lat": there.lat, "height_m": 4.5, "azimuth_deg": 0, "tilt_deg": 12,
            "hfov_deg": 80, "width_px": 1920, "height_px": 1080, "ir_range_m": 40, "tier": "always",
        }  # fmt: skip
        actions.add_camera(station=STATION, given=given, by=COMMAND_LINE, at=now - timedelta(days=1))
    return {}


def _all(state: str, now: datetime) -> dict[str, int]:
    with transaction.atomic():
        Camera.objects.update(state=state, state_since=now)
        changed([Thing("camera", code, STATION) for code in Camera.objects.values_list("code", flat=True)])
    return {}


def fail(town: Town, now: datetime) -> dict[str, int]:
    """All at once."""
    return _all("offline", now)


def work(town: Town, now: datetime) -> dict[str, int]:
    """All again."""
    return _all("working", now)


def press(town: Town, now: datetime) -> dict[str, int]:
    """Somebody calls for help by telephone where two of them look."""
    return {"ringing": town.phone(east_m=10, north_m=20, at=now)}


def turned(town: Town, now: datetime) -> dict[str, int]:
    """Somebody calls, and the third camera, which can turn, was turned to him."""
    number = press(town, now)["ringing"]
    Camera.objects.filter(code="CAM-03").update(kind="ptz")
    CameraSlew.objects.create(
        id=new_id(), camera_id="CAM-03", station=STATION, incident=number, lon=CENTRE.lon, lat=CENTRE.lat, asked_at=now, changed_at=now,
        begun_at=now, home_by=now + timedelta(minutes=30), next_try_at=now + timedelta(hours=1), status="turned", way="position",
    )  # fmt: skip
    return {"ringing": number}


def take_back(town: Town, now: datetime) -> dict[str, int]:
    """The owner of the second camera withdraws it."""
    actions.withdraw(code="CAM-02", by=COMMAND_LINE, at=now)
    return {}


def hand_back(town: Town, now: datetime) -> dict[str, int]:
    """And shares it again."""
    actions.share_again(code="CAM-02", by=COMMAND_LINE, at=now)
    return {}


def over(town: Town, now: datetime) -> dict[str, int]:
    """The calls were pressed by mistake."""
    for view in incidents.queue(STATION, for_=town.who("malee")):
        incident_actions.answer(incident_id=view.id, by=town.who("malee"), at=now)
        incident_actions.judge(incident_id=view.id, as_=Status.FALSE_PRESS, why="กดโดยไม่ตั้งใจ", by=town.who("malee"), at=now)
    return {}


def advise(_town: Town, now: datetime) -> dict[str, int]:
    """Advice that is there: turn the first camera to the east."""
    move = {
        "camera": "CAM-01", "from_azimuth": 0.0, "to_azimuth": 90.0, "from_tilt": 12.0, "to_tilt": 12.0, "gain_m": 40.0, "gain_risk": 40.0,
        "keeps": 0,
    }  # fmt: skip
    answer = {"moves": [move], "before_m": 100.0, "after_m": 140.0, "street_m": 480.0, "value": 140.0, "bound": 140.0, "gap": 0.0}
    asked = {"density_px_m": 25.0, "night": False, "seconds": 5.0, "most_moves": 3.0}
    Advice.objects.create(
        id=new_id(), station=STATION, zone=ZONE, kind="reaim", status="finished", answer={**answer, "duplicates": []}, asked=asked,
        asked_by="pim", asked_at=now, changed_at=now + timedelta(seconds=1),
    )  # fmt: skip
    return {}


SCENES = {
    "advised": advise, "turned": turned,
    "camera_withdrawn": take_back, "camera_shared": hand_back, "calls_over": over,
    "cameras": hang, "press_before_cameras": press, "cameras_fail": fail, "cameras_work": work,
}  # fmt: skip

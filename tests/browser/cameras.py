"""Eight cameras at the middle of the town for the browser tests, and all of them failing and working again."""

from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.ground.officers.access import COMMAND_LINE
from safetyzone.kernel.live import Thing, changed
from safetyzone.response.incidents import actions as incident_actions
from safetyzone.response.incidents import queries as incidents
from safetyzone.response.incidents.lifecycle import Status
from safetyzone.senses.cameras import actions
from safetyzone.senses.cameras.models import Camera
from tests.browser.town import CENTRE, STATION, Town

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


SCENES = {
    "camera_withdrawn": take_back, "camera_shared": hand_back, "calls_over": over,
    "cameras": hang, "press_before_cameras": press, "cameras_fail": fail, "cameras_work": work,
}  # fmt: skip

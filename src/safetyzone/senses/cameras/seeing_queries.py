"""Which cameras see this spot, now (row D2): by line of sight and density, and whether their owners' terms open them at this moment."""

from dataclasses import dataclass
from datetime import datetime

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel import daylight
from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras import rules
from safetyzone.senses.cameras.models import Camera
from safetyzone.senses.cameras.standing import Seeing, standing


@dataclass(frozen=True, slots=True)
class SeesSpot:
    """A camera that sees a spot, or one nearby that does not, with the reason in words for a person."""

    camera: str
    name_th: str
    name_en: str
    sees: bool
    distance_m: float
    bearing_deg: float
    """From the spot to the camera."""
    px_m: float
    state: str
    why_th: str
    why_en: str
    may_open: bool
    terms_th: str
    """Why the owner's terms open it now, or why not."""
    terms_en: str


def seeing(station: str, point: Point, *, at: datetime, for_: Who, incident_open: bool, most: int = 4) -> list[SeesSpot]:
    """At most ``most`` cameras that see the spot, from different sides, the best first; then nearby ones that do not, with the reason.

    Args:
        incident_open: whether the spot is that of an open incident, which the tier ``during_incident`` asks for.
    """
    if not may(for_, "see_cameras", station=station):
        return []
    found = standing(station).watchers(point, daylight.is_dark(point, at), most)
    cameras = Camera.objects.in_bulk([each.code for each in found])
    return [_seen(each, cameras[each.code], at, incident_open) for each in found if each.code in cameras]


def _seen(each: Seeing, camera: Camera, at: datetime, incident_open: bool) -> SeesSpot:
    verdict = rules.may_open(
        camera.tier, what="live", paused=camera.paused_at is not None, withdrawn=camera.withdrawn_at is not None,
        contract_until=camera.contract_until, nearest_m=each.distance_m if incident_open else None,
        live_radius_m=camera.live_radius_m, at=at,
    )  # fmt: skip
    return SeesSpot(
        each.code, camera.name_th, camera.name_en or camera.name_th, each.sees, each.distance_m, each.bearing_deg, each.px_m,
        camera.state, each.th, each.en, verdict.yes, verdict.th, verdict.en,
    )  # fmt: skip

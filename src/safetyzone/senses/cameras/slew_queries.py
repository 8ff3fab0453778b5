"""Reading slews: what the probe is to do, which cameras could be turned to a spot, and what a console shows."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from safetyzone.kernel import daylight
from safetyzone.kernel.geometry import Point
from safetyzone.senses.cameras import rules, slew_rules
from safetyzone.senses.cameras.finding.ptz import Position
from safetyzone.senses.cameras.health_queries import opened_with
from safetyzone.senses.cameras.models import Camera, CameraSlew
from safetyzone.senses.cameras.slewing import Home, Target, aim
from safetyzone.senses.cameras.standing import standing

Status = CameraSlew.Status


@dataclass(frozen=True, slots=True)
class ToSlew:
    """What the probe is to do with one camera. Never printed with its password."""

    id: UUID
    camera: str
    station: str
    homeward: bool
    home: Home
    target: Target
    before: Position
    address: str = field(repr=False)
    onvif_port: int
    onvif_path: str
    onvif_tls: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class SlewView:
    """One camera that was turned, or should have been, for an incident."""

    id: UUID
    camera: str
    name_th: str
    name_en: str
    incident: int
    status: str
    why: str
    home_by: datetime
    th: str
    en: str

    @property
    def is_live(self) -> bool:
        """Whether the camera is held by it."""
        return self.status in CameraSlew.LIVE


def may_slew(camera: Camera, spot: Point, at: datetime) -> rules.Verdict:
    """``rules.may_slew`` of a camera of the register, for an incident that is open there."""
    live = rules.may_open(
        camera.tier, what="live", paused=camera.paused_at is not None, withdrawn=camera.withdrawn_at is not None,
        contract_until=camera.contract_until, nearest_m=Point(camera.lon, camera.lat).metres_to(spot),
        live_radius_m=camera.live_radius_m, at=at,
    )  # fmt: skip
    agreed = rules.agreed_to_turn(camera.owner.kind, owner_said_so=camera.slew_agreed_at is not None)
    return rules.may_slew(
        live, turns=camera.kind == Camera.Kind.PTZ and camera.retired_at is None, fixed=not camera.may_turn, agreed=agreed,
        incident_open=True,
    )  # fmt: skip


def could_turn(station: str, spot: Point, *, at: datetime) -> list[str]:
    """Working cameras that may be turned to a spot, reach it and would see it with nothing in between; the best first.

    Held ones are among them. Raises NotFound: a station without a zone has no ground to look over.
    """
    turning = Camera.objects.filter(station=station, kind=Camera.Kind.PTZ, may_turn=True, retired_at=None).exclude(address="")
    homes = {each.code: home_of(each) for each in turning.select_related("owner") if may_slew(each, spot, at).yes}
    if not homes:
        return []
    aimed = {code: aim(home, spot) for code, home in homes.items()}
    poses = {code: (to.azimuth_deg, to.tilt_deg) for code, to in aimed.items()}
    return standing(station).would_see(spot, poses, daylight.is_dark(spot, at))


def home_of(camera: Camera) -> Home:
    """Where the register says that it hangs and looks."""
    return Home(Point(camera.lon, camera.lat), camera.height_m, camera.azimuth_deg, camera.tilt_deg, camera.hfov_deg)


def to_do(*, at: datetime) -> list[ToSlew]:
    """What is due now, the oldest first. Only the probe may ask: it is the one program that opens cameras."""
    waiting = CameraSlew.objects.filter(status__in=[Status.WANTED, Status.TURNING, Status.HOMEWARD], next_try_at__lte=at)
    return [_to_slew(each) for each in waiting.select_related("camera").order_by("asked_at")]


def _to_slew(slew: CameraSlew) -> ToSlew:
    camera = slew.camera
    user, password = opened_with(camera)
    return ToSlew(
        slew.id, camera.code, slew.station, slew.status == Status.HOMEWARD, home_of(camera),
        Target(Point(slew.lon, slew.lat), tuple(slew.names)), Position(**slew.before), camera.address, camera.onvif_port, camera.onvif_path,
        camera.onvif_tls, user, password,
    )  # fmt: skip


def live() -> list[SlewView]:
    """All that hold a camera now."""
    return [_view(each) for each in CameraSlew.objects.filter(status__in=CameraSlew.LIVE).select_related("camera")]


def no_longer_allowed(*, at: datetime) -> list[UUID]:
    """Of those that hold a camera: whose owner does not let it be turned any more, or took it out of service."""
    held = CameraSlew.objects.filter(status__in=CameraSlew.LIVE).exclude(status=Status.HOMEWARD).select_related("camera__owner")
    return [each.id for each in held if not may_slew(each.camera, Point(each.lon, each.lat), at).yes]


def of_incident(incident: int) -> list[SlewView]:
    """The latest slew of each camera for an incident, by code. Who may see the incident is asked by the caller."""
    found = CameraSlew.objects.filter(incident=incident).select_related("camera").order_by("camera_id", "-asked_at")
    return [_view(each) for each in found.distinct("camera_id")]


def _view(slew: CameraSlew) -> SlewView:
    th, en = slew_rules.words(slew.status, slew.why)
    camera = slew.camera
    return SlewView(
        slew.id, camera.code, camera.name_th, camera.name_en or camera.name_th, slew.incident, slew.status, slew.why, slew.home_by, th, en
    )


def is_away(camera: str, *, at: datetime) -> bool:
    """Whether a camera looks elsewhere than home on purpose, or has only just come back: its picture says nothing of its health."""
    away = Q(status__in=CameraSlew.LIVE, begun_at__isnull=False)
    just_back = Q(status=Status.HOME, begun_at__isnull=False, changed_at__gt=at - slew_rules.SETTLES)
    return CameraSlew.objects.filter(away | just_back, camera=camera).exists()

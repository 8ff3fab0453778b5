"""A station's coverage as it stands at this moment, kept in the process and brought up to date when a camera changes.

Lines of sight are the dear part and are asked once for each camera's place; a camera that turns costs a row, one that fails a mask.
"""

import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import shapely
from django.db.models import Count, Max

from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound, Refused
from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage.compiled import Bools, Bytes
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.pose import Pose
from safetyzone.senses.cameras.coverage.seen import Sights, aimed, sights
from safetyzone.senses.cameras.coverage.sweep import Around, around
from safetyzone.senses.cameras.coverage.zone import counted
from safetyzone.senses.cameras.models import Camera

LEAST_PX_M = 12.5
"""Lines of sight are asked for down to the weakest class; whatever is asked later is a part of these."""
LOW_LIGHT_RANGE_M = float("inf")

Light = tuple[float, bool]
"""Density in pixels a metre, and whether it is night."""


@dataclass(eq=False)
class StandingCamera:
    """One camera as geometry."""

    code: str
    pose: Pose
    works: bool = False
    may_turn: bool = False
    must_see: list[list[float]] = field(default_factory=list)
    known: Sights | None = field(default=None, repr=False)
    around: Around | None = field(default=None, repr=False)
    rows: dict[Light, Bytes] = field(default_factory=dict, repr=False)


class Kept:
    """Every camera of one station as geometry, with what it sees; ``standing.Standing`` is how it is read."""

    def __init__(self, station: str, ground: Ground) -> None:
        self.station, self.ground = station, ground
        self.cameras: dict[str, StandingCamera] = {}
        self.unplaced: dict[str, Refused] = {}
        """Cameras that the register puts where none can hang, and why."""
        self.inside: dict[str, Bools] = {
            zone.code: ground.within(shapely.geometry.shape(zone.border)) for zone in zones.zones(station)
        }
        self._key: tuple[object, ...] = ()
        self._counts: dict[Light, Bytes] = {}
        self._versions: dict[str, tuple[object, ...]] = {}
        self._lock = threading.RLock()

    def refresh(self) -> None:
        """Take over what the register says now; costs one small question when nothing has changed."""
        here = Camera.objects.filter(station=self.station)
        newest = here.aggregate(count=Count("code"), changed=Max("changed_at"), state=Max("state_since"))
        key = (newest["count"], newest["changed"], newest["state"])
        with self._lock:
            if key == self._key:
                return
            present = set()
            for camera in here.filter(retired_at=None, withdrawn_at=None):
                present.add(camera.code)
                self._take(camera)
            for gone in self._versions.keys() - present:
                del self._versions[gone]
                self.cameras.pop(gone, None)
                self.unplaced.pop(gone, None)
            self._key = key
            self._counts = {}

    def _take(self, camera: Camera) -> None:
        version = (
            camera.lon, camera.lat, camera.height_m, camera.azimuth_deg, camera.tilt_deg, camera.hfov_deg, camera.width_px,
            camera.height_px, camera.ir_range_m, camera.low_light,
        )  # fmt: skip
        if self._versions.get(camera.code) != version:
            self._versions[camera.code] = version
            self.cameras.pop(camera.code, None)
            self.unplaced.pop(camera.code, None)
            try:
                self.cameras[camera.code] = StandingCamera(camera.code, pose_of(camera, self.ground))
            except Refused as no:
                self.unplaced[camera.code] = no
        if one := self.cameras.get(camera.code):
            one.works = is_working(camera.state, camera.paused_at)
            one.may_turn, one.must_see = camera.may_turn and camera.kind == Camera.Kind.FIXED, camera.must_see

    def known(self, one: StandingCamera) -> Sights:
        """All-round lines of sight from a camera's place."""
        if one.known is None:
            one.known = sights(self.ground, [one.pose], LEAST_PX_M)
        return one.known

    def around(self, one: StandingCamera) -> Around:
        """What stands around a camera's place."""
        if one.around is None:
            one.around = around(self.ground, one.pose, LEAST_PX_M)
        return one.around

    def counts(self, density_px_m: float, night: bool) -> Bytes:
        """How many working cameras see each street point; counted anew only when the register has changed. Not to be written to."""
        light = (density_px_m, night)
        with self._lock:
            if light not in self._counts:
                self._counts[light] = counted(self.matrix(density_px_m, night))
            return self._counts[light]

    def row(self, one: StandingCamera, density_px_m: float, night: bool) -> Bytes:
        """The bands in which a camera sees each street point."""
        light = (density_px_m, night)
        with self._lock:
            if light not in one.rows:
                one.rows[light] = aimed(self.ground, self.known(one), [one.pose], density_px_m, night=night)[0]
            return one.rows[light]

    def matrix(self, density_px_m: float, night: bool, codes: Iterable[str] | None = None) -> Bytes:
        """(cameras, points) of the cameras named, or of all that work."""
        named = [self.cameras[code] for code in codes] if codes is not None else self.working()
        rows = [self.row(one, density_px_m, night) for one in named]
        return np.stack(rows) if rows else np.zeros((0, len(self.ground.points)), np.uint8)

    def working(self) -> list[StandingCamera]:
        """Cameras that can be counted on now: placed, working, and not paused by their owner."""
        return [one for one in self.cameras.values() if one.works]

    def zone(self, code: str) -> Bools:
        """Which points lie in a zone.

        Raises:
            NotFound: no such zone at this station.
        """
        if code not in self.inside:
            raise NotFound
        return self.inside[code]


def is_working(state: str, paused_at: datetime | None) -> bool:
    """A camera that nobody has looked at yet counts: most registers are imported before anything is connected."""
    return paused_at is None and state in {Camera.State.WORKING, Camera.State.UNKNOWN, Camera.State.DEGRADED}


def pose_of(camera: Camera, ground: Ground) -> Pose:
    """A camera of the register as geometry.

    Raises:
        Refused: no lens, no mast, or a place inside a building.
    """
    x, y = ground.to_metres(camera.lon, camera.lat)
    x, y = ground.place(float(x), float(y), camera.height_m)
    night = LOW_LIGHT_RANGE_M if camera.low_light else camera.ir_range_m
    return Pose(
        x, y, camera.height_m, camera.azimuth_deg, camera.tilt_deg, camera.hfov_deg,
        optics.vfov_deg(camera.hfov_deg, camera.width_px, camera.height_px), camera.width_px, night,
    )  # fmt: skip

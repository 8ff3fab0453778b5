"""A station's coverage as it stands: figures, dead spots, outlines, a turn tried by hand, and who sees a spot. Kept in the process."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage import dead_spots as dead
from safetyzone.senses.cameras.coverage.compiled import Bools, Bytes, Floats
from safetyzone.senses.cameras.coverage.pose import FACE_M, Pose
from safetyzone.senses.cameras.coverage.seen import aimed
from safetyzone.senses.cameras.coverage.spot import Watcher, Watchers
from safetyzone.senses.cameras.coverage.sweep import outlines
from safetyzone.senses.cameras.coverage.zone import Shares, shares, turned
from safetyzone.senses.cameras.grounds import ground_of
from safetyzone.senses.cameras.kept import Kept, StandingCamera

LonLat = tuple[float, float]
TWO = 2
CLASSES_PX_M = [each.px_m for each in optics.CLASSES[optics.Edition.Y2014]]
NEAR_M = 6.0
"""A door counts as seen when the street before it is."""


@dataclass(frozen=True)
class DeadSpot:
    """A piece of street that no working camera sees."""

    lon: float
    lat: float
    metres: float
    weighted: float
    street_th: str
    nearest: LonLat | None
    """The nearest place where a camera hangs already: power and a pole are there."""
    nearest_m: float | None


@dataclass(frozen=True)
class Tried:
    """One camera turned by hand, before anybody climbs a ladder."""

    outline: list[tuple[float, Any]]
    before: Shares
    after: Shares
    gained_m: float
    lost_m: float
    must_see_kept: bool


@dataclass(frozen=True)
class Seeing:
    """A camera and a spot, in words."""

    code: str
    sees: bool
    px_m: float
    distance_m: float
    bearing_deg: float
    """From the spot to the camera."""
    th: str
    en: str


class Standing(Kept):
    """What the cameras of one station see at this moment."""

    _asked: tuple[tuple[object, ...], list[str], Watchers] | None = None

    def shares(self, zone: str, density_px_m: float) -> Shares:
        """The shares of a zone's walkable metres that one and two working cameras see, by day and by night."""
        return shares(self.ground, self.counts(density_px_m, False), self.counts(density_px_m, True), self.zone(zone))

    def streets(
        self, zone: str, density_px_m: float, night: bool, turned_to: tuple[str, float, float] | None = None
    ) -> list[tuple[int, list[LonLat]]]:
        """Runs of a zone's street of one level: seen by no (0), one (1), or two and more (2) working cameras.

        Args:
            turned_to: a camera, its azimuth and its tilt in degrees: as it would be with it turned so.

        Raises:
            NotFound: no such camera or zone here.
        """
        points, inside, counts = self.ground.points, self.zone(zone), self.counts(density_px_m, night)
        if turned_to is not None:
            code, azimuth_deg, tilt_deg = turned_to
            one = self._camera(code)
            pose = replace(one.pose, azimuth_deg=azimuth_deg % 360, tilt_deg=tilt_deg)
            counts = turned(counts, self._counted_row(one, density_px_m, night), self._row_of(one, pose, density_px_m, night))
        level = np.minimum(counts, TWO)
        lon, lat = self.ground.to_lonlat(points.x, points.y)
        return [
            (int(level[run[0]]), [(round(float(lon[k]), 6), round(float(lat[k]), 6)) for k in run]) for run in _runs(points, inside, level)
        ]

    def dead_spots(self, zone: str, density_px_m: float, night: bool, most: int = 20, risk: Floats | None = None) -> list[DeadSpot]:
        """Pieces of street that nobody sees, the weightiest first."""
        hang = [(one.pose.x, one.pose.y) for one in self.cameras.values()]
        found = dead.dead_spots(self.ground, self.counts(density_px_m, night), self.zone(zone), weight=risk, places=hang, most=most)
        return [self._dead_spot(each, hang) for each in found]

    def _dead_spot(self, each: dead.DeadSpot, hang: list[LonLat]) -> DeadSpot:
        lon, lat = self.ground.to_lonlat(each.x, each.y)
        nearest, nearest_m = None, None
        if each.place >= 0:
            there = self.ground.to_lonlat(*hang[each.place])
            nearest, nearest_m = (float(there[0]), float(there[1])), each.place_m
        return DeadSpot(float(lon), float(lat), each.length_m, each.value, each.street, nearest, nearest_m)

    def outline(self, code: str) -> list[tuple[float, Any]]:
        """What a camera sees of the ground, from the weakest class to the best, as shapely geometries in degrees."""
        one = self._camera(code)
        return self._outline(one, one.pose)

    def _outline(self, one: StandingCamera, pose: Pose) -> list[tuple[float, Any]]:
        shapes = outlines(self.ground, self.around(one), pose, CLASSES_PX_M)
        return [(px_m, shape) for px_m, shape in zip(CLASSES_PX_M, shapes, strict=True) if not shape.is_empty]

    def try_turn(self, code: str, azimuth_deg: float, tilt_deg: float, *, zone: str, density_px_m: float, night: bool) -> Tried:
        """What the zone's figures would be with one camera turned.

        Raises:
            NotFound: no such camera or zone here.
        """
        one, inside = self._camera(code), self.zone(zone)
        pose = replace(one.pose, azimuth_deg=azimuth_deg % 360, tilt_deg=tilt_deg)
        before = [self.counts(density_px_m, dark) for dark in (False, True)]
        rows = [(self._counted_row(one, density_px_m, dark), self._row_of(one, pose, density_px_m, dark)) for dark in (False, True)]
        after = [turned(count, *row) for count, row in zip(before, rows, strict=True)]
        was, now = ((counts[night] > 0) & inside for counts in (before, after))
        metres = self.ground.points.weight
        return Tried(
            self._outline(one, pose), shares(self.ground, before[0], before[1], inside), shares(self.ground, after[0], after[1], inside),
            float(metres[now & ~was].sum()), float(metres[was & ~now].sum()),
            self._keeps(one, self.row(one, density_px_m, night), rows[night][1]),
        )  # fmt: skip

    def _row_of(self, one: StandingCamera, pose: Pose, density_px_m: float, night: bool) -> Bytes:
        first = np.zeros(1, np.int64)
        return np.asarray(aimed(self.ground, self.known(one), [pose], density_px_m, night=night, of=first)[0])

    def _counted_row(self, one: StandingCamera, density_px_m: float, night: bool) -> Bytes:
        """What the camera adds to the counts now: nothing while it does not work."""
        row = self.row(one, density_px_m, night)
        return row if one.works else np.zeros_like(row)

    def _keeps(self, one: StandingCamera, before: Bytes, after: Bytes) -> bool:
        """Whether every place that must stay seen and is seen now would still be."""
        points = self.ground.points
        for lon, lat in one.must_see:
            x, y = self.ground.to_metres(lon, lat)
            near: Bools = np.hypot(points.x - x, points.y - y) <= NEAR_M
            if before[near].any() and not after[near].any():
                return False
        return True

    def watchers(self, point: Point, night: bool, most: int = 4) -> list[Seeing]:
        """The cameras that see a spot, best and from different sides first; after them those near by that do not, and why."""
        codes, asked = self._watchers()
        x, y = self.ground.to_metres(point.lon, point.lat)
        return [_seeing(codes[each.index], each) for each in asked.of(float(x), float(y), FACE_M, night, most=most, blind=most)]

    def would_see(self, point: Point, aims: Mapping[str, tuple[float, float]], night: bool) -> list[str]:
        """Which of these working cameras would see a spot if they were turned so (azimuth and tilt, degrees), the best first."""
        codes = [code for code in aims if code in self.cameras and self.cameras[code].works]
        poses = [replace(self.cameras[code].pose, azimuth_deg=aims[code][0], tilt_deg=aims[code][1]) for code in codes]
        if not poses:
            return []
        x, y = self.ground.to_metres(point.lon, point.lat)
        asked = Watchers(self.ground, poses)
        return [codes[each.index] for each in asked.of(float(x), float(y), FACE_M, night, most=len(codes), blind=0)]

    def _watchers(self) -> tuple[list[str], Watchers]:
        """All cameras as they are asked about spots, made anew when one of them changes."""
        key = self._key
        if self._asked is None or self._asked[0] != key:
            cameras = list(self.cameras.values())
            asked = Watchers(self.ground, [one.pose for one in cameras], [one.works for one in cameras])
            self._asked = (key, [one.code for one in cameras], asked)
        return self._asked[1:]

    def _camera(self, code: str) -> StandingCamera:
        """Raises NotFound, or the reason why a camera of the register has no place on the ground."""
        if code in self.unplaced:
            raise self.unplaced[code]
        if code not in self.cameras:
            raise NotFound
        return self.cameras[code]


def _runs(points: Any, inside: Bools, level: Any) -> Iterator[Any]:
    """Indexes of consecutive points of one street inside the zone with one level; a run borrows the next one's first point."""
    index = np.flatnonzero(inside)
    if not index.size:
        return
    breaks = (np.diff(index) != 1) | (np.diff(points.segment[index]) != 0)
    changes = breaks | (np.diff(level[index]) != 0)
    first = 0
    for at in [*np.flatnonzero(changes), len(index) - 1]:
        run = index[first : at + 1]
        if at < len(index) - 1 and not breaks[at]:
            run = np.append(run, index[at + 1])
        yield run
        first = int(at) + 1


def _seeing(code: str, each: Watcher) -> Seeing:
    return Seeing(code, each.sees, each.px_m, each.distance_m, each.angle_deg, each.say("th"), each.say("en"))


_standing: dict[str, Standing] = {}
_making = threading.Lock()


def standing(station: str) -> Standing:
    """The station's coverage, brought up to date.

    Raises:
        NotFound: no such station, or one without a zone.
    """
    with _making:
        ground = ground_of(station)
        if station not in _standing or _standing[station].ground is not ground:
            _standing[station] = Standing(station, ground)
    found = _standing[station]
    found.refresh()
    return found

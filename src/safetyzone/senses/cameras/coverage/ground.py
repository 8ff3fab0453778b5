"""The ground under the cameras: what stands in the way, and the points of walkable street that a camera should see."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import numpy as np
import shapely
from numpy.typing import ArrayLike

from safetyzone.kernel.geometry import EARTH_RADIUS_M
from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras.coverage import scene as scenes
from safetyzone.senses.cameras.coverage.compiled import Bools, Floats, Ints
from safetyzone.senses.cameras.coverage.pose import Pose
from safetyzone.senses.cameras.coverage.scene import CROWN, SOLID, WALL, Scene

LonLat: TypeAlias = tuple[float, float]
Ring: TypeAlias = Any
"""(lon, lat) pairs, closed or not; or a shapely Polygon, whose inner rings are yards."""
STEP_M = 2.0
"""A street point stands for about so many metres of street."""
ON_THE_WALL_M = 0.5
"""A camera registered so little inside a building hangs on its wall."""
OUTSIDE_M = 0.01
"""How far before its wall such a camera is taken to hang."""
BAND_STEP_M = 0.5
"""Crowns' bottoms and tops are told apart so finely."""


class SelfCrossingFootprint(Refused):
    """A building whose outline crosses itself has no inside."""

    code = "self_crossing_footprint"
    th = "ขอบอาคารลำดับที่ {number} ตัดกันเอง"
    en = "The outline of building {number} crosses itself."


class CameraInBuilding(Refused):
    """The camera's place lies in a building, lower than its roof, and not on its wall."""

    code = "camera_in_building"
    th = "ตำแหน่งกล้องอยู่ในอาคาร โปรดเลื่อนไปที่ผนังด้านนอก เสา หรือหลังคา"
    en = "The camera's place lies inside a building; move it to the outer wall, a pole, or above the roof."


@dataclass(frozen=True, eq=False)
class Points:
    """Street points in metres from the origin."""

    x: Floats
    y: Floats
    weight: Floats
    """Metres of street that a point stands for."""
    segment: Ints
    """Which street, counted as given."""
    along: Floats
    """Metres from the street's beginning."""
    lit: Bools
    """Whether street lamps are known to burn there."""
    cell_start: Ints = field(repr=False)
    cell_point: Ints = field(repr=False)

    def __len__(self) -> int:
        return len(self.x)


@dataclass(frozen=True, eq=False)
class Ground:
    """Everything in metres east and north of ``origin`` (lon, lat). Make it with ``from_shapes``."""

    origin: LonLat
    scene: Scene = field(repr=False)
    points: Points = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    """Of the streets."""

    @classmethod
    def from_shapes(
        cls, buildings: Iterable[tuple[Ring, float]], crowns: Iterable[tuple[Ring, float, float]] = (),
        streets: Iterable[tuple[Sequence[LonLat], bool, str]] = (), origin: LonLat = (100.5405, 13.7445), *,
        walls: Iterable[tuple[Sequence[LonLat], float]] = (), lit: Iterable[bool] = (), step_m: float = STEP_M,
    ) -> "Ground":  # fmt: skip
        """A ground from shapes in degrees. ``crowns`` and ``walls`` hide by day and by night: leaves stay on in Thailand.

        ``streets`` are (nodes, walkable, name); only walkable ones get points, and none where a building stands over the street.
        ``lit`` says of each street whether lamps burn there.

        Raises:
            SelfCrossingFootprint: an outline crosses itself, or has no inside.
        """
        solid = [(_metres(ring, origin, number), 0.0, height, SOLID) for number, (ring, height) in enumerate(buildings)]
        solid += [(_line(line, origin), 0.0, height, WALL) for line, height in walls]
        solid += [(_metres(ring, origin, number), bottom, top, CROWN) for number, (ring, bottom, top) in enumerate(crowns)]
        given = list(streets)
        lamps = [*lit]
        lamps += [False] * (len(given) - len(lamps))
        sampled = [_sampled(_line(nodes, origin), step_m) if walkable else np.empty((0, 4)) for nodes, walkable, _ in given]
        rows = np.concatenate(sampled) if sampled else np.empty((0, 4))
        number = np.repeat(np.arange(len(given), dtype=np.int64), [len(each) for each in sampled])
        scene = _scene(solid, rows[:, :2])
        grid = (scene.west, scene.south, scene.columns, scene.rows)
        x, y = _columns(rows[:, :2])
        free = ~scenes.built_over(scene, x, y, *scenes.cells_of_points(x, y, *grid))
        number = number[free]
        x, y, weight, along = _columns(rows[free])
        cells = scenes.cells_of_points(x, y, *grid)
        points = Points(x, y, weight, number, along, np.array(lamps, np.bool_)[number], *cells)
        return cls(origin, scene, points, tuple(name for _, _, name in given))

    def to_metres(self, lon: ArrayLike, lat: ArrayLike) -> tuple[Any, Any]:
        """Metres east and north of the origin; good to 1 cm in 5 km."""
        return _to_metres(np.asarray(lon, np.float64), np.asarray(lat, np.float64), self.origin)

    def to_lonlat(self, x: ArrayLike, y: ArrayLike) -> tuple[Any, Any]:
        """Degrees of a place in metres."""
        lat = self.origin[1] + np.degrees(np.asarray(y, np.float64) / EARTH_RADIUS_M)
        lon = self.origin[0] + np.degrees(np.asarray(x, np.float64) / (EARTH_RADIUS_M * math.cos(math.radians(self.origin[1]))))
        return lon, lat

    def within(self, area: Any) -> Bools:
        """Which points lie in an area (a shapely geometry in degrees): the ``inside`` of ``zone.figures``."""
        lon, lat = self.to_lonlat(self.points.x, self.points.y)
        shapely.prepare(area)
        return np.asarray(shapely.contains_xy(area, lon, lat), np.bool_)

    def place(self, x: float, y: float, height_m: float) -> tuple[float, float]:
        """Where a camera registered here truly hangs: just before its wall, if it was registered on or barely inside it.

        Raises:
            CameraInBuilding: deeper inside a building, and below its roof.
        """
        if not self._is_buried(x, y, height_m) and self._nearest_edges(x, y, height_m, OUTSIDE_M / 2).size == 0:
            return x, y
        for edge in self._nearest_edges(x, y, height_m, ON_THE_WALL_M):
            for moved in self._before(int(edge), x, y):
                if not self._is_buried(*moved, height_m) and self._nearest_edges(*moved, height_m, OUTSIDE_M / 2).size == 0:
                    return moved
        raise CameraInBuilding()

    def hang(self, pose: Pose) -> Pose:
        """The pose where it truly hangs: ``place`` for a whole pose. Ask it before ``seen``, ``Watchers`` or ``polygons``.

        Raises:
            CameraInBuilding: see ``place``.
        """
        x, y = self.place(pose.x, pose.y, pose.height_m)
        return pose if (x, y) == (pose.x, pose.y) else replace(pose, x=x, y=y)

    def _is_buried(self, x: float, y: float, height_m: float) -> bool:
        owner = scenes.solid_over(self.scene, float(x), float(y))
        return owner >= 0 and bool(height_m < self.scene.top[owner])

    def _nearest_edges(self, x: float, y: float, height_m: float, within_m: float) -> Ints:
        """Edges of buildings as high as the camera and of walls, no farther than this; nearest first."""
        s = self.scene
        column, row = int((x - s.west) // scenes.CELL_M), int((y - s.south) // scenes.CELL_M)
        cells = [
            r * s.columns + c
            for r in range(max(0, row - 1), min(s.rows, row + 2))
            for c in range(max(0, column - 1), min(s.columns, column + 2))
        ]
        near = [s.cell_edge[s.cell_start[cell] : s.cell_start[cell + 1]] for cell in cells]
        edges = np.unique(np.concatenate(near)) if near else np.empty(0, np.int64)
        edges = edges[(s.kind[s.edge_owner[edges]] != CROWN) & (s.top[s.edge_owner[edges]] > height_m)]
        away = _distances(s, edges, x, y)
        order = np.argsort(away, kind="stable")
        return np.asarray(edges[order][away[order] <= within_m])

    def _before(self, edge: int, x: float, y: float) -> list[tuple[float, float]]:
        """Places just right of an edge (outside), at its nearest point, or off its ends where that is taken."""
        s = self.scene
        ex, ey = s.bx[edge] - s.ax[edge], s.by[edge] - s.ay[edge]
        length = math.hypot(ex, ey)
        ux, uy = ex / length, ey / length
        along = min(max((x - s.ax[edge]) * ux + (y - s.ay[edge]) * uy, 0.0), length)
        at_x, at_y = s.ax[edge] + along * ux, s.ay[edge] + along * uy
        return [(float(at_x + OUTSIDE_M * (uy + k * ux)), float(at_y + OUTSIDE_M * (k * uy - ux))) for k in (0, -1, 1)]


def _distances(s: Scene, edges: Ints, x: float, y: float) -> Floats:
    ax, ay, ex, ey = s.ax[edges], s.ay[edges], s.bx[edges] - s.ax[edges], s.by[edges] - s.ay[edges]
    share = np.clip(((x - ax) * ex + (y - ay) * ey) / (ex * ex + ey * ey), 0, 1)
    return np.asarray(np.hypot(ax + share * ex - x, ay + share * ey - y))


def _to_metres(lon: Any, lat: Any, origin: LonLat) -> tuple[Any, Any]:
    x = np.radians(lon - origin[0]) * (EARTH_RADIUS_M * math.cos(math.radians(origin[1])))
    return x, np.radians(lat - origin[1]) * EARTH_RADIUS_M


def _columns(rows: Floats) -> list[Floats]:
    """Columns as arrays of their own, in the one layout that the loops are compiled for."""
    return [np.ascontiguousarray(rows[:, k]) for k in range(rows.shape[1])]


def _line(nodes: Sequence[LonLat], origin: LonLat) -> list[Floats]:
    """A line as a list of one array of (x, y), without steps of no length."""
    rows = np.asarray(nodes, np.float64).reshape(-1, 2)
    rows = np.stack(_to_metres(rows[:, 0], rows[:, 1], origin), axis=1)
    kept = np.ones(len(rows), np.bool_)
    kept[1:] = np.hypot(*np.diff(rows, axis=0).T) > 1e-6
    return [rows[kept]]


def _metres(ring: Ring, origin: LonLat, number: int) -> list[Floats]:
    """A footprint's rings in metres: the outer one counter-clockwise, yards clockwise, so that the inside is always left."""
    area = ring if isinstance(ring, shapely.Polygon) else shapely.Polygon(ring) if len(ring) > 2 else shapely.Polygon()
    if area.is_empty or not area.is_valid:
        raise SelfCrossingFootprint(number=number)
    turned = shapely.geometry.polygon.orient(area, 1.0)
    return [_line(each.coords, origin)[0] for each in (turned.exterior, *turned.interiors)]


def _sampled(lines: list[Floats], step_m: float) -> Floats:
    """Rows (x, y, metres, along) in the middle of equal pieces of a street."""
    rows = lines[0]
    if len(rows) < 2:
        return np.empty((0, 4))
    lengths = np.hypot(*np.diff(rows, axis=0).T)
    at = np.concatenate(([0.0], np.cumsum(lengths)))
    pieces = max(1, round(at[-1] / step_m))
    along = (np.arange(pieces) + 0.5) * at[-1] / pieces
    return np.stack([np.interp(along, at, rows[:, 0]), np.interp(along, at, rows[:, 1]), np.full(pieces, at[-1] / pieces), along], axis=1)


def _scene(solid: list[tuple[list[Floats], float, float, int]], points: Floats) -> Scene:
    edges, owner, boxes = [], [], np.zeros((len(solid), 4))
    for number, (lines, _, _, _) in enumerate(solid):
        for line in lines:
            edges.append(np.hstack([line[:-1], line[1:]]))
            owner.append(np.full(max(0, len(line) - 1), number, np.int64))
        whole = np.concatenate(lines)
        boxes[number] = *whole.min(axis=0), *whole.max(axis=0)
    rows = np.concatenate(edges) if edges else np.empty((0, 4))
    of = np.concatenate(owner) if owner else np.empty(0, np.int64)
    corners = np.concatenate([rows[:, :2], rows[:, 2:], points, np.zeros((1, 2))])
    west, south = (corners.min(axis=0) - 1.0).tolist()
    columns, lines_of_cells = ((corners.max(axis=0) + 1.0 - (west, south)) // scenes.CELL_M + 1).astype(int).tolist()
    ax, ay, bx, by = _columns(rows)
    cells = scenes.cells_of_edges(ax, ay, bx, by, west, south, columns, lines_of_cells)
    bottom, top = (np.array([each[k] for each in solid], np.float64) for k in (1, 2))
    kind = np.array([each[3] for each in solid], np.uint8)
    steps = np.round(np.stack([bottom, top], axis=1) / BAND_STEP_M).astype(np.int64) * (kind == CROWN)[:, None]
    _, band = np.unique(steps, axis=0, return_inverse=True)  # buildings and walls share one, which nobody asks
    start = np.concatenate(([0], np.cumsum(np.bincount(of, minlength=len(solid))))).astype(np.int64)
    band = band.reshape(-1).astype(np.int64)
    bands = int(band.max()) + 1 if len(band) else 0
    by_cell = of[cells[1]]
    beside = (rows[cells[1]], np.where(kind[by_cell] == CROWN, -1.0, top[by_cell]), (kind[by_cell] == WALL).astype(np.uint8))
    return Scene(
        ax, ay, bx, by, of, start, bottom, top, kind, boxes, band, bands, west, south, columns, lines_of_cells, *cells, *beside,
    )  # fmt: skip

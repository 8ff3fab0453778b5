"""Each contestant answers the same question, "what does this camera see of the ground", for one camera after the other on one core."""

import math
from typing import Any, Protocol

import numpy as np
import shapely

from benchmarks.coverage.city import MAST_M, OPENING_DEG, REACH_M, Array, City
from safetyzone.senses.cameras.coverage import sweep


class Contestant(Protocol):
    """Prepared once for a city; ``cameras`` are rows (x, y, azimuth)."""

    name: str
    cameras_a_round: int

    def areas(self, cameras: Array) -> Array:
        """Square metres seen by each, 60 m far and 90 degrees wide."""


class Ours:
    """The 360 degrees polygon of each place, then the sector of each heading."""

    name = "ours"
    cameras_a_round = 2_000

    def __init__(self, city: City) -> None:
        self.ground = city.ground
        self.places = city.cameras

    def sectors(self, cameras: Array) -> sweep.Polygons:
        count = len(cameras)
        whole = sweep.polygons(self.ground, cameras[:, 0], cameras[:, 1], np.full(count, REACH_M), np.full(count, MAST_M))
        return sweep.sectors(whole, cameras[:, 2], np.full(count, OPENING_DEG), np.zeros(count), np.full(count, REACH_M))

    def areas(self, cameras: Array) -> Array:
        return sweep.areas_m2(self.sectors(cameras))


class Shapely:
    """The sector less the shadows of the edges that face the camera: exact but for the arc's chords. Vectorised as far as shapely goes."""

    name = "shapely exact"
    cameras_a_round = 200

    def __init__(self, city: City, arc_step_deg: float = 1.0) -> None:
        self.steps = round(OPENING_DEG / arc_step_deg) + 1
        self.tree = shapely.STRtree(city.houses)
        rings = [shapely.get_coordinates(shapely.geometry.polygon.orient(house)) for house in city.houses]
        self.edges = [np.hstack([ring[:-1], ring[1:]]) for ring in rings]

    def visible(self, x: float, y: float, azimuth: float) -> Any:
        around = np.radians(np.linspace(azimuth - OPENING_DEG / 2, azimuth + OPENING_DEG / 2, self.steps))
        arc = np.stack([x + REACH_M * np.sin(around), y + REACH_M * np.cos(around)], axis=1)
        whole = shapely.Polygon(np.vstack([[x, y], arc]))
        near = self.tree.query(whole, predicate="intersects")
        if not len(near):
            return whole
        edges = np.vstack([self.edges[house] for house in near])
        a, b = edges[:, :2] - (x, y), edges[:, 2:] - (x, y)
        cross = a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]
        faces = cross < -1e-9
        a, b, away = a[faces], b[faces], -cross[faces] / np.hypot(*(b - a)[faces].T)
        factor = np.maximum(1.01 * REACH_M / away, 1.0)[:, None]
        quads = np.stack([a, b, factor * b, factor * a], axis=1)[away <= REACH_M] + (x, y)
        return shapely.difference(whole, shapely.union_all(shapely.polygons(quads)))

    def areas(self, cameras: Array) -> Array:
        return np.array([shapely.area(self.visible(*camera)) for camera in cameras.tolist()])


class Tcod:
    """A raster of 1 m, symmetric shadow-casting in the window around the camera, counted within the wedge."""

    name = "tcod 1 m"
    cameras_a_round = 400

    def __init__(self, city: City) -> None:
        import tcod.map

        self.fov, self.kind = tcod.map.compute_fov, tcod.libtcodpy.FOV_SYMMETRIC_SHADOWCAST
        self.clear = np.ones((round(city.side_m) + 200, round(city.side_m) + 200), np.bool_)
        for house in city.houses:
            west, south, east, north = (math.floor(each) for each in house.bounds)
            columns, rows = np.meshgrid(np.arange(west, east + 1), np.arange(south, north + 1))
            inside = shapely.contains_xy(house, columns.ravel() + 0.5, rows.ravel() + 0.5)
            self.clear[rows.ravel()[inside] + 100, columns.ravel()[inside] + 100] = False
        reach = round(REACH_M)
        north, east = np.mgrid[-reach : reach + 1, -reach : reach + 1]
        self.bearing = np.degrees(np.arctan2(east, north))
        self.window = reach

    def areas(self, cameras: Array) -> Array:
        found = np.empty(len(cameras))
        for number, (x, y, azimuth) in enumerate(cameras.tolist()):
            row, column, r = int(y) + 100, int(x) + 100, self.window
            view = self.clear[row - r : row + r + 1, column - r : column + r + 1]
            seen = self.fov(view, (r, r), radius=r, light_walls=False, algorithm=self.kind)
            off = np.abs((self.bearing - azimuth + 180) % 360 - 180)
            found[number] = np.count_nonzero(seen & (off <= OPENING_DEG / 2))
        return found


class Pyvisgraph:
    """Only the corners that are in sight, of the houses within reach: less than the others answer, and no heading."""

    name = "pyvisgraph local"
    cameras_a_round = 40

    def __init__(self, city: City) -> None:
        from pyvisgraph.graph import Graph, Point
        from pyvisgraph.visible_vertices import visible_vertices

        self.graph, self.point, self.visible = Graph, Point, visible_vertices
        self.tree = shapely.STRtree(city.houses)
        self.rings = [[Point(x, y) for x, y in house.exterior.coords[:-1]] for house in city.houses]

    def corners(self, x: float, y: float) -> list[tuple[float, float]]:
        near = self.tree.query(shapely.Point(x, y), predicate="dwithin", distance=REACH_M)
        found = self.visible(self.point(x, y), self.graph([self.rings[house] for house in near]))
        return [(corner.x, corner.y) for corner in found if math.hypot(corner.x - x, corner.y - y) < REACH_M]

    def areas(self, cameras: Array) -> Array:
        return np.array([float(len(self.corners(x, y))) for x, y, _ in cameras.tolist()])

"""The streets that one kind of unit may use, as a graph, and the search on it: backwards from the place, stopped when every
unit is reached. No preparation, so a street that is closed or turned is a new object and nothing more.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import rustworkx
import shapely

from safetyzone.kernel.geometry import EARTH_RADIUS_M, Point
from safetyzone.response.dispatch.travel import (
    MOTORWAYS,
    PATHS,
    STREET_KMH,
    STREET_KMH_ELSE,
    WALK_KMH,
    How,
    RoadAnswer,
    Segment,
    Travel,
)

SNAP_WITHIN_M = 150.0
"""A place farther than this from every loaded street is off the map that we have."""
AT_A_JUNCTION_M = 1.0
"""Who stands this near the end of a street stands on the junction, and may leave by any street of it."""


@dataclass(frozen=True, slots=True)
class Snap:
    """A place's foot on the net: the edge, how far along it (0 to 1), and the metres walked to get there."""

    edge: int
    share: float
    off_road_m: float


@dataclass(frozen=True, slots=True)
class Edge:
    """A stretch of street between two junctions; ``back`` says whether it may be driven from ``end`` to ``start`` too."""

    start: int
    end: int
    metres: float
    seconds: float
    back: bool


class Net:
    """The streets one kind of unit may use, as a graph of junctions."""

    def __init__(self, segments: Sequence[Segment], travel: Travel) -> None:
        self._travel = travel
        usable = [s for s in segments if len(s.nodes) > 1 and _may_use(s, travel)]
        self._origin = usable[0].nodes[0] if usable else (0.0, 0.0)
        self._metres_a_degree = math.radians(1) * EARTH_RADIUS_M * np.array([math.cos(math.radians(self._origin[1])), 1.0])
        self.edges: list[Edge] = []
        self._lines: list[Any] = []
        self._build(usable)

    def _build(self, segments: Sequence[Segment]) -> None:
        numbers: dict[tuple[float, float], int] = {}
        edges, lines = [], []
        for piece, segment in _between_junctions(segments):
            line = shapely.LineString((np.array(piece) - self._origin) * self._metres_a_degree)
            kmh = min(segment.speed_kmh or STREET_KMH.get(_plain(segment.road_class), STREET_KMH_ELSE), self._travel.max_kmh)
            start, end = (numbers.setdefault(node, len(numbers)) for node in (piece[0], piece[-1]))
            back = not (segment.one_way and self._travel.keeps_one_way)
            edges.append(Edge(start, end, line.length, line.length * 3.6 / kmh, back))
            lines.append(line)
        kept = _largest_web(edges)
        self.edges = [edge for edge, keep in zip(edges, kept, strict=True) if keep]
        self._lines = [line for line, keep in zip(lines, kept, strict=True) if keep]
        self._into: list[list[tuple[int, float, float]]] = [[] for _ in numbers]
        for edge in self.edges:
            self._into[edge.end].append((edge.start, edge.seconds, edge.metres))
            if edge.back:
                self._into[edge.start].append((edge.end, edge.seconds, edge.metres))

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self._lines)

    def snap(self, places: Sequence[Point]) -> list[Snap | None]:
        """Each place's foot on the nearest street; None where there is none within reach."""
        if not self.edges or not places:
            return [None] * len(places)
        flat = (np.array([(p.lon, p.lat) for p in places]) - self._origin) * self._metres_a_degree
        points = shapely.points(flat)
        (_, edges), metres = self._tree.query_nearest(points, all_matches=False, return_distance=True)
        lines = np.array(self._lines, dtype=object)[edges]
        shares = shapely.line_locate_point(lines, points, normalized=True)
        return [
            Snap(int(e), float(share), float(m)) if m <= SNAP_WITHIN_M else None
            for e, share, m in zip(edges, shares, metres, strict=True)
        ]

    def search(self, places: Sequence[Point], to: Point) -> list[RoadAnswer | None]:
        """Times from each place; None where the place or the goal is off the net."""
        goal, *starts = self.snap([to, *places])
        if goal is None:
            return [None] * len(places)
        ways = [[] if start is None else self._ways_off(start) for start in starts]
        reached = self._backwards(self._ways_onto(goal), {node for way in ways for node, _, _ in way})
        return [self._answer(start, goal, way, reached) for start, way in zip(starts, ways, strict=True)]

    def _answer(
        self, start: Snap | None, goal: Snap, ways: list[tuple[int, float, float]], reached: dict[int, tuple[float, float]]
    ) -> RoadAnswer | None:
        """The quickest of the ways off the start's edge, or straight along it when the goal is on the same one."""
        if start is None:
            return None
        choices = [
            (reached[node][0] + seconds, reached[node][1] + metres) for node, seconds, metres in ways if node in reached
        ]
        edge = self.edges[start.edge]
        if start.edge == goal.edge and (edge.back or start.share <= goal.share):
            part = abs(goal.share - start.share)
            choices.append((edge.seconds * part, edge.metres * part))
        if not choices:
            return None
        seconds, metres = min(choices)
        off_road = start.off_road_m + goal.off_road_m
        return RoadAnswer(seconds + off_road * 3.6 / WALK_KMH, metres + off_road, How.ROAD)

    def _ways_off(self, start: Snap) -> list[tuple[int, float, float]]:
        """The junctions that a start reaches first: (junction, seconds, metres)."""
        edge = self.edges[start.edge]
        ahead, behind = 1 - start.share, start.share
        ways = [(edge.end, edge.seconds * ahead, edge.metres * ahead)]
        there = edge.back or edge.metres * behind <= AT_A_JUNCTION_M
        return [*ways, (edge.start, edge.seconds * behind, edge.metres * behind)] if there else ways

    def _ways_onto(self, goal: Snap) -> list[tuple[int, float, float]]:
        """The junctions from which the goal is reached last."""
        edge = self.edges[goal.edge]
        ways = [(edge.start, edge.seconds * goal.share, edge.metres * goal.share)]
        rest = 1 - goal.share
        there = edge.back or edge.metres * rest <= AT_A_JUNCTION_M
        return [*ways, (edge.end, edge.seconds * rest, edge.metres * rest)] if there else ways

    def _backwards(
        self, seeds: Iterable[tuple[int, float, float]], wanted: set[int]
    ) -> dict[int, tuple[float, float]]:
        """Dijkstra's search against the arrows, until all the wanted junctions are settled: junction to (seconds, metres)."""
        heap = [(seconds, metres, node) for node, seconds, metres in seeds]
        heapq.heapify(heap)
        settled: dict[int, tuple[float, float]] = {}
        best: dict[int, float] = {}
        missing, into = set(wanted), self._into
        pop, push, unseen = heapq.heappop, heapq.heappush, math.inf
        while heap and missing:
            seconds, metres, node = pop(heap)
            if node in settled:
                continue
            settled[node] = (seconds, metres)
            missing.discard(node)
            for before, more_seconds, more_metres in into[node]:
                then = seconds + more_seconds
                if then < best.get(before, unseen):
                    best[before] = then
                    push(heap, (then, metres + more_metres, before))
        return settled


def _plain(road_class: str) -> str:
    """The class without its ``_link``."""
    return road_class.removesuffix("_link")


def _may_use(segment: Segment, travel: Travel) -> bool:
    if segment.road_class in PATHS:
        return travel.on_paths
    return travel.on_motorways or segment.road_class not in MOTORWAYS


def _between_junctions(segments: Sequence[Segment]) -> Iterable[tuple[list[tuple[float, float]], Segment]]:
    """Streets cut where they meet others, so that a bend is no junction and the graph stays small."""
    met = Counter(node for segment in segments for node in segment.nodes)
    for segment in segments:
        piece = [segment.nodes[0]]
        for node in segment.nodes[1:]:
            if node == piece[-1]:
                continue
            piece.append(node)
            if met[node] > 1:
                yield piece, segment
                piece = [node]
        if len(piece) > 1:
            yield piece, segment


def _largest_web(edges: Sequence[Edge]) -> list[bool]:
    """Which edges lie in the largest part where every junction reaches every other.

    An island of a car park or a one-way stub at the map's edge would catch a snap and then lead nowhere.
    """
    graph = rustworkx.PyDiGraph()
    graph.add_nodes_from(range(1 + max((max(e.start, e.end) for e in edges), default=-1)))
    graph.extend_from_edge_list([(e.start, e.end) for e in edges] + [(e.end, e.start) for e in edges if e.back])
    parts: list[list[int]] = sorted(rustworkx.strongly_connected_components(graph), key=len)
    largest = set(parts[-1]) if parts else set()
    return [edge.start in largest and edge.end in largest for edge in edges]

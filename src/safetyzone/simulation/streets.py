"""Streets to walk and ride on, from a plain GeoJSON file of lines; without one, straight lines between random places."""

import json
import math
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import rustworkx

LonLat = tuple[float, float]
METRES_A_DEGREE = 111_195.0
ROUND_M = 900.0
"""How far from its start a patrol strays on its round."""


def metres(here: LonLat, there: LonLat) -> float:
    """Distance in metres on a flat earth: a street is short."""
    east = (there[0] - here[0]) * math.cos(math.radians((here[1] + there[1]) / 2))
    return math.hypot(east, there[1] - here[1]) * METRES_A_DEGREE


class Streets:
    """The net of streets. Places are (lon, lat)."""

    def __init__(self, lines: Iterable[Iterable[LonLat]] = ()) -> None:
        net: Any = rustworkx.PyGraph(multigraph=False)
        nodes: dict[LonLat, int] = {}
        for line in lines:
            before: LonLat | None = None
            for place in line:
                spot = (round(place[0], 7), round(place[1], 7))
                if spot not in nodes:
                    nodes[spot] = net.add_node(spot)
                if before is not None and before != spot:
                    net.add_edge(nodes[before], nodes[spot], metres(before, spot))
                before = spot
        largest = max(rustworkx.connected_components(net), key=len, default=set())
        self.net, self.places = net, {nodes[spot]: spot for spot in nodes if nodes[spot] in largest}

    @classmethod
    def read(cls, file: Path | None) -> "Streets":
        """The lines of a GeoJSON FeatureCollection."""
        if file is None:
            return cls()
        features = json.loads(file.read_text("utf-8"))["features"]
        return cls(f["geometry"]["coordinates"] for f in features if f["geometry"]["type"] == "LineString")

    def way(self, start: LonLat, goal: LonLat) -> list[LonLat]:
        """The corners from start to goal by street, the goal included."""
        if not self.places:
            return [goal]
        first, last = self._nearest(start), self._nearest(goal)
        found = rustworkx.dijkstra_shortest_paths(self.net, first, target=last, weight_fn=float)
        corners = [self.net[node] for node in found[last]] if last in found else [self.net[first]]
        return [*corners, goal]

    def somewhere(self, near: LonLat, chance: random.Random) -> LonLat:
        """A random place within a round's reach."""
        close = [spot for spot in self.places.values() if metres(near, spot) < ROUND_M]
        if close:
            return chance.choice(close)
        return (near[0] + chance.uniform(-0.005, 0.005), near[1] + chance.uniform(-0.005, 0.005))

    def _nearest(self, place: LonLat) -> int:
        return min(self.places, key=lambda node: metres(place, self.places[node]))


class Rider:
    """Somebody on the move: knows where he is, and rolls along a way."""

    def __init__(self, streets: Streets, at: LonLat) -> None:
        self.streets, self.at, self.rest = streets, at, list[LonLat]()

    def head_for(self, goal: LonLat) -> None:
        """Choose the way there."""
        self.rest = self.streets.way(self.at, goal)

    def roll(self, distance_m: float) -> bool:
        """Move that far along the way; True once it is ridden to its end."""
        while self.rest and distance_m > 0:
            ahead = metres(self.at, self.rest[0])
            if ahead <= distance_m:
                distance_m -= ahead
                self.at = self.rest.pop(0)
            else:
                part = distance_m / ahead
                self.at = (
                    self.at[0] + (self.rest[0][0] - self.at[0]) * part,
                    self.at[1] + (self.rest[0][1] - self.at[1]) * part,
                )
                return False
        return not self.rest

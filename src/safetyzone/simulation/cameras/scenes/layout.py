"""A street as the map has it, furnished: what no map says (shop houses, lamps, trees, wires) stands where it stands in any such street.

Everything is in the camera's own metres: x to the right, y ahead.
"""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from safetyzone.simulation.cameras.scenes.scene import Scene, Street, View

Place = tuple[float, float]
Given = tuple[tuple[Place, ...], Street]
"""A street's line in the camera's metres, and the street."""
WIDE_M = {"trunk": 13.0, "primary": 12.0, "secondary": 11.0, "tertiary": 8.5, "residential": 6.5, "unclassified": 6.0, "service": 5.0}
PAVEMENT_M = 4.0
BAY_M = 4.5
"""A shop house is this wide."""
STOREY_M = 3.4
FAR_M = 170.0
LAMP_EVERY_M, LAMP_M, LEAST_LIT_M = 28.0, 7.0, 3.0
"""Half as wide as this at least: an alley is lit by what opens on it."""
NEAREST_M, FREE_AHEAD_M, FREE_NEAR_M, FREE_ASIDE = 4.5, 45, 13, 0.4
"""A house that is made up is not nearer than this, nor within this straight ahead, nor so near to the left and right of it."""
GRID_M, MOST_SQUARE_TREES = 6, 14
MADE_UP = frozenset({"shops", "office"})
KEPT_FREE_M = 25.0
"""So near to a building that the map knows nothing is made up."""


@dataclass(frozen=True)
class Road:
    """A street's middle line and half its width."""

    line: tuple[Place, ...]
    half: float
    one_way: bool

    @property
    def length(self) -> float:
        """In metres."""
        return sum(math.dist(a, b) for a, b in zip(self.line, self.line[1:], strict=False))

    def at(self, along: float, aside: float = 0.0) -> tuple[Place, Place]:
        """The place so far along and so far to the left of it, and the direction there."""
        line = self.line
        for a, b in itertools.pairwise(line):
            length = math.dist(a, b)
            if length > 0 and (along <= length or b is line[-1]):
                way = (b[0] - a[0]) / length, (b[1] - a[1]) / length
                return (a[0] + way[0] * along - way[1] * aside, a[1] + way[1] * along + way[0] * aside), way
            along -= length
        return line[0], (0.0, 1.0)

    def distance(self, place: Place) -> float:
        """From its middle line."""
        return min(to_piece(place, a, b) for a, b in zip(self.line, self.line[1:], strict=False))


@dataclass(frozen=True)
class Wall:
    """A wall between two places; ``kind`` names its look, ``seed`` what is chance in it."""

    a: Place
    b: Place
    height: float
    kind: str
    seed: int


@dataclass
class Layout:
    """All that is drawn."""

    roads: list[Road] = field(default_factory=list)
    walls: list[Wall] = field(default_factory=list)
    lamps: list[tuple[Place, Place]] = field(default_factory=list)
    """Foot, and the way that the arm points."""
    trees: list[Place] = field(default_factory=list)
    squares: list[Place] = field(default_factory=list)
    """Places of a grid where there is open ground."""
    zebras: list[tuple[int, float]] = field(default_factory=list)
    """Which road, and how far along it."""


def to_piece(place: Place, a: Place, b: Place) -> float:
    """How far a place is from a straight piece."""
    ex, ey = b[0] - a[0], b[1] - a[1]
    length = ex * ex + ey * ey
    share = max(0.0, min(1.0, ((place[0] - a[0]) * ex + (place[1] - a[1]) * ey) / length)) if length else 0.0
    return math.dist(place, (a[0] + share * ex, a[1] + share * ey))


def inside(place: Place, ring: tuple[Place, ...]) -> bool:
    """Whether a place is within a ring."""
    x, y = place
    odd = False
    for (ax, ay), (bx, by) in zip(ring, (*ring[1:], ring[0]), strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            odd = not odd
    return odd


def layout(scene: Scene, view: View) -> Layout:
    """The street of a scene."""
    chance = random.Random(f"{scene.seed}{scene.code}")
    found = Layout(roads=_roads(scene, view))
    rings = [(tuple(view.turned(place) for place in building.ring), building.height_m) for building in scene.buildings]
    # A camera on a building's own forecourt is inside its footprint, as a coarse map has it: from there one sees no wall of it.
    rings = [(ring, height) for ring, height in rings if len(ring) > 2 and not inside((0.0, 0.0), ring)]
    for ring, height in rings:
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True):
            if a != b and to_piece((0.0, 0.0), a, b) < 2 * FAR_M:
                found.walls.append(Wall(a, b, height, "block", chance.getrandbits(24)))
    edges = [
        (a, b)
        for ring, _ in rings
        for a, b in zip(ring, (*ring[1:], ring[0]), strict=True)
        if to_piece((0.0, 0.0), a, b) < FAR_M + KEPT_FREE_M
    ]
    for number, road in enumerate(found.roads):
        found.zebras.extend((number, along) for along in _crossings(road, found.roads))
        for side in (-1, 1):
            found.walls.extend(_frontage(road, side, found.roads, edges, chance))
            found.lamps.extend(_lamps(road, side, found.roads) if road.half >= LEAST_LIT_M else ())
            found.trees.extend(_trees(road, side, found.roads, chance))
    found.squares.extend(place for place in _squares(view, found) if not any(inside(place, ring) for ring, _ in rings))
    shady = [place for place in found.squares if math.hypot(*place) > 16 and abs(place[0]) > 4]
    found.trees.extend(chance.sample(shady, min(len(shady) // 5, MOST_SQUARE_TREES)))
    lit = [place for place in found.squares if place[0] % 24 == 12 and place[1] % 18 == 8 and math.hypot(*place) > 12]
    found.lamps.extend((place, (0.0, -1.0)) for place in lit)
    return found


def _squares(view: View, found: Layout) -> Iterator[Place]:
    """Open ground in sight that is no street's, on a grid: a square, a forecourt."""
    fronts = [place for place, wall in enumerate(found.walls) if wall.kind in MADE_UP]
    lots = [tuple(found.walls[place + corner].a for corner in (0, 1, 3, 2)) for place in fronts]
    for ahead in range(8, 72, GRID_M):
        for aside in range(-60, 64, GRID_M):
            place = float(aside), float(ahead)
            off_streets = all(road.distance(place) > road.half + PAVEMENT_M + 2.0 for road in found.roads)
            if off_streets and view.sees(*place) and not any(inside(place, lot) for lot in lots):
                yield place


def _class_of(street: Street) -> str:
    return street.road_class.removesuffix("_link")


def _roads(scene: Scene, view: View) -> list[Road]:
    """Streets that are driven on, joined where they go straight on; a lane is made up where none is in sight. Footways are pavement."""
    driven = [street for street in scene.streets if _class_of(street) in WIDE_M]
    rest = [(tuple(view.turned(place) for place in street.line), street) for street in driven]
    out = []
    while rest:
        line, street = rest.pop(0)
        for _ in range(2):
            line = tuple(reversed(line))
            while (more := _goes_on(line, rest)) is not None:
                rest.remove(more)
                line = (*line, *(more[0] if math.dist(more[0][0], line[-1]) < 1 else tuple(reversed(more[0])))[1:])
        line = tuple(_within(line))
        if len(line) > 1:
            half = WIDE_M[_class_of(street)] / 2
            out.append(Road(line, half, street.one_way))
    places = [road.at(along)[0] for road in out for along in range(0, int(road.length), 5)]
    if not any(view.sees(*place) and math.hypot(*place) < 45 for place in places):
        out.insert(0, Road(((3.5, -30.0), (4.5, 60.0), (-8.0, 150.0)), WIDE_M["residential"] / 2, False))
    return out


def _goes_on(line: tuple[Place, ...], rest: list[Given]) -> Given | None:
    """Another street that begins where this one ends, and goes the same way."""
    here, before = line[-1], line[-2]
    if math.hypot(*here) > FAR_M:
        return None
    for other in rest:
        for turned in (other[0], tuple(reversed(other[0]))):
            if math.dist(turned[0], here) < 1.0:
                one = math.atan2(here[1] - before[1], here[0] - before[0])
                two = math.atan2(turned[1][1] - here[1], turned[1][0] - here[0])
                if abs(math.remainder(two - one, math.tau)) < math.radians(35):
                    return other
    return None


def _within(line: tuple[Place, ...]) -> Iterator[Place]:
    """The part of a line that is near, in pieces of at most 40 m."""
    fine = [line[0]]
    for a, b in itertools.pairwise(line):
        parts = max(1, math.ceil(math.dist(a, b) / 40))
        fine.extend((a[0] + (b[0] - a[0]) * part / parts, a[1] + (b[1] - a[1]) * part / parts) for part in range(1, parts + 1))
    near = [place for place in range(len(fine)) if math.hypot(*fine[place]) < FAR_M]
    if near:
        yield from fine[max(0, near[0] - 1) : near[-1] + 2]


def _crossings(road: Road, roads: list[Road]) -> Iterator[float]:
    """Where a zebra lies: a few metres before another street."""
    for other in roads:
        if other is road:
            continue
        near = [along for along in range(0, int(road.length)) if other.distance(road.at(along)[0]) < 1.5]
        if near:
            for along in (near[0] - other.half - 3.0, near[-1] + other.half + 3.0):
                if 0 < along < road.length:
                    yield along


def _is_free(place: Place, own: Road, roads: list[Road], clear: float) -> bool:
    """Not on another street or its pavement."""
    off_others = all(road is own or road.distance(place) > road.half + clear for road in roads)
    return off_others and own.distance(place) > own.half + min(clear, 0.3)


def _frontage(
    road: Road, side: int, roads: list[Road], edges: list[tuple[Place, Place]], chance: random.Random
) -> Iterator[Wall]:  # fmt: skip
    """Rows of shop houses behind the pavement, with gaps, where the map knows no building."""
    along = chance.uniform(0, 6)
    back = 11.0
    while along < road.length - BAY_M:
        bays = chance.randint(2, 6)
        length, storeys = bays * BAY_M, chance.choice((2, 3, 3, 4, 4, 5, 7))
        front = side * (road.half + PAVEMENT_M + chance.choice((0.0, 0.0, 0.0, 2.0)))
        corners = [road.at(where, aside)[0] for where, aside in (
            (along, front), (along + length, front), (along + length, front + side * back), (along, front + side * back))]  # fmt: skip
        gap = chance.random() < 0.12
        within = [road.at(along + bay * BAY_M, aside)[0] for bay in range(bays + 1) for aside in (front, front + side * back)]
        free = all(_is_free(place, road, roads, PAVEMENT_M - 0.5) for place in within) and not inside((0.0, 0.0), tuple(corners))
        known = any(to_piece(corners[0], a, b) < KEPT_FREE_M or to_piece(corners[1], a, b) < KEPT_FREE_M for a, b in edges)
        if free and not known and not gap and not _in_the_way(tuple(corners)):
            seed, height = chance.getrandbits(24), storeys * STOREY_M + 0.6
            kind = chance.choice(("shops", "shops", "shops", "office"))
            yield Wall(corners[0], corners[1], height, kind, seed)
            for a, b in ((corners[1], corners[2]), (corners[3], corners[0]), (corners[2], corners[3])):
                yield Wall(a, b, height, "side", seed)
        along += length + (chance.uniform(5, 9) if gap else 0.0)


def _in_the_way(corners: tuple[Place, ...]) -> bool:
    """Nobody hangs a camera where a house fills its picture."""
    near = min(to_piece((0.0, 0.0), a, b) for a, b in zip(corners, (*corners[1:], corners[0]), strict=True))
    rays = ((0.0, FREE_AHEAD_M), (-FREE_ASIDE, FREE_NEAR_M), (FREE_ASIDE, FREE_NEAR_M))
    return near < NEAREST_M or any(inside((slope * ahead, float(ahead)), corners) for slope, to in rays for ahead in range(4, to, 3))


def _lamps(road: Road, side: int, roads: list[Road]) -> Iterator[tuple[Place, Place]]:
    along = LAMP_EVERY_M / 2 if side > 0 else 4.0
    while along < road.length:
        foot, way = road.at(along, side * (road.half + 0.7))
        if math.hypot(*foot) > 7 and _is_free(foot, road, roads, 0.3):
            yield foot, (way[1] * side, -way[0] * side)
        along += LAMP_EVERY_M


def _trees(road: Road, side: int, roads: list[Road], chance: random.Random) -> Iterator[Place]:
    along = chance.uniform(6, 20)
    while along < road.length:
        foot, _ = road.at(along, side * (road.half + 1.6))
        if math.hypot(*foot) > 13 and _is_free(foot, road, roads, 1.0) and chance.random() < 0.55:
            yield foot
        along += chance.uniform(12, 24)

"""Who walks and drives through a scene, and where each is at every moment of the loop, so that its end meets its beginning."""

import itertools
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass

from safetyzone.simulation.cameras.scenes.layout import PAVEMENT_M, Layout, Place, Road
from safetyzone.simulation.cameras.scenes.scene import SECONDS, View

FADE_S = 0.6
"""How quickly somebody comes and goes where no door is near."""
WALKERS, SQUARE_WALKERS, VEHICLES_A_LANE = 12, 7, 3
WALK_M_S = (1.05, 1.5)
SEEN_FROM_M, SEEN_TO_M = 5.0, 48.0
KINDS = ("car", "car", "taxi", "taxi", "motorcycle", "motorcycle", "motorcycle", "tuktuk", "bus", "van")


@dataclass(frozen=True)
class Mover:
    """Somebody on a way that takes exactly one loop; ``phase`` is the share of it that lies behind at the beginning."""

    kind: str
    way: tuple[Place, ...]
    phase: float
    seed: int
    still: bool = False
    """Stands at the first place of the way."""

    def at(self, share: float) -> tuple[Place, Place, float]:
        """Place, direction, and how much of it is there (0 to 1), at a share of the loop."""
        if self.still:
            return self.way[0], self.way[1], 1.0
        gone = (share + self.phase) % 1.0
        place, way = along(self.way, gone)
        there = min(1.0, gone * SECONDS / FADE_S, (1 - gone) * SECONDS / FADE_S)
        return place, way, there


def along(way: tuple[Place, ...], share: float) -> tuple[Place, Place]:
    """Place and direction at a share of a way."""
    lengths = [math.dist(a, b) for a, b in itertools.pairwise(way)]
    rest = share * sum(lengths)
    for (a, b), length in zip(itertools.pairwise(way), lengths, strict=True):
        if rest <= length and length > 0:
            return (a[0] + (b[0] - a[0]) * rest / length, a[1] + (b[1] - a[1]) * rest / length), (
                (b[0] - a[0]) / length,
                (b[1] - a[1]) / length,
            )
        rest -= length
    a, b = way[-2], way[-1]
    length = math.dist(a, b) or 1.0
    return b, ((b[0] - a[0]) / length, (b[1] - a[1]) / length)


def movers(found: Layout, view: View, seed: str) -> list[Mover]:
    """Everybody of a scene: those in the picture now and then; the rest is not drawn."""
    chance = random.Random(f"motion{seed}")
    out = [*_vehicles(found, view, chance), *_walkers(found, view, chance)]
    return [mover for mover in out if mover.still or any(view.sees(*along(mover.way, part / 40)[0], margin=60) for part in range(41))]


def _vehicles(found: Layout, view: View, chance: random.Random) -> Iterator[Mover]:
    """Traffic keeps left. All of a lane go at one speed, so nobody runs into anybody."""
    for road in sorted(found.roads, key=lambda one: one.distance((0.0, 12.0)))[:3]:
        lanes = (road.half * 0.5,) if road.half < 5 else (road.half * 0.27, road.half * 0.74)
        for forward in (True, False):
            for aside in lanes:
                left = aside if forward or not road.one_way else -aside
                line = _beside(road, left if forward else -left)
                way = line if forward or road.one_way else tuple(reversed(line))
                if len(way) < 2 or (len(lanes) == 1 and road.one_way and not forward):
                    continue
                count = chance.randint(1, VEHICLES_A_LANE) if road.half > 4 else chance.randint(0, 2)
                begins = chance.random()
                for number in range(count):
                    kind = chance.choice(KINDS if road.half > 5 else tuple(kind for kind in KINDS if kind != "bus"))
                    yield Mover(kind, way, (begins + (number + chance.uniform(-0.2, 0.2)) / count) % 1.0, chance.getrandbits(24))


def _beside(road: Road, aside: float) -> tuple[Place, ...]:
    return tuple(road.at(min(metre, road.length - 0.1), aside)[0] for metre in range(0, int(road.length) + 8, 8))


def _walkers(found: Layout, view: View, chance: random.Random) -> Iterator[Mover]:
    """On the pavements in sight: out of one door, along the street, in at another; some stand and wait."""
    spots = [
        (road, side, float(metre))
        for road in found.roads
        for side in (-1, 1)
        for metre in range(2, int(road.length) - 2, 3)
        if _in_sight(road, side, metre, view) and _is_pavement(road, side, metre, found.roads)
    ]
    near = [place for place in found.squares if view.depth(*place) < SEEN_TO_M]
    for _ in range(min(SQUARE_WALKERS, len(near) // 4)):
        begin = chance.choice(near)
        ends = [place for place in near if 14 < math.dist(begin, place) < WALK_M_S[1] * SECONDS]
        if ends:
            yield Mover("walker", (begin, chance.choice(ends)), chance.random(), chance.getrandbits(24))
    for number in range(WALKERS if spots else 0):
        road, side, middle = chance.choice(spots)
        seed, aside = chance.getrandbits(24), side * (road.half + chance.uniform(0.9, PAVEMENT_M - 1.2))
        if number % 5 == 4:
            place, way = road.at(middle, aside)
            yield Mover("walker", (place, way), 0.0, seed, still=True)
            continue
        length, back, phase = chance.uniform(*WALK_M_S) * SECONDS, chance.random() < 0.5, chance.random()
        for company in range(2 if chance.random() < 0.35 else 1):  # some walk two together
            door_to_door = _door_to_door(road, side, aside + company * side * 0.65, middle, length)
            yield Mover("walker", tuple(reversed(door_to_door)) if back else door_to_door, phase, seed + company)


def _in_sight(road: Road, side: int, metre: float, view: View) -> bool:
    place, _ = road.at(metre, side * (road.half + 1.5))
    return SEEN_FROM_M < view.depth(*place) < SEEN_TO_M and view.sees(*place) and math.hypot(*place) > 5


def _is_pavement(road: Road, side: int, metre: float, roads: list[Road]) -> bool:
    place, _ = road.at(metre, side * (road.half + 1.5))
    return all(other is road or other.distance(place) > other.half + 0.8 for other in roads)


def _door_to_door(road: Road, side: int, aside: float, middle: float, length: float) -> tuple[Place, ...]:
    into = side * (road.half + PAVEMENT_M + 1.2)
    straight = max(2.0, length - 2 * abs(into - aside))
    begins, ends = middle - straight / 2, middle + straight / 2
    steps = [begins + straight * part / 6 for part in range(7)]
    return (road.at(begins, into)[0], *(road.at(step, aside)[0] for step in steps), road.at(ends, into)[0])


def parked(found: Layout, view: View, seed: str) -> list[Mover]:
    """Motorcycles at the kerb and vendors' carts on the pavement."""
    chance = random.Random(f"parked{seed}")
    out = []
    for road in found.roads[:3]:
        for side in (-1, 1):
            metre = chance.uniform(4, 14)
            while metre < road.length:
                aside = side * (road.half + chance.choice((0.9, 3.0)))
                place, way = road.at(metre, aside)
                clear = all(other is road or other.distance(place) > other.half + 1 for other in found.roads)
                if clear and 7 < math.hypot(*place) < 60 and view.sees(*place):
                    kind = "parked" if abs(aside) < road.half + 1.5 else "cart"
                    for more in range(chance.randint(1, 5) if kind == "parked" else 1):
                        spot, _ = road.at(metre + 0.9 * more, aside)
                        turned = (way[1] * side, -way[0] * side) if kind == "parked" else way
                        out.append(Mover(kind, (spot, turned), 0.0, chance.getrandbits(24), still=True))
                metre += chance.uniform(14, 40)
    return out

"""How walkers and vehicles look from a mast: boxes and limbs in perspective, drawn large and reduced so that edges are soft."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PIL import Image, ImageDraw

from safetyzone.simulation.cameras.scenes.layout import Place
from safetyzone.simulation.cameras.scenes.light import Colour, Light
from safetyzone.simulation.cameras.scenes.scene import View

FINE = 3
"""Drawn so many times larger, and reduced."""
SIZES = {  # length, width, height, and where the cabin begins and ends as a share of the length, and its bottom, in metres
    "car": (4.3, 1.75, 1.46, 0.18, 0.80, 0.86), "taxi": (4.5, 1.75, 1.50, 0.16, 0.80, 0.88), "van": (4.8, 1.8, 2.1, 0.02, 0.86, 1.0),
    "bus": (10.5, 2.5, 3.0, 0.01, 0.99, 1.25), "tuktuk": (2.9, 1.3, 1.8, 0.05, 0.85, 0.75), "cart": (1.5, 0.8, 1.9, 0.0, 1.0, 0.95),
}  # fmt: skip
PAINTS = ((0.85, 0.86, 0.88), (0.16, 0.17, 0.19), (0.55, 0.57, 0.6), (0.62, 0.12, 0.12), (0.14, 0.26, 0.48), (0.8, 0.78, 0.7))
TAXIS = ((0.92, 0.30, 0.58), (0.96, 0.80, 0.12), (0.20, 0.62, 0.30), (0.95, 0.45, 0.12), (0.15, 0.45, 0.75))
SHIRTS = (
    (0.88, 0.88, 0.86),
    (0.75, 0.16, 0.18),
    (0.16, 0.34, 0.62),
    (0.94, 0.76, 0.22),
    (0.24, 0.5, 0.34),
    (0.2, 0.2, 0.24),
    (0.86, 0.5, 0.62),
)
TROUSERS = ((0.14, 0.15, 0.2), (0.24, 0.3, 0.42), (0.42, 0.36, 0.28), (0.1, 0.1, 0.1), (0.5, 0.48, 0.46))
SKIN, HAIR, GLASS, TYRE = (0.72, 0.53, 0.40), (0.09, 0.08, 0.08), (0.16, 0.19, 0.23), (0.07, 0.07, 0.08)
PANES = {"tuktuk": (0.12, 0.12, 0.13), "cart": (0.55, 0.6, 0.62)}
Point3 = tuple[float, float, float]


@dataclass(frozen=True)
class Shine:
    """A light that a thing carries: where in the picture, how large in pixels, of what colour."""

    at: Place
    size: float
    colour: Colour


@dataclass
class Drawn:
    """A thing as it is laid over the picture: its tile, where the tile's corner lies, how far away it is, what shines on it."""

    tile: Image.Image
    corner: tuple[int, int]
    depth: float
    shines: list[Shine]


class Pen:
    """Draws in the picture's own pixels on a tile that is larger by ``FINE``."""

    def __init__(self, view: View, low: Place, high: Place, light: Colour) -> None:
        self.view, self.light = view, light
        self.left, self.top = int(low[0]) - 2, int(low[1]) - 2
        self.size = max(1, int(high[0]) + 3 - self.left), max(1, int(high[1]) + 3 - self.top)
        self.tile = Image.new("RGBA", (self.size[0] * FINE, self.size[1] * FINE), (0, 0, 0, 0))
        self.draw = ImageDraw.Draw(self.tile)

    def shade(self, colour: Colour, share: float = 1.0) -> tuple[int, int, int, int]:
        red, green, blue = (min(255, int((part * lit * share) ** (1 / 1.15) * 255)) for part, lit in zip(colour, self.light, strict=True))
        return red, green, blue, 255

    def here(self, point: Place) -> Place:
        return (point[0] - self.left) * FINE, (point[1] - self.top) * FINE

    def area(self, corners: Sequence[Place], colour: tuple[int, int, int, int]) -> None:
        self.draw.polygon([self.here(corner) for corner in corners], fill=colour)

    def limb(self, joints: Sequence[Place], width: float, colour: tuple[int, int, int, int]) -> None:
        self.draw.line([self.here(joint) for joint in joints], fill=colour, width=max(1, round(width * FINE)), joint="curve")

    def round(self, middle: Place, across: float, tall: float, colour: tuple[int, int, int, int]) -> None:
        x, y = self.here(middle)
        self.draw.ellipse((x - across * FINE, y - tall * FINE, x + across * FINE, y + tall * FINE), fill=colour)

    def done(self, depth: float, shines: list[Shine]) -> Drawn:
        return Drawn(self.tile.resize(self.size, Image.Resampling.BOX), (self.left, self.top), depth, shines)


def walker(view: View, place: Place, way: Place, step: float, seed: int, light: Light, *, still: bool) -> Drawn | None:
    """Somebody on foot; ``step`` counts double steps."""
    depth = view.depth(*place)
    scale = view.focal / max(depth, 0.1)
    if depth < 2.5 or scale < 4:
        return None
    chance = random.Random(seed)
    tall, shirt, trousers = chance.uniform(1.52, 1.78), chance.choice(SHIRTS), chance.choice(TROUSERS)
    bag, long_hair = chance.random() < 0.4, chance.random() < 0.45
    foot = view.point(*place)
    head = view.point(*place, tall)
    unit = (foot[1] - head[1]) / tall  # pixels a metre of height
    pen = Pen(view, (foot[0] - 0.6 * scale, head[1]), (foot[0] + 0.6 * scale, foot[1] + 0.2 * scale), light.at(*place))
    swing = 0.0 if still else math.sin(step * math.tau)
    side = way[0] * scale  # how much of a stride is seen from the side
    bob = 0.02 * abs(swing) * unit

    def up(metres: float, across: float = 0.0) -> Place:
        return foot[0] + across, foot[1] - metres * unit + bob

    pen.round((foot[0], foot[1]), 0.34 * scale, 0.12 * unit, (0, 0, 0, 70))
    hip, shoulder = 0.50 * tall, 0.82 * tall
    for sign in (-1, 1):
        stride = 0.36 * swing * sign
        ankle = foot[0] + stride * side + sign * 0.08 * scale, foot[1] - (0.09 * max(0.0, -stride) + 0.05 * stride * way[1]) * unit
        pen.limb(
            [up(hip, sign * 0.07 * scale), up(hip * 0.5, sign * 0.08 * scale + stride * 0.6 * side), ankle],
            0.145 * scale,
            pen.shade(trousers),
        )
    arm = pen.shade(SKIN, 0.9)
    for sign in (-1, 1):
        hand = -0.3 * swing * sign
        pen.limb([up(shoulder - 0.06, sign * 0.2 * scale), up(hip, sign * 0.24 * scale + hand * side)], 0.085 * scale, arm)
    for left, below, share in ((-0.2, -0.155, 1.0), (0.04, 0.04, 0.84)):  # all of the shirt, and its side away from the light
        trunk = [up(shoulder, left * scale), up(shoulder, 0.2 * scale), up(hip - 0.06, 0.155 * scale), up(hip - 0.06, below * scale)]
        pen.area(trunk, pen.shade(shirt, share))
    if bag:
        pen.round(up(hip + 0.16, 0.2 * scale), 0.1 * scale, 0.14 * unit, pen.shade((0.3, 0.2, 0.14)))
    _head(pen, up(tall - 0.13), scale, unit, goes_away=way[1] > 0.2, comes=way[1] <= -0.3, long_hair=long_hair)
    return pen.done(depth, [])


def _head(pen: Pen, middle: Place, scale: float, unit: float, *, goes_away: bool, comes: bool, long_hair: bool) -> None:
    """A head from behind, from the side or from before."""

    def part(higher: float, across: float, tall: float, colour: Colour) -> None:
        pen.round((middle[0], middle[1] - higher * unit), across * scale, tall * unit, pen.shade(colour))

    part(0.0, 0.095, 0.125, SKIN)
    if comes and not long_hair:
        part(0.07, 0.1, 0.075, HAIR)
        return
    part(0.03, 0.105, 0.16 if long_hair else 0.12, HAIR)
    if not goes_away:
        part(-0.02, 0.075, 0.1, SKIN)


def vehicle(view: View, kind: str, place: Place, way: Place, seed: int, light: Light) -> Drawn | None:
    """Something on wheels; a rider's machine is a small box with a rider on it."""
    depth = view.depth(*place)
    if depth < 4:
        return None
    chance = random.Random(seed)
    if kind in {"motorcycle", "parked"}:
        return _motorcycle(view, place, way, chance, light, ridden=kind == "motorcycle")
    length, width, height, begins, ends, waist = SIZES[kind]
    paint = chance.choice(TAXIS if kind in {"taxi", "tuktuk"} else PAINTS)
    if kind == "bus":
        paint = chance.choice(((0.75, 0.16, 0.14), (0.15, 0.35, 0.65), (0.9, 0.55, 0.15)))

    def corner(ahead: float, aside: float, up: float) -> Point3:
        return place[0] + way[0] * ahead - way[1] * aside, place[1] + way[1] * ahead + way[0] * aside, up

    taper = 0.0 if kind in {"bus", "van", "tuktuk", "cart"} else 0.16
    floor = 0.28 if kind != "cart" else 0.4
    body = _box(corner, (-length / 2, length / 2), (-width / 2, width / 2), (floor, waist), 0.0)
    cabin = _box(corner, (length * (begins - 0.5), length * (ends - 0.5)), (-width / 2, width / 2), (waist, height), taper)
    every = [point for faces in (body, cabin) for _, points in faces for point in points]
    if any(view.depth(*point) < 1.2 for point in every):
        return None
    flat = [view.point(*point) for point in (*every, corner(0, 0, 0))]
    pen = Pen(
        view,
        (min(x for x, _ in flat) - 3, min(y for _, y in flat)),
        (max(x for x, _ in flat) + 3, max(y for _, y in flat) + 4),
        light.at(*place),
    )
    under = [corner(ahead * length / 2, aside * width / 2, 0.0) for ahead, aside in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    pen.area([view.point(*point) for point in under], (0, 0, 0, 130))
    for sign in (-1, 1):
        for ahead in (-length * 0.32, length * 0.32):
            pen.area(_wheel(view, corner, ahead, sign * width * 0.49, 0.31 if kind != "bus" else 0.48), pen.shade(TYRE))
    _faces(pen, body, lambda _face: paint)
    _faces(pen, cabin, lambda face: paint if face == "top" else PANES.get(kind, GLASS))
    return pen.done(depth, _lights(view, corner, length, width, waist, light) if kind != "cart" else [])


Corner = Callable[[float, float, float], Point3]
Faces = list[tuple[str, list[Point3]]]


def _box(corner: Corner, ahead: Place, aside: Place, up: Place, taper: float) -> Faces:
    """The sides and the top of a box; ``taper`` draws the top in, as a share of the length and half of it across."""
    (a0, a1), (s0, s1), (u0, u1) = ahead, aside, up
    t, w = taper * (a1 - a0), taper * (s1 - s0) * 0.5
    low = {(i, j): corner((a0, a1)[i], (s0, s1)[j], u0) for i in (0, 1) for j in (0, 1)}
    high = {(i, j): corner((a0 + t, a1 - t)[i], (s0 + w, s1 - w)[j], u1) for i in (0, 1) for j in (0, 1)}
    sides = {"back": ((0, 0), (0, 1)), "front": ((1, 1), (1, 0)), "right": ((1, 0), (0, 0)), "left": ((0, 1), (1, 1))}
    out: Faces = [(name, [low[one], low[two], high[two], high[one]]) for name, (one, two) in sides.items()]
    return [*out, ("top", [high[0, 0], high[1, 0], high[1, 1], high[0, 1]])]


def _faces(pen: Pen, faces: Faces, paint: Callable[[str], Colour]) -> None:
    """Farther faces first, each with its own share of the light."""
    shares = {"top": 1.0, "front": 0.82, "back": 0.74, "left": 0.68, "right": 0.9}
    for name, points in sorted(faces, key=lambda face: -sum(math.hypot(x, y) for x, y, _ in face[1])):
        pen.area([pen.view.point(*point) for point in points], pen.shade(paint(name), shares[name]))


def _wheel(view: View, corner: Corner, ahead: float, aside: float, radius: float) -> list[Place]:
    turns = [part * math.tau / 10 for part in range(10)]
    return [view.point(*corner(ahead + radius * math.cos(turn), aside, radius + radius * math.sin(turn))) for turn in turns]


def _lights(view: View, corner: Corner, length: float, width: float, up: float, light: Light) -> list[Shine]:
    """Those lamps that point towards the camera; by day only a glint."""
    out = []
    for ahead, colour in ((length / 2, (1.0, 0.96, 0.85)), (-length / 2, (0.9, 0.08, 0.06))):
        middle, outward = corner(ahead, 0, 0.6), corner(ahead * 1.2, 0, 0.6)
        if math.hypot(*outward[:2]) >= math.hypot(*middle[:2]):
            continue
        for sign in (-1, 1):
            spot = corner(ahead, sign * width * 0.38, min(up - 0.15, 0.72))
            scale = view.focal / max(view.depth(*spot), 0.5)
            bright = (0.55 if ahead > 0 else 0.4) if light.night else 0.12
            size = (0.75 if light.night else 0.16) * scale * (1.0 if ahead > 0 else 0.6)
            out.append(Shine(view.point(*spot), max(1.6, size), (colour[0] * bright, colour[1] * bright, colour[2] * bright)))
    return out


def _motorcycle(view: View, place: Place, way: Place, chance: random.Random, light: Light, *, ridden: bool) -> Drawn:
    paint, shirt, helmet = chance.choice(PAINTS), chance.choice((*SHIRTS, (0.95, 0.45, 0.1))), chance.choice((*PAINTS, (0.15, 0.15, 0.16)))

    def corner(ahead: float, aside: float, up: float) -> Point3:
        return place[0] + way[0] * ahead - way[1] * aside, place[1] + way[1] * ahead + way[0] * aside, up

    depth = view.depth(*place)
    scale = view.focal / depth
    head = view.point(*place, 1.65)
    foot = view.point(*place)
    pen = Pen(view, (foot[0] - 1.3 * scale, head[1] - 0.1 * scale), (foot[0] + 1.3 * scale, foot[1] + 0.5 * scale), light.at(*place))
    pen.area([view.point(*corner(a, s, 0)) for a, s in ((-0.9, -0.3), (0.9, -0.3), (0.9, 0.3), (-0.9, 0.3))], (0, 0, 0, 90))
    for ahead in (-0.62, 0.62):
        pen.area(_wheel(view, corner, ahead, 0.05, 0.29), pen.shade(TYRE))
        pen.area(_wheel(view, corner, ahead, -0.05, 0.29), pen.shade(TYRE))
    _faces(pen, _box(corner, (-0.75, 0.35), (-0.16, 0.16), (0.35, 0.78), 0.08), lambda _face: paint)
    _faces(pen, _box(corner, (0.3, 0.62), (-0.1, 0.1), (0.4, 1.0), 0.3), lambda _face: paint)
    if ridden:
        back = [view.point(*corner(-0.28, 0, 0.75)), view.point(*corner(0.02, 0, 1.32))]
        for side in (-0.18, 0.18):
            leg = [view.point(*corner(ahead, side, up)) for ahead, up in ((-0.2, 0.78), (0.2, 0.6), (0.1, 0.3))]
            pen.limb(leg, 0.15 * scale, pen.shade((0.15, 0.16, 0.2)))
        pen.limb(back, 0.38 * scale, pen.shade(shirt))
        for side in (-0.2, 0.2):
            arm = [view.point(*corner(0.0, side, 1.25)), view.point(*corner(0.42, side * 1.3, 1.02))]
            pen.limb(arm, 0.1 * scale, pen.shade(shirt, 0.85))
        pen.round(view.point(*corner(0.06, 0, 1.5)), 0.14 * scale, 0.15 * scale, pen.shade(helmet))
    return pen.done(depth, _lights(view, corner, 1.4, 0.1, 1.0, light)[::2] if ridden else [])

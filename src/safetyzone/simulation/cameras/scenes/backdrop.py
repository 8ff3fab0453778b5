"""All that does not move, drawn once: every pixel's ray meets the ground, a wall or the sky; whichever is nearest is seen."""

import itertools
import math
import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw

from safetyzone.simulation.cameras.scenes import looks
from safetyzone.simulation.cameras.scenes.layout import LAMP_M, PAVEMENT_M, Layout, Place, Wall, layout
from safetyzone.simulation.cameras.scenes.light import LAMP_COLOURS, Light, sky
from safetyzone.simulation.cameras.scenes.scene import HEIGHT, WIDTH, Floats, Scene, View

NOWHERE = np.float32(1e6)
SEEN_M = 320.0


@dataclass(frozen=True)
class Backdrop:
    """The picture without anybody in it."""

    picture: Floats
    """HEIGHT x WIDTH x 3, bytes."""
    depth: Floats
    """Of every pixel, in metres along the axis of the lens; of every fourth where it is not fine."""
    layout: Layout
    light: Light
    view: View


class _Canvas:
    """A picture that grows from far and near alike, for every pixel knows its depth."""

    def __init__(self, view: View, light: Light) -> None:
        self.view, self.light = view, light
        self.right, self.ahead, self.up = view.rays()
        self.depth = np.full((view.tall, view.width), NOWHERE, np.float32)
        self.colour = np.zeros((view.tall, view.width, 3), np.float32)

    def hazed(self, colour: Floats, depth: Floats) -> Floats:
        clear = np.exp(-depth / self.light.clear_m)[..., None]
        return np.asarray(colour * clear + np.asarray(self.light.haze, np.float32) * (1 - clear), np.float32)

    def ground(self, found: Layout) -> None:
        """Roads, kerbs, pavements and what lies behind them."""
        first = int(np.argmax(self.up[:, 0] < -self.view.height / SEEN_M))
        if self.up[first, 0] >= 0:
            return
        reach = -self.view.height / self.up[first:]
        x = np.asarray(self.right * reach, np.float32)
        y = np.broadcast_to(self.ahead[first:] * reach, x.shape)
        beyond = np.full(x.shape, NOWHERE, np.float32)
        colour = np.zeros((*x.shape, 3), np.float32)
        on_roads = np.zeros(x.shape, np.int8)
        for number, road in enumerate(found.roads):
            aside, along = _beside(x, y, road.line)
            over = np.abs(aside) - road.half
            zebras = np.full(x.shape, NOWHERE, np.float32)
            for _, where in (zebra for zebra in found.zebras if zebra[0] == number):
                zebras = np.minimum(zebras, np.abs(along - where))
            mine = (over <= 0) & (on_roads == 0)
            colour[mine] = looks.road(aside, along, road.half, one_way=road.one_way, zebras=zebras)[mine]
            again = (over <= 0) & (on_roads > 0)
            colour[again] = np.asarray((0.27, 0.27, 0.28), np.float32)  # where two meet there is no paint
            on_roads += (over <= 0).astype(np.int8)
            beyond = np.minimum(beyond, np.maximum(over, 0.0))
        bare = on_roads == 0
        paved = looks.pavement(x, y, beyond)
        colour[bare] = paved[bare]
        yard = bare & (beyond > PAVEMENT_M + 2)
        colour[yard] *= 0.85
        lit = self.light.on(x[::2, ::2], y[::2, ::2]).repeat(2, axis=0).repeat(2, axis=1)[: x.shape[0], : x.shape[1]]  # light is soft
        shown = self.hazed(colour * lit, np.broadcast_to(reach, x.shape))
        self.colour[first:], self.depth[first:] = shown, np.broadcast_to(reach, x.shape)

    def wall(self, wall: Wall) -> None:
        """A wall, in full."""
        ax, ay = wall.a
        ex, ey = wall.b[0] - ax, wall.b[1] - ay
        length = math.hypot(ex, ey)
        window = self._window(wall.a, wall.b, wall.height)
        if window is None or length < 0.05:
            return
        rows, columns = window
        right, ahead, up = self.right[:, columns], self.ahead[rows], self.up[rows]
        across = right * ey - ahead * ex
        with np.errstate(divide="ignore", invalid="ignore"):
            depth = (ax * ey - ay * ex) / across
            share = (right * ay - ahead * ax) / (ahead * ex - right * ey)
        z = self.view.height + depth * up
        seen = (depth > 0.3) & (depth < self.depth[rows, columns]) & (share >= 0) & (share <= 1) & (z >= 0) & (z <= wall.height)
        if not seen.any():
            return
        depths, shares, heights = depth[seen], share[seen], z[seen]
        if wall.kind == "tree":
            colour, there = looks.crown(wall.seed, shares * length, heights)
            glow = np.zeros_like(colour)
        else:
            there = np.ones(depths.shape, bool)
            flat, up_flat = (shares * length)[None], heights[None]
            colour, glow = _surface(wall, flat, up_flat, self.light)
            colour, glow = colour[0], glow[0]
        x, y = ax + shares * ex, ay + shares * ey
        face = 1.0 if self.light.night else 0.78 + 0.22 * abs(ex * 0.8 + ey * 0.6) / length
        shown = self.hazed(colour * self.light.on(x, y, heights) * np.float32(face) + glow, depths)
        rows_in, columns_in = np.nonzero(seen)
        rows_in, columns_in = rows_in[there] + rows.start, columns_in[there] + columns.start
        self.colour[rows_in, columns_in] = shown[there]
        self.depth[rows_in, columns_in] = depths[there]

    def _window(self, a: Place, b: Place, height: float) -> tuple[slice, slice] | None:
        """The part of the picture where a wall can be; all of it when one end is behind the camera."""
        ends = [(x, y, z) for x, y in (a, b) for z in (0.0, height)]
        depths = [self.view.depth(*end) for end in ends]
        if max(depths) < 0.3 or min(math.hypot(*a), math.hypot(*b)) > SEEN_M:
            return None
        if min(depths) < 0.3:
            return slice(0, self.view.tall), slice(0, self.view.width)
        points = [self.view.point(*end) for end in ends]
        left, right = min(x for x, _ in points), max(x for x, _ in points)
        top, bottom = min(y for _, y in points), max(y for _, y in points)
        if right < 0 or left > self.view.width or bottom < 0 or top > self.view.tall:
            return None
        return (
            slice(max(0, int(top) - 1), min(self.view.tall, int(bottom) + 2)),
            slice(max(0, int(left) - 1), min(self.view.width, int(right) + 2)),
        )

    def facing(self, foot: Place, broad: float, height: float, kind: str, seed: int) -> None:
        """Something thin that is drawn as a board turned towards the camera."""
        away = math.hypot(*foot) or 1.0
        side = foot[1] / away * broad / 2, -foot[0] / away * broad / 2
        self.wall(Wall((foot[0] - side[0], foot[1] - side[1]), (foot[0] + side[0], foot[1] + side[1]), height, kind, seed))


def _surface(wall: Wall, along: Floats, up: Floats, light: Light) -> tuple[Floats, Floats]:
    if wall.kind == "post":
        return np.full((*along.shape, 3), 0.42, np.float32), np.zeros((*along.shape, 3), np.float32)
    return looks.front(wall.kind, wall.seed, along, up, wall.height, light)


def _beside(x: Floats, y: Floats, line: tuple[Place, ...]) -> tuple[Floats, Floats]:
    """Of every place: how far to the left of a line, and how far along it."""
    best, aside, along = np.full(x.shape, NOWHERE, np.float32), np.zeros(x.shape, np.float32), np.zeros(x.shape, np.float32)
    begun = 0.0
    for (ax, ay), (bx, by) in itertools.pairwise(line):
        length = math.hypot(bx - ax, by - ay)
        if length < 0.01:
            continue
        wx, wy = (bx - ax) / length, (by - ay) / length
        ahead = np.clip((x - ax) * wx + (y - ay) * wy, 0, length)
        left = (y - ay) * wx - (x - ax) * wy
        away = np.hypot(x - ax - ahead * wx, y - ay - ahead * wy)
        nearer = away < best
        best = np.where(nearer, away, best)
        aside = np.where(nearer, np.copysign(away, left), aside)
        along = np.where(nearer, begun + ahead, along)
        begun += length
    return aside, along


def backdrop(scene: Scene, *, fine: bool = True) -> Backdrop:
    """The picture of a scene: ``fine`` is drawn at twice its size and reduced, else at half its size, in a tenth of the time."""
    scale = 2.0 if fine else 0.5
    view = View.of(scene, scale)
    found = layout(scene, view)
    chance = random.Random(f"light{scene.code}")
    heads = tuple((foot[0] + way[0] * 1.6, foot[1] + way[1] * 1.6) for foot, way in found.lamps)
    light = Light(scene.night, heads, chance.choice(LAMP_COLOURS))
    canvas = _Canvas(view, light)
    above = slice(0, min(view.tall, int(np.argmax(canvas.up[:, 0] < -view.height / SEEN_M)) + 1))
    canvas.colour[above] = sky(canvas.right, canvas.ahead[above], canvas.up[above], light, view.azimuth, scene.seed)
    canvas.ground(found)
    for wall in found.walls:
        canvas.wall(wall)
    for foot in found.trees:
        canvas.facing(foot, 5.0, 7.0, "tree", int(abs(foot[0] * 31 + foot[1] * 17)))
    for foot, _ in found.lamps:
        canvas.facing(foot, 0.16, LAMP_M, "post", 1)
    _glow(canvas, light)
    shown = Image.fromarray((np.clip(canvas.colour, 0, 1) ** (1 / 1.15) * 255).astype(np.uint8))
    _lines(shown, canvas, found)
    sized = shown.resize((WIDTH, HEIGHT), Image.Resampling.BOX if fine else Image.Resampling.BICUBIC)
    step = int(scale) if fine else 1
    return Backdrop(np.asarray(sized).copy(), canvas.depth[::step, ::step].copy(), found, light, View.of(scene))


def _glow(canvas: _Canvas, light: Light) -> None:
    """Round each lamp that burns and is not hidden."""
    if not light.night:
        return
    for x, y in light.lamps:
        depth = canvas.view.depth(x, y, LAMP_M)
        if depth < 2:
            continue
        across, down = canvas.view.point(x, y, LAMP_M)
        column, row = int(across), int(down)
        if not (0 <= column < canvas.view.width and 0 <= row < canvas.view.tall) or canvas.depth[row, column] < depth - 1:
            continue
        reach = int(min(90, canvas.view.focal * 1.6 / depth + 6))
        rows, columns = slice(max(0, row - reach), row + reach), slice(max(0, column - reach), column + reach)
        down_by, across_by = np.ogrid[rows.start : min(rows.stop, canvas.view.tall), columns.start : min(columns.stop, canvas.view.width)]
        away = np.hypot(down_by - row, across_by - column) / reach
        shine = np.clip(1 - away, 0, 1) ** 3 * 0.8 + (away < 0.14) * 1.2
        canvas.colour[rows, columns] += shine[..., None].astype(np.float32) * np.asarray(light.lamp, np.float32)


def _lines(picture: Image.Image, canvas: _Canvas, found: Layout) -> None:
    """Arms of lamps, and the wires that hang from post to post."""
    draw, view = ImageDraw.Draw(picture), canvas.view
    dark = (18, 18, 22) if canvas.light.night else (52, 54, 58)
    for (x, y), way in found.lamps:
        if view.depth(x, y, LAMP_M) > 3 and math.hypot(x, y) < 70:
            arm = [view.point(x, y, LAMP_M - 0.3), view.point(x + way[0] * 1.6, y + way[1] * 1.6, LAMP_M)]
            draw.line(arm, fill=dark, width=2 if view.depth(x, y) < 30 else 1)
    for road in found.roads[:3]:
        posts = [road.at(along, road.half + 0.7)[0] for along in range(2, int(road.length), 28)]
        for a, b in itertools.pairwise(posts):
            for high, sag in ((6.3, 0.5), (6.1, 0.8), (5.8, 0.6)):
                wire = [
                    (a[0] + (b[0] - a[0]) * part / 8, a[1] + (b[1] - a[1]) * part / 8, high - sag * 4 * part / 8 * (1 - part / 8))
                    for part in range(9)
                ]
                if all(4 < view.depth(*place) < 60 for place in wire):
                    draw.line([view.point(*place) for place in wire], fill=dark, width=1)

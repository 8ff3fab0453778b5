"""A scene as a clip: the backdrop, whoever moves before it, and the marks that say which camera this is and that nothing here is real."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from safetyzone.simulation.cameras.clip import encode
from safetyzone.simulation.cameras.scenes import figures
from safetyzone.simulation.cameras.scenes.backdrop import Backdrop, backdrop
from safetyzone.simulation.cameras.scenes.motion import Mover, movers, parked
from safetyzone.simulation.cameras.scenes.scene import BIT_RATE, FPS, HEIGHT, SECONDS, WIDTH, Floats, Scene

SIMULATED = "ภาพจำลอง · SIMULATED"
MARGIN_M = 0.6
"""A mover is hidden by what is nearer than this before it: the ground under its own feet is not."""
DIAL = (WIDTH - 26, HEIGHT - 26)
HAND_TURNS_IN_S = 2.0


def paint(scene: Scene, path: Path, *, fine: bool = True, font: str = "") -> Path:
    """Draw a scene's loop as an mp4 with a key frame each ``gop_s``.

    Not ``fine`` is the same street with nobody in it, drawn in a quarter of a second; its parameter sets are the same.
    """
    behind = backdrop(scene, fine=fine)
    shown = pictures(scene, behind, seconds=SECONDS if fine else HAND_TURNS_IN_S, alive=fine, font=font)
    return encode(path, shown, size=(WIDTH, HEIGHT), fps=FPS, gop_s=scene.gop_s, bit_rate=BIT_RATE)


def pictures(scene: Scene, behind: Backdrop, *, seconds: float, alive: bool, font: str) -> Iterator[Floats]:
    """Every picture of the loop."""
    still = behind.picture
    standing = parked(behind.layout, behind.view, scene.code) if alive else []
    for mover in sorted(standing, key=lambda one: -behind.view.depth(*one.way[0])):
        drawn = figures.vehicle(behind.view, mover.kind, mover.way[0], mover.way[1], mover.seed, behind.light)
        if drawn is not None:
            _lay(still, behind.depth, drawn, 1.0)
            _deepen(behind.depth, drawn)
    present = movers(behind.layout, behind.view, f"{scene.seed}{scene.code}") if alive else []
    words = _words(scene, font)
    count = round(seconds * FPS)
    for number in range(count):
        picture = still.copy()
        for drawn, there in _present(behind, present, number / (SECONDS * FPS)):
            _lay(picture, behind.depth, drawn, there)
        _over(picture, words)
        _dial(picture, number / FPS / HAND_TURNS_IN_S, blink=number % FPS < FPS // 2)
        yield picture


def _present(behind: Backdrop, alive: list[Mover], share: float) -> list[tuple[figures.Drawn, float]]:
    """Who is there at a share of the loop, the farthest first."""
    out = []
    for mover in alive:
        place, way, there = mover.at(share)
        if not behind.view.sees(*place, margin=150):
            continue
        if mover.kind == "walker":
            steps = share * SECONDS * 1.0  # a double step a second: a whole number in a loop
            drawn = figures.walker(behind.view, place, way, steps + mover.phase, mover.seed, behind.light, still=mover.still)
        else:
            drawn = figures.vehicle(behind.view, mover.kind, place, way, mover.seed, behind.light)
        if drawn is not None:
            out.append((drawn, there))
    return sorted(out, key=lambda one: -one[0].depth)


def _lay(picture: Floats, depth: Floats, drawn: figures.Drawn, there: float) -> None:
    """Lay a thing over the picture where nothing nearer stands; then what shines on it."""
    tile = np.asarray(drawn.tile)
    left, top = drawn.corner
    x0, y0, x1, y1 = max(0, left), max(0, top), min(WIDTH, left + tile.shape[1]), min(HEIGHT, top + tile.shape[0])
    if x0 < x1 and y0 < y1:
        tile = tile[y0 - top : y1 - top, x0 - left : x1 - left]
        cover = tile[..., 3:].astype(np.float32) * (there / 255)
        cover *= (depth[y0:y1, x0:x1] > drawn.depth - MARGIN_M)[..., None]
        part = picture[y0:y1, x0:x1]
        part[:] = (part * (1 - cover) + tile[..., :3] * cover).astype(np.uint8)
    for shine in drawn.shines:
        _shine(picture, depth, drawn.depth, shine, there)


def _deepen(depth: Floats, drawn: figures.Drawn) -> None:
    """What stands there hides what passes behind it."""
    tile = np.asarray(drawn.tile)
    left, top = drawn.corner
    x0, y0, x1, y1 = max(0, left), max(0, top), min(WIDTH, left + tile.shape[1]), min(HEIGHT, top + tile.shape[0])
    if x0 < x1 and y0 < y1:
        there = tile[y0 - top : y1 - top, x0 - left : x1 - left, 3] > 128
        depth[y0:y1, x0:x1][there] = np.minimum(depth[y0:y1, x0:x1][there], drawn.depth)


def _shine(picture: Floats, depth: Floats, away: float, shine: figures.Shine, there: float) -> None:
    column, row = int(shine.at[0]), int(shine.at[1])
    if not (0 <= column < WIDTH and 0 <= row < HEIGHT) or depth[row, column] < away - 2.0:
        return
    reach = int(min(48, shine.size * 2.2)) + 1
    y0, y1, x0, x1 = max(0, row - reach), min(HEIGHT, row + reach), max(0, column - reach), min(WIDTH, column + reach)
    down, across = np.ogrid[y0:y1, x0:x1]
    glow = np.clip(1 - np.hypot(down - shine.at[1], across - shine.at[0]) / reach, 0, 1) ** 2.6
    light = glow[..., None].astype(np.float32) * np.asarray(shine.colour, np.float32) * (255 * 1.5 * there)
    picture[y0:y1, x0:x1] = np.minimum(picture[y0:y1, x0:x1] + light, 255).astype(np.uint8)


Word = tuple[slice, slice, Floats, Floats]
"""Where some words stand, their ink, and how much of the picture it covers."""


def _words(scene: Scene, font: str) -> list[Word]:
    """The camera's name, and the word that nothing is real."""
    words = Image.new("RGBA", (WIDTH, HEIGHT), (0, 0, 0, 0))
    draw = ImageDraw.Draw(words)
    large, small = (ImageFont.truetype(font, size) if font else ImageFont.load_default(size) for size in (15, 12))
    name = scene.name_th if font else scene.name_en  # the font that is always there has no Thai letters
    for text, place, anchor, chosen in (
        (f"{scene.code}  {name}", (10, 8), "la", large),
        (SIMULATED if font else "SIMULATED", (10, HEIGHT - 10), "ld", large),
        (scene.name_en if font else "", (10, 28), "la", small),
    ):
        draw.text(place, text, font=chosen, fill=(255, 255, 255, 235), anchor=anchor, stroke_width=2, stroke_fill=(0, 0, 0, 170))
    out = []
    for top, bottom in ((0, HEIGHT // 2), (HEIGHT // 2, HEIGHT)):
        box = words.crop((0, top, WIDTH, bottom)).getbbox() or (0, 0, 1, 1)
        rows, columns = slice(box[1] + top, box[3] + top), slice(box[0], box[2])
        tile = np.asarray(words)[rows, columns].astype(np.float32)
        out.append((rows, columns, tile[..., :3] * tile[..., 3:] / 255, tile[..., 3:] / 255))
    return out


def _over(picture: Floats, words: list[Word]) -> None:
    """Lay the words over."""
    for rows, columns, inked, cover in words:
        part = picture[rows, columns]
        part[:] = (part * (1 - cover) + inked).astype(np.uint8)


def _dial(picture: Floats, turns: float, *, blink: bool) -> None:
    """A dial whose hand goes round, and a red point that blinks: the picture lives."""
    box = DIAL[0] - 18, DIAL[1] - 18, DIAL[0] + 18, DIAL[1] + 18
    tile = Image.fromarray(picture[box[1] : box[3], box[0] : box[2]]).resize((108, 108))
    draw = ImageDraw.Draw(tile)
    draw.ellipse((6, 6, 102, 102), fill=(18, 20, 26), outline=(235, 235, 235), width=4)
    for hour in range(12):
        across, down = math.sin(hour * math.tau / 12), math.cos(hour * math.tau / 12)
        draw.line([(54 + 38 * across, 54 - 38 * down), (54 + 43 * across, 54 - 43 * down)], fill=(200, 200, 200), width=3)
    turn = turns * math.tau
    draw.line([(54, 54), (54 + 36 * math.sin(turn), 54 - 36 * math.cos(turn))], fill=(255, 255, 255), width=6)
    draw.ellipse((46, 46, 62, 62), fill=(230, 40, 40) if blink else (90, 30, 30))
    picture[box[1] : box[3], box[0] : box[2]] = np.asarray(tile.resize((36, 36), Image.Resampling.BOX))

"""Pictures as a camera gives them, and what befalls them: harmless things, and harm. Grey, as floats of 0 to 255."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH, Grey
from safetyzone.senses.cameras.health.tests.scenes import scene

Picture = NDArray[np.float64]
Draw = np.random.Generator
SHARE = 0.7
"""Of the world that a look shows, so that a camera can be turned without leaving it."""
BIG = (768, 432)
"""Width and height at which a look is harmed, before it is made small."""


@dataclass(frozen=True)
class Place:
    """One camera's world: the moment of its reference, and other moments of the same place."""

    name: str
    kind: str
    reference: Picture
    later: tuple[Picture, ...]


def made(count: int, seed: int) -> Iterator[Place]:
    """Streets that nobody lives in; later moments have people and cars in them."""
    for number in range(count):
        world = np.kron(scene(seed + number)[40:-30, 60:-60], np.ones((5, 5)))
        drawn = np.random.default_rng(seed + number)
        yield Place(f"made {number}", "made", world, tuple(_traffic(world, drawn) for _ in range(3)))


def clips(folder: Path, every_s: float = 2.0) -> Iterator[Place]:
    """Each clip is one fixed camera."""
    import av

    for file in sorted(folder.glob("*.mp4")):
        frames, next_s = [], 0.0
        with av.open(str(file)) as clip:
            for frame in clip.decode(video=0):
                if frame.time is not None and frame.time >= next_s:
                    next_s = frame.time + every_s
                    frames.append(frame.reformat(format="gray").to_ndarray().astype(np.float64))
        if len(frames) > 1:
            yield Place(file.stem, "clip", frames[0], tuple(frames[1:]))


def _traffic(world: Picture, drawn: Draw) -> Picture:
    out = world.copy()
    height, width = out.shape
    for _ in range(int(drawn.integers(2, 7))):
        h, w = int(drawn.integers(height // 12, height // 4)), int(drawn.integers(width // 30, width // 6))
        y, x = int(drawn.integers(height // 3, height - h)), int(drawn.integers(0, width - w))
        out[y : y + h, x : x + w] = drawn.uniform(20, 220) + 12 * drawn.standard_normal((h, w))
    return out


def look(world: Picture, *, right: float = 0.0, down: float = 0.0) -> Picture:
    """What the lens sees, turned by a share of its own picture."""
    height, width = world.shape
    h, w = round(height * SHARE), round(width * SHARE)
    y, x = round((height - h) / 2 + down * h), round((width - w) / 2 + right * w)
    cut = world[max(0, y) : y + h, max(0, x) : x + w]
    return np.asarray(_image(cut).resize(BIG, Image.Resampling.BILINEAR), np.float64)


def small(picture: Picture) -> Grey:
    """As the probe keeps it."""
    return np.asarray(_image(picture).resize((WIDTH, HEIGHT), Image.Resampling.BOX), np.uint8)


def _image(picture: Picture) -> Image.Image:
    return Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8))


def _noisy(picture: Picture, drawn: Draw, much: float) -> Picture:
    return np.asarray(picture + drawn.normal(0, much, picture.shape))


def _jpeg(picture: Picture, drawn: Draw) -> Picture:
    written = BytesIO()
    _image(picture).save(written, "JPEG", quality=12)
    return np.asarray(Image.open(written), np.float64)


def _soft(picture: Picture, radius: float) -> Picture:
    return np.asarray(_image(picture).filter(ImageFilter.GaussianBlur(radius)), np.float64)


def _rain(picture: Picture, drawn: Draw) -> Picture:
    out = picture * 0.75 + 40  # grey air takes contrast
    for _ in range(250):
        y, x = int(drawn.integers(0, BIG[1] - 30)), int(drawn.integers(0, BIG[0] - 2))
        out[y : y + int(drawn.integers(8, 28)), x] += 35
    return out


def _shadow(picture: Picture, drawn: Draw) -> Picture:
    out, edge = picture.copy(), int(drawn.integers(BIG[0] // 4, 3 * BIG[0] // 4))
    out[BIG[1] // 2 :, :edge] *= 0.6
    return out


def _cover(picture: Picture, drawn: Draw, share: float) -> Picture:
    out = picture.copy()
    out[:, : round(BIG[0] * share)] = drawn.uniform(15, 200) + drawn.normal(0, 2, (BIG[1], round(BIG[0] * share)))
    return out


Befalls = Callable[[Picture, Draw], Picture]
HARMLESS: dict[str, Befalls] = {
    "nothing, people and cars pass": lambda p, d: p,
    "30 % brighter": lambda p, d: p * 1.3,
    "30 % dimmer": lambda p, d: p * 0.7,
    "evening: half the light, twice the noise": lambda p, d: _noisy(p * 0.5, d, 10),
    "a noisy sensor": lambda p, d: _noisy(p, d, 20),
    "compressed hard (JPEG 12)": _jpeg,
    "rain": _rain,
    "a shadow across the street": _shadow,
    "a little soft (2 px of 768)": lambda p, d: _soft(p, 2),
}
WIND = 0.01
HARM: dict[str, tuple[str, Befalls]] = {
    "out of focus (16 px of 768)": ("blurred", lambda p, d: _soft(p, 16)),
    "out of focus (32 px of 768)": ("blurred", lambda p, d: _soft(p, 32)),
    "no light (4 %)": ("dark", lambda p, d: p * 0.04),
    "lens cap": ("dark", lambda p, d: np.full_like(p, 3.0)),
    "bag over the lens": ("masked", lambda p, d: _noisy(np.full_like(p, d.uniform(60, 200)), d, 3)),
    "sprayed white": ("masked", lambda p, d: _noisy(p * 0.03 + 225, d, 2)),
    "two thirds covered": ("masked", lambda p, d: _cover(p, d, 0.67)),
}
TURNS = (0.05, 0.10, 0.20)
"""Shares of the picture's width by which a camera is turned."""

"""The colour of a vehicle's paint, by rule: what a person can check need not be learnt.

The plate is a white card that every vehicle carries: its ground says how bright and of which tint the light is, and the sheet of metal
above it is compared with that. By night and under infra-red nothing is said, nor where no colour has most of the surface.
"""

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.contracts.vision import Paint

Picture = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
"""Left, top, width, height of the plate, pixels."""

LEAST_LIGHT = 70.0
"""Brightness of a plate's ground, of 255, below which it is night."""
LEAST_SHARE = 0.5
"""Of the surface that a colour must have."""
SIDE = 24
GREY_BELOW = 11.0
"""Chroma in CIE Lab below which a surface has no hue."""
BLACK, GREY = 34.0, 76.0
"""Lightness (0 to 100, a white plate is 95) below which a grey surface is called black, and grey; above: white."""
DARK = 46.0
"""Lightness below which orange and yellow are called brown."""
HUES = (
    (18, Paint.PINK), (50, Paint.RED), (72, Paint.ORANGE), (105, Paint.YELLOW), (195, Paint.GREEN), (305, Paint.BLUE), (361, Paint.PINK),
)  # fmt: skip
"""Angles in CIE Lab's plane of hues, in degrees, up to which each name goes."""
TINTED = 0.45
"""Of a plate's brightest channel, that its darkest may lack before the ground itself is coloured: more than any lamp or evening does."""
PINK_ABOVE = 55.0
"""Lightness below which what lies between blue and red is called red."""


def paint_of(picture: Picture, plate: Box) -> Paint | None:
    """What is painted above a plate in a BGR picture, or None: nobody can say."""
    x, y, w, h = plate
    light = _light(picture[max(0, y) : y + h, max(0, x) : x + w])
    if light is None:
        return None
    metal = picture[max(0, y - 5 * h // 4) : max(0, y - h // 4), max(0, x - w // 2) : x + w + w // 2]
    if min(metal.shape[:2]) < 4:  # noqa: PLR2004 - pixels: cut off by the picture's edge
        return None
    small = cv2.resize(metal, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    lab = cv2.cvtColor(np.clip(small / light * 0.94, 0, 1), cv2.COLOR_BGR2LAB).reshape(-1, 3)
    names = [_named(float(lightness), float(a), float(b)) for lightness, a, b in lab]
    best = max(set(names), key=names.count)
    return best if names.count(best) >= LEAST_SHARE * len(names) else None


def _light(plate: Picture) -> npt.NDArray[np.float32] | None:
    """What white is in this light, by the plate's ground; None: too dark, or no colours at all in the picture."""
    if plate.size == 0:
        return None
    pixels = plate.reshape(-1, 3).astype(np.float32)
    bright = pixels[pixels.sum(1) >= np.quantile(pixels.sum(1), 0.6)]
    ground = np.median(bright, axis=0)
    if ground.mean() < LEAST_LIGHT or float(np.ptp(pixels, axis=1).max()) < 4:  # noqa: PLR2004 - infra-red: three equal channels
        return None
    if np.ptp(ground) > TINTED * ground.max():  # a yellow or a green plate says how bright it is, not of which tint
        ground = np.full(3, ground.max(), np.float32)
    return np.asarray(ground, np.float32)


def _named(lightness: float, a: float, b: float) -> Paint:
    if np.hypot(a, b) < GREY_BELOW:
        return Paint.BLACK if lightness < BLACK else Paint.GREY if lightness < GREY else Paint.WHITE
    angle = float(np.degrees(np.arctan2(b, a))) % 360
    hue = next(name for until, name in HUES if angle < until)
    if hue in (Paint.ORANGE, Paint.YELLOW) and lightness < DARK:
        return Paint.BROWN
    return Paint.RED if hue is Paint.PINK and lightness < PINK_ABOVE else hue

"""What is wrong with a picture, measured against the reference: moved, blurred, dark, masked. Pure numpy.

Thresholds were measured on real and made scenes under harmless changes (light, noise, people and cars passing) and harmful ones:
``python -m benchmarks camera_health``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from safetyzone.senses.cameras.health import turning

WIDTH, HEIGHT = 96, 54
BLOCK = 6
"""Pixels: the picture is 16 x 9 blocks."""

DARK_MEAN, DARK_BRIGHT = 24.0, 48.0
"""Mean, and the brightness that only 2 % of the pixels pass: a lit street by night has lamps above it."""
FLAT_STD, TEXTURED_STD = 4.0, 8.0
"""A block with less contrast shows nothing; one with more showed something in the reference."""
MASKED_SHARE = 0.5
"""Of the blocks that showed something: so many must have gone flat. A bus before the lens hides less for longer than one look."""
BLURRED_RATIO = 0.45
"""Fine detail over coarse contrast, against the reference's own."""
LEAST_TEXTURED = 12
"""Of 144 blocks: a reference that shows less (plain asphalt, a white wall) cannot tell a cover from itself, nor a blur."""

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Finding:
    """What a look found. ``faults`` holds codes of ``CameraFault.Kind``; the figures are kept for whoever doubts it."""

    faults: tuple[str, ...]
    mean: float
    masked_share: float
    sharpness: float
    """Against the reference: 1 is as sharp as it was."""
    alike: float
    """Share of the reference's blocks that are where they were: 1 the same, 0 nothing in common."""
    moved_px: float


def is_plain(reference: Grey) -> bool:
    """Whether a reference shows too little for anything but darkness to be told from it."""
    return int(_textured(reference.astype(np.float64)).sum()) < LEAST_TEXTURED


def check_shape(grey: Grey) -> None:
    """Raises ValueError unless it is a picture of 96 x 54 grey pixels."""
    if grey.shape != (HEIGHT, WIDTH) or grey.dtype != np.uint8:
        raise ValueError(f"a grey picture of {WIDTH} x {HEIGHT} is needed, got {grey.shape} {grey.dtype}")


def judge(grey: Grey, reference: Grey, *, dark_is_normal: bool = False) -> Finding:
    """Compare a look with the reference view.

    Args:
        dark_is_normal: it is night and this camera has no light of its own: then darkness is no fault, and hides the others.

    Raises:
        ValueError: a picture of another size.
    """
    check_shape(grey)
    check_shape(reference)
    now, was = grey.astype(np.float64), reference.astype(np.float64)
    mean = float(now.mean())
    dark = mean < DARK_MEAN and float(np.percentile(now, 98)) < DARK_BRIGHT
    masked_share = _masked_share(now, was)
    sharpness = _sharpness(now) / max(_sharpness(was), 1e-9)
    turn = turning.compare(now, was)
    figures = (mean, masked_share, sharpness, turn.home, turn.px)
    if dark:
        return Finding(() if dark_is_normal else ("dark",), *figures)
    if masked_share >= MASKED_SHARE:
        return Finding(("masked",), *figures)
    if sharpness < BLURRED_RATIO and _textured(was).sum() >= LEAST_TEXTURED:
        return Finding(("blurred",), *figures)  # what is out of focus is nowhere: no word on a turn
    return Finding(("moved",) if turn.turned else (), *figures)


def _textured(picture: Floats) -> Bools:
    return np.asarray(_blocks_std(picture) >= TEXTURED_STD)


def _blocks_std(picture: Floats) -> Floats:
    cut = picture.reshape(HEIGHT // BLOCK, BLOCK, WIDTH // BLOCK, BLOCK)
    return np.asarray(cut.std(axis=(1, 3)))


def _masked_share(now: Floats, was: Floats) -> float:
    """Share of the blocks that showed something in the reference and show nothing now; light alone changes contrast in proportion."""
    showed = _textured(was)
    if showed.sum() < LEAST_TEXTURED:
        return 0.0
    return float((_blocks_std(now)[showed] < FLAT_STD).mean())


def _sharpness(picture: Floats) -> float:
    """Energy of the finest detail over all contrast: a dimmer picture is not a blurred one."""
    fine = picture[1:-1, 1:-1] * 4 - picture[:-2, 1:-1] - picture[2:, 1:-1] - picture[1:-1, :-2] - picture[1:-1, 2:]
    noise = 4.0  # of a sensor, in grey levels: without it a flat wall by night would count as sharp
    return float(np.abs(fine).mean() / (picture.std() + noise))


"""What is wrong with a picture, measured against the reference: moved, blurred, dark, masked. Pure numpy.

Thresholds were measured on real and made scenes under harmless changes (light, noise, people and cars passing) and harmful ones:
``python -m benchmarks camera_health``.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

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
MOVED_PX = 4.0
"""Some 3° of a 70° lens: less is wind, and the map's sectors are no better."""
ALIKE, MOVED_ALIKE = 0.35, 0.45
"""Correlation of the edges where the camera hangs as it did: never below; of a shift that is believed: above."""
LEAST_EDGES = 2.0
"""Mean gradient below which there is nothing to compare."""

Grey = NDArray[np.uint8]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Finding:
    """What a look found. ``faults`` holds codes of ``CameraFault.Kind``; the figures are kept for whoever doubts it."""

    faults: tuple[str, ...]
    mean: float
    masked_share: float
    sharpness: float
    """Against the reference: 1 is as sharp as it was."""
    alike: float
    """Correlation of edges with the reference, unmoved: 1 the same, 0 nothing in common."""
    moved_px: float


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
    alike, shift, alike_there = _moved(now, was)
    figures = (mean, masked_share, sharpness, alike, shift)
    if dark:
        return Finding(() if dark_is_normal else ("dark",), *figures)
    if masked_share >= MASKED_SHARE:
        return Finding(("masked",), *figures)
    faults = []
    if sharpness < BLURRED_RATIO:
        faults.append("blurred")
    shifted = shift >= MOVED_PX and alike_there >= MOVED_ALIKE and alike_there > alike + 0.1
    elsewhere = alike < ALIKE and not faults
    if shifted or elsewhere:
        faults.append("moved")
    return Finding(tuple(faults), *figures)


def _blocks_std(picture: Floats) -> Floats:
    cut = picture.reshape(HEIGHT // BLOCK, BLOCK, WIDTH // BLOCK, BLOCK)
    return np.asarray(cut.std(axis=(1, 3)))


def _masked_share(now: Floats, was: Floats) -> float:
    """Share of the blocks that showed something in the reference and show nothing now; light alone changes contrast in proportion."""
    showed = _blocks_std(was) >= TEXTURED_STD
    if not showed.any():
        return float(now.std() < FLAT_STD)
    return float((_blocks_std(now)[showed] < FLAT_STD).mean())


def _gradient(picture: Floats) -> Floats:
    gy, gx = np.gradient(picture)
    return np.asarray(np.hypot(gx, gy))


def _sharpness(picture: Floats) -> float:
    """Energy of the finest detail over all contrast: a dimmer picture is not a blurred one."""
    fine = picture[1:-1, 1:-1] * 4 - picture[:-2, 1:-1] - picture[2:, 1:-1] - picture[1:-1, :-2] - picture[1:-1, 2:]
    noise = 4.0  # of a sensor, in grey levels: without it a flat wall by night would count as sharp
    return float(np.abs(fine).mean() / (picture.std() + noise))


def _edges(picture: Floats) -> Floats:
    """Where edges are, whatever the light: gradients over their own local mean, windowed so that the rim does not count."""
    gradient = np.minimum(_gradient(picture), 60.0)
    if gradient.mean() < LEAST_EDGES:
        return np.zeros_like(picture)
    window = np.outer(np.hanning(HEIGHT + 2)[1:-1], np.hanning(WIDTH + 2)[1:-1])
    return np.asarray((gradient - gradient.mean()) * window)


def _moved(now: Floats, was: Floats) -> tuple[float, float, float]:
    """Correlation of edges unmoved; the best shift in pixels; the correlation there (cross-correlation by FFT)."""
    a, b = _edges(now), _edges(was)
    norm = float(np.sqrt((a * a).sum() * (b * b).sum()))
    if norm == 0:
        return 1.0, 0.0, 1.0  # nothing to compare: "masked" and "dark" speak for such a picture
    across = np.fft.irfft2(np.fft.rfft2(a) * np.conj(np.fft.rfft2(b)), s=a.shape) / norm
    row, column = np.unravel_index(int(across.argmax()), across.shape)
    dy = row - HEIGHT if row > HEIGHT // 2 else row
    dx = column - WIDTH if column > WIDTH // 2 else column
    return float(across[0, 0]), float(np.hypot(dx, dy)), float(across.max())

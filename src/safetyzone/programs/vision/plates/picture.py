"""Pictures as the models take them."""

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.programs.vision.plates.alphabet import HEIGHT, WIDTH

Picture = npt.NDArray[np.uint8]
"""Height x width x 3 BGR, or height x width grey."""


def grey(picture: Picture) -> Picture:
    """Grey, whatever came."""
    return picture if picture.ndim == 2 else np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)  # noqa: PLR2004


def stretched(crop: Picture) -> Picture:
    """A crop of any size, as the reader takes it. Large ones are averaged down, so that no stroke falls between two pixels."""
    plain = grey(crop)
    shrinks = plain.shape[1] > 1.5 * WIDTH
    return np.asarray(cv2.resize(plain, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR), np.uint8)

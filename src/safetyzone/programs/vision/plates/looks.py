"""One crop, looked at several times a little differently: what the looks agree on is right more often than what one of them says."""

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.programs.vision.plates.alphabet import HEIGHT, WIDTH
from safetyzone.programs.vision.plates.picture import Picture, grey, stretched

LOOKS: tuple[tuple[float, float, float, float], ...] = (
    (0.0, 0.0, 0.0, 0.0), (0.035, 0.03, 0.0, 0.0), (-0.035, -0.03, 0.0, 0.0), (0.02, 0.0, 0.07, 0.0), (0.02, 0.0, -0.07, 0.0),
    (0.03, -0.03, 0.0, 0.0), (-0.02, -0.08, 0.0, 0.1), (-0.02, -0.08, 0.0, -0.1), (-0.02, -0.08, 0.15, 0.1), (-0.02, -0.08, -0.15, -0.1),
)  # fmt: skip
"""(cut off in width, in height; slanted; sloped): shares of the crop, both sides together; below 0 the edge is widened. Slopes matter
most: of 200 drawn plates, looks with them read 162 whole, looks without 157 (one set of weights, so a hint and no more)."""


SLOPES = (0.15, -0.15, 0.25, -0.25)
"""Seen from beside and above the road a plate climbs to one side (in six real crops by up to a quarter of its width): it is also tried
straightened by these."""


def straightened(crop: Picture, slope: float) -> Picture:
    """The crop in grey, of the same size, its columns moved so that what climbs to its right by ``slope`` (height per width) lies level."""
    plain = grey(crop)
    height, width = plain.shape
    matrix = np.array([[1, 0, 0], [slope, 1, -slope * width / 2]], np.float32)
    return np.asarray(cv2.warpAffine(plain, matrix, (width, height), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def looks(crop: Picture) -> npt.NDArray[np.float32]:
    """10 x 1 x 72 x 160: the crop as it is, then cut, widened, slanted and sloped."""
    plain = stretched(grey(crop))
    seen = [plain]
    for cut_x, cut_y, slant, slope in LOOKS[1:]:
        matrix = np.array([[1 / (1 - cut_x), slant, 0], [slope, 1 / (1 - cut_y), 0]], np.float32)
        middle = np.array((WIDTH / 2, HEIGHT / 2), np.float32)
        matrix[:, 2] = middle - matrix[:, :2] @ middle
        seen.append(
            np.asarray(cv2.warpAffine(plain, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        )
    return np.stack(seen)[:, None].astype(np.float32)

"""One crop, looked at several times a little differently: what the looks agree on is right more often than what one of them says."""

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.programs.vision.plates.alphabet import HEIGHT, WIDTH
from safetyzone.programs.vision.plates.picture import Picture, grey, stretched

LOOKS: tuple[tuple[float, float, float, float], ...] = (
    (0.0, 0.0, 0.0, 0.0), (0.035, 0.03, 0.0, 0.0), (-0.035, -0.03, 0.0, 0.0), (0.02, 0.0, 0.0, 0.07),
    (0.02, 0.0, 0.0, -0.07), (0.0, 0.02, 2.5, 0.0), (0.0, 0.02, -2.5, 0.0), (0.03, -0.03, 0.0, 0.0),
)  # fmt: skip
"""(cut off in width, in height; turned, in degrees; slanted): shares of the crop, both sides together; below 0 the edge is widened."""


def looks(crop: Picture, number: int = len(LOOKS)) -> npt.NDArray[np.float32]:
    """``number`` x 1 x 72 x 160: the crop as it is, then cut, widened, turned and slanted."""
    plain = stretched(grey(crop))
    seen = [plain]
    for cut_x, cut_y, turn, slant in LOOKS[1:number]:
        angle = np.radians(turn)
        grow_x, grow_y = 1 / (1 - cut_x), 1 / (1 - cut_y)
        matrix = np.array([[grow_x * np.cos(angle), slant - np.sin(angle), 0], [np.sin(angle), grow_y * np.cos(angle), 0]], np.float32)
        middle = np.array((WIDTH / 2, HEIGHT / 2), np.float32)
        matrix[:, 2] = middle - matrix[:, :2] @ middle
        seen.append(
            np.asarray(cv2.warpAffine(plain, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.uint8)
        )
    return np.stack(seen)[:, None].astype(np.float32)

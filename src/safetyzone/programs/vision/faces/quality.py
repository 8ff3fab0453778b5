"""How good a face is for comparing, 0 to 1, and why not better. Pure: numbers in, numbers out.

Limits are for faces as SFace sees them (112 x 112). They are rules of thumb, set on made pictures; the evaluation of a camera decides what
its threshold is worth, and these only keep out what no threshold can save.
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

ENOUGH = 0.35
"""Below it a face of a camera is not compared."""
SHARP, BLURRED = 1500.0, 200.0
"""Of ``sharpness``: from here on as good as it gets, and nothing left to see. Photographs have 2,700 to 6,800; blurred by 1.5 pixels of
the aligned face 1,900 to 3,000, by 3 pixels 500 to 900, by 6 pixels 30 to 160."""
USUAL_LIGHT = 110.0
DARK, BRIGHT = 45.0, 215.0
"""Mean brightness, 0 to 255."""
FLAT = 14.0
"""Standard deviation of brightness below which there is no contrast to compare."""
GREY = np.array([0.114, 0.587, 0.299], np.float32)
"""Shares of blue, green and red in brightness (BT.601)."""
GOOD_PX = 112
"""From this width on more pixels do not help."""
USUAL_NOSE = 1.1
"""Where the tip of the nose lies between eyes and mouth when somebody looks into the camera, in half heights."""
FLATTEST = 0.2
"""From eyes to mouth, in distances between the eyes: less is no face."""
TURNED_YAW, TURNED_PITCH, TILTED_DEG = 0.55, 0.45, 45.0
"""Shares of half the distance between the eyes, and degrees: beyond them half of the face is hidden."""


class Fault(StrEnum):
    """Why a face is worse than it could be."""

    SMALL = "small"
    BLURRED = "blurred"
    TURNED = "turned"
    DARK = "dark"
    BRIGHT = "bright"
    FLAT = "flat"
    CUT_OFF = "cut_off"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Quality:
    """0 (useless) to 1 (as from a passport), with what speaks against it, the worst first."""

    score: float
    faults: tuple[Fault, ...] = ()

    @property
    def enough(self) -> bool:
        """Whether it may be compared."""
        return self.score >= ENOUGH and Fault.SMALL not in self.faults


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the head looks, from five landmarks. Nought: into the camera."""

    yaw: float
    """How far the nose is from the middle between the eyes, in distances between the eyes; -1 to 1 and more."""
    pitch: float
    """How far the nose is from half-way between eyes and mouth, in heights between them."""
    roll_deg: float


def pose(points: NDArray[np.float32]) -> Pose:
    """From landmarks in the order of ``nets.Points``; landmarks that all lie in one place look to the side."""
    at = points.astype(np.float64)
    across = at[1] - at[0]
    apart = float(np.hypot(*across))
    if apart < 1e-6:  # noqa: PLR2004
        return Pose(1.0, 1.0, 0.0)
    along, roll = across / apart, float(np.degrees(np.arctan2(across[1], across[0])))
    down = np.array([-along[1], along[0]])
    eyes, mouth = at[:2].mean(axis=0), at[3:].mean(axis=0)
    height = float((mouth - eyes) @ down)
    if height < FLATTEST * apart:  # a profile, or landmarks that make no face
        return Pose(1.0, 1.0, roll)
    nose = at[2] - eyes
    aside = float(nose @ along) - float((mouth - eyes) @ along) / 2
    return Pose(aside / (apart / 2), float(nose @ down) / height * 2 - USUAL_NOSE, roll)


def sharpness(grey: NDArray[np.float32]) -> float:
    """Variance of the Laplacian of the inner half of an aligned face, as if it were lit as usual.

    Taken over fields of 4 x 4 pixels: a camera's noise is as fine as pixels, and would pass for sharpness.
    """
    fields = grey.reshape(grey.shape[0] // 4, 4, -1, 4).mean(axis=(1, 3)) * (USUAL_LIGHT / max(float(grey.mean()), 5.0))
    high, wide = fields.shape
    inner = fields[high // 4 : high * 3 // 4, wide // 4 : wide * 3 // 4]
    laplacian = inner[:-2, 1:-1] + inner[2:, 1:-1] + inner[1:-1, :-2] + inner[1:-1, 2:] - 4 * inner[1:-1, 1:-1]
    return float(laplacian.var())


def judge(
    face: NDArray[np.uint8], points: NDArray[np.float32], *, width: float, score: float, inside: float = 1.0, min_px: int = 40
) -> Quality:
    """The quality of a face.

    Args:
        face: aligned, 112 x 112, blue, green, red.
        points: its landmarks in the picture.
        width: of its box in the picture, in pixels.
        score: of the detector.
        inside: share of its box that lies in the picture.
        min_px: a narrower face is too small for this camera.
    """
    grey = (face.astype(np.float32) @ GREY).astype(np.float32)
    light, contrast = float(grey.mean()), float(grey.std())
    looks = pose(points)
    turn = max(abs(looks.yaw) / TURNED_YAW, abs(looks.pitch) / TURNED_PITCH, abs(looks.roll_deg) / TILTED_DEG)
    parts = {
        Fault.SMALL: 0.0 if width < min_px else _between(width, min_px / 2, GOOD_PX),
        Fault.BLURRED: _between(float(np.log(max(sharpness(grey), 1.0))), float(np.log(BLURRED)), float(np.log(SHARP))),
        Fault.TURNED: 1.0 - _between(turn, 0.4, 1.6),
        Fault.DARK: _between(light, DARK / 3, DARK * 1.5),
        Fault.BRIGHT: 1.0 - _between(light, BRIGHT - 20, 255),
        Fault.FLAT: _between(contrast, FLAT / 2, FLAT * 2),
        Fault.CUT_OFF: _between(inside, 0.6, 0.95),
        Fault.UNSURE: _between(score, 0.5, 0.85),
    }
    bad = sorted((value, fault) for fault, value in parts.items() if value < 0.5)  # noqa: PLR2004
    total = min(parts.values()) ** 0.5 * float(np.prod([0.5 + value / 2 for value in parts.values()])) ** 0.5
    return Quality(round(float(np.clip(total, 0, 1)), 3), tuple(fault for _, fault in bad))


def _between(value: float, none: float, full: float) -> float:
    """0 at ``none`` and below, 1 at ``full`` and above."""
    return float(np.clip((value - none) / (full - none), 0, 1))


def share_inside(x: float, y: float, width: float, height: float, picture: tuple[int, int]) -> float:
    """How much of a box lies in a picture of so many rows and columns."""
    across = min(x + width, picture[1]) - max(x, 0)
    down = min(y + height, picture[0]) - max(y, 0)
    return max(across, 0) * max(down, 0) / max(width * height, 1e-9)

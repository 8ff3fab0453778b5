"""Where the plates are in a frame."""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.programs.vision.plates import weights as models
from safetyzone.programs.vision.plates.picture import Picture

STRIDE, ALIGN, LONGEST = 8, 32, 640
LEAST_SHAPE, MOST_SHAPE = 0.8, 5.5
"""Width over height of anything that may be a plate: a motorcycle's seen from the side, a car's seen from above."""
SAME = 0.3
"""Boxes that overlap so much (IoU) are one plate."""


@dataclass(frozen=True, slots=True)
class FoundPlate:
    """A box in pixels of the frame, and how sure the detector is (0 to 1, not calibrated)."""

    x: float
    y: float
    width: float
    height: float
    score: float

    def crop(self, frame: Picture, margin: float = 0.04) -> Picture:
        """The part of the frame that the reader takes: the box and a little around it, so that no character is lost."""
        dx, dy = self.width * margin, self.height * margin
        x0, y0 = max(0, round(self.x - dx)), max(0, round(self.y - dy))
        x1, y1 = min(frame.shape[1], round(self.x + self.width + dx)), min(frame.shape[0], round(self.y + self.height + dy))
        return frame[y0:y1, x0:x1]


class PlateDetector:
    """The finding model, on frames of any size; small plates need a larger ``longest`` (the longer side that the model sees, px)."""

    def __init__(self, *, threads: int = 1, heat: float | None = None, longest: int = LONGEST) -> None:
        self._session = models.session(models.DETECTOR, threads)
        self.heat = models.calibration().heat if heat is None else heat
        self.longest = longest
        self.name = models.name_of(models.DETECTOR)

    def find(self, frame: Picture) -> list[FoundPlate]:
        """The plates of a BGR frame, surest first."""
        scale = min(1.0, self.longest / max(frame.shape[:2]))
        size = (max(1, round(frame.shape[1] * scale)), max(1, round(frame.shape[0] * scale)))
        small = frame if scale == 1.0 else cv2.resize(frame, size, interpolation=cv2.INTER_AREA)
        if small.ndim == 2:  # noqa: PLR2004 - grey
            small = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
        padded = cv2.copyMakeBorder(small, 0, -size[1] % ALIGN, 0, -size[0] % ALIGN, cv2.BORDER_CONSTANT, value=(118, 118, 118))
        heat, shape = self._session.run(None, {"frames": padded.transpose(2, 0, 1)[None].astype(np.float32)})
        found = [FoundPlate(x / scale, y / scale, w / scale, h / scale, s) for x, y, w, h, s in boxes(heat[0, 0], shape[0], self.heat)]
        inside = [one for one in found if one.x < frame.shape[1] and one.y < frame.shape[0]]
        return apart(inside)


def boxes(
    heat: npt.NDArray[np.float32], shape: npt.NDArray[np.float32], threshold: float
) -> list[tuple[float, float, float, float, float]]:
    """(x, y, width, height, score) of the peaks of one heat map, in pixels of the model's picture."""
    high = cv2.dilate(heat, np.ones((5, 5), np.uint8))
    found = []
    for line, column in zip(*np.where((heat >= high) & (heat > threshold)), strict=True):
        w, h = (float(np.exp(min(float(v), 6.0))) for v in shape[:2, line, column])
        cx, cy = column + 0.5 + float(shape[2, line, column]), line + 0.5 + float(shape[3, line, column])
        if LEAST_SHAPE < w / h < MOST_SHAPE:
            found.append(((cx - w / 2) * STRIDE, (cy - h / 2) * STRIDE, w * STRIDE, h * STRIDE, float(heat[line, column])))
    return found


def overlap(one: FoundPlate, other: FoundPlate) -> float:
    """Intersection over union."""
    w = min(one.x + one.width, other.x + other.width) - max(one.x, other.x)
    h = min(one.y + one.height, other.y + other.height) - max(one.y, other.y)
    both = max(w, 0.0) * max(h, 0.0)
    return both / (one.width * one.height + other.width * other.height - both)


def apart(found: list[FoundPlate]) -> list[FoundPlate]:
    """The surest of those that overlap."""
    kept: list[FoundPlate] = []
    for one in sorted(found, key=lambda each: -each.score):
        if all(overlap(one, other) < SAME for other in kept):
            kept.append(one)
    return kept

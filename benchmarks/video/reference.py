"""A reference of the motion gate that Frigate publishes (its ``ImprovedMotionDetector``), written anew from its published steps.

Not its code. The steps: the brightness at 100 lines; contrast stretched between the 4th and the 96th percentile, averaged over 50 pictures;
scipy's Gaussian of radius 1; the difference to a running mean over a threshold of 30; dilated once; outlines of at least 10 cells; pictures
that change by more than 80 % are a change of the light. Needs cv2 and scipy (extra ``peers``).
"""

import cv2
import numpy as np
from scipy.ndimage import gaussian_filter

LINES, THRESHOLD, LEAST, ALL_OVER = 100, 30, 10, 0.8
USUAL, CALIBRATING = 0.01, 0.2
CALIBRATES = 30
REMEMBERED = 50
Box = tuple[int, int, int, int]


class ReferenceGate:
    """One camera's."""

    def __init__(self, height: int, width: int) -> None:
        self.scale = height / LINES
        self.size = (round(width / self.scale), LINES)
        self.mean = np.zeros((LINES, self.size[0]), np.float32)
        self.bounds: list[tuple[float, float]] = []
        self.seen = 0

    def look(self, luma: np.ndarray) -> list[Box]:
        """Boxes of what moves, in pixels of the picture."""
        small = cv2.resize(luma, self.size, interpolation=cv2.INTER_LINEAR)
        low, high = np.percentile(small, [4, 96])
        self.bounds = [*self.bounds[-REMEMBERED + 1 :], (float(low), float(high))]
        low, high = np.mean(self.bounds, axis=0)
        if high > low:
            small = np.clip((np.clip(small, low, high) - low) / (high - low) * 255, 0, 255).astype(np.uint8)
        small = gaussian_filter(small, sigma=1, radius=1)
        if not self.seen:
            self.mean[:] = small
        calibrating = self.seen < CALIBRATES
        apart = cv2.absdiff(small, cv2.convertScaleAbs(self.mean))
        over = cv2.threshold(apart, THRESHOLD, 255, cv2.THRESH_BINARY)[1]
        over = cv2.dilate(over, None, iterations=1)
        outlines, _ = cv2.findContours(over, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        boxes, total = [], 0.0
        for outline in outlines:
            area = cv2.contourArea(outline)
            total += area
            if area > LEAST:
                boxes.append(tuple(round(v * self.scale) for v in cv2.boundingRect(outline)))
        self.seen += 1
        cv2.accumulateWeighted(small, self.mean, CALIBRATING if calibrating else USUAL)
        if total > ALL_OVER * LINES * self.size[0]:
            self.seen = 1
            return []
        return [] if calibrating else boxes

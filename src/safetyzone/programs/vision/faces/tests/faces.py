"""Faces that nobody has: drawn with an oval, eyes, nose and mouth, well enough for a detector; each number is another face."""

import cv2
import numpy as np

from safetyzone.programs.vision.faces.nets import Picture


def face(number: int, width: int = 120, *, blur: float = 0.0) -> Picture:
    """A head of about that width, on a wall; ``number`` chooses its proportions."""
    drawn = np.random.default_rng(number)
    side = 480
    picture = np.full((side, side, 3), (150, 160, 150), np.uint8)
    skin = tuple(int(v) for v in drawn.integers((90, 120, 160), (160, 190, 235)))
    dark = tuple(int(v * 0.35) for v in skin)
    across, high = int(drawn.integers(88, 104)), int(drawn.integers(120, 140))
    apart, up, nose, mouth = (int(drawn.integers(*limits)) for limits in ((34, 44), (22, 34), (28, 40), (68, 82)))
    middle = side // 2
    cv2.ellipse(picture, (middle, middle - 22), (across + 12, high + 6), 0, 0, 360, tuple(int(v) for v in drawn.integers(10, 60, 3)), -1)
    cv2.ellipse(picture, (middle, middle + 6), (across, high), 0, 0, 360, skin, -1)
    for sign in (-1, 1):
        eye = (middle + sign * apart, middle - up)
        cv2.ellipse(picture, eye, (18, 9), 0, 0, 360, (240, 240, 240), -1)
        cv2.circle(picture, eye, 8, (30, 30, 30), -1)
        cv2.ellipse(picture, (eye[0], eye[1] - 16), (22, 6), 0, 180, 360, dark, 5)
    cv2.line(picture, (middle, middle - up + 8), (middle - 8, middle + nose), dark, 3)
    cv2.line(picture, (middle - 10, middle + nose + 2), (middle + 12, middle + nose + 2), dark, 4)
    cv2.ellipse(picture, (middle, middle + mouth), (int(drawn.integers(28, 40)), 9), 0, 0, 360, (70, 70, 170), -1)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 1.5), np.uint8)
    scale = width / (2 * across)
    small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    if blur:
        small = cv2.GaussianBlur(small, (0, 0), blur)
    noise = np.random.default_rng(number + 1).normal(0, 4, small.shape)
    return np.clip(small + noise, 0, 255).astype(np.uint8)


def street(*heads: tuple[Picture, int, int], high: int = 360, wide: int = 640) -> Picture:
    """A frame with heads at their places (left, top)."""
    frame = np.full((high, wide, 3), (110, 115, 110), np.uint8)
    for head, left, top in heads:
        rows, columns = min(head.shape[0], high - top), min(head.shape[1], wide - left)
        frame[top : top + rows, left : left + columns] = head[:rows, :columns]
    return frame

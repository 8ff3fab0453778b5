"""NanoDet-g 416 (RangiLyu/nanodet, Apache-2.0; COCO): cars, motorcycles, buses, trucks, bicycles and persons, each with its box."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnxruntime

Picture = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
FILE = Path(__file__).resolve().parent / "nanodet.onnx"
"""Made at install (``objects.build``); a station without it reads plates all the same, and no reading names the kind of vehicle."""
SIDE = 416
"""Of a whole picture; a region is looked at in the smallest of ``SIDES`` that holds it."""
SIDES = (224, 320, 416)
MEAN = np.array((103.53, 116.28, 123.675), np.float32)
SPREAD = np.array((57.375, 57.12, 58.395), np.float32)
STRIDES, BINS = (8, 16, 32), 11
KINDS = {0: "person", 1: "bicycle", 2: "car", 3: "motorcycle", 5: "bus", 7: "truck"}
"""COCO's numbers of what a street camera is asked for."""
VEHICLES = frozenset({"car", "motorcycle", "bus", "truck"})
LEAST, OVERLAP = 0.35, 0.6


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a picture; pixels of that picture."""

    kind: str
    x: float
    y: float
    width: float
    height: float
    score: float

    def holds(self, x: float, y: float) -> bool:
        """Whether a point lies in its box."""
        return self.x <= x <= self.x + self.width and self.y <= y <= self.y + self.height


class ObjectDetector:
    """Safe to call from several threads."""

    def __init__(self, file: Path = FILE, *, threads: int = 1, least: float = LEAST) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads, options.log_severity_level = threads, 1, 3
        self._session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
        self._name = self._session.get_inputs()[0].name
        self.least = least

    def find(self, picture: Picture, side: int | None = None) -> list[Found]:
        """Surest first."""
        longest = max(picture.shape[:2])
        side = side or next((each for each in SIDES if each >= longest), SIDE)
        scale = min(1.0, side / longest)
        size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
        canvas = np.zeros((side, side, 3), np.float32)
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        canvas[: size[1], : size[0]] = small
        canvas = (canvas - MEAN) / SPREAD
        outputs = self._session.run(None, {self._name: np.ascontiguousarray(canvas.transpose(2, 0, 1)[None])})
        return decoded(outputs, side, scale, self.least)

    def vehicle_at(self, picture: Picture, plate: Box) -> str:
        """The kind of vehicle that carries a plate there; empty: none is seen round it. Looks at what is near the plate only."""
        x, y, w, h = plate
        left, right = max(0, x - 3 * w), min(picture.shape[1], x + 4 * w)
        top, bottom = max(0, y - 9 * h), min(picture.shape[0], y + 5 * h)
        near = picture[top:bottom, left:right]
        if min(near.shape[:2]) < SIDES[0] // 8:
            return ""
        middle = (x + w / 2 - left, y + h / 2 - top)
        round_it = [one for one in self.find(near, SIDES[1]) if one.kind in VEHICLES and one.holds(*middle)]
        return max(round_it, key=lambda one: one.score).kind if round_it else ""


def decoded(outputs: list[Any], side: int, scale: float, least: float) -> list[Found]:
    """What the net's six maps say: scores and, for each edge of the box, a distribution over distances."""
    scores = sorted((one[0] for one in outputs if one.shape[-1] != 4 * BINS), key=len, reverse=True)
    edges = sorted((one[0] for one in outputs if one.shape[-1] == 4 * BINS), key=len, reverse=True)
    boxes, sure, kinds = [], [], []
    for score, edge, stride in zip(scores, edges, STRIDES, strict=True):
        wanted = score[:, list(KINDS)]
        best = wanted.argmax(1)
        high = wanted[np.arange(len(best)), best]
        rows = np.flatnonzero(high >= least)
        if not len(rows):
            continue
        shares = np.exp(edge[rows].reshape(-1, 4, BINS) - edge[rows].reshape(-1, 4, BINS).max(2, keepdims=True))
        far = (shares / shares.sum(2, keepdims=True)) @ np.arange(BINS, dtype=np.float32) * stride
        columns = side // stride
        x, y = (rows % columns + 0.5) * stride, (rows // columns + 0.5) * stride
        boxes.append(np.stack([x - far[:, 0], y - far[:, 1], far[:, 0] + far[:, 2], far[:, 1] + far[:, 3]], 1))
        sure.append(high[rows])
        kinds.append(best[rows])
    if not boxes:
        return []
    box, score_, kind = np.concatenate(boxes) / scale, np.concatenate(sure), np.concatenate(kinds)
    names = list(KINDS.values())
    kept = cv2.dnn.NMSBoxesBatched(box.tolist(), score_.tolist(), kind.tolist(), least, OVERLAP)
    found = [
        Found(names[kind[n]], float(box[n][0]), float(box[n][1]), float(box[n][2]), float(box[n][3]), float(score_[n]))
        for n in np.asarray(kept, np.int64).ravel()
    ]
    return sorted(found, key=lambda one: -one.score)


@lru_cache(maxsize=1)
def installed() -> ObjectDetector | None:
    """The detector of this process; None: it was not made at install."""
    return ObjectDetector() if FILE.exists() else None

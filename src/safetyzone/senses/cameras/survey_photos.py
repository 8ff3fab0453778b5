"""Photos of a survey: written anew pixel by pixel, so that neither a place in the EXIF data nor anything hidden behind it is kept.

Kept by the hash of what is written, so that the same photo sent twice is one file; the register says who may ask for it.
"""

import hashlib
import os
import re
import tempfile
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from safetyzone.kernel.refusals import NotFound, Refused

MOST_BYTES = 8 * 2**20
MOST_PIXELS = 40_000_000
"""As the header states it, read before anything is unpacked: 40 megapixels unpack to 120 MB."""
LONGEST_SIDE = 2048
QUALITY = 85
FORMATS = ("JPEG", "PNG", "WEBP")
BEING_COPIED = "safetyzone.survey_photos"
"""The name of the advisory lock that a backup shares while it copies the folder; who deletes takes it alone."""
_name = re.compile(r"[0-9a-f]{2}/[0-9a-f]{64}\.jpg")


class BadPhoto(Refused):
    """This is no photo that we keep."""

    code = "bad_photo"
    th = "รูปนี้ใช้ไม่ได้ ต้องเป็นภาพ JPEG, PNG หรือ WebP ไม่เกิน 8 MB และ 40 ล้านพิกเซล"
    en = "This photo cannot be kept: it must be a JPEG, PNG or WebP picture of at most 8 MB and 40 megapixels."


def clean(data: bytes) -> bytes:
    """The picture as a JPEG without metadata, upright, at most 2048 pixels long. What it is, its content says, not its name.

    Raises:
        BadPhoto: too large, too many pixels, broken, or no picture at all.
    """
    if not 0 < len(data) <= MOST_BYTES:
        raise BadPhoto
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise BadPhoto
            picture.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))  # a JPEG is unpacked at half its size where that is enough
            upright = ImageOps.exif_transpose(picture).convert("RGB")
            upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
            upright.info.clear()  # comments and XMP would be written out again
            written = BytesIO()
            upright.save(written, "JPEG", quality=QUALITY, optimize=True)
    except BadPhoto:
        raise
    except Exception as broken:  # a decoder may fail on a stranger's bytes in any way; each of them means "no photo"
        raise BadPhoto from broken
    return written.getvalue()


def keep(folder: Path, photo: bytes) -> tuple[str, str]:
    """Write a cleaned photo, whole or not at all. Returns its name in the folder and its SHA-256."""
    sha256 = hashlib.sha256(photo).hexdigest()
    name = f"{sha256[:2]}/{sha256}.jpg"
    target = folder / name
    try:
        os.utime(target)  # the same photo again: no sweep may take it for an old one before its new row is there
    except FileNotFoundError:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".new-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(photo)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).rename(target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    return name, sha256


def read(folder: Path, name: str) -> bytes:
    """A photo that was kept.

    Raises:
        NotFound: no such file, or a name that is none of ours.
    """
    if not _name.fullmatch(name):
        raise NotFound
    try:
        return (folder / name).read_bytes()
    except FileNotFoundError as gone:
        raise NotFound from gone

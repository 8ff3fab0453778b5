"""A photograph's face is found however the photograph lies, is cut or is scaled."""

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from safetyzone.programs.vision.faces.nets import SFACE, Picture
from safetyzone.programs.vision.faces.photo import PhotoFace, PhotoReader, embed_photo
from safetyzone.programs.vision.faces.pictures import NotAPicture, jpeg, read
from safetyzone.programs.vision.faces.quality import Fault
from safetyzone.programs.vision.faces.tests.faces import face, street


@pytest.fixture(scope="module")
def reader() -> PhotoReader:
    return PhotoReader()


def _saved(picture: Picture, orientation: int = 1, form: str = "JPEG") -> bytes:
    image, out = Image.fromarray(np.ascontiguousarray(picture[:, :, ::-1])), io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    image.save(out, form, exif=exif)
    return out.getvalue()


def _cosine(one: PhotoFace | None, other: PhotoFace | None) -> float:
    assert one is not None
    assert other is not None
    return float(np.frombuffer(one.vector, "<f4") @ np.frombuffer(other.vector, "<f4"))


def test_a_photograph_gives_a_template_its_quality_and_its_model() -> None:
    found = embed_photo(_saved(face(2, 160)))
    assert found is not None
    assert np.linalg.norm(np.frombuffer(found.vector, "<f4")) == pytest.approx(1, abs=1e-5)
    assert len(found.vector) == 512
    assert found.quality > 0.8
    assert (found.faces, found.faults, found.model) == (1, (), SFACE.model)
    assert 140 < found.width_px < 180
    assert repr(found.vector) not in repr(found)


@pytest.mark.parametrize(("turn", "orientation"), [(cv2.ROTATE_90_COUNTERCLOCKWISE, 6), (cv2.ROTATE_180, 3), (cv2.ROTATE_90_CLOCKWISE, 8)])
def test_a_photograph_that_lies_is_turned_by_its_exif_or_without(reader: PhotoReader, turn: int, orientation: int) -> None:
    upright, lying = face(2, 160), cv2.rotate(face(2, 160), turn)
    assert _cosine(reader.of(upright), reader.read(_saved(lying, orientation))) > 0.97
    assert _cosine(reader.of(upright), reader.read(_saved(lying))) > 0.97


@pytest.mark.parametrize("scale", [0.4, 6.0])
def test_small_and_very_large_photographs_give_the_same_person(reader: PhotoReader, scale: float) -> None:
    other = cv2.resize(face(2, 160), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    assert _cosine(reader.of(face(2, 160)), reader.of(other)) > 0.85


def test_a_photograph_cut_at_the_face_is_read(reader: PhotoReader) -> None:
    whole = face(2, 160)
    middle, half = whole.shape[0] // 2, 95
    tight = np.ascontiguousarray(whole[middle - half : middle + half, middle - 85 : middle + 85])
    assert _cosine(reader.of(whole), reader.of(tight)) > 0.8


def test_several_faces_are_counted_and_the_largest_is_taken(reader: PhotoReader) -> None:
    both = reader.of(street((face(2, 130), 0, 10), (face(0, 80), 400, 20)))
    assert both is not None
    assert both.faces == 2
    assert both.width_px > 110


def test_a_poor_photograph_says_why(reader: PhotoReader) -> None:
    poor = reader.of(face(2, 160, blur=8))
    assert poor is not None
    assert Fault.BLURRED in poor.faults
    assert poor.quality < 0.5


def test_no_face_is_no_template(reader: PhotoReader) -> None:
    assert reader.of(np.full((300, 400, 3), 128, np.uint8)) is None
    assert reader.of(np.zeros((1, 1, 3), np.uint8)) is None


@pytest.mark.parametrize("broken", [b"", b"no picture", _saved(face(2, 100))[:500], b"\xff\xd8\xff\xe0" + b"0" * 90])
def test_what_is_no_picture_is_refused(broken: bytes) -> None:
    with pytest.raises(NotAPicture):
        read(broken)


def test_grey_palette_and_transparent_pictures_are_read() -> None:
    for mode in ("L", "P", "LA", "RGBA", "CMYK", "1"):
        out = io.BytesIO()
        Image.new(mode, (9, 5)).save(out, "TIFF" if mode == "CMYK" else "PNG")
        assert read(out.getvalue()).shape == (5, 9, 3)


def test_a_picture_for_a_message_fits_whatever_it_shows() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (700, 900, 3), dtype=np.uint8)
    for most in (90_000, 12_000, 2_000):
        assert len(jpeg(noise, longest_px=960, most_bytes=most)) <= most

"""The nets say what OpenCV's own runners of the same files say."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from safetyzone.programs.vision.faces import nets
from safetyzone.programs.vision.faces.nets import SFACE, VALUES, YUNET, FaceDetector, FaceEmbedder, Weights, WrongWeights, aligned
from safetyzone.programs.vision.faces.onnx_file import folded
from safetyzone.programs.vision.faces.tests.faces import face, street


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector()


@pytest.fixture(scope="module")
def embedder() -> FaceEmbedder:
    return FaceEmbedder()


def test_faces_are_those_that_opencv_finds(detector: FaceDetector, tmp_path: Path) -> None:
    frame = street((face(0, 90), 20, 20), (face(2, 60), 300, 90), (face(6, 48), 480, 150), high=350, wide=650)
    file = tmp_path / "detector.onnx"
    file.write_bytes(YUNET.read())
    _, rows = cv2.FaceDetectorYN.create(str(file), "", (650, 350), detector.least_score, nets.OVERLAP, 5000).detect(frame)
    found = detector.find(frame)
    assert len(found) == len(rows) == 3
    for mine, row in zip(found, sorted(rows, key=lambda row: -row[14]), strict=True):
        assert [mine.x, mine.y, mine.width, mine.height] == pytest.approx(row[:4].tolist(), abs=0.01)
        assert mine.points.ravel().tolist() == pytest.approx(row[4:14].tolist(), abs=0.01)
        assert mine.score == pytest.approx(row[14], abs=1e-4)


def test_a_face_is_aligned_and_embedded_as_opencv_does_it(detector: FaceDetector, embedder: FaceEmbedder, tmp_path: Path) -> None:
    picture = face(1, 140)
    found = detector.find(picture)[0]
    file = tmp_path / "recogniser.onnx"
    file.write_bytes(folded(SFACE.read(), free={"data": (1, 3, 112, 112), "fc1": (1, VALUES)}))
    theirs = cv2.FaceRecognizerSF.create(str(file), "")
    row = np.array([[found.x, found.y, found.width, found.height, *found.points.ravel(), found.score]], np.float32)
    square, mine = theirs.alignCrop(picture, row), aligned(picture, found.points)
    assert np.abs(square.astype(int) - mine).max() <= 1
    template = np.zeros(VALUES, np.float32)
    embedder.embed(mine, template)
    other = theirs.feature(square).ravel()
    assert float(template @ (other / np.linalg.norm(other))) > 0.9999
    assert np.linalg.norm(template) == pytest.approx(1)


def test_a_large_frame_gives_the_same_place_as_a_small_one(detector: FaceDetector) -> None:
    small = street((face(3, 90), 200, 60))
    large = cv2.resize(small, None, fx=4, fy=4, interpolation=cv2.INTER_CUBIC)
    one, four = detector.find(small)[0], detector.find(large)[0]
    assert [four.x / 4, four.y / 4, four.width / 4] == pytest.approx([one.x, one.y, one.width], abs=6)
    assert (four.points / 4).ravel().tolist() == pytest.approx(one.points.ravel().tolist(), abs=6)


@pytest.mark.parametrize("shape", [(0, 0, 3), (1, 1, 3), (31, 700, 3), (720, 9, 3)])
def test_a_frame_of_any_size_has_no_face_where_there_is_none(detector: FaceDetector, shape: tuple[int, ...]) -> None:
    assert detector.find(np.full(shape, 90, np.uint8)) == []


def test_a_turned_head_lies_upright_when_it_is_aligned(detector: FaceDetector) -> None:
    upright = face(4, 140)
    middle = (upright.shape[1] / 2, upright.shape[0] / 2)
    turn = cv2.getRotationMatrix2D(middle, 25, 0.8)
    points = detector.find(upright)[0].points
    turned = cv2.warpAffine(upright, turn, upright.shape[1::-1], borderMode=cv2.BORDER_REPLICATE)
    righted = aligned(turned, (points @ turn[:, :2].T + turn[:, 2]).astype(np.float32))
    assert np.abs(aligned(upright, points).astype(int) - righted).mean() < 4
    assert np.abs(aligned(upright, points).astype(int) - aligned(turned, points)).mean() > 12


def test_weights_that_were_not_measured_are_refused() -> None:
    with pytest.raises(WrongWeights, match="not the file"):
        Weights("YuNet", YUNET.file, "0" * 64).read()
    with pytest.raises(WrongWeights, match="not installed"):
        Weights("None", "no such file.onnx", YUNET.sha256).read()


def test_landmarks_in_one_point_align_to_something_finite() -> None:
    assert np.isfinite(nets.alignment(np.full((5, 2), 7, np.float32))).all()

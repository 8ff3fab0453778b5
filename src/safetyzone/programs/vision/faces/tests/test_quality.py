"""A worse picture has a lower score and is named for what is wrong with it."""

import cv2
import numpy as np
import pytest

from safetyzone.programs.vision.faces.nets import FaceDetector, Picture, aligned
from safetyzone.programs.vision.faces.quality import ENOUGH, Fault, Quality, judge, pose, share_inside
from safetyzone.programs.vision.faces.tests.faces import face

FRONT = np.array([[40, 50], [80, 50], [60, 72], [45, 92], [75, 92]], np.float32)


@pytest.fixture(scope="module")
def detector() -> FaceDetector:
    return FaceDetector(0.3)


def _quality(detector: FaceDetector, picture: Picture) -> Quality:
    found = detector.find(picture)[0]
    return judge(aligned(picture, found.points), found.points, width=found.width, score=found.score)


def test_a_good_face_is_good(detector: FaceDetector) -> None:
    good = _quality(detector, face(2, 140))
    assert good.score > 0.9
    assert not good.faults
    assert good.enough


@pytest.mark.parametrize(
    ("fault", "spoil"),
    [
        (Fault.SMALL, lambda one: cv2.resize(one, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)),
        (Fault.BLURRED, lambda one: cv2.GaussianBlur(one, (0, 0), 7)),
        (Fault.DARK, lambda one: (one * 0.12).astype(np.uint8)),
        (Fault.BRIGHT, lambda one: np.clip(one.astype(int) + 140, 0, 255).astype(np.uint8)),
        (Fault.FLAT, lambda one: (110 + one * 0.03).astype(np.uint8)),
    ],
)
def test_a_spoiled_face_is_named_for_what_is_wrong(detector: FaceDetector, fault: Fault, spoil: object) -> None:
    found = detector.find(face(2, 140))[0]
    picture = spoil(face(2, 140))  # type: ignore[operator]
    share = picture.shape[0] / face(2, 140).shape[0]
    points = found.points * np.float32(share)
    spoiled = judge(aligned(picture, points), points, width=found.width * share, score=found.score)
    assert fault in spoiled.faults
    assert spoiled.score < 0.5
    assert spoiled.score < _quality(detector, face(2, 140)).score


def test_a_face_narrower_than_the_camera_wants_is_not_compared_however_good() -> None:
    picture = aligned(face(2, 140), FRONT)
    assert not judge(picture, FRONT, width=39.9, score=0.99).enough
    assert Fault.SMALL not in judge(picture, FRONT, width=100, score=0.99, min_px=40).faults
    assert Fault.SMALL in judge(picture, FRONT, width=100, score=0.99, min_px=101).faults


def test_a_head_that_looks_aside_up_or_leans_is_turned() -> None:
    assert abs(pose(FRONT).yaw) < 0.05
    assert abs(pose(FRONT).pitch) < 0.15
    for change, which in (((14, 0), "yaw"), ((-14, 0), "yaw"), ((0, 14), "pitch"), ((0, -14), "pitch")):
        moved = FRONT.copy()
        moved[2] += change
        assert abs(getattr(pose(moved), which)) > 0.5
        assert Fault.TURNED in judge(aligned(face(2, 140), FRONT), moved, width=120, score=0.9).faults
    turn = np.radians(40)
    leaning = (FRONT - 60) @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]], np.float32) + 60
    assert pose(leaning).roll_deg == pytest.approx(40, abs=0.1)
    assert abs(pose(leaning).yaw) < 0.05


def test_landmarks_of_a_profile_make_no_front() -> None:
    profile = FRONT.copy()
    profile[:2, 0] = 60
    assert pose(profile).yaw == 1.0
    assert not judge(aligned(face(2, 140), FRONT), profile, width=120, score=0.9).score > ENOUGH


def test_a_face_at_the_edge_is_cut_off() -> None:
    assert share_inside(-50, 0, 100, 100, (480, 640)) == 0.5
    assert share_inside(0, 0, 100, 100, (480, 640)) == 1
    assert share_inside(700, 0, 100, 100, (480, 640)) == 0
    assert Fault.CUT_OFF in judge(aligned(face(2, 140), FRONT), FRONT, width=120, score=0.9, inside=0.6).faults

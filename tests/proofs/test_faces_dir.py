"""Pairs of photographs are judged, and what cannot be judged is counted and named; with faces that nobody has."""

from pathlib import Path

import cv2
import numpy as np

from benchmarks import faces_dir
from benchmarks.faces_dir import Pair
from safetyzone.programs.vision.faces.tests.faces import face


def _folder(folder: Path) -> Path:
    cv2.imwrite(str(folder / "one.png"), face(2, 150))
    cv2.imwrite(str(folder / "ONE-again.JPG"), cv2.resize(face(2, 150), None, fx=3, fy=3))
    cv2.imwrite(str(folder / "wall.png"), np.full((300, 200, 3), 120, np.uint8))
    (folder / "broken.jpg").write_bytes(b"\xff\xd8 no picture")
    return folder


def test_a_pair_that_cannot_be_read_is_wrong_and_is_named(tmp_path: Path, capsys: object) -> None:
    pairs = tmp_path / "pairs.csv"
    pairs.write_text("\ufeffA; b ;Same\none.png;one-again.jpg;yes\none;wall;no\none;broken.jpg;0\none;gone;1\nnothing\n")
    figures = faces_dir.run(quick=False, seed=1, pairs=pairs, folder=_folder(tmp_path)).figures
    assert (figures["pairs"], figures["right_pairs"], figures["pairs_read"], figures["lines_left_out"]) == (4, 1, 1, 1)
    assert (figures["no_face"], figures["not_readable"]) == (1, 2)
    assert figures["right"] == 0.25
    assert figures["right_of_read"] == 1.0
    assert figures["threshold"] == faces_dir.PUBLISHED
    assert figures["ms"] > 0
    told = capsys.readouterr().out  # type: ignore[attr-defined]
    assert "no face found (1): wall" in told
    assert "not readable (2): broken.jpg, gone" in told


def test_the_margin_is_the_worst_of_one_less_the_best_of_two() -> None:
    turn = np.eye(3, dtype=np.float32)
    album = faces_dir.Album({"a": turn[0], "b": np.float32([0.6, 0.8, 0]), "c": np.float32([0.28, 0.96, 0]), "d": turn[2]}, ms=[5.0])
    pairs = [Pair("a", "b", True), Pair("a", "c", False), Pair("b", "c", True), Pair("a", "d", False), Pair("a", "d", True)]
    figures = faces_dir.judged(pairs, album, 1).figures
    assert figures["margin"] == round(0.0 - 0.28, 4)
    assert figures["right_pairs"] == 4
    assert (figures["refused_same"], figures["accepted_different"]) == (1, 0)


def test_no_pairs_are_no_result() -> None:
    assert faces_dir.judged([], faces_dir.Album(), 1).wrong

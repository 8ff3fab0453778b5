"""A face is followed by its place, and another face in its place later is another track."""

import numpy as np

from safetyzone.programs.vision.faces.nets import FoundFace
from safetyzone.programs.vision.faces.tracks import LOST_MS, FaceTracks


def _at(x: float, y: float = 100, width: float = 50) -> FoundFace:
    return FoundFace(x, y, width, width * 1.2, 0.9, np.zeros((5, 2), np.float32))


def test_two_that_walk_past_each_other_a_row_apart_stay_themselves() -> None:
    tracks = FaceTracks("c")
    left, right = tracks.follow([_at(100), _at(400, 180)], 1000)
    for step in range(1, 10):
        faces = [_at(400 - 30 * step, 180), _at(100 + 30 * step)]
        assert [one.name for one in tracks.follow(faces, 1000 + 200 * step)] == [right.name, left.name]


def test_nobody_is_two_at_once() -> None:
    tracks = FaceTracks("c")
    tracks.follow([_at(100)], 0)
    first, second = tracks.follow([_at(105), _at(112)], 200)
    assert first.name != second.name


def test_whoever_appears_later_or_of_another_size_is_somebody_else() -> None:
    tracks = FaceTracks("c")
    (first,) = tracks.follow([_at(100)], 0)
    (later,) = tracks.follow([_at(100)], LOST_MS + 1)
    (larger,) = tracks.follow([_at(75, 80, 100)], LOST_MS + 200)
    assert len({first.name, later.name, larger.name}) == 3


def test_a_clock_that_goes_back_begins_anew() -> None:
    tracks = FaceTracks("c")
    (first,) = tracks.follow([_at(100)], 5000)
    (again,) = tracks.follow([_at(100)], 4000)
    assert first.name != again.name

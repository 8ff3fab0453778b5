"""No frame leaves with a face that was, or may have been, there."""

import re
import threading

import numpy as np
import pytest

from safetyzone.trust.evidence import blurring
from safetyzone.trust.evidence.blurring import blurred, hide
from safetyzone.trust.evidence.faces import FACE, PLATE, Face, Guarded, NoFinder, Together, installed
from safetyzone.trust.evidence.tests.clips import FPS, NIGHT, SIZE, clip, ms, pictures
from safetyzone.trust.evidence.tracks import HELD_MS, covers

PATCH = 24
FRAMES = 4 * FPS


def place(number: int) -> tuple[int, int]:
    """Where the "face" of frame ``number`` is: left, top."""
    return 20 + number * 5, 50


def walker(number: int) -> np.ndarray:
    """A checkerboard that walks: it is easy to say whether any of it can still be seen."""
    picture = np.full((SIZE[1], SIZE[0], 3), 120, np.uint8)
    left, top = place(number)
    rows, columns = np.indices((PATCH, PATCH))
    picture[top : top + PATCH, left : left + PATCH] = np.where((rows // 4 + columns // 4) % 2, 250, 5)[..., None]
    return picture


class KnowsTheWalker:
    """Finds the checkerboard in the pixels alone; of some frames it says nothing, or worse."""

    name = "for tests"

    def __init__(self, misses: tuple[int, ...] = (), raises: tuple[int, ...] = (), hangs: tuple[int, ...] = ()) -> None:
        self.number, self.misses, self.raises, self.hangs = -1, misses, raises, hangs

    def find(self, picture: np.ndarray) -> list[Face]:
        self.number += 1
        if self.number in self.raises:
            raise RuntimeError("the model gave up")
        if self.number in self.hangs:
            threading.Event().wait(30)
        bright = np.argwhere(picture[..., 0] > 200)
        if self.number in self.misses or not len(bright):
            return []
        (top, left), (bottom, right) = bright.min(axis=0), bright.max(axis=0)
        return [Face(left, top, right - left, bottom - top)]


def seen_in(film: list[np.ndarray]) -> list[int]:
    """Frames in which the checkerboard can still be told."""
    clear = []
    for number, picture in enumerate(film):
        left, top = place(number)
        patch = picture[top + 2 : top + PATCH - 2, left + 2 : left + PATCH - 2]
        if patch.astype(float).std() > 25:
            clear.append(number)
    return clear


@pytest.fixture
def filmed(tmp_path):
    """Blurs the walker's clip; returns (pictures, edits)."""
    start = ms(NIGHT)
    piece = tmp_path / "piece.mp4"
    piece.write_bytes(clip(start, 4.0, walker))

    def make(finder: object, span=(start, start + 4000)):
        target = tmp_path / "blurred.mp4"
        edits = blurred([(start, piece)], target, span_ms=span, label=lambda at: "EV-1 somchai", finder=finder, go_on=lambda part: True)
        return pictures(target), edits

    return make


def test_the_measure_itself_sees_a_face_that_is_not_covered(filmed, monkeypatch):
    monkeypatch.setattr(blurring, "hide", lambda picture, faces: picture.copy())
    film, _ = filmed(KnowsTheWalker())
    assert len(seen_in(film)) == FRAMES


def test_every_face_that_is_found_is_covered(filmed):
    film, edits = filmed(KnowsTheWalker())
    assert len(film) == edits.frames == edits.frames_with_faces == FRAMES
    assert seen_in(film) == []
    assert edits.blurred_whole == 0


def test_faces_are_covered_where_the_detector_lost_them_before_and_after_too(filmed):
    film, edits = filmed(KnowsTheWalker(misses=(0, 1, 2, 3, 8, 9, 10, 11, 12, 17, 18, 19)))
    assert seen_in(film) == []
    assert edits.frames_with_faces == FRAMES


def test_what_is_not_a_face_stays_as_it_was(filmed):
    film, _ = filmed(KnowsTheWalker())
    assert abs(film[0][80:, 150:].astype(float).mean() - 120) < 8


@pytest.mark.parametrize(
    ("finder", "whole"),
    [
        (NoFinder(), FRAMES),
        (KnowsTheWalker(raises=tuple(range(FRAMES))), FRAMES),
        (KnowsTheWalker(raises=(4, 5, 11)), 3),
        (KnowsTheWalker(hangs=(9,)), FRAMES - 9),
    ],
    ids=["not installed", "always fails", "fails on some", "hangs in the middle"],
)
def test_a_detector_that_fails_leaves_no_clear_frame(filmed, monkeypatch, finder, whole):
    monkeypatch.setattr(blurring, "Guarded", lambda given: Guarded(given, timeout_s=0.3))
    film, edits = filmed(finder)
    assert edits.frames == FRAMES
    assert edits.blurred_whole == whole
    assert seen_in(film) == []


def test_packets_that_do_not_decode_are_counted_and_show_nothing(filmed, tmp_path):
    piece = tmp_path / "piece.mp4"
    content = bytearray(piece.read_bytes())
    third = [found.start() for found in re.finditer(b"mdat", content)][2]
    content[third + 4 : third + 300] = b"\xff" * 296
    piece.write_bytes(content)
    film, edits = filmed(KnowsTheWalker())
    assert edits.unreadable > 0
    assert len(film) == edits.frames < FRAMES
    assert seen_in(film[: 2 * FPS]) == []


def test_only_the_span_is_shown_and_nothing_of_the_pieces_around_it(filmed):
    film, edits = filmed(KnowsTheWalker(), span=(ms(NIGHT) + 1000, ms(NIGHT) + 2000))
    assert len(film) == edits.frames == FPS


def test_a_picture_that_the_first_turn_did_not_see_is_covered_whole(filmed, monkeypatch):
    true, turns = blurring._pictures, []

    def forgets(*given: object):
        turns.append(1)
        for number, pair in enumerate(true(*given)):
            if len(turns) > 1 or number not in (6, 7):
                yield pair

    monkeypatch.setattr(blurring, "_pictures", forgets)
    film, edits = filmed(KnowsTheWalker())
    assert edits.blurred_whole == 2
    assert seen_in(film) == []


def test_the_name_is_in_the_pixels(filmed):
    film, _ = filmed(KnowsTheWalker())
    assert all(picture[:18, :90].max() > 180 for picture in film)
    assert all(picture[:3, 100:].max() < 60 for picture in film)


def test_a_covered_face_is_one_colour_and_a_whole_picture_a_few_blocks():
    noise = np.random.default_rng(1).integers(0, 255, (90, 160, 3)).astype(np.uint8)
    inside = hide(noise, [Face(10, 10, 20, 20)])[10:30, 10:30]
    assert (inside == inside[0, 0]).all()
    assert len(np.unique(hide(noise, None).reshape(-1, 3), axis=0)) <= blurring.BLOCKS_ACROSS * blurring.BLOCKS_DOWN
    assert (hide(noise, [Face(-50, -50, 10, 10), Face(150, 80, 500, 500)])[:80, :150] == noise[:80, :150]).all()


def test_covers_reach_before_the_first_and_after_the_last_sight_of_a_face():
    times = list(range(0, 6000, 200))
    found = [[Face(50, 50, 10, 10)] if 2000 <= at < 3000 else [] for at in times]
    covered = [at for at, faces in zip(times, covers(times, found), strict=True) if faces]
    assert (covered[0], covered[-1]) == (2000 - HELD_MS + 100, 2800 + HELD_MS - 100)


def test_two_people_keep_a_cover_each():
    times = list(range(0, 2000, 200))
    found = [[Face(20 + i * 4, 50, 10, 10), Face(200 - i * 4, 50, 10, 10)] if i not in (4, 5) else [] for i in range(10)]
    for number, faces in enumerate(covers(times, found)):
        for centre in (25 + number * 4, 205 - number * 4):
            assert any(face.x < centre < face.x + face.width for face in faces), number


def test_what_is_not_known_is_never_taken_for_nobody():
    assert covers([0, 200, 400], [[], None, []]) == [[], None, []]


def test_the_detector_of_this_machine_looks_at_pictures_of_any_size():
    finder = installed()
    assert finder.name.startswith("YuNet")
    for shape in ((90, 160, 3), (481, 641, 3), (1440, 2560, 3)):
        assert list(finder.find(np.full(shape, 128, np.uint8))) == []


def test_a_detector_that_says_nonsense_is_not_believed():
    class Nonsense:
        name = "nonsense"

        def find(self, picture: np.ndarray) -> list[Face]:
            return [Face(float("nan"), 0, 5, 5)]

    guarded = Guarded(Nonsense())
    assert guarded.find(np.zeros((10, 10, 3), np.uint8)) is None
    guarded.close()


def test_a_plate_is_covered_like_a_face_and_is_not_taken_for_one():
    face, plate = Face(100, 40, 20, 20), Face(104, 44, 22, 10, kind=PLATE)
    hidden = covers([0, 100, 200], [[face, plate], [], [face, plate]])
    assert all({one.kind for one in here or ()} == {FACE, PLATE} for here in hidden), "both are held where nothing was found"
    assert all(max(one.width for one in here or () if one.kind == FACE) < 40 for here in hidden), "neither grows into the other"


def test_what_one_of_two_finders_cannot_tell_is_covered_whole(filmed):
    film, edits = filmed(Together(KnowsTheWalker(), NoFinder()))
    assert edits.blurred_whole == FRAMES
    assert seen_in(film) == []
    assert edits.detector == "for tests + none"

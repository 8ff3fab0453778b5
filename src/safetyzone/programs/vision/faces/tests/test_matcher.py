"""Only listed faces leave the matcher, and only after two frames; its work ends by itself; a template lives no longer than the call."""

import numpy as np
import pytest

from safetyzone.contracts.vision import MOST_CROP_BYTES, MOST_SCENE_BYTES, FacesWork, Template
from safetyzone.programs.vision.faces import matcher as module
from safetyzone.programs.vision.faces.matcher import FaceMatcher, Gallery, Nets
from safetyzone.programs.vision.faces.photo import PhotoReader
from safetyzone.programs.vision.faces.tests.faces import face, street

NOW, LONG = 1_800_000_000_000, 1_800_000_600_000
LISTED, STRANGER = 0, 2


@pytest.fixture(scope="module")
def nets() -> Nets:
    return Nets()


@pytest.fixture(scope="module")
def photo() -> bytes:
    found = PhotoReader().of(face(LISTED, 200))
    assert found is not None
    return found.vector


def _work(*vectors: bytes, until_ms: int = LONG, ends_ms: int = LONG, threshold: float = 0.9) -> FacesWork:
    gallery = tuple(Template(entry=n + 1, activation=7, until_ms=ends_ms, vector=vector) for n, vector in enumerate(vectors))
    return FacesWork(until_ms=until_ms, threshold=threshold, gallery=gallery)


def _matcher(nets: Nets, *vectors: bytes, **differs: object) -> FaceMatcher:
    made = FaceMatcher("cam-1", nets)
    made.give(_work(*vectors, **differs), NOW)  # type: ignore[arg-type]
    return made


def _frame(who: int, step: int = 0, width: int = 90) -> np.ndarray:
    return street((face(who, width), 100 + 8 * step, 60))


def test_two_frames_of_one_track_make_one_candidate(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    told = [one.look(_frame(LISTED, step), NOW + 200 * step) for step in range(5)]
    assert [len(part) for part in told] == [0, 1, 0, 0, 0]
    candidate = told[1][0]
    assert (candidate.entry, candidate.activation, candidate.frames, candidate.camera) == (1, 7, 2, "cam-1")
    assert candidate.score > candidate.threshold == 0.9
    assert 100 < candidate.box[0] < 190
    assert candidate.quality > 0.5
    assert candidate.crop[:2] == candidate.scene[:2] == b"\xff\xd8"
    assert len(candidate.crop) <= MOST_CROP_BYTES
    assert len(candidate.scene) <= MOST_SCENE_BYTES


def test_a_stranger_makes_no_candidate_and_leaves_no_trace(nets: Nets, photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []
    above = Gallery.above
    monkeypatch.setattr(Gallery, "above", lambda self, rows, threshold: (seen.append(rows), above(self, rows, threshold))[1])
    one = _matcher(nets, photo)
    assert [one.look(_frame(STRANGER, step), NOW + 200 * step) for step in range(4)] == [[]] * 4
    assert len(seen) == 4
    assert not any(rows.any() for rows in seen)
    assert not any(track.agreed for track in one._tracks._tracks)


def test_a_face_is_seen_once_while_it_is_in_view_and_the_next_is_another(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    for step in range(4):
        one.look(_frame(STRANGER, step), NOW + 200 * step)
    one.look(_frame(LISTED), NOW + 2_600)
    one.look(street(), NOW + 2_800)
    assert one.take_seen() == 2
    assert one.take_seen() == 0


def test_templates_are_written_over_also_when_comparing_fails(nets: Nets, photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[np.ndarray] = []

    def fails(self: Gallery, rows: np.ndarray, threshold: float) -> None:
        seen.append(rows)
        assert rows.any()
        raise RuntimeError

    monkeypatch.setattr(Gallery, "above", fails)
    with pytest.raises(RuntimeError):
        _matcher(nets, photo).look(_frame(LISTED), NOW)
    assert seen
    assert not seen[0].any()
    assert not nets.embedder._output.any()


def test_the_same_frame_twice_is_one_witness(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    assert [one.look(_frame(LISTED), NOW) for _ in range(3)] == [[]] * 3


def test_one_frame_each_of_two_tracks_is_no_agreement(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    assert one.look(_frame(LISTED), NOW) == []
    assert one.look(street((face(LISTED, 90), 380, 60)), NOW + 100) == []


def test_without_work_no_face_is_looked_for(nets: Nets, photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nets.detector, "find", lambda picture: pytest.fail("looked"))
    idle = FaceMatcher("cam-1", nets)
    assert idle.look(_frame(LISTED), NOW) == []
    assert _matcher(nets).look(_frame(LISTED), NOW) == []
    assert _matcher(nets, photo, until_ms=NOW).look(_frame(LISTED), NOW) == []
    assert _matcher(nets, photo, ends_ms=NOW).look(_frame(LISTED), NOW) == []


@pytest.mark.parametrize("ends", ["until_ms", "ends_ms"])
def test_work_ends_at_its_own_moment_without_a_word(nets: Nets, photo: bytes, ends: str) -> None:
    one = _matcher(nets, photo, **{ends: NOW + 1000})
    gallery = one._gallery
    assert gallery is not None
    rows = gallery._search.rows
    one.tick(NOW + 999)
    assert one.active
    one.tick(NOW + 1000)
    assert not one.active
    assert not rows.any()


def test_a_clock_that_is_set_back_lengthens_nothing(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo, ends_ms=NOW + 1000)
    one.tick(NOW + 1000)
    one.tick(NOW - 3_600_000)
    one.give(_work(photo, ends_ms=NOW + 1000), NOW - 3_600_000)
    assert not one.active


def test_an_entry_that_ends_leaves_the_others(nets: Nets, photo: bytes) -> None:
    other = np.frombuffer(photo, "<f4")[::-1].astype("<f4").tobytes()
    gallery = (
        Template(entry=1, activation=7, until_ms=NOW + 500, vector=photo), Template(entry=2, activation=7, until_ms=LONG, vector=other)
    )  # fmt: skip
    one = FaceMatcher("cam-1", nets)
    one.give(FacesWork(until_ms=LONG, threshold=0.9, gallery=gallery), NOW)
    one.tick(NOW + 500)
    assert one.active
    assert [one.look(_frame(LISTED, step), NOW + 600 + 200 * step) for step in range(3)] == [[]] * 3


def test_silence_of_the_web_ends_the_work_and_a_word_renews_it(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    one.tick(NOW + 5000)
    assert one.active
    one.give(_work(photo), NOW + 5000)
    one.tick(NOW + 9000)
    assert one.active
    one.tick(NOW + 10_001)
    assert not one.active
    one.give(_work(photo), NOW + 11_000)
    assert one.active


def test_a_lease_that_is_renewed_between_two_frames_loses_no_witness(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo, until_ms=NOW + 8000)
    assert one.look(_frame(LISTED), NOW + 100) == []
    gallery = one._gallery
    one.give(_work(photo, until_ms=NOW + 10_000), NOW + 2000 - 1800)
    assert one._gallery is gallery
    one.give(_work(photo, until_ms=NOW + 10_000, ends_ms=LONG + 1), NOW + 250)
    assert one._gallery is not gallery
    assert len(one.look(_frame(LISTED, 1), NOW + 300)) == 1


def test_whoever_is_taken_from_the_list_is_not_found_in_the_next_frame(nets: Nets, photo: bytes) -> None:
    other = np.frombuffer(photo, "<f4")[::-1].astype("<f4").tobytes()
    one = _matcher(nets, photo)
    assert one.look(_frame(LISTED), NOW + 100) == []
    one.give(_work(other), NOW + 200)
    assert one.look(_frame(LISTED, 1), NOW + 300) == []


def test_a_kill_leaves_nothing_to_compare_with(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    assert one._gallery is not None
    rows = one._gallery._search.rows
    one.give(None, NOW + 100)
    assert not one.active
    assert not rows.any()
    assert one.look(_frame(LISTED), NOW + 200) == []


def test_a_face_below_the_cameras_least_width_is_not_embedded(nets: Nets, photo: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nets.embedder, "embed", lambda *_: pytest.fail("embedded"))
    one = _matcher(nets, photo)
    assert one.look(_frame(LISTED, width=34), NOW) == []


def test_nothing_of_a_list_stands_in_a_representation(nets: Nets, photo: bytes) -> None:
    one = _matcher(nets, photo)
    work = _work(photo)
    assert repr(one) + repr(one._gallery) + repr(work) + repr(work.gallery[0]) == "<FaceMatcher cam-1><Gallery><FacesWork><Template>"
    assert module.FRAMES_TO_AGREE == 2

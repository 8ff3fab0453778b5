"""The vote over a track, with frames made by hand."""

import numpy as np

from safetyzone.contracts.plates import NAMES, VehicleClass
from safetyzone.programs.vision.plates.alphabet import PROVINCE_CLASSES
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.plates.issued import as_issued
from safetyzone.programs.vision.plates.reader import reading
from safetyzone.programs.vision.plates.vote import Vote
from safetyzone.programs.vision.plates.weights import Calibration

HOW = Calibration(accept=0.8, accept_province=0.6)


def frame(shares: dict[str, float], province: str = "ตาก", sure: float = 0.9) -> Evidence:
    texts = sorted(shares, key=lambda text: -shares[text])
    names = np.full(PROVINCE_CLASSES, (1 - sure) / (PROVINCE_CLASSES - 1))
    names[NAMES.index(province)] = sure
    mass = np.array([shares[text] for text in texts])
    return Evidence(tuple(texts), np.log(mass), mass, np.log(names), 0.0, VehicleClass.CAR)


def voted(*frames: Evidence):
    vote = Vote(HOW)
    for one in frames:
        vote.add(one)
    return vote.result()


RIGHT = frame({"1กข234": 0.8, "1กช234": 0.1})


def test_the_vote_mends_a_wrong_frame():
    wrong = frame({"1กข284": 0.97}, province="แพร่")
    alone = reading(wrong, HOW)
    assert (alone.text, alone.province) == ("1กข284", "แพร่")
    together = voted(RIGHT, wrong, RIGHT, RIGHT)
    assert (together.text, together.province, together.frames) == ("1กข234", "ตาก", 4)
    assert together.accepted


def test_frames_that_agree_are_surer_than_one():
    one = reading(as_issued(RIGHT), HOW)
    assert voted(RIGHT, RIGHT, RIGHT).sure.text > one.sure.text
    assert voted(RIGHT).sure.text == one.sure.text


def test_frames_that_disagree_are_less_sure_and_are_not_accepted():
    split = voted(RIGHT, frame({"1กข284": 0.8}))
    assert split.sure.text < reading(RIGHT, HOW).sure.text
    assert not split.accepted


def test_no_frame_has_a_veto():
    """However sure one frame is of something else, four usual frames outvote it."""
    assert voted(RIGHT, RIGHT, frame({"9ฮฮ9": 1.0}), RIGHT, RIGHT).text == "1กข234"


def test_a_better_frame_counts_more():
    vote = Vote(HOW)
    vote.add(frame({"กข1": 0.7}), weight=0.2)
    vote.add(frame({"กช1": 0.7}), weight=1.0)
    vote.add(None)
    assert vote.frames == 2
    assert vote.result().text == "กช1"


def test_a_track_on_which_nothing_was_read_says_nothing():
    assert Vote(HOW).result() is None


def test_fields_are_surer_than_the_whole_where_the_doubt_is_in_the_other():
    said = reading(frame({"1กข234": 0.5, "1กข284": 0.45}), HOW)
    assert said.sure.series > 0.8 > said.sure.text
    assert said.sure.number < 0.8
    assert said.plate.series == "1กข"
    assert [plate.number for plate, _ in said.alternatives] == ["284"]
    assert dict(said.characters[4]) == {"3": 0.5, "8": 0.45}
    assert "1กข" not in f"{said!r}"

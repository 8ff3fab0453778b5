"""Plates over pictures: one reading a passage, the best picture shown, doubt told late, and nothing of what was read twice."""

import numpy as np
import pytest

from safetyzone.programs.vision.passages import GONE_MS, LAST_WORD_MS, TELL_AFTER_MS, Passages, regions, worth_of
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.tests.street import HEIGHT, WIDTH, TwinFinder, TwinReader, street, with_car

EVERY_MS = 120
EVERYWHERE = [(0, 0, WIDTH, HEIGHT)]


class Unsure(TwinReader):
    """Reads, and does not stand by it; counts how often it was asked."""

    asked = 0

    def evidence(self, crop) -> Evidence | None:
        self.asked += 1
        sure = super().evidence(crop)
        assert sure is not None
        return Evidence(sure.texts, sure.joint, np.array([0.3]), sure.provinces, sure.three_lines, sure.vehicle_class)


def drive(passages: Passages, number: int, *, begin_ms: int, pictures: int = 16, step: int = 40):
    """A car crosses; returns (reading, when it was told)."""
    told = []
    for n in range(pictures):
        at = begin_ms + n * EVERY_MS
        told += [(one, at) for one in passages.look(with_car(street(), number, 20 + n * step), EVERYWHERE, at)]
    return told


@pytest.fixture
def passages():
    return Passages("C1", TwinFinder(), TwinReader())


def test_a_passage_is_told_once_and_while_the_car_is_still_there(passages):
    told = drive(passages, 21, begin_ms=10_000, pictures=10)
    assert [one.plate.number for one, _ in told] == ["21"]
    assert told[0][1] - 10_000 <= TELL_AFTER_MS + EVERY_MS
    assert passages.tick(told[0][1] + 5_000) == []


def test_the_same_plate_on_another_track_soon_after_is_the_same_passage_and_later_a_new_one(passages):
    assert len(drive(passages, 21, begin_ms=10_000, pictures=8)) == 1
    passages.tick(13_000)
    assert drive(passages, 21, begin_ms=14_000, pictures=8) == []
    passages.tick(40_000)
    assert len(drive(passages, 21, begin_ms=41_000, pictures=8)) == 1


def test_what_the_reader_does_not_stand_by_is_told_when_it_is_over_as_a_doubt():
    passages = Passages("C1", TwinFinder(), Unsure())
    assert drive(passages, 21, begin_ms=10_000, pictures=10) == []
    (late,) = passages.tick(10_000 + 10 * EVERY_MS + GONE_MS + 1)
    assert not late.accepted
    assert late.last_ms - late.first_ms < LAST_WORD_MS


def test_a_picture_is_read_once_however_often_it_votes():
    reader = Unsure()
    drive(Passages("C1", TwinFinder(), reader), 21, begin_ms=10_000, pictures=16)
    assert 0 < reader.asked <= 16


def test_one_picture_alone_tells_nothing(passages):
    assert passages.look(with_car(street(), 5, 100), EVERYWHERE, 1_000) == []
    assert passages.tick(9_000) == []


def test_a_kind_of_vehicle_is_said_when_somebody_names_it():
    passages = Passages("C1", TwinFinder(), TwinReader(), vehicle_at=lambda picture, box: "truck")
    ((one, _),) = drive(passages, 9, begin_ms=1_000, pictures=9)
    assert one.vehicle == "truck"


def test_nets_see_only_where_something_moves(passages):
    finder = passages._finder
    passages.look(street(), [], 1_000)
    assert finder.asked == 0
    passages.look(street(), [(100, 100, 60, 40)], 1_200)
    assert finder.asked == 1


def test_regions_are_joined_where_they_overlap_and_become_the_whole_picture_where_they_are_many():
    assert regions([(100, 100, 50, 40)], 640, 360) == [(53, 53, 144, 134)]
    assert len(regions([(100, 100, 50, 40), (120, 110, 50, 40)], 640, 360)) == 1
    assert len(regions([(40, 40, 20, 20), (500, 250, 20, 20)], 640, 360)) == 2
    assert regions([(0, 0, 500, 300)], 640, 360) == [(0, 0, 640, 360)]
    assert regions([(x, 20, 8, 8) for x in range(0, 1900, 200)], 1920, 1080) == [(0, 0, 1920, 1080)]
    assert regions([], 640, 360) == []


def test_a_sharp_and_a_wide_picture_are_worth_more():
    sharp = with_car(street(), 42, 100)[210:262, 150:246]
    soft = np.asarray([[sharp.mean(axis=(0, 1))]] * 52, np.uint8).repeat(96, axis=1)
    assert worth_of(sharp) > 2 * worth_of(soft)
    assert worth_of(np.kron(sharp, np.ones((2, 2, 1), np.uint8)).astype(np.uint8)) >= worth_of(sharp[::2, ::2].copy())

"""How often what moves is looked at: seldom after looks in vain, at once when it has moved on, and always while a plate is open."""

import pytest

from safetyzone.programs.vision.pace import IN_VAIN, SELDOM_MS, Pace

TREE = (100, 50, 40, 60)
ROUND_IT = (60, 10, 120, 140)


@pytest.fixture
def bored() -> Pace:
    pace = Pace()
    for turn in range(IN_VAIN):
        assert pace.due([TREE], 1000 + 200 * turn)
        pace.looked([ROUND_IT], 1000 + 200 * turn, new=False)
    return pace


LAST_MS = 1000 + 200 * (IN_VAIN - 1)


def test_after_looks_in_vain_the_same_place_is_looked_at_seldom(bored):
    assert not bored.due([TREE], LAST_MS + 200)
    assert bored.due([TREE], LAST_MS + SELDOM_MS)


def test_what_has_left_the_parts_that_were_searched_is_looked_at_at_once(bored):
    assert bored.due([(150, 50, 40, 60)], LAST_MS + 110)  # it drives by
    assert bored.due([TREE, (400, 50, 30, 30)], LAST_MS + 110)  # another one came
    assert bored.due([(50, 0, 160, 200)], LAST_MS + 110)  # it comes nearer


def test_a_plate_that_was_not_told_yet_is_looked_at_at_every_turn(bored):
    bored.looked([ROUND_IT], LAST_MS + SELDOM_MS, new=True)
    assert bored.due([TREE], LAST_MS + SELDOM_MS + 110)


def test_a_clock_that_is_set_back_stops_nothing(bored):
    assert bored.due([TREE], LAST_MS - 60_000)

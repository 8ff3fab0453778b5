"""The price of a difference between two plates."""

from hypothesis import given
from hypothesis import strategies as st

from safetyzone.contracts.plate_confusions import costs, distance
from safetyzone.contracts.plates import CONSONANTS, DIGITS, MARKS

TEXT = st.text(CONSONANTS + DIGITS, max_size=8)


def test_every_price_is_between_nought_and_one_for_two_characters_of_plates():
    assert costs()
    for (a, b), price in costs().items():
        assert 0 < price < 1
        assert a != b
        assert {a, b} <= set(CONSONANTS + DIGITS + MARKS + "-")


@given(TEXT, TEXT)
def test_a_distance_is_the_same_both_ways_and_nought_only_for_the_same_text(one, other):
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


@given(TEXT, TEXT, TEXT)
def test_no_detour_is_much_shorter(one, middle, other):
    """Prices are measured pair by pair, so the triangle may be broken by a pair, but never by more than the characters differ."""
    assert distance(one, other) <= max(len(one), len(other))


def test_letters_that_the_reader_confuses_are_near():
    assert distance("1กฎ234", "1กฏ234") < distance("1กฎ234", "1กง234") == 1

"""Decoding with no model: columns made by hand."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyzone.contracts.plates import CONSONANTS, forms_of
from safetyzone.programs.vision.plates.alphabet import BLANK, CLASSES, SYMBOLS, coded, decoded
from safetyzone.programs.vision.plates.decoding import beam, best_path, is_plate, may_begin, weights

LETTER = st.sampled_from(CONSONANTS)
TEXTS = st.one_of(
    st.builds(lambda d, a, b, n: f"{d}{a}{b}{n}", st.sampled_from(["", *"123456789"]), LETTER, LETTER, st.integers(1, 9999)),
    st.builds(lambda a, b, c, n: f"{a}{b}{c}{n}", LETTER, LETTER, LETTER, st.integers(1, 9999)),
    st.builds("{:02d}-{:04d}".format, st.integers(0, 99), st.integers(0, 9999)),
    st.sampled_from(["สมคิด1", "รวยดี9", "เฮง88", "1ก2345"]),
)


def columns(text: str, *, sure: float = 0.9, length: int = 40) -> np.ndarray:
    """Columns that say ``text``, each character for two columns with a blank behind it."""
    shares = np.full((length, CLASSES), (1 - sure) / (CLASSES - 1))
    said = [number for code in coded(text) for number in (code, code, BLANK)]
    for column in range(length):
        shares[column, said[column] if column < len(said) else BLANK] = sure
    return np.log(shares).astype(np.float32)


@given(TEXTS)
@settings(max_examples=60, deadline=None)
def test_clear_columns_are_read_as_they_stand(text):
    said = columns(text)
    assert best_path(said) == text
    assert beam(said)[0] == text
    assert decoded(coded(text)) == text


@given(TEXTS)
def test_every_beginning_of_a_plate_may_go_on(text):
    assert all(may_begin(text[:k]) for k in range(len(text) + 1))
    assert is_plate(text)


def test_what_the_grammar_forbids_is_never_said():
    """The model sees กข0 with all its might; no plate's number begins with nought, so the second choice wins."""
    said = columns("กข0123")
    five = SYMBOLS.index("5") + 1
    said[6:8, five] = np.log(0.08)
    assert best_path(said) == "กข0123"
    texts = beam(said)
    assert texts[0] == "กข5123"
    assert all(forms_of(text) for text in texts)


def test_a_doubtful_letter_is_among_the_texts():
    said = columns("1กฎ234")
    other = SYMBOLS.index("ฏ") + 1
    said[6:8, SYMBOLS.index("ฎ") + 1] = np.log(0.5)
    said[6:8, other] = np.log(0.4)
    texts = beam(said)
    assert texts[:2] == ["1กฎ234", "1กฏ234"]
    weight = np.exp(weights(said[None], texts[:2]))[0]
    assert 0.1 * weight[0] < weight[1] < weight[0] < 1


def test_the_weight_of_a_text_is_the_sum_over_all_ways_to_write_it():
    """Against counting them all, on four columns and three classes."""
    rng = np.random.default_rng(4)
    shares = rng.random((4, CLASSES)) * 1e-9
    shares[:, :3] = rng.random((4, 3)) + 0.1
    shares /= shares.sum(1, keepdims=True)
    said = np.log(shares).astype(np.float32)
    for text in ("0", "01", "00", "010"):
        ways = 0.0
        for path in itertools.product(range(3), repeat=4):
            kept = [c for k, c in enumerate(path) if c != BLANK and (k == 0 or c != path[k - 1])]
            if decoded(kept) == text:
                ways += float(np.prod([shares[k, c] for k, c in enumerate(path)]))
        assert np.exp(weights(said[None], [text]))[0, 0] == pytest.approx(ways, rel=1e-4)


@given(st.text(SYMBOLS, max_size=9))
def test_only_plates_come_out_of_a_beam(text):
    assert all(forms_of(said) for said in beam(columns(text or "1"), width=4))

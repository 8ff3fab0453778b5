"""The set above the threshold is that of a full comparison, whatever the vectors are like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyzone.programs.vision.faces import search
from safetyzone.programs.vision.faces.search import BLOCK, Search


def _units(drawn: np.random.Generator, count: int, values: int) -> np.ndarray:
    vectors = drawn.standard_normal((count, values), dtype=np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def _pairs(vectors: np.ndarray, queries: np.ndarray, threshold: float) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Pairs that surely reach the threshold in exact arithmetic, and those that float32 may put on either side."""
    score = queries.astype(np.float64) @ vectors.astype(np.float64).T
    limit = float(np.float32(threshold))
    sure, maybe = np.argwhere(score >= limit + 2e-6), np.argwhere(np.abs(score - limit) < 2e-6)
    return {(int(q), int(r)) for q, r in sure}, {(int(q), int(r)) for q, r in maybe}


def _agrees(vectors: np.ndarray, queries: np.ndarray, threshold: float) -> None:
    found = Search(vectors).above(queries, threshold)
    pairs = set(zip(found.query.tolist(), found.row.tolist(), strict=True))
    sure, maybe = _pairs(vectors, queries, threshold)
    assert len(pairs) == len(found.query)
    assert sure <= pairs <= sure | maybe
    exact = np.einsum("ij,ij->i", queries[found.query].astype(float), vectors[found.row].astype(float))
    assert np.abs(exact - found.score).max(initial=0) < 1e-5


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), rows=st.sampled_from([1, 7, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK + 5]),
    values=st.sampled_from([3, 32, 128]), queries=st.integers(1, 40), spiky=st.booleans(),
)  # fmt: skip
def test_the_set_is_that_of_a_full_comparison(seed: int, rows: int, values: int, queries: int, spiky: bool) -> None:
    drawn = np.random.default_rng(seed)
    vectors, asked = _units(drawn, rows, values), _units(drawn, queries, values)
    if spiky:  # one long number makes the steps of its block coarse
        vectors[:: max(rows // 3, 1)] = np.eye(1, values, dtype=np.float32)
        asked[0] = np.eye(1, values, dtype=np.float32)
    mates = drawn.integers(0, rows, queries)
    asked = (vectors[mates] * 0.8 + asked * 0.6).astype(np.float32)
    asked /= np.linalg.norm(asked, axis=1, keepdims=True)
    for threshold in (0.35, 0.8):
        _agrees(vectors, asked, threshold)


def test_scores_that_crowd_at_the_threshold_are_told_apart() -> None:
    drawn = np.random.default_rng(5)
    asked, beside = np.linalg.qr(drawn.standard_normal((128, 2)))[0].T
    cosines = 0.5 + np.linspace(-3e-3, 3e-3, 3 * BLOCK)
    vectors = (cosines[:, None] * asked + np.sqrt(1 - cosines[:, None] ** 2) * beside).astype(np.float32)
    _agrees(vectors, asked[None].astype(np.float32), 0.5)


def test_without_the_bound_of_rounding_some_would_be_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = np.random.default_rng(6)
    asked, beside = np.linalg.qr(drawn.standard_normal((128, 2)))[0].T
    cosines = 0.5 + np.linspace(-3e-3, 3e-3, BLOCK)
    vectors = (cosines[:, None] * asked + np.sqrt(1 - cosines[:, None] ** 2) * beside).astype(np.float32)
    monkeypatch.setattr(search, "_rounded", lambda rows, begin, exact=search._rounded: _boundless(exact(rows, begin)))
    monkeypatch.setattr(search, "SLACK", -0.01)
    with pytest.raises(AssertionError):
        _agrees(vectors, asked[None].astype(np.float32), 0.5)


def _boundless(block: search._Block) -> search._Block:
    return search._Block(block.begin, block.rounded, block.step, 0.0, 0.0)


def test_whoever_is_forgotten_is_found_no_more_and_lies_nowhere() -> None:
    vectors = _units(np.random.default_rng(7), BLOCK + 3, 128)
    one = Search(vectors)
    rows, rounded = one.rows, [block.rounded for block in one._blocks]
    assert len(one.above(vectors[:2], 0.99).row) == 2
    one.forget()
    assert len(one.above(vectors[:2], 0.99).row) == 0
    assert not rows.any()
    assert not any(part.any() for part in rounded)


def test_an_empty_set_and_no_question_have_no_answer() -> None:
    nobody = np.empty((0, 128), np.float32)
    assert len(Search(nobody).above(_units(np.random.default_rng(8), 3, 128), 0.1).row) == 0
    assert len(Search(_units(np.random.default_rng(8), 3, 128)).above(nobody, 0.1).row) == 0


@pytest.mark.parametrize(
    "wrong", [np.ones((2, 3)), np.ones(3, np.float32), np.full((2, 3), np.nan, np.float32), np.full((2, 3), 9, np.float32)]
)
def test_what_is_no_table_of_unit_vectors_is_refused(wrong: np.ndarray) -> None:
    with pytest.raises(ValueError, match="vectors"):
        Search(wrong)


def test_a_question_in_float64_is_refused_since_it_would_convert_everything() -> None:
    vectors = _units(np.random.default_rng(9), 4, 8)
    with pytest.raises(ValueError, match="float32"):
        Search(vectors).above(vectors.astype(np.float64), 0.5)
    with pytest.raises(ValueError, match="nought"):
        Search(vectors).above(vectors, 0.0)

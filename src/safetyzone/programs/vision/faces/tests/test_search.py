"""The set above the threshold is that of a full comparison, whatever the vectors are like."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from safetyzone.programs.vision.faces import vnni
from safetyzone.programs.vision.faces.rounded import Portable, Questions
from safetyzone.programs.vision.faces.search import BLOCK, MOST_QUERIES, ROUNDED_FROM, Search


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
    sure, maybe = _pairs(vectors, queries, threshold)
    for engine in (None, Portable(BLOCK, MOST_QUERIES)) if len(vectors) >= ROUNDED_FROM else (None,):
        found = Search(vectors, engine).above(queries, threshold)
        pairs = set(zip(found.query.tolist(), found.row.tolist(), strict=True))
        assert len(pairs) == len(found.query)
        assert sure <= pairs <= sure | maybe
        exact = np.einsum("ij,ij->i", queries[found.query].astype(float), vectors[found.row].astype(float))
        assert np.abs(exact - found.score).max(initial=0) < 1e-5


@settings(max_examples=25, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1), rows=st.sampled_from([1, 7, ROUNDED_FROM - 1, ROUNDED_FROM, BLOCK + 1]),
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


def _crowd(seed: int, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Vectors whose cosines with one question lie close about 0.5, and the question."""
    drawn = np.random.default_rng(seed)
    asked, beside = np.linalg.qr(drawn.standard_normal((128, 2)))[0].T
    cosines = 0.5 + np.linspace(-3e-3, 3e-3, rows)[:, None]
    return (cosines * asked + np.sqrt(1 - cosines**2) * beside).astype(np.float32), asked[None].astype(np.float32)


def test_scores_that_crowd_at_the_threshold_are_told_apart() -> None:
    for seed in range(4):
        _agrees(*_crowd(seed, BLOCK + 3), 0.5)


def test_without_the_bound_of_rounding_some_are_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    exact = Questions.limits
    boundless = lambda self, *asked: exact(replace(self, length=self.length * 0, error=self.error * 0), *asked)  # noqa: E731
    monkeypatch.setattr(Questions, "limits", boundless)
    missed = 0
    for seed in range(4):
        vectors, asked = _crowd(seed, ROUNDED_FROM)
        sure, _ = _pairs(vectors, asked, 0.5)
        missed += len(sure - {(0, int(row)) for row in Search(vectors).above(asked, 0.5).row})
    assert missed > 100


def test_whoever_is_forgotten_is_found_no_more_and_lies_nowhere() -> None:
    vectors = _units(np.random.default_rng(7), ROUNDED_FROM + 3, 128)
    one = Search(vectors)
    rows, rounded = one.rows, [block.arranged for block in one.blocks]
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


def test_a_processor_without_the_instruction_takes_the_portable_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vnni, "here", lambda: False)
    vectors = _units(np.random.default_rng(10), ROUNDED_FROM, 128)
    one = Search(vectors)
    assert isinstance(one._engine, Portable)
    assert one.above(vectors[5:6], 0.999).row.tolist() == [5]


def test_nothing_of_a_question_stays_with_the_engine() -> None:
    vectors = _units(np.random.default_rng(11), ROUNDED_FROM, 128)
    one = Search(vectors)
    kept: list[np.ndarray] = []
    exact = one._engine.pack
    one._engine.pack = lambda queries: (kept.append(exact(queries)), kept[0])[1]  # type: ignore[method-assign]
    one.above(vectors[:3], 0.9)
    assert len(kept) == 1
    assert not kept[0].any()

"""One against many: all rows whose cosine with a query is not below a threshold. Exact: the set is that of a full float32 comparison.

A large set is first compared in whole numbers of eight bits, and whatever may reach the threshold once more in float32 (``rounded`` says
why nothing is missed). No copy of a query is left behind.
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from safetyzone.programs.vision.faces import compiled
from safetyzone.programs.vision.faces.memory import Templates
from safetyzone.programs.vision.faces.rounded import Block, Engine, Floats, Questions, engine

ROUNDED_FROM = 4_096
"""Fewer rows than this are compared in float32 at once."""
BLOCK = 16_384
"""Rows that are rounded alike."""
MOST_QUERIES = 32
Pairs = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs that reach the threshold, by query, then row."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    score: Floats


@dataclass
class _Scratch:
    """Room for what one block can give, used again for the next."""

    found: Pairs = field(default_factory=lambda: np.empty((BLOCK * MOST_QUERIES, 2), np.int64))
    scores: Floats = field(default_factory=lambda: np.empty(BLOCK * MOST_QUERIES, np.float32))

    def first(self, many: int) -> tuple[Pairs, Floats]:
        """A copy of what is in it."""
        return self.found[:many].copy(), self.scores[:many].copy()


class Search:
    """Vectors of length one to be searched. For one thread at a time."""

    def __init__(self, vectors: Floats, by: Engine | None = None) -> None:
        """Copies them. Raises ValueError when they are no table of float32, or one is longer than one."""
        if vectors.ndim != 2 or vectors.dtype != np.float32 or not np.isfinite(vectors).all():  # noqa: PLR2004
            raise ValueError("vectors must be rows of finite float32")
        if len(vectors) and np.einsum("ij,ij->i", vectors, vectors).max() > 1.001:  # noqa: PLR2004
            raise ValueError("vectors must be of length one")
        self._templates = Templates(*vectors.shape)
        self.rows = self._templates.rows
        np.copyto(self.rows, vectors)
        self._scratch, self.blocks = _Scratch(), list[Block]()
        if len(vectors) >= ROUNDED_FROM:
            self._engine = by or engine(BLOCK, MOST_QUERIES)
            self.blocks = [Block.of(self.rows[begin : begin + BLOCK], begin, self._engine) for begin in range(0, len(vectors), BLOCK)]

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return "<Search>"

    def forget(self) -> None:
        """Write over all vectors; nothing is found from now on."""
        self._templates.wipe()
        for block in self.blocks:
            block.arranged.fill(0)
        self.blocks, self.rows = [], self.rows[:0]

    def above(self, queries: Floats, threshold: float) -> Matches:
        """All pairs with a cosine of at least ``threshold`` (as float32).

        Raises:
            ValueError: the queries are not float32 of the same width, or the threshold is not above nought.
        """
        if queries.ndim != 2 or queries.dtype != np.float32 or queries.shape[1] != self.rows.shape[1]:  # noqa: PLR2004
            raise ValueError("queries must be rows of float32 as wide as the vectors")
        if not threshold > 0:
            raise ValueError("the threshold must be above nought")
        least, pairs, scores = np.float32(threshold), [np.empty((0, 2), np.int64)], [np.empty(0, np.float32)]
        for begin in range(0, len(queries), MOST_QUERIES):
            batch = queries[begin : begin + MOST_QUERIES]
            for found, score in self._rounded(batch, least) if self.blocks else self._plain(batch, least):
                found[:, 0] += begin
                pairs.append(found)
                scores.append(score)
        all_pairs, all_scores = np.concatenate(pairs), np.concatenate(scores)
        order = np.lexsort((all_pairs[:, 1], all_pairs[:, 0]))
        return Matches(all_pairs[order, 0], all_pairs[order, 1], all_scores[order])

    def _plain(self, queries: Floats, least: np.float32) -> list[tuple[Pairs, Floats]]:
        scratch = self._scratch
        many = compiled.compare_all(self.rows, queries, least, scratch.found, scratch.scores)
        return [scratch.first(many)]

    def _rounded(self, queries: Floats, least: np.float32) -> list[tuple[Pairs, Floats]]:
        """The pass in whole numbers over all blocks, each followed by the check of what it found."""
        scratch, found = self._scratch, []
        asked = Questions.of(queries, self._engine)
        for block in self.blocks:
            limits = asked.limits(block, float(least))
            many = self._engine.reached(block.arranged, asked.packed, limits, scratch.found, rows=block.rows, begin=block.begin)
            if many and (kept := compiled.check(self.rows, queries, least, scratch.found, many, scratch.scores)):
                found.append(scratch.first(kept))
        self._engine.rinse(asked.packed)
        return found

"""One against many: all rows whose cosine with a query is not below a threshold. Exact: the set is that of a full float32 comparison.

A large set is first compared in whole numbers of eight bits, by onnxruntime's own kernels (VNNI, AMX, dot product instructions, whatever
the processor has). With q̂, x̂ the rounded vectors,

    |q·x − q̂·x̂| ≤ |q·(x − x̂)| + |(q − q̂)·x̂| ≤ ‖q‖ ‖x − x̂‖ + ‖q − q̂‖ ‖x̂‖        (Cauchy and Schwarz)

so whatever is at least (threshold − that bound) in whole numbers is compared again in float32, and nothing else can reach the threshold.
Queries are rounded to ±64, so that pairs of products (2 · 255 · 64) fit the 16 bits in which processors without VNNI add them.
"""

from dataclasses import dataclass, field

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from safetyzone.programs.vision.faces import compiled
from safetyzone.programs.vision.faces.memory import Templates
from safetyzone.programs.vision.faces.nets import session_options
from safetyzone.programs.vision.faces.onnx_file import MODEL_GRAPH, MODEL_IR, put, value_info

BLOCK = 4096
"""Rows compared at a time: their products stay in the processor's cache. Fewer rows than this are compared in float32 at once."""
MOST_QUERIES = 32
ZERO, ROW_STEPS, QUERY_STEPS = 128, 127, 64
SLACK = 4e-6
"""For the rounding of float32 sums of up to 4,096 products of unit vectors."""
UINT8, INT8, INT32 = 2, 3, 6
"""Types of TensorProto."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Matches:
    """Pairs that reach the threshold, by query, then row."""

    query: NDArray[np.int64]
    row: NDArray[np.int64]
    score: Floats


@dataclass(frozen=True, slots=True)
class _Block:
    """Rows in whole numbers: x̂ = step · (u − 128)."""

    begin: int
    rounded: NDArray[np.uint8]
    step: float
    error: float
    """The largest ‖x − x̂‖ of its rows."""
    longest: float
    """The largest ‖x̂‖."""


@dataclass
class _Scratch:
    """Room that is used again for every block."""

    products: NDArray[np.int32] = field(default_factory=lambda: np.empty(BLOCK * MOST_QUERIES, np.int32))
    found: NDArray[np.int64] = field(default_factory=lambda: np.empty((BLOCK * MOST_QUERIES, 2), np.int64))
    scores: Floats = field(default_factory=lambda: np.empty(BLOCK * MOST_QUERIES, np.float32))


def product_model() -> bytes:
    """An ONNX model of one MatMulInteger: uint8 rows times int8 queries."""
    node = put(1, "rows") + put(1, "queries") + put(2, "products") + put(4, "MatMulInteger")
    ends = put(11, value_info("rows", UINT8, ("n", "d"))) + put(11, value_info("queries", INT8, ("d", "q")))
    graph = put(1, node) + put(2, "products") + ends + put(12, value_info("products", INT32, ("n", "q")))
    return put(MODEL_IR, 8) + put(MODEL_GRAPH, graph) + put(8, put(1, "") + put(2, 13))


class Search:
    """Vectors of length one to be searched. For one thread at a time."""

    def __init__(self, vectors: Floats) -> None:
        """Copies them. Raises ValueError when they are no table of float32, or one is longer than one."""
        if vectors.ndim != 2 or vectors.dtype != np.float32 or not np.isfinite(vectors).all():  # noqa: PLR2004
            raise ValueError("vectors must be rows of finite float32")
        self._templates = Templates(*vectors.shape)
        self.rows = self._templates.rows
        np.copyto(self.rows, vectors)
        if len(vectors) and np.einsum("ij,ij->i", vectors, vectors).max() > 1.001:  # noqa: PLR2004
            raise ValueError("vectors must be of length one")
        self._scratch = _Scratch()
        self._blocks: list[_Block] = []
        if len(vectors) >= BLOCK:
            self._blocks = [_rounded(self.rows[begin : begin + BLOCK], begin) for begin in range(0, len(vectors), BLOCK)]
            self._session = onnxruntime.InferenceSession(product_model(), session_options(), providers=["CPUExecutionProvider"])

    def __len__(self) -> int:
        return len(self.rows)

    def __repr__(self) -> str:
        return "<Search>"

    def forget(self) -> None:
        """Write over all vectors; nothing is found from now on."""
        self._templates.wipe()
        for block in self._blocks:
            block.rounded.fill(0)
        self._blocks, self.rows = [], self.rows[:0]

    def above(self, queries: Floats, threshold: float) -> Matches:
        """All pairs with a cosine of at least ``threshold`` (as float32). Leaves no copy of a query.

        Raises:
            ValueError: the queries are not float32 of the same width, or the threshold is not above nought.
        """
        if queries.ndim != 2 or queries.dtype != np.float32 or queries.shape[1] != self.rows.shape[1]:  # noqa: PLR2004
            raise ValueError("queries must be rows of float32 as wide as the vectors")
        if not threshold > 0:
            raise ValueError("the threshold must be above nought")
        least = np.float32(threshold)
        batches = range(0, len(queries), MOST_QUERIES)
        parts = [self._batch(queries[begin : begin + MOST_QUERIES], least, begin) for begin in batches]
        if not parts:
            return Matches(np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0, np.float32))
        pairs, scores = np.concatenate([pairs for pairs, _ in parts]), np.concatenate([scores for _, scores in parts])
        order = np.lexsort((pairs[:, 1], pairs[:, 0]))
        return Matches(pairs[order, 0], pairs[order, 1], scores[order])

    def _batch(self, queries: Floats, least: np.float32, begin: int) -> tuple[NDArray[np.int64], Floats]:
        scratch = self._scratch
        found = [self._rounded_pass(queries, least)] if self._blocks else []
        if not self._blocks:
            for start in range(0, len(self.rows), BLOCK):  # fewer than a block: once
                many = compiled.compare_all(self.rows[start : start + BLOCK], queries, least, scratch.found, scratch.scores)
                found.append((scratch.found[:many].copy(), scratch.scores[:many].copy()))
        if not found:
            return np.empty((0, 2), np.int64), np.empty(0, np.float32)
        pairs, scores = found[0]
        pairs[:, 0] += begin
        return pairs, scores

    def _rounded_pass(self, queries: Floats, least: np.float32) -> tuple[NDArray[np.int64], Floats]:
        """The pass in whole numbers over all blocks, each followed by the check of what it found."""
        scratch, wide = self._scratch, np.zeros((queries.shape[1], len(queries)), np.int8)
        length, steps, errors = _round_queries(queries, wide)
        offset = ZERO * wide.sum(axis=0, dtype=np.int64)
        pairs, scores = [], []
        for block in self._blocks:
            bound = length * block.error + errors * block.longest + SLACK
            limit = np.floor((float(least) - bound) / (steps * block.step)) + offset
            products = self._products(block.rounded, wide)
            limits = np.clip(limit, -(2**31), 2**31 - 1).astype(np.int32)
            many = compiled.at_least(products, limits, block.begin, scratch.found)
            many = compiled.check(self.rows, queries, least, scratch.found, many, scratch.scores)
            if many:
                pairs.append(scratch.found[:many].copy())
                scores.append(scratch.scores[:many].copy())
        wide.fill(0)
        self._products(self._blocks[0].rounded, wide)  # onnxruntime's own rearranged copy of the queries is written over, too
        if not pairs:
            return np.empty((0, 2), np.int64), np.empty(0, np.float32)
        return np.concatenate(pairs), np.concatenate(scores)

    def _products(self, rounded: NDArray[np.uint8], wide: NDArray[np.int8]) -> NDArray[np.int32]:
        shape = (len(rounded), wide.shape[1])
        products = self._scratch.products[: shape[0] * shape[1]].reshape(shape)
        binding = self._session.io_binding()
        binding.bind_input("rows", "cpu", 0, np.uint8, rounded.shape, rounded.ctypes.data)
        binding.bind_input("queries", "cpu", 0, np.int8, wide.shape, wide.ctypes.data)
        binding.bind_output("products", "cpu", 0, np.int32, shape, products.ctypes.data)
        self._session.run_with_iobinding(binding)
        return products


def _rounded(rows: Floats, begin: int) -> _Block:
    step = max(float(np.abs(rows).max()), 1e-12) / ROW_STEPS
    whole = np.rint(rows / np.float32(step))
    np.clip(whole, -ROW_STEPS, ROW_STEPS, out=whole)
    back = whole.astype(np.float64) * step
    error = float(np.linalg.norm(rows - back, axis=1).max())
    return _Block(begin, (whole + ZERO).astype(np.uint8), step, error, float(np.linalg.norm(back, axis=1).max()))


def _round_queries(queries: Floats, into: NDArray[np.int8]) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Lengths, steps and rounding errors ‖q − q̂‖ of the queries, whose whole numbers go ``into``. One value at a time: no copies."""
    length, step, error = (np.zeros(len(queries)) for _ in range(3))
    compiled.round_queries(queries, QUERY_STEPS, into, length, step, error)
    return length, step, error

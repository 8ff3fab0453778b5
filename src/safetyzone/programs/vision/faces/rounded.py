"""Vectors rounded to eight bits, and how far that can put a cosine wrong.

With q̂, x̂ the rounded vectors,

    |q·x − q̂·x̂| ≤ |q·(x − x̂)| + |(q − q̂)·x̂| ≤ ‖q‖ ‖x − x̂‖ + ‖q − q̂‖ ‖x̂‖        (Cauchy and Schwarz)

so whatever is at least (threshold − that bound) in whole numbers is compared again in float32, and nothing else can reach the threshold.
Queries are rounded to ±64, so that pairs of products (2 · 255 · 64) fit the 16 bits in which some processors add them.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from safetyzone.programs.vision.faces import compiled, vnni
from safetyzone.programs.vision.faces.nets import session_options
from safetyzone.programs.vision.faces.onnx_file import MODEL_GRAPH, MODEL_IR, put, value_info

ZERO, ROW_STEPS, QUERY_STEPS = 128, 127, 64
SLACK = 4e-6
"""For the rounding of float32 sums of up to 4,096 products of unit vectors."""
UINT8, INT8, INT32 = 2, 3, 6
"""Types of TensorProto."""

Floats = NDArray[np.float32]
Whole = NDArray[np.uint8]


class Engine(Protocol):
    """Finds products of whole numbers that reach a limit."""

    def arrange(self, whole: Whole, zero: int) -> Whole: ...

    def pack(self, queries: NDArray[np.int8]) -> NDArray[np.int32]: ...

    def reached(
        self, tiles: Whole, packed: NDArray[np.int32], limits: NDArray[np.int32], found: NDArray[np.int64], *, rows: int, begin: int
    ) -> int: ...

    def rinse(self, packed: NDArray[np.int32]) -> None: ...


def engine(block: int, most_queries: int) -> Engine:
    """The best that this processor has."""
    return vnni.Vnni() if vnni.here() else Portable(block, most_queries)


@dataclass(frozen=True, slots=True)
class Block:
    """Some rows in whole numbers: x̂ = step · (u − 128)."""

    begin: int
    rows: int
    arranged: Whole
    step: float
    error: float
    """The largest ‖x − x̂‖ of its rows."""
    longest: float
    """The largest ‖x̂‖."""

    @classmethod
    def of(cls, rows: Floats, begin: int, by: Engine) -> "Block":
        """Round rows to steps of 1/127 of their largest number."""
        step = max(float(np.abs(rows).max()), 1e-12) / ROW_STEPS
        whole = np.rint(rows / np.float32(step))
        np.clip(whole, -ROW_STEPS, ROW_STEPS, out=whole)
        back = whole.astype(np.float64) * step
        error, longest = np.linalg.norm(rows - back, axis=1).max(), np.linalg.norm(back, axis=1).max()
        return cls(begin, len(rows), by.arrange((whole + ZERO).astype(np.uint8), ZERO), step, float(error), float(longest))


@dataclass(frozen=True, slots=True)
class Questions:
    """Queries in whole numbers: q̂ = step · whole. To be rinsed when they are answered."""

    packed: NDArray[np.int32]
    offset: NDArray[np.int64]
    """What the rows' zero of 128 adds to each query's products."""
    length: NDArray[np.float64]
    step: NDArray[np.float64]
    error: NDArray[np.float64]
    """‖q − q̂‖."""

    @classmethod
    def of(cls, queries: Floats, by: Engine) -> "Questions":
        """Round queries, one value at a time: no other copy is made."""
        whole = np.zeros((queries.shape[1], len(queries)), np.int8)
        length, step, error = (np.zeros(len(queries)) for _ in range(3))
        compiled.round_queries(queries, QUERY_STEPS, whole, length, step, error)
        made = cls(by.pack(whole), ZERO * whole.sum(axis=0, dtype=np.int64), length, step, error)
        whole.fill(0)
        return made

    def limits(self, block: Block, least: float) -> NDArray[np.int32]:
        """The whole numbers below which no row of the block can reach ``least``."""
        bound = self.length * block.error + self.error * block.longest + SLACK
        limit = np.floor((least - bound) / (self.step * block.step)) + self.offset
        return np.clip(limit, -(2**31), 2**31 - 1).astype(np.int32)


def product_model() -> bytes:
    """An ONNX model of one MatMulInteger: uint8 rows times int8 queries."""
    node = put(1, "rows") + put(1, "queries") + put(2, "products") + put(4, "MatMulInteger")
    ends = put(11, value_info("rows", UINT8, ("n", "d"))) + put(11, value_info("queries", INT8, ("d", "q")))
    graph = put(1, node) + put(2, "products") + ends + put(12, value_info("products", INT32, ("n", "q")))
    return put(MODEL_IR, 8) + put(MODEL_GRAPH, graph) + put(8, put(1, "") + put(2, 13))


class Portable:
    """By onnxruntime's kernels for whole numbers: whatever the processor has. For one thread at a time."""

    def __init__(self, block: int, most_queries: int) -> None:
        self._products = np.empty(block * most_queries, np.int32)
        self._session = onnxruntime.InferenceSession(product_model(), session_options(), providers=["CPUExecutionProvider"])

    def arrange(self, whole: Whole, zero: int) -> Whole:
        """As it is."""
        del zero
        return whole

    def pack(self, queries: NDArray[np.int8]) -> NDArray[np.int32]:
        """As it is, one value in each int32: what onnxruntime takes is made of it for the moment of the product."""
        return queries.astype(np.int32)

    def reached(
        self, tiles: Whole, packed: NDArray[np.int32], limits: NDArray[np.int32], found: NDArray[np.int64], *, rows: int, begin: int
    ) -> int:
        """Note in ``found`` the pairs that reach their query's limit; returns how many."""
        queries = packed.astype(np.int8)
        products = self._products[: rows * len(limits)].reshape(rows, len(limits))
        binding = self._session.io_binding()
        binding.bind_input("rows", "cpu", 0, np.uint8, tiles.shape, tiles.ctypes.data)
        binding.bind_input("queries", "cpu", 0, np.int8, queries.shape, queries.ctypes.data)
        binding.bind_output("products", "cpu", 0, np.int32, products.shape, products.ctypes.data)
        self._session.run_with_iobinding(binding)
        queries.fill(0)
        return int(compiled.at_least(products, limits, begin, found))

    def rinse(self, packed: NDArray[np.int32]) -> None:
        """Leave nothing of the queries: onnxruntime's own rearranged copy is written over by a question of noughts."""
        packed.fill(0)
        nobody = np.zeros((1, len(packed)), np.uint8)
        limits = np.full(packed.shape[1], 2**31 - 1, np.int32)
        self.reached(nobody, packed, limits, np.empty((1, 2), np.int64), rows=1, begin=0)

"""Products of whole numbers by the instruction VPDPBUSD (AVX-512 VNNI), which no library here offers for a search.

Sixteen rows lie interleaved by four values, so that one instruction adds four products to each of sixteen sums; sums of sixteen queries
stay in registers, and what reaches a query's limit is noted at once: no table of products is ever written. Processors without the
instruction use ``rounded.Portable``.
"""

from collections.abc import Callable
from typing import Any, cast

import numba
import numpy as np
from llvmlite import binding, ir
from numba import types
from numba.extending import intrinsic
from numpy.typing import NDArray

LANES, VALUES, QUERIES = 16, 4, 16
"""Rows of a tile; values of an instruction; queries of which sums are kept in registers."""
ALIGNED = 64
LONG, WHOLE = ir.IntType(64), ir.IntType(32)
VECTOR = ir.VectorType(WHOLE, LANES)
NOTHING = ir.Constant(VECTOR, [0] * LANES)
UNDEFINED = ir.Constant(VECTOR, ir.Undefined)


def here() -> bool:
    """Whether this processor has the instruction."""
    return bool(binding.get_host_cpu_features().get("avx512vnni", False))


def _products_of(count: int) -> Any:
    """A function for compiled loops: sums of one tile with so many queries, written as ``count`` vectors of sixteen int32.

    Its arguments are addresses: of the tile, of the first query's first four values, how many groups of four values there are, how many
    bytes lie between the queries' groups, and of the room for the sums.
    """

    def generate(context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        tile, queries, groups, stride, out = arguments
        add_products = builder.module.declare_intrinsic(
            "llvm.x86.avx512.vpdpbusd.512", (), ir.FunctionType(VECTOR, [VECTOR, VECTOR, VECTOR])
        )
        before, loop, done = builder.block, builder.append_basic_block("groups"), builder.append_basic_block("done")
        builder.branch(loop)
        builder.position_at_end(loop)
        group, sums = builder.phi(LONG), [builder.phi(VECTOR) for _ in range(count)]
        group.add_incoming(LONG(0), before)
        rows = builder.load(builder.inttoptr(builder.add(tile, builder.mul(group, LONG(ALIGNED))), VECTOR.as_pointer()), align=ALIGNED)
        asked = builder.add(queries, builder.mul(group, stride))
        following = builder.add(group, LONG(1))
        for number, before_sum in enumerate(sums):
            four = builder.load(builder.inttoptr(builder.add(asked, LONG(4 * number)), WHOLE.as_pointer()), align=4)
            everywhere = builder.shuffle_vector(builder.insert_element(UNDEFINED, four, WHOLE(0)), UNDEFINED, NOTHING)
            before_sum.add_incoming(NOTHING, before)
            before_sum.add_incoming(builder.call(add_products, [before_sum, rows, everywhere]), loop)
        group.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, groups), loop, done)
        builder.position_at_end(done)
        for number, total in enumerate(sums):
            builder.store(
                total.incomings[1][0], builder.inttoptr(builder.add(out, LONG(4 * LANES * number)), VECTOR.as_pointer()), align=ALIGNED
            )
        return context.get_dummy_value()

    def typed(_: Any, tile: Any, queries: Any, groups: Any, stride: Any, out: Any) -> Any:
        del tile, queries, groups, stride, out
        return types.void(*[types.int64] * 5), generate

    return intrinsic(typed)


_sixteen, _one = _products_of(QUERIES), _products_of(1)


def _reached(tiles: Any, rows: Any, queries: Any, limits: Any, begin: Any, sums: Any, found: Any) -> Any:  # noqa: PLR0917
    """Pairs (query, row) whose sum reaches its limit; ``queries`` is (groups, count) of four packed values, count 1 or a multiple of 16."""
    many = 0
    groups, count = queries.shape
    tile_bytes = tiles.shape[1] * LANES * VALUES
    asked, room = queries.ctypes.data, sums.ctypes.data
    for tile in range(tiles.shape[0]):
        at = tiles.ctypes.data + tile * tile_bytes
        if count == 1:
            _one(at, asked, groups, 4, room)
        else:
            for first in range(0, count, QUERIES):
                _sixteen(at, asked + 4 * first, groups, 4 * count, room + 4 * LANES * first)
        last = min(rows - tile * LANES, LANES)
        for query in range(limits.size):
            any_reached = False
            for lane in range(LANES):
                any_reached |= sums[query, lane] >= limits[query]
            if any_reached:
                for lane in range(last):
                    if sums[query, lane] >= limits[query]:
                        found[many, 0], found[many, 1] = query, begin + tile * LANES + lane
                        many += 1
    return many


_compiled = cast(Callable[..., int], numba.njit(_reached, cache=True, nogil=True, boundscheck=False)) if here() else None


def aligned_room(shape: tuple[int, ...], kind: type[np.generic]) -> NDArray[Any]:
    """Zeros whose address is a multiple of 64, as the vectors need."""
    size = int(np.prod(shape)) * np.dtype(kind).itemsize
    raw = np.zeros(size + ALIGNED, np.uint8)
    start = -raw.ctypes.data % ALIGNED
    return raw[start : start + size].view(kind).reshape(shape)


class Vnni:
    """The pass in whole numbers, for one thread at a time."""

    def __init__(self, most_queries: int) -> None:
        self._sums = aligned_room((most_queries, LANES), np.int32)

    def arrange(self, whole: NDArray[np.uint8], zero: int) -> NDArray[np.uint8]:
        """Rows of whole numbers as tiles: (tiles, groups, 16 rows, 4 values), filled up with ``zero``."""
        count, values = whole.shape
        padded = np.full((-(-count // LANES) * LANES, -(-values // VALUES) * VALUES), zero, np.uint8)
        padded[:count, :values] = whole
        tiles = aligned_room((len(padded) // LANES, padded.shape[1] // VALUES, LANES, VALUES), np.uint8)
        tiles[:] = padded.reshape(len(tiles), LANES, -1, VALUES).transpose(0, 2, 1, 3)
        return tiles

    def pack(self, queries: NDArray[np.int8]) -> NDArray[np.int32]:
        """Columns of whole numbers as (groups, count), four values in each int32."""
        values, count = queries.shape
        room = np.zeros((-(-values // VALUES), 1 if count == 1 else -(-count // QUERIES) * QUERIES, VALUES), np.int8)
        for value in range(values):  # a copy less than by reshaping
            room[value // VALUES, :count, value % VALUES] = queries[value]
        return room.view(np.int32)[:, :, 0]

    def reached(
        self,
        tiles: NDArray[np.uint8],
        packed: NDArray[np.int32],
        limits: NDArray[np.int32],
        found: NDArray[np.int64],
        *,
        rows: int,
        begin: int,
    ) -> int:
        """Note in ``found`` the pairs that reach their query's limit; returns how many."""
        assert _compiled is not None  # noqa: S101 - whoever has no such processor does not come here
        return _compiled(tiles, rows, packed, limits, begin, self._sums, found)

    def rinse(self, packed: NDArray[np.int32]) -> None:
        """Leave nothing of the queries."""
        packed.fill(0)
        self._sums.fill(0)

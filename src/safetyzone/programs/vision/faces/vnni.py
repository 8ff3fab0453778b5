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

    It takes the addresses of the tile, of the first query's first four values, of the queries' limits and of the room for the sums, how
    many groups of four values there are, and how many bytes lie between the queries' groups. Not nought: some sum reaches its limit.
    """

    def everywhere(builder: Any, address: Any) -> Any:
        whole = builder.load(builder.inttoptr(address, WHOLE.as_pointer()), align=4)
        return builder.shuffle_vector(builder.insert_element(UNDEFINED, whole, WHOLE(0)), UNDEFINED, NOTHING)

    def generate(_context: Any, builder: Any, _: Any, arguments: Any) -> Any:
        tile, queries, limits, out, groups, stride = arguments
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
            four = everywhere(builder, builder.add(asked, LONG(4 * number)))
            before_sum.add_incoming(NOTHING, before)
            before_sum.add_incoming(builder.call(add_products, [before_sum, rows, four]), loop)
        group.add_incoming(following, loop)
        builder.cbranch(builder.icmp_signed("<", following, groups), loop, done)
        builder.position_at_end(done)
        reached = ir.Constant(ir.VectorType(ir.IntType(1), LANES), [0] * LANES)
        for number, total in enumerate(one.incomings[1][0] for one in sums):
            builder.store(total, builder.inttoptr(builder.add(out, LONG(ALIGNED * number)), VECTOR.as_pointer()), align=ALIGNED)
            limit = everywhere(builder, builder.add(limits, LONG(4 * number)))
            reached = builder.or_(reached, builder.icmp_signed(">=", total, limit))
        return builder.zext(builder.bitcast(reached, ir.IntType(LANES)), LONG)

    def typed(_: Any, tile: Any, queries: Any, limits: Any, out: Any, groups: Any, stride: Any) -> Any:  # noqa: PLR0917 - as LLVM takes them
        del tile, queries, limits, out, groups, stride
        return types.int64(*[types.int64] * 6), generate

    return intrinsic(typed)


_sixteen, _one = _products_of(QUERIES), _products_of(1)


def _reached(tiles: Any, rows: Any, queries: Any, limits: Any, begin: Any, sums: Any, found: Any) -> Any:  # noqa: PLR0917
    """Pairs (query, row) whose sum reaches its limit; ``queries`` is (groups, count) of four packed values, count 1 or a multiple of 16."""
    many = 0
    groups, count = queries.shape
    tile_bytes = tiles.shape[1] * LANES * VALUES
    asked, at_least, room = queries.ctypes.data, limits.ctypes.data, sums.ctypes.data
    for tile in range(tiles.shape[0]):
        at = tiles.ctypes.data + tile * tile_bytes
        last = min(rows - tile * LANES, LANES)
        for first in range(0, count, QUERIES):
            if count == 1:
                reached = _one(at, asked, at_least, room, groups, 4)
            else:
                reached = _sixteen(at, asked + 4 * first, at_least + 4 * first, room, groups, 4 * count)
            if reached:
                for query in range(first, min(first + QUERIES, count)):
                    for lane in range(last):
                        if sums[query - first, lane] >= limits[query]:
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

    def __init__(self) -> None:
        self._sums = aligned_room((QUERIES, LANES), np.int32)

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
        nobody = np.full(packed.shape[1], np.iinfo(np.int32).max, np.int32)  # a query that fills up to sixteen finds nothing
        nobody[: len(limits)] = limits
        return _compiled(tiles, rows, packed, nobody, begin, self._sums, found)

    def rinse(self, packed: NDArray[np.int32]) -> None:
        """Leave nothing of the queries."""
        packed.fill(0)
        self._sums.fill(0)

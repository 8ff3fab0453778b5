"""Inner loops of comparing, compiled by numba and cached on disk. Nothing here checks its arguments: ``search`` does.

They take no copy of a template: what BLAS and fancy indexing would leave in freed memory is never made.
"""

from collections.abc import Callable
from typing import Any, cast

import numba

Loop = Callable[..., Any]


def _loop(loop: Callable[..., Any]) -> Loop:
    return cast(Loop, numba.njit(loop, cache=True, nogil=True, boundscheck=False, fastmath=True))


@_loop
def dot(left: Any, right: Any) -> Any:
    """Sum of products in float32."""
    total = left[0] * 0
    for n in range(left.size):
        total += left[n] * right[n]
    return total


@_loop
def compare_all(rows: Any, queries: Any, threshold: Any, found: Any, scores: Any) -> Any:
    """Every pair not below the threshold, as (query, row) into ``found`` while there is room; returns how many there are."""
    many = 0
    for row in range(rows.shape[0]):
        for query in range(queries.shape[0]):
            score = dot(rows[row], queries[query])
            if score >= threshold:
                if many < found.shape[0]:
                    found[many, 0], found[many, 1], scores[many] = query, row, score
                many += 1
    return many


@_loop
def at_least(products: Any, least: Any, begin: Any, found: Any) -> Any:
    """Pairs whose product in whole numbers reaches its query's ``least``; ``found`` has room for all. Returns how many."""
    many = 0
    for row in range(products.shape[0]):
        reached = 0
        for query in range(products.shape[1]):
            reached |= products[row, query] >= least[query]
        if reached:
            for query in range(products.shape[1]):
                if products[row, query] >= least[query]:
                    found[many, 0], found[many, 1] = query, begin + row
                    many += 1
    return many


@_loop
def check(rows: Any, queries: Any, threshold: Any, found: Any, many: Any, scores: Any) -> Any:  # noqa: PLR0917 - loops take arrays one by one
    """Keep of the first ``many`` pairs those that are not below the threshold in float32; returns how many."""
    kept = 0
    for n in range(many):
        query, row = found[n, 0], found[n, 1]
        score = dot(rows[row], queries[query])
        if score >= threshold:
            found[kept, 0], found[kept, 1], scores[kept] = query, row, score
            kept += 1
    return kept


@_loop
def round_queries(queries: Any, steps: Any, into: Any, length: Any, step: Any, error: Any) -> None:  # noqa: PLR0917
    """Whole numbers of each query as a column, with its length, step and rounding error in float64."""
    for query in range(queries.shape[0]):
        largest = 1e-12
        for n in range(queries.shape[1]):
            largest = max(largest, abs(float(queries[query, n])))
        step[query] = largest / steps
        for n in range(queries.shape[1]):
            value = float(queries[query, n])
            whole = round(value / step[query])
            into[n, query] = whole
            length[query] += value * value
            error[query] += (value - whole * step[query]) ** 2
        length[query], error[query] = length[query] ** 0.5, error[query] ** 0.5

"""How the inner loops are compiled, and the kinds of array they pass around."""

from collections.abc import Callable
from typing import Any, TypeAlias, TypeVar, cast

import numba
import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.int64]
Bytes: TypeAlias = NDArray[np.uint8]
Bools: TypeAlias = NDArray[np.bool_]

Loop = TypeVar("Loop", bound=Callable[..., Any])


def compiled(loop: Loop) -> Loop:
    """Compiled by its first caller, kept on disk, and run without Python's lock. No fast-math: a wall must not leak by rounding."""
    return cast(Loop, numba.njit(loop, cache=True, nogil=True, boundscheck=False))


def inlined(loop: Loop) -> Loop:
    """The same, for a few lines called millions of times from another loop of the same file."""
    return cast(Loop, numba.njit(loop, cache=True, nogil=True, boundscheck=False, inline="always"))

"""How the inner loops are compiled, and the kinds of array they pass around."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
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


def forget(*, all_of_them: bool = True) -> None:
    """Throw away what is compiled beside the source; with ``all_of_them=False`` only if a source
    with a loop in it has changed since the last time.

    numba sees that a loop changed, but not that a loop in another file which it calls did: old and new would run together.
    """
    here = Path(__file__).parent
    loops = sorted(file for file in here.glob("*.py") if "@compiled\n" in file.read_text(encoding="utf-8"))
    sources = repr([(file.name, file.stat().st_mtime_ns, file.stat().st_size) for file in loops])
    known = here / "__pycache__" / "loops.txt"
    with suppress(OSError):  # a folder that cannot be written is one that nobody changes
        if all_of_them or not known.exists() or known.read_text() != sources:
            for file in known.parent.glob("*.nb[ic]"):
                file.unlink(missing_ok=True)
            known.parent.mkdir(exist_ok=True)
            known.write_text(sources)


forget(all_of_them=False)

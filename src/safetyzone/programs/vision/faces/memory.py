"""Memory for templates: not swapped where the system lets us, in no core dump, not inherited, and written over when it is let go."""

import ctypes
import mmap
import resource
import sys
from pathlib import Path
from typing import Any, NoReturn, Self

import numpy as np
from numpy.typing import NDArray

MADV_DONTFORK, MADV_DONTDUMP = 10, 16
PR_SET_DUMPABLE = 4


class Unshareable(TypeError):
    """Templates are not copied, pickled or printed."""


class Templates:
    """Room for templates, one in a row of float32. Nothing can be made of it but what is done with ``rows``."""

    __slots__ = ("_map", "locked", "rows")

    def __init__(self, count: int, values: int) -> None:
        """Raises OSError when there is no memory."""
        self._map = mmap.mmap(-1, max(count * values * 4, mmap.PAGESIZE), flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.rows: NDArray[np.float32] = np.frombuffer(self._map, np.float32, count * values).reshape(count, values)
        self.locked = _guard(self._map)
        """Whether it stays out of swap (mlock)."""

    def wipe(self) -> None:
        """Write zeros over all of it."""
        self.rows.fill(0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.wipe()

    def __del__(self) -> None:
        if hasattr(self, "rows"):
            self.wipe()

    def __repr__(self) -> str:
        return "<Templates>"

    def __reduce_ex__(self, _: object) -> NoReturn:  # asked by pickle, copy and deepcopy
        raise Unshareable("templates are not copied or pickled")

    def __reduce__(self) -> NoReturn:
        raise Unshareable("templates are not copied or pickled")

    def __array__(self, *_: Any, **__: Any) -> NoReturn:
        raise Unshareable("templates are not copied")


def _libc() -> Any:
    return ctypes.CDLL(None, use_errno=True) if sys.platform.startswith("linux") else None


def _guard(room: mmap.mmap) -> bool:
    """Out of core dumps, out of children, out of swap; returns whether the last one was granted (it is limited by RLIMIT_MEMLOCK)."""
    libc = _libc()
    if libc is None:
        return False
    for advice in (MADV_DONTDUMP, MADV_DONTFORK):
        room.madvise(advice)
    start = ctypes.addressof(ctypes.c_char.from_buffer(room))
    return bool(libc.mlock(ctypes.c_void_p(start), ctypes.c_size_t(len(room))) == 0)


def no_core_dumps() -> None:
    """This process leaves no core dump, and its memory is readable by root alone. For the start of a program that compares faces."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if (libc := _libc()) is not None:
        libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0)


def swap_in_use(swaps: Path = Path("/proc/swaps")) -> bool:
    """Whether the machine swaps to a disk: then faces should be compared only where ``Templates.locked`` is true, or swap is encrypted."""
    try:
        lines = swaps.read_text().splitlines()[1:]
    except OSError:
        return False
    return any(line.strip() and not line.startswith("/dev/zram") for line in lines)

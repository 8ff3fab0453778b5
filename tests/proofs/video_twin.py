"""Broken twins of the video program: ``python -m tests.proofs.video_twin NAME``. Each loses recordings, and the proof must notice."""

import sys
from pathlib import Path
from typing import Any

from safetyzone.kernel.settings import settings
from safetyzone.programs.video import nursery, puller, store


def forgets_the_open_segment() -> None:
    """What was open when it was killed is thrown away at the next start."""

    def recover(root: Path, camera: str) -> int:
        for part in (root / camera).glob("*/*.part"):
            part.unlink()
        return 0

    store.recover = recover


def writes_by_the_megabyte() -> None:
    """A recording waits in memory until it is worth a journey to the disk."""
    put, waiting = store.Segments._put, dict[int, bytearray]()

    def late(self: Any, data: bytes) -> None:
        held = waiting.setdefault(id(self), bytearray())
        held += data
        if len(held) > 1 << 20:
            put(self, bytes(held))
            held.clear()

    store.Segments._put = late  # type: ignore[method-assign]


def main() -> None:
    """Be the program, or, with more words, its nursery."""
    twin = sys.argv[1]
    globals()[twin]()
    if len(sys.argv) > 2:
        sys.argv = [sys.argv[0], *sys.argv[2:]]
        puller.main()
        return
    nursery.COMMAND[:] = [sys.executable, "-m", "tests.proofs.video_twin", twin]
    from safetyzone.programs.video import main as program

    program.main(nursery.Nursery(str(settings().state.resolve() / store.FOLDER)))


if __name__ == "__main__":
    main()

"""How often a picture in which something moves is shown to the plate nets: always while it may tell something, else seldom.

A walker, a tree or a car whose plate was told moves on for seconds, and each further look finds what the last one found. So after three
looks in a row that brought nothing new, the next one waits until what moves has left the parts that were searched (they reach round it
by a margin, so this is a matter of speed: what drives by is looked at as often as ever), or until ``SELDOM_MS`` have passed.
"""

from collections.abc import Sequence

Box = tuple[int, int, int, int]
"""Left, top, width and height in pixels."""

IN_VAIN = 3
"""So many looks may bring nothing before the pace is slower: one picture may be blurred, three in a row are not."""
SELDOM_MS = 500
"""Less than what a followed plate may be out of sight (``passages.GONE_MS``)."""


class Pace:
    """One camera's."""

    def __init__(self) -> None:
        self._vain, self._looked_ms = 0, 0
        self._searched: tuple[Box, ...] = ()

    def due(self, moved: Sequence[Box], at_ms: int) -> bool:
        """Whether a picture of that moment, in which that moved, is worth a look. Pure."""
        if self._vain < IN_VAIN or not 0 <= at_ms - self._looked_ms < SELDOM_MS:
            return True
        return not all(any(_within(box, part) for part in self._searched) for box in moved)

    def looked(self, searched: Sequence[Box], at_ms: int, *, new: bool) -> None:
        """That was searched; ``new``: it showed a plate that was not told yet."""
        self._vain = 0 if new else self._vain + 1
        self._searched, self._looked_ms = tuple(searched), at_ms


def _within(box: Box, part: Box) -> bool:
    return part[0] <= box[0] and part[1] <= box[1] and box[0] + box[2] <= part[0] + part[2] and box[1] + box[3] <= part[1] + part[3]

"""When this happened, do that: the whole system on one page. Listeners run now, in the transaction that told the news."""

from safetyzone.kernel.happenings import Happening, Listener, listen

WHEN: dict[type[Happening], tuple[Listener, ...]] = {}


def begin() -> None:
    """Connect the rooms. Called once by every program at its start."""
    listen(WHEN)

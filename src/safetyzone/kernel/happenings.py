"""News: a frozen, past-tense fact, told inside the transaction that made it true. ``story.py`` says who listens."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Happening:
    """Something that has become true. Subclasses are named in the past tense."""


Listener = Callable[..., None]
_listeners: dict[type[Happening], tuple[Listener, ...]] = {}


def listen(what_happens_then: dict[type[Happening], tuple[Listener, ...]]) -> None:
    """Set, once and at start, who listens to what. Called by ``story.py`` and by nobody else."""
    _listeners.clear()
    _listeners.update(what_happens_then)


def tell(happening: Happening) -> None:
    """Tell every listener, in order, in the caller's own transaction: a listener that fails undoes the deed."""
    for listener in _listeners.get(type(happening), ()):
        listener(happening)

"""Who may look back. Pure: a predicate for the button, a guard of the same name for the hand."""

from safetyzone.ground.officers.access import Who, may, must, stations_where

WATCH = "watch_recorded"


def may_watch(who: Who, *, station: str) -> bool:
    """See recordings of this station's cameras, as far as their owners share them."""
    return may(who, WATCH, station=station)


def must_watch(who: Who, *, station: str) -> None:
    """The guard of ``may_watch``."""
    must(who, WATCH, station=station)


def stations_of(who: Who) -> list[str]:
    """The stations whose recordings this person may see, in alphabetical order."""
    return sorted(stations_where(who, WATCH))

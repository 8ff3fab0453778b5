"""Who may do what in the command room. Pure: a predicate for the button, a guard of the same name for the hand."""

from safetyzone.ground.officers.access import Who, may, must


def may_see(who: Who, *, station: str) -> bool:
    """See the room of this station: queue, map, units, shift."""
    return may(who, "see_room", station=station)


def must_see(who: Who, *, station: str) -> None:
    must(who, "see_room", station=station)


def may_answer(who: Who, *, station: str) -> bool:
    """Answer and take calls."""
    return may(who, "answer", station=station)


def must_answer(who: Who, *, station: str) -> None:
    must(who, "answer", station=station)


def may_command(who: Who, *, station: str) -> bool:
    """Hold the shift: sign on, hand over, take a call from another's hand with a reason."""
    return may(who, "shift", station=station)


def may_watch(who: Who, *, station: str) -> bool:
    """See live pictures: each camera is asked for by itself, with a ticket."""
    return may(who, "watch_live", station=station)


def must_watch(who: Who, *, station: str) -> None:
    must(who, "watch_live", station=station)


def may_share_wall(who: Who, *, station: str) -> bool:
    """Save a view of the wall for everybody: who commands the shift, and may see what he lays out."""
    return may_watch(who, station=station) and may_command(who, station=station)


def must_share_wall(who: Who, *, station: str) -> None:
    must_watch(who, station=station)
    must_command(who, station=station)


def may_look_back(who: Who, *, station: str) -> bool:
    """See recordings: the pages of review and playback guard themselves."""
    return may(who, "watch_recorded", station=station)


def must_command(who: Who, *, station: str) -> None:
    must(who, "shift", station=station)


def may_test_poles(who: Who, *, station: str) -> bool:
    """Ask a pole to test itself now."""
    return may(who, "manage_devices", station=station)


def must_test_poles(who: Who, *, station: str) -> None:
    must(who, "manage_devices", station=station)


def rooms_of(who: Who) -> list[str]:
    """The stations whose room this person may see, in alphabetical order."""
    return sorted({station for station, permission in who.grants if permission == "see_room"})

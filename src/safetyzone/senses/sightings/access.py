"""Who may search the record, approve a wide search, and have a history kept. Pure."""

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotFound, NotYours

SEARCH = "search_sightings"
ASK_HISTORY, APPROVE_HISTORY, APPROVE_SEARCH = "make_lists", "approve_lists", "approve_lists"
ALL = (SEARCH, ASK_HISTORY, APPROVE_HISTORY)


def must(who: Who | None, permission: str, *, station: str) -> None:
    """For deeds.

    Raises:
        NotFound: the person has nothing to do with sightings here. NotYours: she has, and may not do this.
    """
    if may(who, permission, station=station):
        return
    if any(may(who, one, station=station) for one in ALL):
        raise NotYours
    raise NotFound

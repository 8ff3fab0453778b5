"""Who may make lists, approve them, compare pictures, look at accuracy, and stop it all. Pure."""

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotFound, NotYours

MAKE, APPROVE, JUDGE, CHECK, STOP = "make_lists", "approve_lists", "judge_hits", "check_accuracy", "stop_matching"
ALL = (MAKE, APPROVE, JUDGE, CHECK, STOP)
READ_DELETIONS = "read_audit"
"""What was deleted is a reading of the audit log."""


def may_see_lists(who: Who | None, *, station: str) -> bool:
    """True for those who make or approve lists; who compares pictures does not read whole lists."""
    return may(who, MAKE, station=station) or may(who, APPROVE, station=station)


def must_see_lists(who: Who | None, *, station: str) -> None:
    """The guard of ``may_see_lists``.

    Raises:
        NotFound: a person who may not see lists is not told whether there are any.
    """
    if not may_see_lists(who, station=station):
        raise NotFound


def may_see_hits(who: Who | None, *, station: str) -> bool:
    """True for those who compare."""
    return may(who, JUDGE, station=station)


def must_see_hits(who: Who | None, *, station: str) -> None:
    """The guard of ``may_see_hits``. Raises NotFound."""
    if not may_see_hits(who, station=station):
        raise NotFound


def may_see_accuracy(who: Who | None, *, station: str) -> bool:
    """Accuracy is for everybody who makes, approves, judges or checks."""
    return any(may(who, one, station=station) for one in (CHECK, MAKE, APPROVE, JUDGE))


def must_see_accuracy(who: Who | None, *, station: str) -> None:
    """The guard of ``may_see_accuracy``. Raises NotFound."""
    if not may_see_accuracy(who, station=station):
        raise NotFound


def must(who: Who | None, permission: str, *, station: str) -> None:
    """For deeds.

    Raises:
        NotFound: the person has nothing to do with lists here. NotYours: she has, and may not do this.
    """
    if may(who, permission, station=station):
        return
    if any(may(who, one, station=station) for one in ALL):
        raise NotYours
    raise NotFound

"""Who orders work on cameras, and who may say that it is done. Pure."""

from uuid import UUID

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotFound, NotYours
from safetyzone.senses.cameras.access import is_owner

ORDER, SEE = "plan_cameras", "see_cameras"


def may_order(who: Who, *, station: str) -> bool:
    """Order work, cancel it."""
    return may(who, ORDER, station=station)


def must_order(who: Who, *, station: str) -> None:
    """The guard of ``may_order``."""
    if not may_order(who, station=station):
        raise NotYours if may_see(who, station=station, given_to=None) else NotFound


def may_see(who: Who, *, station: str, given_to: UUID | None) -> bool:
    """The station's people see its work, an owner what was given to him."""
    return may(who, SEE, station=station) or may(who, ORDER, station=station) or (given_to is not None and is_owner(who, given_to))


def must_see(who: Who, *, station: str, given_to: UUID | None) -> None:
    """Raises NotFound: whoever may not see a piece of work is not told that there is one."""
    if not may_see(who, station=station, given_to=given_to):
        raise NotFound


def must_answer(who: Who, *, station: str, given_to: UUID | None) -> None:
    """Say that it is done, or that it will not be: whoever it was given to, or who orders work there."""
    must_see(who, station=station, given_to=given_to)
    if not may_order(who, station=station) and not (given_to is not None and is_owner(who, given_to)):
        raise NotYours

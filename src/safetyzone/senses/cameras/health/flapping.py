"""When does a look open a ticket, when does it close one, and when is it only counted? Pure: one camera, one kind of fault."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

LOOKS_BEFORE_A_TICKET = 2
"""A bus, a bird, a lost packet: one bad look is none."""
FOLDED_WITHIN = timedelta(minutes=10)
"""A fault that comes back so soon after its ticket was closed is the same one: counted, and nobody is told again."""


@dataclass(frozen=True, slots=True)
class Course:
    """How one fault of one camera has gone so far. ``bad`` counts bad looks in a row; ``open`` whether there is an open ticket."""

    bad: int = 0
    open: bool = False
    closed_at: datetime | None = None
    folded: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What to do now: ``open``, ``reopen`` (the old ticket, one more folded), ``count``, ``close``, or nothing."""

    deed: str
    course: Course


def look(course: Course, *, bad: bool, at: datetime, needed: int = LOOKS_BEFORE_A_TICKET) -> Step:
    """One more look."""
    if not bad:
        if course.open:
            return Step("close", replace(course, bad=0, open=False, closed_at=at))
        return Step("", replace(course, bad=0))
    counted = replace(course, bad=course.bad + 1)
    if course.open:
        return Step("count", counted)
    if counted.bad < needed:
        return Step("", counted)
    if course.closed_at is not None and at - course.closed_at <= FOLDED_WITHIN:
        return Step("reopen", replace(counted, open=True, folded=course.folded + 1))
    return Step("open", replace(counted, open=True, folded=0))

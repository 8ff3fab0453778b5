"""Who may see the register, who may change it, and what the holder of an owner's link may do. Pure."""

from dataclasses import dataclass
from uuid import UUID

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotFound, NotYours

SEE, MANAGE, SURVEY = "see_cameras", "manage_cameras", "survey_cameras"


@dataclass(frozen=True, slots=True)
class Owner(Who):
    """Whoever holds an owner's link: may do everything with the cameras of this owner and nothing else."""

    owner_id: UUID | None = None
    station: str = ""


def owner(owner_id: UUID, *, station: str, language: str) -> Owner:
    """The holder of a link that was checked. The name in the audit log is the owner's number, never his own name."""
    return Owner(name=f"camera-owner:{owner_id}", language=language, owner_id=owner_id, station=station)


def is_owner(who: Who, owner_id: UUID) -> bool:
    """Whether this is the owner himself, by his link."""
    return isinstance(who, Owner) and who.owner_id is not None and who.owner_id == owner_id


def may_see(who: Who, *, station: str) -> bool:
    """True for those who see the station's cameras; who manages them sees them."""
    return may(who, SEE, station=station) or may(who, MANAGE, station=station)


def must_see(who: Who, *, station: str) -> None:
    """The guard of ``may_see``.

    Raises:
        NotFound: a person who may not see a station's cameras is not told whether there are any.
    """
    if not may_see(who, station=station):
        raise NotFound


def must_change(who: Who, *, station: str, owner_id: UUID) -> None:
    """For changes to a camera that stands in the register.

    Raises:
        NotFound: she may not even see it. NotYours: she sees it and may not change it.
    """
    if is_owner(who, owner_id) or may(who, MANAGE, station=station):
        return
    if may_see(who, station=station):
        raise NotYours
    raise NotFound

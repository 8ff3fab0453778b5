"""Who may give an order to a unit, and who may answer for it. Pure."""

from collections.abc import Collection
from enum import StrEnum

from safetyzone.ground.officers.access import Who, may
from safetyzone.kernel.refusals import NotYours


class Standing(StrEnum):
    """In what right a person acts for a unit; written into the record."""

    CREW = "crew"
    """One of its own officers, on the phone."""
    VOICE = "voice"
    """The desk, for officers who said it on the radio."""


def may_send(who: Who, *, station: str) -> bool:
    """True for whoever gives orders at this station."""
    return may(who, "dispatch", station=station)


def must_send(who: Who, *, station: str) -> None:
    """The guard of ``may_send``.

    Raises:
        NotYours: the person gives no orders here.
    """
    if not may_send(who, station=station):
        raise NotYours("Only those who dispatch at this station may send its units.", "เฉพาะผู้สั่งการของสถานีนี้เท่านั้นที่ส่งสายตรวจได้")


def is_crew(who: Who, *, station: str, crew: Collection[int]) -> bool:
    """True for an officer of the unit's own crew who patrols at this station today."""
    return who.officer_id is not None and who.officer_id in crew and may(who, "patrol", station=station)


def standing(who: Who, *, station: str, crew: Collection[int]) -> Standing | None:
    """In what right ``who`` may act for the unit; None if in none."""
    if is_crew(who, station=station, crew=crew):
        return Standing.CREW
    return Standing.VOICE if may_send(who, station=station) else None


def must_stand(who: Who, *, station: str, crew: Collection[int]) -> Standing:
    """The guard of ``standing``.

    Raises:
        NotYours: neither one of the crew nor the desk.
    """
    right = standing(who, station=station, crew=crew)
    if right is None:
        raise NotYours(
            "Only the unit's own crew, or the desk by voice, may do this for it.",
            "เฉพาะเจ้าหน้าที่ในสายตรวจนี้ หรือศูนย์สั่งการแทนทางวิทยุเท่านั้น",
        )
    return right

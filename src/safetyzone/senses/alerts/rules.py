"""Rules of the one desk: do two alerts speak of one thing, and how urgent is one? Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from safetyzone.kernel.geometry import Point

ONE_THING_WITHIN_M = 80.0
ONE_THING_WITHIN = timedelta(minutes=3)

LIFE, URGENT, ROUTINE, SERVICE, SYSTEM = 1, 2, 3, 4, 5

PRIORITY_OF = {
    "sos_pole": LIFE,
    "sos_phone": LIFE,
    # It may be a real person behind a broken clock or a wrong key: looked at soon, sent to by a human only.
    "sos_technical": URGENT,
    # Confirmed by people before it comes here; soon, and never before a call for help.
    "plate_hit": URGENT,
    "face_hit": URGENT,
    "pole_tamper": ROUTINE,
    "poles_lost": ROUTINE,
    "pole_lost": SERVICE,
    "pole_fault": SERVICE,
}


@dataclass(frozen=True, slots=True)
class Seen:
    """The part of an alert that decides whether it speaks of the same thing as another."""

    where: Point | None
    at: datetime


def urgency(kind: str) -> int:
    """1 life, 2 urgent, 3 routine, 4 service, 5 system: the priority that an alert of this kind asks for."""
    return PRIORITY_OF[kind]


def may_be_one_thing(one: Seen, other: Seen) -> bool:
    """Two people who see the same fight press two buttons: near in place and in time is offered as one, never joined unasked."""
    if one.where is None or other.where is None:
        return False
    return abs(one.at - other.at) <= ONE_THING_WITHIN and one.where.metres_to(other.where) <= ONE_THING_WITHIN_M

"""Where who made a hit will be seen next: the nearest exits with the minutes to each (row B1). That somebody looked is on record first."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from safetyzone.contracts.plates import VehicleClass
from safetyzone.ground.officers.access import Who, may
from safetyzone.senses.cameras import access as cameras
from safetyzone.senses.cameras.rules import What
from safetyzone.senses.cameras.terms_queries import terms
from safetyzone.senses.sightings import access as sightings
from safetyzone.senses.sightings.onward_queries import onward
from safetyzone.senses.watchlists.hit_queries import HitCard
from safetyzone.senses.watchlists.models import Hit
from safetyzone.senses.watchlists.terms import SEARCHED_FOR, Kind
from safetyzone.trust.audit.actions import Act, record

EXITS = 3
SEARCHED_WITHIN = timedelta(hours=24)
"""A search goes back so far on one officer's word; after that a hit is no place to begin from."""


@dataclass(frozen=True, slots=True)
class Exit:
    """A camera on a way out. ``closed_th``, ``closed_en``: why nobody may see it live; empty: one may, at least with an incident near."""

    camera: str
    name_th: str
    name_en: str
    minutes: int
    from_at: datetime
    to_at: datetime
    metres: float
    bearing_deg: float
    by_road: bool
    closed_th: str
    closed_en: str


@dataclass(frozen=True, slots=True)
class Onward:
    """``kind``: how one goes on, one of ``following.KINDS``. No exits: there is no camera within reach."""

    kind: str
    exits: tuple[Exit, ...]


@transaction.atomic
def where_next(card: HitCard, *, by: Who, at: datetime) -> Onward | None:
    """The exits of a hit whose card this person was given; None: she may not know where cameras are, and is told nothing.

    Every tier of sharing lets the police know that a camera is there; what else its owner withholds is said beside it.
    """
    place = card.place
    if place is None or not cameras.may_see(by, station=place.station):
        return None
    kind, hit = _kind(card), card.row
    facts = {"moment": hit.read_at.isoformat(), "kind": kind, "hit": hit.hit_id}
    record(Act(actor=by.name, action="camera.followed", object=f"camera:{hit.camera}", station=place.station, at=at, facts=facts))
    nexts = [one for one in onward(place, hit.read_at, kind) if one.first][:EXITS]
    shared = terms(one.camera for one in nexts)
    exits = []
    for one in nexts:
        # As near as can be: whether an incident is open beside it is not this room's to know; here stands what never opens.
        verdict = shared[one.camera].may_open(What.LIVE, nearest_m=0.0, at=at)
        closed = ("", "") if verdict.yes else (verdict.th, verdict.en)
        exits.append(
            Exit(
                one.camera, one.name_th, one.name_en, max(1, round(one.seconds / 60)), one.from_at, one.to_at, one.metres, one.bearing_deg,
                one.how == "road", *closed,
            )
        )  # fmt: skip
    return Onward(kind, tuple(exits))


def search_purpose(card: HitCard, *, by: Who, at: datetime) -> str:
    """For what this person may search on for the vehicle from here, with the case of its entry; empty: she may not.

    Only a vehicle that somebody confirmed is followed: of any other nobody knows that it is the one of the case.
    """
    hit = card.row
    fresh = hit.kind == Kind.PLATE and hit.state == Hit.State.CONFIRMED and at - hit.read_at < SEARCHED_WITHIN
    return SEARCHED_FOR.get(hit.purpose, "") if fresh and may(by, sightings.SEARCH, station=card.entry.station) else ""


def _kind(card: HitCard) -> str:
    if card.row.kind == Kind.FACE:
        return "foot"
    two_wheels = VehicleClass.MOTORCYCLE in (card.entry.vehicle_class, card.read.get("vehicle"))
    return "motorcycle" if two_wheels else "car"

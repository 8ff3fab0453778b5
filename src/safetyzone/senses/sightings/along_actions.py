"""Who went along with a vehicle, and where somebody will be seen next. Each look is on record before it is answered."""

from datetime import datetime

from django.db import transaction

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.refusals import NotFound
from safetyzone.senses.cameras.place_queries import places_of
from safetyzone.senses.sightings import access, finding, list_queries, search_actions
from safetyzone.senses.sightings.finding import Sighting
from safetyzone.senses.sightings.following import KINDS, Next, Stand
from safetyzone.senses.sightings.onward_queries import onward
from safetyzone.senses.sightings.search_rules import NeedsAnother
from safetyzone.trust.audit.actions import Act, record


@transaction.atomic
def along(search_id: int, text: str, *, by: Who, at: datetime) -> list[finding.Companion]:
    """Vehicles that went along with one that this search found, the most cameras first.

    Raises:
        NotFound: not her search, or it did not find this plate. NeedsAnother. NoOpenCase.
    """
    own = _found(search_id, text, by=by, at=at)
    record(
        Act(
            actor=by.name, action="search.along", object=f"search:{search_id}", station=list_queries.station_of(search_id), at=at,
            facts={"passages": len(own)}, personal={"text": text},
        )
    )  # fmt: skip
    return finding.companions([(one.camera, one.at) for one in own], text, at=at)


def _found(search_id: int, text: str, *, by: Who, at: datetime) -> list[Sighting]:
    answer = search_actions.answer(search_id, by=by, at=at)
    if answer.waits:
        raise NeedsAnother
    own = [one for one in answer.found if one.text == text]
    if not own:
        raise NotFound
    return own


@transaction.atomic
def follow(camera: str, moment: datetime, kind: str, *, by: Who, at: datetime) -> tuple[Stand, list[Next]]:
    """Where who was at this camera at that moment will be seen next; no identity is asked for.

    Raises:
        NotFound: no such camera, or one of a station at which this person may not search.
    """
    place = places_of([camera]).get(camera)
    if place is None or kind not in KINDS:
        raise NotFound
    access.must(by, access.SEARCH, station=place.station)
    here = Stand(place.code, place.name_th, place.name_en, place.where)
    record(
        Act(
            actor=by.name, action="camera.followed", object=f"camera:{camera}", station=place.station, at=at,
            facts={"moment": moment.isoformat(), "kind": kind},
        )
    )  # fmt: skip
    return here, onward(place, moment, kind)

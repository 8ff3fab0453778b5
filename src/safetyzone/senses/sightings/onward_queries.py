"""Where one goes on to from a camera, for the rooms that show it: who may know of the cameras, and that somebody looks, is their part."""

from datetime import datetime

from safetyzone.senses.cameras.place_queries import CameraPlace, places_near
from safetyzone.senses.sightings import ports
from safetyzone.senses.sightings.following import Next, Stand, next_cameras

REACH_M = 3_000
"""Cameras farther than this are not the next ones."""


def onward(place: CameraPlace, moment: datetime, kind: str) -> list[Next]:
    """The station's cameras at which who was at this one at that moment may be seen next, the soonest first; a withdrawn one is not named.

    ``kind``: one of ``following.KINDS``.
    """
    here = Stand(place.code, place.name_th, place.name_en, place.where)
    others = [Stand(one.code, one.name_th, one.name_en, one.where) for one in places_near(place.station, place.where, REACH_M)]
    return next_cameras(here, others, moment, kind, ports.ways)

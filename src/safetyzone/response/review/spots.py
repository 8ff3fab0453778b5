"""Where cameras are to each other and to what happened: the order of the row, and the cameras of an incident."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import Refused
from safetyzone.response.dispatch.streets import station_streets
from safetyzone.response.dispatch.travel import How, Traveller
from safetyzone.response.incidents.queries import IncidentView
from safetyzone.response.incidents.rules import OPEN_FOR_REPEATS
from safetyzone.senses.cameras import queries as cameras
from safetyzone.senses.cameras import seeing_queries
from safetyzone.senses.cameras.queries import CameraView

MOST_OF_AN_INCIDENT = 4
NEAR_M = 150.0
NO_STREET_M = 2_000.0


@dataclass(frozen=True, slots=True)
class Near:
    """How far it is on foot from the main camera; ``seconds`` None: no street is known, and metres are those of the crow."""

    camera: str
    metres: float
    seconds: float | None


def near(main: Point, others: Iterable[tuple[str, Point]]) -> list[Near]:
    """The way on foot from the main camera to each of the others, the nearest first."""
    known = list(others)
    if not known:
        return []
    # People on foot heed no one-way sign: the way there is as long as the way back, and one search answers for all.
    answers = station_streets().times([Traveller(point, "foot") for _, point in known], main)
    found = [
        Near(code, answer.metres, answer.seconds)
        if answer.how is How.ROAD and answer.metres < NO_STREET_M
        else Near(code, main.metres_to(point), None)
        for (code, point), answer in zip(known, answers, strict=True)
    ]
    return sorted(found, key=lambda one: one.metres)


def cameras_of_incident(view: IncidentView, *, all_: Sequence[CameraView], for_: Who) -> list[str]:
    """The cameras that see the spot, the best first; where no ground is known, those that hang nearest."""
    if view.where is None:
        return []
    try:
        # As it was then: whether it was dark is asked of the moment of the press.
        at = view.times["pressed_at"] or view.heard_at
        found = seeing_queries.seeing(
            view.station, view.where, at=at, for_=for_, incident_open=view.status in OPEN_FOR_REPEATS, most=MOST_OF_AN_INCIDENT
        )
    except Refused:
        found = []
    seen = [each.camera for each in found if each.sees][:MOST_OF_AN_INCIDENT]
    return seen or nearest(view.where, all_)


def nearest(point: Point, all_: Sequence[CameraView], most: int = MOST_OF_AN_INCIDENT) -> list[str]:
    """Cameras that hang within a minute's walk, the nearest first."""
    by_metres = sorted((point.metres_to(Point(one.lon, one.lat)), one.code) for one in all_)
    return [code for metres, code in by_metres[:most] if metres <= NEAR_M]


def of_station(station: str, *, for_: Who) -> list[CameraView]:
    """The station's cameras that are shared at all; none for who may not see them."""
    try:
        return [one for one in cameras.cameras(station, for_=for_) if one.withdrawn_at is None]
    except Refused:
        return []

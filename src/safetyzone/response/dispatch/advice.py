"""The rules, fed: units from the tables, road times from the streets of the station."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from safetyzone.kernel.geometry import Point
from safetyzone.response.dispatch import rules
from safetyzone.response.dispatch.lifecycle import ACTIVE, State
from safetyzone.response.dispatch.models import Dispatch, Unit
from safetyzone.response.dispatch.roads import RoadTime
from safetyzone.response.dispatch.streets import station_streets
from safetyzone.response.dispatch.travel import RoadAnswer, Traveller

_road_time: Callable[[], RoadTime] = station_streets


def use_streets(how: Callable[[], RoadTime]) -> Callable[[], RoadTime]:
    """Put another knower of streets in place (Valhalla, a test's straight line) and return the one that was there."""
    global _road_time  # the one seam between the room and the streets
    before, _road_time = _road_time, how
    return before


def advise(station: str, *, to: Point | None, at: datetime, also: str = "") -> list[rules.Advice]:
    """Every unit of the station (and ``also``), ranked with reasons; without a place to go nobody can be ranked."""
    units = list(_units(Q(station=station) | Q(call_sign=also)))
    times = times_of(units, to)
    return rules.rank([_candidate(unit, times.get(unit.call_sign)) for unit in units], at=at)


def _candidate(unit: Unit, way: RoadAnswer | None) -> rules.Candidate:
    return rules.Candidate(
        call_sign=unit.call_sign, duty=unit.duty, has_job=unit.has_job, fixed_at=unit.fixed_at,  # type: ignore[attr-defined]
        seconds=way.seconds if way else None, metres=way.metres if way else None, how=way.how if way else "",
        free_since=unit.free_since, skills=frozenset(unit.skills), silent_at=unit.silent_at,  # type: ignore[attr-defined]
    )  # fmt: skip


def asked_already(incident_id: int) -> frozenset[str]:
    """Who has been asked for this incident, whatever came of it."""
    return frozenset(Dispatch.objects.filter(incident_id=incident_id).values_list("unit_id", flat=True))


def _units(which: Q) -> QuerySet[Unit]:
    """Units with ``has_job`` and ``silent_at`` beside their own fields."""
    jobs = Dispatch.objects.filter(unit=OuterRef("pk"), state__in=ACTIVE)
    return Unit.objects.filter(which).annotate(
        has_job=Exists(jobs), silent_at=Max("dispatches__ended_at", filter=Q(dispatches__state=State.SILENT))
    )


class HasPlace(Protocol):
    """Something that may have a place, as the tables keep it."""

    lon: float | None
    lat: float | None


def place_of(thing: HasPlace) -> Point | None:
    """Where it is, if that is known."""
    return None if thing.lon is None or thing.lat is None else Point(lon=thing.lon, lat=thing.lat)


def times_of(units: list[Unit], to: Point | None) -> dict[str, RoadAnswer]:
    """Road times of the units that have a place; none when nobody knows where to go."""
    placed = [(unit, place) for unit in units if (place := place_of(unit)) is not None]
    if to is None or not placed:
        return {}
    answers = _road_time().times([Traveller(place, unit.kind) for unit, place in placed], to)
    return {unit.call_sign: answer for (unit, _), answer in zip(placed, answers, strict=True)}

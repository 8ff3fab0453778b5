"""The streets of this station as dispatch uses them: read once a process, again when an extract was added or replaced."""

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

import structlog

from safetyzone.ground.streets import network
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import settings
from safetyzone.response.dispatch.roads import RoadTime, StraightLine, StreetRoadTime
from safetyzone.response.dispatch.travel import RoadAnswer, Traveller

log = structlog.get_logger()


def station_streets() -> RoadTime:
    """Road times on the station's extracts, on our own drawing where there are none; a straight line if a file is broken."""
    ours = settings()
    files = network.extracts_of(ours.state, ours.osm_extract)
    return _read(tuple((file, file.stat().st_mtime_ns if file.exists() else 0) for file in files))


def station_ways(starts: Sequence[Point], goal: Point, kind: str) -> list[RoadAnswer]:
    """From these places to that one along the station's streets, for a kind of traveller."""
    return station_streets().times([Traveller(start, kind) for start in starts], goal)


@lru_cache(maxsize=1)
def _read(files: tuple[tuple[Path, int], ...]) -> RoadTime:
    try:
        return StreetRoadTime(network.load([file for file, _ in files]).segments)
    except Refused as no:  # a patrol must be sent even where the map file is broken; the answers say "straight line"
        log.warning("no_streets", code=no.code, why=no.say("en"))
        return StraightLine()

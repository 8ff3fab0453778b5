"""The ground of a station, made once a process from its streets and buildings, and made anew when the map files change."""

import threading
from pathlib import Path

import shapely

from safetyzone.ground.streets.network import NoExtract, extracts_of
from safetyzone.ground.streets.obstacles import obstacles
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras.coverage.ground import Ground

AROUND_M = 300.0
"""How far beyond the zones: a camera there may look in, and a house there may hide it."""
_METRES_A_DEGREE = 111_000.0

Files = tuple[tuple[Path, int], ...]
_made: dict[str, tuple[Files, Ground]] = {}
_making = threading.Lock()


def ground_of(station: str) -> Ground:
    """The ground around all zones of a station.

    Raises:
        NotFound: no such station, or one without a zone.
    """
    borders = [shapely.geometry.shape(zone.border) for zone in zones.zones(station)]
    if not borders:
        raise NotFound("The station {station} has no zone.", "สถานี {station} ยังไม่มีเขตปลอดภัย", station=station)
    extracts = extracts_of(settings().state, settings().osm_extract)
    files = tuple((file, file.stat().st_mtime_ns) for file in extracts if file.exists())
    with _making:
        made = _made.get(station)
        if made is None or made[0] != files:
            box = shapely.union_all(borders).buffer(AROUND_M / _METRES_A_DEGREE).envelope
            made = _made[station] = (files, _ground(extracts, box))
        return made[1]


def _ground(extracts: list[Path], box: shapely.Polygon) -> Ground:
    try:
        found = obstacles(extracts, box)
    except NoExtract:  # a broken file is reported where it was added; our own drawing is better than no page
        found = obstacles([], box)
    centre = box.centroid
    return Ground.from_shapes(
        found.buildings, found.crowns, found.streets, (centre.x, centre.y), walls=found.walls, lit=found.lit
    )

"""The ground of a station, made once a process from its streets and buildings, and made anew when the map files change."""

import hashlib
import threading
from dataclasses import fields
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import shapely

from safetyzone.ground.streets.network import NoExtract, extracts_of
from safetyzone.ground.streets.obstacles import obstacles
from safetyzone.ground.zones import queries as zones
from safetyzone.kernel.refusals import NotFound
from safetyzone.kernel.settings import settings
from safetyzone.senses.cameras.coverage.ground import Ground, Points
from safetyzone.senses.cameras.coverage.scene import Scene

FORM = 2
"""Of the kept file: a new one when what a ground is made of changes."""
AROUND_M = 300.0
"""How far beyond the zones: a camera there may look in, and a house there may hide it."""
_METRES_A_DEGREE = 111_000.0

_made: dict[str, tuple[str, Ground]] = {}
_making = threading.Lock()


def ground_of(station: str) -> Ground:
    """The ground around all zones of a station. Reading a map takes seconds, so what was made of it is kept beside it.

    Raises:
        NotFound: no such station, or one without a zone.
    """
    borders = [shapely.geometry.shape(zone.border) for zone in zones.zones(station)]
    if not borders:
        raise NotFound("The station {station} has no zone.", "สถานี {station} ยังไม่มีเขตปลอดภัย", station=station)
    extracts = extracts_of(settings().state, settings().osm_extract)
    box = shapely.union_all(borders).buffer(AROUND_M / _METRES_A_DEGREE).envelope
    name = _name(extracts, box)
    with _making:
        if station not in _made or _made[station][0] != name:
            file = settings().state / "grounds" / f"{name}.npz"
            ground = _read(file) if file.exists() else None
            if ground is None:
                ground = _ground(extracts, box)
                _keep(ground, file)
            _made[station] = (name, ground)
        return _made[station][1]


def _name(extracts: list[Path], box: shapely.Polygon) -> str:
    """Tells one set of map files, area and form from another."""
    known = [(file.name, file.stat().st_size, file.stat().st_mtime_ns) for file in extracts if file.exists()]
    return hashlib.blake2b(repr((FORM, known, box.wkt)).encode(), digest_size=12).hexdigest()


def _ground(extracts: list[Path], box: shapely.Polygon) -> Ground:
    try:
        found = obstacles(extracts, box)
    except NoExtract:  # a broken file is reported where it was added; our own drawing is better than no page
        found = obstacles([], box)
    centre = box.centroid
    return Ground.from_shapes(
        found.buildings, found.crowns, found.streets, (centre.x, centre.y), walls=found.walls, lit=found.lit
    )


def _keep(ground: Ground, file: Path) -> None:
    """Arrays only: such a file can be read without running anything that is in it."""
    arrays: dict[str, Any] = {"origin": np.array(ground.origin), "names": np.array(ground.names, dtype=np.str_)}
    arrays |= {f"scene_{name}": np.asarray(value) for name, value in ground.scene._asdict().items()}
    arrays |= {f"points_{field.name}": getattr(ground.points, field.name) for field in fields(Points)}
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_suffix(".new")
    with new.open("wb") as whole:
        np.savez(whole, **arrays)
    new.replace(file)


def _read(file: Path) -> Ground | None:
    """The kept ground; None when the file is broken, and then it is made again."""
    try:
        with np.load(file, allow_pickle=False) as kept:
            scene = Scene(**{name: _plain(kept[f"scene_{name}"]) for name in Scene._fields})
            points = Points(**{field.name: kept[f"points_{field.name}"] for field in fields(Points)})
            lon, lat = kept["origin"].tolist()
            return Ground((lon, lat), scene, points, tuple(kept["names"].tolist()))
    except (OSError, ValueError, KeyError, BadZipFile):
        return None


def _plain(kept: Any) -> Any:
    return kept.item() if kept.ndim == 0 else kept

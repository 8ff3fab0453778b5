"""The base map: one PMTiles file, made here by GDAL from extracts and our drawing, named by what it was made of.

One layer, ``base``: ``kind`` (street, building, block, green, water, canal, rail, place), ``class``, ``name_th``, ``name_en``.
"""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyogrio.raw
import shapely

from safetyzone.ground.streets import osm, schematic
from safetyzone.ground.streets.model import Segment, Shape, Source
from safetyzone.ground.streets.network import NoExtract, covered, load, read

EDITION = 1
"""Raised when the same sources make another map, so that old files are not taken for new ones."""
ZOOMS = (11, 15)
"""Beyond 15 the browser magnifies: metres are already exact there."""
LAYER = "base"
FIELDS = ("kind", "class", "name_th", "name_en")
SPARE_BUILDINGS_BELOW = 0.00008
"""Degrees of a diagonal, about 9 m: kiosks and sheds that only make grey noise."""


@dataclass(frozen=True, slots=True)
class BaseMap:
    """A finished base map. ``bounds`` are west, south, east, north."""

    name: str
    credit: str
    schematic: bool
    bounds: tuple[float, float, float, float]

    def file(self, state: Path) -> Path:
        return state / "basemap" / f"{self.name}.pmtiles"


def basemap(state: Path, extracts: Sequence[Path] = ()) -> BaseMap:
    """The base map of these sources, built now if it is not there; two programs at once build it once.

    Raises:
        NoExtract: an extract is missing or broken.
    """
    name = _name_of(extracts)
    about = state / "basemap" / f"{name}.json"
    if not about.exists():
        about.parent.mkdir(parents=True, exist_ok=True)
        with (about.parent / "building.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not about.exists():
                build_basemap(state, extracts)
    said = json.loads(about.read_text())
    return BaseMap(said["name"], said["credit"], said["schematic"], tuple(said["bounds"]))


def build_basemap(state: Path, extracts: Sequence[Path] = ()) -> BaseMap:
    """Build the base map of these sources anew and put it in place, whole or not at all."""
    streets = load(extracts)
    name = _name_of(extracts)
    surveyed = [segment for segment in streets.segments if segment.source is Source.OSM]
    shapes = _shapes(extracts, surveyed)
    bounds = shapely.total_bounds([shapely.LineString(s.nodes) for s in streets.segments]).round(6).tolist()
    made = BaseMap(name, streets.credit, Source.SCHEMATIC in streets.sources, tuple(bounds))
    folder = state / "basemap"
    folder.mkdir(parents=True, exist_ok=True)
    draft = folder / f"draft-{os.getpid()}.pmtiles"
    draft.unlink(missing_ok=True)
    _write(draft, streets.segments, shapes)
    draft.replace(made.file(state))
    about = folder / f"draft-{os.getpid()}.json"
    about.write_text(json.dumps(asdict(made), ensure_ascii=False))
    about.replace(folder / f"{name}.json")
    return made


def add_extract(state: Path, extract: Path) -> Path:
    """Take an extract into the station's own folder, so that its source may go; read first, refused if it is none.

    Raises:
        NoExtract: the file cannot be read.
    """
    if not extract.name.endswith(".osm.pbf") or not read(extract):
        raise NoExtract(file=extract.name)
    kept = state / "streets" / extract.name
    kept.parent.mkdir(parents=True, exist_ok=True)
    draft = kept.with_name(f"{kept.name}.draft")
    shutil.copyfile(extract, draft)
    draft.replace(kept)
    return kept


def _name_of(extracts: Sequence[Path]) -> str:
    """Made of the content of all that goes in."""
    digest = hashlib.blake2b(f"{EDITION} {ZOOMS}".encode(), digest_size=10)
    for source in (schematic.DRAWING, *extracts):
        try:
            written = source.stat()
            digest.update(_digest(source, written.st_mtime_ns, written.st_size))
        except OSError as wrong:
            raise NoExtract(file=source.name) from wrong
    return digest.hexdigest()


@lru_cache(maxsize=32)
def _digest(file: Path, mtime_ns: int, size: int) -> bytes:
    """Of the content; read again only when the file has been written."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "blake2b").digest()


def _shapes(extracts: Sequence[Path], surveyed: list[Segment]) -> list[Shape]:
    """The extracts' shapes, and ours where the extracts have nothing; names of junctions are ours everywhere."""
    known = [shape for extract in extracts for shape in osm.shapes(extract)]
    kept = [shape for shape in known if shape.kind != "building" or _is_worth_showing(shape)]
    if not extracts:
        return list(schematic.shapes())
    area = covered(extracts, surveyed)
    for shape in schematic.shapes():
        left = shape.geometry if shape.kind == "place" else shapely.difference(shape.geometry, area)
        if not shapely.is_empty(left):
            kept.append(Shape(shape.kind, left, shape.name_th, shape.name_en))
    return kept


def _is_worth_showing(building: Shape) -> bool:
    west, south, east, north = shapely.bounds(building.geometry)
    return float(np.hypot(east - west, north - south)) > SPARE_BUILDINGS_BELOW


def _write(target: Path, streets: Iterable[Segment], shapes: Iterable[Shape]) -> None:
    rows = [(shapely.LineString(s.nodes), "street", s.road_class, s.name_th, s.name_en) for s in streets]
    rows += [(shape.geometry, shape.kind, "", shape.name_th, shape.name_en) for shape in shapes]
    geometries, *columns = zip(*rows, strict=True)
    pyogrio.raw.write(
        target,
        shapely.to_wkb(np.array(geometries, dtype=object)),
        [np.array(column, dtype=object) for column in columns],
        list(FIELDS),
        layer=LAYER,
        driver="PMTiles",
        geometry_type="Unknown",
        crs="EPSG:4326",
        dataset_options={"MINZOOM": ZOOMS[0], "MAXZOOM": ZOOMS[1], "MAX_SIZE": 2_000_000, "MAX_FEATURES": 50_000},
    )

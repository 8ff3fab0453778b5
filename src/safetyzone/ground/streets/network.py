"""``load``: the streets of a station, from its extracts and, where they end, from our own drawing."""

from collections.abc import Sequence
from pathlib import Path

import shapely

from safetyzone.ground.streets import osm, schematic
from safetyzone.ground.streets.model import Segment, Source, Streets
from safetyzone.kernel.refusals import Refused


class NoExtract(Refused):
    """A file that should be an OSM extract is missing or is none."""

    code = "no_extract"
    th = "อ่านไฟล์แผนที่ {file} ไม่ได้ ต้องเป็นไฟล์ .osm.pbf"
    en = "The map file {file} cannot be read; it must be an .osm.pbf extract."


def load(extracts: Sequence[Path] = ()) -> Streets:
    """All streets; with no extract, the schematic ones alone.

    Raises:
        NoExtract: a file cannot be read.
    """
    surveyed: list[Segment] = []
    for extract in extracts:
        surveyed += read(extract)
    drawn = schematic.streets_outside(covered(extracts, surveyed), surveyed) if surveyed else list(schematic.streets())
    sources = [Source.OSM] * bool(surveyed) + [Source.SCHEMATIC] * bool(drawn)
    return Streets(segments=(*surveyed, *drawn), sources=tuple(sources))


def read(extract: Path) -> list[Segment]:
    """One extract's streets, or a refusal that names the file (and not the folders above it)."""
    try:
        return list(osm.streets(extract))
    except (RuntimeError, OSError) as wrong:  # what osmium raises for a missing and for a broken file
        raise NoExtract(file=extract.name) from wrong


def covered(extracts: Sequence[Path], surveyed: list[Segment]) -> shapely.Geometry:
    """The area where the extracts are to be believed rather than our drawing."""
    areas = [schematic.covered_by(surveyed, None)]
    areas += [area for extract in extracts if (area := osm.box(extract)) is not None]
    return shapely.union_all(areas)


def extracts_of(state: Path, named: Path | None) -> list[Path]:
    """The extracts of a station: the one that the settings name, and those added on the command line."""
    added = sorted((state / "streets").glob("*.osm.pbf"))
    return [*([named] if named is not None and named not in added else []), *added]

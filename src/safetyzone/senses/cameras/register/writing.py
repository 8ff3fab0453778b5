"""A :class:`Sheet` as bytes of a file: what we export, and somebody's own list given back with the reasons."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import orjson
import pyogrio
import shapely
import xlsxwriter

from safetyzone.senses.cameras.register.cells import Cell, text_of
from safetyzone.senses.cameras.register.entry import COLUMNS, Entry, column_of, heading
from safetyzone.senses.cameras.register.reading import GUARDED, PLACE, WGS84
from safetyzone.senses.cameras.register.sheet import REASON, Format, Sheet

LAYER = "cameras"
_MINUS = re.compile(r"-[0-9]+(\.[0-9]+)?")


def write(sheet: Sheet) -> bytes:
    """The file, in the sheet's own format."""
    return _WRITERS[sheet.format](sheet)


def of_entries(entries: Iterable[Entry], kind: Format) -> Sheet:
    """The register as a sheet: our own template, every column, so that it can be changed and read in again."""
    geographic = kind in {Format.GEOJSON, Format.GPKG}
    headings = [name if geographic else heading(column) for name, column in COLUMNS.items()]
    rows = tuple(tuple(cell_of(getattr(entry, name)) for name in COLUMNS) for entry in entries)
    return Sheet(kind, tuple(headings), rows, tuple(range(2, len(rows) + 2)))


def with_reasons(sheet: Sheet, reasons: dict[int, str], *, only_bad: bool = False) -> Sheet:
    """The same list with one more column that says what is wrong with a row; ``reasons`` is by the row's number."""
    old = [index for index, name in enumerate(sheet.headings) if name == REASON]
    keep = [index for index in range(len(sheet.headings)) if index not in old]
    picked = [
        (number, (*(row[index] for index in keep), reasons.get(number, "")))
        for number, row in zip(sheet.numbers, sheet.rows, strict=True)
        if not only_bad or number in reasons
    ]
    headings = (*(sheet.headings[index] for index in keep), REASON)
    return Sheet(sheet.format, headings, tuple(row for _, row in picked), tuple(number for number, _ in picked), sheet.encoding)


def cell_of(value: Any) -> Cell:
    """A value as it stands in a file: yes and no in words, places as text, dates as ISO 8601."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return "; ".join(f"{lon!r} {lat!r}" for lon, lat in value)
    if isinstance(value, date):
        return value.isoformat()
    return value  # type: ignore[no-any-return]  # text and numbers


def _csv(sheet: Sheet) -> bytes:
    """With the mark of UTF-8, without which Excel takes Thai for something else."""
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow([_guarded(name) for name in sheet.headings])
    writer.writerows([_guarded(cell) for cell in row] for row in sheet.rows)
    return b"\xef\xbb\xbf" + written.getvalue().encode("utf-8")


def _guarded(cell: Cell) -> Cell:
    """Numbers stay numbers; text that a spreadsheet would take for a formula gets an apostrophe."""
    if isinstance(cell, str) and cell and cell[0] in GUARDED and not _MINUS.fullmatch(cell):
        return f"'{cell}"
    return cell


def _xlsx(sheet: Sheet) -> bytes:
    """Text is written as text, so that nothing is ever reckoned; the first row stays in sight."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        page = book.add_worksheet(LAYER)
        bold = book.add_format({"bold": True})
        page.freeze_panes(1, 1)
        page.set_column(0, max(len(sheet.headings) - 1, 0), 16)
        for column, name in enumerate(sheet.headings):
            page.write_string(0, column, name, bold)
        for line, row in enumerate(sheet.rows, start=1):
            for column, cell in enumerate(row):
                if isinstance(cell, int | float) and not isinstance(cell, bool):
                    page.write_number(line, column, cell)
                elif cell not in {None, ""}:
                    page.write_string(line, column, text_of(cell))
    return written.getvalue()


def _split(sheet: Sheet) -> tuple[list[int], int, int]:
    """Columns that are properties, and where the place is."""
    meant = {column_of(name): index for index, name in reversed(list(enumerate(sheet.headings)))}
    lon, lat = (meant.get(name, -1) for name in PLACE)
    return [index for index in range(len(sheet.headings)) if index not in {lon, lat}], lon, lat


def _point(row: Sequence[Cell], lon: int, lat: int) -> tuple[float, float] | None:
    x, y = (row[index] if index >= 0 else None for index in (lon, lat))
    return (float(x), float(y)) if isinstance(x, int | float) and isinstance(y, int | float) else None


def _geojson(sheet: Sheet) -> bytes:
    properties, lon, lat = _split(sheet)
    features = []
    for row in sheet.rows:
        place = _point(row, lon, lat)
        features.append(
            {
                "type": "Feature",
                "geometry": {"type": "Point", "coordinates": place} if place else None,
                "properties": {sheet.headings[index]: row[index] for index in properties},
            }
        )
    return orjson.dumps({"type": "FeatureCollection", "features": features})


def _gpkg(sheet: Sheet) -> bytes:
    """One layer of points in WGS 84."""
    properties, lon, lat = _split(sheet)
    places = [_point(row, lon, lat) for row in sheet.rows]
    shapes = np.array([shapely.Point(place) if place else None for place in places], dtype=object)
    columns = [_column([row[index] for row in sheet.rows]) for index in properties]
    written = io.BytesIO()
    pyogrio.raw.write(
        written, shapely.to_wkb(shapes), columns, [sheet.headings[index] for index in properties],
        layer=LAYER, driver="GPKG", geometry_type="Point", crs=WGS84,
    )  # fmt: skip
    return written.getvalue()


def _column(cells: list[Cell]) -> Any:
    """A column of one kind, as GeoPackage wants it: whole numbers, numbers, or text."""
    filled = [cell for cell in cells if cell is not None]
    if filled and len(filled) == len(cells) and all(isinstance(cell, int | float) and not isinstance(cell, bool) for cell in filled):
        return np.array(cells, dtype=np.int64 if all(isinstance(cell, int) for cell in filled) else np.float64)
    return np.array([None if cell is None else text_of(cell) for cell in cells], dtype=object)


_WRITERS = {Format.CSV: _csv, Format.XLSX: _xlsx, Format.GEOJSON: _geojson, Format.GPKG: _gpkg}

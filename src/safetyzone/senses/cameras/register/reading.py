"""Bytes of somebody's file as a :class:`Sheet`. Whoever sends it may mean harm: sizes are capped before anything is unpacked."""

import csv
import io
import re
import sqlite3
import warnings
import zipfile
import zlib
from typing import Any

import numpy as np
import orjson
import pyogrio
import pyproj
import python_calamine
import shapely

from safetyzone.senses.cameras.register.cells import Cell
from safetyzone.senses.cameras.register.sheet import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, BadFile, Format, Sheet, TooLarge, sheet

MOST_UNPACKED = 200 * 1024 * 1024
MOST_PARTS = 500
MOST_TEXT = 512 * 1024 * 1024
"""Letters that the cells of a workbook could name together: it keeps each text once, and a million cells may all name one."""
_PLACE = re.compile(rb"""\sr\s*=\s*["']([A-Za-z]*)(\d+)["']""")
_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_LAST_ROW, _LETTERS = MOST_ROWS + 1_000, 26
GUARDED = "'=+-@\t\r\n＝＋－＠"
"""A cell that begins so would be reckoned by a spreadsheet; on export an apostrophe goes before it, and on import away again."""
WGS84 = "EPSG:4326"
PLACE = ("lon", "lat")


def read(data: bytes) -> Sheet:
    """The list in a file; what kind of file it is, its first bytes say, not its name.

    Raises:
        BadFile: not a list that we read. TooLarge: more than a register needs.
    """
    if len(data) > MOST_BYTES:
        raise TooLarge
    if data.startswith(b"PK\x03\x04"):
        return _xlsx(data)
    if data.startswith(b"SQLite format 3\x00"):
        return _gpkg(data)
    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _geojson(data)
    return _csv(data)


def _csv(data: bytes) -> Sheet:
    """UTF-8 with or without its mark, UTF-16 as Excel writes it, or the Thai code page of older Windows."""
    text, encoding = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    rows: list[tuple[int, list[Cell]]] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            if number > MOST_ROWS + 1 or len(row) > MOST_COLUMNS:
                raise TooLarge
            rows.append((number, [_unguarded(cell) for cell in row]))
    except csv.Error as wrong:
        raise BadFile from wrong
    if not rows:
        raise BadFile("The file is empty.", "ไฟล์ว่างเปล่า")
    headings = [str(cell) for cell in rows[0][1]]
    return sheet(Format.CSV, headings, rows[1:], encoding=encoding)


def _decoded(data: bytes) -> tuple[str, str]:
    tries: tuple[str, ...]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        tries = ("utf-16",)
    elif data.startswith(b"\xef\xbb\xbf"):
        tries = ("utf-8-sig",)
    else:
        tries = ("utf-8", "cp874")
    for encoding in tries:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise BadFile("The text is neither UTF-8 nor TIS-620.", "ตัวอักษรในไฟล์ไม่ใช่ UTF-8 หรือ TIS-620")


def _unguarded(cell: str) -> str:
    return cell[1:] if len(cell) > 1 and cell[0] == "'" and cell[1] in GUARDED else cell


def _xlsx(data: bytes) -> Sheet:
    """The first sheet of a workbook. Unpacked sizes and the last cell are looked at before the workbook is built."""
    _look_into(data)
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = book.get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (python_calamine.CalamineError, ValueError, IndexError) as wrong:
        raise BadFile from wrong
    if not found:
        raise BadFile("The file is empty.", "ไฟล์ว่างเปล่า")
    rows: list[tuple[int, list[Cell]]] = [(number, [_cell(c) for c in row]) for number, row in enumerate(found, start=1)]
    headings = [str(cell or "") for cell in rows[0][1]]
    while headings and not headings[-1]:  # cells that were once formatted
        headings.pop()
    return sheet(Format.XLSX, headings, rows[1:])


def _cell(cell: Any) -> Cell:
    if isinstance(cell, str | int | float | bool) or cell is None:
        return cell
    return str(cell)[:10] if hasattr(cell, "year") else str(cell)


def _look_into(data: bytes) -> None:
    """Unpack every part once: true sizes, no encryption, no cell so far off and no text so often named that memory would fill.

    Raises:
        TooLarge: a bomb, by size, by place or by text. BadFile: broken, encrypted, or with declarations of its own.
    """
    left, cells, longest = MOST_UNPACKED, 0, 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            parts = packed.infolist()
            if len(parts) > MOST_PARTS:
                raise TooLarge
            for part in parts:
                with packed.open(part) as file:
                    unpacked = file.read(left + 1)
                left -= len(unpacked)
                if left < 0:
                    raise TooLarge
                name = part.filename.lower()
                if name.endswith((".xml", ".rels")):
                    _no_declarations(unpacked)
                if "worksheets/" in name:
                    cells += _cells_within_reach(unpacked)
                if "sharedstrings" in name:
                    longest = max(map(len, unpacked.split(b"si>")))
    except (zipfile.BadZipFile, zlib.error, RuntimeError, NotImplementedError, EOFError) as wrong:
        raise BadFile from wrong
    if cells * longest > MOST_TEXT:
        raise TooLarge


def _no_declarations(part: bytes) -> None:
    """No entities of its own, inner or outer, and no encoding in which we could not look for them."""
    if b"<!DOCTYPE" in part or b"<!ENTITY" in part or part.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise BadFile


def _cells_within_reach(part: bytes) -> int:
    """How many cells a sheet has; refused when one lies so far off that the table up to it would fill memory."""
    for letters, row in _PLACE.findall(part):
        column = 0
        for letter in letters.upper():
            column = column * _LETTERS + letter - ord("A") + 1
        if len(row) > len(str(_LAST_ROW)) or int(row) > _LAST_ROW or column > MOST_COLUMNS:
            raise TooLarge
    return len(_CELL.findall(part))


def _geojson(data: bytes) -> Sheet:
    """A FeatureCollection of points, WGS 84 as RFC 7946 says."""
    try:
        features = orjson.loads(data.removeprefix(b"\xef\xbb\xbf").strip())["features"]
        pairs = [(feature.get("properties") or {}, _place(feature.get("geometry"))) for feature in features]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError) as wrong:
        raise BadFile("This is not a GeoJSON list of points.", "ไม่ใช่ GeoJSON รายการจุด") from wrong
    if len(pairs) > MOST_ROWS:
        raise TooLarge
    return _of_features(Format.GEOJSON, pairs)


def _place(geometry: Any) -> tuple[Cell, Cell]:
    if geometry is None or geometry["type"] != "Point":
        return None, None
    lon, lat = geometry["coordinates"][:2]
    return lon, lat


def _of_features(kind: Format, pairs: list[tuple[dict[str, Any], tuple[Cell, Cell]]]) -> Sheet:
    """Properties become columns; the geometry is the place, whatever the properties say."""
    names = list(dict.fromkeys(name for properties, _ in pairs for name in properties if name not in PLACE))
    if len(names) > MOST_COLUMNS:
        raise TooLarge
    rows = [
        (number, [*(_plain(properties.get(name)) for name in names), *place])
        for number, (properties, place) in enumerate(pairs, start=1)
    ]
    return sheet(kind, [*names, *PLACE], rows)


def _plain(value: Any) -> Cell:
    """Lists and objects within properties as their JSON: no column of ours is one."""
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    return orjson.dumps(value).decode()


def _gpkg(data: bytes) -> Sheet:
    """The first layer of a GeoPackage, brought to WGS 84 from whatever grid it is in (Thai offices use UTM 47N and 48N)."""
    _look_into_gpkg(data)
    try:
        with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # a file in memory has no name to end in .gpkg
            layer = pyogrio.list_layers(io.BytesIO(data))[0][0]
            meta, _, geometry, values = pyogrio.raw.read(io.BytesIO(data), layer=layer, max_features=MOST_ROWS + 1)
        places = _in_degrees(geometry, meta.get("crs"))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, IndexError, ValueError, TypeError) as wrong:
        raise BadFile("The GeoPackage cannot be read.", "อ่าน GeoPackage ไม่ได้") from wrong
    names = [str(name) for name in meta["fields"]]
    columns = [_listed(column) for column in values]
    pairs = [({name: column[i] for name, column in zip(names, columns, strict=True)}, place) for i, place in enumerate(places)]
    return _of_features(Format.GPKG, pairs)


def _look_into_gpkg(data: bytes) -> None:
    """A list needs no views and no triggers: what is computed on reading could compute for ever."""
    try:
        with sqlite3.connect(":memory:") as looked:
            looked.deserialize(data)
            wanted = "SELECT sql FROM sqlite_master WHERE type = 'view' LIMIT 1"
            if looked.execute(wanted).fetchone():
                raise BadFile("The GeoPackage holds views.", "GeoPackage มีวิว (view) ซึ่งไม่รับ")
        looked.close()
    except sqlite3.Error as wrong:
        raise BadFile from wrong


def _listed(column: Any) -> list[Cell]:
    """A column of numpy's as plain values; not-a-number and not-a-time are empty."""
    if np.issubdtype(column.dtype, np.datetime64):
        return [None if np.isnat(value) else str(value)[:10] for value in column]
    listed = column.tolist()
    return [None if value is None or value != value else _plain(value) for value in listed]  # noqa: PLR0124 - NaN is not itself


def _in_degrees(geometry: Any, crs: str | None) -> list[tuple[Cell, Cell]]:
    shapes = shapely.from_wkb(geometry)
    xs, ys = shapely.get_x(shapes), shapely.get_y(shapes)  # not-a-number for whatever is no point
    if crs and pyproj.CRS(crs) != pyproj.CRS(WGS84):
        xs, ys = pyproj.Transformer.from_crs(crs, WGS84, always_xy=True).transform(xs, ys)
    return [(None, None) if np.isnan(x) or np.isnan(y) else (float(x), float(y)) for x, y in zip(xs, ys, strict=True)]

"""A list as rows under headings, whatever file it came in; and the file formats by name. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from safetyzone.kernel.refusals import Refused
from safetyzone.senses.cameras.register.cells import Cell

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200
REASON = "เหตุผล · reason"
"""The heading of the column that says what is wrong with a row; it is overlooked when the file comes back."""


class Format(StrEnum):
    """The files that a register is read from and written to."""

    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"

    @property
    def media_type(self) -> str:
        """For the answer that carries it."""
        return _MEDIA[self]


_MEDIA = {
    Format.CSV: "text/csv; charset=utf-8",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.GEOJSON: "application/geo+json",
    Format.GPKG: "application/geopackage+sqlite3",
}


class BadFile(Refused):
    """The file cannot be read as a list; nothing of it was used."""

    code = "bad_file"
    th = "อ่านไฟล์ไม่ได้ ใช้ได้กับ CSV, XLSX, GeoJSON และ GeoPackage"
    en = "The file cannot be read; CSV, XLSX, GeoJSON and GeoPackage can."


class TooLarge(BadFile):
    """More than anybody's register needs, and more than one request may ask of the station."""

    code = "too_large"
    th = f"ไฟล์ใหญ่เกินไป รับได้ไม่เกิน {MOST_BYTES // 1024 // 1024} MB และ {MOST_ROWS:,} แถว"
    en = f"The file is too large: at most {MOST_BYTES // 1024 // 1024} MB and {MOST_ROWS:,} rows."


@dataclass(frozen=True, slots=True)
class Sheet:
    """A list as it was given. ``rows`` are as long as ``headings``; ``numbers`` is each row's number as its reader sees it."""

    format: Format
    headings: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...] = field(repr=False)
    numbers: tuple[int, ...] = field(repr=False)
    encoding: str = "utf-8"


def sheet(kind: Format, headings: Sequence[str], rows: Sequence[tuple[int, Sequence[Cell]]], *, encoding: str = "utf-8") -> Sheet:
    """A sheet of rows made equally long, without the empty ones.

    Raises:
        TooLarge: too many rows or columns. BadFile: no heading at all.
    """
    if not any(headings):
        raise BadFile("The file has no headings in its first row.", "ไฟล์ไม่มีหัวตารางในแถวแรก")
    width = len(headings)
    kept = [
        (number, (*row[:width], *(None,) * (width - len(row))))
        for number, row in rows
        if any(cell is not None and cell != "" for cell in row)
    ]
    if len(kept) > MOST_ROWS or width > MOST_COLUMNS:
        raise TooLarge
    return Sheet(kind, tuple(headings), tuple(row for _, row in kept), tuple(number for number, _ in kept), encoding)

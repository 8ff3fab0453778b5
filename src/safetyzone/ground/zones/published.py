"""The published facts of ``data/``, as rows to be written. Where they come from is in ``data/README.md``."""

import csv
from importlib.resources import files
from typing import Any

from safetyzone.ground.zones import rules
from safetyzone.kernel.geometry import Point


def _rows(name: str) -> list[dict[str, str]]:
    text = files("safetyzone.ground.zones").joinpath("data", name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _number(text: str) -> int | None:
    return int(text) if text else None


def provinces() -> list[dict[str, Any]]:
    """The 77 provinces."""
    return [{**row, "lon": float(row["lon"]), "lat": float(row["lat"])} for row in _rows("provinces.csv")]


def stations() -> list[dict[str, Any]]:
    """The 15 pilot stations, without their command rooms: those are the stations' own to say."""
    return [
        {
            "code": row["code"], "name_th": row["name_th"], "name_en": row["name_en"], "province_id": row["province"],
            "lon": float(row["lon"]), "lat": float(row["lat"]), "pilot": row["pilot"] == "yes",
        }
        for row in _rows("stations.csv")
    ]  # fmt: skip


def zones() -> list[dict[str, Any]]:
    """Their zones, each with a circle for a border: of the published area, or of an assumed one."""
    found = []
    for row in _rows("zones.csv"):
        centre = Point(lon=float(row["lon"]), lat=float(row["lat"]))
        area_km2 = float(row["area_km2"]) if row["area_km2"] else None
        found.append({
            "code": row["code"], "station_id": row["station"], "name_th": row["name_th"], "name_en": row["name_en"],
            "border": rules.circle(centre, area_km2=area_km2 or rules.assumed_area_km2()),
            "border_is": "circle" if area_km2 else "assumed", "area_km2": area_km2,
            "people": _number(row["people"]), "households": _number(row["households"]),
            "lon": centre.lon, "lat": centre.lat,
        })  # fmt: skip
    return found

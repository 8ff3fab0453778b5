"""``safetyzone basemap``: the streets and the picture under the map."""

from pathlib import Path
from typing import Annotated

import typer

from safetyzone.kernel.settings import settings
from safetyzone.programs.command_line import both, out, say_json

basemap = typer.Typer(no_args_is_help=True, help="แผนที่ฐานและถนน · base map and streets")

Json = Annotated[bool, typer.Option("--json", help="สำหรับโปรแกรม · for programs")]


@basemap.command("add")
def add(
    file: Annotated[Path, typer.Argument(help="ไฟล์ .osm.pbf ของพื้นที่ · an OpenStreetMap extract of the area")],
    json: Json = False,
) -> None:
    """เพิ่มแผนที่จากไฟล์ OpenStreetMap · Take in an extract: its streets for travel times, its picture for the map."""
    from safetyzone.ground.streets.basemap import add_extract

    add_extract(settings().state, file)
    show(json=json)


@basemap.command("show")
def show(json: Json = False) -> None:
    """แผนที่ที่ใช้อยู่ · The map in use, of what it is made, and whom to credit."""
    from safetyzone.ground.streets.basemap import basemap as made
    from safetyzone.ground.streets.network import extracts_of

    extracts = extracts_of(settings().state, settings().osm_extract)
    ours = made(settings().state, extracts)
    if json:
        say_json({"extracts": [extract.name for extract in extracts], "credit": ours.credit, "bounds": ours.bounds})
        return
    names = ", ".join(extract.name for extract in extracts)
    out.print(names or both("ไม่มีไฟล์ OSM: ใช้แผนผังวาดเอง", "no extract: our own schematic drawing"))
    out.print(ours.credit)

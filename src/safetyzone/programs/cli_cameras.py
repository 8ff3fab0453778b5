"""Commands on the register of cameras: lists in and out, and the links by which owners keep their own."""

import hashlib
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from safetyzone.kernel import clock
from safetyzone.kernel.settings import settings
from safetyzone.programs.command_line import both, database, out, say_json

cameras = typer.Typer(no_args_is_help=True, help="กล้อง · cameras of every owner")

Json = Annotated[bool, typer.Option("--json", help="สำหรับโปรแกรม · for programs")]
Station = Annotated[str, typer.Option(help="รหัสสถานี · station code (empty: this station)")]
MOST_SHOWN = 20


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    GEOJSON = "geojson"
    GPKG = "gpkg"


class OwnerKind(StrEnum):
    POLICE = "police"
    MUNICIPALITY = "municipality"
    AGENCY = "agency"
    PRIVATE = "private"
    TEMPLE = "temple"
    SHOP = "shop"


@cameras.command("import")
def import_list(  # noqa: PLR0917 - typer reads the command's options from them
    file: Annotated[Path, typer.Argument(help="CSV, XLSX, GeoJSON, GeoPackage", exists=True, dir_okay=False, readable=True)],
    station: Station = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="ตรวจเท่านั้น ไม่นำเข้า · check, change nothing")] = False,
    only_good: Annotated[bool, typer.Option("--only-good", help="นำเข้าเฉพาะแถวที่ใช้ได้ · leave the bad rows out")] = False,
    reasons: Annotated[Path | None, typer.Option(help="เขียนแถวที่ใช้ไม่ได้พร้อมเหตุผล · write the bad rows with their reasons")] = None,
    json: Json = False,
) -> None:
    """นำเข้ารายการกล้อง · Enter a list of cameras. One bad row keeps all out, unless --only-good. Exit code 1 when a row was refused."""
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.senses.cameras import actions, queries
        from safetyzone.senses.cameras.register.reading import read
        from safetyzone.senses.cameras.register.sheet import MOST_BYTES, TooLarge
        from safetyzone.senses.cameras.register.writing import with_reasons, write

        if file.stat().st_size > MOST_BYTES:
            raise TooLarge
        data = file.read_bytes()
        sheet, where = read(data), station or settings().station
        checked = queries.preview(sheet, station=where, for_=COMMAND_LINE)
        entered = not dry_run and (only_good or not checked.reasons)
        if entered:
            checked = actions.import_list(
                station=where, sheet=sheet, sha256=hashlib.sha256(data).hexdigest(), only_good=only_good, by=COMMAND_LINE, at=clock.now()
            )
        if reasons is not None:
            reasons.write_bytes(write(with_reasons(sheet, checked.reasons, only_bad=True)))
    refused = [{"row": row.number, "code": row.code, "why": row.why()} for row in checked.rows if row.reasons]
    if json:
        say_json({"station": where, "entered": entered, **checked.counts, "unknown_columns": checked.unknown_headings, "rows": refused})
    else:
        _tell(refused, checked.counts, entered=entered)
    raise typer.Exit(1 if refused else 0)


def _tell(refused: list[dict[str, Any]], n: dict[str, int], *, entered: bool) -> None:
    """The same for a person: the first bad rows, the counts, and whether it was done."""
    for bad in refused[:MOST_SHOWN]:
        out.print(both(f"แถว {bad['row']} {bad['code']}", f"row {bad['row']}: {bad['why']}"), markup=False)
    if len(refused) > MOST_SHOWN:
        out.print(both(f"และอีก {len(refused) - MOST_SHOWN} แถว", "more: see --reasons or --json"))
    out.print(
        both(
            f"ใหม่ {n['new']} เปลี่ยน {n['changed']} เหมือนเดิม {n['same']} ใช้ไม่ได้ {n['refused']}",
            f"new {n['new']}, changed {n['changed']}, same {n['same']}, refused {n['refused']}",
        )
    )
    out.print(both("นำเข้าแล้ว", "entered") if entered else both("ยังไม่ได้นำเข้า", "nothing was entered"), style="bold")


@cameras.command("export")
def export(
    file: Annotated[Path, typer.Argument(help="ลงท้าย · ending .csv .xlsx .geojson .gpkg")],
    station: Station = "",
) -> None:
    """ส่งออกทะเบียนกล้อง · Write the register; the file can be changed and imported again."""
    ending = file.suffix.removeprefix(".").lower()
    if ending not in list(FileKind):
        raise typer.BadParameter(", ".join(f".{kind}" for kind in FileKind), param_hint="FILE")
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.senses.cameras import queries
        from safetyzone.senses.cameras.register.sheet import Format
        from safetyzone.senses.cameras.register.writing import of_entries, write

        entries = queries.entries(station or settings().station, for_=COMMAND_LINE)
        file.write_bytes(write(of_entries(entries, Format(ending))))
    out.print(both(f"ส่งออก {len(entries)} กล้อง", f"{len(entries)} cameras written to {file}"), markup=False)


@cameras.command("list")
def list_cameras(station: Station = "", json: Json = False) -> None:
    """รายการกล้อง · The cameras in service, what their owners share, and how they are."""
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.senses.cameras import queries

        found = queries.cameras(station or settings().station, for_=COMMAND_LINE)
    if json:
        shown = ("code", "zone", "owner", "owner_kind", "name_th", "lon", "lat", "azimuth_deg", "tier", "sharing", "state")
        say_json([{name: getattr(camera, name) for name in shown} for camera in found])
        return
    table = Table("รหัส · code", "เขต · zone", "เจ้าของ · owner", "ที่ตั้ง · place", "แบ่งปัน · sharing", "สถานะ · state")
    for camera in found:
        table.add_row(camera.code, camera.zone, escape(camera.owner), escape(camera.name_th), camera.sharing, camera.state)
    out.print(table)


@cameras.command("add-owner-link")
def add_owner_link(
    name: Annotated[str, typer.Argument(help="ชื่อเจ้าของ · name of the owner, entered if new")],
    kind: Annotated[OwnerKind, typer.Option(help="ประเภท · kind of owner")] = OwnerKind.SHOP,
    station: Station = "",
    renew: Annotated[bool, typer.Option("--renew", help="ลิงก์เก่าใช้ไม่ได้ทันที · end every earlier link")] = False,
) -> None:
    """ลิงก์เจ้าของกล้อง · A link by which an owner enters, pauses and withdraws his cameras himself. Hand it to nobody else."""
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.senses.cameras import actions

        at, where = clock.now(), station or settings().station
        owner = actions.add_owner(station=where, name=name, kind=kind.value, by=COMMAND_LINE, at=at)
        give = actions.renew_owner_link if renew else actions.give_owner_link
        token = give(owner_id=owner, by=COMMAND_LINE, at=at)
    sys.stdout.write(f"{settings().public_url.rstrip('/')}/camera-owner/{token}/\n")  # plain: a screen would break it in two

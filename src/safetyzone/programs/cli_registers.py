"""Commands on the registers: poles, officers, the ground, the audit log."""

from typing import Annotated

import typer
from rich.table import Table

from safetyzone.kernel import clock
from safetyzone.kernel.geometry import Point
from safetyzone.kernel.settings import settings
from safetyzone.programs.command_line import both, database, out, say_json

poles = typer.Typer(no_args_is_help=True, help="เสา SOS · SOS poles")
officers = typer.Typer(no_args_is_help=True, help="เจ้าหน้าที่ · officers")
ground = typer.Typer(no_args_is_help=True, help="จังหวัด สถานี เขต · provinces, stations, zones")
audit = typer.Typer(no_args_is_help=True, help="บันทึกการใช้งาน · the audit log")

Json = Annotated[bool, typer.Option("--json", help="สำหรับโปรแกรม · for programs")]
Station = Annotated[str, typer.Option(help="รหัสสถานี · station code (empty: this station)")]


@poles.command("add")
def add_pole(  # noqa: PLR0917 - typer reads the command's options from them
    code: Annotated[str, typer.Argument(help="รหัสเสา · e.g. LPN-P017")],
    zone: Annotated[str, typer.Option(help="รหัสเขต · zone code (safetyzone ground list)")],
    lon: Annotated[float, typer.Option(help="ลองจิจูด · longitude, degrees")],
    lat: Annotated[float, typer.Option(help="ละติจูด · latitude, degrees")],
    name: Annotated[str, typer.Option(help="ชื่อที่ตั้งภาษาไทย · name of the place in Thai")],
    name_en: Annotated[str, typer.Option(help="ชื่อภาษาอังกฤษ · name in English")] = "",
    json: Json = False,
) -> None:
    """เพิ่มเสา แสดงรหัสผ่านครั้งเดียว · Add a pole, or give it a new credential; the credential is shown this once."""
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.senses.sos.actions import add_pole as enter

        given = enter(code=code, zone=zone, name_th=name, name_en=name_en, point=Point(lon=lon, lat=lat), by=COMMAND_LINE, at=clock.now())
        told = _tell_the_bus()
    from safetyzone.programs.nats import mqtt_port

    place = settings()
    credential = {
        "pole": given.code, "mqtt_host": place.mqtt_host, "mqtt_port": mqtt_port(place),
        "mqtt_tls": "yes" if place.mqtt_tls_cert else "no", "mqtt_user": given.mqtt_user,
        "mqtt_password": given.mqtt_password, "signing_key_hex": given.signing_key_hex,
    }  # fmt: skip
    if json:
        say_json(credential)
        return
    out.print(both("ข้อมูลติดตั้งเสา แสดงครั้งเดียว", "for the installer, shown this once"), style="bold")
    for label, value in credential.items():  # plain lines: a table would cut a key that the screen is too narrow for
        typer.echo(f"  {label:<16} {value}")
    if place.nats_url is not None:
        out.print(both("เซิร์ฟเวอร์ NATS ภายนอก: นำผลของ safetyzone poles conf ไปใช้", "external NATS: install `safetyzone poles conf`"))
    elif not told:
        out.print(both("จะใช้ได้เมื่อสถานีเริ่มทำงาน", "it is let in when the station runs"))


@poles.command("list")
def list_poles(station: Station = "", json: Json = False) -> None:
    """รายการเสา · The poles in service and how they are."""
    with database():
        from safetyzone.senses.sos.queries import poles as in_service

        found = in_service(station or settings().station)
    if json:
        say_json([{"code": p.code, "zone": p.zone, "name_th": p.name_th, "lon": p.where.lon, "lat": p.where.lat,
                   "state": p.state, "last_heard_at": p.last_heard_at} for p in found])  # fmt: skip
        return
    table = Table("รหัส · code", "เขต · zone", "ที่ตั้ง · place", "สถานะ · state", "ได้ยินล่าสุด · last heard")
    for pole in found:
        table.add_row(pole.code, pole.zone, pole.name_th, pole.state, str(pole.last_heard_at or "–"))
    out.print(table)


@poles.command("retire")
def retire(code: str, why: Annotated[str, typer.Option(help="เหตุผล · the reason, for the audit log")]) -> None:
    """ปลดเสา · Take a pole out of service; its credential ends now, its history stays."""
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.senses.sos.actions import retire_pole

        retire_pole(code=code, by=COMMAND_LINE, at=clock.now(), why=why)
        _tell_the_bus()
    out.print(both(f"ปลดเสา {code} แล้ว", f"pole {code} is retired"))


@poles.command("conf")
def conf() -> None:
    """ไฟล์ผู้ใช้สำหรับ NATS ภายนอก · The users file that an external NATS server includes in one of its accounts."""
    from safetyzone.programs.nats import bus_place, poles_conf

    with database():
        from safetyzone.senses.sos.queries import mqtt_credentials

        place = bus_place()
        typer.echo(poles_conf(mqtt_credentials(), user=place.user, password=place.password), nl=False)


def _tell_the_bus() -> bool:
    """The running bus reads the new list at once; the worker would do it within seconds anyway."""
    from safetyzone.programs.nats import refresh_poles
    from safetyzone.senses.sos.queries import mqtt_credentials

    return refresh_poles(settings(), mqtt_credentials())


@officers.command("add")
def add_officer(  # noqa: PLR0917 - typer reads the command's options from them
    username: str,
    duty: Annotated[list[str], typer.Option(help="หน้าที่ · duty code, may be repeated")],
    station: Station = "",
    rank: Annotated[str, typer.Option(help="ยศ · rank in Thai")] = "",
    until: Annotated[str, typer.Option(help="สิ้นสุดหน้าที่ วว/ดด/ปปปป (พ.ศ. หรือ ค.ศ.) · end of the duty, Buddhist year allowed")] = "",
    password: Annotated[str, typer.Option(prompt=both("รหัสผ่าน", "password"), hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """เพิ่มเจ้าหน้าที่ · Add an officer and post her to duties at a station."""
    from safetyzone.programs.dates import end_of_day

    ends = end_of_day(until) if until else None
    with database():
        from safetyzone.ground.officers.access import COMMAND_LINE
        from safetyzone.ground.officers.actions import add_officer as enter
        from safetyzone.ground.officers.actions import post

        at, where = clock.now(), station or settings().station
        number = enter(username=username, password=password, station=where, rank_th=rank, by=COMMAND_LINE, at=at)
        for code in duty:
            post(officer_id=number, duty=code, station=where, valid_until=ends, by=COMMAND_LINE, at=at)
    out.print(both(f"เพิ่ม {username} แล้ว", f"{username} is added at {where}: {', '.join(duty)}"))


@ground.command("list")
def list_ground(json: Json = False) -> None:
    """สถานีและเขต · Stations and their zones."""
    with database():
        from safetyzone.ground.zones import queries

        rows = [
            {"station": s.code, "name_th": s.name_th, "name_en": s.name_en, "zones": [zone.code for zone in queries.zones(s.code)]}
            for s in queries.stations()
        ]
    if json:
        say_json(rows)
        return
    table = Table("สถานี · station", "ชื่อ · name", "", "เขต · zones")
    for row in rows:
        table.add_row(str(row["station"]), str(row["name_th"]), str(row["name_en"]), ", ".join(row["zones"]))
    out.print(table)


@audit.command("verify")
def verify(json: Json = False) -> None:
    """ตรวจบันทึก · Recompute every hash of the audit log; exit code 1 when it is not whole."""
    with database():
        from safetyzone.trust.audit.verify import verify as walk

        report = walk()
    broken = [{"lane": wrong.lane, "seq": wrong.seq, "what": wrong.what} for wrong in report.broken]
    if json:
        say_json({"whole": report.whole, "lanes": report.lanes, "leaves": report.leaves, "heads": report.heads, "broken": broken})
    elif report.whole:
        out.print(both(f"บันทึกสมบูรณ์ {report.leaves} รายการ", f"whole: {report.leaves} leaves in {report.lanes} lanes"))
        for lane, head in sorted(report.heads.items()):
            out.print(f"  {lane}  {head}")
    else:
        for wrong in broken:
            out.print(both("บันทึกเสียหาย", f"broken: lane {wrong['lane']}, leaf {wrong['seq']}: {wrong['what']}"), style="bold red")
    raise typer.Exit(0 if report.whole else 1)

"""The command ``safetyzone``. Each command imports what it needs, so that the first word appears at once."""

import os
import sys
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import settings
from safetyzone.programs.cli_basemap import basemap
from safetyzone.programs.cli_cameras import cameras
from safetyzone.programs.cli_evidence import evidence
from safetyzone.programs.cli_registers import audit, ground, officers, poles
from safetyzone.programs.command_line import both, database, errors, out, refuse, say_json, server, set_up_django

app = typer.Typer(
    name="safetyzone", no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich",
    help="เขตปลอดภัย · A Smart Safety Zone on this machine. Settings: SAFETYZONE_… in the environment.",
)  # fmt: skip
app.add_typer(poles, name="poles")
app.add_typer(officers, name="officers")
app.add_typer(ground, name="ground")
app.add_typer(audit, name="audit")
app.add_typer(basemap, name="basemap")
app.add_typer(cameras, name="cameras")
app.add_typer(evidence, name="evidence")

Json = Annotated[bool, typer.Option("--json", help="สำหรับโปรแกรม · for programs")]


@app.command()
def run(json: Json = False) -> None:
    """เริ่มทั้งสถานี · Start a whole station: database, bus, web, SOS intake, worker (Ctrl-C ends it)."""
    from safetyzone.programs.station import Station, say_in_json, say_in_words

    raise typer.Exit(Station(settings(), say=say_in_json if json else say_in_words).run())


@app.command()
def demo(  # noqa: PLR0917 - typer reads the command's options from them
    drill: Annotated[bool, typer.Option("--drill", help="ฝึกเป็นผู้ปฏิบัติงานเอง · you do the operator's part")] = False,
    seed: Annotated[int, typer.Option(help="เริ่มแบบเดิมได้ด้วยเลขเดิม · the same number, the same day")] = 1,
    speed: Annotated[float, typer.Option(min=0.1, max=60, help="ความเร็วของคนจำลอง · how fast the pretend people live")] = 1.0,
    port: Annotated[int, typer.Option(help="พอร์ตเว็บ · port of the web (another one if it is taken)")] = 8000,
    keep: Annotated[bool, typer.Option("--keep", help="เก็บข้อมูลไว้ · keep the data afterwards")] = False,
    no_browser: Annotated[bool, typer.Option("--no-browser", help="ไม่เปิดเบราว์เซอร์ · open no browser")] = False,
    scenario: Annotated[str, typer.Option(help="night (ปกติ), storm (พายุ)")] = "night",
    seconds: Annotated[float | None, typer.Option(help="หยุดเองหลังกี่วินาที · stop by itself after so many seconds")] = None,
) -> None:
    """เปิดเขตสาธิต · Open a living zone with simulated people."""
    from safetyzone.programs.demo import run_demo

    if scenario not in ("night", "storm"):
        raise typer.BadParameter("night, storm", param_hint="--scenario")
    code = run_demo(
        drill=drill, seed=seed, speed=speed, port=port, keep=keep, browser=not no_browser, scenario=scenario, seconds=seconds
    )
    raise typer.Exit(code)


@app.command()
def web() -> None:
    """เว็บห้องสั่งการ · The web alone, against the servers that the settings name."""
    from safetyzone.programs import logs
    from safetyzone.programs.web import serve

    logs.configure("web")
    settings()
    serve.main()


@app.command()
def intake() -> None:
    """ตัวรับ SOS · The SOS intake alone."""
    from safetyzone.programs import logs

    logs.configure("intake")
    settings()
    set_up_django()
    from safetyzone.programs.intake import run as program

    program.main()


@app.command()
def worker() -> None:
    """งานเบื้องหลัง · The worker alone: deadlines, messages to the bus, jobs."""
    from safetyzone.programs import logs

    logs.configure("worker")
    settings()
    set_up_django()
    from safetyzone.programs.worker import main as program

    program.main()


@app.command()
def probe() -> None:
    """ตรวจกล้อง · The probe alone: does each camera answer, and is its picture still the picture?"""
    from safetyzone.programs import logs

    logs.configure("probe")
    settings()
    set_up_django()
    from safetyzone.programs.probe import main as program

    program.main()


@app.command()
def video() -> None:
    """ภาพสดและภาพย้อนหลัง · The video program alone: cameras in, pictures out, recordings on disk."""
    from safetyzone.programs.video.nursery import Nursery

    nursery = Nursery(str(settings().state.resolve() / "recordings"))  # imports beside us, while we import the rest
    from safetyzone.programs import logs
    from safetyzone.programs.video import main as program

    logs.configure("video")
    program.main(nursery)


@app.command()
def vision(number: Annotated[int, typer.Option(min=0, max=99, help="โปรแกรมตัวที่เท่าไร · which of several on this machine")] = 0) -> None:
    """อ่านป้ายทะเบียนและเทียบใบหน้า · The vision program alone: reads cameras for as long as an approved list, or a history, wants it."""
    from safetyzone.programs import logs

    logs.configure("vision")
    from safetyzone.programs.vision import main as program

    program.main(number)


@app.command(hidden=True)
def advise(advice: UUID) -> None:
    """คำนวณคำแนะนำกล้อง · Work one question for advice out; started by the worker, in a process of its own."""
    from safetyzone.programs import logs

    logs.configure("worker")
    os.nice(10)  # whoever watches calls for help goes first
    set_up_django()
    from safetyzone.kernel import clock
    from safetyzone.senses.cameras.advice.work import work

    work(advice, now=clock.now)


@app.command(hidden=True)
def keep_figures() -> None:
    """เก็บตัวเลขความครอบคลุม · Keep the coverage figures that have changed; started by the worker, in a process of its own."""
    from safetyzone.programs import logs

    logs.configure("worker")
    os.nice(10)
    set_up_django()
    from safetyzone.ground.officers.access import SYSTEM
    from safetyzone.kernel import clock
    from safetyzone.senses.cameras.figures_actions import keep_figures as keep
    from safetyzone.senses.cameras.figures_queries import stations_with_cameras
    from safetyzone.senses.cameras.standing import standing

    for station in stations_with_cameras():
        keep(standing(station), by=SYSTEM, at=clock.now())


@app.command()
def prepare() -> None:
    """เตรียมฐานข้อมูล · Bring the database to this version and load the published facts (``run`` does it by itself)."""
    with server():
        set_up_django()
        from safetyzone.programs.prepare import prepare as bring_up_to_date

        bring_up_to_date()


@app.command()
def doctor(json: Json = False) -> None:
    """ตรวจสุขภาพระบบ · Check this station and say how to mend what is wrong."""
    from safetyzone.programs.doctor import examine, show

    findings = examine()
    if json:
        say_json([finding.as_dict() for finding in findings])
    else:
        show(findings, out)
    raise typer.Exit(1 if any(finding.mark == "✘" for finding in findings) else 0)


@app.command()
def backup(file: Path) -> None:
    """สำรองข้อมูล · Save the database and the secrets in one file (keep it as safe as the station itself)."""
    with database():
        from safetyzone.programs.backup import backup as save

        kept = save(file)
    out.print(both(f"สำรองแล้ว {file}", f"saved {kept.tables} tables, {kept.rows} rows, {kept.size_bytes:,} bytes to {file}"))


@app.command()
def restore(
    file: Path,
    force: Annotated[bool, typer.Option("--force", help="เขียนทับข้อมูลที่มีอยู่ · overwrite what is there")] = False,
    verify: Annotated[bool, typer.Option("--verify", help="ตรวจไฟล์เท่านั้น ไม่กู้คืน · check the file, change nothing")] = False,
) -> None:
    """กู้คืนข้อมูล · Bring a saved station back, into an empty database."""
    from safetyzone.programs import backup as chest

    if verify:
        kept = chest.verify(file)
        out.print(both(f"ไฟล์สมบูรณ์ {file}", f"{file} is whole: {kept.tables} tables, {kept.rows} rows, made {kept.made_at}"))
        return
    chest.refuse_beside_a_running_station(settings().state)
    with server():
        kept = chest.restore(file, force=force)
    out.print(both("กู้คืนแล้ว", f"restored {kept.tables} tables, {kept.rows} rows; every one compared with the file"))


def main() -> None:
    """Run a command. A refusal is one line and exit code 1; a fault shows its traceback only with ``--debug``."""
    arguments = [word for word in sys.argv[1:] if word != "--debug"]
    try:
        sys.exit(app(arguments, standalone_mode=False) or 0)
    except Refused as no:
        refuse(no)
        sys.exit(1)
    except typer.Exit as end:
        sys.exit(end.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        sys.exit(130)
    except Exception as fault:  # the very edge of the process: a person gets a line, not a traceback
        if "--debug" in sys.argv[1:]:
            raise
        show = getattr(fault, "show", None)  # wrong use of the command: its own explanation
        if show is not None:
            show()
            sys.exit(2)
        errors.print(both(f"ข้อผิดพลาดของระบบ ({type(fault).__name__})", f"a fault: {fault}. Add --debug to see where."), markup=False)
        sys.exit(70)

"""Commands on evidence: is a package whole, and by which key does this station sign?"""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from safetyzone.programs.command_line import both, out, say_json, set_up_django

evidence = typer.Typer(no_args_is_help=True, help="พยานหลักฐาน · locked recordings and the packages made of them")

Json = Annotated[bool, typer.Option("--json", help="สำหรับโปรแกรม · for programs")]


@evidence.command("verify")
def verify_package(
    package: Annotated[Path, typer.Argument(help="ไฟล์ ZIP หรือโฟลเดอร์ · ZIP file or folder", exists=True, readable=True)],
    fingerprint: Annotated[str, typer.Option(help="ลายนิ้วมือกุญแจที่สถานีบอก · the station's key, as it told you")] = "",
    json: Json = False,
) -> None:
    """ตรวจชุดพยานหลักฐาน · Check a package offline: valid, or exactly what is changed, missing, added or renamed."""
    from safetyzone.trust.evidence.carried import verify

    arguments = [str(package), "--fingerprint", fingerprint, *(["--json"] if json else [])]
    raise typer.Exit(verify.main(arguments))


@evidence.command("key")
def show_key(json: Json = False) -> None:
    """ลายนิ้วมือกุญแจของสถานี · The fingerprint of the key with which this station signs: print it, and give it by another way."""
    from safetyzone.trust.evidence.signing import fingerprint, public_key

    if json:
        say_json({"algorithm": "Ed25519", "public": public_key().hex(), "fingerprint": fingerprint()})
    else:
        out.print(both("ลายนิ้วมือกุญแจ", f"key fingerprint: {fingerprint()}"), markup=False)


@evidence.command("export", hidden=True)
def export_package(export_id: int) -> None:
    """ทำชุดพยานหลักฐาน · Make one package that was asked for; started by the worker, in a process of its own."""
    from safetyzone.programs import logs

    logs.configure("worker")
    os.nice(10)  # whoever watches calls for help goes first
    set_up_django()
    from safetyzone.kernel import clock
    from safetyzone.programs.plates_to_cover import PlatesToCover
    from safetyzone.trust.evidence.exporting import work

    sys.exit(0 if work(export_id, now=clock.now, plates=PlatesToCover()) else 3)

"""``python -m tests.proofs NAME [--quick] [--seed N] [--json FILE]``: see ``--help``."""

import argparse
import importlib
import sys
import time
from pathlib import Path

from tests.proofs.report import Report

PROOFS = {
    "kill": "acknowledged presses under random kill -9 of intake, web, PostgreSQL and NATS",
    "crashpoints": "a stop at every input and output step of the press path",
    "mutants": "broken twins of our own programs, each of which the proofs must catch",
    "screen": "press to row on ten consoles in Chromium",
    "tamper": "packages of evidence, changed in every way we know: verification must find each",
    "press_to_picture": "press to the first frame of a camera that sees it, on ten walls in Chromium",
    "video": "bad cameras beside good ones, kill -9 of the video program, and tampered exports",
    "faces_canary": "templates of faces on no list, looked for on disk, in the write-ahead log, on the bus, in logs and in memory",
    "watchlists": "people, cameras and time in any order: no invariant of watch-lists breaks, and every broken twin is caught",
    "plate_to_hit": "a listed plate passes a camera: when it is a hit on the board",
    "restart": "a station's restart, and PostgreSQL's under load",
}
FIRST_PORT = 25_300


def main(arguments: list[str] | None = None) -> int:
    """Run one proof; 0 when every claim held."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs", epilog="; ".join(f"{name}: {what}" for name, what in PROOFS.items()))
    parser.add_argument("proof", choices=sorted(PROOFS))
    parser.add_argument("--quick", action="store_true", help="within 60 s; less of the same")
    parser.add_argument("--seed", type=int, default=2569, help="of everything drawn by chance (default 2569)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the JSON line here")
    parser.add_argument("--first-port", type=int, default=FIRST_PORT, help="of the ten ports that the proof's station uses")
    given = parser.parse_args(arguments)
    report = Report(given.proof, given.seed, given.quick)
    print(f"proof {given.proof}: {PROOFS[given.proof]}; seed {given.seed}", flush=True)
    began = time.monotonic()
    module = importlib.import_module(f"tests.proofs.{given.proof}")
    module.run(report, quick=given.quick, seed=given.seed, first_port=given.first_port)
    report.figures["seconds"] = round(time.monotonic() - began, 1)
    report.last_lines(given.json)
    return 1 if report.failed else 0


if __name__ == "__main__":
    sys.exit(main())

"""``python -m benchmarks JOB``: see ``--help``."""

import argparse
import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import cast

from benchmarks.calibration import calibrate
from benchmarks.outcome import Outcome, last_line

JOBS = {
    "sos": ("benchmarks.sos.job", "SOS press to the live channel of 20 operators; against Node-RED and one commit a press"),
    "coverage": ("benchmarks.coverage.job", "what cameras see among houses, exactly; against shapely, tcod and pyvisgraph"),
    "siting": ("benchmarks.siting.job", "where cameras should stand and look, with proof; against spopt with CBC and OR-Tools"),
    "wall": ("benchmarks.wall.job", "cameras from RTSP to the browser and the disk; against decoding each and sending JPEG"),
    "watching": ("benchmarks.watching", "what it costs the web to say who may look: a press's four cameras, a wall's tickets, 1,600 looks"),
    "blur": ("benchmarks.blur", "frames with a face in which an export covers it, by the face's size"),
    "camera_health": ("benchmarks.camera_health.job", "harmed cameras found and well ones accused, on clips and on made streets"),
    "video": ("benchmarks.video.job", "cameras read on one core; against every picture and the motion gate that Frigate publishes"),
    "faces": ("benchmarks.faces", "a face against 100,000 and a million templates, the exact set; against FAISS flat"),
    "sightings": ("benchmarks.sightings.job", "plates that passed: exact, nearly right, going along; against PostgreSQL, DuckDB, chdb"),
    "searching": ("benchmarks.searching", "a search over a station's week, by the screen's query and page; and what columns would add"),
    "faces_dir": ("benchmarks.faces_dir", "pairs of photographs of your own: one person or two? (--pairs CSV --dir DIR)"),
    "plates": ("benchmarks.plates", "Thai plates read whole, on crops or photographs of your own (--dir DIR) or on drawn ones"),
}
"""Name → module with ``run(*, quick, seed) -> Outcome``, and one line for ``--help``."""


def main(arguments: list[str] | None = None) -> int:
    """Run one job; 0 when every answer was right (a missed goal is printed, and is the reader's to judge), 1 when one was wrong."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", epilog="; ".join(f"{name}: {what}" for name, (_, what) in JOBS.items()))
    parser.add_argument("job", choices=sorted(JOBS))
    parser.add_argument("--quick", action="store_true", help="within 60 s, for every change; fewer steps and rounds")
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the JSON line here")
    parser.add_argument("--seed", type=int, default=2569, help="of everything drawn by chance (default 2569)")
    parser.add_argument("--dir", type=Path, dest="folder", metavar="DIR", help="pictures of your own, for jobs that read a folder")
    parser.add_argument("--pairs", type=Path, metavar="CSV", help="faces_dir: columns a, b, same")
    parser.add_argument("--rows", type=_rows, metavar="N", help="sightings: so many rows, 1M or 10M (default 10M; 1M when quick)")
    parser.add_argument("--cameras", type=int, metavar="N", help="video: the program itself holds N real RTSP cameras")
    parser.add_argument("--seconds", type=float, metavar="S", help="video: for so long (default 60)")
    given = parser.parse_args(arguments)
    names = ("folder", "pairs", "rows", "cameras", "seconds")
    own = {name: value for name in names if (value := getattr(given, name)) is not None}

    machine = calibrate()
    print("machine: " + ", ".join(f"{name} {value:g}" for name, value in machine.items()) + f"; seed {given.seed}", flush=True)
    run = cast(Callable[..., Outcome], importlib.import_module(JOBS[given.job][0]).run)
    outcome = run(quick=given.quick, seed=given.seed, **own)
    last_line(outcome, machine=machine, quick=given.quick, file=given.json)
    return 1 if outcome.wrong else 0


def _rows(words: str) -> int:
    """``10M`` or ``250000``."""
    return int(float(words.upper().removesuffix("M")) * (1_000_000 if words.upper().endswith("M") else 1))


if __name__ == "__main__":
    sys.exit(main())

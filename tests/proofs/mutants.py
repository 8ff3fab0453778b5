"""Proof of the proofs: each broken twin must be caught, and the healthy program must pass the same proof."""

import subprocess
import sys

import orjson

from benchmarks.servers import Databases
from safetyzone.programs.postgres import DATABASE, PostgresServer
from tests.proofs import crashpoints
from tests.proofs.report import Report
from tests.proofs.station import Furniture, RealStation, a_station
from tests.proofs.twins import DATABASE_TWINS

CAUGHT_BY = {
    "no_unique_index": "twice",
    "answers_anew": "repeat",
    "checks_no_signature": "forged",
    "filters_by_no_permission": "apart",
    "edited_audit_row": "audit",
    "removed_audit_row": "audit",
    "cut_audit_lane": "audit",
    "audit_may_be_changed": "append_only",
}
"""Twin → the small proof that must catch it."""
CAUGHT_AT_POINTS = ("answers_before_commit", "records_after_commit")
"""Twins that need a stop between two steps: the walk through the crash points must catch them."""
POLES = 34
"""Ten for the small proofs, eight for each walk."""


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """The healthy program first, then every twin. ``quick`` leaves the healthy walk to the proof ``crashpoints``."""
    caught: list[str] = []
    with a_station(first_port) as station:
        furniture = station.furnish(poles=POLES)
        server = PostgresServer(station.state)
        try:
            with _Small(station, Databases(server.start())) as small:
                for proof in sorted(set(CAUGHT_BY.values())):
                    report.check(f"the healthy program passes: {proof}", not small.wrong(proof, "-"))
                for twin, proof in CAUGHT_BY.items():
                    _note(report, caught, twin, proof, small.wrong(proof, twin))
        finally:
            server.stop()
        if not quick:
            report.check("the healthy program passes: crashpoints", not _walk(station, furniture, seed, "-"))
        for twin in CAUGHT_AT_POINTS:
            _note(report, caught, twin, "crashpoints", _walk(station, furniture, seed, twin))
    report.figures |= {"mutants": len(CAUGHT_BY) + len(CAUGHT_AT_POINTS), "caught": len(caught)}


def _note(report: Report, caught: list[str], twin: str, proof: str, wrong: list[str]) -> None:
    if report.check(f"caught by {proof}: {twin}{f' ({wrong[0]})' if wrong else ''}", wrong):
        caught.append(twin)


def _walk(station: RealStation, furniture: Furniture, seed: int, twin: str) -> list[str]:
    """The crash points around the commit and the answer, on poles that have not pressed yet."""
    used = 10 + 8 * ("-", *CAUGHT_AT_POINTS).index(twin)
    some = Furniture(furniture.poles[used : used + 8], furniture.cookies)
    (station.folder / "acked.jsonl").unlink(missing_ok=True)
    verdict, points, _ = crashpoints.walk(station, some, seed=seed, twin=twin, near=("COMMIT",))
    wrong = [f"{len(found)} {name}" for name in ("lost", "doubled", "differing") if (found := getattr(verdict, name))]
    return wrong if points else ["no point was reached"]


class _Small:
    """Runs small proofs, each in a fork and a database of its own."""

    def __init__(self, station: RealStation, databases: Databases) -> None:
        self.databases, self.number = databases, 0
        environment = {**station.environment(), "SAFETYZONE_DATABASE_URL": databases.dsn}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.small", str(station.folder / "furniture.json")],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __enter__(self) -> "_Small":
        self._ask("hear_some", "-", DATABASE)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()

    def wrong(self, proof: str, twin: str) -> list[str]:
        """What the proof finds wrong with this twin."""
        self.number += 1
        name = f"twin_{self.number}"
        self.databases.fresh(name, like=DATABASE)
        self.databases.change(name, DATABASE_TWINS.get(twin, ()))
        return self._ask(proof, twin, name)

    def _ask(self, proof: str, twin: str, database: str) -> list[str]:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{proof} {twin} {database}\n")
        self.process.stdin.flush()
        found: list[str] = orjson.loads(self.process.stdout.readline())
        return found

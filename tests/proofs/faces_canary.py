"""Proof: of a face on no list nothing reaches the disk, the write-ahead log, the bus or a log, and nothing is in memory a second later.

Faces that nobody has pass the real matcher in a process of its own; the one on the list becomes a candidate, which goes through a spool,
NATS and PostgreSQL. The templates of the others are known here, because they are computed once more from the same frames; they are looked
for as float32, float64 and float16, as bytes, base64, hexadecimal and written numbers, in everything below the folder and in the process.
Twins that break the promise in six ways must be found, or looking proves nothing.
"""

import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psycopg
from numpy.typing import NDArray

from safetyzone.programs.nats import NatsPlace, NatsServer
from safetyzone.programs.postgres import PostgresServer
from safetyzone.programs.vision.faces import matcher, memory
from tests.proofs import faces_harness as harness
from tests.proofs.canaries import Needles, Scan, locked_kb, processes_core_limit
from tests.proofs.report import Report
from tests.servers import a_free_port

STRANGERS, STRANGERS_QUICK, STRANGERS_OF_TWIN = 400, 30, 4
TWINS = ("logs_them", "prints_them", "spools_them", "stores_them", "keeps_them", "leaves_the_output")
IN_MEMORY_ONLY = ("keeps_them", "leaves_the_output")


@dataclass(frozen=True)
class Servers:
    """The bus and the database, in the folder that is looked through."""

    folder: Path
    url: str
    dsn: str

    def settle(self) -> None:
        """All that the database knows is on the disk."""
        with psycopg.connect(self.dsn, autocommit=True) as rows:
            rows.execute("SELECT pg_switch_wal()")
            rows.execute("CHECKPOINT")


@dataclass(frozen=True)
class Seen:
    """One run of the harness."""

    scan: Scan
    frames: int
    candidates: int
    memory_read: bool
    core: str
    locked_kb: int


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """Ours, then the twins; each with strangers of its own."""
    del first_port  # every port is a free one
    strangers = STRANGERS_QUICK if quick else STRANGERS
    first = seed * 1000
    with tempfile.TemporaryDirectory(prefix="faces-proof-", ignore_cleanup_errors=True) as name:
        Path(name).chmod(0o755)  # as root the database runs as another user, who must be able to pass
        state = Path(name) / "state"
        state.mkdir()
        database = PostgresServer(state)
        place = NatsPlace(
            url=f"nats://127.0.0.1:{a_free_port()}", user=harness.NATS_USER, password=harness.NATS_PASSWORD,
            mqtt_host="127.0.0.1", mqtt_port=a_free_port(),
        )  # fmt: skip
        bus = NatsServer(state / "nats", place)
        try:
            servers = Servers(state, place.url, database.start())
            bus.start(poles=())
            with psycopg.connect(servers.dsn, autocommit=True) as rows:
                rows.execute(harness.TABLE)
            _ours(report, servers, first, strangers)
            for number, twin in enumerate(TWINS, start=1):
                _caught(report, servers, twin, first + 100_000 * number)
        finally:
            bus.stop()
            database.stop()


def _ours(report: Report, servers: Servers, first: int, strangers: int) -> None:
    templates = templates_of(first, strangers)
    seen = play(servers, first, strangers, "", Needles.of(templates))
    on_disk = {where: many for where, many in by_place(seen.scan).items() if where != "memory"}
    in_memory = by_place(seen.scan).get("memory", 0)
    report.figures |= {
        "strangers": strangers, "frames": seen.frames, "templates": len(templates) // 2, "candidates": seen.candidates,
        "needles": len(Needles.of(templates).exact), "looked_through_mb": round(seen.scan.bytes / 1e6), "found": seen.scan.total,
        "found_in_memory": in_memory if seen.memory_read else None, "locked_kb": seen.locked_kb, "swap_in_use": memory.swap_in_use(),
    }  # fmt: skip
    report.check(f"{strangers} strangers were compared in {len(templates) // 2} frames", len(templates) >= 3.6 * strangers)
    report.check(f"the one on the list became one candidate ({seen.candidates})", seen.candidates == 1)
    report.check(f"the candidate is in the database ({_stored(servers)} row)", _stored(servers) == 1)
    on_bus = sum(b'"camera":"canary-1"' in file.read_bytes() for file in servers.folder.rglob("*.blk"))
    report.check("and on the disk of the bus", on_bus)
    report.check(f"templates of strangers on disk, WAL, bus and logs: {sum(on_disk.values())} {on_disk}", not on_disk)
    if seen.memory_read:
        report.check(f"templates of strangers in memory a second later: {in_memory}", in_memory == 0)
    else:
        report.say("memory of the process may not be read here (it is root's to read): not looked through")
    report.check(f"core dumps are off (limit {seen.core})", seen.core == "0")
    kept = f"{seen.locked_kb} kB of templates are kept out of swap" if seen.locked_kb else "no memory could be locked: encrypt or stop swap"
    report.check(kept, seen.locked_kb > 0 or not memory.swap_in_use())


def _caught(report: Report, servers: Servers, twin: str, first: int) -> None:
    seen = play(servers, first, STRANGERS_OF_TWIN, twin, Needles.of(templates_of(first, STRANGERS_OF_TWIN)))
    if twin in IN_MEMORY_ONLY and not seen.memory_read:
        report.say(f"not looked for: {twin}, whose traces are in memory alone")
        return
    report.check(f"caught: {twin} ({', '.join(f'{where} {many}' for where, many in sorted(by_place(seen.scan).items()))})", seen.scan.total)


def play(servers: Servers, first: int, count: int, twin: str, needles: Needles) -> Seen:
    """Let them pass, then look through everything."""
    began = time.time()
    words = ["-m", "tests.proofs.faces_harness", str(servers.folder), servers.url, servers.dsn, str(first), str(count)]
    with (servers.folder / "vision.log").open("ab") as out:
        process = subprocess.Popen([sys.executable, *words, *([twin] if twin else [])], stdin=subprocess.PIPE, stdout=out, stderr=out)
        try:
            told = _until_passed(process, servers.folder / "vision.log")
            servers.settle()
            scan = Scan(needles)
            scan.folder(servers.folder, began if twin else 0.0)
            scan.rows(servers.dsn)
            read = twin in ("", *IN_MEMORY_ONLY) and scan.memory(process.pid)
            return Seen(scan, told[0], told[1], read, processes_core_limit(process.pid), locked_kb(process.pid))
        finally:
            process.kill()
            process.wait()


def _until_passed(process: "subprocess.Popen[bytes]", file: Path) -> tuple[int, int]:
    begin = file.stat().st_size
    while process.poll() is None:
        for line in file.read_bytes()[begin:].decode().splitlines():
            if line.startswith("passed "):
                _, frames, _, candidates = line.split()
                return int(frames), int(candidates)
        try:
            process.wait(0.2)
        except subprocess.TimeoutExpired:
            continue
    raise RuntimeError("the harness ended:\n" + file.read_text(errors="replace")[-2_000:])


def templates_of(first: int, count: int) -> list[NDArray[np.float32]]:
    """What the matcher computes of the strangers, computed here once more."""
    nets, found = matcher.Nets(), []
    for _, frame in harness.passers(first, count):
        for face in nets.detector.find(frame):
            if worth := matcher._worth(frame, face, 40):
                template = np.zeros(128, np.float32)
                nets.embedder.embed(worth.square, template)
                found += [template, raw_output(nets, worth.square)]
    return found[4:]  # the first two frames show the one on the list


def raw_output(nets: matcher.Nets, square: matcher.Picture) -> NDArray[np.float32]:
    """What the net says before it is brought to length one: a template as well."""
    given = square[None, :, :, ::-1].transpose(0, 3, 1, 2).astype(np.float32)
    return np.asarray(nets.embedder._session.run(None, {"data": given})[0][0], np.float32)


def by_place(scan: Scan) -> dict[str, int]:
    """How much was found where."""
    places: Counter[str] = Counter()
    for (where, _), many in scan.found.items():
        places[where] += many
    return dict(places)


def _stored(servers: Servers) -> int:
    with psycopg.connect(servers.dsn) as rows:
        row = rows.execute("SELECT count(*) FROM canary_candidate").fetchone()
    assert row is not None
    return int(row[0])

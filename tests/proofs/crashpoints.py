"""Proof: wherever the intake stops, a press that was answered is kept, and one that was not is answered after the restart.

Random kills seldom hit a window of a few milliseconds; this walks through every input and output of the press path, one by one.
"""

import asyncio
import itertools
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import nats
import uvloop
from nats.js.errors import NotFoundError

from safetyzone.contracts import topics
from safetyzone.kernel.settings import Settings
from safetyzone.programs.nats import NatsServer, bus_place
from safetyzone.programs.postgres import PostgresServer
from tests.proofs import devices
from tests.proofs.count import Verdict, judge, stored_presses
from tests.proofs.devices import Credential, Crowd, Pole, keep_noting
from tests.proofs.memory import Memory
from tests.proofs.report import Report
from tests.proofs.station import Furniture, RealStation, a_station
from tests.proofs.stepped_intake import STOPPED

MOST_POINTS = 150
_NEVER = 1_000_000
ANSWERED_WITHIN_S = 8.0
SETTLES_S = 0.4
"""A press path that has not stopped so long after its answer has come to its end."""
SAID_AGAIN_S = 1.6
"""After a stop that followed the answer: how long the restarted intake hears what the stream says again."""


class Intakes:
    """The fork server, spoken to by lines; waits in threads so that poles go on meanwhile."""

    def __init__(self, station: RealStation, database_url: str) -> None:
        self.steps = station.folder / "steps"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.proofs.stepped_intake", str(self.steps)], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=(station.folder / "intake.err").open("wb"), text=True,
            env={**station.environment(), "SAFETYZONE_DATABASE_URL": database_url},
        )  # fmt: skip
        self.pid = 0
        self._hear_until("loaded")

    def start(self, stop_at: int, pole: str, twin: str) -> None:
        assert self.process.stdin is not None
        if self.steps.exists():  # the fork server holds it open: emptied, not removed
            os.truncate(self.steps, 0)
        self.process.stdin.write(f"start {stop_at} {pole} {twin}\n")
        self.process.stdin.flush()
        self.pid = int(self._hear_until("pid").split()[1])

    def listening(self) -> None:
        self._hear_until("listening")

    def ended(self) -> int:
        """Wait until it ends; its exit code."""
        code = int(self._hear_until("ended").split()[1])
        self.pid = 0
        return code

    def runs(self) -> bool:
        try:
            return self.pid > 0 and ") Z " not in Path(f"/proc/{self.pid}/stat").read_text()
        except (FileNotFoundError, ProcessLookupError):  # it may end between opening and reading
            return False

    def kill(self) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self.ended()

    def close(self) -> None:
        self.process.kill()
        self.process.wait()

    def _hear_until(self, first_word: str) -> str:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith(first_word):
                return line.strip()
        raise RuntimeError("the intakes' server ended")


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """Every point; in ``quick`` every fourth."""
    with a_station(first_port) as station:
        furniture = station.furnish(poles=MOST_POINTS)
        verdict, points, again = walk(station, furniture, seed=seed, stride=4 if quick else 1)
    report.figures |= {**verdict.figures(), "points": points, "answered_after_restart": again, "stride": 4 if quick else 1}
    report.check(f"{points} points were stopped at until the path ran through", points >= (8 if quick else 30))
    report.check("every press is answered in the end", verdict.acked == verdict.sent)
    report.check("no answered press is lost", not verdict.lost)
    report.check("no press is doubled, and no two answers differ", not (verdict.doubled or verdict.differing or verdict.unknown))


def walk(
    station: RealStation, furniture: Furniture, *, seed: int, stride: int = 1, twin: str = "-", near: Sequence[str] = ()
) -> tuple[Verdict, int, int]:
    """Stop at one point after the other; returns the verdict, how many points there were, and how often a restart had to answer.

    Args:
        near: only the points whose words hold one of these; found by running through once.
    """
    of = Settings(
        state=station.state, nats_port=station.first_port + 2, mqtt_port=station.mqtt_port, intake_port=station.first_port + 1
    )
    postgres, bus = PostgresServer(station.state), NatsServer(station.state, bus_place(of), name="proof")
    url = postgres.start()
    try:
        with station.rows() as rows:
            bus.start(rows.execute("SELECT code, mqtt_password_hash FROM sos_pole").fetchall())
        memory = Memory(station.folder / "acked.jsonl")
        intakes = Intakes(station, url)
        try:
            points, again = uvloop.run(_walk(furniture, memory, intakes, of, seed=seed, stride=stride, twin=twin, near=near))
        finally:
            intakes.close()
            memory.close()
        with station.rows() as rows:
            poles = {pole.code for pole in furniture.poles}
            stored = {key: kept for key, kept in stored_presses(rows).items() if key[0] in poles}
        verdict = judge(sent=memory.sent, promised=memory.read(), stored=stored)
        verdict.say()
        return verdict, points, again
    finally:
        bus.stop()
        postgres.stop()


async def _walk(
    furniture: Furniture, memory: Memory, intakes: Intakes, of: Settings, *, seed: int, stride: int, twin: str, near: Sequence[str]
) -> tuple[int, int]:
    devices.SAY_AGAIN_AFTER_S = 0.4
    noting = asyncio.create_task(keep_noting(memory))
    points, again = 0, 0
    stops: Iterator[int] = itertools.count(1, stride)
    poles = iter(furniture.poles)
    try:
        if near:
            await _one(next(poles), memory, intakes, of, stop_at=_NEVER, seed=seed, twin=twin)
            stops = iter(_numbers(intakes.steps, near))
        for stop_at, credential in zip(stops, poles, strict=False):
            stopped, answered_before = await _one(credential, memory, intakes, of, stop_at=stop_at, seed=seed, twin=twin)
            if not stopped:
                break
            points += 1
            again += not answered_before
    finally:
        noting.cancel()
        memory.sync()
    return points, again


async def _one(
    credential: Credential, memory: Memory, intakes: Intakes, of: Settings, *, stop_at: int, seed: int, twin: str
) -> tuple[bool, bool]:
    """One pole, one press, one point: whether the intake stopped there, and whether the pole had its answer by then."""
    await _forget_stream(of)
    crowd = Crowd(memory, left=1, pause_s=0, twice=0, drawn=random.Random(f"{seed} {credential.code}"))
    pole = Pole(credential, crowd, host="127.0.0.1", port=of.mqtt_port)
    await asyncio.to_thread(intakes.start, stop_at, credential.code, twin)
    await asyncio.to_thread(intakes.listening)
    pressing = asyncio.create_task(pole.run())
    stopped = await _stopped(intakes, pressing)
    answered_before, where = pressing.done(), _last_line(intakes.steps)
    if stopped:
        await _restart(intakes, credential, pressing, twin)
    await asyncio.to_thread(intakes.kill)
    print(f"  {'stopped at' if stopped else 'ran through,'} {where}{'' if pressing.done() else ': NEVER ANSWERED'}", flush=True)
    pressing.cancel()
    return stopped, answered_before


async def _stopped(intakes: Intakes, pressing: "asyncio.Task[None]") -> bool:
    """Whether the intake stopped at its step; False when the path ran through to its end."""
    until = time.monotonic() + ANSWERED_WITHIN_S
    settled = float("inf")
    while time.monotonic() < min(until, settled):
        if not intakes.runs():
            code = await asyncio.to_thread(intakes.ended)
            if code != STOPPED:
                raise RuntimeError(f"the intake ended by itself with {code}")
            return True
        if pressing.done() and settled == float("inf"):
            settled = time.monotonic() + SETTLES_S
        await asyncio.sleep(0.01)
    return False


async def _restart(intakes: Intakes, credential: Credential, pressing: "asyncio.Task[None]", twin: str) -> None:
    """The same program again, with no step to stop at; it must answer whoever still waits."""
    had_answer = pressing.done()
    await asyncio.to_thread(intakes.start, 0, credential.code, twin)
    await asyncio.to_thread(intakes.listening)
    if had_answer:
        await asyncio.sleep(SAID_AGAIN_S)
        return
    with suppress(TimeoutError):
        await asyncio.wait_for(asyncio.shield(pressing), ANSWERED_WITHIN_S)


async def _forget_stream(of: Settings) -> None:
    """Each point begins with an empty stream, so that the last one's leftovers do not move the count."""
    place = bus_place(of)
    client = await nats.connect(place.url, user=place.user, password=place.password)
    with suppress(NotFoundError):
        await client.jetstream().delete_stream(topics.STREAM)
    await client.close()


def _numbers(file: Path, near: Sequence[str]) -> list[int]:
    """The points whose words hold one of ``near``."""
    lines = file.read_text(errors="replace").splitlines()
    return [int(line.split()[0]) for line in lines if any(words in line for words in near)]


def _last_line(file: Path) -> str:
    lines = file.read_text(errors="replace").splitlines() if file.exists() else []
    return lines[-1] if lines else "(nothing)"



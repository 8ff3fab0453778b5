"""One step: offer so many presses a second for some seconds and see what reached whom, when, and what stayed in the database."""

import contextlib
import itertools
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import numpy
import orjson

from benchmarks import processors
from benchmarks.sos import plan
from benchmarks.sos.plan import pole_code

OPERATORS = 20
LIMIT_MS = 100.0
LEAD_S = 0.6
"""Between "go" and the first press."""
TOO_LATE_S = 6.0
"""After the last press is due: what has not come by then counts as not delivered."""


@dataclass(frozen=True)
class Kept:
    """One press as the contestant's database holds it: the key under which operators hear of it, and how often it is there."""

    key: str
    rows: int
    ordinary: bool


class Contestant(Protocol):
    """What is measured. ``start`` begins with an empty database; ``master`` signs the presses it will accept."""

    name: str
    master: bytes
    mqtt_port: int
    credential: tuple[str, str]
    answers: bool

    def start(self) -> None: ...
    def stop(self) -> None: ...
    def kept(self, first: str, last: str) -> dict[str, Kept]: ...
    def how_many(self, first: str, last: str) -> int: ...
    def operator_arguments(self) -> list[str]: ...
    def processes(self) -> dict[str, list[int]]: ...


@dataclass
class Step:
    """What one step showed. Milliseconds from the moment a press was due."""

    contestant: str
    rate: float
    offered: int
    delivered: int
    p50_ms: float
    p99_ms: float
    p999_ms: float
    max_ms: float
    generator_p99_ms: float
    """How late the generator itself was; part of every latency above, and counted against the contestant."""
    answer_p50_ms: float = float("nan")
    answer_p99_ms: float = float("nan")
    answered: int = 0
    cpu_us: dict[str, float] = field(default_factory=dict)
    """Processor microseconds a press by part: what the press costs whoever else is on the machine."""
    wrong: list[str] = field(default_factory=list)

    @property
    def sustained(self) -> bool:
        return not self.wrong and self.delivered == self.offered * OPERATORS and self.p99_ms <= LIMIT_MS

    def row(self) -> list[object]:
        share = 100 * self.delivered / (self.offered * OPERATORS)
        return [
            self.contestant, self.rate, self.offered, f"{share:.0f} %", self.p50_ms, self.p99_ms, self.p999_ms, self.max_ms,
            self.answer_p99_ms, self.generator_p99_ms, sum(self.cpu_us.values()), "yes" if self.sustained else "no",
        ]  # fmt: skip


COLUMNS = (
    "contestant", "offered/s", "presses", "to 20 operators", "p50 ms", "p99 ms", "p99.9", "max", "ack p99", "generator p99",
    "cpu us/press", "sustained",
)  # fmt: skip


class _Helper:
    """The generator's or the operators' process, spoken to by lines."""

    def __init__(self, module: str, *arguments: object) -> None:
        command = [sys.executable, "-m", module, *map(str, arguments)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def hear(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.process.args} ended with {self.process.wait(5)}")
        return line.strip()

    def say(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(words + "\n")
        self.process.stdin.flush()

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()  # type: ignore[union-attr]


class Bench:
    """Runs steps; hands out each pole once, so that every press opens an incident of its own."""

    def __init__(self, folder: Path, *, seed: int, poles: int) -> None:
        self.folder, self.seed, self.poles = folder, seed, poles
        self._next_pole = 0
        self._number = itertools.count()

    def new_turn(self) -> None:
        """The contestant has begun again with an empty database: every pole may press once more."""
        self._next_pole = 0

    def step(self, contestant: Contestant, rate: float, seconds: float) -> Step:
        """Offer ``rate`` presses a second. Raises RuntimeError when the poles of this turn are used up."""
        number = next(self._number)
        file = {what: self.folder / f"{number}-{what}" for what in ("plan", "load", "operators")}
        first = self._next_pole
        begins = plan.soon(LEAD_S + 1.2 + rate * seconds * 80e-6)
        offered = plan.write(
            file["plan"], first_pole=first, rate=rate, seconds=seconds, begins=begins, seed=self.seed + number, master=contestant.master
        )
        if first + offered > self.poles:
            raise RuntimeError("more presses than poles: register more")
        self._next_pole = first + offered
        user, password = contestant.credential
        helpers = []
        try:
            operators = _Helper("benchmarks.sos.operators", *contestant.operator_arguments(), "--result", file["operators"])
            helpers.append(operators)
            load = _Helper(
                "benchmarks.sos.load", "--host", "127.0.0.1", "--port", contestant.mqtt_port, "--user", user, "--password", password,
                "--plan", file["plan"], "--result", file["load"],
            )  # fmt: skip
            helpers.append(load)
            statuses = orjson.loads(operators.hear())["statuses"]
            load.hear()
            before = _used(contestant)
            self._offer(load, begins.timestamp())
            first_code, last_code = pole_code(first), pole_code(first + offered - 1)
            _until(lambda: contestant.how_many(first_code, last_code) >= offered, TOO_LATE_S)
            time.sleep(0.4)
            after = _used(contestant)
            for helper in (load, operators):
                helper.say("stop")
                helper.hear()
            kept = contestant.kept(first_code, last_code)
        finally:
            for helper in helpers:
                helper.end()
        step = _joined(contestant, kept, file, rate=rate, first=first, offered=offered)
        step.cpu_us = {part: (after[part] - before[part]) * 1e6 / offered for part in after}
        step.wrong += [f"operators were told {status}" for status in statuses if " 200" not in status and " 101" not in status]
        return step

    @staticmethod
    def _offer(load: _Helper, begins: float) -> None:
        start_ns = time.monotonic_ns() + max(round((begins - time.time()) * 1e9), 50_000_000)
        load.say(f"go {start_ns}")
        load.hear()


def _used(contestant: Contestant) -> dict[str, float]:
    return {part: processors.seconds(pids) for part, pids in contestant.processes().items()}


def _until(done: Callable[[], bool], within_s: float) -> None:
    until = time.monotonic() + within_s
    while not done() and time.monotonic() < until:
        time.sleep(0.25)


def _joined(
    contestant: Contestant, kept: dict[str, Kept], file: dict[str, Path], *, rate: float, first: int, offered: int
) -> Step:
    """Put together what was due, what was stored and what each operator heard; the first time he heard it counts."""
    with numpy.load(file["load"]) as load, numpy.load(file["operators"]) as heard:
        due, late = load["due"], (load["left"] - load["due"]) / 1e6
        answered = load["answer"] > 0
        answers = (load["answer"] - due)[answered] / 1e6
        number_of = {one.key: int(pole[1:]) - first for pole, one in kept.items()}
        keys, places = numpy.unique(heard["key"], return_inverse=True)
        of_key = numpy.array([number_of.get(str(key), -1) for key in keys], dtype=numpy.int64)
        press = of_key[places] if len(keys) else numpy.zeros(0, dtype=numpy.int64)
        mine = press >= 0
        earliest = numpy.full((OPERATORS, offered), numpy.iinfo(numpy.int64).max)
        numpy.minimum.at(earliest, (heard["operator"][mine], press[mine]), heard["at"][mine])
        came = earliest < numpy.iinfo(numpy.int64).max
        latency = (earliest - due[None, :])[came] / 1e6
        wrong = [f"an operator's connection was lost ({int(heard['lost'].sum())})"] if heard["lost"].any() else []
    if answered.any() and not contestant.answers:
        wrong.append("answers from a contestant that gives none")
    wrong += _wrong_rows(kept, offered)
    shown = latency if latency.size else numpy.array([float("inf")])
    step = Step(
        contestant.name, rate, offered, int(came.sum()), *(float(numpy.percentile(shown, p)) for p in (50, 99, 99.9)),
        float(shown.max()), float(numpy.percentile(late, 99)), answered=int(answered.sum()), wrong=wrong,
    )  # fmt: skip
    if answers.size:
        step.answer_p50_ms, step.answer_p99_ms = (float(numpy.percentile(answers, p)) for p in (50, 99))
    return step


def _wrong_rows(kept: dict[str, Kept], offered: int) -> list[str]:
    """Rows that are there twice, share an incident or were doubted: wrong answers at any speed. Missing ones make a step not sustained."""
    wrong = []
    if doubled := sum(one.rows != 1 for one in kept.values()):
        wrong.append(f"{doubled} presses are stored more than once")
    if folded := len(kept) - len({one.key for one in kept.values()}):
        wrong.append(f"{folded} presses share an incident with another pole's")
    if doubted := sum(not one.ordinary for one in kept.values()):
        wrong.append(f"{doubted} good presses were classed as technical")
    if len(kept) > offered:
        wrong.append(f"{len(kept) - offered} rows that nobody sent")
    return wrong

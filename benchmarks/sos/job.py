"""``python -m benchmarks sos``: the highest rate at which every press reaches every operator, p99 within 100 ms, committed before shown."""

import math
import statistics
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.outcome import Outcome, table
from benchmarks.servers import Databases
from benchmarks.sos import node_red
from benchmarks.sos.contestants import NodeRedSameWork, NodeRedTurn, OurTurn, Place, make_pattern
from benchmarks.sos.measure import COLUMNS, LIMIT_MS, OPERATORS, Bench, Contestant, Step
from safetyzone.programs.postgres import PostgresServer

FIRST_PORT = 25_100
RATES = (20, 200, 500, 1_000, 1_500, 2_000, 3_000, 4_000, 5_000, 6_000, 8_000)
STORY_RATE, ACK_RATE = 500, 300
ACK_P99_MS, RATIO = 250.0, 6.0


@dataclass(frozen=True)
class Extent:
    """How much is measured. ``refine``: halvings between the last rate held and the first one missed."""

    rounds: int
    seconds: float
    refine: int
    ack_seconds: float
    poles: int
    rates: Sequence[float]


FULL = Extent(rounds=3, seconds=5, refine=3, ack_seconds=60, poles=160_000, rates=RATES)
QUICK = Extent(rounds=1, seconds=2, refine=0, ack_seconds=3, poles=60_000, rates=(500, 1_500, 3_000, 5_000))


@dataclass
class Found:
    """What one contestant showed over the rounds."""

    contestant: Contestant
    rates: list[float] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates) if self.rates else 0.0

    def cheapest(self) -> dict[str, int]:
        """Processor microseconds a press by part, at the busiest step whose presses all arrived."""
        whole = [step for step in self.steps if step.delivered == step.offered * OPERATORS]
        busiest = max(whole, key=lambda step: step.rate, default=None)
        return {part: round(used) for part, used in busiest.cpu_us.items()} if busiest else {}

    def at(self, rate: float) -> Step | None:
        return next((step for step in reversed(self.steps) if step.rate == rate), None)


def run(*, quick: bool, seed: int) -> Outcome:
    """Measure all three in turns and compare."""
    extent = QUICK if quick else FULL
    node_red.install()
    outcome = Outcome("sos", seed)
    with tempfile.TemporaryDirectory(prefix="sz-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)  # as root PostgreSQL runs as another user
        server = PostgresServer(folder / "postgres")
        dsn = server.start()
        try:
            databases = Databases(dsn)
            assert server.process is not None
            place = Place(folder, databases, dsn.partition("?host=")[2], FIRST_PORT, server.process.pid)
            print("postgresql: " + ", ".join(f"{name} {value}" for name, value in databases.promises().items()), flush=True)
            make_pattern(place, poles=extent.poles)
            _measure(place, extent, outcome)
        finally:
            server.stop()
    return outcome


def _measure(place: Place, extent: Extent, outcome: Outcome) -> None:
    bench = Bench(place.folder, seed=outcome.seed, poles=extent.poles)
    peer = Found(NodeRedTurn("Node-RED", place))
    same = Found(NodeRedSameWork("Node-RED same work", place))
    single = Found(OurTurn("ours single", place, commit_mode="single"))
    ours = Found(OurTurn("ours group", place, commit_mode="group"))
    for number in range(extent.rounds):
        for found in (peer, same, single, ours):
            _climb(bench, found, extent)
            print(f"round {number + 1}: {found.contestant.name} held {found.rates[-1]:,.0f}/s", flush=True)
    ack = _one(bench, ours, ACK_RATE, extent.ack_seconds)
    story = ours.at(STORY_RATE) or _one(bench, ours, STORY_RATE, extent.seconds)
    steps = [step for found in (peer, same, single, ours) for step in found.steps]
    table(f"SOS press to {OPERATORS} operators, milliseconds from when each press was due", COLUMNS, [step.row() for step in steps])
    outcome.wrong += [f"{step.contestant} at {step.rate:.0f}/s: {what}" for step in steps for what in step.wrong]
    ratio, ratio_same = _ratio(ours, peer), _ratio(ours, same)
    outcome.figures = {
        "rate_ours": round(ours.rate), "rate_single": round(single.rate), "rate_peer": round(peer.rate), "ratio": ratio,
        "rate_peer_same_work": round(same.rate), "ratio_same_work": ratio_same,
        "cpu_us_a_press": {found.contestant.name: found.cheapest() for found in (peer, same, single, ours)},
        "p50_ms": round(story.p50_ms, 2), "p99_ms": round(story.p99_ms, 2), "at_rate": STORY_RATE,
        "ack_p50_ms": round(ack.answer_p50_ms, 2), "ack_p99_ms": round(ack.answer_p99_ms, 2), "ack_rate": ACK_RATE,
        "ack_seconds": extent.ack_seconds, "acked": ack.answered, "offered": ack.offered, "operators": OPERATORS,
        "rounds": {found.contestant.name: [round(rate) for rate in found.rates] for found in (peer, same, single, ours)},
    }  # fmt: skip
    outcome.goals = {
        f"sustained rate at p99 <= {LIMIT_MS:.0f} ms at least {RATIO:g} times Node-RED's": ratio is not None and ratio >= RATIO,
        f"answers at {ACK_RATE}/s within {ACK_P99_MS:.0f} ms (p99), none missing": (
            ack.answered == ack.offered and ack.answer_p99_ms <= ACK_P99_MS
        ),
    }


def _ratio(ours: Found, peer: Found) -> float | None:
    """How many times the peer's rate; None when the peer held none of the rates offered."""
    return round(ours.rate / peer.rate, 2) if peer.rate else None


def _one(bench: Bench, found: Found, rate: float, seconds: float) -> Step:
    """One step in a turn of its own, after the warm-up."""
    _start(bench, found.contestant)
    try:
        step = bench.step(found.contestant, rate, seconds)
    finally:
        found.contestant.stop()
    found.steps.append(step)
    return step


def _start(bench: Bench, contestant: Contestant) -> None:
    """Begin a turn and warm it up; the warm-up is not counted."""
    contestant.start()
    bench.new_turn()
    bench.step(contestant, 100, 1)


def _climb(bench: Bench, found: Found, extent: Extent) -> None:
    """Up the rates until one is missed, then halve between; later rounds begin near what the earlier ones found."""
    begin_at = 0.6 * found.rate
    low, high = 0.0, math.inf
    rates = [rate for rate in extent.rates if rate >= begin_at] or [extent.rates[-1]]
    halvings = extent.refine
    _start(bench, found.contestant)
    try:
        while rates or (halvings and high < math.inf and high - low > 50):
            if rates:
                rate = rates.pop(0)
            else:
                rate, halvings = round((low + high) / 2), halvings - 1
            step = bench.step(found.contestant, rate, extent.seconds)
            found.steps.append(step)
            print(f"  {step.contestant} {rate:,.0f}/s: p99 {step.p99_ms:,.1f} ms{'' if step.sustained else ', missed'}", flush=True)
            if step.sustained:
                low = rate
                continue
            rates, high = [], rate
            if halvings:  # what it could not swallow must not weigh on the next step
                found.contestant.stop()
                _start(bench, found.contestant)
    finally:
        found.contestant.stop()
    found.rates.append(low)

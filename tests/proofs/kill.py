"""Proof: an acknowledged press is never lost and never doubled, whatever is killed at whatever moment.

100 poles over MQTT and some phones over HTTP press while intake, web, PostgreSQL and NATS are ended by ``kill -9`` at random.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvloop

from tests.proofs.count import Verdict, judge, stored_presses
from tests.proofs.devices import Crowd, Phone, Pole, keep_noting
from tests.proofs.memory import Memory
from tests.proofs.report import Report
from tests.proofs.station import Furniture, RealStation, a_station

VICTIMS = ("intake", "web", "postgres", "nats")


@dataclass(frozen=True)
class Extent:
    """How much: acknowledged presses wanted, kills, devices, seconds between kills (mean)."""

    presses: int
    kills: int
    poles: int
    phones: int
    between_s: float
    within_s: float


FULL = Extent(presses=20_000, kills=52, poles=100, phones=10, between_s=3.0, within_s=540)
QUICK = Extent(presses=1_500, kills=8, poles=100, phones=5, between_s=2.5, within_s=45)
SMALL = Extent(presses=60, kills=2, poles=5, phones=1, between_s=1.5, within_s=25)


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """The proof at its size; the figures and the verdict go to the report."""
    extent = QUICK if quick else FULL
    with a_station(first_port) as station:
        furniture = station.furnish(poles=extent.poles)
        report.say(f"station ready in {station.start():.1f} s; {extent.poles} poles, {extent.phones} phones")
        verdict, killed, memory = press_and_kill(station, furniture, extent, seed=seed)
        report.figures |= {**verdict.figures(), "kills": sum(killed.values()), "killed": dict(killed), "repeats": memory.repeats}
        report.check(f"{verdict.acked} presses acknowledged, {extent.presses} wanted", verdict.acked >= extent.presses)
        report.check(f"{sum(killed.values())} kills, {extent.kills} wanted", sum(killed.values()) >= extent.kills)
        report.check("no acknowledged press is lost", not verdict.lost)
        report.check("no press is stored, alerted or recorded twice", not verdict.doubled)
        report.check("every answer to a press is the same, and names the stored incident", not verdict.differing)
        report.check("nothing is stored that nobody sent", not verdict.unknown)
        if not verdict.good:
            report.say(station.words())


def press_and_kill(
    station: RealStation, furniture: Furniture, extent: Extent, *, seed: int
) -> tuple[Verdict, Counter[str], Memory]:
    """Press and kill until both are done, then compare the driver's own memory with the database."""
    memory = Memory(Path(station.folder) / "acked.jsonl")
    killed: Counter[str] = Counter()
    uvloop.run(_press_and_kill(station, furniture, extent, memory, killed, seed))
    memory.close()
    with station.rows_patiently() as rows:
        verdict = judge(sent=memory.sent, promised=memory.read(), stored=stored_presses(rows))
    verdict.say()
    return verdict, killed, memory


async def _press_and_kill(
    station: RealStation, furniture: Furniture, extent: Extent, memory: Memory, killed: Counter[str], seed: int
) -> None:
    drawn = random.Random(seed)
    devices = extent.poles + extent.phones
    pause_s = 0.85 * extent.kills * extent.between_s * devices / extent.presses
    crowd = Crowd(memory, left=extent.presses, pause_s=pause_s, drawn=drawn)
    poles = [Pole(one, crowd, host="127.0.0.1", port=station.mqtt_port) for one in furniture.poles[: extent.poles]]
    phones = [Phone(crowd, url=station.intake_url) for _ in range(extent.phones)]
    noting = asyncio.create_task(keep_noting(memory))
    pressing = [asyncio.create_task(device.run()) for device in (*poles, *phones)]
    began = time.monotonic()
    try:
        async with asyncio.timeout(extent.within_s):
            await _kill(station, extent, drawn, killed)
            print(f"  {sum(killed.values())} kills in {time.monotonic() - began:.0f} s, {memory.synced} answers so far", flush=True)
            await asyncio.gather(*pressing)
    except TimeoutError:
        print(f"  out of time: {memory.synced} answers, {crowd.left} presses not made", flush=True)
    for task in (noting, *pressing):
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.gather(noting, *pressing, return_exceptions=True)


async def _kill(station: RealStation, extent: Extent, drawn: random.Random, killed: Counter[Any]) -> None:
    """Random victims at random moments; the intake, which holds the promise, most often."""
    while sum(killed.values()) < extent.kills:
        await asyncio.sleep(extent.between_s * (0.5 + drawn.random()))
        victim = drawn.choices(VICTIMS, weights=(4, 1, 3, 3))[0]
        if station.kill(victim):
            killed[victim] += 1

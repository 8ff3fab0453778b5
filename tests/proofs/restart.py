"""Proof: a station that is restarted is ready within seconds, and a PostgreSQL that is killed under load comes back with nothing lost."""

import asyncio
import random
import statistics
import time
from pathlib import Path

import uvloop

from tests.proofs.count import judge, stored_presses
from tests.proofs.devices import Crowd, Pole, keep_noting
from tests.proofs.memory import Memory
from tests.proofs.report import Report
from tests.proofs.station import Furniture, RealStation, a_station

READY_S, BACK_S = 5.0, 10.0
POLES = 20
STARTS = 3
KILLS_QUICK, KILLS = 2, 10
SETTLE_S = 4.0
"""Load before each kill, so that there is something to lose."""


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """Restart the station ``STARTS`` times, then kill its PostgreSQL under load and see when presses are answered again."""
    with a_station(first_port) as station:
        furniture = station.furnish(poles=POLES)
        report.say(f"first start {station.start():.1f} s")
        ready = []
        for _ in range(1 if quick else STARTS):
            station.stop()
            ready.append(station.start())
        memory = Memory(Path(station.folder) / "acked.jsonl")
        gaps = uvloop.run(_kill_postgres(station, furniture, memory, seed=seed, kills=KILLS_QUICK if quick else KILLS))
        memory.close()
        with station.rows_patiently() as rows:
            verdict = judge(sent=memory.sent, promised=memory.read(), stored=stored_presses(rows))
        verdict.say()
    report.figures |= {
        "ready_s": round(statistics.median(ready), 2), "ready_worst_s": round(max(ready), 2),
        "db_back_s": round(statistics.median(gaps), 2), "db_back_worst_s": round(max(gaps), 2), "db_kills": len(gaps),
        **verdict.figures(),
    }  # fmt: skip
    report.check(f"ready again in {max(ready):.1f} s at worst, {READY_S:g} s allowed", max(ready) <= READY_S)
    report.check(f"answers again {max(gaps):.1f} s after PostgreSQL was killed at worst, {BACK_S:g} s allowed", max(gaps) <= BACK_S)
    report.check("nothing lost, nothing doubled", verdict.good and verdict.acked > 0)


async def _kill_postgres(station: RealStation, furniture: Furniture, memory: Memory, *, seed: int, kills: int) -> list[float]:
    """Seconds from each kill to the first answer to a press that was made after it."""
    crowd = Crowd(memory, left=1_000_000, pause_s=0.3, drawn=random.Random(seed))
    noting = asyncio.create_task(keep_noting(memory))
    pressing = [asyncio.create_task(Pole(one, crowd, host="127.0.0.1", port=station.mqtt_port).run()) for one in furniture.poles]
    gaps = []
    for _ in range(kills):
        await asyncio.sleep(SETTLE_S)
        before = set(memory.sent)
        answered: asyncio.Future[float] = asyncio.get_running_loop().create_future()

        def note(device: str, press_id: str, before: set[tuple[str, str]] = before, answered: "asyncio.Future[float]" = answered) -> None:
            if (device, press_id) not in before and not answered.done():
                answered.set_result(time.monotonic())

        killed = time.monotonic()
        if not station.kill("postgres"):
            raise RuntimeError("PostgreSQL does not run")
        await asyncio.sleep(0)
        crowd.on_answer = note
        gaps.append(await asyncio.wait_for(answered, 60) - killed)
    crowd.left = 0
    await asyncio.wait(pressing, timeout=20)
    for task in (noting, *pressing):
        task.cancel()
    await asyncio.gather(noting, *pressing, return_exceptions=True)
    memory.sync()
    return gaps

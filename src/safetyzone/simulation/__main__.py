"""``python -m safetyzone.simulation --plan FILE``: a pretend zone in a process of its own, until it is stopped."""

import argparse
import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import httpx
import structlog

from safetyzone.simulation.operator import Operator
from safetyzone.simulation.patrol import Patrol
from safetyzone.simulation.person import Person
from safetyzone.simulation.plan import Pace, Plan
from safetyzone.simulation.pole import Pole
from safetyzone.simulation.scenario import SCENARIOS, Night
from safetyzone.simulation.streets import Streets

log = structlog.get_logger()
IN_PLACE_S = 2.5
"""What poles and patrols are given to connect and sign in before the evening begins."""
TRY_AGAIN_S = 3.0


async def keep(name: str, live: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Somebody's life; a pretend person who stumbles gets up again."""
    while True:
        try:
            await live()
            return
        except Exception as fault:
            # One stumbling pretend person must not end the evening of all the others.
            log.warning("stumbled", who=name, error=type(fault).__name__, words=str(fault)[:120])
            await asyncio.sleep(TRY_AGAIN_S)


async def evening(plan: Plan, pace: Pace, *, scenario: str, drill: bool, keeps: Path) -> None:
    """Everybody lives side by side until this is cancelled. In a drill nobody sits at the operator's desk."""
    streets = Streets.read(plan.streets)
    poles = {key.code: Pole(key, host=plan.mqtt_host, port=plan.mqtt_port, pace=pace.child(key.code)) for key in plan.poles}
    lives: list[asyncio.Task[None]] = []
    for code, pole in poles.items():
        pole.life = asyncio.create_task(keep(code, pole.live))
    people = [key for key in (*plan.patrols, None if drill else plan.operator) if key is not None]
    for key in people:
        person = Person(key, plan.web_url, keeps)
        if key is plan.operator:
            lives.append(asyncio.create_task(keep(key.name, Operator(person, pace.child(key.name)).live)))
        else:
            starts = key.starts or (plan.poles[0].lon, plan.poles[0].lat)
            lives.append(asyncio.create_task(keep(key.name, Patrol(person, streets, pace.child(key.name), starts).live)))
        await asyncio.sleep(0.05)
    await asyncio.sleep(IN_PLACE_S)
    if plan.alive:
        plan.alive.touch()
    log.info("in_place", poles=len(poles), people=len(people), scenario=scenario, drill=drill)
    async with httpx.AsyncClient(base_url=plan.sos_url, timeout=10) as web:
        await SCENARIOS[scenario](Night(poles, web, pace.child("night"), plan.first_pole or plan.poles[0].code))


def main() -> None:
    """Read the plan, print the seed, live."""
    asked = argparse.ArgumentParser(prog="python -m safetyzone.simulation", description=__doc__)
    asked.add_argument("--plan", type=Path, required=True)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--speed", type=float, default=1.0)
    asked.add_argument("--scenario", choices=sorted(SCENARIOS), default="night")
    asked.add_argument("--drill", action="store_true")
    given = asked.parse_args()
    logging.getLogger("httpx").setLevel(logging.WARNING)
    plan = Plan.model_validate_json(given.plan.read_text("utf-8"))
    print(f"seed {given.seed}", flush=True)
    pace = Pace(given.speed)
    pace.chance.seed(given.seed)

    async def until_stopped() -> None:
        whole = asyncio.create_task(
            evening(plan, pace, scenario=given.scenario, drill=given.drill, keeps=given.plan.parent)
        )
        for sign in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(sign, whole.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await whole

    asyncio.run(until_stopped())


if __name__ == "__main__":
    main()

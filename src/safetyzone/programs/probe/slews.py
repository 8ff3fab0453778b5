"""Cameras that turn to an incident and back: which, every second, and each in a task of its own, so that none waits for another.

Neither the press nor a console waits for any of this: incidents are read, as they stand, from the database.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog

from safetyzone.ground.officers.access import SYSTEM
from safetyzone.kernel import clock
from safetyzone.kernel.geometry import Point
from safetyzone.programs.probe.turner import Turner
from safetyzone.response.watching import turning_actions
from safetyzone.senses.cameras import slew_actions, slew_queries, slewing
from safetyzone.senses.cameras.ports import CannotTurn
from safetyzone.senses.cameras.slew_queries import ToSlew
from safetyzone.senses.sos import queries as sos

log = structlog.get_logger()

Database = Callable[[Callable[[], Any]], Awaitable[Any]]


class Slews:
    """Of one probe. ``database`` and ``thinking`` run a deed in threads of the probe's, and answer None while the database is away."""

    def __init__(self, turner: Turner, database: Database, thinking: Database) -> None:
        self.turner, self.database, self.thinking = turner, database, thinking
        self.busy_with: set[UUID] = set()
        self.choosing: asyncio.Task[None] | None = None
        self.chosen_at: dict[int, datetime] = {}

    async def begun(self) -> list[asyncio.Task[None]]:
        """What is due now and not begun yet."""
        tasks = []
        if self.choosing is None or self.choosing.done():
            self.choosing = asyncio.create_task(self._choose())
            tasks.append(self.choosing)
        await self.database(lambda: turning_actions.bring_home(by=SYSTEM, at=clock.now()))
        due: list[ToSlew] = await self.database(lambda: slew_queries.to_do(at=clock.now())) or []
        new = [one for one in due if one.id not in self.busy_with]
        self.busy_with |= {one.id for one in new}
        return [*tasks, *(asyncio.create_task(self._carry_out(one)) for one in new)]

    async def _choose(self) -> None:
        """Cameras for incidents that are new, or were not asked about for a while."""
        try:
            chosen = await self.thinking(lambda: turning_actions.turn(self.chosen_at, by=SYSTEM, at=clock.now()))
            self.chosen_at = chosen if chosen is not None else self.chosen_at
        except Exception as wrong:  # a fault of one choice: the probe looks on, and chooses again
            log.error("slews_not_chosen", error=type(wrong).__name__)

    async def _carry_out(self, one: ToSlew) -> None:
        """Whatever goes wrong with one camera, it is said, and no other one's turn is missed."""
        try:
            await (self._home(one) if one.homeward else self._turn(one))
        except CannotTurn as no:
            await self._failed(one, no.why)
        except Exception as wrong:  # the edge of one camera; only the kind is logged
            log.error("slew_failed", camera=one.camera, error=type(wrong).__name__)
            await self._failed(one, "no answer")
        finally:
            self.busy_with.discard(one.id)

    async def _turn(self, one: ToSlew) -> None:
        async with self.turner.talking(one, at=clock.now()) as head:
            before = await head.before()
            if not await self.database(lambda: slew_actions.begin(one.id, before=before, by=SYSTEM, at=clock.now())):
                return  # it is over already, or cannot be put on record
            others: dict[str, Point] = await self.database(lambda: _poles(one.station)) or {}
            stood = one.before if one.before.is_known else before  # a second try: it may have moved since the first
            to = slewing.aim(one.home, one.target.where)
            way = await head.look_at(to, one.home, stood, one.target, others)
        await self.database(lambda: slew_actions.turned(one.id, way=way, by=SYSTEM, at=clock.now()) or True)

    async def _home(self, one: ToSlew) -> None:
        async with self.turner.talking(one, at=clock.now()) as head:
            await head.go_home(one.before)
        await self.database(lambda: slew_actions.home(one.id, by=SYSTEM, at=clock.now()) or True)

    async def _failed(self, one: ToSlew, why: str) -> None:
        log.info("slew_not_done", camera=one.camera, why=why)
        await self.database(lambda: slew_actions.failed(one.id, why=why, by=SYSTEM, at=clock.now()) or True)


def _poles(station: str) -> dict[str, Point]:
    """By every name that a preset may have."""
    return {name: pole.where for pole in sos.poles(station) for name in (pole.code, pole.name_th, pole.name_en)}

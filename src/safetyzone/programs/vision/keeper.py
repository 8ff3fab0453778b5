"""Who reads which camera on a cluster: cameras are shared out among the nodes, and a lost node's go to the living ones.

Nothing here knows what a node is made of: ``Reader`` is what the keeper says to one. Times add up to less than ten seconds: a node is
spoken to every ``LEASE_EVERY_S``; one that does not answer within ``LOST_AFTER_S`` is lost, and in the same call its cameras are given to
others. A node that hears nothing lets go by itself (``LETS_GO_AFTER_S``), so that one that is only cut off does not read on for long.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Protocol

import structlog

from safetyzone.contracts.vision import Work
from safetyzone.senses.readers.rules import fair_share, to_let_go

log = structlog.get_logger()

LOST_AFTER_S = 3.0
LETS_GO_AFTER_S = 6.0
"""Longer than a web that is away (2 s) and a lost neighbour (3 s) can make a well node wait."""
BEGUN_WITHIN_S = 60.0
"""The first start of a node loads its nets."""
AGAIN_S = 10.0
SILENT_TIMES = 4
"""A node that is too busy to answer reads on; where no other could take its cameras, it is lost only after so many silences in a row."""

Account = dict[str, Any]


class NodeLost(Exception):
    """A node did not answer, or not as agreed."""


class Reader(Protocol):
    """One node's side. Each of these may raise NodeLost."""

    async def give(self, work: tuple[Work, ...], *, fresh: bool) -> Account:
        """All that it reads from now on. ``fresh``: the web said so now; else what it was told before goes on."""

    async def end(self) -> None:
        """Let go of all."""


class Keeper:
    """``living`` says which nodes there are; ``begin`` makes a reader on one. ``room``: cameras that a node reads at most."""

    def __init__(self, living: Callable[[], Awaitable[Iterable[str]]], begin: Callable[[str], Awaitable[Reader]], room: int) -> None:
        self._living, self._begin, self._room = living, begin, room
        self._beginning: dict[str, asyncio.Task[Reader]] = {}
        self._not_before: dict[str, float] = {}
        self._silent: dict[str, int] = {}
        self._endings: set[asyncio.Task[None]] = set()
        self._work: dict[str, Work] = {}
        self.readers: dict[str, Reader] = {}
        self.shares: dict[str, tuple[str, ...]] = {}
        self.accounts: dict[str, Account] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """The cameras that some node reads now, in order."""
        return tuple(sorted(camera for share in self.shares.values() for camera in share))

    @property
    def room(self) -> int:
        """How many cameras the nodes that are ready take in all."""
        return self._room * len(self.readers)

    async def look(self) -> None:
        """Which nodes there are: a new one is begun, which takes its time; one that has gone is lost."""
        nodes, now = set(await self._living()), time.monotonic()
        for node in self.readers.keys() - nodes:
            self._lose(node, "gone")
        for node in nodes - self.readers.keys() - self._beginning.keys():
            if self._not_before.get(node, 0.0) <= now:
                self._beginning[node] = asyncio.create_task(self._begun(node))
        for node in [node for node, task in self._beginning.items() if task.done()]:
            task = self._beginning.pop(node)
            try:
                self.readers[node] = task.result()
                log.info("vision_node_reads", node=node)
            except (NodeLost, TimeoutError) as wrong:
                self._not_before[node] = now + AGAIN_S
                log.warning("vision_node_did_not_begin", node=node, why=str(wrong) or type(wrong).__name__)

    async def _begun(self, node: str) -> Reader:
        return await asyncio.wait_for(self._begin(node), BEGUN_WITHIN_S)

    async def give(self, work: tuple[Work, ...] | None) -> None:
        """What the web said; None: nothing, and what is read goes on. Returns when each camera has a node that answers, if any does."""
        if work is not None:
            self._work = {one.camera: one for one in work if one.plates or one.faces}
        while self.readers:
            self.shares = spread(self._work, {node: self.shares.get(node, ()) for node in self.readers}, self._room)
            nodes = tuple(self.readers)
            whys = await asyncio.gather(*(self._told(node, fresh=work is not None) for node in nodes))
            wrong = {node: why for node, why in zip(nodes, whys, strict=True) if why}
            nobody = len(wrong) == len(nodes)
            for node, why in wrong.items():
                if not (nobody and self._silent.get(node, 0) in range(1, SILENT_TIMES)):
                    self._lose(node, why)
            if not wrong or (nobody and self.readers):
                return
        self.shares = {}

    async def _told(self, node: str, *, fresh: bool) -> str:
        """Why it did not answer; empty: it did."""
        theirs = tuple(self._work[camera] for camera in self.shares[node])
        try:
            self.accounts[node] = await asyncio.wait_for(self.readers[node].give(theirs, fresh=fresh), LOST_AFTER_S)
        except TimeoutError:
            self._silent[node] = self._silent.get(node, 0) + 1
            return "silent"
        except NodeLost as wrong:
            self._silent.pop(node, None)
            return str(wrong) or "lost"
        self._silent.pop(node, None)
        return ""

    def _lose(self, node: str, why: str) -> None:
        log.warning("vision_node_lost", node=node, why=why, cameras=len(self.shares.get(node, ())))
        reader = self.readers.pop(node)
        self.shares.pop(node, None)
        self.accounts.pop(node, None)
        self._silent.pop(node, None)
        self._not_before[node] = time.monotonic() + AGAIN_S
        ending = asyncio.create_task(_ended(reader))
        self._endings.add(ending)  # the loop itself would forget a task that nobody holds, and its reader would keep its place
        ending.add_done_callback(self._endings.discard)

    async def stop(self) -> None:
        """Let go of all."""
        for task in self._beginning.values():
            task.cancel()
        await asyncio.gather(*self._beginning.values(), return_exceptions=True)
        readers = list(self.readers.values())
        self.readers.clear()
        self.shares = {}
        await asyncio.gather(*(_ended(reader) for reader in readers))


async def _ended(reader: Reader) -> None:
    try:
        await asyncio.wait_for(reader.end(), LOST_AFTER_S)
    except (NodeLost, TimeoutError):
        log.info("vision_node_ended_unheard")


def spread(cameras: Iterable[str], held: Mapping[str, tuple[str, ...]], room: int) -> dict[str, tuple[str, ...]]:
    """Each node's cameras: what it reads stays with it up to its fair share, the others go where most room is. Pure."""
    wanted = set(cameras)
    share = fair_share(len(wanted), len(held), room)
    shares: dict[str, list[str]] = {}
    for node, codes in sorted(held.items()):
        kept = sorted(wanted.intersection(codes))
        given_up = set(to_let_go(kept, share))
        shares[node] = [code for code in kept if code not in given_up]
        wanted.difference_update(shares[node])
    for code in sorted(wanted):
        node = min(shares, key=lambda node: (len(shares[node]), node), default="")
        if not node or len(shares[node]) >= room:
            break  # more cameras than the nodes have room for: other programs may take them
        shares[node].append(code)
    return {node: tuple(sorted(codes)) for node, codes in shares.items()}

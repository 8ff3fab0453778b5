"""Cameras read by the nodes of a Ray cluster: one actor a node holds its camera workers, and the keeper here tells it which.

Loaded only where a cluster is set (``SAFETYZONE_VISION_CLUSTER``). Ray carries what is to be read as sealed bytes: templates of faces never
lie open in its store of objects, which it may write to a disk, and a node without the station's master key can read nothing. Each node
reads its settings itself; what it read waits in its own spool and goes from there to the bus.
"""

import asyncio
import logging
import os
import signal
import socket
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"  # what a station does is nobody's statistics; Ray reads it when it is loaded

import ray
import structlog
from pydantic import TypeAdapter
from ray.exceptions import RayError
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from safetyzone.contracts.vision import LEASE_EVERY_S, LeaseAsk, Work
from safetyzone.kernel import sealed
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs import logs
from safetyzone.programs.vision.asking import Web, WebAway
from safetyzone.programs.vision.camera_worker import Eyes, steady_s
from safetyzone.programs.vision.keeper import LETS_GO_AFTER_S, LOST_AFTER_S, Account, Keeper, NodeLost, Reader
from safetyzone.programs.vision.reading import account_file, account_of, begins_quietly, reading, say

log = structlog.get_logger()

PURPOSE = "vision-work"
TICK_S = 0.5
NODES_WITHIN_S = 2.0
JOINS_WITHIN_S = 5.0
MOST_ROOM = 4096
ALL_WORK: TypeAdapter[tuple[Work, ...]] = TypeAdapter(tuple[Work, ...])


class NoCluster(Refused):
    """The cluster that is named does not answer, or has another Ray or Python."""

    code = "no_cluster"
    th = "เชื่อมต่อคลัสเตอร์ Ray ที่ {address} ไม่ได้ ({why}) เครื่องนี้ต้องอยู่ในคลัสเตอร์ และใช้ Ray กับ Python รุ่นเดียวกัน"
    en = "The Ray cluster at {address} cannot be joined ({why}): this machine must be one of its nodes, with the same Ray and Python."


class NodeReader:
    """The actor: what ``reading`` is on one machine, told by the keeper in the place of the web. Its methods share one event loop."""

    def __init__(self, node: str, number: int, open_eyes: Callable[[], Eyes]) -> None:
        self._node, self._number, self._open_eyes = node, number, open_eyes
        self._stack = AsyncExitStack()
        self._heard_s = steady_s()

    async def begin(self) -> None:
        """Load the nets; answers when cameras can be read."""
        logs.configure("vision")
        begins_quietly()
        self._holder, self._spool = await self._stack.enter_async_context(reading(settings(), self._number, self._open_eyes))
        self._ticking = asyncio.create_task(self._tick())

    async def give(self, closed: bytes, fresh: bool) -> Account:
        """See ``keeper.Reader``. A camera that comes while the web is away begins without faces: for those the word must be fresh."""
        work = ALL_WORK.validate_json(sealed.unseal(closed, purpose=PURPOSE, subject=self._node))
        self._heard_s = steady_s()
        if fresh:
            self._holder.give(work)
        else:
            for one in work:
                if one.camera not in self._holder.workers:
                    self._holder.begin(one.model_copy(update={"faces": None}))
        return account_of(self._holder, self._spool)

    async def end(self) -> None:
        """Let go of all, and keep what was read."""
        self._ticking.cancel()
        await self._stack.aclose()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_S)
            if steady_s() - self._heard_s > LETS_GO_AFTER_S:
                self._holder.give(())  # cut off: somebody else reads them by now
            self._holder.tick()


class OnNode:
    """The keeper's side of an actor."""

    def __init__(self, node: str, actor: Any) -> None:
        self._node, self._actor = node, actor

    @classmethod
    async def begin(cls, node: str, number: int, open_eyes: Callable[[], Eyes]) -> Reader:
        """An actor on this node and on no other. One CPU is asked for, so that a head that only keeps the cluster reads nothing."""
        there = NodeAffinitySchedulingStrategy(node_id=node, soft=False)
        actor: Any = ray.remote(NodeReader).options(num_cpus=1, max_restarts=0, scheduling_strategy=there).remote(node, number, open_eyes)
        try:
            await actor.begin.remote()
        except RayError as wrong:
            ray.kill(actor)
            raise NodeLost(type(wrong).__name__) from wrong
        except asyncio.CancelledError:  # it took too long
            ray.kill(actor)
            raise
        return cls(node, actor)

    async def give(self, work: tuple[Work, ...], *, fresh: bool) -> Account:
        """See ``keeper.Reader``."""
        closed = sealed.seal(ALL_WORK.dump_json(work).decode(), purpose=PURPOSE, subject=self._node)
        try:
            return dict(await self._actor.give.remote(closed, fresh))
        except RayError as wrong:  # its words may repeat what was given
            raise NodeLost(type(wrong).__name__) from None

    async def end(self) -> None:
        """See ``keeper.Reader``; whether it answers or not, the actor is gone afterwards."""
        try:
            async with asyncio.timeout(LOST_AFTER_S - 0.5):
                await self._actor.end.remote()
        except (RayError, TimeoutError) as wrong:
            raise NodeLost(type(wrong).__name__) from None
        finally:
            ray.kill(self._actor)


async def living_nodes() -> list[str]:
    """The cluster's nodes that have a CPU for reading."""
    found = await asyncio.to_thread(ray.nodes)
    return [str(node["NodeID"]) for node in found if node["Alive"] and node["Resources"].get("CPU", 0) >= 1]


async def run(of: Settings, number: int, open_eyes: Callable[[], Eyes]) -> None:
    """The keeper, until a signal. Raises NoCluster."""
    _join(of)
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):  # after Ray, which would end us by its own
        asyncio.get_running_loop().add_signal_handler(each, stop.set)

    async def begin(node: str) -> Reader:
        return await OnNode.begin(node, number, open_eyes)

    keeper, web, account = Keeper(living_nodes, begin, of.vision_cameras), Web(of), account_file(of, number)
    name = f"{socket.gethostname()}-{number}"
    try:
        while not stop.is_set():
            began = time.monotonic()
            await _round(keeper, web, name)
            say(account, whole_account(keeper))
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), max(0.05, LEASE_EVERY_S - (time.monotonic() - began)))
    finally:
        await keeper.stop()
        await web.close()
        account.unlink(missing_ok=True)
        ray.shutdown()


def _join(of: Settings) -> None:
    host, _, port = of.vision_cluster.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=JOINS_WITHIN_S).close()  # Ray itself tries for minutes
        ray.init(
            address=of.vision_cluster, namespace="safetyzone", log_to_driver=False, logging_level=logging.WARNING, configure_logging=False
        )
    except (OSError, RuntimeError, ValueError, RayError) as wrong:
        raise NoCluster(address=of.vision_cluster, why=type(wrong).__name__) from wrong


async def _round(keeper: Keeper, web: Web, name: str) -> None:
    """Every two seconds: which nodes there are, what may be read, and who reads it."""
    try:
        await asyncio.wait_for(keeper.look(), NODES_WITHIN_S)
    except (RayError, TimeoutError) as wrong:  # the head is away: those that answer read on
        log.warning("cluster_head_away", error=type(wrong).__name__)
    if not keeper.room:
        return  # no node is ready: other programs take the cameras
    try:
        answer = await web.leases(LeaseAsk(worker=name, held=keeper.held, room=min(MOST_ROOM, keeper.room)))
    except WebAway as why:
        log.warning("web_away", why=str(why))
        await keeper.give(None)
    else:
        await keeper.give(answer.work)


def whole_account(keeper: Keeper) -> Account:
    """The nodes' accounts as one, in the shape of one program's; of each camera also its node."""
    cameras = {
        camera: {**said, "node": node, "pid": account["pid"]}
        for node, account in keeper.accounts.items()
        for camera, said in account["cameras"].items()
    }
    waiting, given_up = (sum(account[what] for account in keeper.accounts.values()) for what in ("waiting", "given_up"))
    return {"pid": os.getpid(), "waiting": waiting, "given_up": given_up, "nodes": sorted(keeper.readers), "cameras": cameras}

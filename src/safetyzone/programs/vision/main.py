"""``safetyzone vision``: asks which cameras it may read, reads them, and keeps what it read until the bus has it."""

import asyncio
import importlib.util
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from types import ModuleType

import structlog

from safetyzone.contracts.vision import LEASE_EVERY_S, LeaseAsk
from safetyzone.kernel.refusals import Refused
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.vision.asking import Web, WebAway
from safetyzone.programs.vision.camera_worker import Eyes
from safetyzone.programs.vision.faces.matcher import Nets
from safetyzone.programs.vision.faces.nets import WrongWeights
from safetyzone.programs.vision.holder import Holder
from safetyzone.programs.vision.objects import detector as objects
from safetyzone.programs.vision.plates.detector import PlateDetector
from safetyzone.programs.vision.plates.reader import PlateReader
from safetyzone.programs.vision.plates.weights import NoWeights
from safetyzone.programs.vision.reading import account_file, account_of, begins_quietly, reading, say

log = structlog.get_logger()

TICK_S = 0.5


class NoRay(Refused):
    """A cluster is named, and what speaks to it is not installed."""

    code = "no_ray"
    th = "ตั้งค่าให้อ่านภาพด้วยคลัสเตอร์ (SAFETYZONE_VISION_CLUSTER) แต่ยังไม่ได้ติดตั้งส่วนเสริม cluster: pip install 'safetyzone[cluster]'"
    en = "A cluster is to read the cameras (SAFETYZONE_VISION_CLUSTER), and the extra for it is missing: pip install 'safetyzone[cluster]'"


async def run(of: Settings, number: int, open_eyes: Callable[[], Eyes]) -> None:
    """Until a signal. The name is the same after a restart, so that the cameras are its own again at once."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    account, web = account_file(of, number), Web(of)
    try:
        async with reading(of, number, open_eyes) as (holder, spool):
            asking = asyncio.create_task(_ask(holder, web, f"{socket.gethostname()}-{number}", of.vision_cameras, stop))
            while not stop.is_set():
                holder.tick()
                say(account, account_of(holder, spool))
                with suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), TICK_S)
            await asking
    finally:
        await web.close()
        account.unlink(missing_ok=True)


async def _ask(holder: Holder, web: Web, name: str, room: int, stop: asyncio.Event) -> None:
    """What may be read, every two seconds; while the web is away each camera goes on until its own work ends."""
    away = False
    while not stop.is_set():
        began = time.monotonic()
        try:
            answer = await web.leases(LeaseAsk(worker=name, held=holder.held, room=room))
            holder.give(answer.work)
            away = False
        except WebAway as why:
            if not away:
                log.warning("web_away", why=str(why))
            away = True
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), max(0.05, LEASE_EVERY_S - (time.monotonic() - began)))


def open_eyes() -> Eyes:
    """The nets that are installed; a kind that is not is said once, and what would need it is not read."""
    finder = reader = faces = None
    try:
        finder, reader = PlateDetector(), PlateReader()
    except NoWeights as missing:
        log.error("plates_not_read", why=str(missing))
    try:
        faces = Nets()
    except WrongWeights as missing:
        log.error("faces_not_compared", why=str(missing))
    vehicles = objects.installed()
    turns = threading.Semaphore(os.cpu_count() or 1)
    return Eyes(finder, reader, faces, vehicles.vehicle_at if vehicles else None, turns)


def main(number: int = 0, eyes: Callable[[], Eyes] = open_eyes) -> None:
    """Run until a signal says stop. Raises Refused where a cluster is asked for that is not there."""
    of = settings()
    begins_quietly()
    if of.vision_cluster:
        asyncio.run(_cluster().run(of, number, eyes))
    else:
        asyncio.run(run(of, number, eyes))


def _cluster() -> ModuleType:
    """Ray's side, which is loaded by whoever chose it, and by nobody else."""
    if importlib.util.find_spec("ray") is None:
        raise NoRay
    return importlib.import_module("safetyzone.programs.vision.cluster")

"""``safetyzone vision``: asks which cameras it may read, reads them, and keeps what it read until the bus has it."""

import asyncio
import os
import signal
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import unquote, urlsplit

import av
import orjson
import structlog

from safetyzone.contracts.vision import LEASE_EVERY_S, LeaseAsk, Work
from safetyzone.kernel.settings import Settings, settings
from safetyzone.programs.nats import bus_place
from safetyzone.programs.video.opening import Door
from safetyzone.programs.vision import bus
from safetyzone.programs.vision.adapters.listening import Listener
from safetyzone.programs.vision.asking import Web, WebAway
from safetyzone.programs.vision.camera_worker import CameraWorker, Eyes
from safetyzone.programs.vision.faces.matcher import Nets
from safetyzone.programs.vision.faces.memory import no_core_dumps
from safetyzone.programs.vision.faces.nets import WrongWeights
from safetyzone.programs.vision.holder import Holder
from safetyzone.programs.vision.objects import detector as objects
from safetyzone.programs.vision.plates.detector import PlateDetector
from safetyzone.programs.vision.plates.reader import PlateReader
from safetyzone.programs.vision.plates.weights import NoWeights
from safetyzone.programs.vision.spool import Spool
from safetyzone.programs.vision.writing import Writer

log = structlog.get_logger()

NICE = 5
"""Reading plates must never slow a press or a picture."""
TICK_S = 0.5
LETS_GO_S = 2.0


def folder(of: Settings, number: int) -> Path:
    """Where a program's spool is: one folder a program."""
    return of.state.resolve() / "spool" / f"vision-{number}"


def account_file(of: Settings, number: int) -> Path:
    """Where a program says every second how its cameras are: it is ready once this is there."""
    return of.state.resolve() / "run" / f"vision-{number}.json"


async def run(of: Settings, number: int, open_eyes: Callable[[], Eyes]) -> None:
    """Until a signal. The name is the same after a restart, so that the cameras are its own again at once."""
    stop, told = asyncio.Event(), asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    spool = Spool(folder(of, number))
    eyes = await asyncio.to_thread(open_eyes)
    writer, door, web = Writer(spool), Door.of(of), Web(of)

    def make(work: Work) -> CameraWorker:
        return CameraWorker(work, eyes, door, writer.tell)

    holder = Holder(make)
    telling = asyncio.create_task(bus.tell(spool, bus_place(of), stop=told, name=f"vision-{number}"))
    asking = asyncio.create_task(_ask(holder, web, f"{socket.gethostname()}-{number}", of.vision_cameras, stop))
    hearing = _hear(of, holder, writer)
    account = account_file(of, number)
    account.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        while not stop.is_set():
            holder.tick()
            _say_how_it_goes(account, holder, spool)
            with suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), TICK_S)
    finally:
        await asking
        for task in hearing:
            task.cancel()
        await asyncio.to_thread(holder.stop)
        await asyncio.to_thread(writer.close)
        told.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(telling, LETS_GO_S)
        await web.close()
        spool.close()
        account.unlink(missing_ok=True)


def _hear(of: Settings, holder: Holder, writer: Writer) -> "list[asyncio.Task[None]]":
    """Devices that read plates themselves, where there are any; what they say counts only at cameras that this program holds."""
    if not of.ai_mqtt_url or not of.ai_cameras:
        return []
    place = urlsplit(of.ai_mqtt_url.get_secret_value())

    def wanted(camera: str) -> bool:
        return (worker := holder.workers.get(camera)) is not None and worker.wants_plates

    listener = Listener(of.ai_cameras, wanted, writer.tell)
    user, password = (unquote(part) if part else None for part in (place.username, place.password))
    return [asyncio.create_task(listener.run(place.hostname or "127.0.0.1", place.port or 1883, user=user, password=password))]


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


def _say_how_it_goes(file: Path, holder: Holder, spool: Spool) -> None:
    """No plate and no face: how each camera is, and what it cost."""
    cameras = {
        code: {
            "why": each.why, "plates": each.wants_plates, "faces": bool(each.faces and each.faces.active), "packets": each.counted.packets,
            "decoded": each.counted.decoded, "seen": each.counted.seen, "looked": each.counted.looked,
            "broken": each.counted.broken, "late": each.counted.late,
        }
        for code, each in holder.workers.items()
    }  # fmt: skip
    draft = file.with_suffix(".draft")
    with suppress(OSError):  # a full disk stops no camera
        draft.write_bytes(orjson.dumps({"pid": os.getpid(), "waiting": len(spool), "given_up": spool.given_up, "cameras": cameras}))
        draft.replace(file)


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
    """Run until a signal says stop."""
    no_core_dumps()
    av.logging.set_level(av.logging.PANIC)
    with suppress(OSError):
        os.nice(NICE)
    asyncio.run(run(settings(), number, eyes))

"""What reads cameras, without who tells it which: nets, a holder of cameras, the spool and its way to the bus.

The same for a program that asks the web itself, and for a node of a cluster that is told by a keeper.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import av
import orjson

from safetyzone.contracts.vision import Work
from safetyzone.kernel.settings import Settings
from safetyzone.programs.nats import bus_place
from safetyzone.programs.video.opening import Door
from safetyzone.programs.vision import bus
from safetyzone.programs.vision.adapters.listening import Listener
from safetyzone.programs.vision.adapters.metadata import MetadataListener
from safetyzone.programs.vision.camera_worker import CameraWorker, Eyes
from safetyzone.programs.vision.faces.memory import no_core_dumps
from safetyzone.programs.vision.holder import Holder
from safetyzone.programs.vision.spool import Spool
from safetyzone.programs.vision.writing import Writer

NICE = 5
"""Reading plates must never slow a press or a picture."""
LETS_GO_S = 2.0


def folder(of: Settings, number: int) -> Path:
    """Where a program's spool is: one folder a program."""
    return of.state.resolve() / "spool" / f"vision-{number}"


def account_file(of: Settings, number: int) -> Path:
    """Where a program says every second how its cameras are: it is ready once this is there."""
    return of.state.resolve() / "run" / f"vision-{number}.json"


def begins_quietly() -> None:
    """Before anything is read: no memory goes to disk, FFmpeg's words (they may hold a password) go nowhere, others go first."""
    no_core_dumps()
    av.logging.set_level(av.logging.PANIC)
    with suppress(OSError):
        os.nice(NICE)


@asynccontextmanager
async def reading(of: Settings, number: int, open_eyes: Callable[[], Eyes]) -> AsyncIterator[tuple[Holder, Spool]]:
    """Cameras are let go, and what was read is told or kept, when the block ends. Raises OSError where nothing can be written."""
    spool, told = Spool(folder(of, number)), asyncio.Event()
    eyes = await asyncio.to_thread(open_eyes)
    writer, door = Writer(spool), Door.of(of)
    read_themselves = {*(of.ai_cameras.values() if of.ai_mqtt_url else ()), *of.ai_metadata}

    def make(work: Work) -> CameraWorker:
        return CameraWorker(work, eyes, door, writer.tell, reads_itself=work.camera in read_themselves)

    holder = Holder(make)
    telling = asyncio.create_task(bus.tell(spool, bus_place(of), stop=told, name=f"vision-{number}"))
    hearing = _hear(of, holder, writer, door)
    try:
        yield holder, spool
    finally:
        for task in hearing:
            task.cancel()
        await asyncio.to_thread(holder.stop)
        await asyncio.to_thread(writer.close)
        told.set()
        with suppress(TimeoutError):
            await asyncio.wait_for(telling, LETS_GO_S)
        spool.close()


def _hear(of: Settings, holder: Holder, writer: Writer, door: Door) -> "list[asyncio.Task[None]]":
    """Devices that read plates themselves, where there are any; what they say counts only at cameras that this program holds."""

    def wanted(camera: str) -> Work | None:
        worker = holder.workers.get(camera)
        return worker.work if worker is not None and worker.wants_plates else None

    hearing = []
    if of.ai_mqtt_url and of.ai_cameras:
        place = urlsplit(of.ai_mqtt_url.get_secret_value())
        listener = Listener(of.ai_cameras, lambda camera: wanted(camera) is not None, writer.tell)
        user, password = (unquote(part) if part else None for part in (place.username, place.password))
        hearing.append(listener.run(place.hostname or "127.0.0.1", place.port or 1883, user=user, password=password))
    if of.ai_metadata:
        hearing.append(MetadataListener(of.ai_metadata, wanted, writer.tell, door).run())
    return [asyncio.create_task(each) for each in hearing]


def account_of(holder: Holder, spool: Spool) -> dict[str, Any]:
    """No plate and no face: how each camera is, and what it cost."""
    cameras = {
        code: {
            "why": each.why, "plates": each.wants_plates, "faces": bool(each.faces and each.faces.active), "packets": each.counted.packets,
            "decoded": each.counted.decoded, "seen": each.counted.seen, "looked": each.counted.looked,
            "broken": each.counted.broken, "late": each.counted.late,
        }
        for code, each in holder.workers.items()
    }  # fmt: skip
    return {"pid": os.getpid(), "waiting": len(spool), "given_up": spool.given_up, "cameras": cameras}


def say(file: Path, account: dict[str, Any]) -> None:
    """Write the account where others find it."""
    draft = file.with_suffix(".draft")
    with suppress(OSError):  # a full disk stops no camera
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.write_bytes(orjson.dumps(account))
        draft.replace(file)

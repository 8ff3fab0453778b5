"""``python -m safetyzone.simulation.cameras``: pretend cameras in a process of their own.

--dir DIR: every .mp4 of a folder is a camera · --scenes FILE --cache DIR: every scene of a file is one, drawn when it is asked for ·
--count N [--clip FILE]: N cameras of one clip, for load · --fault CODE=KIND[:SECONDS]: tell those that already listen at --port (KIND
none: all is well).
"""

import argparse
import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path

from safetyzone.simulation.cameras.clip import make_clip
from safetyzone.simulation.cameras.scenes.scene import Scenes
from safetyzone.simulation.cameras.scenes.studio import Studio
from safetyzone.simulation.cameras.server import Cameras, OnPlay


def asked() -> argparse.Namespace:
    """What the command line says."""
    words = argparse.ArgumentParser(prog="python -m safetyzone.simulation.cameras", description=__doc__)
    words.add_argument("--host", default="127.0.0.1")
    words.add_argument("--port", type=int, default=9554)
    words.add_argument("--dir", type=Path)
    words.add_argument("--scenes", type=Path)
    words.add_argument("--cache", type=Path)
    words.add_argument("--count", type=int, default=0)
    words.add_argument("--clip", type=Path)
    words.add_argument("--at-once", action="store_true", help="begin with what was due since the last key frame")
    words.add_argument("--fault", metavar="CODE=KIND[:SECONDS]")
    return words.parse_args()


async def tell(host: str, port: int, words: str) -> int:
    """Set a fault of a server that runs; 0 when it was understood."""
    code, _, fault = words.partition("=")
    body = f"fault: {fault.replace(':', ' ')}".encode()
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(f"SET_PARAMETER rtsp://{host}:{port}/{code} RTSP/1.0\r\nCSeq: 1\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body)
    answer = (await reader.readline()).decode().strip()
    writer.close()
    print(answer)
    return 0 if " 200 " in answer else 1


async def serve(given: argparse.Namespace, made: Path) -> None:
    """Until a signal."""
    stop = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stop.set)
    on_play: OnPlay = "at_once" if given.at_once else "next_key"
    async with Cameras(given.host, given.port) as cameras:
        for file in sorted(given.dir.glob("*.mp4")) if given.dir else ():
            await cameras.add(file.stem, file, on_play=on_play)
        if given.count:
            clip = given.clip or make_clip(made / "made.mp4", width=1280, height=720, fps=25, seconds=8, bit_rate=2_500_000)
            for number in range(1, given.count + 1):
                await cameras.add(f"C{number:04}", clip, on_play=on_play)
        drawing = None
        if given.scenes:
            scenes = Scenes.model_validate_json(given.scenes.read_text("utf-8"))
            studio = Studio(cameras, scenes, given.scenes, given.cache or made)
            await studio.open()
            drawing = asyncio.create_task(studio.work())
        print(f"ready {cameras.url('')}", flush=True)
        await stop.wait()
        if drawing is not None:
            drawing.cancel()
            await asyncio.gather(drawing, return_exceptions=True)


def main() -> int:
    """Serve, or tell those who serve."""
    given = asked()
    if given.fault:
        return asyncio.run(tell(given.host, given.port, given.fault))
    with tempfile.TemporaryDirectory(prefix="cameras-") as made, contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(given, Path(made)))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

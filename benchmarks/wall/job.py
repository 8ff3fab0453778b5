"""``python -m benchmarks wall``: cameras held on one core, first pictures in a browser, bytes for a viewer.

Cameras are RTSP servers on loopback that send 720p25 at 2.5 Mbit/s. Ours pulls, records and hands on what they send; the peer decodes every
camera and sends JPEG pictures. Processor time is read from the kernel, so neighbours on the machine do not bend it. Answers are checked:
a recording, decoded, holds the frames of the clip that the camera played, bit by bit. Last, 64 tiles are looked at over a line of 8 Mbit/s.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import av
import httpx
import numpy

from benchmarks import processors
from benchmarks.outcome import Outcome, table
from benchmarks.wall.line import GOAL_LAG_MS, narrow_wall
from benchmarks.wall.page import first_pictures
from safetyzone.contracts.video import DELTA, KEY, MOST_TILES
from safetyzone.programs.video import store
from safetyzone.programs.video.fragments import scan
from safetyzone.programs.video.tests.station import Running, open_tiles, running, see
from safetyzone.simulation.cameras import make_clip
from tests.servers import a_free_port

CAMERAS, CAMERAS_QUICK = 100, 24
PEER_CAMERAS, PEER_CAMERAS_QUICK = 6, 3
SECONDS, SECONDS_QUICK = 20.0, 4.0
LOOKS, LOOKS_QUICK = 200, 12
SETTLES_S, SETTLES_QUICK_S = 6.0, 3.0
RATE = 25
GOAL_CAMERAS, GOAL_FIRST_MS, GOAL_WALL_MBIT_S = 100, 1_000, 8
KEY_EVERY_S, KEY_EVERY_S_QUICK = (1, 2, 4, 10), (1, 4)
"""What cameras are set to in the field; the wall must not wait for any of them."""
CLIP_S, CLIP_S_QUICK = 20, 4
LINE_MBIT_S = 8


def run(*, quick: bool, seed: int) -> Outcome:
    """Ours, the peer, and the browser."""
    outcome = Outcome("wall", seed)
    seconds = SECONDS_QUICK if quick else SECONDS
    with tempfile.TemporaryDirectory(prefix="wall-") as folder:
        clips = [_clip(gop, CLIP_S_QUICK if quick else CLIP_S, seed) for gop in (KEY_EVERY_S_QUICK if quick else KEY_EVERY_S)]
        narrow, wrong = narrow_wall(Path(folder), _kept(), mbit_s=LINE_MBIT_S, quick=quick, seed=seed)
        ours = _ours(Path(folder), clips, outcome, quick=quick, seconds=seconds)
        peer = _peer(clips[1], seconds, quick=quick)
    outcome.wrong += wrong
    outcome.figures |= {**ours, **narrow, **peer, "x_mjpeg": round(ours["cameras_per_core"] / peer["mjpeg_cameras_per_core"], 1)}
    outcome.goals = {
        f"cameras per core ≥ {GOAL_CAMERAS}": ours["cameras_per_core"] >= GOAL_CAMERAS,
        f"a wall of quiet tiles ≤ {GOAL_WALL_MBIT_S} Mbit/s": ours["quiet_wall_mbit_s"] <= GOAL_WALL_MBIT_S,
        f"64 tiles on {LINE_MBIT_S} Mbit/s: live pictures p95 ≤ {GOAL_LAG_MS} ms old": 0 < narrow["line_lag_p95_ms"] <= GOAL_LAG_MS,
        f"first picture p95 ≤ {GOAL_FIRST_MS} ms": ours["first_ms_p95"] <= GOAL_FIRST_MS,
    }
    table(
        "Cameras of 720p25, 2.5 Mbit/s each", ("", "cameras a core", "Mbit/s a viewer"),
        [
            ("remuxed once, recorded, sent as it is", ours["cameras_per_core"], ours["viewer_mbit_s"]),
            ("decoded, sent as JPEG (simple servers)", peer["mjpeg_cameras_per_core"], peer["mjpeg_viewer_mbit_s"]),
        ],
    )  # fmt: skip
    return outcome


def _kept() -> Path:
    """Where clips are kept from run to run: ours alone."""
    kept = Path(tempfile.gettempdir()) / f"safetyzone-wall-clips-{os.getuid()}"
    kept.mkdir(mode=0o700, exist_ok=True)
    if kept.stat().st_uid != os.getuid():
        raise PermissionError(kept)
    return kept


def _clip(gop: int, seconds: int, seed: int) -> Path:
    """A camera's clip, made once: the same seed gives the same pictures."""
    path = _kept() / f"{seed}-{gop}-{seconds}.mp4"
    if path.exists():
        return path
    return make_clip(path, width=1280, height=720, fps=RATE, seconds=seconds, gop_s=gop, bit_rate=2_500_000, seed=seed)


def _ours(folder: Path, clips: list[Path], outcome: Outcome, *, quick: bool, seconds: float) -> dict[str, float]:
    count, looks = (CAMERAS_QUICK, LOOKS_QUICK) if quick else (CAMERAS, LOOKS)
    codes = [f"C{number:03}" for number in range(count)]
    with running(folder / "state", a_free_port) as here:
        for number, code in enumerate(codes):
            here.add(code, clips[number % len(clips)])
        here.pull(*codes)
        here.until(lambda: sum(each.get("why") == "playing" for each in here.states().values()) == count, within_s=60)
        time.sleep(SETTLES_QUICK_S if quick else SETTLES_S)
        used, began = processors.seconds([here.process.pid]), time.perf_counter()
        time.sleep(seconds)
        used = (processors.seconds([here.process.pid]) - used) / (time.perf_counter() - began)
        viewer = asyncio.run(_viewer(here, codes[1], seconds=min(seconds, 8.0)))
        burst, quiet = asyncio.run(_quiet_wall(here, codes[:MOST_TILES], seconds=min(seconds, 10.0)))
        first = sorted(first_pictures(here, codes, looks, outcome.seed))
        frames, wrong = _recorded(here, codes, clips)
    outcome.wrong += wrong
    return {
        "cameras": count, "cores": round(used, 3), "cameras_per_core": round(count / used, 1), "viewer_mbit_s": round(viewer, 2),
        "tiles": len(codes[:MOST_TILES]), "quiet_wall_mbit_s": round(quiet, 3), "quiet_wall_first_mb": round(burst, 2),
        "first_ms_p50": round(float(numpy.percentile(first, 50)), 1), "first_ms_p95": round(float(numpy.percentile(first, 95)), 1),
        "first_ms_max": round(first[-1], 1), "looks": looks, "frames_recorded_share": round(frames, 4),
    }  # fmt: skip


async def _viewer(here: Running, code: str, *, seconds: float) -> float:
    """Mbit/s that one window gets for one tile."""
    async with here.channel() as channel:
        await open_tiles(channel, here.ticket(code))
        seen = await see(channel, lambda seen: seen.keys(0))
        joined, began = len(seen.parts), time.perf_counter()
        with contextlib.suppress(TimeoutError):
            await see(channel, lambda seen: False, within_s=seconds, seen=seen)
        sent = sum(len(payload) for _, kind, _, payload in seen.parts[joined:] if kind in (KEY, DELTA))
        return sent * 8 / 1e6 / (time.perf_counter() - began)


async def _quiet_wall(here: Running, codes: list[str], *, seconds: float) -> tuple[float, float]:
    """A wall of quiet tiles: megabytes until each has its picture, and Mbit/s after that while nothing moves."""
    async with here.channel() as channel:
        await open_tiles(channel, *(here.ticket(code) for code in codes), mode="quiet")
        seen = await see(channel, lambda seen: len({tile for tile, kind, _, _ in seen.parts if kind == KEY}) == len(codes))
        with contextlib.suppress(TimeoutError):
            await see(channel, lambda seen: False, within_s=2, seen=seen)  # the frames that follow each key frame
        burst, began = sum(len(payload) for _, _, _, payload in seen.parts), time.perf_counter()
        with contextlib.suppress(TimeoutError):
            await see(channel, lambda seen: False, within_s=seconds, seen=seen)
        total = sum(len(payload) for _, _, _, payload in seen.parts)
        return burst / 1e6, (total - burst) * 8 / 1e6 / (time.perf_counter() - began)


def _recorded(here: Running, codes: list[str], clips: list[Path]) -> tuple[float, list[str]]:
    """The share of frames that is on the disk, and recordings whose pictures are not those of the clip."""
    shares, wrong = [], []
    now_ms = int(time.time() * 1000)
    for code in codes:
        frames = [
            fragment
            for piece in store.pieces(here.state / store.FOLDER, code, now_ms - 3_600_000, now_ms)
            if (file := store.path_of(here.state / store.FOLDER, code, piece.name))
            for fragment in scan(file).fragments
        ]
        spent = (frames[-1].tick + frames[-1].ticks - frames[0].tick) / 90_000 if frames else 1.0
        shares.append(len(frames) / (spent * RATE))
    for number, clip in enumerate(clips):
        file = next(iter((here.state / store.FOLDER / codes[number]).glob("*/*")))
        played, known = _pictures(file, RATE), _pictures(clip, None)
        if not played or not set(played) <= set(known):
            wrong.append(f"{clip.name}: pictures that its camera did not send")
    if min(shares) < 0.99:
        wrong.append(f"a camera kept only {min(shares):.1%} of its frames")
    return min(shares), wrong


def _pictures(file: Path, most: int | None) -> list[int]:
    """Each frame of a file as a number of its own."""
    found = []
    with av.open(str(file)) as played:
        for frame in played.decode(video=0):
            found.append(hash(frame.to_ndarray().tobytes()))
            if most is not None and len(found) >= most:
                break
    return found


def _peer(clip: Path, seconds: float, *, quick: bool) -> dict[str, float]:
    """The same cameras, decoded and encoded again."""
    count, settles_s = (PEER_CAMERAS_QUICK, SETTLES_QUICK_S) if quick else (PEER_CAMERAS, SETTLES_S)
    port, cameras = a_free_port(), a_free_port()
    with _process("safetyzone.simulation.cameras", "--count", str(count), "--clip", str(clip), "--port", str(cameras)):
        time.sleep(2)
        addresses = [f"rtsp://127.0.0.1:{cameras}/C{number:04}" for number in range(1, count + 1)]
        with _process("benchmarks.wall.mjpeg", str(port), *addresses) as process:
            time.sleep(settles_s)
            used, began = processors.seconds([process.pid]), time.perf_counter()
            got, frames = 0, 0
            with httpx.stream("GET", f"http://127.0.0.1:{port}/0", timeout=60) as answer:
                for chunk in answer.iter_bytes():
                    got, frames = got + len(chunk), frames + chunk.count(b"--f\r\n")
                    if time.perf_counter() - began > seconds:
                        break
            passed = time.perf_counter() - began
            used = (processors.seconds([process.pid]) - used) / passed
    share = frames / passed / RATE
    return {
        "mjpeg_cameras": count, "mjpeg_cameras_per_core": round(count * min(1.0, share) / used, 1),
        "mjpeg_viewer_mbit_s": round(got * 8 / 1e6 / passed, 2), "mjpeg_frames_share": round(share, 3),
    }  # fmt: skip


@contextlib.contextmanager
def _process(*words: str) -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.kill()
        process.wait()

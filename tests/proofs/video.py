"""Proof: bad cameras harm no good ones, and a video program that is killed is back within three seconds with everything on the disk.

Good cameras and bad ones are real RTSP servers. The program is killed with SIGKILL and started again at once, as the station does; a window
that watches every good camera notes when each picture is back. At the end every recording is read: whatever is missing more than a second
before a kill counts as a lost segment. Two twins that break the promise must be caught.
"""

import asyncio
import contextlib
import io
import itertools
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy

from safetyzone.contracts.video import KEY
from safetyzone.programs.video import store
from safetyzone.programs.video.fragments import scan
from safetyzone.programs.video.tests import station as stage
from safetyzone.programs.video.tests.clips import make_clip
from safetyzone.programs.video.tests.station import Running, open_tiles, see
from safetyzone.programs.video.timeline import TICKS, wall_ms
from safetyzone.simulation.cameras.__main__ import tell
from tests.proofs.report import Report
from tests.servers import a_free_port

GOOD, KILLS, SETTLES_S = 50, 20, 5.0
GOOD_QUICK, KILLS_QUICK, SETTLES_QUICK_S = 8, 2, 2.5
TWIN_GOOD, TWIN_KILLS = 4, 1
BACK_WITHIN_S = 3.0
MAY_LOSE_S = 1.0
"""Of the open segment: what the last fragment had not yet reached."""
FAULTS = ("corrupt", "drop", "stall", "garbage", "silence", "no_key", "redirect", "wrong_sdp", "bare_sdp", "unauthorized")
TWINS = ("forgets_the_open_segment", "writes_by_the_megabyte")
TAMPERED = 1_000


@dataclass
class Run:
    """What was done and seen. Moments are seconds of UTC."""

    good: list[str]
    root: Path
    began: float = 0.0
    ended: float = 0.0
    killed: list[float] = field(default_factory=list)
    back: list[list[float]] = field(default_factory=list)
    """For each kill, the moment of every good camera's first picture after it."""
    closed: set[Path] = field(default_factory=set)
    """Pieces that were there, whole, before some kill."""


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """The program, then its twins, then the packages of evidence."""
    del first_port  # every port is a free one
    good, kills, settles = (GOOD_QUICK, KILLS_QUICK, SETTLES_QUICK_S) if quick else (GOOD, KILLS, SETTLES_S)
    with tempfile.TemporaryDirectory(prefix="video-proof-") as folder:
        clips = _clips(Path(folder))
        report.say(f"{good} good cameras, {good} bad ones, {kills} kills")
        lost, interrupted, gaps = _judged(_play(Path(folder) / "ours", clips, good=good, kills=kills, seed=seed, settles_s=settles))
        report.figures |= {
            "good": good, "bad": good, "kills": kills, "segments_lost": len(lost), "good_interrupted_s": round(max(interrupted), 2),
            "good_interrupted_p50_s": round(float(numpy.percentile(interrupted, 50)), 2), "good_gap_s": round(gaps, 2),
        }  # fmt: skip
        report.check(f"segments lost over {kills} kills: {len(lost)} {lost[:3]}", not lost)
        report.check(
            f"good streams were back within {max(interrupted):.2f} s, {BACK_WITHIN_S:.0f} s allowed", max(interrupted) <= BACK_WITHIN_S
        )
        report.check(f"between kills the longest gap of a good recording was {gaps:.2f} s beside as many bad cameras", gaps <= MAY_LOSE_S)
        for twin in TWINS:
            found, _, _ = _judged(
                _play(Path(folder) / twin, clips, good=TWIN_GOOD, kills=TWIN_KILLS, seed=seed, settles_s=settles, twin=twin)
            )
            report.check(f"caught: {twin} ({len(found)} lost)", found)
    _tamper(report, 100 if quick else TAMPERED, seed)


def _tamper(report: Report, count: int, seed: int) -> None:
    from tests.proofs.tamper import tampered

    found, tried = tampered(count, seed)
    report.figures |= {"tampered": tried, "tampered_found": found}
    report.check(f"tampered exports found: {found} of {tried}", found == tried == count)


def _clips(folder: Path) -> list[Path]:
    """Clips with key frames every second, two and four."""
    return [make_clip(folder / f"{gop}.mp4", seconds=8, gop=gop, rate=10) for gop in (10, 10, 20, 20, 10)]


def _play(folder: Path, clips: Sequence[Path], *, good: int, kills: int, seed: int, settles_s: float, twin: str = "") -> Run:
    """One run; the recordings stay in ``folder``."""
    done = Run([f"GOOD-{n:02}" for n in range(good)], folder / store.FOLDER)
    bad = [] if twin else [code.replace("GOOD", "BAD") for code in done.good]
    with _cameras(folder, clips, done.good, bad) as port, stage.running(folder, a_free_port) as here:
        here.cameras.port = port
        here.pull(*done.good, *bad)
        if twin:
            _restart(here, twin)
        here.plays(*done.good)
        asyncio.run(_kill(here, done, kills=kills, settles_s=settles_s, chance=random.Random(seed), twin=twin))
        done.ended = time.time()
    return done


@contextlib.contextmanager
def _cameras(folder: Path, clips: Sequence[Path], good: Sequence[str], bad: Sequence[str]) -> Iterator[int]:
    """Cameras in a process of their own: what a window reads must not make them late. Returns their port."""
    shown, port = folder / "shown", a_free_port()
    shown.mkdir(parents=True)
    for number, code in enumerate([*good, *bad]):
        (shown / f"{code}.mp4").hardlink_to(clips[number % len(clips)])
    words = [sys.executable, "-m", "safetyzone.simulation.cameras", "--dir", str(shown), "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout is not None
        assert process.stdout.readline().startswith(b"ready")
        with contextlib.redirect_stdout(io.StringIO()):
            for number, code in enumerate(bad):
                assert asyncio.run(tell("127.0.0.1", port, f"{code}={FAULTS[number % len(FAULTS)]}")) == 0
        yield port
    finally:
        process.kill()
        process.wait()


async def _kill(here: Running, done: Run, *, kills: int, settles_s: float, chance: random.Random, twin: str) -> None:
    done.began = time.time()
    for _ in range(kills):
        await asyncio.sleep(settles_s + chance.uniform(0, 2))
        done.closed |= set((here.state / store.FOLDER).glob("GOOD-*/*/*.mp4"))
        done.killed.append(time.time())
        here.process.kill()
        here.process.wait()
        _restart(here, twin)
        done.back.append(await _pictures(here, done.good))
    await asyncio.sleep(settles_s)


def _restart(here: Running, twin: str) -> None:
    if here.process.poll() is None:
        here.process.send_signal(signal.SIGKILL)
        here.process.wait()
    environment = dict(here.environment)
    words = ["-m", "tests.proofs.video_twin", twin] if twin else ["-m", "safetyzone", "video"]
    here.process = subprocess.Popen([sys.executable, *words], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


async def _pictures(here: Running, cameras: Sequence[str]) -> list[float]:
    """The moment of each camera's first picture in a window that keeps trying."""
    first: dict[int, float] = {}
    async with asyncio.timeout(60):
        while len(first) < len(cameras):
            with contextlib.suppress(OSError, EOFError):
                async with here.channel() as channel:
                    await open_tiles(channel, *(here.ticket(code) for code in cameras))
                    while len(first) < len(cameras):
                        seen = await see(channel, lambda seen: any(kind == KEY for _, kind, _, _ in seen.parts))
                        for tile, kind, _, _ in seen.parts:
                            if kind == KEY:
                                first.setdefault(tile, time.time())
            await asyncio.sleep(0.05)
    return [first[number] for number in range(len(cameras))]


def _judged(done: Run) -> tuple[list[str], list[float], float]:
    """What was lost, how long each picture was away at each kill, and the longest gap of a good recording that no kill explains."""
    lost = [f"{path.parent.parent.name} {path.name}" for path in done.closed if not path.exists()]
    gaps = [0.0]
    for camera in done.good:
        spans = _spans(done.root, camera)
        for killed in done.killed:
            if not any(begin < killed - MAY_LOSE_S <= end + 0.2 for begin, end in spans):
                lost.append(f"{camera} before the kill at {killed:.1f}")
        for (_, end), (begin, _) in itertools.pairwise(spans):
            if not any(end - MAY_LOSE_S <= killed <= begin for killed in done.killed):
                gaps.append(begin - end)
    away = [moment - killed for killed, back in zip(done.killed, done.back, strict=True) for moment in back]
    return lost, away, max(gaps)


def _spans(root: Path, camera: str) -> list[tuple[float, float]]:
    """From when to when there is a picture, in seconds of UTC, read from the fragments themselves."""
    spans: list[tuple[float, float]] = []
    for piece in store.pieces(root, camera, int(time.time() * 1000) - 3_600_000, int(time.time() * 1000) + 60_000):
        file = store.path_of(root, camera, piece.name)
        for fragment in scan(file).fragments if file else ():
            begin, end = wall_ms(fragment.tick) / 1000, wall_ms(fragment.tick) / 1000 + fragment.ticks / TICKS
            if spans and begin - spans[-1][1] < 0.25:
                spans[-1] = spans[-1][0], end
            else:
                spans.append((begin, end))
    return spans

"""Proof: bad cameras harm no good ones, and a video program that is killed is back within three seconds with everything on the disk.

Good cameras and bad ones are real RTSP servers. The program is killed with SIGKILL and started again at once, as the station does; a window
that watches every good camera notes when each picture is back. Then the program is killed some times more together with the processes that
hold its cameras, which outlive it otherwise. At the end every recording is read: a gap that no kill of everything explains is told, and
whatever is missing more than a second before a kill counts as a lost segment. Two twins that break the promise must be caught.
"""

import asyncio
import contextlib
import io
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
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
ALL_KILLS, ALL_KILLS_QUICK = 5, 1
"""Kills of everything, after those of the program alone."""
TWIN_GOOD = 4
BACK_WITHIN_S = 3.0
MAY_LOSE_S = 1.0
"""Of the open segment: what the last fragment had not yet reached."""
FAULTS = ("corrupt", "drop", "stall", "garbage", "silence", "no_key", "redirect", "wrong_sdp", "bare_sdp", "unauthorized")
TWINS = ("forgets_the_open_segment", "writes_by_the_megabyte")
TAMPERED = 1_000


@dataclass(frozen=True)
class Plan:
    """How much is done."""

    good: int
    kills: int
    """Of the program alone."""
    all_kills: int
    """Of the program and all its processes, after those."""
    settles_s: float
    seed: int
    twin: str = ""


@dataclass
class Run:
    """What was done and seen. Moments are seconds of UTC."""

    good: list[str]
    root: Path
    began: float = 0.0
    ended: float = 0.0
    killed: list[float] = field(default_factory=list)
    all_killed: list[float] = field(default_factory=list)
    """Those of ``killed`` that took everything."""
    back: list[list[float]] = field(default_factory=list)
    """For each kill, the moment of every good camera's first picture after it."""
    closed: set[Path] = field(default_factory=set)
    """Pieces that were there, whole, before some kill."""


def run(report: Report, *, quick: bool, seed: int, first_port: int) -> None:
    """The program, then its twins, then the packages of evidence."""
    del first_port  # every port is a free one
    plan = Plan(GOOD, KILLS, ALL_KILLS, SETTLES_S, seed)
    if quick:
        plan = Plan(GOOD_QUICK, KILLS_QUICK, ALL_KILLS_QUICK, SETTLES_QUICK_S, seed)
    with tempfile.TemporaryDirectory(prefix="video-proof-") as folder:
        clips = _clips(Path(folder))
        report.say(
            f"{plan.good} good cameras, {plan.good} bad ones, {plan.kills} kills of the program and {plan.all_kills} of all its processes"
        )
        done = _play(Path(folder) / "ours", clips, plan)
        _tell(report, plan, done)
        for twin in TWINS:
            broken = replace(plan, good=TWIN_GOOD, kills=0, all_kills=1, twin=twin)
            found = _lost(_play(Path(folder) / twin, clips, broken))
            report.check(f"caught: {twin} ({len(found)} lost)", found)
    _tamper(report, 100 if quick else TAMPERED, seed)


def _tell(report: Report, plan: Plan, done: Run) -> None:
    lost, gap = _lost(done), _gap(done)
    alone = [
        moment - killed for killed, back in zip(done.killed, done.back, strict=True) if killed not in done.all_killed for moment in back
    ]
    whole = [moment - killed for killed, back in zip(done.killed, done.back, strict=True) if killed in done.all_killed for moment in back]
    report.figures |= {
        "good": plan.good, "bad": plan.good, "kills": plan.kills, "segments_lost": len(lost), "good_interrupted_s": round(max(alone), 2),
        "good_interrupted_p50_s": round(float(numpy.percentile(alone, 50)), 2), "good_gap_s": round(gap, 2),
        "all_kills": plan.all_kills, "all_interrupted_s": round(max(whole), 2),
        "all_interrupted_p50_s": round(float(numpy.percentile(whole, 50)), 2),
    }  # fmt: skip
    report.check(f"segments lost over {plan.kills + plan.all_kills} kills: {len(lost)} {lost[:3]}", not lost)
    report.check(f"good streams were back within {max(alone):.2f} s, {BACK_WITHIN_S:.0f} s allowed", max(alone) <= BACK_WITHIN_S)
    report.check(
        f"the longest gap of a good recording over kills of the program and beside as many bad cameras was {gap:.2f} s", gap <= MAY_LOSE_S
    )
    report.say(f"with all its processes killed: back after {numpy.percentile(whole, 50):.2f} s at the median, {max(whole):.2f} s at worst")


def _tamper(report: Report, count: int, seed: int) -> None:
    from tests.proofs.tamper import tampered

    found, tried = tampered(count, seed)
    report.figures |= {"tampered": tried, "tampered_found": found}
    report.check(f"tampered exports found: {found} of {tried}", found == tried == count)


def _clips(folder: Path) -> list[Path]:
    """Clips with key frames every second, two and four."""
    return [make_clip(folder / f"{gop}.mp4", seconds=8, gop=gop, rate=10) for gop in (10, 10, 20, 20, 10)]


def _play(folder: Path, clips: Sequence[Path], plan: Plan) -> Run:
    """One run; the recordings stay in ``folder``."""
    done = Run([f"GOOD-{n:02}" for n in range(plan.good)], folder / store.FOLDER)
    bad = [] if plan.twin else [code.replace("GOOD", "BAD") for code in done.good]
    with _cameras(folder, clips, done.good, bad) as port, stage.running(folder, a_free_port) as here:
        here.cameras.port = port
        here.pull(*done.good, *bad)
        if plan.twin:
            _kill_all(here)
            _start(here, plan.twin)
        here.plays(*done.good)
        asyncio.run(_kill(here, done, plan))
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


async def _kill(here: Running, done: Run, plan: Plan) -> None:
    chance = random.Random(plan.seed)
    done.began = time.time()
    for number in range(plan.kills + plan.all_kills):
        await asyncio.sleep(plan.settles_s + chance.uniform(0, 2))
        done.closed |= set((here.state / store.FOLDER).glob("GOOD-*/*/*.mp4"))
        done.killed.append(time.time())
        if number < plan.kills:
            here.process.kill()
            here.process.wait()
        else:
            done.all_killed.append(done.killed[-1])
            _kill_all(here)
        _start(here, plan.twin)
        done.back.append(await _pictures(here, done.good))
    await asyncio.sleep(plan.settles_s)


def _kill_all(here: Running) -> None:
    """The program, its nursery, which other programs may have left, and with that every puller."""
    here.process.kill()
    here.process.wait()
    root = str((here.state / store.FOLDER).resolve())
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if root in (entry / "cmdline").read_text().split("\0"):
                os.kill(int(entry.name), signal.SIGKILL)


def _start(here: Running, twin: str) -> None:
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


def _lost(done: Run) -> list[str]:
    """What had been recorded and is not there any more."""
    lost = [f"{path.parent.parent.name} {path.name}" for path in done.closed if not path.exists()]
    for camera in done.good:
        spans = _spans(done.root, camera)
        lost += [
            f"{camera} before the kill at {killed:.1f}"
            for killed in done.killed
            if not any(begin < killed - MAY_LOSE_S <= end + 0.2 for begin, end in spans)
        ]
    return lost


def _gap(done: Run) -> float:
    """The longest gap of a good recording that no kill of everything explains, in seconds."""
    return max(
        (
            begin - end
            for camera in done.good
            for (_, end), (begin, _) in itertools.pairwise(_spans(done.root, camera))
            if not any(end - MAY_LOSE_S <= killed <= begin for killed in done.all_killed)
        ),
        default=0.0,
    )


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

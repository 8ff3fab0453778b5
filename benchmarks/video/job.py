"""``python -m benchmarks video [--cameras N --seconds S]``: what it costs to read a camera, on one core.

Three do the same work with the same net on the same made streets: ours; looking at every picture; and the design that Frigate publishes
(its gate written anew as a reference, squares round what moves). Processor time of the thread is counted, so neighbours on the machine do
not bend it. An event counts as found when at least two pictures of it were shown to the net: with equal nets that is what differs.
With ``--cameras``, the program itself holds N real RTSP cameras for S seconds, and its processor time is read from the kernel.
"""

import time
from collections.abc import Callable
from statistics import median
from typing import Any

import av
import cv2
import numpy as np

from benchmarks.outcome import Outcome, table
from benchmarks.peers import need
from benchmarks.video.clips import LEADS_IN_S, Street, streets
from benchmarks.video.held import hold
from safetyzone.programs.vision.gate import MotionGate
from safetyzone.programs.vision.plates.detector import PlateDetector
from safetyzone.programs.vision.stream import luma_of

GOAL_GATE, GOAL_X, GOAL_IDLE_MS, GOAL_EQUAL = 5.0, 3.0, 2.0, 0.995
ALL = ("clear", "noisy", "light", "rain", "empty")
SECONDS, SECONDS_QUICK = 136.0, 76.0
SMALL, LARGE = (640, 360), (1920, 1080)


def run(*, quick: bool, seed: int, cameras: int = 0, seconds: float = 0.0) -> Outcome:
    """All of it."""
    need("scipy")
    from benchmarks.video.systems import every_picture, ours, published

    cv2.setNumThreads(1)
    outcome = Outcome("video", seed)
    made = streets(kinds=ALL, size=SMALL, rate=5, seconds=SECONDS_QUICK if quick else SECONDS, seed=seed)
    sets = {"360p5": made}
    if not quick:
        sets["1080p15"] = streets(kinds=("clear", "noisy"), size=LARGE, rate=15, seconds=SECONDS_QUICK, seed=seed)
    net = PlateDetector()
    _warm(net)
    gates = {name: _gates(some) for name, some in sets.items()}
    systems = {"ours": ours, "every picture": every_picture, "published design": published}
    found = {name: {system: _total(some, run_, net) for system, run_ in systems.items()} for name, some in sets.items()}
    idle = ours(next(one for one in made if one.name == "empty"), net.find)
    _tell(outcome, gates, found, idle_ms=idle.processor_s / idle.seconds * 1000, net=net.name)
    if cameras:
        outcome.figures["held"] = hold(cameras, seconds or 60.0, made[0])
    return outcome


def _warm(net: PlateDetector) -> None:
    """Compile and load before anything is counted."""
    gate = MotionGate()
    for level in range(40):
        gate.look(np.full((360, 640), 100 + level % 2, np.uint8))
    net.find(np.zeros((360, 640, 3), np.uint8))


def _gates(some: list[Street]) -> dict[str, float]:
    """Medians of both gates on the same pictures, one after the other, and how often they say the same."""
    from benchmarks.video.reference import ReferenceGate

    one_us: list[float] = []
    other_us: list[float] = []
    equal: list[bool] = []
    for street in some:
        one, other = MotionGate(), ReferenceGate(street.height, street.width)
        with av.open(str(street.path)) as container:
            for frame in container.decode(video=0):
                luma = luma_of(frame)
                begin = time.perf_counter()
                said = one.look(luma)
                middle = time.perf_counter()
                also = other.look(luma)
                end = time.perf_counter()
                one_us.append((middle - begin) * 1e6)
                other_us.append((end - middle) * 1e6)
                if street.name != "light":  # after a leap of the light the reference is blind, and then sees what is not there
                    equal.append(bool(said) == bool(also))
    return {"gate_us": round(median(one_us), 1), "reference_us": round(median(other_us), 1), "equal": round(float(np.mean(equal)), 4)}


def _total(some: list[Street], system: Callable[..., Any], net: PlateDetector) -> dict[str, float]:
    costs = [(street, system(street, net.find)) for street in some]
    seconds = sum(cost.seconds for _, cost in costs)
    spent = sum(cost.processor_s for _, cost in costs)
    events = sum(len(street.events) for street, _ in costs)
    return {
        "cameras_per_core": round(seconds / spent, 1), "ms_a_second": round(spent / seconds * 1000, 2),
        "nets_a_second": round(sum(cost.nets for _, cost in costs) / (seconds + LEADS_IN_S * len(costs)), 2),
        "recall": round(sum(cost.found(street) for street, cost in costs) / events, 4),
    }  # fmt: skip


def _tell(outcome: Outcome, gates: dict[str, Any], found: dict[str, Any], *, idle_ms: float, net: str) -> None:
    small = found["360p5"]
    ratio = {name: round(one["reference_us"] / one["gate_us"], 2) for name, one in gates.items()}
    mine, every, theirs = (small[name] for name in ("ours", "every picture", "published design"))
    outcome.figures |= {
        "gate_ratio": ratio["360p5"], "gate_us": gates["360p5"]["gate_us"], "gate_equal": gates["360p5"]["equal"],
        "cameras_per_core": mine["cameras_per_core"], "x_naive": round(mine["cameras_per_core"] / every["cameras_per_core"], 2),
        "x_published": round(mine["cameras_per_core"] / theirs["cameras_per_core"], 2), "recall": mine["recall"],
        "recall_naive": every["recall"], "recall_published": theirs["recall"], "idle_ms_a_second": round(idle_ms, 2), "net": net,
        "sizes": found, "gates": {name: {**one, "ratio": ratio[name]} for name, one in gates.items()},
    }  # fmt: skip
    if mine["recall"] < min(every["recall"], theirs["recall"]):
        outcome.wrong.append("events are missed that others find")
    outcome.goals = {
        f"gate ≥ {GOAL_GATE:g} times the published one": ratio["360p5"] >= GOAL_GATE,
        f"both gates say the same of ≥ {GOAL_EQUAL:.1%} of pictures": gates["360p5"]["equal"] >= GOAL_EQUAL,
        f"cameras a core ≥ {GOAL_X:g} times those of looking at every picture": outcome.figures["x_naive"] >= GOAL_X,
        f"cameras a core ≥ {GOAL_X:g} times those of the published design": outcome.figures["x_published"] >= GOAL_X,
        f"a camera at which nothing moves ≤ {GOAL_IDLE_MS:g} ms of a core a second": idle_ms <= GOAL_IDLE_MS,
    }
    rows = [
        (size, system, one["cameras_per_core"], one["ms_a_second"], one["nets_a_second"], f"{one['recall']:.1%}")
        for size, systems in found.items()
        for system, one in systems.items()
    ]
    table("Reading made streets, one core", ("pictures", "who", "cameras a core", "ms a second", "net runs a second", "events found"), rows)

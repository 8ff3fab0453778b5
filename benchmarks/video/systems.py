"""The three that are compared, each with the same net, on one thread: what they cost, and what they showed the net."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np

from benchmarks.video.clips import LEADS_IN_S, Event, Street
from benchmarks.video.reference import ReferenceGate
from safetyzone.programs.vision.camera_worker import LOOK_EVERY_MS
from safetyzone.programs.vision.pace import Pace
from safetyzone.programs.vision.passages import regions
from safetyzone.programs.vision.stream import Watch, luma_of

Box = tuple[int, int, int, int]
Net = Callable[[np.ndarray], Any]
BEGAN_S = 1_790_000_000.0
"""UTC of a clip's first picture."""
LEAST_SHOWN = 2
REGION_SIDE = 320
"""Of the model that the published design is run with; its regions are squares of at least that."""


@dataclass
class Cost:
    """Of one clip, the seconds before ``LEADS_IN_S`` left out."""

    processor_s: float = 0.0
    seconds: float = 0.0
    nets: int = 0
    decoded: int = 0
    shown: list[tuple[float, Box]] = field(default_factory=list)

    def found(self, street: Street) -> int:
        """Events of which two pictures or more were shown to the net, with most of what moved inside."""
        return sum(self._times_shown(event, street) >= LEAST_SHOWN for event in street.events)

    def _times_shown(self, event: Event, street: Street) -> int:
        during = [(at_s, box) for at_s, box in self.shown if event.begin_s <= at_s <= event.end_s]
        return sum(_covers(box, event.box_at(at_s, street.width), street) for at_s, box in during)


def ours(street: Street, net: Net) -> Cost:
    """The stream, the gate and the regions of ``programs/vision``."""
    cost = Cost(seconds=street.seconds - LEADS_IN_S)
    with av.open(str(street.path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        watch, second, looked_ms, pace = Watch(stream.codec_context), float(stream.time_base), 0, Pace()
        packets: Iterator[Any] = container.demux(stream)
        for packet in packets:
            if not packet.size:
                continue
            at_s = packet.dts * second
            began = time.thread_time()
            for seen in watch.packet(packet, second=second, now_s=BEGAN_S + at_s, clock_s=at_s):
                if not seen.moved or seen.at_ms - looked_ms < LOOK_EVERY_MS or not pace.due(seen.moved, seen.at_ms):
                    continue
                looked_ms, picture = seen.at_ms, seen.bgr()
                searched = regions(seen.moved, street.width, street.height)
                found = _show(cost, net, picture, searched, seen.at_ms / 1000 - BEGAN_S)
                pace.looked(searched, seen.at_ms, new=found)
            if at_s >= LEADS_IN_S:
                cost.processor_s += time.thread_time() - began
    cost.decoded = watch.counted.decoded
    return cost


def every_picture(street: Street, net: Net) -> Cost:
    """Decode all, look at all."""
    whole = [(0, 0, street.width, street.height)]
    return _decoded(street, lambda at_s, frame, cost: _show(cost, net, frame.to_ndarray(format="bgr24"), whole, at_s))


def published(street: Street, net: Net) -> Cost:
    """Decode all, the published gate on all, squares round what moves."""
    gate = ReferenceGate(street.height, street.width)

    def look(at_s: float, frame: Any, cost: Cost) -> None:
        boxes = gate.look(luma_of(frame))
        if boxes:
            _show(cost, net, frame.to_ndarray(format="bgr24"), squares(boxes, street.width, street.height), at_s)

    return _decoded(street, look)


def squares(boxes: list[Box], width: int, height: int) -> list[Box]:
    """One for each box that no square before it holds."""
    found: list[Box] = []
    for x, y, w, h in sorted(boxes, key=lambda box: -box[2] * box[3]):
        if any(a <= x and b <= y and x + w <= a + c and y + h <= b + d for a, b, c, d in found):
            continue
        side = min(max(REGION_SIDE, round(max(w, h) * 1.35)), height, width)
        left = min(max(0, x + w // 2 - side // 2), width - side)
        top = min(max(0, y + h // 2 - side // 2), height - side)
        found.append((left, top, side, side))
    return found


def _decoded(street: Street, look: Callable[[float, Any, Cost], None]) -> Cost:
    cost, looked_s = Cost(seconds=street.seconds - LEADS_IN_S), -1.0
    with av.open(str(street.path)) as container:
        stream = container.streams.video[0]
        stream.codec_context.thread_count = 1
        began = time.thread_time()
        for frame in container.decode(stream):
            at_s = float(frame.time)
            cost.decoded += 1
            if at_s - looked_s >= LOOK_EVERY_MS / 1000:
                looked_s = at_s
                look(at_s, frame, cost)
            now = time.thread_time()
            if at_s >= LEADS_IN_S:
                cost.processor_s += now - began
            began = now
    return cost


def _show(cost: Cost, net: Net, picture: np.ndarray, boxes: list[Box], at_s: float) -> bool:
    """Whether the net found a plate."""
    found = 0
    for x, y, w, h in boxes:
        found += len(net(np.ascontiguousarray(picture[y : y + h, x : x + w])))
        cost.nets += 1
        cost.shown.append((at_s, (x, y, w, h)))
    return found > 0


def _covers(region: Box, box: Box, street: Street) -> bool:
    """Whether most of what can be seen of a box lies in a region."""
    left, top, right, bottom = max(0, box[0]), max(0, box[1]), min(street.width, box[0] + box[2]), min(street.height, box[1] + box[3])
    if right - left < box[2] // 3 or bottom <= top:
        return False
    x, y, w, h = region
    both = max(0, min(right, x + w) - max(left, x)) * max(0, min(bottom, y + h) - max(top, y))
    return both >= 0.8 * (right - left) * (bottom - top)

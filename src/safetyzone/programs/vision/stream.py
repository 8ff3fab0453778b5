"""One camera as pictures worth looking at. While nothing moves only key frames are decoded; what is between them is held compressed, so
that whoever wakes us is seen from before he moved.
"""

import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import av
import numpy as np
import numpy.typing as npt

from safetyzone.contracts.video import Pull
from safetyzone.contracts.vision import Work
from safetyzone.programs.video.activity import Activity
from safetyzone.programs.video.opening import Door, open_stream
from safetyzone.programs.video.timeline import Timeline, wall_ms
from safetyzone.programs.vision.gate import MotionGate

Luma = npt.NDArray[np.uint8]
AWAKE_S = 3.0
"""Looked at in full until so long after the last movement."""
LEARNS_S = 12.0
"""From the first picture: everything is decoded, so that the gate knows what is usual."""
MOST_HELD_BYTES, MOST_HELD = 24_000_000, 600
JUMPED_MS = 2_000
PLAYS = frozenset({"h264", "hevc", "mjpeg", "av1", "vp9"})


GLANCE_EVERY = 15
"""Of the main stream's key frames one in so many is looked at while the small stream keeps watch."""
SILENT_S = 10.0


class Lost(Exception):
    """The stream ended, or is none that can be read."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A picture in which something moves, or moved a moment ago. ``moved``: boxes in its pixels; empty: nothing just now."""

    at_ms: int
    frame: Any = field(repr=False)
    moved: tuple[tuple[int, int, int, int], ...] = ()

    def bgr(self) -> npt.NDArray[np.uint8]:
        """Height x width x 3."""
        return np.asarray(self.frame.to_ndarray(format="bgr24"), np.uint8)


@dataclass
class Counted:
    """What was done, for figures and for whoever asks why a camera costs so much."""

    packets: int = 0
    decoded: int = 0
    seen: int = 0
    looked: int = 0
    """Pictures that the plate nets were shown."""
    broken: int = 0
    late: int = 0


@dataclass
class Watch:
    """One connection's state. ``packet`` is to be given everything in order, with the moment of its arrival."""

    context: Any
    gate: MotionGate = field(default_factory=MotionGate)
    activity: Activity = field(default_factory=Activity)
    timeline: Timeline = field(default_factory=Timeline)
    counted: Counted = field(default_factory=Counted)
    idle: bool = True
    """Whether it may sleep at all; no: every frame is decoded."""
    waker: "Waker | None" = None
    """Looks at the small stream while this one sleeps, so that of this one nothing need be decoded."""
    _keys: int = 0
    _held: "deque[tuple[Any, int, bool]]" = field(default_factory=deque, repr=False)
    _held_bytes: int = 0
    _awake_until_s: float = -1.0
    _began_s: float = -1.0
    _asleep: bool = False
    _times: dict[int, int] = field(default_factory=dict, repr=False)

    def packet(self, packet: Any, *, second: float, now_s: float, clock_s: float) -> Iterator[Seen]:
        """``now_s``: UTC; ``clock_s``: a clock that does not go back."""
        key = bool(packet.is_keyframe)
        camera_s = None if packet.dts is None else packet.dts * second
        tick = self.timeline.at(camera_s, key=key, now_s=now_s)
        if key and abs(wall_ms(tick) - now_s * 1000) > JUMPED_MS:  # our own clock was set: a timeline never goes back, and would creep
            self.timeline = Timeline()
            tick = self.timeline.at(camera_s, key=key, now_s=now_s)
        self.counted.packets += 1
        if self._began_s < 0:
            if not key:
                return
            self._began_s = self._awake_until_s = clock_s
            self._awake_until_s += LEARNS_S
        active = self.activity.add(packet.size, key=key, now_s=clock_s)
        self._hold(packet, wall_ms(tick), key=key)
        if not self._asleep:
            yield from self._decode(packet, wall_ms(tick), clock_s)
            if key and self.idle and clock_s > self._awake_until_s and not active:
                self._asleep = True
        elif active:
            yield from self._wake(clock_s)
        elif self.waker is not None and self.waker.plays:
            self._keys += key
            if self.waker.moved():
                yield from self._wake(clock_s)
            elif key and self._keys % GLANCE_EVERY == 0:  # dusk falls: what is usual must not grow old
                yield from self._glance(packet, wall_ms(tick), clock_s)
        elif key:
            yield from self._glance(packet, wall_ms(tick), clock_s)

    def _hold(self, packet: Any, at_ms: int, *, key: bool) -> None:
        """Everything since the key frame before the last one."""
        if key:
            keys = [n for n, (_, _, was_key) in enumerate(self._held) if was_key]
            for _ in range(keys[-1] if keys else len(self._held)):
                self._held_bytes -= self._held.popleft()[0].size
        self._held.append((packet, at_ms, key))
        self._held_bytes += packet.size
        while self._held_bytes > MOST_HELD_BYTES or len(self._held) > MOST_HELD:
            self._held_bytes -= self._held.popleft()[0].size

    def _glance(self, packet: Any, at_ms: int, clock_s: float) -> Iterator[Seen]:
        """A key frame of a camera that sleeps."""
        self.context.flush_buffers()
        for frame in self._frames(packet, at_ms):
            if self.gate.look(luma_of(frame)):
                yield from self._wake(clock_s)
                return

    def _wake(self, clock_s: float) -> Iterator[Seen]:
        """Something moves: look at what was held, from the key frame before."""
        self._asleep = False
        self._awake_until_s = max(self._awake_until_s, clock_s + AWAKE_S)
        self.context.flush_buffers()
        begun = False
        for packet, at_ms, key in list(self._held):
            begun = begun or key
            if begun:
                yield from self._decode(packet, at_ms, clock_s)

    def _decode(self, packet: Any, at_ms: int, clock_s: float) -> Iterator[Seen]:
        for frame in self._frames(packet, at_ms):
            moved = self.gate.look(luma_of(frame))
            if moved:
                self._awake_until_s = max(self._awake_until_s, clock_s + AWAKE_S)
            if moved or clock_s - self._awake_until_s < 0:
                self.counted.seen += 1
                yield Seen(self._times.pop(frame.pts, at_ms) if frame.pts is not None else at_ms, frame, tuple(moved))

    def _frames(self, packet: Any, at_ms: int) -> list[Any]:
        """Decoded frames; of what is broken, none."""
        if packet.pts is not None:
            self._times[packet.pts] = at_ms
            while len(self._times) > MOST_HELD:
                del self._times[next(iter(self._times))]
        try:
            frames = self.context.decode(packet)
        except (av.FFmpegError, ValueError):
            self.counted.broken += 1
            return []
        self.counted.decoded += len(frames)
        return [frame for frame in frames if not getattr(frame, "is_corrupt", False)]


def luma_of(frame: Any) -> Luma:
    """Brightness as the decoder left it, without a copy."""
    plane = frame.planes[0]
    if frame.format.name in ("yuv420p", "yuvj420p", "nv12", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "gray"):
        return np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
    return np.asarray(frame.to_ndarray(format="gray"), np.uint8)


def pictures(door: Door, work: Work, stop: threading.Event, *, on_open: Callable[[Watch], None] | None = None) -> Iterator[Seen]:
    """The pictures of one connection. Raises Lost, AddressRefused, OSError or what FFmpeg finds wrong (``av.FFmpegError``)."""
    pull = Pull(code=work.camera, address=work.address, credential=work.credential, record_hours=0, disk_class="none")
    with open_stream(door, pull) as container:
        if not container.streams.video:
            raise Lost
        stream = container.streams.video[0]
        if stream.codec_context.name not in PLAYS:
            raise Lost
        context = stream.codec_context
        context.thread_count, context.thread_type = 1, "NONE"
        with suppress(AttributeError, ValueError):
            context.flags |= av.codec.context.Flags.low_delay
        watch = Watch(context, waker=Waker(door, work) if work.sub_address else None)
        if on_open:
            on_open(watch)
        second = float(stream.time_base)
        try:
            for packet in container.demux(video=0):
                if stop.is_set():
                    return
                if packet.size:
                    yield from watch.packet(packet, second=second, now_s=time.time(), clock_s=time.monotonic())
        finally:
            if watch.waker is not None:
                watch.waker.stop()
    raise Lost


class Waker:
    """The small stream of a camera, watched in a thread of its own: says when something moves, and nothing else."""

    def __init__(self, door: Door, work: Work) -> None:
        self._door = door
        self._work = work.model_copy(update={"address": work.sub_address, "sub_address": ""})
        self._stop = threading.Event()
        self._moved = threading.Event()
        self._watch: Watch | None = None
        self._packets, self._came_s = 0, 0.0
        threading.Thread(target=self._run, name=f"wake-{work.camera}", daemon=True).start()

    @property
    def plays(self) -> bool:
        """Whether it can be relied on; no: the main stream is looked at instead."""
        watch, now_s = self._watch, time.monotonic()
        if watch is None:
            return False
        if watch.counted.packets != self._packets:
            self._packets, self._came_s = watch.counted.packets, now_s
        return now_s - self._came_s < SILENT_S

    def moved(self) -> bool:
        """Whether something has moved since this was asked last."""
        moved = self._moved.is_set()
        self._moved.clear()
        return moved

    def stop(self) -> None:
        """Soon."""
        self._stop.set()

    def _opened(self, watch: Watch) -> None:
        self._watch, self._packets = watch, 0

    def _run(self) -> None:
        while not self._stop.is_set():
            with suppress(Exception):  # a small stream that cannot be had is no loss: the main one is looked at
                for seen in pictures(self._door, self._work, self._stop, on_open=self._opened):
                    if seen.moved:
                        self._moved.set()
            self._watch = None
            self._stop.wait(SILENT_S)

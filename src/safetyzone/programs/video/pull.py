"""One camera held open: its frames become fragments, for the disk and for whoever watches. Runs in a thread of a puller's process."""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import av

from safetyzone.contracts.video import DELTA, INIT, KEY, Pull
from safetyzone.kernel.refusals import Refused
from safetyzone.programs.video import store
from safetyzone.programs.video.activity import Activity
from safetyzone.programs.video.fragments import BROWSERS_PLAY, Muxer, codec_of
from safetyzone.programs.video.opening import OPEN_S, READ_S, Door, open_stream
from safetyzone.programs.video.timeline import TICKS, Timeline, wall_ms

WAITS_S = (0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
"""Before the first try after a loss, the second and so on."""
SETTLED_S = 3.0
LONGEST_WITHOUT_KEY_S = 30.0
MOST_GOP_BYTES = 32_000_000
"""A stream that has sent so much since its last key frame cannot be joined in the middle by anybody."""
TELL_EVERY_S = 1.0


@dataclass(frozen=True, slots=True)
class State:
    """How a camera's stream is. ``why``: opening, playing, refused, password, gone, unsupported, no_key_frame, broken, stopped."""

    camera: str
    why: str = "opening"
    since_ms: int = 0
    codec: str = ""
    name: str = ""
    width: int = 0
    height: int = 0
    key_every_s: float = 0.0
    bit_s: int = 0
    active: bool = False
    recording: bool = False
    disk_full: bool = False
    small: bool = False
    """The small stream, also where it is shown in the place of the main one."""

    def said(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


class Lost(Exception):
    """The stream ended or cannot go on. ``why`` as in State."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


Send = Callable[[str, int, int, bytes], None]
"""Receives camera, kind (contracts.video), wall clock in ms, fragment."""


@dataclass
class Puller:
    """One camera. ``send`` gets fragments while it is watched; ``tell`` its state when that changes, and once a second."""

    pull: Pull
    door: Door
    root: Path
    send: Send
    tell: Callable[[State], None]
    keeps: bool = True
    """Whether it records; one that only shows leaves no file."""
    shown_by: "Puller | None" = field(default=None, repr=False)
    """The small stream, which is shown in the place of a main one that browsers do not know."""
    watched: bool = False
    state: State = field(default=State(""), repr=False)
    _stop: threading.Event = field(default_factory=threading.Event, repr=False)
    _thread: threading.Thread | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)
    _init: bytes = field(default=b"", repr=False)
    _gop: list[tuple[int, int, bytes]] = field(default_factory=list, repr=False)
    _gop_bytes: int = 0

    def start(self, *, after: "Puller | None" = None) -> None:
        """Begin, in a thread of its own; ``after`` another of the same camera has closed its segment."""
        self.state = State(self.pull.code, since_ms=_now_ms())
        before = after._thread if after is not None else None
        self._thread = threading.Thread(target=self._run, args=(before,), name=f"pull-{self.pull.code}", daemon=True)
        self._thread.start()

    def _run(self, before: threading.Thread | None) -> None:
        if before is not None:
            before.join(OPEN_S + READ_S)
        self.run()

    def stop(self) -> None:
        """Soon; the open segment is closed by the thread."""
        self._stop.set()
        if self.shown_by is not None:
            self.shown_by.stop()

    def join(self, within_s: float) -> None:
        """Wait until its thread has ended, or so long."""
        if self._thread is not None:
            self._thread.join(within_s)

    def watch(self) -> None:
        """Send what is there since the last key frame, and then whatever comes. Asked again, it changes nothing."""
        with self._lock:
            if self.watched:
                return
            self.watched = True
            if self.shown_by is not None:
                self.shown_by.watch()
            elif self._init:
                self.send(self.pull.code, INIT, _now_ms(), self._init)
                for kind, ms, fragment in self._gop:
                    self.send(self.pull.code, kind, ms, fragment)

    def unwatch(self) -> None:
        """Nobody looks any more."""
        with self._lock:
            self.watched = False
            if self.shown_by is not None:
                self.shown_by.unwatch()

    def tell_again(self) -> None:
        """Tell how it is, to a hub that has just come."""
        shown = self.shown_by or self
        shown.tell(shown.state)

    def run(self) -> None:
        """Until told to stop: open, pull, and when it is lost, open again."""
        if self.keeps:
            with suppress(OSError):  # a folder that cannot be read is no reason to show nothing
                store.recover(self.root, self.pull.code)
        losses, patient = 0, False
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._once(patient=patient)
            except Lost as lost:
                patient = lost.why == "incomplete" or (patient and lost.why != "unsupported")
                self._lost("opening" if lost.why == "incomplete" else lost.why)
            except Refused:
                self._lost("refused")
            except Exception as wrong:  # the edge of one camera: whatever its stream does to us, it is opened again
                self._lost(_why(wrong))
            losses = 0 if patient or time.monotonic() - began > SETTLED_S else losses + 1
            self._stop.wait(WAITS_S[min(max(0, losses - 1), len(WAITS_S) - 1)])
        self._lost("stopped")

    def _once(self, *, patient: bool) -> None:
        with open_stream(self.door, self.pull, patient=patient) as container:
            if not container.streams.video:
                raise Lost("unsupported")
            stream = container.streams.video[0]
            if (name := stream.codec_context.name) not in BROWSERS_PLAY:
                self._say(name=name)
                raise Lost("unsupported")
            if not stream.codec_context.extradata or not stream.width:
                raise Lost("broken" if patient else "incomplete")
            if name == "hevc" and self.pull.sub_address and self.shown_by is None:
                self._show_the_small_one()
            _Flow(self, stream).run(container, self._stop)
        raise Lost("gone")

    def _show_the_small_one(self) -> None:
        """Most browsers do not know H.265: they are shown the small stream, and the main one is recorded all the same."""
        small = self.pull.model_copy(update={"address": self.pull.sub_address, "sub_address": ""})
        with self._lock:
            self.shown_by = Puller(small, self.door, self.root, self.send, self._tell_small, keeps=False, watched=self.watched)
        self.shown_by.start()

    def _tell_small(self, state: State) -> None:
        self.tell(replace(state, recording=self.state.recording, disk_full=self.state.disk_full, small=True))

    def _lost(self, why: str) -> None:
        with self._lock:
            self._init, self._gop, self._gop_bytes = b"", [], 0
        self._say(why=why, since_ms=_now_ms(), active=False, recording=False, bit_s=0)

    def _say(self, **changed: Any) -> None:
        self.state = replace(self.state, **changed)
        if self.shown_by is None:
            self.tell(self.state)

    def give(self, kind: int, ms: int, fragment: bytes) -> None:
        """A fragment to who watches; kept until the next key frame for who comes."""
        with self._lock:
            if kind == INIT:
                self._init, self._gop, self._gop_bytes = fragment, [], 0
            elif kind == KEY:
                self._gop, self._gop_bytes = [(kind, ms, fragment)], len(fragment)
            elif self._gop:
                self._gop_bytes += len(fragment)
                self._gop.append((kind, ms, fragment))
                if self._gop_bytes > MOST_GOP_BYTES:
                    self._gop, self._gop_bytes = [], 0
            if self.watched and self.shown_by is None:
                self.send(self.pull.code, kind, ms, fragment)


class _Flow:
    """One connection: from its first packet to its end."""

    def __init__(self, of: Puller, stream: Any) -> None:
        self.of = of
        self.muxer = Muxer(stream)
        self.second = float(stream.time_base)
        self.timeline, self.activity = Timeline(), Activity()
        self.segments = store.Segments(of.root, of.pull.code)
        self.key_s = self.told_s = time.monotonic()
        self.every_s = 0.0
        self.bytes = 0
        self.held: tuple[int, bool, int] | None = None  # tick, key, bytes of the frame that the muxer holds
        context = stream.codec_context
        self.facts = {
            "name": context.name, "codec": codec_of(self.muxer.init), "width": context.width, "height": context.height,
        }  # fmt: skip

    def run(self, container: Any, stop: threading.Event) -> None:
        of, begun = self.of, False
        try:
            for packet in container.demux(video=0):
                if stop.is_set():
                    return
                if not packet.size:
                    continue
                key = bool(packet.is_keyframe)
                if key and not begun:
                    begun = True
                    of.give(INIT, _now_ms(), self.muxer.init)
                    of._say(why="playing", since_ms=_now_ms(), **self.facts)
                if begun:
                    self._take(packet, key=key)
                self._mind(key=key, begun=begun)
        finally:
            self.segments.close()

    def _take(self, packet: Any, *, key: bool) -> None:
        now_s = time.time()
        size = packet.size
        camera_s = None if packet.dts is None else packet.dts * self.second
        delay = 0 if packet.dts is None or packet.pts is None else max(0, round((packet.pts - packet.dts) * self.second * TICKS))
        tick = self.timeline.at(camera_s, key=key, now_s=now_s)
        fragment = self.muxer.add(packet, tick, delay)
        if self.held is not None:
            self._out(fragment, *self.held[:2], until=tick)
        self.held = tick, key, size
        self.bytes += size
        active = self.activity.add(size, key=key, now_s=time.monotonic())
        self._tell(active=active)

    def _out(self, fragment: bytes, tick: int, key: bool, *, until: int) -> None:
        self.of.give(KEY if key else DELTA, wall_ms(tick), fragment)
        try:
            if key and self.of.keeps and self.segments.is_due(tick):
                self.segments.begin(self.muxer.init, tick)
            self.segments.write(fragment, until)
        except OSError:  # a full disk must not darken the wall; the next key frame tries again
            with suppress(OSError):
                self.segments.close()
            self.of.state = replace(self.of.state, disk_full=True)

    def _mind(self, *, key: bool, begun: bool) -> None:
        now_s = time.monotonic()
        if key:
            self.every_s, self.key_s = now_s - self.key_s if begun else 0.0, now_s
        elif now_s - self.key_s > LONGEST_WITHOUT_KEY_S:
            raise Lost("no_key_frame")

    def _tell(self, *, active: bool) -> None:
        now_s = time.monotonic()
        since = now_s - self.told_s
        if since < TELL_EVERY_S and active == self.of.state.active:
            return
        recording = self.segments.is_open
        self.of._say(
            active=active, bit_s=round(self.bytes * 8 / max(since, 0.1)), key_every_s=round(self.every_s, 2), recording=recording,
            disk_full=self.of.state.disk_full and not recording,
        )  # fmt: skip
        self.told_s, self.bytes = now_s, 0


def _why(wrong: Exception) -> str:
    """A word for what FFmpeg, or the network, found wrong. Its own words may hold the password and go nowhere."""
    if isinstance(wrong, av.HTTPUnauthorizedError | av.HTTPForbiddenError):
        return "password"
    if isinstance(wrong, av.InvalidDataError | ValueError):
        return "broken"
    return "gone"


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

"""A process that holds some cameras. What breaks FFmpeg, or fills its memory, breaks these few for a second and no others.

Run as ``python -m safetyzone.programs.video.puller FD ROOT`` it is the nursery (``keeping.py``), which forks a puller for each socket that
comes over FD. A puller reads JSON lines (``{"cameras": […]}``, ``{"watch": code}``, ``{"unwatch": code}``, ``{"end": true}``) and writes
frames (``wire.HEAD``). A hub that hangs up without an end was killed: its puller goes on recording and waits for the next one.
"""

import signal
import socket
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import av
import orjson

from safetyzone.contracts.video import DELTA, KEY, Pull
from safetyzone.kernel.settings import settings
from safetyzone.programs.video import wire
from safetyzone.programs.video.keeping import Keeper
from safetyzone.programs.video.opening import Door
from safetyzone.programs.video.pull import Puller, State

LETS_GO_S = 1.0
MOST_WAITING = 24_000_000
"""Bytes for the hub. A hub that does not read must not stop a recording: what is too much is left out up to the next key frame."""


class Outgoing:
    """What goes to the hub, in order, sent by a thread of its own. While there is no hub, nothing is kept for it."""

    def __init__(self) -> None:
        self._line: socket.socket | None = None
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._some = threading.Condition()
        self._broken: set[str] = set()
        threading.Thread(target=self._run, name="to-hub", daemon=True).start()

    def turn_to(self, line: socket.socket | None) -> None:
        """Send to this hub from now on; None: to nobody."""
        with self._some:
            self._line = line
            self._waiting.clear()
            self._bytes = 0
            self._broken.clear()

    def held(self, pulls: list[Pull]) -> None:
        """Tell a hub that has just come what it takes over."""
        with self._some:
            self._put(wire.frame(wire.HELD, 0, "", orjson.dumps([pull.model_dump() for pull in pulls])))

    def fragment(self, camera: str, kind: int, ms: int, payload: bytes) -> None:
        """Send a fragment, unless too much is waiting."""
        with self._some:
            if kind == DELTA and (camera in self._broken or self._bytes > MOST_WAITING):
                self._broken.add(camera)
                return
            if kind == KEY:
                if self._bytes > MOST_WAITING:
                    self._broken.add(camera)
                    return
                self._broken.discard(camera)
            self._put(wire.frame(kind, ms, camera, payload))

    def state(self, state: State) -> None:
        """Tell how a camera is."""
        with self._some:
            self._put(wire.frame(wire.STATE, 0, state.camera, orjson.dumps(state.said())))

    def _put(self, frame: bytes) -> None:
        if self._line is None:
            return
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._some.notify()

    def _run(self) -> None:
        while True:
            with self._some:
                while not self._waiting:
                    self._some.wait()
                batch, line = b"".join(self._waiting), self._line
                self._waiting.clear()
                self._bytes = 0
            try:
                if line is not None:
                    line.sendall(batch)
            except OSError:  # the hub has gone; whoever reads from it knows in a moment
                continue


class Cameras:
    """The cameras of this process, as the hub last named them."""

    def __init__(self, door: Door, root: Path, out: Outgoing) -> None:
        self.door, self.root, self.out = door, root, out
        self.held: dict[str, Puller] = {}
        self.small: dict[str, Puller] = {}
        """By camera: its small stream, while somebody shows it."""
        self.hub_is_new = False

    def hold(self, pulls: list[Pull]) -> None:
        """Begin what is new, end what is no longer named, begin again what has changed where it lies."""
        wanted = {pull.code: pull for pull in pulls}
        ended = {code: self.held.pop(code) for code in [code for code, puller in self.held.items() if wanted.get(code) != puller.pull]}
        for code, puller in ended.items():
            puller.stop()
            self._watch_small(code, on=False)
        for code, pull in wanted.items():
            if code in self.held:
                if self.hub_is_new:
                    self.held[code].tell_again()
            else:
                self.held[code] = Puller(pull, self.door, self.root, self.out.fragment, self.out.state)
                self.held[code].start(after=ended.get(code))
        self.hub_is_new = False

    def watch(self, code: str, *, on: bool) -> None:
        """Send this stream's fragments, or no longer."""
        if code.endswith(wire.SMALL):
            self._watch_small(wire.camera_of(code), on=on)
        elif puller := self.held.get(code):
            puller.watch() if on else puller.unwatch()

    def _watch_small(self, code: str, *, on: bool) -> None:
        """The small stream is pulled while it is watched, and never kept."""
        if not on:
            if (ended := self.small.pop(code, None)) is not None:
                ended.unwatch()
                ended.stop()
            return
        of = self.held.get(code)
        if of is None or not of.pull.sub_address or code in self.small:
            return
        pull = of.pull.model_copy(update={"address": of.pull.sub_address, "sub_address": ""})
        name = wire.small_of(code)

        def send(_: str, kind: int, ms: int, fragment: bytes) -> None:
            self.out.fragment(name, kind, ms, fragment)

        def tell(state: State) -> None:
            if self.small.get(code) is made:  # one that was ended says nothing in the name of the next
                self.out.state(replace(state, camera=name, small=True))

        made = self.small[code] = Puller(pull, self.door, self.root, send, tell, keeps=False, watched=True)
        made.start()

    def unwatch_all(self) -> None:
        """The hub has gone: nobody looks."""
        for code in self.held:
            self.watch(code, on=False)
        for code in list(self.small):
            self._watch_small(code, on=False)

    def end(self) -> None:
        """Close what is being written, as far as the cameras let go within a moment; the rest is recovered at the next start."""
        for puller in (*self.held.values(), *self.small.values()):
            puller.stop()
        until = time.monotonic() + LETS_GO_S
        for puller in self.held.values():
            puller.join(max(0.0, until - time.monotonic()))


def serve(line: socket.socket, next_hub: socket.socket, root: Path) -> None:
    """One hub after the other, until one says that it is over or none comes any more. ``next_hub`` brings the socket of another."""
    out = Outgoing()
    cameras = Cameras(Door.of(settings()), root, out)
    while True:
        out.turn_to(line)
        cameras.hub_is_new = True
        if cameras.held:
            out.held([puller.pull for puller in cameras.held.values()])
        ended = _hear(line, cameras)
        out.turn_to(None)
        line.close()
        cameras.unwatch_all()
        handed = [] if ended else socket.recv_fds(next_hub, 1, 1)[1]
        if not handed:
            cameras.end()
            return
        line = socket.socket(fileno=handed[0])


def _hear(line: socket.socket, cameras: Cameras) -> bool:
    """What the hub says, until it hangs up. Returns whether it had said that it is over."""
    ended = False
    with suppress(OSError), line.makefile("rb") as said:
        for each in said:
            if not each.endswith(b"\n"):  # killed in the middle of a word
                break
            asked = orjson.loads(each)
            if "cameras" in asked:
                cameras.hold([Pull.model_validate(one) for one in asked["cameras"]])
            elif "watch" in asked:
                cameras.watch(asked["watch"], on=True)
            elif "unwatch" in asked:
                cameras.watch(asked["unwatch"], on=False)
            elif "end" in asked:
                ended = True
    return ended


def main() -> None:
    """Be the nursery."""
    av.logging.set_level(av.logging.PANIC)
    settings()
    sys.setswitchinterval(0.001)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the hub, which then says that it is over
    root = sys.argv[2]
    with suppress(OSError, KeyboardInterrupt):
        Keeper(socket.socket(fileno=int(sys.argv[1])), root, lambda line, next_hub: serve(line, next_hub, Path(root))).run()


if __name__ == "__main__":
    main()

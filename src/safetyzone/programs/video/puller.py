"""A process that holds some cameras. What breaks FFmpeg, or fills its memory, breaks these few for a second and no others.

Run as ``python -m safetyzone.programs.video.puller FD ROOT`` it is the nursery (``nursery.py``): it forks a puller for each socket that
comes over FD. A puller reads JSON lines (``{"cameras": […]}``, ``{"watch": code}``, ``{"unwatch": code}``) and writes frames
(``wire.HEAD``).
"""

import os
import signal
import socket
import sys
import threading
import time
from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import av
import orjson

from safetyzone.contracts.video import DELTA, KEY, Pull
from safetyzone.kernel.settings import settings
from safetyzone.programs import supervision
from safetyzone.programs.video import nursery, wire
from safetyzone.programs.video.opening import Door
from safetyzone.programs.video.pull import Puller, State

LETS_GO_S = 1.0
MOST_WAITING = 24_000_000
"""Bytes for the hub. A hub that does not read must not stop a recording: what is too much is left out up to the next key frame."""


class Outgoing:
    """What goes to the hub, in order, sent by a thread of its own."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self._waiting: deque[bytes] = deque()
        self._bytes = 0
        self._some = threading.Condition()
        self._broken: set[str] = set()
        threading.Thread(target=self._run, name="to-hub", daemon=True).start()

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
        self._waiting.append(frame)
        self._bytes += len(frame)
        self._some.notify()

    def _run(self) -> None:
        while True:
            with self._some:
                while not self._waiting:
                    self._some.wait()
                batch = b"".join(self._waiting)
                self._waiting.clear()
                self._bytes = 0
            try:
                self._line.sendall(batch)
            except OSError:  # the hub is gone, and so are we in a moment
                os._exit(0)


class Cameras:
    """The cameras of this process, as the hub last named them."""

    def __init__(self, door: Door, root: Path, out: Outgoing) -> None:
        self.door, self.root, self.out = door, root, out
        self.held: dict[str, Puller] = {}

    def hold(self, pulls: list[Pull]) -> None:
        """Begin what is new, end what is no longer named, begin again what has changed where it lies."""
        wanted = {pull.code: pull for pull in pulls}
        ended = {code: self.held.pop(code) for code in [code for code, puller in self.held.items() if wanted.get(code) != puller.pull]}
        for puller in ended.values():
            puller.stop()
        for code, pull in wanted.items():
            if code not in self.held:
                self.held[code] = Puller(pull, self.door, self.root, self.out.fragment, self.out.state)
                self.held[code].start(after=ended.get(code))

    def watch(self, code: str, *, on: bool) -> None:
        """Send this camera's fragments, or no longer."""
        if puller := self.held.get(code):
            puller.watch() if on else puller.unwatch()

    def end(self) -> None:
        """Close what is being written, as far as the cameras let go within a moment; the rest is recovered at the next start."""
        for puller in self.held.values():
            puller.stop()
        until = time.monotonic() + LETS_GO_S
        for puller in self.held.values():
            puller.join(max(0.0, until - time.monotonic()))


def serve(line: socket.socket, root: Path) -> None:
    """Until the hub hangs up."""
    cameras = Cameras(Door.of(settings()), root, Outgoing(line))
    with line.makefile("rb") as said:
        for each in said:
            asked = orjson.loads(each)
            if "cameras" in asked:
                cameras.hold([Pull.model_validate(one) for one in asked["cameras"]])
            elif "watch" in asked:
                cameras.watch(asked["watch"], on=True)
            elif "unwatch" in asked:
                cameras.watch(asked["unwatch"], on=False)
    cameras.end()


def nurse(line: socket.socket, root: Path) -> None:
    """Fork a puller for each socket that comes, until the hub hangs up. No thread is begun here: a fork would lose it."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
    while True:
        word, handed, _, _ = socket.recv_fds(line, 1, 1)
        if not word:
            return
        nurse_pid = os.getpid()
        if not (pid := os.fork()):
            line.close()
            supervision.die_with_parent(signal.SIGKILL, nurse_pid)
            _be_a_puller(handed[0], root)
        os.close(handed[0])
        line.sendall(nursery.PID.pack(pid))


def _be_a_puller(descriptor: int, root: Path) -> NoReturn:
    with suppress(OSError, KeyboardInterrupt):
        serve(socket.socket(fileno=descriptor), root)
    os._exit(0)  # threads may hang in a camera's connection


def main() -> None:
    """Be the nursery."""
    av.logging.set_level(av.logging.PANIC)
    settings()
    sys.setswitchinterval(0.001)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the hub, which then hangs up
    with suppress(OSError, KeyboardInterrupt):
        nurse(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]))


if __name__ == "__main__":
    main()

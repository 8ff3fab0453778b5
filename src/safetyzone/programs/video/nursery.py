"""Where pullers are born: one process that has everything imported, and forks a puller for each socket it is handed.

Started before anything else of the video program, so that its imports run beside ours: a program that was killed has its cameras back
sooner. Imports little itself, for that reason.
"""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading

from safetyzone.programs import supervision

PID = struct.Struct(">I")
WITHIN_S = 10.0
COMMAND = [sys.executable, "-m", "safetyzone.programs.video.puller"]
"""Followed by the descriptor of the nursery's end of the line and the folder of recordings."""


class Nursery:
    """The hub's side. Use it from the main thread: the kernel ends a child with the thread that made it."""

    def __init__(self, root: str) -> None:
        self.root = root
        self._one_at_a_time = threading.Lock()
        self._begin()

    def _begin(self) -> None:
        parent = os.getpid()
        self._line, theirs = socket.socketpair()
        self._line.settimeout(WITHIN_S)
        with theirs:
            self.process = subprocess.Popen(
                [*COMMAND, str(theirs.fileno()), self.root], stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()],
                preexec_fn=lambda: supervision.die_with_parent(signal.SIGKILL, parent),  # noqa: PLW1509 - two system calls, main thread
            )  # fmt: skip

    def bear(self, theirs: socket.socket) -> int:
        """A puller that serves this socket; returns its process id. Raises OSError when that could not be had."""
        with self._one_at_a_time:
            if self.process.poll() is not None:
                self._line.close()
                self._begin()
            socket.send_fds(self._line, [b"!"], [theirs.fileno()])
            said = self._line.recv(PID.size)
            if len(said) != PID.size:
                raise OSError("the nursery has gone")
            return int(PID.unpack(said)[0])

    def close(self) -> None:
        """No more pullers; those that live have been told to end by whoever holds their sockets."""
        self._line.close()
        try:
            self.process.wait(WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

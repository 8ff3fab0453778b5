"""Where pullers are born, and where they wait: one process that has everything imported, and forks a puller for each socket it is handed.

Started before anything else of the video program, so that its imports run beside ours. It outlives a hub that was killed: its pullers go on
recording, and the next hub, which finds it by its name, takes them over with their cameras open. Imports little itself.
"""

import hashlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from contextlib import suppress

PID = struct.Struct(">I")
WITHIN_S = 10.0
WAITS_S = 8.0
"""So long pullers go on without a hub; after that nobody will come, and they end."""
BEAR, HAND, END = b"!", b"@", b"."
"""What the hub says to the nursery: bear a puller for this socket; hand this socket to that puller; it is over."""
COMMAND = [sys.executable, "-m", "safetyzone.programs.video.puller"]
"""Followed by the descriptor of the nursery's end of the line and the folder of recordings."""
_PEER = struct.Struct("3i")


def name_of(root: str) -> str:
    """The name under which a hub finds the nursery of these recordings: in Linux's abstract names, so that no file is left."""
    return f"\0safetyzone-video-{hashlib.sha256(root.encode()).hexdigest()[:24]}"


def is_ours(line: socket.socket) -> bool:
    """Whether the other end belongs to the same user: an abstract name has no owner of its own."""
    _, user, _ = _PEER.unpack(line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size))
    return bool(user == os.getuid())


class Nursery:
    """The hub's side. ``living`` are the pullers that another hub has left."""

    def __init__(self, root: str) -> None:
        self.root = root
        self.living: list[int] = []
        self._one_at_a_time = threading.Lock()
        self.process: subprocess.Popen[bytes] | None = None
        if not self._find():
            self._begin()

    def _find(self) -> bool:
        if not sys.platform.startswith("linux"):
            return False
        line = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        line.settimeout(WITHIN_S)
        try:
            line.connect(name_of(self.root))
            said = line.recv(1 << 16) if is_ours(line) else b""
        except OSError:
            said = b""
        if not said:
            line.close()
            return False
        self._line, self.living = line, [pid for (pid,) in PID.iter_unpack(said[1:])]
        return True

    def _begin(self) -> None:
        self._line, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._line.settimeout(WITHIN_S)
        with theirs:
            self.process = subprocess.Popen(
                [*COMMAND, str(theirs.fileno()), self.root], stdin=subprocess.DEVNULL, pass_fds=[theirs.fileno()], start_new_session=True
            )

    def bear(self, theirs: socket.socket) -> int:
        """A puller that serves this socket; returns its process id. Raises OSError when that could not be had."""
        with self._one_at_a_time:
            try:
                return self._ask(BEAR, theirs)
            except OSError:
                self._line.close()
                self._begin()
                return self._ask(BEAR, theirs)

    def hand(self, pid: int, theirs: socket.socket) -> int:
        """Let a living puller serve this socket; returns its process id. Raises OSError when it has gone."""
        with self._one_at_a_time:
            return self._ask(HAND + PID.pack(pid), theirs)

    def _ask(self, word: bytes, handed: socket.socket) -> int:
        socket.send_fds(self._line, [word], [handed.fileno()])
        said = self._line.recv(PID.size)
        if len(said) != PID.size:
            raise OSError("the nursery has gone")
        if not (pid := int(PID.unpack(said)[0])):
            raise OSError("the puller has gone")
        return pid

    def close(self) -> None:
        """No more pullers; those that live have been told to end by whoever holds their sockets."""
        with suppress(OSError):
            self._line.send(END)
        self._line.close()
        if self.process is None:
            return
        try:
            self.process.wait(WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

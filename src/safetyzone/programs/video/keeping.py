"""The nursery's own loop: forks pullers, hands them from a hub that was killed to the next one, and ends when none comes."""

import os
import selectors
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress

from safetyzone.programs import supervision
from safetyzone.programs.video.nursery import BEAR, END, HAND, PID, WAITS_S, is_ours, name_of

Puller = Callable[[socket.socket, socket.socket], None]
"""Serves a hub's socket; its second one brings the socket of another hub. It returns when its process is to end."""
LETS_GO_S = 2.0


class Keeper:
    """One nursery. No thread is begun here: a fork would lose it."""

    def __init__(self, line: socket.socket, root: str, puller: Puller) -> None:
        self.puller = puller
        self.line: socket.socket | None = line
        self.alone_since = 0.0
        self.children: dict[int, socket.socket] = {}
        self.over = False
        self.selector = selectors.DefaultSelector()
        self.selector.register(line, selectors.EVENT_READ, self._asked)
        self.door = self._open(root)

    def _open(self, root: str) -> socket.socket | None:
        """The door for the next hub. Where there is none, a hub that is killed takes its pullers along."""
        if not sys.platform.startswith("linux"):
            return None
        door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            door.bind(name_of(root))
        except OSError:
            door.close()
            return None
        door.listen()
        self.selector.register(door, selectors.EVENT_READ, self._came)
        return door

    def run(self) -> None:
        """Until the hub says that it is over, or no other comes."""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the dead
        while not self.over:
            for key, _ in self.selector.select(timeout=0.5 if self.line is None else None):
                key.data(key.fileobj)
            if self.line is None and time.monotonic() - self.alone_since > (WAITS_S if self.door and self.children else 0.0):
                self._let_go()
                return

    def _let_go(self) -> None:
        """Nobody came: let pullers close what they write."""
        for child in self.children.values():
            child.shutdown(socket.SHUT_WR)
        until = time.monotonic() + LETS_GO_S
        while self.children and time.monotonic() < until:
            for key, _ in self.selector.select(timeout=0.1):
                if key.fileobj is not self.door:
                    key.data(key.fileobj)

    def _came(self, door: socket.socket) -> None:
        line, _ = door.accept()
        if self.line is not None or not is_ours(line):
            line.close()
            return
        self.line = line
        self.selector.register(line, selectors.EVENT_READ, self._asked)
        with suppress(OSError):
            line.send(b":" + b"".join(PID.pack(pid) for pid in self.children))

    def _asked(self, line: socket.socket) -> None:
        try:
            word, handed, _, _ = socket.recv_fds(line, 1 + PID.size, 1)
        except OSError:
            word, handed = b"", []
        if word == END:
            self.over = True
        elif word[:1] == BEAR and handed:
            self._answer(line, self._bear(handed[0]))
        elif word[:1] == HAND and handed:
            self._answer(line, self._hand(int(PID.unpack(word[1:])[0]), handed[0]))
        else:  # hung up without a word: it was killed
            self.selector.unregister(line)
            line.close()
            self.line, self.alone_since = None, time.monotonic()
        for descriptor in handed:
            os.close(descriptor)

    def _answer(self, line: socket.socket, pid: int) -> None:
        with suppress(OSError):
            line.send(PID.pack(pid))

    def _bear(self, descriptor: int) -> int:
        ours, theirs = socket.socketpair()
        keeper = os.getpid()
        if not (pid := os.fork()):
            supervision.die_with_parent(signal.SIGKILL, keeper)
            for each in (ours, self.line, self.door, *self.children.values()):
                if each is not None:
                    each.close()
            with suppress(OSError, KeyboardInterrupt):
                self.puller(socket.socket(fileno=descriptor), theirs)
            os._exit(0)  # threads may hang in a camera's connection
        theirs.close()
        self.children[pid] = ours
        self.selector.register(ours, selectors.EVENT_READ, lambda _, pid=pid: self._died(pid))
        return pid

    def _hand(self, pid: int, descriptor: int) -> int:
        if (child := self.children.get(pid)) is None:
            return 0
        try:
            socket.send_fds(child, [HAND], [descriptor])
        except OSError:
            return 0
        return pid

    def _died(self, pid: int) -> None:
        child = self.children.pop(pid)
        self.selector.unregister(child)
        child.close()

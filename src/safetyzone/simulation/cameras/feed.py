"""A clip played in an endless loop to any number of sessions, on one timeline."""

import asyncio
import math
import struct
from bisect import bisect_left
from typing import Protocol

from safetyzone.simulation.cameras.clip import CLOCK_HZ, Clip, Frame

NUMBER_AND_TIME = struct.Struct(">HI")
AT_IN_PACKET = 6
"""Sequence number and time, behind the interleaved head and the first two bytes of RTP."""
LATE_S = 1.0
"""A process that stood still so long goes on with what is due now, as a camera does."""
FIRST_NUMBER, FIRST_TIME = 4_000, 1_000_000_000


class Listener(Protocol):
    """A session that plays."""

    def take(self, wire: bytes, frame: Frame) -> None:
        """One frame, whole. Must not wait."""


class Feed:
    """The timeline of one clip. A frame is known by how many were due before it since the feed began, so bytes, numbers and times of every
    frame follow from its count alone: nothing has to run while nobody watches, and a session may be given what was due before it came."""

    def __init__(self, clip: Clip) -> None:
        self.clip = clip
        self.zero = asyncio.get_running_loop().time()
        self.sessions: set[Listener] = set()
        self._times = [frame.at for frame in clip.frames]
        self._before = self._packets_before(clip)
        self._first_number, self._first_time = FIRST_NUMBER, FIRST_TIME
        self._next = 0
        self._timer: asyncio.TimerHandle | None = None

    @staticmethod
    def _packets_before(clip: Clip) -> list[int]:
        before = [0]
        for frame in clip.frames:
            before.append(before[-1] + len(frame.packets))
        return before

    # ------------------------------------------------------------------ what is due

    def frame(self, count: int) -> Frame:
        """The frame of a count."""
        return self.clip.frames[count % len(self.clip.frames)]

    def wire(self, count: int) -> bytes:
        """Its bytes with their numbers and time."""
        loop, place = divmod(count, len(self.clip.frames))
        frame = self.clip.frames[place]
        number = self._first_number + loop * self._before[-1] + self._before[place]
        time = (self._first_time + loop * self.clip.ticks + frame.shown) & 0xFFFFFFFF
        out = bytearray(frame.wire)
        for begin in frame.packets:
            NUMBER_AND_TIME.pack_into(out, begin + AT_IN_PACKET, number & 0xFFFF, time)
            number += 1
        return bytes(out)

    def number_and_time(self, count: int) -> tuple[int, int]:
        """Of the first packet of a frame: what the answer to PLAY tells."""
        number, time = NUMBER_AND_TIME.unpack_from(self.wire(count), AT_IN_PACKET)
        return int(number), int(time)

    def due_at(self, count: int) -> float:
        """When a frame is sent, on the loop's clock."""
        loop, place = divmod(count, len(self.clip.frames))
        return self.zero + (loop * self.clip.ticks + self._times[place]) / CLOCK_HZ

    def upcoming(self, now: float) -> int:
        """The count of the first frame that is due at ``now`` or later."""
        loop, ticks = divmod((now - self.zero) * CLOCK_HZ, self.clip.ticks)
        return int(loop) * len(self.clip.frames) + bisect_left(self._times, ticks)

    def next_key(self, count: int) -> int:
        """The first key frame from a count on."""
        while not self.frame(count).key:
            count += 1
        return count

    def last_key(self, count: int) -> int:
        """The last key frame up to a count, or the very first one."""
        while count > 0 and not self.frame(count).key:
            count -= 1
        return max(count, 0)

    # ------------------------------------------------------------------ who listens

    def add(self, session: Listener, *, at_once: bool) -> None:
        """From the next frame on; ``at_once``: first what was due since the last key frame."""
        if self._timer is None:
            self._next = self.upcoming(asyncio.get_running_loop().time())
        if at_once and self._next > 0:
            for count in range(self.last_key(self._next - 1), self._next):
                session.take(self.wire(count), self.frame(count))
        self.sessions.add(session)
        if self._timer is None:
            self._wait()

    def remove(self, session: Listener) -> None:
        """No more; without anybody nothing runs."""
        self.sessions.discard(session)
        if not self.sessions and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def change(self, clip: Clip) -> None:
        """Play another clip of the same parameter sets from its beginning on, with numbers and times that go on as if nothing had been."""
        now = asyncio.get_running_loop().time()
        count = self._next if self._timer is not None else self.upcoming(now)
        number, time = self.number_and_time(count)
        self.zero = max(now, self.due_at(count))
        self.clip, self._times, self._before = clip, [frame.at for frame in clip.frames], self._packets_before(clip)
        self._first_number, self._first_time, self._next = number, time - clip.frames[0].shown, 0
        if self._timer is not None:
            self._timer.cancel()
            self._wait()

    def _wait(self) -> None:
        self._timer = asyncio.get_running_loop().call_at(self.due_at(self._next), self._send)

    def _send(self) -> None:
        """What is due now, built once, to everybody."""
        now = asyncio.get_running_loop().time()
        if now - self.due_at(self._next) > LATE_S:
            self._next = self.next_key(self.upcoming(now))
        while self.sessions and self.due_at(self._next) <= now:
            wire, frame = self.wire(self._next), self.frame(self._next)
            self._next += 1
            for session in tuple(self.sessions):
                session.take(wire, frame)
        if self.sessions:
            self._wait()
        else:
            self._timer = None


def allowance(clip: Clip) -> int:
    """How many bytes may wait for one session before it is too slow to be served: three seconds of the clip, a megabyte at least."""
    return max(1_000_000, math.ceil(3 * clip.bytes_a_second))

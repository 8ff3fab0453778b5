"""The driver's own memory of what it was promised: an append-only file, synced to disk before an answer counts.

The servers are never asked what they acknowledged; this file is what they are held to.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path

import orjson

Key = tuple[str, str]
"""Device and press id: what makes a press one press."""


@dataclass
class Memory:
    """Sent and acknowledged presses. ``answered`` is called in the driver's loop, ``sync`` often, ``read`` at the end."""

    file: Path
    sent: set[Key] = field(default_factory=set)
    repeats: int = 0
    """How often a press was said again because no answer had come."""
    synced: int = 0
    _waiting: list[bytes] = field(default_factory=list)
    _descriptor: int = -1

    def __post_init__(self) -> None:
        self._descriptor = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def sending(self, device: str, press_id: str) -> None:
        """A press is about to be said, for the first time or again."""
        if (device, press_id) in self.sent:
            self.repeats += 1
        self.sent.add((device, press_id))

    def answered(self, device: str, press_id: str, body: bytes) -> None:
        """An answer came; the same press may be answered many times, always with the same bytes."""
        self._waiting.append(orjson.dumps([device, press_id, body.decode()]) + b"\n")

    def sync(self) -> None:
        """Put what was noted on the disk."""
        if self._waiting:
            lines, self._waiting = self._waiting, []
            os.write(self._descriptor, b"".join(lines))
            os.fdatasync(self._descriptor)
            self.synced += len(lines)

    def close(self) -> None:
        self.sync()
        os.close(self._descriptor)

    def read(self) -> dict[Key, list[str]]:
        """What was promised: every answer that came for every press, as it was written down."""
        promised: dict[Key, list[str]] = {}
        with self.file.open("rb") as lines:
            for line in lines:
                device, press_id, body = orjson.loads(line)
                promised.setdefault((device, press_id), []).append(body)
        return promised

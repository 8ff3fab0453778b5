"""Documents out of RTP packets (RFC 3550): cut by the camera as it likes, the last of each marked (ONVIF Streaming Specification, 5.1)."""

import re
import struct
from collections import Counter
from dataclasses import dataclass, field

from safetyzone.programs.vision.adapters import MOST_BYTES

HEAD = struct.Struct(">BBHII")
VERSION = 2
_BEGINS = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|(?:[\w.-]+:)?MetadataStream)[\s>]")


@dataclass(frozen=True, slots=True)
class Packet:
    """What of a packet is needed here."""

    payload_type: int
    last: bool
    number: int
    stamp: int
    payload: bytes = field(repr=False)


def packet(wire: bytes) -> Packet | None:
    """None: it is no packet of RTP."""
    if len(wire) < HEAD.size:
        return None
    flags, second, number, stamp, _ = HEAD.unpack_from(wire)
    begins = HEAD.size + 4 * (flags & 15)
    if flags >> 6 != VERSION:
        return None
    if flags & 0x10:  # a header extension: two bytes of name, two of length in words
        if len(wire) < begins + 4:
            return None
        begins += 4 + 4 * int(struct.unpack_from(">H", wire, begins + 2)[0])
    ends = len(wire) - (wire[-1] if flags & 0x20 else 0)
    if begins > ends:
        return None
    return Packet(second & 0x7F, bool(second & 0x80), number, stamp, wire[begins:ends])


@dataclass
class Join:
    """One track's documents. ``refused`` counts by name: not_rtp, cut (a part is missing), too_large."""

    payload_type: int
    refused: "Counter[str]"
    _parts: list[bytes] = field(default_factory=list, repr=False)
    _bytes: int = 0
    _next: int = -1
    _stamp: int = -1
    _astray: bool = False
    """A part is missing: what comes is left out until a document begins."""

    def add(self, wire: bytes) -> bytes | None:
        """The document that this packet completes."""
        one = packet(wire)
        if one is None:
            self.refused["not_rtp"] += 1
            return None
        if one.payload_type != self.payload_type:
            return None
        if self._next not in (-1, one.number) or (self._parts and one.stamp != self._stamp):
            self._lose("cut")
        self._next, self._stamp = (one.number + 1) & 0xFFFF, one.stamp
        if self._astray and not _BEGINS.match(one.payload):
            self._astray = not one.last
            return None
        self._astray = False
        self._parts.append(one.payload)
        self._bytes += len(one.payload)
        if self._bytes > MOST_BYTES:
            self._lose("too_large")
            self._astray = not one.last
            return None
        if not one.last:
            return None
        whole = b"".join(self._parts)
        self._parts, self._bytes = [], 0
        return whole

    def _lose(self, why: str) -> None:
        self.refused[why] += 1
        self._parts, self._bytes, self._astray = [], 0, True

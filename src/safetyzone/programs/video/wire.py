"""Between the hub and its pullers: frames of a camera's fragment or state. Pure."""

import struct

STATE = 9
"""Kind of a frame that holds a state as JSON; the other kinds are those of ``contracts.video``."""
HELD = 8
"""Kind of the frame with which a puller greets a hub that takes it over: the cameras it holds, as JSON."""
HEAD = struct.Struct(">BBIQ")
"""Kind, length of the camera's code, length of the payload, wall clock in milliseconds."""


def frame(kind: int, ms: int, camera: str, payload: bytes) -> bytes:
    """One frame."""
    code = camera.encode()
    return HEAD.pack(kind, len(code), len(payload), ms) + code + payload

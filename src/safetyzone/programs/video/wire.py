"""Between the hub and its pullers: frames of a camera's fragment or state. Pure."""

import struct

STATE = 9
"""Kind of a frame that holds a state as JSON; the other kinds are those of ``contracts.video``."""
HELD = 8
"""Kind of the frame with which a puller greets a hub that takes it over: the cameras it holds, as JSON."""
SMALL = "~"
"""After a camera's code: its small stream, pulled beside the main one while somebody shows it small. No code ends so."""
HEAD = struct.Struct(">BBIQ")
"""Kind, length of the camera's code, length of the payload, wall clock in milliseconds."""


def small_of(camera: str) -> str:
    """The name of a camera's small stream between hub and puller."""
    return camera + SMALL


def camera_of(stream: str) -> str:
    """The camera whose stream this is."""
    return stream.removesuffix(SMALL)


def frame(kind: int, ms: int, camera: str, payload: bytes) -> bytes:
    """One frame."""
    code = camera.encode()
    return HEAD.pack(kind, len(code), len(payload), ms) + code + payload

"""Pretend cameras: an RTSP server that plays clips, and the street scenes that they show."""

from safetyzone.simulation.cameras.clip import Clip, NotAClip, make_clip, read_clip
from safetyzone.simulation.cameras.faults import Fault
from safetyzone.simulation.cameras.server import Camera, Cameras

__all__ = ["Camera", "Cameras", "Clip", "Fault", "NotAClip", "make_clip", "read_clip"]

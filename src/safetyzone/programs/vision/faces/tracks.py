"""The same face from frame to frame, by its place alone: nothing of what it looks like is kept."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field

from safetyzone.programs.vision.faces.nets import FoundFace

LOST_MS = 1_500
"""A face not seen for so long is another one when something appears there."""
FARTHEST = 0.9
"""Between two frames a face moves at most so many of its own widths (walking past at 3 m with 5 frames a second: 0.6)."""
GROWS = 1.6
"""And is at most so many times as wide."""

Listed = tuple[int, int]
"""Activation and entry."""


@dataclass(slots=True)
class FaceTrack:
    """One face while it is in view, and which entries agreed with it, and in how many frames."""

    name: str
    x: float
    y: float
    width: float
    seen_ms: int
    agreed: dict[Listed, int] = field(default_factory=dict)
    told: set[Listed] = field(default_factory=set)
    counted: bool = False
    """Whether it is among the faces seen already."""


class FaceTracks:
    """Those of one camera."""

    def __init__(self, camera: str) -> None:
        self.camera = camera
        self._tracks: list[FaceTrack] = []
        self._numbers = itertools.count(1)

    def follow(self, faces: Sequence[FoundFace], at_ms: int) -> list[FaceTrack]:
        """The track of each face, in their order. Nearest first, each track once; what is left begins a new one."""
        self._tracks = [track for track in self._tracks if 0 <= at_ms - track.seen_ms <= LOST_MS]
        pairs = sorted(
            (far, n, m)
            for n, face in enumerate(faces)
            for m, track in enumerate(self._tracks)
            if (far := _far(face, track, at_ms)) is not None
        )
        given: dict[int, FaceTrack] = {}
        taken: set[int] = set()
        for _, n, m in pairs:
            if n not in given and m not in taken:
                given[n] = self._tracks[m]
                taken.add(m)
        for n, face in enumerate(faces):
            track = given.setdefault(n, FaceTrack(f"{self.camera}-f{next(self._numbers)}", 0, 0, 0, at_ms))
            track.x, track.y = face.x + face.width / 2, face.y + face.height / 2
            track.width, track.seen_ms = face.width, at_ms
            if track not in self._tracks:
                self._tracks.append(track)
        return [given[n] for n in range(len(faces))]

    def forget(self) -> None:
        """Begin anew."""
        self._tracks.clear()


def _far(face: FoundFace, track: FaceTrack, at_ms: int) -> float | None:
    """Distance in widths, or None when it cannot be the same face. It may have gone farther when it was not seen for longer."""
    if not 1 / GROWS <= face.width / max(track.width, 1e-9) <= GROWS:
        return None
    far = ((face.x + face.width / 2 - track.x) ** 2 + (face.y + face.height / 2 - track.y) ** 2) ** 0.5 / track.width
    return far if far <= FARTHEST * max(1.0, (at_ms - track.seen_ms) / 400) ** 0.5 else None

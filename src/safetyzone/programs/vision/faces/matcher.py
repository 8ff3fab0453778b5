"""Faces of one camera against the lists that are active on it, and nothing else.

A template exists from the moment it is computed to the end of the same call: it is compared and written over, whether it matched or not.
What leaves is a candidate: two frames of one track agreed with the same entry. Without work there is nothing to compare with, and not one
face is looked for; work ends by itself at its own time.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

import numpy as np

from safetyzone.contracts.vision import FACES_WITHOUT_WORD_S, TEMPLATE_VALUES, FaceCandidate, FacesWork, Template
from safetyzone.programs.vision.faces import pictures
from safetyzone.programs.vision.faces.memory import Templates
from safetyzone.programs.vision.faces.nets import SFACE, FaceDetector, FaceEmbedder, FoundFace, Picture, aligned
from safetyzone.programs.vision.faces.quality import Quality, judge, share_inside
from safetyzone.programs.vision.faces.search import Search
from safetyzone.programs.vision.faces.tracks import FaceTrack, FaceTracks, Listed

FRAMES_TO_AGREE = 2
MOST_FACES = 32
"""Compared of one frame; the largest."""


class Nets:
    """Detector and embedder, shared by the cameras of a process."""

    def __init__(self) -> None:
        """Raises nets.WrongWeights when the models are not installed."""
        self.detector, self.embedder, self.busy = FaceDetector(), FaceEmbedder(), threading.Lock()


@dataclass(frozen=True, slots=True)
class _Worth:
    """A face good enough to be compared."""

    face: FoundFace
    square: Picture
    quality: Quality


class Gallery:
    """The templates of the lists that are active now, each until its own end."""

    def __init__(self, templates: Sequence[Template], model: str = SFACE.model) -> None:
        self.model = model
        self._listed: list[tuple[Listed, int]] = [((one.activation, one.entry), one.until_ms) for one in templates]
        vectors = np.frombuffer(b"".join(one.vector for one in templates), "<f4").reshape(-1, TEMPLATE_VALUES)
        self._search = Search(vectors.astype(np.float32))

    def __len__(self) -> int:
        return len(self._search)

    def __repr__(self) -> str:
        return "<Gallery>"

    def ends_before(self, at_ms: int) -> bool:
        """Whether one of its templates may no longer be compared."""
        return any(until <= at_ms for _, until in self._listed)

    def above(self, templates: "np.ndarray[tuple[int, ...], np.dtype[np.float32]]", threshold: float) -> list[tuple[int, Listed, float]]:
        """Pairs that reach the threshold: number of the template, entry, cosine."""
        found = self._search.above(templates, threshold)
        rows = zip(found.query.tolist(), found.row.tolist(), found.score.tolist(), strict=True)
        return [(query, self._listed[row][0], score) for query, row, score in rows]

    def forget(self) -> None:
        """Write over all of it."""
        self._search.forget()
        self._listed = []


class FaceMatcher:
    """For one camera, in one thread; ``give``, ``tick`` and ``forget`` may come from another."""

    def __init__(self, camera: str, nets: Nets) -> None:
        self.camera, self._nets = camera, nets
        self._tracks = FaceTracks(camera)
        self._lock = threading.RLock()
        self._work: FacesWork | None = None
        self._gallery: Gallery | None = None
        self._word_ms = self._now_ms = self._looked_ms = self._seen = 0

    def __repr__(self) -> str:
        return f"<FaceMatcher {self.camera}>"

    @property
    def active(self) -> bool:
        """Whether there is anybody to look for."""
        return self._gallery is not None

    def give(self, work: FacesWork | None, at_ms: int) -> None:
        """What may be compared from now on. To be called at every answer of the web: its silence ends the work, too (5 s)."""
        with self._lock:
            self._word_ms = self._later(at_ms)
            if self._gallery and (not self._work or not work or work.gallery != self._work.gallery):
                self._gallery.forget()
                self._gallery = None
            self._work = work  # who was seen once stays seen once: tracks outlive a lease
            self._renew()

    def tick(self, at_ms: int) -> None:
        """To be called once a second, frames or not: what has ended is written over."""
        with self._lock:
            now = self._later(at_ms)
            if self._work and now - self._word_ms > FACES_WITHOUT_WORD_S * 1000:
                self.forget()
            elif self._gallery and (self._gallery.ends_before(now) or (self._work and self._work.until_ms <= now)):
                self._renew()

    def forget(self) -> None:
        """Nothing is looked for, and nothing is left to compare with."""
        with self._lock:
            if self._gallery:
                self._gallery.forget()
            self._work = self._gallery = None
            self._tracks.forget()

    def look(self, picture: Picture, at_ms: int) -> list[FaceCandidate]:
        """Find, judge and compare the faces of a frame; returns those whom two frames of one track agree on, each once a track."""
        with self._lock:
            self.tick(at_ms)
            if at_ms == self._looked_ms:
                return []  # the same frame again is no second witness
            self._looked_ms = at_ms
            if not (gallery := self._gallery) or not (work := self._work):
                return []
            faces = sorted(self._nets.detector.find(picture), key=lambda face: -face.width)
            worth = [one for face in faces if (one := _worth(picture, face, work.min_px))][:MOST_FACES]
            tracks = self._tracks.follow([one.face for one in worth], at_ms)
            self._count(tracks)
            candidates = []
            for number, listed, score in self._compare(worth, gallery, work.threshold):
                track, one = tracks[number], worth[number]
                track.agreed[listed] = frames = track.agreed.get(listed, 0) + 1
                if frames >= FRAMES_TO_AGREE and listed not in track.told:
                    track.told.add(listed)
                    candidates.append(
                        FaceCandidate(
                            id=uuid4(), camera=self.camera, model=gallery.model, at_ms=at_ms, track=track.name, frames=frames,
                            activation=listed[0], entry=listed[1], score=min(score, 1.0), threshold=work.threshold,
                            quality=one.quality.score, box=one.face.box,
                            scene=pictures.scene(picture), crop=pictures.crop(picture, one.face),
                        )
                    )  # fmt: skip
            return candidates

    def take_seen(self) -> int:
        """How many faces were compared since this was last asked, each once while it was in view."""
        with self._lock:
            seen, self._seen = self._seen, 0
            return seen

    def _count(self, tracks: Sequence[FaceTrack]) -> None:
        for track in tracks:
            self._seen += not track.counted
            track.counted = True

    def _compare(self, worth: Sequence[_Worth], gallery: Gallery, threshold: float) -> list[tuple[int, Listed, float]]:
        """Templates live here, and nowhere else, for as long as this takes."""
        if not worth:
            return []
        with self._nets.busy, Templates(len(worth), TEMPLATE_VALUES) as room:
            try:
                for row, one in zip(room.rows, worth, strict=True):
                    self._nets.embedder.embed(one.square, row)
                return gallery.above(room.rows, threshold)
            finally:
                self._nets.embedder.rinse()

    def _renew(self) -> None:
        """Keep only what has not ended; without it, nothing."""
        work, now = self._work, self._now_ms
        if not work or work.until_ms <= now:
            self.forget()
            return
        if self._gallery and not self._gallery.ends_before(now):
            return
        if self._gallery:
            self._gallery.forget()
            self._gallery = None
        if living := [one for one in work.gallery if one.until_ms > now]:
            self._gallery = Gallery(living)

    def _later(self, at_ms: int) -> int:
        """The latest moment ever heard of: a clock that is set back does not lengthen any list's life."""
        self._now_ms = max(self._now_ms, at_ms)
        return self._now_ms


def _worth(picture: Picture, face: FoundFace, min_px: int) -> _Worth | None:
    if face.width < min_px:
        return None
    square = aligned(picture, face.points)
    inside = share_inside(face.x, face.y, face.width, face.height, (picture.shape[0], picture.shape[1]))
    quality = judge(square, face.points, width=face.width, score=face.score, inside=inside, min_px=min_px)
    return _Worth(face, square, quality) if quality.enough else None

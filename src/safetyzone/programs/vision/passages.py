"""Plates that pass one camera: found where something moves, followed, seen best, read, voted on. Knows pictures and their times alone."""

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol
from uuid import uuid4

import cv2
import numpy as np
import numpy.typing as npt
from edgefirst.tracker import ByteTrack

from safetyzone.contracts.plates import BadPlate
from safetyzone.contracts.vision import MOST_CROP_BYTES, MOST_SCENE_BYTES, Alternative, FieldsSure, Paint, PlateReading, PlateSaid
from safetyzone.programs.vision.faces.pictures import jpeg
from safetyzone.programs.vision.objects.paint import paint_of
from safetyzone.programs.vision.plates.detector import FoundPlate
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.plates.reading import Reading
from safetyzone.programs.vision.plates.vote import Vote

Picture = npt.NDArray[np.uint8]
Box = tuple[int, int, int, int]
SHOTS = 5
"""So many pictures of a plate vote: the best of its passage so far."""
TELL_AFTER_MS = 1_200
"""A plate that was seen for so long is told, though better pictures may come: who waits for it has three seconds in all."""
LAST_WORD_MS = 4_000
"""A plate that the reader does not stand by is looked at for so long."""
GONE_MS = 700
LEAST_WIDTH_PX = 22
"""A plate narrower than this can be read by nobody."""
USUAL_WIDTH_PX, USUAL_SHARPNESS = 90.0, 300.0
MOST_WEIGHT = 2.0
BETTER = 1.15
"""The picture that is shown is taken anew for one that is so many times as good."""
GROWN = (2.0, 3.0)
"""A plate's box is followed as part of something this many times as wide and as high: plates leap over their own width, vehicles do not."""
CROP_PX, SCENE_PX = 320, 960
MOST_REGIONS = 3
MARGIN = 0.3
MOST_OF_PICTURE = 0.5
FRAMES_TO_TELL = 2
AGAIN_MS = 10_000
"""The same plate on another track within so long is the same passage."""


class PlateFinder(Protocol):
    """Where the plates of a picture are."""

    def find(self, frame: Picture) -> list[FoundPlate]: ...


class CropReader(Protocol):
    """What a plate's picture says."""

    name: str

    def evidence(self, crop: Picture) -> Evidence | None: ...


@dataclass(slots=True)
class Shot:
    """One picture of a plate. ``worth``: its width times its sharpness, 1 is usual."""

    worth: float
    crop: Picture = field(repr=False)
    _said: list[Evidence | None] = field(default_factory=list, repr=False)

    def evidence(self, reader: CropReader) -> Evidence | None:
        """What it shows, read once however often it votes."""
        if not self._said:
            self._said.append(reader.evidence(self.crop))
        return self._said[0]


@dataclass(slots=True)
class Passage:
    """One plate while it is in view."""

    track: str
    first_ms: int
    last_ms: int
    box: Box = (0, 0, 0, 0)
    best_ms: int = 0
    best: float = 0.0
    shots: list[Shot] = field(default_factory=list)
    scene: bytes = field(default=b"", repr=False)
    crop: bytes = field(default=b"", repr=False)
    voted: int = 0
    frames: int = 0
    told: bool = False

    def take(self, frame: Picture, found: FoundPlate, at_ms: int) -> None:
        """One more picture of it."""
        self.last_ms, self.frames = at_ms, self.frames + 1
        crop = found.crop(frame)
        if self.told or crop.size == 0 or found.width < LEAST_WIDTH_PX:
            return
        worth = worth_of(crop)
        self.shots.append(Shot(worth, crop.copy()))
        self.shots.sort(key=lambda shot: -shot.worth)
        del self.shots[SHOTS:]
        if worth > self.best * BETTER:
            self.best, self.best_ms = worth, at_ms
            self.box = box_of(found)
            self.crop = jpeg(np.ascontiguousarray(found.crop(frame, 0.25)), longest_px=CROP_PX, most_bytes=MOST_CROP_BYTES)
            self.scene = jpeg(frame, longest_px=SCENE_PX, most_bytes=MOST_SCENE_BYTES)


class Passages:
    """Those of one camera. ``vehicle_at`` says what a picture shows round a plate; without it nobody says."""

    def __init__(
        self, camera: str, finder: PlateFinder, reader: CropReader, *, vehicle_at: Callable[[Picture, Box], str] | None = None
    ) -> None:
        self.camera, self._finder, self._reader, self._vehicle_at = camera, finder, reader, vehicle_at
        self._tracker = ByteTrack(high_conf=0.3, iou=0.15, lifespan_ns=GONE_MS * 1_000_000)
        self._passages: dict[str, Passage] = {}
        self._said: dict[tuple[str, str], int] = {}
        self._vehicles: dict[str, str] = {}
        self._paints: dict[str, Counter[Paint | None]] = {}
        self.searched: list[Box] = []
        """The parts of the last picture that the finder was shown."""

    def look(self, frame: Picture, moved: Sequence[Box], at_ms: int) -> list[PlateReading]:
        """A picture in which something moved there; returns what passed, each once."""
        found = self.find(frame, moved)
        for one, track in zip(found, self._follow(frame, found, at_ms), strict=True):
            if track:
                passage = self._passages.setdefault(track, Passage(track, at_ms, at_ms))
                passage.take(frame, one, at_ms)
                if not passage.told:
                    self._paints.setdefault(track, Counter())[paint_of(frame, box_of(one))] += 1
                if self._vehicle_at and track not in self._vehicles and len(passage.shots) >= FRAMES_TO_TELL:
                    self._vehicles[track] = self._vehicle_at(frame, passage.box)
        return self.tick(at_ms)

    def find(self, frame: Picture, moved: Sequence[Box]) -> list[FoundPlate]:
        """Plates where something moved, and round those that are followed."""
        height, width = frame.shape[:2]
        found: list[FoundPlate] = []
        followed = [around(each.box) for each in self._passages.values() if not each.told]
        self.searched = regions([*moved, *followed], width, height)
        for x, y, w, h in self.searched:
            for one in self._finder.find(np.ascontiguousarray(frame[y : y + h, x : x + w])):
                found.append(FoundPlate(one.x + x, one.y + y, one.width, one.height, one.score))
        return found

    def tick(self, at_ms: int) -> list[PlateReading]:
        """To be called now and then when nothing moves any more: what is due is told, and what is over is forgotten."""
        readings = [reading for each in self._passages.values() if (reading := self._due(each, at_ms))]
        over = [track for track, each in self._passages.items() if at_ms - each.last_ms > GONE_MS]
        for track in over:
            del self._passages[track]
            self._vehicles.pop(track, None)
            self._paints.pop(track, None)
        self._said = {key: when for key, when in self._said.items() if 0 <= at_ms - when < AGAIN_MS}
        return readings

    @property
    def busy(self) -> bool:
        """Whether something is in view that was not told yet."""
        return any(not each.told for each in self._passages.values())

    def _follow(self, frame: Picture, found: Sequence[FoundPlate], at_ms: int) -> list[str]:
        height, width = frame.shape[:2]
        boxes = np.array([grown(one, width, height) for one in found], np.float32).reshape(-1, 4)
        scores = np.array([max(one.score, 0.35) for one in found], np.float32)
        infos = self._tracker.update(boxes, scores, np.zeros(len(found), np.uint64), at_ms * 1_000_000)
        return [str(info.uuid) if info else "" for info in infos]

    def _due(self, of: Passage, at_ms: int) -> PlateReading | None:
        over = at_ms - of.last_ms > GONE_MS or at_ms - of.first_ms >= LAST_WORD_MS
        ready = len(of.shots) >= SHOTS or at_ms - of.first_ms >= TELL_AFTER_MS
        if of.told or not of.shots or of.frames < FRAMES_TO_TELL or not (over or (ready and of.frames != of.voted)):
            return None
        of.voted = of.frames
        vote = Vote()
        for shot in of.shots:
            vote.add(shot.evidence(self._reader), shot.worth)
        result = vote.result()
        if result is None or not (over or result.accepted):
            of.told = over
            return None
        of.told = True
        reading = self._reading(of, result)
        of.shots.clear()
        return reading

    def _reading(self, of: Passage, result: Reading) -> PlateReading | None:
        try:
            plate = result.plate
        except BadPlate:
            return None
        said = (plate.text, plate.vehicle_class.value)
        if said in self._said:
            return None
        self._said[said] = of.last_ms
        sure = result.sure
        return PlateReading(
            id=uuid4(), camera=self.camera, model=self._reader.name, at_ms=of.best_ms, first_ms=of.first_ms, last_ms=of.last_ms,
            track=of.track, plate=plate_said(result, plate.province), sure=sure.text, accepted=result.accepted,
            fields=FieldsSure(series=sure.series, number=sure.number, province=sure.province),
            alternatives=tuple(
                Alternative(
                    plate=PlateSaid(series=p.series, number=p.number, province=p.province, vehicle_class=p.vehicle_class.value),
                    sure=min(1.0, max(0.0, share)),
                )
                for p, share in result.alternatives
            ),
            frames=result.frames, box=of.box, vehicle=self._vehicles.get(of.track, ""),
            colour=agreed_paint(self._paints.get(of.track, Counter())), scene=of.scene, crop=of.crop,
        )  # fmt: skip


def plate_said(result: Reading, province: str) -> PlateSaid:
    """The fields as they are told; a province that the reader does not stand by is left out."""
    return PlateSaid(series=result.series, number=result.number, province=province, vehicle_class=result.vehicle_class.value)


def agreed_paint(said: Counter[Paint | None]) -> Paint | Literal[""]:
    """What most looks at one vehicle say of its paint; empty: they do not agree, or one alone says it."""
    (paint, times), *_ = said.most_common(1) or [(None, 0)]
    return paint if paint is not None and times >= FRAMES_TO_TELL and times > said.total() / 2 else ""


def box_of(found: FoundPlate) -> Box:
    """In whole pixels."""
    return round(found.x), round(found.y), round(found.width), round(found.height)


def worth_of(crop: Picture) -> float:
    """How well a plate can be read off its picture: width times sharpness (variance of the Laplacian at one width), 1 is usual."""
    grey = cv2.cvtColor(crop, cv2.COLOR_BGR2GRAY) if crop.ndim == 3 else crop  # noqa: PLR2004
    small = cv2.resize(grey, (96, 40), interpolation=cv2.INTER_AREA if grey.shape[1] > 96 else cv2.INTER_LINEAR)  # noqa: PLR2004
    sharp = float(cv2.Laplacian(small, cv2.CV_32F).var())
    wide = min(1.5, crop.shape[1] / USUAL_WIDTH_PX)
    return float(max(0.05, min(MOST_WEIGHT, wide * math.sqrt(sharp / USUAL_SHARPNESS))))


def grown(one: FoundPlate, width: int, height: int) -> tuple[float, float, float, float]:
    """Left, top, right and bottom as shares of the picture."""
    dx, dy = one.width * (GROWN[0] - 1) / 2, one.height * (GROWN[1] - 1) / 2
    return (one.x - dx) / width, (one.y - dy) / height, (one.x + one.width + dx) / width, (one.y + one.height + dy) / height


def around(box: Box) -> Box:
    """Where a plate that was there may be in the next picture."""
    x, y, w, h = box
    return x - w, y - 2 * h, 3 * w, 5 * h


def regions(boxes: Sequence[Box], width: int, height: int) -> list[Box]:
    """The parts of a picture to be searched: boxes with their surroundings, joined where they overlap; all of it where they cover much."""
    grown_ = [_with_margin(box, width, height) for box in boxes if box[2] > 0 and box[3] > 0]
    joined: list[list[int]] = []
    for left, top, right, bottom in grown_:
        new = [left, top, right, bottom]
        while hit := next((o for o in joined if new[0] < o[2] and o[0] < new[2] and new[1] < o[3] and o[1] < new[3]), None):
            joined.remove(hit)
            new = [min(new[0], hit[0]), min(new[1], hit[1]), max(new[2], hit[2]), max(new[3], hit[3])]
        joined.append(new)
    parts = [(a, b, c - a, d - b) for a, b, c, d in joined if c - a >= LEAST_WIDTH_PX and d - b >= LEAST_WIDTH_PX // 2]
    if sum(w * h for _, _, w, h in parts) > MOST_OF_PICTURE * width * height or len(parts) > MOST_REGIONS:
        return [(0, 0, width, height)]
    return parts


def _with_margin(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    x, y, w, h = box
    margin = round(MARGIN * max(w, h)) + 32
    return max(0, x - margin), max(0, y - margin), min(width, x + w + margin), min(height, y + h + margin)

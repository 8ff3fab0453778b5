"""The vote over a track: many frames of one vehicle, some of them blurred, one plate.

Frames of a track fail alike (the same dirt, the same angle), so they count less than as many independent ones; and one frame that is sure
of something else can cost the right text only so much.
"""

from dataclasses import dataclass, field

import numpy as np

from safetyzone.programs.vision.plates.alphabet import NO_PROVINCE
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.plates.issued import as_issued
from safetyzone.programs.vision.plates.reader import reading
from safetyzone.programs.vision.plates.reading import Reading
from safetyzone.programs.vision.plates.weights import Calibration, calibration

FLOOR = 0.02
"""What a frame leaves for a text that it does not name: no frame has a veto."""
INDEPENDENCE = 0.6
"""n frames count as n to this power."""


@dataclass
class Vote:
    """The frames of one track, as they come. ``weight``: how good a frame is (its plate's width, its sharpness), 1 is usual."""

    how: Calibration = field(default_factory=calibration)
    _frames: list[tuple[Evidence, float]] = field(default_factory=list)

    def add(self, found: Evidence | None, weight: float = 1.0) -> None:
        """Take up a frame; one on which nothing was read says nothing."""
        if found is not None and weight > 0:
            self._frames.append((found, weight))

    @property
    def frames(self) -> int:
        return len(self._frames)

    def result(self) -> Reading | None:
        """What the track shows; None as long as no frame was read."""
        if not self._frames:
            return None
        if len(self._frames) == 1:
            return reading(as_issued(self._frames[0][0]), self.how)
        return reading(as_issued(self._together()), self.how, frames=self.frames)

    def _together(self) -> Evidence:
        """The evidence of all frames as if of one crop."""
        total = sum(weight for _, weight in self._frames)
        damp = len(self._frames) ** INDEPENDENCE / total
        texts = list(dict.fromkeys(text for found, _ in self._frames for text in found.texts))
        logs = np.zeros(len(texts))
        provinces = np.zeros(NO_PROVINCE + 1)
        others = 0.0
        for found, weight in self._frames:
            said = dict(zip(found.texts, found.mass, strict=True))
            logs += weight * np.array([np.log(FLOOR + (1 - FLOOR) * said.get(text, 0.0)) for text in texts])
            others += weight * np.log(FLOOR + (1 - FLOOR) * max(0.0, 1 - float(found.mass.sum())))
            shares = np.exp(found.provinces - found.provinces.max())
            provinces += weight * np.log(FLOOR / len(shares) + (1 - FLOOR) * shares / shares.sum())
        logs, other = logs * damp, others * damp
        order = np.argsort(-logs)
        top = max(float(logs.max()), other)
        shares = np.exp(logs - top)
        shares /= shares.sum() + np.exp(other - top)
        three = sum(found.three_lines * weight for found, weight in self._frames) / total
        best = texts[int(order[0])]
        kinds = [(weight, found.vehicle_class) for found, weight in self._frames if found.texts[0] == best] or [
            (weight, found.vehicle_class) for found, weight in self._frames
        ]
        kind = max({k for _, k in kinds}, key=lambda k: sum(weight for weight, other_kind in kinds if other_kind is k))
        return Evidence(tuple(texts[k] for k in order), logs[order], shares[order], provinces * damp, three, kind)

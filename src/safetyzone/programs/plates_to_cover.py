"""Number plates that an evidence export covers: where the committed detector finds them, and where it only half believes so."""

from collections.abc import Sequence

from safetyzone.programs.vision.plates.detector import PlateDetector
from safetyzone.trust.evidence.faces import PLATE, Face, Picture

LEAST_HEAT = 0.12
"""Far below what is read (the calibration's): a sign that is covered harms nobody, a plate that is not does."""
LONGEST_SIDE_PX = 1280
"""A plate that is too small in it (24 px wide in full HD) is too small for anybody."""


class PlatesToCover:
    """``trust.evidence.faces.Finder`` of plates."""

    def __init__(self) -> None:
        self._detector = PlateDetector(heat=LEAST_HEAT, longest=LONGEST_SIDE_PX)
        self.name = self._detector.name

    def find(self, picture: Picture) -> Sequence[Face]:
        """All plates in a picture."""
        return [Face(one.x, one.y, one.width, one.height, one.score, PLATE) for one in self._detector.find(picture)]

"""A vehicle passes, and its plate cannot be read from a covered copy: by the committed detector, on pictures made here."""

from pathlib import Path

import av
import numpy as np

from safetyzone.contracts.plates import parse
from safetyzone.programs.plates_to_cover import PlatesToCover
from safetyzone.programs.vision.plates.detector import PlateDetector
from safetyzone.programs.vision.plates.reader import PlateReader
from safetyzone.simulation.plates.passing import Passing, film
from safetyzone.trust.evidence.blurring import blurred

PLATE = parse("9ฮพ7414", province="กรุงเทพมหานคร")


def read_in(file: Path) -> list[str]:
    """What the nets read in its pictures, of plates of which they are at all sure."""
    detector, reader, found = PlateDetector(), PlateReader(), []
    with av.open(str(file)) as source:
        for frame in source.decode(video=0):
            picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
            found += [said.text for one in detector.find(picture) if (said := reader.read(one.crop(picture))) and said.sure.text > 0.2]
    return found


def test_a_plate_that_passes_is_read_from_the_original_and_not_from_the_covered_copy(tmp_path: Path) -> None:
    clip = film(tmp_path / "passing.mp4", [Passing(PLATE, at_s=1.5)], seconds=3)
    assert "9ฮพ7414" in read_in(clip)
    finder = PlatesToCover()
    edits = blurred([(0, clip)], tmp_path / "covered.mp4", span_ms=(0, 60_000), label=str, finder=finder, go_on=lambda part: True)
    assert read_in(tmp_path / "covered.mp4") == []
    assert edits.frames_with_plates > 5
    assert (edits.frames_with_faces, edits.blurred_whole, edits.detector) == (0, 0, finder.name)

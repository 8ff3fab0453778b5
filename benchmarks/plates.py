"""``python -m benchmarks plates [--dir DIR]``: how well the committed models read plates, on pictures of your own or on drawn ones.

DIR holds crops with ``labels.json``: ``{"file.png": {"text": "6กพ7414", "province": "กรุงเทพมหานคร"}}``; or photographs with
``photos.json``: ``{"file.jpg": [{"box": [x, y, w, h], "text": "6กพ7414", "province": "…"}]}`` (also ``{"file.jpg": {"plates": [...]}}``,
or one plate without the list); both are taken if both are there. In a photograph the detector must find the box (IoU over 0.3)
before anything is read; what it misses counts as wrong. ``text`` may be missing where a box is only to be found, ``province`` where
nobody could read it; whether a plate has two lines or three is found by itself.

The last line has ``exact`` (letters and number), ``province``, ``accepted``, ``accepted_right``, ``ms`` (one plate, reader alone, one
thread); of photographs also ``found`` and ``false_boxes`` (boxes on no plate, in all). Motorcycles are apart. With no DIR: drawn plates in
faces never trained on, as far as this machine has such faces.
"""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import cv2
import numpy as np

from benchmarks.outcome import Outcome, table
from safetyzone.contracts.plates import BadPlate, VehicleClass, normalise, province_of
from safetyzone.programs.vision.plates.detector import FoundPlate, PlateDetector, overlap
from safetyzone.programs.vision.plates.picture import Picture
from safetyzone.programs.vision.plates.reader import PlateReader
from safetyzone.programs.vision.plates.reading import Reading
from safetyzone.simulation.plates.camera import photograph, random_conditions
from safetyzone.simulation.plates.drawing import draw, random_style
from safetyzone.simulation.plates.fonts import HELD_OUT, faces
from safetyzone.simulation.plates.registrations import random_plate

FOUND_FROM = 0.3
"""Intersection over union from which a box is that of the plate."""
GOALS_DRAWN, GOALS_REAL = (0.95, 0.98), (0.85, 0.6, 0.99)
NUMBER, NUMBER_QUICK = 1_500, 150


@dataclass(frozen=True)
class Truth:
    """What a person read. Empty: nobody could, or nobody asked."""

    text: str
    province: str
    motorcycle: bool | None = None


@dataclass(frozen=True)
class Answer:
    truth: Truth
    reading: Reading | None

    @property
    def exact(self) -> bool:
        return self.reading is not None and self.reading.text == self.truth.text

    @property
    def named(self) -> bool:
        return self.reading is not None and self.reading.province == self.truth.province

    @property
    def accepted(self) -> bool:
        return self.reading is not None and self.reading.accepted

    @property
    def three_lines(self) -> bool:
        said = self.reading is not None and self.reading.three_lines
        return said if self.truth.motorcycle is None else self.truth.motorcycle


def spelled(label: dict[str, str]) -> Truth:
    """A label in the one spelling; a text that is no plate by the grammar stays as it was typed, and is simply never read."""
    text, province = label.get("text", ""), label.get("province", "")
    try:
        text = normalise(text) if text else ""
    except BadPlate:
        text = "".join(text.split())
    try:
        province = province_of(province).th if province else ""
    except BadPlate:
        province = province.strip()
    return Truth(text, province)


def crops_of(folder: Path) -> list[tuple[Picture, Truth]]:
    file = folder / "labels.json"
    labels = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return [(seen, spelled(label)) for name, label in sorted(labels.items()) if (seen := picture(folder / name)) is not None]


def picture(file: Path) -> Picture | None:
    """A picture file, or None with a word about it."""
    seen = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if seen is None:
        print(f"not a picture: {file.name}")
        return None
    return np.asarray(seen, np.uint8)


@dataclass
class Finding:
    """What the detector did on photographs."""

    plates: int = 0
    found: int = 0
    false: int = 0


def photos_of(folder: Path, detector: PlateDetector, reader: PlateReader, finding: Finding) -> list[Answer]:
    file = folder / "photos.json"
    labels = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    answers = []
    for name, said in sorted(labels.items()):
        frame = picture(folder / name)
        if frame is None:
            continue
        plates = said["plates"] if isinstance(said, dict) and "plates" in said else said if isinstance(said, list) else [said]
        boxes = detector.find(frame)
        taken = set()
        for label in plates:
            wanted = FoundPlate(*(float(v) for v in label["box"]), 1.0)
            best = max(boxes, key=lambda one: overlap(one, wanted), default=None)
            hit = best if best is not None and overlap(best, wanted) > FOUND_FROM else None
            finding.plates, finding.found = finding.plates + 1, finding.found + (hit is not None)
            taken.add(hit)
            if label.get("text"):
                answers.append(Answer(spelled(label), reader.read(hit.crop(frame)) if hit else None))
        finding.false += sum(one not in taken for one in boxes)
    return answers


def drawn(number: int, seed: int) -> tuple[list[tuple[Picture, Truth]], bool]:
    """Drawn plates, and whether their faces were never trained on."""
    fonts = Path("training/node_modules")
    kept = faces([fonts] if fonts.exists() else [], held_out=None)
    unseen = tuple(face for face in kept if face.family in HELD_OUT)
    use = unseen if any(face.thai for face in unseen) else kept
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(number):
        plate, style = random_plate(rng), random_style(rng, use)
        truth = Truth(plate.text, plate.province, plate.vehicle_class is VehicleClass.MOTORCYCLE)
        found.append((photograph(draw(plate, style), random_conditions(rng)), truth))
    return found, use is unseen


def figures(answers: list[Answer]) -> dict[str, float | int]:
    accepted = [one for one in answers if one.accepted]
    named = [one for one in answers if one.truth.province]
    return {
        "plates": len(answers), "exact": share(sum(one.exact for one in answers), len(answers)),
        "province": share(sum(one.named for one in named), len(named)), "accepted": share(len(accepted), len(answers)),
        "accepted_right": share(sum(one.exact for one in accepted), len(accepted)),
    }  # fmt: skip


def share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0


def run(*, quick: bool, seed: int, folder: Path | None = None) -> Outcome:
    """Read everything, then say how much of it was right."""
    reader, finding, times = PlateReader(threads=1), Finding(), []
    unseen = False
    if folder is None:
        crops, unseen = drawn(NUMBER_QUICK if quick else NUMBER, seed)
    else:
        crops = crops_of(folder)
    answers = []
    for crop, truth in crops:
        began = time.perf_counter()
        said = reader.read(crop)
        times.append((time.perf_counter() - began) * 1000)
        answers.append(Answer(truth, said))
    if folder is not None and (folder / "photos.json").exists():
        answers += photos_of(folder, PlateDetector(threads=1), reader, finding)
    outcome = Outcome("plates", seed)
    if not answers:
        outcome.wrong.append("nothing to read: DIR needs labels.json or photos.json, see the top of benchmarks/plates.py")
        return outcome
    if folder is not None:
        show(answers)
    groups = {"all": answers, "motorcycles": [a for a in answers if a.three_lines], "others": [a for a in answers if not a.three_lines]}
    rows = {name: figures(group) for name, group in groups.items() if group}
    table("plates", ("", *rows["all"]), [(name, *row.values()) for name, row in rows.items()])
    outcome.figures |= rows["all"] | {"ms": round(median(times), 1) if times else 0.0, "model": reader.name}
    outcome.figures["motorcycles"] = rows.get("motorcycles", {"plates": 0})
    if finding.plates:
        outcome.figures |= {"found": share(finding.found, finding.plates), "false_boxes": finding.false}
    judge(outcome, drawn_unseen=unseen, real=folder is not None)
    return outcome


def show(answers: list[Answer]) -> None:
    """Every plate that was not read right, for the eye (your own pictures, on your own screen; nothing is kept)."""
    rows = []
    for one in answers:
        if not (one.exact and one.named):
            read = one.reading
            said = (read.text, read.province, round(read.sure.text, 2), read.accepted) if read else ("-", "-", 0.0, False)
            rows.append((one.truth.text, one.truth.province, *said))
    table("not read right", ("is", "province", "read", "province read", "sure", "accepted"), rows)


def judge(outcome: Outcome, *, drawn_unseen: bool, real: bool) -> None:
    said = outcome.figures
    if real:
        exact, accepted, right = GOALS_REAL
        outcome.goals |= {
            f"whole plates >= {exact}": said["exact"] >= exact,
            f"right among the accepted >= {right}": said["accepted_right"] >= right,
            f"accepted >= {accepted}": said["accepted"] >= accepted,
        }  # fmt: skip
    elif drawn_unseen:
        exact, province = GOALS_DRAWN
        outcome.goals |= {f"whole plates >= {exact}": said["exact"] >= exact, f"provinces >= {province}": said["province"] >= province}
    else:
        print("faces that the model may have been trained on: no goal is judged")

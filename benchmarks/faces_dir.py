"""``python -m benchmarks faces_dir --pairs CSV --dir DIR``: are these two photographs of one person? On photographs that we do not have.

The CSV has the columns a, b (files in DIR, one face each) and same (1, true, yes; 0, false, no). ``right`` is the share of all pairs that
are judged right at SFace's published threshold (which no pair of yours has chosen); a pair with a photograph in which no face is found
counts as wrong, and the photograph is named. ``margin`` is the worst pair of one person less the best pair of two: above nought a
threshold exists that is right every time. ``ms`` is the median for one photograph, read, searched, aligned and made into a template.
Nothing is kept: photographs and templates stay in memory.
"""

import csv
import importlib.util
import itertools
import statistics
import time
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.outcome import Outcome, table
from safetyzone.programs.vision.faces.nets import SFACE, Picture
from safetyzone.programs.vision.faces.photo import PhotoReader
from safetyzone.programs.vision.faces.pictures import NotAPicture, read

PUBLISHED = 0.363
"""Cosine (OpenCV's model zoo, SFace): for one against one. A list needs more: begin at WATCH_LIST."""
WATCH_LIST = 0.50
YES, NO = ("1", "true", "yes", "same", "t", "y"), ("0", "false", "no", "different", "f", "n")
IN_PACKAGES = (("skimage", "data/astronaut.png"), ("matplotlib", "mpl-data/sample_data/grace_hopper.jpg"))
"""Photographs that packages carry; variants of them show that this runs, not how well it recognises."""


@dataclass(frozen=True)
class Pair:
    a: str
    b: str
    same: bool


@dataclass
class Album:
    """Templates by the photograph's name, for this run."""

    templates: dict[str, NDArray[np.float32]] = field(default_factory=dict)
    faceless: list[str] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    several: list[str] = field(default_factory=list)
    poor: list[str] = field(default_factory=list)
    ms: list[float] = field(default_factory=list)


def run(*, quick: bool, seed: int, pairs: Path | None = None, folder: Path | None = None) -> Outcome:
    """Read the photographs that the pairs name, once each, and judge every pair."""
    if pairs is None or folder is None:
        return _explain(seed)
    told, odd = read_pairs(pairs)
    if quick:
        told = told[:300]
    album, reader = Album(), PhotoReader()
    for name in sorted({name for pair in told for name in (pair.a, pair.b)}):
        file = find(folder, name)
        try:
            picture = read(file.read_bytes()) if file else None
        except (NotAPicture, OSError):
            picture = None
        if picture is None:
            album.unreadable.append(name)
        else:
            enter(album, reader, name, picture)
    outcome = judged(told, album, seed)
    outcome.figures["data"] = "given"
    outcome.figures["lines_left_out"] = len(odd)
    if odd:
        print(f"left out, not a, b, same: lines {', '.join(map(str, odd[:40]))}")
    return outcome


def enter(album: Album, reader: PhotoReader, name: str, picture: Picture) -> None:
    """Make the template of a photograph."""
    began = time.perf_counter()
    found = reader.of(picture)
    album.ms.append(1000 * (time.perf_counter() - began))
    if found is None:
        album.faceless.append(name)
        return
    album.templates[name] = np.frombuffer(found.vector, "<f4")
    if found.faces > 1:
        album.several.append(name)
    if found.faults:
        album.poor.append(f"{name} ({', '.join(found.faults)})")


def judged(pairs: list[Pair], album: Album, seed: int) -> Outcome:
    """Figures of all pairs."""
    if not pairs:
        return Outcome("faces_dir", seed, wrong=["no pairs"])
    read_pairs = [pair for pair in pairs if pair.a in album.templates and pair.b in album.templates]
    score = {pair: float(album.templates[pair.a] @ album.templates[pair.b]) for pair in read_pairs}
    same, other = [score[p] for p in read_pairs if p.same], [score[p] for p in read_pairs if not p.same]
    right = {limit: sum((score[p] >= limit) == p.same for p in read_pairs) for limit in (PUBLISHED, WATCH_LIST)}
    table("pairs of photographs", ("", "pairs", "least", "median", "most"), [
        (name, len(of), *((min(of), statistics.median(of), max(of)) if of else ("-",) * 3))
        for name, of in (("one person", same), ("two people", other))
    ])  # fmt: skip
    for words, names in (
        ("no face found", album.faceless), ("not readable", album.unreadable), ("several faces, the largest taken", album.several),
        ("poor", album.poor),
    ):  # fmt: skip
        if names:
            print(f"{words} ({len(names)}): {', '.join(names[:40])}{' …' if len(names) > 40 else ''}")
    return Outcome(
        "faces_dir", seed,
        {
            "right": round(right[PUBLISHED] / len(pairs), 4), "threshold": PUBLISHED,
            "margin": round(min(same) - max(other), 4) if same and other else None,
            "ms": round(statistics.median(album.ms), 1) if album.ms else None,
            "pairs": len(pairs), "right_pairs": right[PUBLISHED], "pairs_read": len(read_pairs),
            "right_of_read": round(right[PUBLISHED] / max(len(read_pairs), 1), 4),
            "same": len(same), "refused_same": sum(one < PUBLISHED for one in same),
            "accepted_different": sum(one >= PUBLISHED for one in other),
            "at_watch_list": {
                "threshold": WATCH_LIST, "right_of_read": round(right[WATCH_LIST] / max(len(read_pairs), 1), 4),
                "refused_same": sum(one < WATCH_LIST for one in same), "accepted_different": sum(one >= WATCH_LIST for one in other),
            },
            "photographs": len(album.ms) + len(album.unreadable), "no_face": len(album.faceless), "not_readable": len(album.unreadable),
            "several_faces": len(album.several), "poor": len(album.poor), "model": SFACE.model,
        },
    )  # fmt: skip


def read_pairs(file: Path) -> tuple[list[Pair], list[int]]:
    """The pairs, and the lines that are none. Separated by comma, semicolon or tab; with or without a byte order mark."""
    text = file.read_text(encoding="utf-8-sig")
    lines = text.splitlines()
    dialect = max(",;\t", key=(lines[0] if lines else "").count)
    pairs, odd = [], []
    for line, row in enumerate(csv.DictReader(lines, delimiter=dialect), start=2):
        told = {(key or "").strip().lower(): (value or "").strip() for key, value in row.items() if not isinstance(value, list)}
        said = told.get("same", "").lower()
        if not told.get("a") or not told.get("b") or said not in (*YES, *NO):
            odd.append(line)
            continue
        pairs.append(Pair(told["a"], told["b"], said in YES))
    return pairs, odd


def find(folder: Path, name: str) -> Path | None:
    """The file of that name, also when its ending was left out or it is written in other letters."""
    exact = folder / name
    if exact.is_file():
        return exact
    beside = exact.parent.iterdir() if exact.parent.is_dir() else ()
    alike = [one for one in sorted(beside) if exact.name.lower() in (one.name.lower(), one.stem.lower()) and one.is_file()]
    return alike[0] if alike else None


def _explain(seed: int) -> Outcome:
    print(__doc__)
    album, reader, pairs = Album(), PhotoReader(), []
    names: dict[str, list[str]] = {}
    for package, inside in IN_PACKAGES:
        found = importlib.util.find_spec(package)
        file = Path(found.origin).parent / inside if found and found.origin else None
        if file and file.is_file():
            for how, picture in variants(read(file.read_bytes())).items():
                name = f"{package}, {how}"
                names.setdefault(package, []).append(name)
                enter(album, reader, name, picture)
    for package, many in names.items():
        pairs += [Pair(a, b, True) for a, b in itertools.combinations(many, 2)]
        pairs += [Pair(a, b, False) for other in names if other > package for a, b in itertools.product(many, names[other])]
    if not pairs:
        return Outcome("faces_dir", seed, {"data": "none"}, wrong=["give --pairs CSV and --dir DIR"])
    print("Without them: variants of photographs that are in packages here. This shows that it runs, not how well it recognises.")
    outcome = judged(pairs, album, seed)
    outcome.figures["data"] = f"variants of {len(names)} photographs in packages"
    return outcome


def variants(picture: Picture) -> dict[str, Picture]:
    """One photograph in ways in which photographs come."""
    high, wide = picture.shape[:2]
    half = cv2.resize(picture, (wide // 2, high // 2), interpolation=cv2.INTER_AREA)
    made = {
        "as it is": picture, "half": half, "five times": cv2.resize(picture, (wide * 5, high * 5), interpolation=cv2.INTER_CUBIC),
        "lying": cv2.rotate(picture, cv2.ROTATE_90_CLOCKWISE), "mirrored": cv2.flip(picture, 1), "darker": picture // 3,
        "blurred": cv2.GaussianBlur(picture, (0, 0), 2),
        "poor JPEG": cv2.imdecode(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 15])[1], cv2.IMREAD_COLOR),
    }  # fmt: skip
    return {name: np.ascontiguousarray(one, np.uint8) for name, one in made.items()}

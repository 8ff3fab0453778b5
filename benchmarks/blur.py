"""``python -m benchmarks blur``: of the frames with a face, in how many is it covered? A photograph walks through clips of real streets.

``SAFETYZONE_FACE``: a photograph with one face (PNG, JPEG); none is kept here. ``SAFETYZONE_CLIPS``: folder with clips to walk through.
The face is scaled, turned, dimmed and moved, and goes through H.264 before anybody looks for it; where it is, is known to the pixel.
"""

import io
import os
import random
import time
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
from PIL import Image

from benchmarks.outcome import Outcome, table
from safetyzone.trust.evidence.faces import Face, Finder, Picture, installed
from safetyzone.trust.evidence.tracks import covers

FACE, CLIPS = "SAFETYZONE_FACE", "SAFETYZONE_CLIPS"
WIDTHS = (12, 16, 20, 24, 32, 48, 72, 96)
"""Of the face, in pixels."""
FPS, FRAMES = 10, 40
GOAL_COVERED, PROMISED_FROM = 0.99, 16
SIZE = (768, 432)


@dataclass
class Count:
    frames: int = 0
    found: int = 0
    covered: int = 0


@dataclass(frozen=True)
class Head:
    """A cut-out of a photograph, and where its face lies in it."""

    picture: Picture
    face: Face


def run(*, quick: bool, seed: int) -> Outcome:
    """Each width walks some times; detected alone, and covered after joining over time."""
    finder, drawn, given = installed(), random.Random(seed), os.environ.get(FACE, "")
    if not given:
        return Outcome("blur", seed, wrong=[f"set {FACE} to a photograph with one face"])
    head, streets = head_of(finder, Path(given)), backgrounds(Path(os.environ.get(CLIPS, "../shared/data/video")))
    counts, began, looks = {width: Count() for width in WIDTHS}, time.perf_counter(), 0
    for width in WIDTHS:
        for number in range(2 if quick else 10):
            film, truth = walk(head, width, streets[number % len(streets)], drawn)
            found = [list(finder.find(picture)) for picture in film]
            looks += len(film)
            note(counts[width], truth, found)
    table("frames with a face", ("face, px", "frames", "found at once", "covered in the end"), [
        (width, one.frames, f"{one.found / one.frames:.1%}", f"{one.covered / one.frames:.1%}") for width, one in counts.items()
    ])  # fmt: skip
    promised = [counts[width] for width in WIDTHS if width >= PROMISED_FROM]
    share = sum(one.covered for one in promised) / sum(one.frames for one in promised)
    return Outcome(
        "blur", seed,
        {"detector": finder.name, "ms_a_frame": 1000 * (time.perf_counter() - began) / looks, "covered": share,
         "by_width": {width: one.covered / one.frames for width, one in counts.items()}},
        {f"at least {GOAL_COVERED:.0%} of face-frames covered, faces from {PROMISED_FROM} px": share >= GOAL_COVERED},
    )  # fmt: skip


def head_of(finder: Finder, photograph: Path) -> Head:
    """The surest face of a photograph, with hair and shoulders around it."""
    picture = np.asarray(Image.open(photograph).convert("RGB"), np.uint8)[:, :, ::-1].copy()
    face = max(finder.find(picture), key=lambda one: one.score)
    left, top = max(int(face.x - face.width * 0.45), 0), max(int(face.y - face.height * 0.5), 0)
    cut = picture[top : int(face.y + face.height * 1.8), left : int(face.x + face.width * 1.45)]
    return Head(cut, Face(face.x - left, face.y - top, face.width, face.height))


def backgrounds(folder: Path) -> list[list[Picture]]:
    """The first seconds of each clip, in one size."""
    streets = []
    for clip in sorted(folder.glob("*.mp4")):
        with av.open(str(clip)) as source:
            frames = (frame.to_ndarray(format="bgr24", width=SIZE[0], height=SIZE[1]) for frame in source.decode(video=0))
            streets.append([np.asarray(frame, np.uint8) for frame, _ in zip(frames, range(FRAMES), strict=False)])
    return streets or [[np.full((SIZE[1], SIZE[0], 3), 110, np.uint8)]]


def walk(head: Head, width: int, street: list[Picture], drawn: random.Random) -> tuple[list[Picture], list[Face]]:
    """A film of the head walking, as it comes out of a decoder, and the face in each of its frames."""
    scale, light = width / head.face.width, drawn.uniform(0.35, 1.1)
    high, wide = (max(round(side * scale), 1) for side in head.picture.shape[:2])
    x, y = drawn.uniform(40, SIZE[0] - wide - 160), drawn.uniform(20, max(SIZE[1] - high - 60, 21))
    dx, dy = drawn.uniform(-3, 4), drawn.uniform(-1.5, 1.5)
    out, truth = io.BytesIO(), []
    with av.open(out, "w", format="mp4") as film:
        stream = film.add_stream("libx264", rate=FPS, options={"crf": "28", "preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = *SIZE, "yuv420p"
        for number in range(FRAMES):
            turned = Image.fromarray(head.picture).rotate(drawn.uniform(-12, 12), resample=Image.Resampling.BILINEAR)
            small = np.asarray(turned.resize((wide, high), Image.Resampling.BOX), np.float32) * light
            left, top = (int(np.clip(at, 0, most)) for at, most in ((x + dx * number, SIZE[0] - wide), (y + dy * number, SIZE[1] - high)))
            picture = street[number % len(street)].copy()
            picture[top : top + high, left : left + wide] = np.clip(small, 0, 255)[: SIZE[1] - top, : SIZE[0] - left]
            film.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="bgr24")))
            face = head.face
            truth.append(Face(left + face.x * scale, top + face.y * scale, face.width * scale, face.height * scale))
        film.mux(stream.encode(None))
    out.seek(0)
    with av.open(out) as source:
        return [np.asarray(frame.to_ndarray(format="bgr24"), np.uint8) for frame in source.decode(video=0)], truth


def note(count: Count, truth: list[Face], found: list[list[Face]]) -> None:
    """Found: half of the face in one box at once. Covered: nine tenths of it in one cover."""
    hidden = covers([number * 1000 // FPS for number in range(len(truth))], found)
    for face, at_once, covered in zip(truth, found, hidden, strict=True):
        count.frames += 1
        count.found += any(share(one, face) > 0.5 for one in at_once)
        count.covered += any(share(one, face) > 0.9 for one in covered or ())


def share(cover: Face, face: Face) -> float:
    """How much of a face lies in a cover."""
    wide = min(cover.x + cover.width, face.x + face.width) - max(cover.x, face.x)
    high = min(cover.y + cover.height, face.y + face.height) - max(cover.y, face.y)
    return max(wide, 0) * max(high, 0) / (face.width * face.height)

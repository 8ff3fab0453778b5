"""Made streets for the job, with what was planted on them: by a seed, kept in the temporary folder from one run to the next.

A rough background, sensor noise, a vehicle with its plate for 4 s of every 20 and a walker for 6 s of every 30 s; one clip with a leap
of the light, one with rain, one with nothing but noise. H.264 with a key frame every 2 s, as cameras send it.
"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from safetyzone.simulation.cameras.clip import encode
from safetyzone.simulation.plates.drawing import draw as drawn
from safetyzone.simulation.plates.drawing import plain_style
from safetyzone.simulation.plates.fonts import faces
from safetyzone.simulation.plates.registrations import random_plate

VERSION = 4
"""Part of the files' names: a change of what is drawn makes them anew."""
PLATE_SHARE = 4
"""A car's width over its plate's: 1.8 m and 0.34 m, seen a little from the side."""
LEADS_IN_S = 16.0
"""Nothing happens before: gates learn what is usual, and these seconds are not counted."""


@dataclass(frozen=True)
class Event:
    """Something that was planted: seconds from the clip's beginning; ``box_at`` its place in the picture."""

    kind: str
    begin_s: float
    end_s: float
    size: tuple[int, int]
    line: int

    def box_at(self, at_s: float, width: int) -> tuple[int, int, int, int]:
        """Left, top, width, height; it crosses the picture once."""
        share = (at_s - self.begin_s) / (self.end_s - self.begin_s)
        return round(-self.size[0] + share * (width + self.size[0])), self.line, *self.size


@dataclass(frozen=True)
class Street:
    """One clip."""

    name: str
    path: Path
    width: int
    height: int
    rate: int
    seconds: float
    events: tuple[Event, ...]


KINDS: dict[str, tuple[float, bool, bool, bool]] = {
    # name: noise, a leap of the light, rain, anything planted
    "clear": (2.0, False, False, True), "noisy": (7.0, False, False, True), "light": (2.0, True, False, True),
    "rain": (2.0, False, True, True), "empty": (2.0, False, False, False),
}  # fmt: skip


def streets(*, kinds: tuple[str, ...], size: tuple[int, int], rate: int, seconds: float, seed: int) -> list[Street]:
    """The clips, drawn where they are not there yet."""
    folder = Path(tempfile.gettempdir()) / f"safetyzone-video-clips-{VERSION}"
    folder.mkdir(exist_ok=True, mode=0o700)
    found = []
    for number, kind in enumerate(kinds):
        width, height = size
        events = planted(height, seconds, np.random.default_rng(seed + number)) if KINDS[kind][3] else ()
        path = folder / f"{kind}-{width}x{height}-{rate}-{seconds:g}-{seed}.mp4"
        street = Street(kind, path, width, height, rate, seconds, events)
        if not path.exists():
            bit_rate = round(width * height * rate * 0.35)
            encode(path, draw(street, seed + number), size=size, fps=rate, gop_s=2.0, bit_rate=bit_rate, layout="yuv420p")
        found.append(street)
    return found


def planted(height: int, seconds: float, made: np.random.Generator) -> tuple[Event, ...]:
    """Vehicles every 20 s, walkers every 30 s, each a little off."""
    scale = height / 360
    events = []
    for start in np.arange(LEADS_IN_S, seconds - 4, 20):
        begin = float(start + made.uniform(0, 2))
        events.append(Event("vehicle", begin, begin + 4.0, (round(130 * scale), round(80 * scale)), round(made.uniform(140, 240) * scale)))
    for start in np.arange(LEADS_IN_S + 8, seconds - 6, 30):
        begin = float(start + made.uniform(0, 2))
        events.append(Event("walker", begin, begin + 6.0, (round(26 * scale), round(64 * scale)), round(made.uniform(100, 250) * scale)))
    return tuple(sorted((one for one in events if one.end_s <= seconds), key=lambda one: one.begin_s))


def draw(street: Street, seed: int) -> Iterator[np.ndarray]:
    """Its pictures as YUV 4:2:0."""
    noise, leap, rain, _ = KINDS[street.name]
    made = np.random.default_rng(seed)
    w, h = street.width, street.height
    coarse = np.kron(made.integers(60, 150, (h // 20 + 1, w // 20 + 1)).astype(np.uint8), np.ones((20, 20), np.uint8))[:h, :w]
    ground = coarse + made.integers(0, 12, (h, w), dtype=np.uint8)
    grains = [made.normal(0, noise, (h, w)).astype(np.int16) for _ in range(12)]
    looks = {one: _look(one, made) for one in street.events}
    picture = np.full((h * 3 // 2, w), 128, np.uint8)
    for number in range(round(street.seconds * street.rate)):
        at_s = number / street.rate
        light = 35 if leap and at_s > street.seconds * 0.6 else 0
        luma = ground.astype(np.int16) + light
        for one in street.events:
            if one.begin_s <= at_s <= one.end_s:
                _place(luma, one.box_at(at_s, w), looks[one])
        if rain:
            for x, y in zip(made.integers(0, w, 40), made.integers(0, h - 14, 40), strict=True):
                luma[y : y + 12, x] += 25
        shift = int(made.integers(0, w))
        picture[:h] = np.clip(luma + np.roll(grains[number % len(grains)], shift, axis=1), 0, 255)
        yield picture


def _look(of: Event, made: np.random.Generator) -> np.ndarray:
    """Squares of any brightness; on a vehicle a plate of a quarter of its width, low in its middle."""
    w, h = of.size
    squares = made.integers(20, 235, (6, 8), dtype=np.uint8)
    body = np.kron(squares, np.ones((h // 6 + 1, w // 8 + 1), np.uint8))[:h, :w]
    if of.kind == "vehicle":
        plate = cv2.cvtColor(drawn(random_plate(made), plain_style(faces())), cv2.COLOR_BGR2GRAY)
        size = w // PLATE_SHARE, round(w / PLATE_SHARE * plate.shape[0] / plate.shape[1])
        left, top = (w - size[0]) // 2, h - size[1] - h // 8
        body[top : top + size[1], left : left + size[0]] = cv2.resize(plate, size, interpolation=cv2.INTER_AREA)
    return body


def _place(luma: np.ndarray, box: tuple[int, int, int, int], body: np.ndarray) -> None:
    x, y, w, h = box
    left, right = max(0, x), min(luma.shape[1], x + w)
    if right > left:
        luma[y : y + h, left:right] = body[: luma[y : y + h].shape[0], left - x : right - x]

"""Plates drawn ahead of time, in numbered files: a run that goes on finds them again, and several processes draw at once.

A shard is drawn from its number alone, so anybody draws the same ones.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from safetyzone.contracts.plates import NAMES, VehicleClass
from safetyzone.programs.vision.plates.alphabet import HEIGHT, NO_PROVINCE, THREE_LINES, TWO_LINES, WIDTH, coded
from safetyzone.programs.vision.plates.picture import stretched
from safetyzone.simulation.plates.camera import photograph, random_conditions
from safetyzone.simulation.plates.drawing import draw, random_style
from safetyzone.simulation.plates.fonts import Face
from safetyzone.simulation.plates.registrations import random_plate

SAMPLES = 8_192
LONGEST = 10
HELD_OUT_SEEDS = 1_000_000
"""Shards from this number on are for measuring only."""


def shard_file(folder: Path, number: int) -> Path:
    return folder / f"reader-{number:07d}.npz"


def draw_shard(folder: Path, number: int, faces: tuple[Face, ...], samples: int = SAMPLES) -> Path:
    """Draw one shard and put it in its place whole; nothing happens if it is there."""
    to = shard_file(folder, number)
    if to.exists():
        return to
    rng = np.random.default_rng(number)
    pictures = np.empty((samples, HEIGHT, WIDTH), np.uint8)
    texts = np.zeros((samples, LONGEST), np.int16)
    about = np.zeros((samples, 5), np.int16)
    """Length of the text, province, layout, crop's width, night."""
    for row in range(samples):
        plate, style, how = random_plate(rng), random_style(rng, faces), random_conditions(rng)
        pictures[row] = stretched(photograph(draw(plate, style), how))
        text = coded(plate.text)
        texts[row, : len(text)] = text
        layout = THREE_LINES if plate.vehicle_class is VehicleClass.MOTORCYCLE else TWO_LINES
        province = NAMES.index(plate.province) if plate.province else NO_PROVINCE
        about[row] = (len(text), province, layout, how.width_px, how.night)
    folder.mkdir(parents=True, exist_ok=True)
    part = to.with_suffix(f".{os.getpid()}.part.npz")
    np.savez(part, pictures=pictures, texts=texts, about=about)
    part.rename(to)
    return to


def shards(folder: Path) -> list[Path]:
    """Those for training that are there by now."""
    return [file for file in sorted(folder.glob("reader-*.npz")) if "part" not in file.name and int(file.stem[7:]) < HELD_OUT_SEEDS]


def draw_many(folder: Path, numbers: range, faces: tuple[Face, ...]) -> Iterator[Path]:
    for number in numbers:
        yield draw_shard(folder, number, faces)

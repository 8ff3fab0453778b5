"""A made street for the tests: a camera before which a car with a plate passes now and then. And twins of the nets that read it.

The plate is a row of grey blocks between two white bars; the twins find the bars and read the blocks as a number. So what is tested is all
that lies between a camera and the bus, and not how well a net reads.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from safetyzone.contracts.plates import VehicleClass
from safetyzone.programs.vision.passages import Picture
from safetyzone.programs.vision.plates.alphabet import NO_PROVINCE
from safetyzone.programs.vision.plates.detector import FoundPlate
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.simulation.cameras.clip import encode

WIDTH, HEIGHT, RATE = 640, 360, 10
PLATE_W, PLATE_H = 72, 32
BITS = 6


def street(seed: int = 7) -> np.ndarray:
    """An empty street."""
    made = np.random.default_rng(seed)
    coarse = np.kron(made.integers(60, 130, (HEIGHT // 20, WIDTH // 20), dtype=np.uint8), np.ones((20, 20), np.uint8))
    return np.repeat(coarse[:, :, None], 3, axis=2)


def with_car(ground: np.ndarray, number: int, left: int) -> np.ndarray:
    """The street with a car whose plate says ``number``; its left edge may be out of the picture."""
    picture = np.pad(ground, ((0, 0), (240, 240), (0, 0)), mode="edge")
    x = left + 240
    if x >= 0 and x + 200 <= picture.shape[1]:
        picture[150:280, x : x + 200] = (40, 60, 150)
        px, py = x + 64, 220
        picture[py : py + PLATE_H, px : px + PLATE_W] = 250
        for bit in range(BITS):
            picture[py + 8 : py + 24, px + 6 + bit * 10 : px + 16 + bit * 10] = 0 if number >> bit & 1 else 150
    return picture[:, 240 : 240 + WIDTH]


def film(path: Path, *, cars: tuple[tuple[int, float], ...], seconds: float, gop_s: float = 1.0, noise: float = 2.0, seed: int = 3) -> Path:
    """``cars``: number and second at which it enters; each crosses in three seconds."""
    made, ground = np.random.default_rng(seed), street()

    def pictures() -> Iterator[np.ndarray]:
        for frame in range(round(seconds * RATE)):
            picture = ground
            for number, at_s in cars:
                along = (frame / RATE - at_s) / 3.0
                if 0 <= along <= 1:
                    picture = with_car(picture, number, round(-200 + along * (WIDTH + 200)))
            grain = made.normal(0, noise, picture.shape[:2])[:, :, None]
            yield np.clip(picture + grain, 0, 255).astype(np.uint8)

    return encode(path, pictures(), size=(WIDTH, HEIGHT), fps=RATE, gop_s=gop_s, bit_rate=900_000)


class TwinFinder:
    """Finds white bars with blocks between them; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def find(self, frame: Picture) -> list[FoundPlate]:
        self.asked += 1
        bright = frame.min(axis=2) > 215
        rows, columns = np.flatnonzero(bright.any(1)), np.flatnonzero(bright.any(0))
        if len(rows) < 20 or len(columns) < 60:
            return []
        x, y, w, h = int(columns[0]), int(rows[0]), int(columns[-1] - columns[0] + 1), int(rows[-1] - rows[0] + 1)
        return [FoundPlate(x, y, w, h, 0.9)] if abs(w - PLATE_W) < 14 and abs(h - PLATE_H) < 10 else []


class TwinReader:
    """Reads the blocks: number n is the plate ``1กข n``."""

    name = "twin/00000000"

    def evidence(self, crop: Picture) -> Evidence | None:
        grey = crop.mean(axis=2)
        height, width = grey.shape
        value = 0
        for bit in range(BITS):
            x = round((11 + bit * 10) / PLATE_W * width)
            value |= int(grey[height // 2 - 2 : height // 2 + 2, x - 2 : x + 3].mean() < 75) << bit
        provinces = np.full(NO_PROVINCE + 1, -8.0)
        provinces[0] = -0.01
        return Evidence((f"1กข{value or 1}",), np.array([-0.01]), np.array([0.999]), provinces, 0.9, VehicleClass.MOTORCYCLE)

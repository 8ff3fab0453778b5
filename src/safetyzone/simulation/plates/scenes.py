"""Streets by chance, for a plate detector to learn on: surfaces, walls, greenery, vehicles with plates and without, and much writing that
is no plate (shop signs, captions, a recorder's clock). Everything is drawn; no photograph is used, so real ones stay unseen.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import NAMES
from safetyzone.simulation.plates.camera import Conditions, corners_of, degrade, in_frame
from safetyzone.simulation.plates.drawing import Picture, draw, random_style, set_words
from safetyzone.simulation.plates.fonts import Face
from safetyzone.simulation.plates.registrations import random_plate

Box = tuple[float, float, float, float]
"""x, y, width, height in pixels."""
_LETTERS = "ABCDEFGHIJKLMNOPRSTUVWXYZ0123456789:-/ "
SMALLEST_PLATE_PX = 26


@dataclass(frozen=True, slots=True)
class Scene:
    """A frame and where its plates are."""

    picture: Picture
    boxes: tuple[Box, ...]


def _colour(rng: np.random.Generator, low: float = 0, high: float = 255, vivid: float = 20) -> tuple[int, int, int]:
    values = np.clip(rng.uniform(low, high) + rng.normal(0, vivid, 3), 0, 255)
    return int(values[0]), int(values[1]), int(values[2])


def _texture(rng: np.random.Generator, height: int, width: int, cell: int, strength: float) -> npt.NDArray[np.float32]:
    """Grain of a size: asphalt, plaster, leaves."""
    grain = rng.standard_normal((max(2, height // cell), max(2, width // cell)), np.float32) * np.float32(strength)
    return np.asarray(cv2.resize(grain, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)[..., None]


def _spot(rng: np.random.Generator, size: int, least: int, most: int) -> tuple[int, int, int, int]:
    w, h = int(rng.uniform(least, most)), int(rng.uniform(least, most))
    return int(rng.uniform(-w / 2, size - w / 2)), int(rng.uniform(-h / 2, size - h / 2)), w, h


def _surroundings(rng: np.random.Generator, size: int) -> Picture:
    """Ground, walls, windows, poles and greenery."""
    top, bottom = np.array(_colour(rng), np.float32), np.array(_colour(rng), np.float32)
    ramp = np.linspace(0, 1, size, dtype=np.float32)[:, None, None]
    canvas = np.clip(np.repeat(top + (bottom - top) * ramp, size, axis=1), 0, 255).astype(np.uint8)
    for _ in range(int(rng.integers(2, 9))):
        x, y, w, h = _spot(rng, size, 20, size)
        cv2.rectangle(canvas, (x, y), (x + w, y + h), _colour(rng), -1 if rng.random() < 0.75 else int(rng.integers(1, 6)))
        if rng.random() < 0.35:  # windows, tiles, shutters, a grille: rows of small boxes of one kind
            _rows_of_boxes(rng, canvas, x, y, w, h)
    for _ in range(int(rng.integers(0, 6))):
        x, y, w, h = _spot(rng, size, 6, size)
        cv2.line(canvas, (x, y), (x + w * int(rng.choice((-1, 0, 1))), y + h), _colour(rng), int(rng.integers(1, 9)), cv2.LINE_AA)
    for _ in range(int(rng.integers(0, 5))):
        x, y, w, h = _spot(rng, size, 10, size // 2)
        cv2.ellipse(
            canvas, (x, y), (w // 2, h // 2), float(rng.uniform(0, 180)), 0, 360, _colour(rng), -1 if rng.random() < 0.7 else 2, cv2.LINE_AA
        )
    patches = canvas.astype(np.float32)
    for cell in (1, 4, 13):
        if rng.random() < 0.7:
            patches += _texture(rng, size, size, cell, float(rng.uniform(2, 26))) * float(rng.random())
    return np.asarray(np.clip(patches, 0, 255), np.uint8)


def _rows_of_boxes(rng: np.random.Generator, canvas: Picture, x: int, y: int, w: int, h: int) -> None:
    across, down = int(rng.integers(8, 50)), int(rng.integers(6, 50))
    colour, fill = _colour(rng), rng.uniform(0.3, 0.9, 2)
    for left in range(max(x, 0), min(x + w, canvas.shape[1]), across):
        for top in range(max(y, 0), min(y + h, canvas.shape[0]), down):
            cv2.rectangle(canvas, (left, top), (left + int(across * fill[0]), top + int(down * fill[1])), colour, -1)


def _writing(rng: np.random.Generator, canvas: Picture, faces: tuple[Face, ...]) -> None:
    """Words that are no plate: on a board, in bare letters, in Thai and in Latin."""
    thai = [face for face in faces if face.thai]
    face = thai[int(rng.integers(len(thai)))]
    assert face.thai  # noqa: S101 - chosen for it
    if rng.random() < 0.6:
        words = "".join(NAMES[int(rng.integers(len(NAMES)))][: int(rng.integers(2, 12))] for _ in range(int(rng.integers(1, 3))))
        mask = set_words(face.thai, words)
    else:
        words = "".join(_LETTERS[int(rng.integers(len(_LETTERS)))] for _ in range(int(rng.integers(3, 18))))
        mask = set_words(face.digits, words)
    height = int(rng.uniform(8, 46))
    width = max(8, round(mask.shape[1] * height / mask.shape[0] * rng.uniform(0.7, 1.3)))
    ink = cv2.resize(mask, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)[..., None] / 255
    size = canvas.shape[0]
    x, y = int(rng.uniform(-width / 2, size - width / 2)), int(rng.uniform(0, size - height))
    if rng.random() < 0.6:
        pad = int(rng.uniform(2, 14))
        cv2.rectangle(canvas, (x - pad, y - pad), (x + width + pad, y + height + pad), _colour(rng, vivid=60), -1)
        if rng.random() < 0.4:
            cv2.rectangle(canvas, (x - pad, y - pad), (x + width + pad, y + height + pad), _colour(rng, vivid=60), int(rng.integers(1, 4)))
    x0, x1 = max(x, 0), min(x + width, size)
    room = canvas[y : y + height, x0:x1]
    if room.size:
        part = ink[: room.shape[0], x0 - x : x1 - x]
        room[:] = (room + part * (np.array(_colour(rng, vivid=60), np.float32) - room)).astype(np.uint8)


def _vehicle(rng: np.random.Generator, canvas: Picture, x: float, y: float, wide: float, tall: float) -> None:
    """The back or front of a vehicle around a plate's place (its middle at x, y): body, bumper, lights, grille, window, shadow."""
    body, w = _colour(rng, 10, 245, 22), wide * rng.uniform(2.2, 5.0)
    up, down = tall * rng.uniform(1.5, 9), tall * rng.uniform(0.8, 3)
    left, right, top, bottom = int(x - w / 2), int(x + w / 2), int(y - up), int(y + down)
    cv2.rectangle(canvas, (left, top), (right, bottom), body, -1)
    cv2.rectangle(canvas, (left, bottom), (right, bottom + int(tall)), _colour(rng, 0, 50, 5), -1)
    darker = tuple(int(c * rng.uniform(0.4, 1.1)) for c in body)
    if rng.random() < 0.6:  # the recess or the bumper that a plate sits on
        pad_x, pad_y = wide * rng.uniform(0.55, 0.9), tall * rng.uniform(0.6, 1.3)
        cv2.rectangle(canvas, (int(x - pad_x), int(y - pad_y)), (int(x + pad_x), int(y + pad_y)), darker, -1)
    for side in (-1, 1):
        lamp = (int(x + side * w * rng.uniform(0.33, 0.48)), int(y - up * rng.uniform(0.0, 0.7)))
        colour = (
            (int(rng.uniform(0, 90)), int(rng.uniform(0, 120)), int(rng.uniform(130, 255)))
            if rng.random() < 0.6
            else _colour(rng, 140, 255)
        )
        axes = (max(2, int(wide * rng.uniform(0.1, 0.5))), max(2, int(tall * rng.uniform(0.2, 1.0))))
        cv2.ellipse(canvas, lamp, axes, 0, 0, 360, colour, -1, cv2.LINE_AA)
    for k in range(int(rng.integers(0, 9))):  # a grille
        row = int(y - tall * (0.9 + 0.25 * k))
        cv2.line(canvas, (int(x - wide * 0.7), row), (int(x + wide * 0.7), row), darker, int(rng.integers(1, 4)))
    if rng.random() < 0.5:
        glass = (int(x - w * 0.4), int(y - up * 0.98)), (int(x + w * 0.4), int(y - up * rng.uniform(0.5, 0.75)))
        cv2.rectangle(canvas, *glass, _colour(rng, 10, 120, 10), -1)


def _paste(rng: np.random.Generator, canvas: Picture, faces: tuple[Face, ...], centre: tuple[float, float], wide: float) -> Box:
    """A plate ``wide`` px wide at ``centre``; returns the box of the plate without its holder."""
    flat = draw(random_plate(rng), random_style(rng, faces))
    height, width = flat.shape[:2]
    held = in_frame(flat, rng) if rng.random() < 0.35 else flat
    pad = (held.shape[1] - width) / 2
    lift = float(held.shape[0] - height) / 2
    how = Conditions(
        int(wide), turn_deg=float(rng.normal(0, 6)), shear=float(rng.normal(0, 0.1)), tilt=float(np.clip(rng.normal(0, 0.08), -0.2, 0.2))
    )
    scale = wide / width
    around = corners_of(held.shape[1], held.shape[0], how) * scale + np.array(centre, np.float32)
    source = np.array([[0, 0], [held.shape[1], 0], [held.shape[1], held.shape[0]], [0, held.shape[0]]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, around.astype(np.float32))
    if scale < 0.8:
        held = np.asarray(cv2.GaussianBlur(held, (0, 0), 0.45 / scale), np.uint8)
    lit = np.clip(held.astype(np.float32) * rng.uniform(0.5, 1.12), 0, 255).astype(np.uint8)
    size = (canvas.shape[1], canvas.shape[0])
    cv2.warpPerspective(lit, matrix, size, dst=canvas, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT)
    edges = np.array([[pad, lift], [pad + width, lift], [pad + width, lift + height], [pad, lift + height]], np.float32)[None]
    seen = cv2.perspectiveTransform(edges, matrix)[0]
    low, high = seen.min(0), seen.max(0)
    return float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1])


def _places(rng: np.random.Generator, size: int) -> list[tuple[float, float, float]]:
    """Where plates shall be (middle and width), far enough from each other: mostly one, one time in five none."""
    places: list[tuple[float, float, float]] = []
    for _ in range(int(rng.choice((0, 1, 2, 3), p=(0.2, 0.45, 0.23, 0.12)))):
        wide = float(np.exp(rng.uniform(np.log(SMALLEST_PLATE_PX), np.log(size * 0.6))))
        x, y = float(rng.uniform(wide * 0.6, size - wide * 0.6)), float(rng.uniform(wide * 0.4, size - wide * 0.4))
        if all(abs(x - other[0]) > (wide + other[2]) * 0.75 or abs(y - other[1]) > (wide + other[2]) * 0.6 for other in places):
            places.append((x, y, wide))
    return places


def scene(rng: np.random.Generator, faces: tuple[Face, ...], size: int = 320) -> Scene:
    """One square picture: mostly one or two plates, one in four none."""
    canvas = _surroundings(rng, size)
    for _ in range(int(rng.integers(0, 5))):
        _writing(rng, canvas, faces)
    places = _places(rng, size)
    if rng.random() < 0.35:  # one that shows no plate
        _vehicle(
            rng, canvas, float(rng.uniform(0, size)), float(rng.uniform(0, size)), float(rng.uniform(25, 110)), float(rng.uniform(12, 50))
        )
    for x, y, wide in places:  # all vehicles before any plate: none may hide one that we say is there
        if rng.random() < 0.85:
            _vehicle(rng, canvas, x, y, wide, wide * 0.45)
    boxes = tuple(_paste(rng, canvas, faces, (x, y), wide) for x, y, wide in places)
    if rng.random() < 0.3:  # the recorder's clock
        clock = (
            f"{rng.integers(2020, 2030)}-{rng.integers(1, 13):02d}-{rng.integers(1, 29):02d} {rng.integers(24):02d}:{rng.integers(60):02d}"
        )
        cv2.putText(canvas, clock, (6, 18), cv2.FONT_HERSHEY_SIMPLEX, float(rng.uniform(0.35, 0.7)), (250, 250, 250), 1, cv2.LINE_AA)
    dark = rng.random() < 0.25
    how = Conditions(
        size, blur_px=float(abs(rng.normal(0, 0.7))), motion_px=int(rng.integers(2, 6)) if rng.random() < 0.2 else 0,
        noise=float(rng.uniform(0, 14 if dark else 7)), jpeg=int(rng.uniform(35, 95)),
    )  # fmt: skip
    lit = canvas.astype(np.float32) * np.float32(rng.uniform(0.25, 0.8) if dark else rng.uniform(0.6, 1.15))
    if rng.random() < 0.25:
        lit = np.repeat(lit.mean(2, keepdims=True), 3, axis=2)
    return Scene(degrade(lit, how, rng), boxes)

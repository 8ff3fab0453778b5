"""The plate itself, flat and clean or weathered: what the Department of Land Transport stamps, in millimetres.

Sizes: cars 340 x 150 mm, motorcycles 220 x 172 mm in three lines, trucks and buses 440 x 220 mm.
"""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import COLOURS, Colours, Form, Plate, VehicleClass
from safetyzone.simulation.plates.fonts import REFERENCE_PX, Face, Glyph, Mask, glyph

Picture = npt.NDArray[np.uint8]
"""Height x width x 3, BGR."""
PX_A_MM = 0.8
CAR_MM, MOTORCYCLE_MM, HEAVY_MM = (340, 150), (220, 172), (440, 220)


@dataclass(frozen=True, slots=True)
class Style:
    """How one plate differs from the next of its kind. The defaults are a new plate from the factory."""

    thai: Path
    digits: Path
    word: Path
    """The face of the province."""
    stroke: int = 0
    """Below 0 thinner, above 0 thicker: pixels of a letter 64 high."""
    narrow: float = 0.85
    """Width of a letter against that of its face."""
    letter_height: float = 0.43
    """Of the plate's height (a car's)."""
    province_height: float = 0.155
    spread: float = 1.0
    """Space between characters, against the usual."""
    emboss: float = 0.5
    faded: float = 0.0
    border: bool = True
    screws: int = 2
    dirt: float = 0.0
    worn: float = 0.0
    """Share of the paint that has come off the letters, in patches."""
    wave: bool = False
    """The printed line between registration and province of newer plates."""
    seed: int = 0


def random_style(rng: np.random.Generator, choice: tuple[Face, ...]) -> Style:
    """Faces mixed as one finds them: letters of one, digits of another half of the time."""
    thai = [face for face in choice if face.thai]
    main, word = (thai[int(rng.integers(len(thai)))] for _ in range(2))
    other = choice[int(rng.integers(len(choice)))]
    assert main.thai  # noqa: S101 - chosen for it
    assert word.thai  # noqa: S101
    return Style(
        main.thai, (other if rng.random() < 0.6 else main).digits, word.thai if rng.random() < 0.5 else main.thai,
        stroke=int(rng.choice((0, 1, 2, 3), p=(0.25, 0.35, 0.25, 0.15))), narrow=float(rng.uniform(0.62, 1.05)),
        letter_height=float(rng.uniform(0.36, 0.48)), province_height=float(rng.uniform(0.12, 0.185)), spread=float(rng.uniform(0.4, 1.8)),
        emboss=float(rng.random() * (rng.random() < 0.7)), faded=float(rng.random() ** 3 * 0.4), border=bool(rng.random() < 0.8),
        screws=int(rng.choice((0, 2, 4), p=(0.4, 0.5, 0.1))), dirt=float(rng.random() ** 2 * 0.5 * (rng.random() < 0.5)),
        wave=bool(rng.random() < 0.2), worn=float(rng.uniform(0.1, 0.55)) if rng.random() < 0.25 else 0.0, seed=int(rng.integers(2**31)),
    )  # fmt: skip


def plain_style(choice: tuple[Face, ...]) -> Style:
    """A clean plate in the boldest face at hand."""
    face = [face for face in choice if face.thai][-1]
    assert face.thai  # noqa: S101
    return Style(face.thai, face.digits, face.thai, stroke=1)


@lru_cache(maxsize=30_000)
def _stroked(file: Path, text: str, stroke: int) -> Glyph:
    """The glyph with its strokes made thicker or thinner."""
    plain = glyph(file, text)
    if stroke == 0:
        return plain
    pad = 4
    room = cv2.copyMakeBorder(plain.mask, pad, pad, pad, pad, cv2.BORDER_CONSTANT)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * abs(stroke) + 1,) * 2)
    changed = cv2.dilate(room, kernel) if stroke > 0 else cv2.erode(room, kernel)
    return Glyph(np.asarray(changed, np.uint8), plain.top + pad)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of glyphs at reference size, on its base line."""

    mask: Mask
    base: int
    """Row of the base line."""


def _set_line(parts: list[tuple[Path, str]], gaps: list[float], stroke: int) -> _Line:
    glyphs = [_stroked(file, text, stroke) for file, text in parts]
    top = max(g.top for g in glyphs)
    bottom = max(g.mask.shape[0] - g.top for g in glyphs)
    width = sum(g.mask.shape[1] for g in glyphs) + round(sum(gaps))
    mask = np.zeros((top + max(bottom, 1), max(1, width)), np.uint8)
    x = 0.0
    for g, gap in zip(glyphs, [*gaps, 0.0], strict=True):
        rows, columns = slice(top - g.top, top - g.top + g.mask.shape[0]), slice(int(x), int(x) + g.mask.shape[1])
        room = mask[rows, columns]
        np.maximum(room, g.mask[:, : room.shape[1]], out=room)
        x += g.mask.shape[1] + gap
    return _Line(mask, top)


def _characters(style: Style, series: str, number: str, between: float, *, word: bool, hyphen: bool = False) -> _Line:
    """Series and number on one line. ``between``: the space between them, in heights of a letter."""
    pieces = [(style.thai if not c.isdecimal() else style.digits, c) for c in series] if not word else [(style.thai, series)]
    pieces += [(style.digits, "-")] if hyphen else []
    cut = len(pieces)
    pieces += [(style.digits, c) for c in number]
    gap = REFERENCE_PX * 0.11 * style.spread
    gaps = [gap] * (len(pieces) - 1)
    if number and series and not hyphen:
        gaps[cut - 1] = max(gap, REFERENCE_PX * between)
    return _set_line(pieces, gaps, style.stroke)


def _lay(ink: npt.NDArray[np.float32], line: _Line, *, centre: float, base: float, height: float, widest: float, narrow: float) -> None:
    """Put a line on the plate: ``height`` px for a letter, its base line at row ``base``, no wider than ``widest`` px."""
    tall = height / REFERENCE_PX
    wide = min(tall * narrow, widest / line.mask.shape[1])
    size = (max(1, round(line.mask.shape[1] * wide)), max(1, round(line.mask.shape[0] * tall)))
    small = cv2.resize(line.mask, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    y, x = round(base - line.base * tall), round(centre - size[0] / 2)
    y0, x0 = max(0, y), max(0, x)
    y1, x1 = min(ink.shape[0], y + size[1]), min(ink.shape[1], x + size[0])
    if y1 > y0 and x1 > x0:
        np.maximum(ink[y0:y1, x0:x1], small[y0 - y : y1 - y, x0 - x : x1 - x], out=ink[y0:y1, x0:x1])


def size_mm(plate: Plate) -> tuple[int, int]:
    """Width and height."""
    if plate.vehicle_class is VehicleClass.MOTORCYCLE:
        return MOTORCYCLE_MM
    return HEAVY_MM if plate.vehicle_class in (VehicleClass.HEAVY, VehicleClass.HEAVY_HIRE) else CAR_MM


def _ink(plate: Plate, style: Style, width: int, height: int) -> npt.NDArray[np.float32]:
    """Where the colour of the letters stands, 0 to 1."""
    ink = np.zeros((height, width), np.float32)
    rng = np.random.default_rng(style.seed)
    if style.border:
        inset, thick = round(0.022 * width) + int(rng.integers(0, 3)), 1 + int(rng.random() < 0.4)
        cv2.rectangle(ink, (inset, inset), (width - 1 - inset, height - 1 - inset), 1.0, thick, cv2.LINE_AA)
    word, shift = plate.form is Form.VANITY, float(rng.uniform(-0.02, 0.02)) * height
    tall, middle, narrow = style.letter_height * height, width * float(rng.uniform(0.485, 0.515)), style.narrow
    province = _set_line([(style.word, plate.province)], [], min(style.stroke, 1)) if plate.province else None
    small = style.province_height * height
    if plate.vehicle_class is VehicleClass.MOTORCYCLE:
        big = height * (0.21 + 0.45 * (style.letter_height - 0.36))
        upper, lower = _characters(style, plate.series, "", 0, word=False), _characters(style, "", plate.number, 0, word=False)
        _lay(ink, upper, centre=middle, base=height * 0.35 + shift, height=big, widest=width * 0.82, narrow=min(1.0, narrow * 1.15))
        _lay(ink, lower, centre=middle, base=height * 0.9 + shift, height=big * 1.12, widest=width * 0.86, narrow=min(1.1, narrow * 1.2))
        if province:
            _lay(ink, province, centre=middle, base=height * 0.565 + shift, height=small * 0.8, widest=width * 0.88, narrow=1.0)
        return ink
    heavy = plate.series.isdecimal()
    tall *= 0.85 if word else 1.0
    line = _characters(style, plate.series, plate.number, 0.32 * style.spread, word=word, hyphen=heavy)
    base = height * (0.6 if plate.province else 0.7) + shift
    _lay(ink, line, centre=middle, base=base, height=tall, widest=width * 0.9, narrow=narrow)
    if province:
        spare = float(rng.uniform(0.86, 0.93))
        _lay(ink, province, centre=middle, base=height * spare, height=small, widest=width * 0.86, narrow=float(rng.uniform(0.9, 1.25)))
    return ink


def _colours(plate: Plate, rng: np.random.Generator) -> Colours:
    choice = COLOURS[plate.vehicle_class]
    return choice[int(rng.integers(len(choice)))]


def _worn(canvas: npt.NDArray[np.float32], style: Style, rng: np.random.Generator) -> None:
    """Screws and dirt, in place."""
    height, width = canvas.shape[:2]
    for k in range(style.screws):
        x = round(width * ((0.27, 0.73)[k % 2] + rng.uniform(-0.05, 0.05)))
        y = round(height * ((0.1, 0.93)[k // 2] + rng.uniform(-0.03, 0.03)))
        shade = float(rng.uniform(40, 190))
        cv2.circle(canvas, (x, y), round(height * rng.uniform(0.025, 0.065)), (shade * 0.8, shade * 0.9, shade), -1, cv2.LINE_AA)
    if style.dirt > 0:
        patches = cv2.resize(rng.random((5, 9), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        cover = np.clip((patches - 0.55) * 2, 0, 1)[..., None] * style.dirt
        canvas += cover * (np.array((60, 80, 95), np.float32) - canvas)


def _flaked(ink: npt.NDArray[np.float32], share: float, rng: np.random.Generator) -> npt.NDArray[np.float32]:
    """The ink without the paint that came off: fine grain in coarse patches, as on plates of ten years."""
    height, width = ink.shape
    coarse = cv2.resize(rng.random((4, 8), np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    fine = cv2.resize(rng.random((height // 3, width // 3), np.float32), (width, height), interpolation=cv2.INTER_LINEAR)
    gone = np.clip((0.6 * coarse + 0.4 * fine - 1 + share + 0.35) * 4, 0, 1) * min(0.9, 0.4 + share)
    return np.asarray(ink * (1 - gone), np.float32)


def draw(plate: Plate, style: Style) -> Picture:
    """The plate from straight ahead, in daylight, at ``PX_A_MM``."""
    rng = np.random.default_rng(style.seed + 1)
    width, height = (round(side * PX_A_MM) for side in size_mm(plate))
    ink = _ink(plate, style, width, height)
    if style.worn > 0:
        ink = _flaked(ink, style.worn, rng)
    colours = _colours(plate, rng)
    ground, letters = (np.array(rgb[::-1], np.float32) for rgb in (colours.plate_rgb, colours.letters_rgb))
    letters = letters + (ground - letters) * style.faded
    canvas = np.empty((height, width, 3), np.float32)
    canvas[:] = ground
    if style.wave:
        xs = np.arange(width)
        ys = height * 0.68 + np.sin(xs / 4.0) * 1.5
        cv2.polylines(canvas, [np.stack([xs, ys], 1).astype(np.int32)], isClosed=False, color=(150, 170, 150), lineType=cv2.LINE_AA)
    if style.emboss > 0:
        edge = ink - np.roll(ink, (1, 1), (0, 1))
        canvas += edge[..., None] * (-55 * style.emboss)
    canvas += ink[..., None] * (letters - canvas)
    _worn(canvas, style, rng)
    return np.clip(canvas, 0, 255).astype(np.uint8)


def set_words(file: Path, words: str) -> Mask:
    """Any words in a face, as a mask: for signs and captions."""
    return glyph(file, words).mask

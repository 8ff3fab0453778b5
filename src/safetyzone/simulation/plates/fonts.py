"""Where the faces come from that plates are drawn with. None is committed: they are looked for on the machine.

A plate of the demo is drawn with the Thai face that the screens use anyway. For training there are many more (Debian's
``fonts-thai-tlwg-ttf``, and the npm packages of ``training/package.json``), and four families are kept apart for the evaluation.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor" / "ibm-plex-sans-thai"
DEBIAN = Path("/usr/share/fonts/truetype/tlwg")
HELD_OUT = frozenset({"ibm-plex-sans-thai", "sarabun", "waree", "barlow"})
"""Families never trained on, letters and digits."""
_UNFIT = re.compile(r"Purisa|Oblique|Italic|italic|Typewriter")
"""Handwriting and slanted faces: no plate has them; perspective slants enough."""
_WEIGHTS = {"400", "500", "600", "700"}
LATIN = ("archivo-narrow", "barlow", "oswald", "overpass", "rajdhani", "roboto-condensed", "saira-semi-condensed")
"""Families with digits only: a plate's digits are not those of any text face."""
REFERENCE_PX = 64
"""The height of ก, and of a digit, in a glyph's mask."""

Mask = npt.NDArray[np.uint8]


class NoThaiFont(RuntimeError):
    """There is no face to draw a Thai plate with."""

    th = "ไม่พบแบบอักษรไทยสำหรับวาดป้ายทะเบียน ให้ติดตั้ง fonts-thai-tlwg หรือสร้างแพ็กเกจให้ครบ"
    en = "No Thai font was found to draw plates with: install Debian's fonts-thai-tlwg, or build the package whole (its screens bring one)."

    def __init__(self) -> None:
        super().__init__(f"{self.th} · {self.en}")


@dataclass(frozen=True, slots=True)
class Face:
    """One weight of one family: the file with the Thai letters, and the one with the digits (often the same)."""

    family: str
    thai: Path | None
    digits: Path


def faces(folders: Iterable[Path] = (), *, held_out: bool | None = None) -> tuple[Face, ...]:
    """All faces on this machine, in a fixed order: the screens' own, Debian's, and those of npm's ``@fontsource`` below ``folders``.

    ``held_out``: only the families kept apart (True), only the others (False), or all. Raises ``NoThaiFont``.
    """
    found = [*_own(), *_debian(), *(face for folder in folders for face in _fontsource(folder))]
    chosen = tuple(face for face in found if held_out is None or (face.family in HELD_OUT) is held_out)
    if not any(face.thai for face in chosen):
        raise NoThaiFont
    return chosen


def _own() -> list[Face]:
    return [Face("ibm-plex-sans-thai", file, file) for file in sorted(VENDOR.glob("*.woff2"))]


def _debian() -> list[Face]:
    files = [file for file in sorted(DEBIAN.glob("*.ttf")) if not _UNFIT.search(file.name)]
    return [Face(file.stem.split("-")[0].lower(), file, file) for file in files]


def _fontsource(folder: Path) -> list[Face]:
    found = []
    for digits in sorted(folder.glob("@fontsource/*/files/*-latin-*-normal.woff2")):
        family = digits.parents[1].name
        weight = digits.name.rsplit("-", 2)[-2]
        if "latin-ext" in digits.name or weight not in _WEIGHTS:
            continue
        thai = digits.with_name(f"{family}-thai-{weight}-normal.woff2")
        if thai.exists() or family in LATIN:
            found.append(Face(family, thai if thai.exists() else None, digits))
    return found


@dataclass(frozen=True, slots=True)
class Glyph:
    """A mask cut to its ink; ``top``: pixels from the base line up to its first row."""

    mask: Mask
    top: int


@lru_cache(maxsize=256)
def _loaded(file: Path, measure: str) -> ImageFont.FreeTypeFont:
    """The face in the size at which ``measure`` is ``REFERENCE_PX`` high."""
    trial = ImageFont.truetype(str(file), 100)
    box = trial.getbbox(measure, anchor="ls")
    return ImageFont.truetype(str(file), round(100 * REFERENCE_PX / max(1, box[3] - box[1])))


@lru_cache(maxsize=20_000)
def glyph(file: Path, text: str) -> Glyph:
    """A character, or a whole word with its marks set in their places."""
    font = _loaded(file, "0" if text.isdecimal() or text == "-" else "ก")
    left, top, right, bottom = (int(value) for value in font.getbbox(text, anchor="ls"))
    picture = Image.new("L", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(picture).text((-left, -top), text, fill=255, font=font, anchor="ls")
    return Glyph(np.asarray(picture), -top)

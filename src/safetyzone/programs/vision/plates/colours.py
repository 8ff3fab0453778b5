"""What the plate's colours say of the vehicle. At night under infra-red they say nothing, and the class is the commonest of its form."""

import cv2
import numpy as np

from safetyzone.contracts.plates import CLASSES_OF, COLOURS, Form, VehicleClass, forms_of
from safetyzone.programs.vision.plates.picture import Picture

_SIZE = (48, 24)
_EDGE = 0.16
"""Of the crop on each side, that may be the vehicle's own colour."""
_COLOURED = 15.0
"""Distance from grey in CIE Lab's a and b, of 128."""


def _named(a: float, b: float) -> str:
    """A hue in the words of the plates."""
    angle = float(np.degrees(np.arctan2(b, a))) % 360
    for until, name in ((50, "red"), (75, "orange"), (115, "yellow"), (215, "green"), (330, "blue")):
        if angle < until:
            return name
    return "red"


def colours_of(crop: Picture) -> tuple[str, str]:
    """(ground, letters), each ``white``, ``black`` or a hue; a grey picture has no hues."""
    height, width = crop.shape[:2]
    y, x = int(height * _EDGE), int(width * _EDGE)
    inner = cv2.resize(crop[y : height - y, x : width - x], _SIZE, interpolation=cv2.INTER_AREA)
    if inner.ndim == 2 or float(np.ptp(inner, axis=2).mean()) < 6:  # noqa: PLR2004 - a grey picture, or as good as one
        return "white", "black"
    lab = cv2.cvtColor(inner, cv2.COLOR_BGR2LAB).reshape(-1, 3).astype(np.float32)
    light = lab[:, 0]
    level, _ = cv2.threshold(light.astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    bright, dark = lab[light > level], lab[light <= level]
    ground, ink = (bright, dark) if len(bright) >= len(dark) * 0.8 else (dark, bright)
    if not len(ground) or not len(ink):
        return "white", "black"
    under, over = np.median(ground, axis=0)[1:] - 128, ink[np.argsort(ink[:, 0])[: max(4, len(ink) // 2)]].mean(0)[1:] - 128
    plate = _named(*under) if np.hypot(*under) > _COLOURED else "white"
    change = over - under if plate == "white" else over
    letters = _named(*change) if np.hypot(*change) > _COLOURED * 0.7 else "black"
    return plate, ("white" if plate in ("green", "blue") else letters)


def class_of(text: str, crop: Picture, *, three_lines: bool) -> VehicleClass:
    """The class that fits what is written, its lines and its colours."""
    forms = forms_of(text)
    if three_lines and Form.MOTORCYCLE in forms:
        return VehicleClass.MOTORCYCLE
    form = next((form for form in forms if form is not Form.MOTORCYCLE), Form.MOTORCYCLE)
    seen = colours_of(crop)
    order = sorted(CLASSES_OF[form], key=list(VehicleClass).index)
    if form in (Form.MOTORCYCLE, Form.VANITY):
        return order[0]
    for wanted in (seen, (seen[0], "black")):
        for vehicle in order:
            if any((shade.plate, shade.letters) == wanted for shade in COLOURS[vehicle]):
                return vehicle
    return order[0]

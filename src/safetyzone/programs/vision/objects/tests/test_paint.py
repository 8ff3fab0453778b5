"""The colour of a vehicle's paint on drawn vehicles, in the light of noon, of evening and of a lamp, and what is not said."""

import cv2
import numpy as np
import pytest

from safetyzone.contracts.plates import Plate, VehicleClass
from safetyzone.contracts.vision import Paint
from safetyzone.programs.vision.objects.paint import paint_of
from safetyzone.simulation.plates.drawing import draw, plain_style
from safetyzone.simulation.plates.fonts import faces

PAINTS = {  # BGR as a body shop would mix them, two of each
    Paint.WHITE: ((244, 244, 242), (230, 235, 236)), Paint.GREY: ((160, 158, 156), (112, 108, 106)),
    Paint.BLACK: ((28, 26, 26), (44, 42, 40)), Paint.RED: ((32, 24, 170), (28, 18, 120)), Paint.ORANGE: ((20, 110, 235), (30, 120, 225)),
    Paint.BROWN: ((30, 58, 92), (24, 48, 74)), Paint.YELLOW: ((30, 205, 245), (40, 190, 235)), Paint.GREEN: ((70, 110, 40), (60, 150, 60)),
    Paint.BLUE: ((150, 70, 30), (180, 110, 50)), Paint.PINK: ((180, 120, 235), (190, 140, 230)),
}  # fmt: skip
LIGHTS = {"noon": (1.0, 1.0, 1.0), "cloudy": (0.75, 0.72, 0.7), "evening": (0.55, 0.68, 0.85)}
PLATE_AT = (180, 170, 120, 53)


def street(paint: tuple[int, int, int], light: tuple[float, float, float], seed: int = 1) -> np.ndarray:
    """The back of a car in that light, as a sensor sees it: shading from above, noise."""
    made = np.random.default_rng(seed)
    picture = np.full((280, 480, 3), 90, np.float32)
    picture[60:250, 60:420] = np.multiply(paint, np.linspace(1.05, 0.9, 190)[:, None])[:, None, :]
    x, y, w, h = PLATE_AT
    plate = draw(Plate("6กพ", "7414", "กรุงเทพมหานคร", VehicleClass.CAR), plain_style(faces()))
    picture[y : y + h, x : x + w] = cv2.resize(plate, (w, h), interpolation=cv2.INTER_AREA)
    return np.clip(picture * light + made.normal(0, 4, picture.shape), 0, 255).astype(np.uint8)


@pytest.mark.parametrize("light", LIGHTS)
def test_nine_of_ten_paints_are_named_in_each_light(light):
    said = {(paint, mixed): paint_of(street(mixed, LIGHTS[light]), PLATE_AT) for paint, two in PAINTS.items() for mixed in two}
    wrong = {key: answer for key, answer in said.items() if answer is not key[0]}
    assert len(wrong) <= len(said) // 10, wrong


def test_by_night_under_infra_red_and_at_the_edge_nothing_is_said():
    red = PAINTS[Paint.RED][0]
    assert paint_of(street(red, (0.2, 0.2, 0.2)), PLATE_AT) is None
    grey = street(red, (1, 1, 1)).mean(2, keepdims=True).repeat(3, 2).astype(np.uint8)
    assert paint_of(grey, PLATE_AT) is None
    assert paint_of(street(red, (1, 1, 1))[168:], (180, 2, 120, 53)) is None
    assert paint_of(street(red, (1, 1, 1)), (500, 300, 120, 53)) is None


def test_where_no_colour_has_most_of_the_metal_nothing_is_said():
    picture = street(PAINTS[Paint.WHITE][0], (1, 1, 1))
    for k, paint in enumerate((PAINTS[Paint.RED][0], PAINTS[Paint.BLUE][0], PAINTS[Paint.GREEN][0])):
        picture[60:170, 120 + 80 * k : 200 + 80 * k] = paint
    assert paint_of(picture, PLATE_AT) is None

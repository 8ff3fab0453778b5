"""Drawn plates: the same seed the same picture, every class in its colours and lines, nothing cut off."""

import numpy as np
import pytest

from safetyzone.contracts.plates import COLOURS, Form, Plate, VehicleClass, forms_of
from safetyzone.simulation.plates import fonts
from safetyzone.simulation.plates.camera import Conditions, photograph, random_conditions
from safetyzone.simulation.plates.drawing import PX_A_MM, draw, plain_style, random_style, size_mm
from safetyzone.simulation.plates.registrations import random_plate
from safetyzone.simulation.plates.scenes import scene


@pytest.fixture(scope="module")
def choice():
    return fonts.faces()


def test_the_same_seed_draws_the_same_picture(choice):
    def once():
        rng = np.random.default_rng(7)
        plate, style, how = random_plate(rng), random_style(rng, choice), random_conditions(rng)
        return plate, photograph(draw(plate, style), how)

    (one, first), (other, second) = once(), once()
    assert one == other
    assert np.array_equal(first, second)


def test_another_seed_draws_another(choice):
    pictures = [
        photograph(draw(p, random_style(r, choice)), random_conditions(r))
        for r in map(np.random.default_rng, (1, 2))
        for p in [random_plate(r)]
    ]
    assert pictures[0].shape != pictures[1].shape or not np.array_equal(*pictures)


@pytest.mark.parametrize("vehicle", list(VehicleClass))
def test_every_class_stands_in_its_colours(vehicle, choice):
    plate = random_plate(np.random.default_rng(3), vehicle=vehicle)
    flat = draw(plate, plain_style(choice))
    assert flat.shape[:2][::-1] == tuple(round(side * PX_A_MM) for side in size_mm(plate))
    ground = np.median(flat.reshape(-1, 3), axis=0)[::-1]
    assert any(np.abs(ground - np.array(shade.plate_rgb)).max() < 12 for shade in COLOURS[vehicle])
    inked = np.abs(flat.astype(int) - np.median(flat.reshape(-1, 3), axis=0)).max(2) > 60
    assert 0.04 < inked.mean() < 0.45


def test_a_motorcycle_has_three_lines_and_a_car_two(choice):
    def lines(plate):
        dark = draw(plate, plain_style(choice))[8:-8, 20:-20].min(axis=2) < 90
        rows = dark.mean(axis=1) > 0.02
        return int((np.diff(rows.astype(int)) == 1).sum() + rows[0])

    assert lines(Plate("1กข", "2345", "ตาก", VehicleClass.MOTORCYCLE)) == 3
    assert lines(Plate("1กข", "2345", "ตาก", VehicleClass.CAR)) == 2


def test_by_chance_every_form_and_only_real_plates_come():
    rng = np.random.default_rng(11)
    plates = [random_plate(rng) for _ in range(1500)]
    assert {plate.form for plate in plates} == set(Form)
    assert {plate.vehicle_class for plate in plates} == set(VehicleClass)
    assert all(forms_of(plate.text) for plate in plates)
    letters = [c for plate in plates for c in plate.series if c in "ฎฏฐฬ"]
    assert len(letters) > 100, "rare letters are as common as others"


def test_no_crop_takes_a_character_away(choice):
    """A red field with a green rim as wide as a plate's own: in no photograph does the red reach the edge."""
    flat = np.zeros((120, 272, 3), np.uint8)
    flat[:] = (0, 255, 0)
    flat[10:-10, 11:-11] = (0, 0, 255)
    for seed in range(120):
        how = random_conditions(np.random.default_rng(seed), night=False)
        seen = photograph(flat, Conditions(200, tilt=how.tilt, turn_deg=how.turn_deg, jpeg=95, seed=how.seed)).astype(int)
        middle = seen[seen.shape[0] // 2]
        other = np.where(middle[:, 2] - middle[:, 1] < 60)[0]
        assert (other < len(middle) // 2).any(), "the red goes to the picture's left edge"
        assert (other > len(middle) // 2).any(), "the red goes to the picture's right edge"


def test_with_no_face_there_is_a_clear_word(monkeypatch, tmp_path):
    monkeypatch.setattr(fonts, "VENDOR", tmp_path)
    monkeypatch.setattr(fonts, "DEBIAN", tmp_path)
    with pytest.raises(fonts.NoThaiFont, match="fonts-thai-tlwg"):
        fonts.faces()


def test_families_kept_apart_are_not_among_those_for_training(choice):
    try:
        training = {face.family for face in fonts.faces(held_out=False)}
    except fonts.NoThaiFont:
        training = set()
    assert not training & fonts.HELD_OUT
    assert {face.family for face in choice} - training <= fonts.HELD_OUT


def test_a_street_says_where_its_plates_are(choice):
    rng = np.random.default_rng(5)
    streets = [scene(rng, choice, 256) for _ in range(30)]
    boxes = [box for street in streets for box in street.boxes]
    assert len(boxes) > 4
    assert any(not street.boxes for street in streets)
    for street in streets:
        assert street.picture.shape == (256, 256, 3)
        for x, y, w, h in street.boxes:
            assert -w < x < 256
            assert -h < y < 256
            assert 0.9 < w / h < 5

"""The committed weights on drawn plates. Figures that are promised are measured by ``python -m benchmarks plates``, on more of them."""

import json

import cv2
import numpy as np
import pytest

from safetyzone.contracts.plates import Plate, VehicleClass, normalise
from safetyzone.programs.vision.plates import reader as plate_reader
from safetyzone.programs.vision.plates import weights
from safetyzone.programs.vision.plates.colours import class_of, colours_of
from safetyzone.programs.vision.plates.detector import FoundPlate, PlateDetector, overlap
from safetyzone.programs.vision.plates.looks import LOOKS, looks, straightened
from safetyzone.programs.vision.plates.picture import stretched
from safetyzone.programs.vision.plates.reader import PlateReader
from safetyzone.simulation.plates.camera import Conditions, photograph
from safetyzone.simulation.plates.drawing import draw, plain_style
from safetyzone.simulation.plates.fonts import faces
from safetyzone.simulation.plates.registrations import random_plate
from safetyzone.simulation.plates.scenes import scene


@pytest.fixture(scope="module")
def reader():
    return PlateReader()


@pytest.fixture(scope="module")
def choice():
    return faces()


def seen(plate, choice, seed=0, **how):
    return photograph(draw(plate, plain_style(choice)), Conditions(180, seed=seed, **how))


def test_most_clear_plates_are_read_whole_and_of_the_accepted_nearly_all_are_right(reader, choice):
    rng = np.random.default_rng(9)
    plates = [random_plate(rng) for _ in range(60)]
    read = [(plate, reader.read(seen(plate, choice, seed))) for seed, plate in enumerate(plates)]
    right = [said is not None and said.text == plate.text for plate, said in read]
    assert np.mean(right) >= 0.9
    assert np.mean([said is not None and said.province == plate.province for plate, said in read]) >= 0.93
    accepted = [ok for ok, (_, said) in zip(right, read, strict=True) if said and said.accepted]
    assert len(accepted) >= 24, "these weights stand by about half of clear plates"
    assert np.mean(accepted) >= 0.97


def test_a_motorcycle_is_read_over_its_three_lines(reader, choice):
    said = reader.read(seen(Plate("1กข", "2345", "เชียงใหม่", VehicleClass.MOTORCYCLE), choice))
    assert (said.series, said.number, said.province, said.vehicle_class) == ("1กข", "2345", "เชียงใหม่", VehicleClass.MOTORCYCLE)
    assert said.three_lines


def test_what_is_read_is_a_plate_of_the_contract(reader, choice):
    rng = np.random.default_rng(21)
    for number in range(20):
        said = reader.read(photograph(draw(random_plate(rng), plain_style(choice)), Conditions(70, blur_px=1.5, noise=12, seed=number)))
        if said is not None:
            assert normalise(said.plate.text) == said.text
            assert 0 <= said.sure.text <= min(said.sure.series, said.sure.number) <= 1
            assert len(said.characters) == len(said.text)
            assert len(said.provinces) == 3


def test_a_picture_with_no_plate_is_not_accepted(reader):
    rng = np.random.default_rng(2)
    for picture in (np.zeros((40, 100, 3), np.uint8), rng.integers(0, 255, (60, 150, 3), np.uint8), np.full((50, 120), 200, np.uint8)):
        said = reader.read(picture)
        assert said is None or not said.accepted


def test_the_same_crop_is_read_the_same(reader, choice):
    crop = seen(Plate("6กพ", "7414", "กรุงเทพมหานคร"), choice)
    assert reader.read(crop) == reader.read(crop.copy())


@pytest.mark.parametrize(
    ("vehicle", "series", "ground", "letters"),
    [
        (VehicleClass.CAR, "กข", "white", "black"),
        (VehicleClass.PICKUP, "บล", "white", "green"),
        (VehicleClass.VAN, "นก", "white", "blue"),
        (VehicleClass.TAXI, "ทก", "yellow", "black"),
        (VehicleClass.TEMPORARY, "กข", "red", "black"),
        (VehicleClass.RENTAL, "กข", "green", "white"),
        (VehicleClass.TUKTUK, "กข", "white", "red"),
    ],
)
def test_colours_say_the_class(vehicle, series, ground, letters, choice):
    crop = seen(Plate(series, "1234", "ตาก", vehicle), choice)
    seen_ground, seen_letters = colours_of(crop)
    assert seen_ground == ground
    assert seen_letters == letters or ground in ("yellow", "red")
    assert class_of(f"{series}1234", crop, three_lines=False) is vehicle


def test_a_grey_picture_says_the_commonest_class(choice):
    crop = seen(Plate("ทก", "1234", "ตาก", VehicleClass.TAXI), choice, infrared=True)
    assert class_of("ทก1234", crop, three_lines=False) is VehicleClass.CAR


def test_looks_are_all_of_the_model_s_size_and_the_first_is_the_crop(choice):
    crop = seen(Plate("กข", "1", "ตาก"), choice)
    pictures = looks(crop)
    assert pictures.shape == (len(LOOKS), 1, 72, 160)
    assert np.array_equal(pictures[0, 0], stretched(crop).astype(np.float32))
    assert not np.array_equal(pictures[0], pictures[1])


def test_a_line_that_climbs_to_the_right_is_laid_level():
    climbing = np.zeros((60, 120, 3), np.uint8)
    cv2.line(climbing, (10, 45), (110, 20), (255, 255, 255), 3)
    level = straightened(climbing, 0.25)
    assert level.shape == (60, 120)
    rows = np.where(level > 128)[0]
    assert rows.max() - rows.min() <= 5


def test_plates_seen_from_the_side_are_read_straightened_where_the_looks_doubt(reader, choice, monkeypatch):
    rng = np.random.default_rng(9)
    plates = [random_plate(rng) for _ in range(12)]
    crops = [(plate, seen(plate, choice, seed, slope=0.25)) for seed, plate in enumerate(plates)]
    straightened_too = [reader.read(crop).text == plate.text for plate, crop in crops]
    monkeypatch.setattr(plate_reader, "SLOPES", ())
    upright = [reader.read(crop).text == plate.text for plate, crop in crops]
    assert sum(straightened_too) > sum(upright)


def test_plates_are_found_in_drawn_streets(choice):
    finder, rng = PlateDetector(), np.random.default_rng(17)
    hit = total = 0
    for _ in range(25):
        street = scene(rng, choice, 320)
        found = finder.find(street.picture)
        for box in street.boxes:
            if box[2] >= 40:
                total += 1
                hit += any(overlap(one, FoundPlate(*box, 1.0)) > 0.4 for one in found)
    assert total > 10
    assert hit / total >= 0.8


def test_a_found_plate_is_cut_with_a_little_around_it():
    frame = np.zeros((100, 200, 3), np.uint8)
    assert FoundPlate(50, 40, 100, 40, 1.0).crop(frame).shape == (44, 108, 3)
    assert FoundPlate(-5, -5, 50, 40, 1.0).crop(frame).shape[:2] == (37, 47)


def test_the_threshold_is_one_that_was_measured():
    how = weights.calibration()
    assert 0.5 < how.accept < 1
    assert weights.CALIBRATION.exists()
    assert set(json.loads(weights.CALIBRATION.read_text())) == set(weights.Calibration.__dataclass_fields__)


def test_the_card_names_the_weights_and_its_end():
    card = (weights.HERE / "MODEL_CARD.md").read_text(encoding="utf-8")
    for file in (weights.READER, weights.DETECTOR):
        assert weights.name_of(file) in card
    assert "valid until 20" in card


def test_with_no_weights_there_is_a_clear_word(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "READER", tmp_path / "none.onnx")
    with pytest.raises(weights.NoWeights, match=r"training\.plates"):
        PlateReader()

"""The motion gate on made pictures: what moves is found where it is, and noise, rain of pixels and a change of the light are not."""

import numpy as np
import pytest

from safetyzone.programs.vision.gate import BLIND, LEARNS, MotionGate

HEIGHT, WIDTH = 360, 640


def street(seed: int = 1) -> np.ndarray:
    made = np.random.default_rng(seed)
    return np.kron(made.integers(60, 150, (18, 32)).astype(np.uint8), np.ones((20, 20), np.uint8))


def noisy(picture: np.ndarray, made: np.random.Generator, sigma: float = 3.0) -> np.ndarray:
    return np.clip(picture + made.normal(0, sigma, picture.shape), 0, 255).astype(np.uint8)


@pytest.fixture
def made():
    return np.random.default_rng(5)


@pytest.fixture
def learnt(made):
    gate = MotionGate()
    for _ in range(LEARNS + 5):
        gate.look(noisy(street(), made))
    return gate


def test_what_moves_is_found_where_it_is(learnt, made):
    picture = street()
    picture[150:230, 300:430] = 255 - picture[150:230, 300:430] // 2
    (box,) = learnt.look(noisy(picture, made))
    x, y, w, h = box
    assert (abs(x - 300) <= 16, abs(y - 150) <= 16) == (True, True)
    assert (abs(w - 130) <= 32, abs(h - 80) <= 32) == (True, True)


def test_two_things_apart_are_two(learnt, made):
    picture = street()
    picture[100:160, 100:180] = 250
    picture[240:300, 450:530] = 250
    assert len(learnt.look(noisy(picture, made))) == 2


def test_nothing_but_noise_moves_nothing(learnt, made):
    assert [learnt.look(noisy(street(), made, 7.0)) for _ in range(60)] == [[]] * 60


def test_a_leap_of_the_light_is_no_movement_and_soon_after_it_a_car_is_seen(learnt, made):
    bright = np.clip(street().astype(int) + 90, 0, 255).astype(np.uint8)
    assert [learnt.look(noisy(bright, made)) for _ in range(BLIND + 2)] == [[]] * (BLIND + 2)
    car = bright.copy()
    car[150:230, 300:430] = 20
    assert len(learnt.look(noisy(car, made))) == 1


def test_it_says_nothing_while_it_learns_and_learns_anew_when_the_size_changes(made):
    gate = MotionGate()
    gate.look(noisy(street(), made))
    car = street()
    car[150:230, 300:430] = 250
    assert gate.look(noisy(car, made)) == []
    for _ in range(LEARNS):
        gate.look(noisy(street(), made))
    assert gate.look(noisy(street(), made)[::2, ::2]) == []


@pytest.mark.parametrize("shape", [(1080, 1920), (100, 100), (60, 80), (481, 853)])
def test_pictures_of_any_size_can_be_looked_at(shape, made):
    gate = MotionGate()
    for _ in range(LEARNS + 2):
        gate.look(np.full(shape, 90, np.uint8))
    picture = np.full(shape, 90, np.uint8)
    picture[shape[0] // 4 : shape[0] * 3 // 4, shape[1] // 4 : shape[1] // 2] = 220
    (box,) = gate.look(picture)
    assert box[0] + box[2] <= shape[1]
    assert box[1] + box[3] <= shape[0]
    assert abs(box[0] - shape[1] // 4) <= shape[1] * 0.06

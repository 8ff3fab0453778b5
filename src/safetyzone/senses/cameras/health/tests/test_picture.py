"""Every harm is found, and no harmless change is taken for one."""

import numpy as np
import pytest

from safetyzone.senses.cameras.health.picture import HEIGHT, WIDTH, is_plain, judge
from safetyzone.senses.cameras.health.tests.scenes import blurred, grey, look, passing, scene

SEEDS = range(30)
NORMAL = {
    "the same a minute later": lambda world, seed: look(world, seed=seed + 1),
    "brighter by a third": lambda world, seed: grey(look(world, seed=seed + 1) * 1.3),
    "dimmer by a third": lambda world, seed: grey(look(world, seed=seed + 1) * 0.7),
    "a noisy sensor": lambda world, seed: look(world, seed=seed + 1, noise=9),
    "people and cars": lambda world, seed: passing(look(world, seed=seed + 1), seed),
    "wind on the mast": lambda world, seed: look(world, seed=seed + 1, right=0.01),
}
HARM = {
    ("moved", "turned by a tenth of its picture"): lambda world, seed: look(world, seed=seed + 1, right=0.1),
    ("moved", "turned by a fifth, and dipped"): lambda world, seed: look(world, seed=seed + 1, right=-0.2, down=0.1),
    ("moved", "looks elsewhere"): lambda world, seed: look(scene(seed + 1000), seed=seed + 1),
    ("blurred", "out of focus"): lambda world, seed: blurred(look(world, seed=seed + 1)),
    ("dark", "blind"): lambda world, seed: grey(look(world, seed=seed + 1) * 0.04),
    ("masked", "a bag over the lens"): lambda world, seed: grey(120 + np.random.default_rng(seed).normal(0, 2, (HEIGHT, WIDTH))),
    ("masked", "sprayed white"): lambda world, seed: grey(238 + np.random.default_rng(seed).normal(0, 2, (HEIGHT, WIDTH))),
}


@pytest.mark.parametrize("name", NORMAL)
def test_no_harmless_change_is_taken_for_harm(name):
    wrong = [(seed, found) for seed in SEEDS if (found := judge(NORMAL[name](scene(seed), seed), look(scene(seed)))).faults]
    assert wrong == []


@pytest.mark.parametrize(("fault", "how"), HARM)
def test_every_harm_is_found_by_its_name(fault, how):
    missed = [
        (seed, found) for seed in SEEDS if fault not in (found := judge(HARM[fault, how](scene(seed), seed), look(scene(seed)))).faults
    ]
    assert len(missed) <= 1, missed


def test_a_camera_without_light_is_dark_by_night_and_that_is_no_fault():
    world = scene(1)
    night = grey(look(world, seed=2) * 0.04)
    assert judge(night, look(world), dark_is_normal=True).faults == ()
    assert judge(night, look(world)).faults == ("dark",)


@pytest.mark.parametrize("odd", [np.zeros((54, 95), np.uint8), np.zeros((54, 96)), np.zeros((96, 54), np.uint8)])
def test_a_picture_of_another_size_is_refused(odd):
    with pytest.raises(ValueError, match="96 x 54"):
        judge(odd, look(scene(1)))


@pytest.mark.parametrize("seed", range(10))
def test_a_person_close_to_the_lens_is_no_turn(seed):
    world, drawn = scene(seed), np.random.default_rng(seed)
    near = look(world, seed=seed + 1).copy()
    left = int(drawn.integers(20, 50))
    near[6:, left : left + 34] = grey(25 + drawn.normal(0, 3, (48, 34)))  # a third of the picture, in black
    assert judge(near, look(world)).faults == ()


def test_a_view_without_anything_in_it_is_called_plain_and_never_accused():
    asphalt = grey(110 + np.random.default_rng(1).normal(0, 2, (HEIGHT, WIDTH)))
    car = asphalt.copy()
    car[10:40, 30:60] = look(scene(1))[10:40, 30:60]
    assert is_plain(asphalt)
    assert not is_plain(look(scene(1)))
    assert judge(car, asphalt).faults == judge(asphalt, car * 0 + asphalt).faults == ()
    assert judge(grey(asphalt * 0.04), asphalt).faults == ("dark",)

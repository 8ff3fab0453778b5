"""How common plates are, as a weight on what was seen."""

import numpy as np
import pytest

from safetyzone.contracts.plates import VehicleClass
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.plates.issued import as_issued


def seen(**masses: float) -> Evidence:
    """Evidence whose texts have these shares."""
    texts = dict(sorted(masses.items(), key=lambda one: -one[1]))
    shares = np.array(list(texts.values()))
    return Evidence(tuple(text.lstrip("_") for text in texts), np.log(shares), shares, np.zeros(79), 0.0, VehicleClass.CAR)


def test_after_a_digit_the_letters_given_out_first_are_likelier_than_those_that_look_like_them():
    found = as_issued(seen(_6ภพ7414=0.5, _6กพ7414=0.3))
    assert found.texts == ("6กพ7414", "6ภพ7414")
    assert found.mass[0] == pytest.approx(0.3 * 8 / (0.3 * 8 + 0.5 + 0.2))
    assert found.mass.sum() <= 1


def test_what_is_clearly_seen_is_read_as_it_is():
    assert as_issued(seen(_6ภพ7414=0.95, _6กพ7414=0.03)).texts[0] == "6ภพ7414"


def test_without_a_digit_nothing_is_changed():
    before = seen(_ภพ7414=0.5, _กพ7414=0.3)
    after = as_issued(before)
    assert after.texts == before.texts
    assert after.mass == pytest.approx(before.mass)

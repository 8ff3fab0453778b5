"""Plates by chance: every letter, digit and province as often as every other, so that a reader learns the rare ones too."""

from dataclasses import dataclass

import numpy as np

from safetyzone.contracts.plates import CONSONANTS, DIGITS, MOST_VANITY, NAMES, Plate, VehicleClass
from safetyzone.contracts.provinces import BANGKOK

SHARES: dict[VehicleClass, float] = {
    VehicleClass.CAR: 0.37, VehicleClass.MOTORCYCLE: 0.22, VehicleClass.PICKUP: 0.13, VehicleClass.VAN: 0.05, VehicleClass.TAXI: 0.05,
    VehicleClass.HEAVY: 0.05, VehicleClass.HEAVY_HIRE: 0.03, VehicleClass.TEMPORARY: 0.02, VehicleClass.HIRE: 0.02,
    VehicleClass.TUKTUK: 0.015, VehicleClass.RENTAL: 0.015, VehicleClass.TRAILER: 0.015, VehicleClass.DIPLOMATIC: 0.015,
}  # fmt: skip
LETTERS: dict[VehicleClass, str] = {VehicleClass.VAN: "นฬอฮ", VehicleClass.PICKUP: "ฒณตถบปผยรล", VehicleClass.TAXI: "ทม"}
"""The first letters of the classes that have their own."""
_VANITY_SHARE, _OLD_SHARE, _BANGKOK_SHARE = 0.14, 0.03, 0.1


@dataclass(frozen=True, slots=True)
class Mix:
    """How often what stands on the plates; the real street has fewer rare letters and more of Bangkok."""

    as_on_the_street: bool = False


def _pick(rng: np.random.Generator, characters: str) -> str:
    return characters[int(rng.integers(len(characters)))]


def _number(rng: np.random.Generator, most: int = 4) -> str:
    length = min(most, int(rng.choice((1, 2, 3, 4), p=(0.08, 0.1, 0.2, 0.62))))
    return _pick(rng, DIGITS[1:]) + "".join(_pick(rng, DIGITS) for _ in range(length - 1))


def syllable(rng: np.random.Generator) -> str:
    """A syllable as Thai builds it: every mark stands where it may."""
    word = _pick(rng, "เแโใไ") if rng.random() < 0.35 else ""
    word += _pick(rng, CONSONANTS)
    above = _pick(rng, "ิีึืุูั") if rng.random() < 0.4 else ""
    tone = _pick(rng, "่้๊๋็์") if rng.random() < (0.3 if above != "ุ" else 0.15) else ""
    after = "" if above else (_pick(rng, "ะาำ") if rng.random() < 0.45 else "")
    return word + above + tone + after


def vanity_word(rng: np.random.Generator, most: int) -> str:
    word = syllable(rng)
    while len(word) < 3 and len(word) < most:
        word += syllable(rng) if rng.random() < 0.5 else _pick(rng, CONSONANTS)
    if len(word) <= most - 1 and rng.random() < 0.5:
        word += _pick(rng, CONSONANTS)
    return word[:most]


def _series(rng: np.random.Generator, vehicle: VehicleClass) -> str:
    if vehicle is VehicleClass.MOTORCYCLE:
        first = _pick(rng, DIGITS[1:]) if rng.random() < 0.6 else _pick(rng, CONSONANTS)
        return first + _pick(rng, CONSONANTS) + _pick(rng, CONSONANTS)
    own = LETTERS.get(vehicle, CONSONANTS) if rng.random() < 0.7 else CONSONANTS
    return (_pick(rng, DIGITS[1:]) if rng.random() < 0.45 else "") + _pick(rng, own) + _pick(rng, CONSONANTS)


def _chosen(rng: np.random.Generator, province: str) -> Plate:
    """A self-chosen series. A word that the grammar refuses is thrown again."""
    for _ in range(50):
        number = _number(rng, 3)
        try:
            return Plate(vanity_word(rng, MOST_VANITY - len(number)), number, province, VehicleClass.CAR)
        except ValueError:
            continue
    return Plate("รวยดี", "9", province, VehicleClass.CAR)


def random_plate(rng: np.random.Generator, *, vehicle: VehicleClass | None = None) -> Plate:
    """A plate that could exist."""
    kinds = list(SHARES)
    weights = np.array(list(SHARES.values()))
    kind = vehicle or kinds[int(rng.choice(len(kinds), p=weights / weights.sum()))]
    province = BANGKOK if rng.random() < _BANGKOK_SHARE else NAMES[int(rng.integers(len(NAMES)))]
    if kind in (VehicleClass.HEAVY, VehicleClass.HEAVY_HIRE):
        return Plate(f"{rng.integers(10, 100)}", f"{rng.integers(1000, 10_000)}", province, kind)
    if kind is VehicleClass.DIPLOMATIC:
        return Plate(f"{rng.integers(1, 100):02d}", f"{rng.integers(1000, 10_000)}", "", kind)
    chance = rng.random()
    if kind is VehicleClass.CAR and chance < _VANITY_SHARE:
        return _chosen(rng, province)
    if kind is VehicleClass.CAR and chance < _VANITY_SHARE + _OLD_SHARE:
        return Plate(_pick(rng, DIGITS[1:]) + _pick(rng, CONSONANTS), f"{rng.integers(1000, 10_000)}", province, kind)
    return Plate(_series(rng, kind), _number(rng), province, kind)

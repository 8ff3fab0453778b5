"""How well the reader reads what it was not trained on: calibration on one half, every figure on the other.

Plates of both halves are drawn in families of faces that no shard for training uses.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import NAMES, Form, Plate, VehicleClass
from safetyzone.programs.vision.plates.alphabet import NO_PROVINCE
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.plates.issued import as_issued
from safetyzone.programs.vision.plates.reader import PlateReader, certainty, province_shares, reading
from safetyzone.programs.vision.plates.reading import Reading
from safetyzone.programs.vision.plates.weights import Calibration
from safetyzone.simulation.plates.camera import Conditions, photograph, random_conditions
from safetyzone.simulation.plates.drawing import Style, draw, random_style
from safetyzone.simulation.plates.fonts import Face
from safetyzone.simulation.plates.registrations import random_plate

CALIBRATION_SEED, REPORT_SEED = 3_000_000, 4_000_000
RIGHT_AMONG_ACCEPTED = 0.993
"""What the threshold is chosen for, a little above what is promised (0.99)."""
LEAST_ACCEPT = 0.6
BINS = 10
CHANCE = 1e-3
"""A pair confused more rarely than this has no price of its own; ten times as often costs a quarter less."""
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    plate: Plate
    style: Style
    how: Conditions
    evidence: Evidence | None

    @property
    def right(self) -> bool:
        return self.evidence is not None and self.evidence.texts[0] == self.plate.text

    @property
    def name_index(self) -> int:
        return NAMES.index(self.plate.province) if self.plate.province else NO_PROVINCE


def samples(reader: PlateReader, faces: tuple[Face, ...], seed: int, number: int) -> Iterator[Sample]:
    """Plates as a street's camera sees them, each read."""
    rng = np.random.default_rng(seed)
    for _ in range(number):
        plate, style, how = random_plate(rng), random_style(rng, faces), random_conditions(rng)
        found = reader.evidence(photograph(draw(plate, style), how))
        yield Sample(plate, style, how, found and as_issued(found))


def fit(found: list[Sample], heat: float) -> Calibration:
    """Slope and shift by logistic regression, the province's temperature by its likelihood, the threshold by what is right above it."""
    read = [one for one in found if one.evidence is not None]
    if not read:
        raise SystemExit("The reader reads nothing yet: call the command again with more --minutes.")
    mass = np.clip([float(one.evidence.mass[0]) for one in read if one.evidence], 1e-6, 1 - 1e-6)
    right = np.array([one.right for one in read], float)
    slope, shift = logistic(np.log(mass / (1 - mass)), right)
    logs = np.stack([one.evidence.provinces for one in read if one.evidence])
    temperature = best_temperature(logs, np.array([one.name_index for one in read]))
    rough = Calibration(slope, shift, temperature)
    sure = np.array([certainty(float(value), rough) for value in mass])
    shares = np.array([province_shares(row, rough).max() for row in logs])
    named = logs.argmax(1) == np.array([one.name_index for one in read])
    accept = max(LEAST_ACCEPT, least_threshold(sure, right > 0))
    return Calibration(slope, shift, temperature, round(accept, 4), round(least_threshold(shares, named), 4), heat)


def logistic(x: Floats, right: Floats) -> tuple[float, float]:
    """Newton's steps, with a little resistance so that perfect data gives a finite slope."""
    weights = np.array([1.0, 0.0])
    features = np.stack([x, np.ones_like(x)], 1)
    for _ in range(60):
        p = 1 / (1 + np.exp(-features @ weights))
        slope = features.T @ (right - p) - 0.02 * weights
        curve = (features * (p * (1 - p))[:, None]).T @ features + 0.02 * np.eye(2)
        weights = weights + np.linalg.solve(curve, slope)
    return float(weights[0]), float(weights[1])


def best_temperature(logs: Floats, truth: npt.NDArray[np.int64]) -> float:
    """The temperature under which the true names are likeliest."""

    def loss(temperature: float) -> float:
        scaled = logs / temperature
        top = scaled.max(1, keepdims=True)
        likely = scaled - top - np.log(np.exp(scaled - top).sum(1, keepdims=True))
        return float(-likely[np.arange(len(truth)), truth].mean())

    return float(min(np.geomspace(0.2, 5, 120), key=loss))


def least_threshold(sure: Floats, right: npt.NDArray[np.bool_]) -> float:
    """The lowest certainty above which as many are right as is wanted."""
    order = np.argsort(-sure)
    share = np.cumsum(right[order]) / np.arange(1, len(order) + 1)
    good = np.where(share >= RIGHT_AMONG_ACCEPTED)[0]
    return float(sure[order][good[-1]]) if len(good) else 0.999


def calibration_error(sure: Floats, right: npt.NDArray[np.bool_]) -> float:
    """Expected calibration error, ten bins of equal width."""
    bins = np.minimum((sure * BINS).astype(int), BINS - 1)
    return float(sum(abs(sure[bins == k].mean() - right[bins == k].mean()) * (bins == k).mean() for k in range(BINS) if (bins == k).any()))


GROUPS = {
    "all": lambda one: True,
    "day": lambda one: not one.how.night,
    "night": lambda one: one.how.night,
    "infra-red": lambda one: one.how.infrared,
    "cars, vans, pick-ups": lambda one: one.plate.vehicle_class in (VehicleClass.CAR, VehicleClass.VAN, VehicleClass.PICKUP),
    "motorcycles": lambda one: one.plate.vehicle_class is VehicleClass.MOTORCYCLE,
    "motorcycles by night": lambda one: one.plate.vehicle_class is VehicleClass.MOTORCYCLE and one.how.night,
    "taxis and hire": lambda one: (
        one.plate.vehicle_class in (VehicleClass.TAXI, VehicleClass.HIRE, VehicleClass.TUKTUK, VehicleClass.RENTAL)
    ),
    "trucks and buses": lambda one: one.plate.vehicle_class in (VehicleClass.HEAVY, VehicleClass.HEAVY_HIRE),
    "self-chosen": lambda one: one.plate.form is Form.VANITY,
    "64 to 99 px wide": lambda one: one.how.width_px < 100,  # noqa: PLR2004
    "100 to 129 px wide": lambda one: 100 <= one.how.width_px < 130,  # noqa: PLR2004
    "130 px and wider": lambda one: one.how.width_px >= 130,  # noqa: PLR2004
    "paint coming off": lambda one: one.style.worn > 0,
    "clear": lambda one: (
        one.how.width_px >= 100 and one.style.worn == 0 and one.style.faded < 0.2 and one.plate.form is not Form.VANITY  # noqa: PLR2004
    ),
}


def ratio(right: list[bool]) -> float:
    """Share of those that are right; of none it is no number."""
    return sum(right) / len(right) if right else float("nan")


def figures(found: list[Sample], how: Calibration) -> dict[str, dict[str, float]]:
    """For every group: how many, whole plates, provinces, vehicle classes by day, accepted, right among these."""
    said: list[tuple[Sample, Reading | None]] = [(one, reading(one.evidence, how) if one.evidence else None) for one in found]
    table = {}
    for name, belongs in GROUPS.items():
        group = [(one, read) for one, read in said if belongs(one)]
        if not group:
            continue
        accepted = [(one, read) for one, read in group if read and read.accepted]
        colour = [(one, read) for one, read in group if not one.how.night]
        table[name] = {
            "plates": len(group), "exact": ratio([one.right for one, _ in group]),
            "province": ratio([read is not None and read.province == one.plate.province for one, read in group]),
            "class": ratio([read is not None and read.vehicle_class == one.plate.vehicle_class for one, read in colour]),
            "accepted": len(accepted) / len(group), "accepted_right": ratio([one.right for one, _ in accepted]),
        }  # fmt: skip
    return table


def errors(found: list[Sample], how: Calibration) -> tuple[float, float]:
    """Calibration errors: of what is written, of the province."""
    read = [one for one in found if one.evidence is not None]
    sure = np.array([certainty(float(one.evidence.mass[0]), how) for one in read if one.evidence])
    shares = np.stack([province_shares(one.evidence.provinces, how) for one in read if one.evidence])
    named = shares.argmax(1) == np.array([one.name_index for one in read])
    return calibration_error(sure, np.array([one.right for one in read])), calibration_error(shares.max(1), named)


def confusions(found: list[Sample]) -> dict[str, float]:
    """Pair of characters → price, 0.2 to 0.95, from how often the one was thought to be the other.

    Counted softly: a text that was the second choice with a tenth of the evidence counts a tenth.
    """
    taken: dict[tuple[str, str], float] = defaultdict(float)
    seen: dict[str, float] = defaultdict(float)
    for one in found:
        if one.evidence is None:
            continue
        truth = one.plate.text
        for text, mass in zip(one.evidence.texts, one.evidence.mass, strict=True):
            if len(text) == len(truth):
                for a, b in zip(truth, text, strict=True):
                    seen[a] += float(mass)
                    if a != b:
                        taken[min(a, b), max(a, b)] += float(mass)
    prices = {}
    for (a, b), weight in taken.items():
        rate = weight / (seen[a] + seen[b] + 1)
        if rate > CHANCE:
            prices[a + b] = round(float(np.clip(0.95 - 0.25 * np.log10(rate / CHANCE), 0.2, 0.95)), 2)
    return dict(sorted(prices.items(), key=lambda item: item[1]))


def write_confusions(prices: dict[str, float], to: Path, model: str) -> None:
    lines = ",\n  ".join(
        ", ".join(f'"{pair}": {price}' for pair, price in list(prices.items())[k : k + 10]) for k in range(0, len(prices), 10)
    )
    to.write_text('{\n "measured_on": ' + json.dumps(model) + ',\n "costs": {\n  ' + lines + "\n }\n}\n", encoding="utf-8")

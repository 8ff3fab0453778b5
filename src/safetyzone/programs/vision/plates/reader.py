"""Reading a plate: several looks at one crop, texts that the grammar allows, and a certainty that can be trusted."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import NAMES, VehicleClass
from safetyzone.programs.vision.plates import weights as models
from safetyzone.programs.vision.plates.alphabet import NO_PROVINCE
from safetyzone.programs.vision.plates.colours import class_of
from safetyzone.programs.vision.plates.decoding import beam, best_path, is_plate, weights
from safetyzone.programs.vision.plates.evidence import Evidence
from safetyzone.programs.vision.plates.issued import as_issued
from safetyzone.programs.vision.plates.looks import SLOPES, looks, straightened
from safetyzone.programs.vision.plates.picture import Picture
from safetyzone.programs.vision.plates.reading import Reading, Sure, fields

MOST_TEXTS = 24
FIRST_LOOKS, SURELY = 3, 0.95
"""So many looks, if they agree so surely, are enough."""
ENOUGH = 0.9
"""A text that all looks together say so surely is looked for no further; below it the crop is also tried straightened."""
CLEARER = 0.05
"""What a straightened crop must be surer by than the crop as it is."""
Floats = npt.NDArray[np.float32]
Said = tuple[Floats, Floats, Floats]


class PlateReader:
    """The reading model. One per thread: a session of onnxruntime may be shared, its buffers cost little."""

    def __init__(self, *, threads: int = 1, calibration: models.Calibration | None = None) -> None:
        self._session = models.session(models.READER, threads)
        self.calibration = calibration or models.calibration()
        self.name = models.name_of(models.READER)

    def read(self, crop: Picture) -> Reading | None:
        """What the crop shows, or None: nothing on it can be a plate."""
        found = self.evidence(crop)
        return None if found is None else reading(as_issued(found), self.calibration)

    def run(self, pictures: Floats) -> Said:
        """The model itself: log-probabilities of the columns, logits of the province and of the layout."""
        said, province, layout = self._session.run(None, {"pictures": pictures})
        return said, province, layout

    def evidence(self, crop: Picture) -> Evidence | None:
        """All that the looks say, before anything is decided: of the crop as it is, and where they doubt, of the slope they doubt least."""
        pictures = looks(crop)
        said = self.run(pictures[:FIRST_LOOKS])
        if agreed(*said[:2]):
            return weighed(crop, *said)
        more = self.run(pictures[FIRST_LOOKS:])
        upright = weighed(crop, *(np.concatenate(parts) for parts in zip(said, more, strict=True)))
        best, least = upright, _sure(upright) + CLEARER
        for slope in SLOPES:
            if _sure(best) > ENOUGH:
                break
            other = weighed(crop, *self.run(looks(straightened(crop, slope))))
            if _sure(other) > least:
                best, least = other, _sure(other)
        return best


def _sure(found: Evidence | None) -> float:
    """How much of the looks' probability its best text has."""
    return float(as_issued(found).mass[0]) if found else -1.0


def weighed(crop: Picture, said: Floats, province: Floats, layout: Floats) -> Evidence | None:
    """The evidence of several looks at one crop; None where no text on it can be a plate."""
    texts = candidates(said)
    if not texts:
        return None
    each = weights(said, texts)
    joint = each.mean(0)
    order = np.argsort(-joint)
    names = province - np.log(np.exp(province - province.max(1, keepdims=True)).sum(1, keepdims=True)) - province.max(1, keepdims=True)
    three = float((1 / (1 + np.exp(layout[:, 0] - layout[:, 1]))).mean())
    chosen = tuple(texts[k] for k in order)
    found = Evidence(chosen, joint[order], np.exp(each).mean(0)[order], names.mean(0).astype(np.float64), three, VehicleClass.CAR)
    return replace(found, vehicle_class=class_of(as_issued(found).texts[0], crop, three_lines=three > 0.5))  # noqa: PLR2004


def agreed(said: Floats, province: Floats) -> bool:
    """Whether the looks say one plate and one province, and each surely: then more looks would say it too."""
    texts = {best_path(look) for look in said}
    if len(texts) > 1 or not is_plate(min(texts)) or len(set(province.argmax(1))) > 1:
        return False
    return bool(np.exp(weights(said, list(texts))).min() > SURELY)


def candidates(said: Floats) -> list[str]:
    """Texts worth weighing: what each look says by itself, and the beam of those looks that differ or doubt."""
    greedy = [best_path(look) for look in said]
    texts = dict.fromkeys(text for text in greedy if is_plate(text))
    doubts = np.argsort([float(look.max(1).sum()) for look in said])
    beamed = (
        {0, int(doubts[-1])} if len(set(greedy)) == 1 and texts else {0, int(doubts[-1]), int(doubts[0]), int(doubts[len(doubts) // 2])}
    )
    for look in beamed:
        texts |= dict.fromkeys(beam(said[look])[:8])
    return list(texts)[:MOST_TEXTS]


def _logit(p: float) -> float:
    held = min(max(p, 1e-6), 1 - 1e-6)
    return float(np.log(held / (1 - held)))


def certainty(mass: float, how: models.Calibration) -> float:
    """How often a text with so much of the evidence is right."""
    return float(1 / (1 + np.exp(-(how.slope * _logit(mass) + how.shift))))


def province_shares(logs: npt.NDArray[np.float64], how: models.Calibration) -> npt.NDArray[np.float64]:
    scaled = logs / how.province_temperature
    shares = np.exp(scaled - scaled.max())
    return np.asarray(shares / shares.sum(), np.float64)


def reading(found: Evidence, how: models.Calibration, *, frames: int = 1) -> Reading:
    """Evidence decided: the best text, and for each field the evidence of all texts that agree on it."""
    text = found.texts[0]
    series, number = fields(text)
    split = [fields(other) for other in found.texts]
    same_series = sum(m for m, (s, _) in zip(found.mass, split, strict=True) if s == series)
    same_number = sum(m for m, (_, n) in zip(found.mass, split, strict=True) if n == number)
    shares = province_shares(found.provinces, how)
    names = [(("" if k == NO_PROVINCE else NAMES[k]), float(shares[k])) for k in np.argsort(-shares)[:3]]
    sure = certainty(float(found.mass[0]), how)
    stands = names[0][1] >= how.accept_province
    return Reading(
        text, series, number, names[0][0], found.vehicle_class,
        Sure(sure, max(sure, certainty(float(same_series), how)), max(sure, certainty(float(same_number), how)), names[0][1]),
        sure >= how.accept, tuple((other, float(m)) for other, m in zip(found.texts[:6], found.mass, strict=False)),
        _characters(text, found), tuple(names), found.three_lines > 0.5, stands, frames,  # noqa: PLR2004
    )  # fmt: skip


def _characters(text: str, found: Evidence) -> tuple[tuple[tuple[str, float], ...], ...]:
    """For every place the characters that texts of the same length have there, by their evidence; three at most."""
    places: list[dict[str, float]] = [{} for _ in text]
    for other, mass in zip(found.texts, found.mass, strict=True):
        if len(other) == len(text):
            for place, character in zip(places, other, strict=True):
                place[character] = place.get(character, 0.0) + float(mass)
    return tuple(tuple(sorted(place.items(), key=lambda item: -item[1])[:3]) for place in places)

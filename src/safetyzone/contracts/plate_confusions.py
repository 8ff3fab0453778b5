"""What the plate reader takes for what: the price of one character in the place of another, for comparing a reading with a list.

The prices come from the reader's own mistakes on plates it was not trained on (``python -m training.plates --model reader``
writes the file); a pair that is not named costs 1, as any other difference does.
"""

import json
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

FULL = 1.0


@lru_cache(maxsize=1)
def costs() -> Mapping[tuple[str, str], float]:
    """(character, other) → price between 0 (always confused) and 1, in both orders; only pairs below 1."""
    said = json.loads(resources.files("safetyzone.contracts").joinpath("plate_confusions.json").read_text(encoding="utf-8"))
    pairs = {(pair[0], pair[1]): float(price) for pair, price in said["costs"].items()}
    return MappingProxyType(pairs | {(b, a): price for (a, b), price in pairs.items()})


def cost(one: str, other: str) -> float:
    """The price of reading one character for the other."""
    return 0.0 if one == other else costs().get((one, other), FULL)


def distance(one: str, other: str) -> float:
    """Weighted edit distance of two texts: substitutions at their price, a character too many or too few at 1.

    >>> distance("กข1234", "กข1234"), distance("กข1234", "กข123"), 0 < distance("ภข1234", "ถข1234") < 1
    (0.0, 1.0, True)
    """
    row = [float(k) for k in range(len(other) + 1)]
    for k, a in enumerate(one, 1):
        before, row = row, [float(k)]
        for m, b in enumerate(other, 1):
            row.append(min(before[m] + FULL, row[m - 1] + FULL, before[m - 1] + cost(a, b)))
    return row[-1]

"""What was seen of a plate, before anything is decided."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from safetyzone.contracts.plates import VehicleClass


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one crop says for every text it may show. Frames of a track are put together from these (``vote.py``)."""

    texts: tuple[str, ...]
    joint: npt.NDArray[np.float64]
    """log of each text's weight, the looks multiplied: what the best text is chosen by."""
    mass: npt.NDArray[np.float64]
    """Each text's probability, the looks averaged; what is missing to 1 stands for all other texts: what certainty is made of."""
    provinces: npt.NDArray[np.float64]
    """log-probabilities of the 78 names and of none, the looks averaged."""
    three_lines: float
    vehicle_class: VehicleClass

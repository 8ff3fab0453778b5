"""Day and night: what the sky gives, what lamps give, and how far away a thing loses its colour."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from safetyzone.simulation.cameras.scenes.layout import LAMP_M, Place
from safetyzone.simulation.cameras.scenes.scene import Floats

Colour = tuple[float, float, float]
"""Red, green, blue from 0 to 1; light may be brighter."""
LAMP_COLOURS: tuple[Colour, ...] = ((1.0, 0.72, 0.38), (1.0, 0.83, 0.6), (0.86, 0.93, 1.0))
"""Sodium, warm LED, white LED."""
REACH_M, BRIGHTEST = 36.0, 1.5


@dataclass(frozen=True)
class Light:
    """The light of a scene."""

    night: bool
    lamps: tuple[Place, ...]
    lamp: Colour

    @property
    def ambient(self) -> Colour:
        """From the whole sky."""
        return (0.19, 0.20, 0.27) if self.night else (0.78, 0.8, 0.84)

    @property
    def haze(self) -> Colour:
        """What far things fade into."""
        return (0.16, 0.14, 0.17) if self.night else (0.8, 0.83, 0.86)

    @property
    def clear_m(self) -> float:
        """Distance at which two thirds of a colour are lost."""
        return 150.0 if self.night else 260.0

    def on(self, x: Floats, y: Floats, z: Floats | float = 0.0) -> Floats:
        """The light at places, three colours in the last axis."""
        out = np.empty((*np.shape(x), 3), np.float32)
        out[:] = self.ambient
        if self.night and x.size:
            pool = np.zeros(np.shape(x), np.float32)
            low, high = (float(x.min()), float(y.min())), (float(x.max()), float(y.max()))
            for lamp_x, lamp_y in self.lamps:
                if low[0] - REACH_M < lamp_x < high[0] + REACH_M and low[1] - REACH_M < lamp_y < high[1] + REACH_M:
                    pool += _falls((x - lamp_x) ** 2 + (y - lamp_y) ** 2, z)
            out += np.minimum(pool, BRIGHTEST)[..., None] * np.asarray(self.lamp, np.float32)
        return out

    def at(self, x: float, y: float) -> Colour:
        """The light on somebody who stands there."""
        red, green, blue = self.ambient
        if not self.night:
            return red, green, blue
        pool = min(BRIGHTEST, sum(_falls((x - lamp_x) ** 2 + (y - lamp_y) ** 2, 1.0) for lamp_x, lamp_y in self.lamps))
        return red + pool * self.lamp[0], green + pool * self.lamp[1], blue + pool * self.lamp[2]


def _falls(flat: Any, up: Any) -> Any:
    """How much of a lamp's light arrives so far from its foot (squared) and so high."""
    away = flat + (up - LAMP_M) ** 2 * 0.6
    return 30.0 / (30.0 + away * 0.28) * (64.0 / (64.0 + away))


def chosen(number: Floats | int, salt: int) -> Floats:
    """A share from 0 to 1 for every number, the same every time."""
    mixed = (np.asarray(number).astype(np.uint64) + np.uint64(salt * 7919 + 13)) * np.uint64(2654435761) & np.uint64(0xFFFFFFFF)
    mixed = ((mixed >> np.uint64(15)) ^ mixed) * np.uint64(2246822519) & np.uint64(0xFFFFFFFF)
    return ((mixed >> np.uint64(13)) ^ mixed).astype(np.float32) % np.float32(65536) / np.float32(65536)


def sky(right: Floats, ahead: Floats, up: Floats, light: Light, azimuth: float, seed: int) -> Floats:
    """The sky of every ray, with the city's silhouette on the horizon: the same towers from every camera."""
    flat = np.hypot(right, ahead)
    rise = np.degrees(np.arctan2(np.broadcast_to(up, flat.shape), flat))
    share = np.clip(rise / 35.0, 0, 1)[..., None]
    low, high = ((0.30, 0.20, 0.20), (0.035, 0.045, 0.09)) if light.night else ((0.87, 0.89, 0.91), (0.45, 0.62, 0.84))
    out = (1 - share**0.6) * np.asarray(low, np.float32) + share**0.6 * np.asarray(high, np.float32)
    bearing = (np.degrees(np.arctan2(np.broadcast_to(right, flat.shape), ahead)) + math.degrees(azimuth)) % 360
    for layer, (broad, tallest) in enumerate(((3.1, 9.0), (4.7, 13.0))):
        tower = np.floor(bearing / broad)
        within = bearing / broad - tower
        top = (0.15 + 0.85 * chosen(tower, 3 + layer) ** 2) * tallest
        stands = (rise < top) & (within > 0.12 + 0.2 * chosen(tower, 9 + layer)) & (within < 0.95)
        far = np.asarray((0.63, 0.68, 0.74), np.float32) - 0.06 * layer
        out[stands] = (0.085, 0.08, 0.11) if light.night else far
        if light.night:
            window = np.floor(bearing * 3.6).astype(np.int64) * 517 + np.floor(rise * 3.2).astype(np.int64)
            lit = stands & (chosen(window, 21 + layer + seed % 7) < 0.2)
            out[lit] = np.asarray((0.62, 0.52, 0.34), np.float32) * (0.4 + 0.6 * chosen(window[lit], 5)[:, None])
    return np.asarray(out, np.float32)

"""All cameras asked about one place, compiled: how far, from where, and everything that keeps each from seeing it."""

import math

import numpy as np

from safetyzone.senses.cameras.coverage.compiled import Bools, Floats, Ints, compiled
from safetyzone.senses.cameras.coverage.rays import CLEAR, hidden_by
from safetyzone.senses.cameras.coverage.scene import CROWN, WALL, Scene, crowns_around

NOT_WORKING, TOO_FAR, OUT_OF_SECTOR, UNDER_THE_CAMERA, ABOVE_THE_PICTURE, TOO_DARK = 1, 2, 4, 8, 16, 32
BEHIND_BUILDING, BEHIND_WALL, BEHIND_TREE = 64, 128, 256
FAR_AWAY = 512
"""So far that nobody asked what stands between."""


@compiled
def looked_at(
    scene: Scene, cameras: Floats, working: Bools, x: float, y: float, target: float, density: float, dark: bool, asked_within: float
) -> tuple[Floats, Ints]:  # fmt: skip
    """Rows (distance, px/m, bearing from the place to the camera) and the bits above of each camera (rows as in ``seen``)."""
    found, bits = np.empty((len(cameras), 3)), np.zeros(len(cameras), np.int64)
    depth = np.zeros(max(1, scene.bands), np.int64)
    for c in range(len(cameras)):
        cx, cy, height, azimuth, half, near, far, focal, night_range = cameras[c]
        dx, dy = x - cx, y - cy
        away = math.hypot(dx, dy)
        slant = max(math.hypot(away, height - target), 1e-6)
        found[c, 0], found[c, 1], found[c, 2] = away, focal / slant, (math.degrees(math.atan2(-dx, -dy))) % 360.0
        if away > max(asked_within, focal / density):
            bits[c] = FAR_AWAY | TOO_FAR
            continue
        off = abs((math.degrees(math.atan2(dx, dy)) - azimuth + 180.0) % 360.0 - 180.0)
        bits[c] = NOT_WORKING * (not working[c]) + TOO_FAR * (focal / slant < density) + OUT_OF_SECTOR * (off > half and away > 0)
        bits[c] += UNDER_THE_CAMERA * (away < near) + TOO_DARK * (dark and slant > night_range)
        bits[c] += ABOVE_THE_PICTURE * (away > far and focal / slant >= density)  # far is where either ends, and too far is said
        edge = hidden_by(scene, cx, cy, height, x, y, target, crowns_around(scene, cx, cy), depth)
        if edge >= 0:
            kind = scene.kind[scene.edge_owner[edge]]
            bits[c] += BEHIND_TREE if kind == CROWN else BEHIND_WALL if kind == WALL else BEHIND_BUILDING
        elif edge != CLEAR:
            bits[c] += BEHIND_TREE
    return found, bits

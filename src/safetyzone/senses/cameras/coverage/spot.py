"""Who sees this spot, now; and why the others near it do not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from safetyzone.senses.cameras import optics
from safetyzone.senses.cameras.coverage import looking
from safetyzone.senses.cameras.coverage.compiled import Floats, Ints
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.pose import FACE_M, Pose
from safetyzone.senses.cameras.coverage.seen import rows_of

WHY: dict[str, tuple[int, str, str]] = {
    "not_working": (looking.NOT_WORKING, "กล้องไม่ทำงาน", "not working"),
    "behind_building": (looking.BEHIND_BUILDING, "อาคารบัง", "hidden by a building"),
    "behind_wall": (looking.BEHIND_WALL, "กำแพงบัง", "hidden by a wall"),
    "behind_tree": (looking.BEHIND_TREE, "ต้นไม้บัง", "hidden by a tree"),
    "too_far": (looking.TOO_FAR, "ไกลเกินไป", "too far away"),
    "out_of_sector": (looking.OUT_OF_SECTOR, "หันไปทางอื่น", "looks another way"),
    "under_the_camera": (looking.UNDER_THE_CAMERA, "อยู่ใต้กล้อง", "below the picture"),
    "above_the_picture": (looking.ABOVE_THE_PICTURE, "อยู่เหนือขอบภาพ", "above the picture"),
    "too_dark": (looking.TOO_DARK, "มืดเกินไป", "too dark"),
}
"""Code → bit, Thai, English; the order is the order of telling."""
GOOD_ENOUGH_PX_M = 250.0
"""More pixels than one needs to know a face make no camera better than another."""
SPREAD_DEG = 90.0
"""Two views at a right angle show all that a second one can."""
LAMP_WITHIN_M = 15.0
"""A spot is lit if a lit street is so near."""


@dataclass(frozen=True, slots=True)
class Watcher:
    """One camera and one spot. It sees the spot if ``why`` is empty; else ``why`` holds keys of ``WHY``, the weightiest first."""

    index: int
    """Of the pose."""
    px_m: float
    band: int
    """EN 62676-4:2014, 1 monitor to 6 inspect; 0 below."""
    distance_m: float
    """On the ground."""
    angle_deg: float
    """Bearing from the spot to the camera: which side it is seen from."""
    why: tuple[str, ...] = ()

    @property
    def sees(self) -> bool:
        return not self.why

    def say(self, language: str, edition: optics.Edition = optics.Edition.Y2014) -> str:
        """One line for a person: distance, pixels and class, or why it does not see."""
        thai = language.startswith("th")
        if self.why:
            reasons = ", ".join(th if thai else en for _, th, en in (WHY[code] for code in self.why))
            return f"{self.distance_m:.0f} ม. · {reasons}" if thai else f"{self.distance_m:.0f} m · {reasons}"
        best = optics.class_of(self.px_m, edition)
        name = (best.th if thai else best.en) if best else "–"
        metres = f"{self.distance_m:.0f} ม." if thai else f"{self.distance_m:.0f} m"
        return f"{metres} · {self.px_m:.0f} px/m · {name}"


class Watchers:
    """All cameras of a station, to be asked about spots. ``working``: those that do now (all, if left out)."""

    def __init__(self, ground: Ground, poses: Sequence[Pose], working: Iterable[bool] | None = None, density_px_m: float = 12.5) -> None:
        self.ground, self.density = ground, float(density_px_m)
        self.poses = tuple(poses)
        self.working = np.ones(len(self.poses), np.bool_) if working is None else np.array(list(working), np.bool_)
        self._rows = {FACE_M: rows_of(self.poses, self.density, FACE_M)}

    def of(
        self, x: float, y: float, target_m: float = FACE_M, at_night: bool = False, *, most: int = 9, blind: int = 9,
        asked_within_m: float = 150.0,
    ) -> list[Watcher]:  # fmt: skip
        """Those that see the spot (metres on the ground), best and most different sides first, at most ``most``; then at most
        ``blind`` of those within ``asked_within_m`` that do not, the nearest first, each with all its reasons."""
        rows = self._rows.get(target_m)
        rows = self._rows.setdefault(target_m, rows_of(self.poses, self.density, target_m)) if rows is None else rows
        dark = at_night and not self._is_lit(x, y)
        found, bits = looking.looked_at(
            self.ground.scene, rows, self.working, float(x), float(y), float(target_m), self.density, dark, float(asked_within_m)
        )
        sees = np.flatnonzero(bits == 0)
        others = np.flatnonzero((bits != 0) & (bits & looking.FAR_AWAY == 0) & (found[:, 0] <= asked_within_m))
        others = others[np.argsort(found[others, 0], kind="stable")][:blind]
        chosen = _diverse(sees, found, most)
        return [_watcher(int(each), found[each], int(bits[each])) for each in (*chosen, *others)]

    def _is_lit(self, x: float, y: float) -> bool:
        points = self.ground.points
        near = (points.x - x) ** 2 + (points.y - y) ** 2 <= LAMP_WITHIN_M**2
        return bool((near & points.lit).any())


def _diverse(sees: Ints, found: Floats, most: int) -> list[int]:
    """Each next one is the best picture, counted the less the nearer its side is to one already chosen."""
    quality = np.minimum(found[sees, 1], GOOD_ENOUGH_PX_M) / GOOD_ENOUGH_PX_M - found[sees, 0] * 1e-6
    bearing, worth, chosen = found[sees, 2], quality.copy(), list[int]()
    while len(chosen) < min(most, len(sees)):
        best = int(np.argmax(worth))
        chosen.append(int(sees[best]))
        apart = np.abs((bearing - bearing[best] + 180) % 360 - 180)
        worth = np.minimum(worth, quality * (0.25 + 0.75 * np.minimum(apart, SPREAD_DEG) / SPREAD_DEG))
        worth[best] = -np.inf
    return chosen


def _watcher(index: int, found: Floats, bits: int) -> Watcher:
    distance, px_m, bearing = found.tolist()
    best = optics.class_of(px_m)
    why = tuple(code for code, (bit, _, _) in WHY.items() if bits & bit)
    return Watcher(index, px_m, best.band if best else 0, distance, bearing, why)

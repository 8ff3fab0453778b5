"""``python -m safetyzone.senses.cameras.coverage.compile``: compile every loop once, so that nobody waits for it later.

Run when it is installed and after a loop was changed. Compiled code is kept beside the source (or in numba's own cache folder where
that is read-only) and is made anew for another processor.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from safetyzone.senses.cameras.coverage import sweep, zone
from safetyzone.senses.cameras.coverage.compiled import forget
from safetyzone.senses.cameras.coverage.ground import Ground
from safetyzone.senses.cameras.coverage.pose import Pose
from safetyzone.senses.cameras.coverage.seen import aimed, seen, sights
from safetyzone.senses.cameras.coverage.spot import Watchers

_SQUARE = [(100.5401, 13.7401), (100.5403, 13.7401), (100.5403, 13.7403), (100.5401, 13.7403)]


def compile_all() -> dict[str, float]:
    """Call everything once on a ground of one house, one wall, one crown and one street. Returns seconds by step."""
    took: dict[str, float] = {}

    def timed(name: str, work: Callable[[], Any]) -> Any:
        began = time.perf_counter()
        answer = work()
        took[name] = time.perf_counter() - began
        return answer

    ground: Ground = timed("ground", lambda: Ground.from_shapes(
        [(_SQUARE, 9.6)], [(_SQUARE, 3.0, 8.0)], [([(100.5390, 13.7400), (100.5410, 13.7400)], True, "")], (100.54, 13.74),
        walls=[([(100.5395, 13.7400), (100.5395, 13.7405)], 2.0)],
    ))  # fmt: skip
    poses = [timed("place", lambda: ground.hang(Pose(0.0, 0.0, 6.0, 0.0, 10.0, 90.0, 60.0, 2560, 30.0)))]
    polygon = timed("sweep", lambda: sweep.polygon(ground, 0.0, 0.0, 60.0, 6.0))
    timed("sector", lambda: sweep.sector(polygon, 90.0, 90.0, 2.0, 60.0))
    timed("sectors", lambda: sweep.sectors(sweep.polygons(ground, [0.0], [0.0], [60.0], [6.0]), *np.array([[0.0], [90.0], [0.0], [60.0]])))
    timed("outline", lambda: sweep.outline(ground, poses[0], 25.0))
    matrix = timed("seen", lambda: seen(ground, poses, 25.0))
    timed("aimed", lambda: aimed(ground, sights(ground, poses, 25.0), poses, 25.0, night=True))
    timed("shares", lambda: zone.figures(ground, matrix, np.ones(len(ground.points), np.bool_), seen_by_night=matrix))
    timed("spot", lambda: Watchers(ground, poses).of(10.0, 5.0, at_night=True))
    return took


def main() -> int:
    """Compile anew and say how long it took; ``--keep`` only fills what is missing."""
    if "--keep" not in sys.argv[1:]:
        forget()
    took = compile_all()
    print(f"coverage compiled in {sum(took.values()):.1f} s (" + ", ".join(f"{name} {s:.1f}" for name, s in took.items()) + ")")
    return 0


if __name__ == "__main__":
    sys.exit(main())

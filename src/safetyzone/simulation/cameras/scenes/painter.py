"""Draws scenes in a process of its own: ``python -m safetyzone.simulation.cameras.scenes.painter SCENES FOLDER quick|fine|film``.

A camera's code on its input asks for it; the same line comes back when the clip lies in the folder. It ends with its input, that is, with
whoever asked. Fine clips are drawn at the lowest priority: they take some seconds, and nobody waits for them. Films of passing plates come
soon, and still behind whatever a person waits for.
"""

import contextlib
import hashlib
import os
import sys
from pathlib import Path

from safetyzone.simulation.cameras.scenes.painting import paint
from safetyzone.simulation.cameras.scenes.scene import Scene, Scenes

LOOKS = 3
"""Counts changes of how scenes are drawn: clips of an older one are drawn anew."""
LEAVES_PX = 150.0
"""Width of a plate where its vehicle leaves the picture: one that fills it is taken for a change of the light by whoever watches for
motion, and the empty street behind it for a movement that does not end."""
NICE = {"quick": 0, "film": 5, "fine": 19}
"""How each gives way: the last has time."""


def file_of(scene: Scene, folder: Path, *, fine: bool) -> Path:
    """Where the clip of a scene lies: another scene, another file."""
    mark = hashlib.sha256(f"{LOOKS}{scene.model_dump_json()}".encode()).hexdigest()[:12]
    return folder / f"{scene.code}-{mark}{'' if fine else '-quick'}.mp4"


def main() -> None:
    """Draw until the input ends."""
    given, folder, how = Scenes.model_validate_json(Path(sys.argv[1]).read_text("utf-8")), Path(sys.argv[2]), sys.argv[3]
    os.nice(NICE[how])
    fine = how != "quick"
    scenes = {scene.code: scene for scene in given.scenes}
    for line in sys.stdin:
        scene = scenes[line.strip()]
        file = file_of(scene, folder, fine=fine)
        if not file.exists() and scene.passing:
            film_of(scene, file)
        elif not file.exists():
            paint(scene, file, fine=fine, font=given.font)
        print(scene.code, flush=True)


def film_of(scene: Scene, file: Path) -> Path:
    """The film of the vehicles that pass. Raises ``NoThaiFont`` and ``BadPlate``."""
    from safetyzone.contracts.plates import Plate, VehicleClass
    from safetyzone.simulation.plates.passing import Passing, film  # a painter of streets needs no OpenCV

    vehicles = [
        Passing(Plate(one.series, one.number, one.province, VehicleClass(one.vehicle_class)), one.at_s, one.lane, LEAVES_PX)
        for one in scene.passing
    ]
    return film(file, vehicles, seconds=scene.passing_s, seed=scene.seed, night=scene.night)


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError, KeyboardInterrupt):  # whoever asked is gone
        main()

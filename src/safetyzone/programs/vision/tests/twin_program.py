"""``python -m safetyzone.programs.vision.tests.twin_program [NUMBER]``: the program as it is, with twins in the place of its nets."""

import sys
import threading

from safetyzone.programs.vision import main as program
from safetyzone.programs.vision.camera_worker import Eyes
from safetyzone.programs.vision.tests.street import TwinFinder, TwinReader


def eyes() -> Eyes:
    return Eyes(TwinFinder(), TwinReader(), None, turn=threading.Semaphore(2))


if __name__ == "__main__":
    program.main(int(sys.argv[1]) if len(sys.argv) > 1 else 0, eyes)

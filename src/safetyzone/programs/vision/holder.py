"""All cameras that one vision program holds: begun, told and let go as the web says, and by themselves when it says nothing."""

from collections.abc import Callable

from safetyzone.contracts.vision import Work
from safetyzone.programs.vision.camera_worker import CameraWorker

ENDS_WITHIN_S = 0.2


class Holder:
    """``make`` begins a worker for a camera; from there on it is told what the web says."""

    def __init__(self, make: Callable[[Work], CameraWorker]) -> None:
        self._make = make
        self.workers: dict[str, CameraWorker] = {}

    @property
    def held(self) -> tuple[str, ...]:
        """The cameras that are read now, in order."""
        return tuple(sorted(self.workers))

    def give(self, work: tuple[Work, ...]) -> None:
        """What the web said: a camera that is not named, or at which nothing is to be looked for, is let go at once."""
        named = {one.camera: one for one in work if one.plates or one.faces}
        for camera in [camera for camera in self.workers if camera not in named]:
            self.workers.pop(camera).stop()
        for camera, one in named.items():
            worker = self.workers.get(camera)
            if worker is not None and (not worker.alive or _place(worker.work) != _place(one)):
                self.workers.pop(camera).stop()
                worker = None
            if worker is not None:
                worker.give(one)
            else:
                self.begin(one)

    def begin(self, one: Work) -> None:
        """One camera more, if there is anything to look for."""
        begun = self._make(one)
        if begun.has_work:
            self.workers[one.camera] = begun
            begun.start()

    def tick(self) -> None:
        """Twice a second, whether or not the web answers."""
        for worker in self.workers.values():
            worker.tick()
        for camera in [camera for camera, worker in self.workers.items() if not worker.alive]:
            self.workers.pop(camera).stop()

    def stop(self) -> None:
        """Let go of all."""
        leaving = list(self.workers.values())
        self.workers.clear()
        for worker in leaving:
            worker.stop()
        for worker in leaving:
            worker.join(ENDS_WITHIN_S)


def _place(work: Work) -> tuple[str, str]:
    """Where a camera is opened; what is sealed differs from answer to answer only when it was changed."""
    return work.address, work.credential

"""A camera tells how many faces it saw: once a minute, what is left when its stream ends, and nothing where it saw nobody."""

import threading
from typing import Any, cast

from safetyzone.contracts.vision import FacesSeen, Work
from safetyzone.programs.vision.camera_worker import COUNT_EVERY_MS, CameraWorker, Eyes

NOW = 1_800_000_000_000


class EachPictureOneMore:
    """A matcher that sees one new face in each picture."""

    active, _seen = True, 0

    def look(self, _picture: object, _at_ms: int) -> list[object]:
        self._seen += 1
        return []

    def take_seen(self) -> int:
        seen, self._seen = self._seen, 0
        return seen


def test_faces_seen_are_told_once_a_minute_and_the_rest_at_the_end_of_the_stream() -> None:
    told: list[Any] = []
    eyes = Eyes(None, None, None, turn=threading.Semaphore(1))
    worker = CameraWorker(Work(camera="C1", address="rtsp://camera", until_ms=NOW), eyes, cast("Any", None), told.append)
    worker.faces = cast("Any", EachPictureOneMore())
    for step in range(5):
        worker._faces(cast("Any", None), NOW + step * COUNT_EVERY_MS // 3)
    assert [(one.seen, one.at_ms) for one in told] == [(1, NOW), (3, NOW + COUNT_EVERY_MS)]
    worker._end_of_stream()
    worker._end_of_stream()
    assert [one.seen for one in told] == [1, 3, 1]
    assert all(isinstance(one, FacesSeen) and one.camera == "C1" for one in told)

"""One camera read: pictures in, readings out, for as long as there is work. Runs in a thread; many share the nets of a process.

Work carries its own end, counted on a clock that nobody sets: a program that the web no longer reaches stops by itself, and a wall clock
that is set back lengthens nothing.
"""

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from uuid import uuid4

import av
import structlog

from safetyzone.contracts.vision import FaceCandidate, FacesSeen, PlateReading, Work
from safetyzone.kernel.refusals import Refused
from safetyzone.programs.video.opening import Door
from safetyzone.programs.vision.faces.matcher import FaceMatcher, Nets
from safetyzone.programs.vision.pace import Pace
from safetyzone.programs.vision.passages import Box, CropReader, Passages, Picture, PlateFinder
from safetyzone.programs.vision.stream import JUMPED_MS, Counted, Lost, Seen, Watch, pictures

log = structlog.get_logger()

LOOK_EVERY_MS = 110
"""Pictures looked at for plates: nine a second, so that a car at 60 km/h is seen some five times on ten metres of street."""
FACE_EVERY_MS = 180
COUNT_EVERY_MS = 60_000
"""So often a camera says how many faces it saw."""
WAITS_S = (0.3, 0.5, 1.0, 2.0, 5.0, 10.0)
SETTLED_S = 5.0
LATE_MS = 8_000
"""What is older when its turn comes is left out: a wake-up looks back over two spans of key frames; more is too slow a machine."""
BUSY_MS, BUSY_EVERY_MS = 4_500, 330
"""A camera that is so late is looked at less often, until it has caught up."""

LISTENS_S = 1.0
"""So soon a camera that reads itself is opened for faces."""

Told = Callable[[PlateReading | FaceCandidate | FacesSeen], None]


@dataclass
class Eyes:
    """The nets of one process; a kind that is not installed is None. ``turn``: so many cameras compute at the same time."""

    finder: PlateFinder | None
    reader: CropReader | None
    faces: Nets | None
    vehicle_at: Callable[[Picture, Box], str] | None = None
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(1))


class CameraWorker:
    """One camera. ``tell`` gets what was read, in the thread of the camera; it may raise OSError, and then that reading is lost.

    Of a camera that ``reads_itself`` our nets read no plate, so that none is told twice, and its pictures are taken for faces alone.
    """

    def __init__(self, work: Work, eyes: Eyes, door: Door, tell: Told, *, reads_itself: bool = False) -> None:
        self.work, self.eyes, self.door, self.tell, self._reads_itself = work, eyes, door, tell, reads_itself
        self.faces = FaceMatcher(work.camera, eyes.faces) if eyes.faces else None
        self.counted = Counted()
        self.why = "opening"
        """opening, playing, listening, gone, refused, broken or stopped: for the program's account of itself."""
        self._passages: Passages | None = None
        self._pace = Pace()
        self._stop = threading.Event()
        self._looked_ms = self._faced_ms = self._counted_ms = 0
        self._plates_until_s = 0.0
        self._thread = threading.Thread(target=self._run, name=f"see-{work.camera}", daemon=True)
        self.give(work)

    def __repr__(self) -> str:
        return f"<CameraWorker {self.work.camera}>"

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def give(self, work: Work) -> None:
        """The web said again what may be looked for here. What is not named any more is let go in this call."""
        self.work = work
        now_ms = _now_ms()
        read = self._reads_itself or self.eyes.reader
        self._plates_until_s = steady_s() + (work.plates.until_ms - now_ms) / 1000 if work.plates and read else 0.0
        if self.faces:
            self.faces.give(work.faces, now_ms)

    def tick(self) -> None:
        """Twice a second: what has ended is let go, also while no picture comes."""
        if self.faces:
            self.faces.tick(_now_ms())
        if not self.has_work and not self._stop.is_set():
            self.stop()

    @property
    def has_work(self) -> bool:
        """Whether there is anything to look for now."""
        return self.wants_plates or (self.faces is not None and self.faces.active)

    @property
    def wants_plates(self) -> bool:
        """Whether plates may be read at this moment."""
        return steady_s() < self._plates_until_s

    @property
    def wants_pictures(self) -> bool:
        """Whether our own nets have anything to do here."""
        return (self.wants_plates and not self._reads_itself) or (self.faces is not None and self.faces.active)

    def stop(self) -> None:
        """Let go: templates at once, the connection within a moment."""
        self._plates_until_s = 0.0
        self._stop.set()
        if self.faces:
            self.faces.forget()

    def join(self, within_s: float) -> None:
        """Wait so long for its end."""
        self._thread.join(within_s)

    @property
    def alive(self) -> bool:
        """Whether its thread runs and is to go on."""
        return self._thread.is_alive() and not self._stop.is_set()

    def _run(self) -> None:
        losses = 0
        while not self._stop.is_set():
            if self._reads_itself and not self.wants_pictures:
                self.why = "listening"
                self._stop.wait(LISTENS_S)
                continue
            began = time.monotonic()
            try:
                for seen in pictures(self.door, self.work, self._stop, on_open=self._opened):
                    self._look(seen)
                    if self._reads_itself and not self.wants_pictures:
                        break
            except Refused:
                self.why = "refused"
            except (Lost, OSError, av.FFmpegError, ValueError) as wrong:  # the edge of one camera; FFmpeg's words may hold a password
                self.why = "gone"
                log.info("camera_lost", camera=self.work.camera, error=type(wrong).__name__)
            except Exception as wrong:  # whatever one camera does to us, the others are read
                self.why = "broken"
                log.exception("camera_broke_its_worker", camera=self.work.camera, error=type(wrong).__name__)
            self._end_of_stream()
            losses = 0 if time.monotonic() - began > SETTLED_S else losses + 1
            self._stop.wait(WAITS_S[min(max(0, losses - 1), len(WAITS_S) - 1)])
        self.why = "stopped"

    def _opened(self, watch: Watch) -> None:
        watch.counted, self.why = self.counted, "playing"
        self._looked_ms = self._faced_ms = 0

    def _end_of_stream(self) -> None:
        """A plate that was in view when the connection broke is told with what was seen of it."""
        if self._passages is not None:
            for reading in self._passages.tick(self._looked_ms + LATE_MS):
                self._say(reading)
            self._passages = None
        self._pace = Pace()
        self._say_seen()

    def _look(self, seen: Seen) -> None:
        if seen.at_ms < self._looked_ms - JUMPED_MS:  # the clock was set back: what was followed until now is told
            self._end_of_stream()
        late_ms = _now_ms() - seen.at_ms
        if late_ms > LATE_MS:
            self.counted.late += 1
            return
        every_ms = BUSY_EVERY_MS if late_ms > BUSY_MS else LOOK_EVERY_MS
        plates = self.wants_plates and not self._reads_itself and abs(seen.at_ms - self._looked_ms) >= every_ms
        faces = self.faces is not None and self.faces.active and bool(seen.moved) and abs(seen.at_ms - self._faced_ms) >= FACE_EVERY_MS
        if plates and not (self._passages and self._passages.busy):
            plates = bool(seen.moved) and self._pace.due(seen.moved, seen.at_ms)
        if plates or faces:
            picture = seen.bgr()
            with self.eyes.turn:
                if plates:
                    self._plates(picture, seen)
                if faces:
                    self._faces(picture, seen.at_ms)

    def _plates(self, picture: Picture, seen: Seen) -> None:
        self._looked_ms = seen.at_ms
        if self._passages is None and self.eyes.finder and self.eyes.reader:
            self._passages = Passages(self.work.camera, self.eyes.finder, self.eyes.reader, vehicle_at=self.eyes.vehicle_at)
        if self._passages is not None:
            self.counted.looked += 1
            for reading in self._passages.look(picture, seen.moved, seen.at_ms):
                self._say(reading)
            self._pace.looked(self._passages.searched, seen.at_ms, new=self._passages.busy)

    def _faces(self, picture: Picture, at_ms: int) -> None:
        self._faced_ms = at_ms
        if self.faces is not None:
            for candidate in self.faces.look(picture, at_ms):
                self._say(candidate)
        if abs(at_ms - self._counted_ms) >= COUNT_EVERY_MS:
            self._say_seen()

    def _say_seen(self) -> None:
        """How many faces there were. It names nobody, so it is also said of work that has ended."""
        self._counted_ms = self._faced_ms
        seen = self.faces.take_seen() if self.faces is not None else 0
        if seen:
            with suppress(OSError):
                self.tell(FacesSeen(id=uuid4(), camera=self.work.camera, at_ms=self._faced_ms, seen=seen))

    def _say(self, said: PlateReading | FaceCandidate) -> None:
        """Work may have ended while the nets computed: then it was never read."""
        wanted = self.wants_plates if isinstance(said, PlateReading) else self.faces is not None and self.faces.active
        if wanted:
            with suppress(OSError):
                self.tell(said)


def steady_s() -> float:
    """A clock that nobody sets, and that goes on while the machine sleeps."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


def _now_ms() -> int:
    return time.time_ns() // 1_000_000

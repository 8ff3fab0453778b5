"""The media time of a picture is the wall clock of its arrival, smoothed by the camera's own clock. Pure."""

from dataclasses import dataclass

from safetyzone.contracts.video import EPOCH_S

TICKS = 90_000
"""Media ticks a second; that of RTP for video (RFC 6184, section 8.2.1)."""
MOST_APART_S = 0.5
"""A camera's clock that runs away from ours by more is set again, at a key frame."""
LONGEST_STEP_S = 10.0
"""A camera's clock that leaps further than this between two frames has been set, or is broken."""
SHORTEST_STEP = TICKS // 240


@dataclass
class Timeline:
    """One connection to one camera. Camera times are its decoding times in seconds; ours are UTC seconds; ticks count from ``EPOCH_S``."""

    offset_s: float | None = None
    camera_s: float = 0.0
    last: int = -(2**62)

    def at(self, camera_s: float | None, *, key: bool, now_s: float) -> int:
        """The tick of a frame that arrived now; always later than that of the frame before it."""
        if camera_s is None:
            camera_s = now_s - self.offset_s if self.offset_s is not None else now_s
        leapt = not 0 <= camera_s - self.camera_s <= LONGEST_STEP_S
        apart = self.offset_s is None or abs(camera_s + self.offset_s - now_s) > MOST_APART_S
        if self.offset_s is None or leapt or (key and apart):
            self.offset_s = now_s - camera_s
        self.camera_s = camera_s
        self.last = max(round((camera_s + self.offset_s - EPOCH_S) * TICKS), self.last + SHORTEST_STEP)
        return self.last


def wall_ms(tick: int) -> int:
    """The tick as milliseconds of UTC."""
    return EPOCH_S * 1000 + tick * 1000 // TICKS


def tick_of(ms: int) -> int:
    """Milliseconds of UTC as a tick."""
    return (ms - EPOCH_S * 1000) * TICKS // 1000

"""What cameras tell."""

from dataclasses import dataclass
from datetime import datetime

from safetyzone.kernel.geometry import Point
from safetyzone.kernel.happenings import Happening


@dataclass(frozen=True, kw_only=True)
class CameraChanged(Happening):
    """Cameras of one station came, changed or went: where they stand, how they look or what they can do."""

    codes: tuple[str, ...]
    station: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class SharingChanged(Happening):
    """What may be opened of a camera changed: tier, distance, pause, withdrawal. Whoever shows its picture asks again."""

    code: str
    station: str
    tier: str
    paused: bool
    withdrawn: bool
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CameraSurveyed(Happening):
    """Somebody stood at a camera and measured how it looks; work that was ordered on it can now be compared with what is."""

    code: str
    station: str
    azimuth_deg: float | None
    tilt_deg: float | None
    condition: str
    """See ``survey_rules.Condition``."""
    place: Point
    """Where it hangs, as the register says now."""
    added_at: datetime
    """When it came into the register."""
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CameraFaultFound(Happening):
    """A camera is offline, moved, blurred, dark, masked, broken, gone or shows nothing: one ticket was opened, however often it flaps."""

    code: str
    station: str
    fault: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CameraFaultEnded(Happening):
    """What was wrong with a camera is so no more; its ticket is closed."""

    code: str
    station: str
    fault: str
    at: datetime

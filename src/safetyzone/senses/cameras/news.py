"""What cameras tell."""

from dataclasses import dataclass
from datetime import datetime

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

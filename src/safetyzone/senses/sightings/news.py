"""What the record of sightings tells."""

from dataclasses import dataclass
from datetime import datetime

from safetyzone.contracts.vision import PlateReading
from safetyzone.ground.officers.access import Who
from safetyzone.kernel.happenings import Happening


@dataclass(frozen=True, kw_only=True)
class PlatesRead(Happening):
    """Plates were read. Told in the transaction that keeps those that may be kept; of the rest nothing is known to anybody after it."""

    readings: tuple[PlateReading, ...]
    by: Who
    at: datetime

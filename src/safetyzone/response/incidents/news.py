"""What incidents tell."""

from dataclasses import dataclass
from datetime import datetime

from safetyzone.ground.officers.access import Who
from safetyzone.kernel.happenings import Happening


@dataclass(frozen=True, kw_only=True)
class IncidentEnded(Happening):
    """Nobody is needed there any more: it was resolved, or judged a false press or a test."""

    incident_id: int
    why: str
    by: Who
    at: datetime

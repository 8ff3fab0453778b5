"""What is an item of the review queue, how grave it is, and when it has been looked at. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """Three tabs: somebody needs us, something is not as it should be, something moved."""

    ALERT = "alert"
    DETECTION = "detection"
    ACTIVITY = "activity"


BEFORE_PRESS_MS = 30_000
"""An incident is watched from half a minute before the press on (the loop of the wall)."""
AFTER_PRESS_MS = 120_000
BEFORE_FAULT_MS = 10_000
AFTER_FAULT_MS = 20_000
OPENS_BEFORE_MS = 5_000
"""Playback opens a little before what is to be seen."""
ONE_ACTIVITY_WITHIN_MS = 20_000
"""People pass in groups: movements of one camera nearer to each other than this are one item."""
LONGEST_ACTIVITY_MS = 10 * 60_000
"""A street that never rests is cut into items that can be looked through."""
CALLS = frozenset({"sos", "officer_help", "reported"})


def severity_of_incident(kind: str) -> Severity:
    """A person called: alert. A device spoke of itself: detection."""
    return Severity.ALERT if kind in CALLS else Severity.DETECTION


@dataclass(frozen=True, slots=True)
class Moving:
    """Movement before a camera, milliseconds of UTC."""

    camera: str
    from_ms: int
    to_ms: int
    strength: float = 1.0


def continues(last: Moving | None, heard: Moving) -> bool:
    """Whether a movement belongs to the item before it."""
    return (
        last is not None
        and last.camera == heard.camera
        and -LONGEST_ACTIVITY_MS < heard.from_ms - last.to_ms <= ONE_ACTIVITY_WITHIN_MS
        and heard.to_ms - last.from_ms <= LONGEST_ACTIVITY_MS
    )


def together(last: Moving, heard: Moving) -> Moving:
    """Both as one."""
    return Moving(
        last.camera, min(last.from_ms, heard.from_ms), max(last.to_ms, heard.to_ms), max(last.strength, heard.strength)
    )


def is_reviewed(*, to_ms: int, seen_to_ms: int | None, grows: bool) -> bool:
    """Seen, and nothing has been added since."""
    return seen_to_ms is not None and (not grows or to_ms <= seen_to_ms)


def precision(verdicts: Iterable[str]) -> float | None:
    """Share of useful ones among those that somebody judged useful or false (row B16); "not ours" says nothing of the source."""
    judged = [verdict for verdict in verdicts if verdict in ("useful", "false")]
    return judged.count("useful") / len(judged) if judged else None

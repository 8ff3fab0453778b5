"""What a survey changes in the register, and what a person has to decide. Pure.

A phone measures for hours without a signal. Meanwhile somebody else may have changed the same camera, so the phone sends along what it
had seen, and each field is judged by itself (now: the register; seen: what the phone had seen; measured: what it found):

===========================  ==================  =========
now against measured         now against seen    verdict
===========================  ==================  =========
not measured                 any                 ``NOTHING``
alike                        any                 ``NOTHING``
differs                      alike               ``APPLY``
differs                      differs or unseen   ``CONFLICT``
===========================  ==================  =========

A register that has still the version which the phone saw has not changed at all: everything measured is applied.
"""

from dataclasses import dataclass
from enum import StrEnum

from safetyzone.kernel.geometry import Point

TURN, TILT, HEIGHT, PLACE = "azimuth_deg", "tilt_deg", "height_m", "place"
FIELDS = (TURN, TILT, HEIGHT, PLACE)

ALIKE_DEG = 0.5
"""Angles nearer than this are one: a phone's compass is good to some degrees at best, and the page sends whole ones."""
ALIKE_M = 0.05
"""Heights nearer than this are one."""
SAME_SPOT_M = 5.0
"""A place nearer than this is the same, however sure the phone is of itself."""
BEST_FIX_M = 25.0
"""A fix worse than this says where the person was, and not where the camera hangs: it is kept and changes nothing."""
FAR_M = 200.0
"""A camera does not walk: beyond this it is the wrong camera or the wrong place, and a person decides."""


class Condition(StrEnum):
    """How the camera was found."""

    GOOD = "good"
    DIRTY = "dirty"
    TURNED = "turned"
    BROKEN = "broken"
    GONE = "gone"


CONDITION_WORDS: dict[str, tuple[str, str]] = {
    Condition.GOOD: ("ปกติ", "good"), Condition.DIRTY: ("สกปรก", "dirty"), Condition.TURNED: ("หันผิดทิศ", "turned away"),
    Condition.BROKEN: ("ชำรุด", "broken"), Condition.GONE: ("ไม่พบกล้อง", "gone"),
}  # fmt: skip


class Verdict(StrEnum):
    """What becomes of one measured field."""

    NOTHING = "nothing"
    APPLY = "apply"
    CONFLICT = "conflict"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """How a camera hangs: as the register says, as a phone had seen it, or as it was measured. None: not known."""

    azimuth_deg: float | None = None
    tilt_deg: float | None = None
    height_m: float | None = None
    place: Point | None = None
    accuracy_m: float = 0.0
    """Of the place, radius in metres."""


def turned_deg(one: float, other: float) -> float:
    """The smaller angle between two bearings, 0 to 180: 359 and 1 are two degrees apart."""
    return abs((one - other + 180) % 360 - 180)


def bearing(deg: float) -> float:
    """A bearing from 0 to under 360, in tenths of a degree; 359.97 is north and not 360."""
    return round(deg % 360, 1) % 360


def measured_place(where: Point | None, accuracy_m: float | None) -> Point | None:
    """The place, if the fix is good enough to be one of the camera's."""
    return where if where is not None and accuracy_m is not None and accuracy_m <= BEST_FIX_M else None


def alike(field: str, one: Pose, other: Pose) -> bool:
    """Whether two poses say the same of a field, as well as it can be measured. What is not known is like nothing."""
    if field == PLACE:
        return (
            one.place is not None and other.place is not None
            and one.place.metres_to(other.place) <= max(SAME_SPOT_M, one.accuracy_m, other.accuracy_m)
        )  # fmt: skip
    a, b = getattr(one, field), getattr(other, field)
    if a is None or b is None:
        return False
    if field == TURN:
        return turned_deg(a, b) <= ALIKE_DEG
    return bool(abs(a - b) <= (ALIKE_M if field == HEIGHT else ALIKE_DEG))


def judge(field: str, *, now: Pose, seen: Pose, measured: Pose, unchanged: bool) -> Verdict:
    """The table above. ``unchanged``: the register has still the version that the phone saw."""
    if getattr(measured, field) is None or alike(field, now, measured):
        return Verdict.NOTHING
    if field == PLACE and _is_far(now, measured):
        return Verdict.CONFLICT
    return Verdict.APPLY if unchanged or alike(field, now, seen) else Verdict.CONFLICT


def verdicts(*, now: Pose, seen: Pose, measured: Pose, unchanged: bool) -> dict[str, Verdict]:
    """The verdict of every field."""
    return {field: judge(field, now=now, seen=seen, measured=measured, unchanged=unchanged) for field in FIELDS}


def _is_far(now: Pose, measured: Pose) -> bool:
    return now.place is not None and measured.place is not None and now.place.metres_to(measured.place) > FAR_M

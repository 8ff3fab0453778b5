"""When has a survey confirmed that the work was done as ordered? Pure."""

from dataclasses import dataclass

AZIMUTH_WITHIN_DEG = 5.0
"""A phone's compass is seldom better, and five degrees at 50 m move the picture by four metres."""
TILT_WITHIN_DEG = 3.0
SAME_SITE_M = 15.0
"""A camera that came into the register so near to where one was ordered is the one that was ordered: a phone's fix between houses."""
MENDED = "good"
"""The condition in which a survey must find a camera that was to be mended."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far what a survey found is from what was ordered; None where one of them says nothing."""

    azimuth_deg: float | None
    tilt_deg: float | None

    @property
    def confirms(self) -> bool:
        """As ordered: the direction was measured and is near, and the tilt is near if it was measured."""
        if self.azimuth_deg is None or abs(self.azimuth_deg) > AZIMUTH_WITHIN_DEG:
            return False
        return self.tilt_deg is None or abs(self.tilt_deg) <= TILT_WITHIN_DEG


def turned_by(from_deg: float, to_deg: float) -> float:
    """From one bearing to another the short way round, clockwise above 0: -180 < d <= 180."""
    turn = (to_deg - from_deg) % 360
    return turn - 360 if turn > 180 else turn  # noqa: PLR2004


def difference(
    *, ordered_azimuth: float | None, ordered_tilt: float | None, found_azimuth: float | None, found_tilt: float | None
) -> Difference:
    """What was found, less what was ordered."""
    azimuth = None if ordered_azimuth is None or found_azimuth is None else turned_by(ordered_azimuth, found_azimuth)
    tilt = None if ordered_tilt is None or found_tilt is None else found_tilt - ordered_tilt
    return Difference(azimuth, tilt)

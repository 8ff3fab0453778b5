"""Cameras and recorders that read plates themselves: what they say becomes the same readings, with its source said.

Their certainty is their own and no card says how often it is right: a reading is accepted only from ``ACCEPTED`` on. What cannot be
understood is refused by a name that tells why, and repeats nothing of it. A reading counts only while the camera has work, as ours do.
"""

from typing import Literal
from uuid import UUID, uuid5

from safetyzone.contracts.plates import BadPlate, parse
from safetyzone.contracts.vision import LATEST_MS, Box, FieldsSure, PlateReading, PlateSaid

OURS = UUID("b64c3c55-8a5e-4d62-9f5e-5b1f7f1f2a10")
ACCEPTED = 0.9
MOST_BYTES = 262_144
DAY_MS = 86_400_000
NAMELESS = "minute-"
"""Begins the track of an object that its camera gave no number: all such of one minute share one."""
EARLIEST_MS = 1_577_836_800_000
"""2020: a time before it, or after ``LATEST_MS``, is a clock that was never set."""


class BadMessage(ValueError):
    """A message that becomes no reading. ``name`` says why: too_large, not_json, not_xml, wrong_shape, unknown_camera, no_plate, not_thai,
    bad_time."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


def reading(
    source: Literal["onvif", "frigate"], camera: str, text: str, *, sure: float, at_ms: int, track: str, first_ms: int = 0,
    box: Box = (0, 0, 0, 0), vehicle: str = "", province: str = "",
) -> PlateReading:  # fmt: skip
    """What a device read. The same plate of the same track has the same id on one day, however often the device says it: devices count
    their tracks from one again when they start. Raises BadMessage."""
    if not EARLIEST_MS <= at_ms <= LATEST_MS:
        raise BadMessage("bad_time")
    try:
        plate = parse(text)
    except BadPlate as wrong:
        raise BadMessage("not_thai") from wrong
    try:
        place = parse(text, province=province).province if province else ""
    except BadPlate:
        place = ""
    share = min(1.0, max(0.0, sure))
    return PlateReading(
        id=uuid5(OURS, f"{source}/{camera}/{track}/{plate.text}/{at_ms // DAY_MS}"), camera=camera, source=source, model=source,
        at_ms=at_ms, first_ms=min(first_ms or at_ms, at_ms), last_ms=at_ms, track=track[:80],
        plate=PlateSaid(series=plate.series, number=plate.number, province=place, vehicle_class=plate.vehicle_class.value),
        sure=share, accepted=share >= ACCEPTED, fields=FieldsSure(series=share, number=share, province=share if place else 0.0),
        frames=1, box=box, vehicle=vehicle,
    )  # fmt: skip

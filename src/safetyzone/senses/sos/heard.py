"""A press on its way in: what was said, and what is already known against it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from safetyzone.contracts.press import PhonePress, PolePress
from safetyzone.kernel.geometry import Point
from safetyzone.senses.sos.rules import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """One press as it arrived. ``said`` is kept for the signature; ``words`` are a citizen's and never printed."""

    source: str
    device: str
    press_id: UUID
    pressed_at: datetime
    hold_ms: int
    where: Point | None = None
    accuracy_m: float | None = None
    words: str = ""
    seq: int | None = None
    said: PolePress | None = None
    reasons: tuple[Reason, ...] = ()

    def __repr__(self) -> str:
        return f"<Heard {self.source} {self.press_id}>"

    @property
    def key(self) -> tuple[str, str, UUID]:
        """What makes it one press and no other."""
        return (self.source, self.device, self.press_id)


def from_pole(press: PolePress, *, topic_pole: str) -> Heard:
    """A pole's press; the pole is the one whose topic it came by, whatever the message claims."""
    where = press.position
    return Heard(
        source="pole",
        device=topic_pole,
        press_id=press.press_id,
        pressed_at=press.pressed_at,
        hold_ms=press.hold_ms,
        where=Point(where.lon, where.lat) if where else None,
        accuracy_m=where.accuracy_m if where else None,
        seq=press.seq,
        said=press,
        reasons=() if press.pole == topic_pole else (Reason.WRONG_POLE,),
    )


def from_phone(press: PhonePress) -> Heard:
    """A press of the SOS page."""
    where = press.position
    return Heard(
        source="phone",
        device=str(press.phone),
        press_id=press.press_id,
        pressed_at=press.pressed_at,
        hold_ms=press.hold_ms,
        where=Point(where.lon, where.lat) if where else None,
        accuracy_m=where.accuracy_m if where else None,
        words=press.words,
    )

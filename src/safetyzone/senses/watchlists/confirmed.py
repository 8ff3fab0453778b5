"""The only thing that may become an alert: a hit that people confirmed. ``judge`` makes it, and nobody else can."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

_BY_JUDGING = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedHit:
    """A hit that was confirmed by as many people as its kind needs. Made by ``confirmed``, which ``judge`` alone calls."""

    hit: int
    alert: UUID
    kind: str
    purpose: str
    station: str
    camera: str
    read_at: datetime
    officers: tuple[str, ...]
    made: object = field(repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.made is not _BY_JUDGING:
            raise TypeError("a hit is confirmed by judging it, and in no other way")


def confirmed(
    *, hit: int, alert: UUID, kind: str, purpose: str, station: str, camera: str, read_at: datetime, officers: tuple[str, ...]
) -> ConfirmedHit:
    """For ``judge``, after the last answer that was needed."""
    return ConfirmedHit(
        hit=hit, alert=alert, kind=kind, purpose=purpose, station=station, camera=camera, read_at=read_at, officers=officers,
        made=_BY_JUDGING,
    )  # fmt: skip

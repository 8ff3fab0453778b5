"""The one place that may ask the machine what time it is. Everything else receives ``at``: aware, UTC."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    def now(self) -> datetime: ...


class MachineClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


@dataclass
class HandClock:
    """A clock whose hands the test moves."""

    at: datetime

    def now(self) -> datetime:
        return self.at

    def forward(self, **how_long: float) -> datetime:
        """Move the hands; takes the keywords of timedelta."""
        self.at += timedelta(**how_long)
        return self.at


_clock: Clock = MachineClock()


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _clock.now()


def use(clock: Clock) -> Clock:
    """Put another clock in place and return the one that was there, so that a test can put it back."""
    global _clock
    before, _clock = _clock, clock
    return before

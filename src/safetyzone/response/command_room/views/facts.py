"""What a station's queue and strip are made of, read once for all the consoles that ask because of one change.

Ten consoles hear of a change within a millisecond and ask the same. Whoever is first reads; the others are given what he read,
if it can be shown to be no older than what they have heard:

- A console says which notes it asks for. If this process's hub has not heard each of them, the console is read for anew.
- What was read is given away only while the hub has heard nothing since *before* the reading began. So every note that a console
  can name was heard before the reading, and its transaction was committed before it was told (PostgreSQL sends a note after the
  commit): the reading saw it. Counting notes, not comparing their numbers, because numbers become visible out of order.
- Some things change by time alone (a claim grows stale, an officer is overdue): nothing is given away after a second.

Whoever asks for another reason (his own deed, a page, a poll) names no note and is read for anew. Rights are no part of it: who
may not see the room does not come this far, and everybody who may sees the same.
"""

import threading
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

from safetyzone.response.command_room.hub import Hub, hub_that_hears
from safetyzone.response.command_room.queries import ClaimView
from safetyzone.response.dispatch.queries import Alarm
from safetyzone.response.incidents.queries import IncidentView, Offer

KEPT_FOR_S = 1.0


class Facts(NamedTuple):
    """The same for everybody who may see the room. Nobody writes into it."""

    rows: list[IncidentView]
    held: dict[int, ClaimView]
    offers: list[Offer]
    alarms: list[Alarm]


class _Read(NamedTuple):
    facts: Facts
    notes: int
    began_s: float


class Shared:
    """The latest facts of each station, and one reader at a time."""

    def __init__(self, hub: Callable[[], Hub | None] = hub_that_hears, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._hub, self._monotonic = hub, monotonic
        self._read: dict[str, _Read] = {}
        self._one_at_a_time = threading.Lock()

    def facts(self, station: str, *, heard: Sequence[int], read: Callable[[], Facts]) -> Facts:
        """The facts, read now or by another console's request for the same notes. Ask first whether she may see the room."""
        hub = self._hub()
        if hub is None or not heard or not hub.has_heard(heard):
            return read()
        with self._one_at_a_time:
            kept = self._read.get(station)
            now = self._monotonic()
            if kept is not None and kept.notes == hub.notes and now - kept.began_s < KEPT_FOR_S:
                return kept.facts
            notes = hub.notes  # before reading: what is heard meanwhile makes it too old for the next
            facts = read()
            self._read[station] = _Read(facts, notes, now)
            return facts


SHARED = Shared()

"""The index: rows of a day in two sorted orders, what came last unsorted, distinct plates as packed numbers.

A row is a vehicle (the row's number in the record's table of distinct plates), a camera and a moment in milliseconds. Rows belong to the
day on which they must go; forgetting a day forgets a reference. One lock: appending and asking may come from several threads.
"""

import threading
from bisect import insort
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from safetyzone.senses.sightings.columns import search
from safetyzone.senses.sightings.columns.packing import FIELDS, SIGNS, pack, packed

TAIL_ROWS = 32_768
"""So many rows stand unsorted before they are sorted: a scan of them takes some 20 µs."""
MOST_SEGMENTS = 8
"""Of one day; then they become one."""
ALWAYS = (-(1 << 62), 1 << 62)
Longs = NDArray[np.int64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, slots=True)
class Rows:
    """Sightings in columns of one length."""

    plate: Ints
    camera: Ints
    at_ms: Longs

    def __len__(self) -> int:
        return len(self.at_ms)

    def take(self, order: NDArray[np.integer]) -> "Rows":
        """Some of them, in that order."""
        return Rows(self.plate[order], self.camera[order], self.at_ms[order])

    def part(self, start: int, end: int) -> "Rows":
        """From one row to before another, without a copy."""
        return Rows(self.plate[start:end], self.camera[start:end], self.at_ms[start:end])


NO_ROWS = Rows(np.empty(0, np.int32), np.empty(0, np.int32), np.empty(0, np.int64))


@dataclass(frozen=True, slots=True)
class Companion:
    """A vehicle that passed the same cameras at the same time; at how many."""

    plate: int
    cameras: int


def together(parts: Iterable[Rows]) -> Rows:
    """One after the other."""
    all_parts = [part for part in parts if len(part)]
    if not all_parts:
        return NO_ROWS
    return Rows(*(np.concatenate([getattr(part, name) for part in all_parts]) for name in ("plate", "camera", "at_ms")))


class _Segment:
    """Rows that change no more, sorted by vehicle and by camera."""

    def __init__(self, rows: Rows) -> None:
        self.by_plate = rows.take(np.lexsort((rows.at_ms, rows.plate)))
        self.by_camera = rows.take(np.lexsort((rows.at_ms, rows.camera)))
        self.first, self.last = (int(rows.at_ms.min()), int(rows.at_ms.max())) if len(rows) else (0, -1)

    def of_plate(self, plate: int, since: int, until: int) -> Rows:
        rows = self.by_plate
        start = search.first_not_before(rows.plate, rows.at_ms, plate, since)
        if start == len(rows) or rows.plate[start] != plate:  # almost every day of almost every vehicle
            return NO_ROWS
        return rows.part(start, search.first_not_before(rows.plate, rows.at_ms, plate, until))

    def of_camera(self, camera: int, since: int, until: int) -> Rows:
        rows = self.by_camera
        start = search.first_not_before(rows.camera, rows.at_ms, camera, since)
        return rows.part(start, search.first_not_before(rows.camera, rows.at_ms, camera, until))


@dataclass
class _Day:
    segments: list[_Segment] = field(default_factory=list)
    tail: list[Rows] = field(default_factory=list)
    waiting: int = 0

    def sorted(self) -> list[_Segment]:
        """All of its rows in segments; a tail of any length is sorted first."""
        if self.waiting:
            self.segments.append(_Segment(together(self.tail)))
            self.tail, self.waiting = [], 0
            if len(self.segments) > MOST_SEGMENTS:
                self.settle()
        return self.segments

    def settle(self) -> None:
        """All in one segment: a day to which little more will come is asked faster."""
        if len(self.sorted()) > 1:
            self.segments = [_Segment(together(one.by_plate for one in self.segments))]


class Sightings:
    """Ask by vehicle, by camera, by a plate that is nearly right, and for those that go along."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._days: dict[int, _Day] = {}
        self._order: list[int] = []
        self._last = 0
        self._keys, self._numbers = np.empty(0, np.int64), np.empty(0, np.int32)
        self._new_keys: list[Longs] = []
        self._new_numbers: list[Ints] = []

    def name(self, plates: NDArray[np.integer], keys: Longs) -> None:
        """Say which vehicles carry which signs (``pack``). A vehicle is named once."""
        with self._lock:
            self._new_keys.append(keys.astype(np.int64))
            self._new_numbers.append(plates.astype(np.int32))

    def append(self, day: int, rows: Rows) -> None:
        """Rows that must go on this day."""
        with self._lock:
            if day not in self._days:
                if self._last in self._days:
                    self._days[self._last].settle()
                self._last, self._days[day] = day, _Day()
                insort(self._order, day)
            here = self._days[day]
            here.tail.append(rows)
            here.waiting += len(rows)
            if here.waiting >= TAIL_ROWS:
                here.sorted()

    def forget(self, before: int) -> int:
        """Every day up to and with this one is over; returns how many days went."""
        with self._lock:
            gone = [day for day in self._order if day <= before]
            for day in gone:
                del self._days[day]
            self._order = self._order[len(gone) :]
            return len(gone)

    def __len__(self) -> int:
        with self._lock:
            return sum(len(one.by_plate) for one in self._segments()) + sum(day.waiting for day in self._days.values())

    def exact(self, signs: str) -> list[int]:
        """Vehicles whose plate is exactly this: one for each province and class in which it was read."""
        with self._lock:
            keys, numbers = self._named()
            key = pack(signs)
            start, end = np.searchsorted(keys, [key, key + 1])
            return sorted(int(one) for one in numbers[start:end])

    def unknown(self, signs: str) -> list[int]:
        """Vehicles whose plate fits; ``?`` stands for one sign that nobody could read."""
        with self._lock:
            keys, numbers = self._named()
            known = int.from_bytes(bytes(0 if sign == "?" else 0xFF for sign in signs).ljust(FIELDS, b"\xff"), "big")
            wanted = pack(signs.replace("?", SIGNS[0]))
            found = np.empty(len(keys), np.int32)
            count = search.differing(keys, wanted & known, _signed(known), 0, found)
            gaps = [8 * (FIELDS - 1 - place) for place, sign in enumerate(signs) if sign == "?"]
            # A gap is one sign, not none: a plate that is shorter has nothing there.
            kept = [row for row in found[:count] if all(int(keys[row]) >> gap & 0xFF for gap in gaps)]
            return sorted(int(numbers[row]) for row in kept)

    def near(self, signs: str) -> list[int]:
        """Vehicles whose plate is this one but for at most one sign: another, one missing, or one too many (Levenshtein <= 1).

        All of the thousand plates that this can be are looked up: of 900,000 plates that reads less memory than comparing each.
        """
        with self._lock:
            keys, numbers = self._named()
            if not len(keys):
                return []
            wanted = np.unique(_nearly(signs))
            at = np.searchsorted(keys, wanted)
            there = wanted[keys[np.minimum(at, len(keys) - 1)] == wanted]
            rows = zip(np.searchsorted(keys, there), np.searchsorted(keys, there, side="right"), strict=True)
            return sorted(int(one) for start, end in rows for one in numbers[start:end])

    def of_plates(self, plates: Iterable[int], since_ms: int = ALWAYS[0], until_ms: int = ALWAYS[1], *, most: int | None = None) -> Rows:
        """Where and when these vehicles passed, the latest first; half open."""
        with self._lock:
            rows = together(one.of_plate(plate, since_ms, until_ms) for plate in plates for one in self._between(since_ms, until_ms))
            return rows.take(np.lexsort((rows.camera, rows.plate, -rows.at_ms))[:most])

    def of_camera(self, camera: int, since_ms: int, until_ms: int) -> Rows:
        """What passed a camera, in the order of time; half open."""
        with self._lock:
            rows = together(one.of_camera(camera, since_ms, until_ms) for one in self._between(since_ms, until_ms))
            return rows.take(np.lexsort((rows.plate, rows.at_ms)))

    def along(
        self, plate: int, *, within_ms: int = 20_000, least: int = 3, since_ms: int = ALWAYS[0], until_ms: int = ALWAYS[1]
    ) -> list[Companion]:
        """Vehicles that passed at least so many cameras within so long of this one, the most cameras first.

        Only the vehicle's own passages are bounded by the span: who followed it a second after its end did follow it.
        """
        with self._lock:
            own = self.of_plates([plate], since_ms, until_ms)
            if not len(own):
                return []
            first, last = int(own.at_ms.min()) - within_ms, int(own.at_ms.max()) + within_ms
            own = own.take(np.arange(len(own))[::-1])
            pairs = [_passing(one, own, plate, within_ms) for one in self._between(first, last + 1)]
            all_pairs = np.concatenate(pairs) if pairs else np.empty(0, np.int64)
            all_pairs.sort()
            plates, counts = search.cameras_shared(all_pairs, least)
            order = np.lexsort((plates, -counts))
            return [Companion(int(plates[row]), int(counts[row])) for row in order]

    def _named(self) -> tuple[Longs, Ints]:
        """Keys in order, and whose they are."""
        if self._new_keys:
            keys = np.concatenate([self._keys, *self._new_keys])
            numbers = np.concatenate([self._numbers, *self._new_numbers])
            order = np.lexsort((numbers, keys))
            self._keys, self._numbers = keys[order], numbers[order]
            self._new_keys, self._new_numbers = [], []
        return self._keys, self._numbers

    def _segments(self) -> list[_Segment]:
        return [one for day in self._order for one in self._days[day].segments]

    def _between(self, since_ms: int, until_ms: int) -> list[_Segment]:
        return [one for day in self._order for one in self._days[day].sorted() if one.first < until_ms and one.last >= since_ms]


def _nearly(signs: str) -> Longs:
    """The numbers of everything that is at most one sign from this: changed, missing, too many."""
    every = np.arange(1, len(SIGNS) + 1, dtype=np.int64)
    found = [packed({signs[:place] + signs[place + 1 :] for place in range(len(signs))} - {""})]
    more = [(signs[:place], signs[place + 1 :]) for place in range(len(signs))]
    if len(signs) < FIELDS:
        more += [(signs[:place], signs[place:]) for place in range(len(signs) + 1)]
    for before, after in more:
        shift = 8 * (FIELDS - 1 - len(before))
        found.append(pack(before + SIGNS[0] + after) + ((every - 1) << shift))
    return np.concatenate(found)


def _passing(there: _Segment, own: Rows, plate: int, within: int) -> Longs:
    """Who passed with this vehicle, of one segment's rows; of the vehicle's own passages (in the order of time) those near it in time."""
    start, end = np.searchsorted(own.at_ms, (there.first - within, there.last + within + 1))
    rows = there.by_camera
    if start == end:
        return np.empty(0, np.int64)
    return search.neighbours(rows.camera, rows.at_ms, rows.plate, own.camera[start:end], own.at_ms[start:end], plate, within)


def _signed(number: int) -> int:
    """64 bits read with a sign, as the columns hold them."""
    return number - (1 << 64) if number >> 63 else number

"""What was found, as the page shows it: signs that are not those sought, the camera's place and week, and the way of each plate."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from safetyzone.contracts.plate_confusions import cost
from safetyzone.senses.cameras.place_queries import CameraPlace, places_of
from safetyzone.senses.sightings import finding, ports
from safetyzone.senses.sightings.finding import Sighting
from safetyzone.senses.sightings.rules import compare
from safetyzone.senses.sightings.search_rules import MOST_DAYS, UNKNOWN, Sought
from safetyzone.senses.sightings.terms import looks

MOST_WAYS = 12
"""So many plates can be chosen on the map, the nearest first."""
Sign = tuple[str, bool]


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage, the camera and its accuracy beside it. ``signs``: what was read, and of each sign whether something else was sought."""

    sighting: Sighting = field(repr=False)
    signs: tuple[Sign, ...] = field(repr=False)
    place: CameraPlace | None
    measured: ports.Measured | None
    at_ms: int

    @property
    def looks(self) -> tuple[str, str]:
        """Its kind and paint, Thai and English."""
        return looks(self.sighting.kind, self.sighting.paint)

    @property
    def differs(self) -> int:
        """At how many places it is not what was sought."""
        return sum(other for _, other in self.signs)


@dataclass(frozen=True, slots=True)
class Way:
    """Where one plate passed, in the order of time."""

    text: str = field(repr=False)
    passages: tuple[Shown, ...] = field(repr=False)

    @property
    def first(self) -> Shown:
        """Where it was first seen."""
        return self.passages[0]

    @property
    def last(self) -> Shown:
        """Where it was last seen."""
        return self.passages[-1]

    def stops(self, *, thai: bool) -> list[dict[str, object]]:
        """For the map; passages of cameras that are gone have no place."""
        return [
            {"lon": one.place.where.lon, "lat": one.place.where.lat, "at": one.at_ms, "code": one.place.code,
             "name": one.place.name_th if thai else one.place.name_en}
            for one in self.passages if one.place is not None
        ]  # fmt: skip


def shown(sightings: Sequence[Sighting], what: Sought, at: datetime) -> list[Shown]:
    """Passages with all that stands beside them, in their order."""
    codes = {one.camera for one in sightings}
    places, measured = places_of(codes), ports.accuracy(codes, at)
    signs = {text: _signs(text, what) for text in {one.text for one in sightings}}
    return [Shown(one, signs[one.text], places.get(one.camera), measured.get(one.camera), ms(one.at)) for one in sightings]


def ways(passages: Sequence[Shown]) -> list[Way]:
    """The way of each plate, the nearest plate first."""
    texts = list(dict.fromkeys(one.sighting.text for one in passages))[:MOST_WAYS]
    return [Way(text, tuple(sorted((one for one in passages if one.sighting.text == text), key=lambda one: one.at_ms))) for text in texts]


def keeping(station: str, at: datetime) -> list[dict[str, object]]:
    """The station's cameras at which something was kept in the days that a search may reach, for the map on which they are chosen."""
    codes = finding.cameras_of(station, (), at - MOST_DAYS, at)
    return [{"code": one.code, "lon": one.where.lon, "lat": one.where.lat} for one in places_of(codes).values()]


def _signs(text: str, what: Sought) -> tuple[Sign, ...]:
    """A missing sign stands as ``▯``."""
    if not what.text or text == what.text:
        return tuple((sign, False) for sign in text)
    if what.has_unknown:
        return tuple((sign, wanted == UNKNOWN) for sign, wanted in zip(text, what.text, strict=True))
    return tuple((one.read or "▯", one.read != one.listed) for one in compare(text, what.text, cost)[2])


def ms(at: datetime) -> int:
    """Milliseconds since 1970."""
    return int(at.timestamp() * 1000)
